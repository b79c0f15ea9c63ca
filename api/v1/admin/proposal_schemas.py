"""Proposals and their corrections, as fields."""

from dataclasses import MISSING
from dataclasses import fields as members
from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from api.fields import Choices, Count, Text, When
from api.v1.queries import TYPES, PageQuery
from api.v1.schemas import Answer, PageOut
from content.importing.corrections import ACTIONS, PLACES, Correction
from content.importing.proposals import REMARKS, SET_ASIDE_REASONS

MOST_CORRECTIONS: Final = 200

_MEMBERS: Final = {
    action: {each.name: each.default is MISSING for each in members(kind)}
    for action, kind in ACTIONS.items()
}
"""Of each action the members that it takes, and whether they are required."""

_COUNTED: Final = "Counted in Unicode code points, not in UTF-16 units."

_MAY_BE_NULL: Final = ("text", True)
# Null as a text is an answer: a section without a heading.


def _spans() -> Any:
    """Places in the source: start and end, exclusive, in characters."""
    return fields.List(
        fields.List(fields.Integer()),
        required=True,
        metadata={"description": f"Start and end (exclusive) in the source. {_COUNTED}"},
    )


def _usage() -> str:
    """What each action takes, in words."""
    told = []
    for action, taken in _MEMBERS.items():
        names = [
            f"`{name}`" + ("" if required else " (optional)") for name, required in taken.items()
        ]
        told.append(f"`{action}`: {', '.join(names)}")
    return f"What is done, and which members say how: {'; '.join(told)}."


class CorrectionIn(Schema):
    """One correction; `action` says which of the other members it takes."""

    action = Text(
        required=True,
        validate=validate.OneOf(list(ACTIONS), error="Must be one of: {choices}."),
        metadata={"description": _usage()},
    )
    id = Text(
        required=True,
        metadata={
            "description": "What is corrected, by its id in the proposal: a section; of `retype` "
            "also a pair, of `retitle` also an article, of `retopic` an article, of the two that "
            "take back a piece that is set aside."
        },
    )
    type = Text(metadata={"description": "The section type that it is, or that what is new has."})
    text = Text(
        allow_none=True,
        metadata={"description": "The new title or heading; null leaves a section without one."},
    )
    offset = Count(
        0,
        metadata={
            "description": "Where the second half begins in `body`: at a paragraph, an item or a "
            f"sentence. {_COUNTED} A wrong one is answered with the nearest that are right."
        },
    )
    heading = Text(allow_none=True, metadata={"description": "The heading of what is new."})
    into = Text(
        allow_none=True,
        metadata={"description": "The section that takes it up; of `merge` the one before it."},
    )
    article = Text(
        metadata={
            "description": "The article that it goes to; `take_back_as_section` takes either this "
            "or the `title` of a new one."
        }
    )
    position = Count(
        1, 1000, allow_none=True, metadata={"description": "From 1; at the end if left out."}
    )
    title = Text(metadata={"description": "The title of the new article."})
    place = Text(
        validate=validate.OneOf(PLACES, error="Must be one of: {choices}."),
        metadata={"description": "Where in the section; `end` if left out."},
    )
    topics = fields.List(Text(), metadata={"description": "`kind:key`, the primary one first."})

    @validates_schema(skip_on_field_errors=True)
    def check_members(self, document: dict[str, Any], **kwargs: Any) -> None:
        """Refuse what the action does not take, and the lack of what it needs."""
        action = document["action"]
        taken = _MEMBERS[action]
        wrong = {
            name: [f"'{action}' needs this."]
            for name, required in taken.items()
            if required and document.get(name) is None and (name, name in document) != _MAY_BE_NULL
        }
        for name in document.keys() - taken.keys() - {"action"}:
            wrong[name] = [f"'{action}' takes no '{name}'. Known: {', '.join(sorted(taken))}."]
        if wrong:
            raise ValidationError(wrong)

    @post_load
    def make(self, document: dict[str, Any], **kwargs: Any) -> Correction:
        """As the domain takes it."""
        return ACTIONS[document.pop("action")](**document)


class CorrectionsIn(Schema):
    """Corrections, made in order, all of them or none."""

    corrections = fields.List(
        fields.Nested(CorrectionIn), required=True, validate=validate.Length(1, MOST_CORRECTIONS)
    )


class CorrectionsQuery(PageQuery):
    """A list of what editors corrected."""

    action = Choices(tuple(ACTIONS), metadata={"description": "Corrections of these kinds."})
    type_before = Choices(TYPES, metadata={"description": "The type that was proposed."})
    type_after = Choices(TYPES, metadata={"description": "The type that was chosen."})
    since = When(metadata={"description": "Made at that instant or later."})


class ProposedTopicOut(Answer):
    """A topic that a text speaks of, and how often."""

    kind = fields.String(required=True)
    key = fields.String(required=True)
    label = fields.String(required=True)
    count = fields.Integer(required=True)
    primary = fields.Boolean(required=True)


class ProposedItemOut(Answer):
    """A pair that was found."""

    id = fields.String(required=True)
    question = fields.String(required=True)
    answer = fields.String(required=True)
    type = fields.String(required=True, allow_none=True)
    spans = _spans()


class ProposedSplitOut(Answer):
    """That a section speaks of two things, and where in `body` the second begins."""

    offset = fields.Integer(
        required=True, metadata={"description": f"Where the second begins. {_COUNTED}"}
    )
    first_type = fields.String(required=True)
    type = fields.String(required=True)
    confidence = fields.Float(required=True)
    evidence = fields.List(fields.String(), required=True)


class ResemblanceOut(Answer):
    """A section of the library that says nearly the same; `share` is 0 to 1."""

    section_id = fields.String(required=True)
    article_id = fields.String(required=True)
    article_title = fields.String(required=True)
    heading = fields.String(required=True, allow_none=True)
    type = fields.String(required=True)
    share = fields.Float(required=True)
    live = fields.Boolean(required=True)


class ProposedSectionOut(Answer):
    """A section that was found, with the reasons for its type."""

    id = fields.String(required=True)
    heading = fields.String(required=True, allow_none=True)
    level = fields.Integer(required=True)
    body = fields.String(required=True)
    type = fields.String(required=True)
    confidence = fields.Float(required=True)
    runner_up = fields.String(required=True, allow_none=True)
    evidence = fields.List(fields.String(), required=True)
    spans = _spans()
    items = fields.List(fields.Nested(ProposedItemOut), required=True)
    topics = fields.List(fields.Nested(ProposedTopicOut), required=True)
    split = fields.Nested(ProposedSplitOut, required=True, allow_none=True)
    similar = fields.List(fields.Nested(ResemblanceOut), required=True)


class ProposedArticleOut(Answer):
    """An article that was found."""

    id = fields.String(required=True)
    title = fields.String(required=True)
    title_spans = _spans()
    summary = fields.String(required=True)
    topics = fields.List(fields.Nested(ProposedTopicOut), required=True)
    sections = fields.List(fields.Nested(ProposedSectionOut), required=True)


class SetAsideOut(Answer):
    """A piece that is kept with the proposal and not published."""

    id = fields.String(required=True)
    spans = _spans()
    text = fields.String(required=True)
    reason = fields.String(required=True, validate=validate.OneOf(list(SET_ASIDE_REASONS)))


class RemarkOut(Answer):
    """Something that an editor should look at."""

    kind = fields.String(required=True, validate=validate.OneOf(list(REMARKS)))
    text = fields.String(required=True)
    spans = _spans()


class ProofOut(Answer):
    """The proof that nothing was lost: every character is in exactly one span."""

    characters = fields.Integer(
        required=True, metadata={"description": f"Of the source. {_COUNTED}"}
    )
    accounted = fields.Integer(required=True)
    unaccounted = _spans()


class ProposalOut(Answer):
    """A proposal; nothing of it is content until it is committed."""

    id = fields.String(required=True)
    filename = fields.String(required=True, allow_none=True)
    locale = fields.String(required=True)
    format = fields.String(required=True)
    encoding = fields.String(required=True)
    revision = fields.Integer(required=True)
    created_at = When(required=True)
    created_by = fields.String(required=True)
    committed_at = When(required=True, allow_none=True)
    article_ids = fields.List(fields.String(), required=True)
    articles = fields.List(fields.Nested(ProposedArticleOut), required=True)
    set_aside = fields.List(fields.Nested(SetAsideOut), required=True)
    remarks = fields.List(fields.Nested(RemarkOut), required=True)
    proof = fields.Nested(ProofOut, required=True)
    already_committed = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The proposal by which the very same source came in before."},
    )


class CorrectionOut(Answer):
    """What an editor changed in a proposal; never changed itself."""

    id = fields.String(required=True)
    at = When(required=True)
    actor = fields.String(required=True)
    proposal_id = fields.String(required=True)
    locale = fields.String(required=True)
    action = fields.String(required=True, validate=validate.OneOf(list(ACTIONS)))
    heading = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Of the section, or the title of the article, as it was."},
    )
    before = fields.Dict(required=True)
    after = fields.Dict(required=True)
    type_before = fields.String(required=True, allow_none=True)
    type_after = fields.String(required=True, allow_none=True)
    confidence = fields.Float(
        required=True,
        allow_none=True,
        metadata={"description": "Of the type before, where another was chosen."},
    )


class CorrectionPageOut(PageOut):
    """A page of corrections."""

    items = fields.List(fields.Nested(CorrectionOut), required=True)
