"""What editors send and are answered about changes in bulk, as fields."""

from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from api.fields import Count, Flag, Locale, Text, When
from api.v1.schemas import Answer, PageOut
from content.bulk import (
    MAX_HITS,
    PLACES,
    USUAL_PLACES,
    Replacement,
    Retopicking,
    Retyping,
    Where,
)
from content.replacing import MAX_FIND

_KINDS: Final = ("replace", "retype", "retopic")
_STATES: Final = ("planned", "applied", "reverted")
_TOPICS: Final = validate.Length(max=50)
_MEMBERS: Final = {
    "replace": ({"find", "replace_with"}, {"match", "places"}),
    "retype": ({"old", "new"}, set()),
    "retopic": (set(), {"add", "remove"}),
}
_NAMES: Final = {"old": "from", "new": "to", "places": "in"}


class MatchIn(Schema):
    """How words are compared."""

    case = Flag(load_default=False)
    whole_words = Flag(load_default=True)


class WhereIn(Schema):
    """Which articles, and which of their sections; all if left out."""

    topic = Text(load_default=None, allow_none=True)
    type = Text(
        load_default=None,
        allow_none=True,
        metadata={"description": "Of sections: nothing else of an article is changed then."},
    )
    locale = Locale(load_default=None, allow_none=True)
    articles = fields.List(Text(), load_default=list, validate=validate.Length(max=1000))

    @post_load
    def make(self, document: dict[str, Any], **kwargs: Any) -> Where:
        """As the domain takes it."""
        return Where(**document)


class BulkChangeIn(Schema):
    """A change of many articles; each kind has members of its own."""

    kind = Text(required=True, validate=validate.OneOf(_KINDS))
    where = fields.Nested(WhereIn)
    find = Text(metadata={"description": f"Literally; at most {MAX_FIND} characters."})
    replace_with = Text(metadata={"description": "Plain words: Markdown in them is escaped."})
    match = fields.Nested(MatchIn)
    places = fields.List(
        Text(validate=validate.OneOf(PLACES)),
        data_key="in",
        metadata={"description": f"{', '.join(USUAL_PLACES)} if left out."},
    )
    old = Text(data_key="from", metadata={"description": "The section type that they have."})
    new = Text(data_key="to", metadata={"description": "The one that they get."})
    add = fields.List(Text(), validate=_TOPICS)
    remove = fields.List(Text(), validate=_TOPICS)

    @validates_schema
    def check_members(self, document: dict[str, Any], **kwargs: Any) -> None:
        """Refuse the members of other kinds, and the lack of its own."""
        needed, other = _MEMBERS[document["kind"]]
        wrong: dict[str, list[str]] = {}
        for name in sorted(needed - document.keys()):
            wrong[_NAMES.get(name, name)] = ["Missing data for required field."]
        for name in sorted(document.keys() - needed - other - {"kind", "where"}):
            wrong[_NAMES.get(name, name)] = [f"Not a member of the kind '{document['kind']}'."]
        if wrong:
            raise ValidationError(wrong)

    @post_load
    def make(self, document: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        """What is asked for, and where, as the domain takes it."""
        where = document.get("where") or Where()
        members = {name: document[name] for name in document.keys() - {"kind", "where", "match"}}
        kind = {"replace": Replacement, "retype": Retyping, "retopic": Retopicking}
        asked = kind[document["kind"]](**members, **document.get("match", {}))
        return {"asked": asked, "where": where}


class ApplyIn(Schema):
    """Which hits."""

    chosen = fields.List(
        Count(1, MAX_HITS),
        data_key="only",
        load_default=None,
        allow_none=True,
        validate=validate.Length(1, MAX_HITS),
        metadata={"description": "Ids of hits; all if left out."},
    )


class BulkChangeOut(Answer):
    """A plan, and what became of it."""

    id = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(_KINDS))
    state = fields.String(required=True, validate=validate.OneOf(_STATES))
    request = fields.Dict(
        required=True, metadata={"type": "object", "description": "What was asked for."}
    )
    hits = fields.Integer(required=True)
    articles = fields.Integer(
        required=True, metadata={"description": "How many articles have hits."}
    )
    shared = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "Shared sections that say it; they are changed for themselves."},
    )
    created_at = When(required=True)
    created_by = fields.String(required=True)
    applied_at = When(required=True, allow_none=True)
    applied_by = fields.String(required=True, allow_none=True)
    reverted_at = When(required=True, allow_none=True)
    reverted_by = fields.String(required=True, allow_none=True)


class BulkChangePageOut(PageOut):
    """A page of plans, newest first."""

    items = fields.List(fields.Nested(BulkChangeOut), required=True)


class BulkHitOut(Answer):
    """A place that would be changed, in its context."""

    id = fields.Integer(required=True, attribute="hit.number")
    article_id = fields.String(required=True, attribute="text.article_id")
    section_id = fields.String(required=True, allow_none=True, attribute="text.section_id")
    item_id = fields.String(required=True, allow_none=True, attribute="text.item_id")
    field = fields.String(required=True, attribute="text.field")
    offset = fields.Integer(required=True, attribute="hit.offset")
    before = fields.String(required=True, attribute="hit.before")
    found = fields.String(required=True, attribute="hit.found")
    after = fields.String(required=True, attribute="hit.after")
    replacement = fields.String(required=True, attribute="hit.put")


class BulkHitPageOut(PageOut):
    """A page of hits, by article and in the order of its text."""

    items = fields.List(fields.Nested(BulkHitOut), required=True)


class TouchedOut(Answer):
    """An article that was changed."""

    article_id = fields.String(required=True)
    slug = fields.String(required=True)
    locale = fields.String(required=True)
    title = fields.String(required=True)


class BulkResultOut(Answer):
    """What came of it, and of which articles."""

    change = fields.Nested(BulkChangeOut, required=True)
    articles = fields.List(fields.Nested(TouchedOut), required=True)
