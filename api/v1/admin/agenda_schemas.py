"""Schedules and releases, as fields."""

from typing import Any, Final

from marshmallow import Schema, fields, post_load, validate

from api.fields import Text, When
from api.v1.queries import PageQuery
from api.v1.schemas import Answer, PageOut
from content.agenda import Action, ReleaseState, ScheduleState
from content.releasing import MOST_ITEMS, ItemWish
from content.scheduling import Time
from content.timing import FOLDS

_ACTION: Final = validate.OneOf(list(Action), error="Must be one of: {choices}.")
_STATE: Final = validate.OneOf(list(ScheduleState), error="Must be one of: {choices}.")
_RELEASE_STATE: Final = validate.OneOf(list(ReleaseState), error="Must be one of: {choices}.")
_REASON: Final = validate.Length(1, 1000)


class TimeIn(Schema):
    """An instant, as the time on the clocks of a place."""

    at = Text(
        required=True,
        metadata={
            "description": "Local time in the zone, `2026-03-29T09:00:00`; or with its offset, "
            "`2026-03-29T09:00:00+02:00`, which must be that of the zone; or in UTC, with `Z`."
        },
    )
    zone = Text(
        required=True,
        metadata={"description": "A zone of the IANA database, such as `Europe/Berlin`."},
    )
    fold = Text(
        load_default=None,
        allow_none=True,
        validate=validate.OneOf(FOLDS, error="Must be one of: {choices}."),
        metadata={"description": "Which one is meant of a local time that comes twice."},
    )

    @post_load
    def make(self, document: dict[str, Any], **kwargs: Any) -> Any:
        """The instant as the domain takes it, with what was given beside it."""
        time = Time(*(document.pop(name) for name in ("at", "zone", "fold")))
        return {"time": time, **document}


class ScheduleIn(TimeIn):
    """What is to be done with an article, and when."""

    action = Text(required=True, validate=_ACTION)
    reason = Text(
        load_default=None,
        allow_none=True,
        validate=_REASON,
        metadata={"description": "Of a withdrawal, which needs one."},
    )

    @post_load
    def choose(self, document: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        """The action as the domain takes it."""
        return {**document, "action": Action(document["action"])}


class ArticleScheduleQuery(PageQuery):
    """The schedules of an article."""

    state = Text(validate=_STATE, metadata={"description": "What became of them."})


class SchedulesQuery(ArticleScheduleQuery):
    """The agenda."""

    article = Text(
        validate=validate.Length(1, 36),
        metadata={"description": "The id of an article: its own, and those of its releases."},
    )
    release = Text(
        validate=validate.Length(1, 36),
        metadata={"description": "The id of a release."},
    )
    sort = Text(
        load_default="due_at",
        validate=validate.OneOf(("due_at", "-due_at"), error="Must be one of: {choices}."),
        metadata={"description": "By their instants: the earliest first, or the latest."},
    )


class PlannedArticleOut(Answer):
    """An article of which something is planned."""

    id = fields.String(required=True)
    slug = fields.String(required=True)
    locale = fields.String(required=True)


class PlannedReleaseOut(Answer):
    """A release that is scheduled."""

    id = fields.String(required=True)
    title = fields.String(required=True)


class FailureOut(Answer):
    """One reason for which a schedule failed."""

    pointer = fields.String(required=True)
    code = fields.String(required=True)
    detail = fields.String(required=True)


class ScheduleOut(Answer):
    """Something that is done at an instant, and what became of it."""

    id = fields.String(required=True)
    action = fields.String(required=True, validate=_ACTION)
    article = fields.Nested(PlannedArticleOut, required=True, allow_none=True)
    release = fields.Nested(PlannedReleaseOut, required=True, allow_none=True)
    due_at = When(required=True)
    zone = fields.String(required=True)
    local = fields.String(
        required=True, metadata={"description": "The instant as the clocks of the zone show it."}
    )
    reason = fields.String(required=True, allow_none=True)
    state = fields.String(required=True, validate=_STATE)
    scheduled_at = When(required=True)
    scheduled_by = fields.String(required=True)
    ended_at = When(required=True, allow_none=True)
    ended_by = fields.String(required=True, allow_none=True)
    late_seconds = fields.Float(
        required=True,
        allow_none=True,
        metadata={"description": "How long after its instant it was done."},
    )
    note = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Why it failed or was cancelled."},
    )
    reasons = fields.List(
        fields.Nested(FailureOut),
        required=True,
        metadata={"description": "Everything for which it failed."},
    )
    sequence = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "The point of the change log at which it was done."},
    )


class SchedulePageOut(PageOut):
    """A page of schedules."""

    items = fields.List(fields.Nested(ScheduleOut), required=True)


class ReleaseItemIn(Schema):
    """What a release does with an article."""

    article_id = Text(required=True, metadata={"description": "The id of the article."})
    action = Text(load_default=Action.PUBLISH, validate=_ACTION)
    reason = Text(
        load_default=None,
        allow_none=True,
        validate=_REASON,
        metadata={"description": "Of a withdrawal, which needs one."},
    )

    @post_load
    def make(self, document: dict[str, Any], **kwargs: Any) -> ItemWish:
        """As the domain takes it."""
        return ItemWish(**{**document, "action": Action(document["action"])})


class NewReleaseIn(Schema):
    """A release, with articles or still without."""

    title = Text(required=True)
    note = Text(load_default="", validate=validate.Length(max=5000))
    items = fields.List(
        fields.Nested(ReleaseItemIn), load_default=list, validate=validate.Length(max=MOST_ITEMS)
    )


class ReleasePatchIn(Schema):
    """What is to be different in a release."""

    title = Text()
    note = Text(validate=validate.Length(max=5000))


class ReleasesQuery(PageQuery):
    """A list of releases."""

    state = Text(validate=_RELEASE_STATE, metadata={"description": "Whether they are published."})


class ReleaseItemOut(Answer):
    """What a release does with an article."""

    article = fields.Nested(PlannedArticleOut, required=True)
    action = fields.String(required=True, validate=_ACTION)
    reason = fields.String(required=True, allow_none=True)
    added_at = When(required=True)
    added_by = fields.String(required=True)


class ReleaseOut(Answer):
    """Articles that go live or away together, or not at all."""

    id = fields.String(required=True)
    title = fields.String(required=True)
    note = fields.String(required=True)
    state = fields.String(required=True, validate=_RELEASE_STATE)
    revision = fields.Integer(required=True)
    items = fields.List(fields.Nested(ReleaseItemOut), required=True)
    schedule = fields.Nested(
        ScheduleOut,
        required=True,
        allow_none=True,
        attribute="pending",
        metadata={"description": "When it is to be published, if that is settled."},
    )
    created_at = When(required=True)
    created_by = fields.String(required=True)
    changed_at = When(required=True)
    published_at = When(required=True, allow_none=True)
    published_by = fields.String(required=True, allow_none=True)
    sequence = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "The one point of the change log at which all of it was done."},
    )


class ReleasePageOut(PageOut):
    """A page of releases."""

    items = fields.List(fields.Nested(ReleaseOut), required=True)
