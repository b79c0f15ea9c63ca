"""The history of an article, merges and operations, as fields."""

from dataclasses import MISSING
from dataclasses import fields as members
from typing import Any, Final

from marshmallow import (
    RAISE,
    Schema,
    ValidationError,
    fields,
    post_load,
    validate,
    validates_schema,
)

from api.fields import Count, Text, When
from api.v1.admin.schemas import AdminSectionOut, EditionHeadOut, EditionOut, SectionIn
from api.v1.queries import PageQuery, Query
from api.v1.schemas import Answer, PageOut, ReferenceOut
from content.diffing import CHANGES, OPS
from content.operations import OPERATIONS, Operation
from content.recalling import REFERENCE

MOST_OPERATIONS: Final = 200
FORMATS: Final = ("json", "html")

_WHY: Final = {"description": "Why; kept with the point, for editors."}
_MEMBERS: Final = {
    action: {each.name: each.default is MISSING for each in members(kind)}
    for action, kind in OPERATIONS.items()
}
"""Of each operation the members that it takes, and whether they are required."""


def _usage() -> str:
    """What each operation takes, in words."""
    told = []
    for action, taken in _MEMBERS.items():
        names = [f"`{name}`" + ("" if needed else " (optional)") for name, needed in taken.items()]
        told.append(f"`{action}`: {', '.join(names)}")
    return f"What is done, and which members say how: {'; '.join(told)}."


class HistoryQuery(PageQuery):
    """A page of a history, newest first."""


class DiffQuery(Query):
    """Two texts of an article."""

    from_ = Text(
        data_key="from",
        load_default="live",
        metadata={"description": f"The earlier text: {REFERENCE}."},
    )
    to = Text(load_default="draft", metadata={"description": f"The later text: {REFERENCE}."})
    format = Text(
        validate=validate.OneOf(FORMATS, error="Must be one of: {choices}."),
        metadata={"description": "`html` is a page to be read; else `Accept` decides."},
    )


class RestoreIn(Schema):
    """Why something is restored."""

    why = Text(
        load_default=None, allow_none=True, validate=validate.Length(max=1000), metadata=_WHY
    )


class Base(fields.Field[Any]):
    """What an edit began with: a revision, or the text itself."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, dict):
            return SectionIn().load(value, unknown=RAISE)
        if type(value) is not int or not 1 <= value < 2**31:
            raise ValidationError("Must be the revision that was read, or the section as it was.")
        return value


class MergeIn(Schema):
    """What was made of a section, and of what it was made."""

    base = Base(
        required=True,
        metadata={
            "description": "The `revision` that `mine` was made of, or the section as it was.",
            "oneOf": [
                {"type": "integer", "minimum": 1},
                {"$ref": "#/components/schemas/SectionIn"},
            ],
        },
    )
    mine = fields.Nested(SectionIn, required=True)


class OperationIn(Schema):
    """One operation; `action` says which of the other members it takes."""

    action = Text(
        required=True,
        validate=validate.OneOf(list(OPERATIONS), error="Must be one of: {choices}."),
        metadata={"description": _usage()},
    )
    id = Text(
        metadata={
            "description": "A section of the draft, by its id, or by the `name` that an operation "
            "before this one gave it; of `retype` also a pair."
        }
    )
    ids = fields.List(
        Text(),
        validate=validate.Length(2, 200),
        metadata={"description": "Sections to merge; the first takes up the others."},
    )
    order = fields.List(Text(), metadata={"description": "Every section, once, in the new order."})
    position = Count(1, 1000, metadata={"description": "From 1."})
    type = Text(metadata={"description": "The section type that it is, or that what is new has."})
    heading = Text(
        allow_none=True, metadata={"description": "The heading; null leaves it without one."}
    )
    offset = Count(
        0,
        metadata={
            "description": "Where the second half begins in `body`: at a paragraph, an item or a "
            "sentence. Counted in Unicode code points, not in UTF-16 units. A wrong one is "
            "answered with the nearest that are right."
        },
    )
    name = Text(
        validate=validate.Length(1, 100),
        metadata={"description": "What later operations call the section that this one makes."},
    )
    section = fields.Nested(SectionIn)

    @validates_schema(skip_on_field_errors=True)
    def check_members(self, document: dict[str, Any], **kwargs: Any) -> None:
        """Refuse what the operation does not take, and the lack of what it needs."""
        action = document["action"]
        taken = _MEMBERS[action]
        wrong = {
            name: [f"'{action}' needs this."]
            for name, required in taken.items()
            if required and name not in document
        }
        for name in document.keys() - taken.keys() - {"action"}:
            wrong[name] = [f"'{action}' takes no '{name}'. Known: {', '.join(sorted(taken))}."]
        if wrong:
            raise ValidationError(wrong)

    @post_load
    def make(self, document: dict[str, Any], **kwargs: Any) -> Operation:
        """As the domain takes it."""
        return OPERATIONS[document.pop("action")](**document)


class OperationsIn(RestoreIn):
    """Operations, done in order, all of them or none."""

    operations = fields.List(
        fields.Nested(OperationIn), required=True, validate=validate.Length(1, MOST_OPERATIONS)
    )


class EditionRecordOut(Answer):
    """An edition, and from when until when readers saw it."""

    edition = fields.Nested(EditionHeadOut, required=True)
    live_at = When(required=True, allow_none=True)
    live_until = When(required=True, allow_none=True)


class EditionPageOut(PageOut):
    """The editions of an article, newest first."""

    items = fields.List(fields.Nested(EditionRecordOut), required=True)


class PointOut(Answer):
    """A saved point: what a draft was after a change, and who changed it, when and why."""

    number = fields.Integer(required=True)
    edition = fields.Integer(required=True)
    at = When(required=True)
    by = fields.String(required=True)
    act = fields.String(required=True, metadata={"description": "What was done."})
    why = fields.String(required=True, allow_none=True)
    title = fields.String(required=True)
    summary = fields.String(required=True)


class PointPageOut(PageOut):
    """The saved points of an article, newest first."""

    items = fields.List(fields.Nested(PointOut), required=True)


class WholePointOut(Answer):
    """A saved point with the sections and the references that the draft had."""

    point = fields.Nested(PointOut, required=True)
    sections = fields.List(fields.Nested(AdminSectionOut), required=True)
    references = fields.List(fields.Nested(ReferenceOut), required=True)


class WholeEditionOut(EditionOut):
    """An edition, whole: live ones and superseded ones too."""


class PieceOut(Answer):
    """Words that stayed, went or came."""

    op = fields.String(required=True, validate=validate.OneOf(OPS))
    text = fields.String(required=True)


def _pieces() -> Any:
    return fields.List(fields.Nested(PieceOut), required=True)


class ItemDiffOut(Answer):
    """What became of a pair."""

    id = fields.String(required=True)
    change = fields.String(required=True, metadata={"description": "Empty where it is as it was."})
    type_from = fields.String(required=True, allow_none=True)
    type_to = fields.String(required=True, allow_none=True)
    question = _pieces()
    answer = _pieces()


class SectionDiffOut(Answer):
    """What became of a section; it has no `changes` where it is as it was."""

    id = fields.String(required=True)
    changes = fields.List(fields.String(validate=validate.OneOf(CHANGES)), required=True)
    position_from = fields.Integer(required=True, allow_none=True)
    position_to = fields.Integer(required=True, allow_none=True)
    type_from = fields.String(required=True, allow_none=True)
    type_to = fields.String(required=True, allow_none=True)
    level_from = fields.Integer(required=True, allow_none=True)
    level_to = fields.Integer(required=True, allow_none=True)
    heading = _pieces()
    body = _pieces()
    items = fields.List(fields.Nested(ItemDiffOut), required=True)


class ReferenceDiffOut(Answer):
    """What became of a reference."""

    id = fields.String(required=True)
    change = fields.String(required=True, metadata={"description": "Empty where it is as it was."})
    before = fields.Nested(ReferenceOut, required=True, allow_none=True, data_key="from")
    after = fields.Nested(ReferenceOut, required=True, allow_none=True, data_key="to")


class ComparedOut(Answer):
    """One of two texts that were compared."""

    reference = fields.String(required=True)
    at = When(required=True)
    by = fields.String(required=True)


class DiffOut(Answer):
    """What became of a text, by section and by word.

    Pieces that stayed or went are the earlier text; those that stayed or came are the later.
    """

    earlier = fields.Nested(ComparedOut, required=True, data_key="from")
    later = fields.Nested(ComparedOut, required=True, data_key="to")
    changed = fields.Boolean(required=True)
    title = _pieces()
    summary = _pieces()
    sections = fields.List(fields.Nested(SectionDiffOut), required=True)
    references = fields.List(fields.Nested(ReferenceDiffOut), required=True)


class OperatedOut(Answer):
    """What came of operations; restoring the point `before` undoes them."""

    revision = fields.Integer(
        required=True, metadata={"description": "That of the article; its entity tag."}
    )
    before = fields.Integer(
        required=True, metadata={"description": "The saved point that undoes this."}
    )
    point = fields.Integer(required=True, metadata={"description": "The saved point of this."})
    names = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata={"description": "Of each name that was given the section's id."},
    )
    sections = fields.List(fields.Nested(AdminSectionOut), required=True)
