"""What editors say of pictures and are told of them, as fields."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from api.fields import Digits, Flag, Locale, Text, When
from api.v1.queries import PageQuery
from api.v1.schemas import Answer, PageOut
from content.depicting import Consent, consent_of
from content.illustrating import MAX_ALT, MAX_NOTE, Lack
from content.models import Consenting, now


class ConsentIn(Schema):
    """What the person in the picture agreed to."""

    reference = Text(
        required=True,
        validate=validate.Length(1, 300),
        metadata={"description": "Where the house keeps the signed consent."},
    )
    given_at = When(required=True)
    valid_until = When(load_default=None, allow_none=True)
    withdrawn_at = When(
        load_default=None,
        allow_none=True,
        metadata={"description": "From the moment that this is set nobody is shown the picture."},
    )

    @post_load
    def make(self, document: dict[str, Any], **kwargs: Any) -> Consenting:
        """As the domain takes it."""
        return Consenting(**document)


class PicturePatchIn(Schema):
    """What is said of a picture; what is left out stays."""

    alt = fields.Dict(
        keys=Locale(),
        values=Text(validate=validate.Length(1, MAX_ALT)),
        validate=validate.Length(max=50),
        metadata={"description": "What it shows, in words, by locale."},
    )
    decorative = Flag(metadata={"description": "That it tells nothing: it needs no words."})
    caption = Text(validate=validate.Length(max=MAX_NOTE))
    credit = Text(validate=validate.Length(max=MAX_NOTE))
    shows_person = Flag(metadata={"description": "Then it is shown only with a consent."})
    consent = fields.Nested(ConsentIn, allow_none=True)


class NewPictureIn(PicturePatchIn):
    """A picture to add."""

    file = Text(
        required=True,
        metadata={"description": "JPEG, PNG or WebP, in Base64 (RFC 4648).", "format": "byte"},
    )


class PicturesQuery(PageQuery):
    """Which pictures."""

    lacks = Text(
        validate=validate.OneOf(list(Lack), error="Must be one of: {choices}."),
        metadata={"description": "Only those that lack this."},
    )
    expiring_days = Digits(
        1, 3_650, load_default=30, metadata={"description": "Days ahead, of `consent_expiring`."}
    )


class ConsentOut(Answer):
    """What the person in the picture agreed to."""

    reference = fields.String(required=True)
    given_at = When(required=True)
    valid_until = When(required=True, allow_none=True)
    withdrawn_at = When(required=True, allow_none=True)


class PictureOut(Answer):
    """A picture; `revision` in quotes is its entity tag. A body shows it by `markdown`."""

    id = fields.String(required=True)
    markdown = fields.Function(
        lambda picture: f"![](media:{picture.id})", required=True, metadata={"type": "string"}
    )
    type = fields.String(required=True)
    digest = fields.String(required=True)
    width = fields.Integer(required=True)
    height = fields.Integer(required=True)
    size = fields.Integer(required=True, metadata={"description": "Bytes."})
    alt = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    decorative = fields.Boolean(required=True)
    caption = fields.String(required=True)
    credit = fields.String(required=True)
    shows_person = fields.Boolean(required=True)
    consent_state = fields.Function(
        lambda picture: str(consent_of(picture, now())),
        required=True,
        metadata={"type": "string", "enum": list(Consent)},
    )
    consent = fields.Nested(ConsentOut, required=True, allow_none=True)
    revision = fields.Integer(required=True)
    created_at = When(required=True)
    created_by = fields.String(required=True)
    changed_at = When(required=True)


class PicturePageOut(PageOut):
    """A page of pictures."""

    items = fields.List(fields.Nested(PictureOut), required=True)


class PictureUseOut(Answer):
    """An article that shows a picture: to readers, in its draft, or both."""

    id = fields.String(required=True)
    slug = fields.String(required=True)
    locale = fields.String(required=True)
    title = fields.String(required=True)
    live = fields.Boolean(required=True)
    draft = fields.Boolean(required=True)


class PictureUsePageOut(PageOut):
    """A page of articles that show a picture."""

    items = fields.List(fields.Nested(PictureUseOut), required=True)
