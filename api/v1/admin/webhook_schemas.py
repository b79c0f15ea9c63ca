"""What is sent and answered about webhooks, as fields."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from api.fields import Count, Locale, Text, Toggle, When
from api.v1.queries import PageQuery
from api.v1.schemas import Answer, PageOut
from content.subscribing import FLAVOURS, EndpointDraft
from content.webhooks import EVENTS

_ABOUT_URL = {
    "description": "`https`, and a public address. Of Fastly `https://api.fastly.com/service/<id>"
    "/purge`, of Cloudflare `https://api.cloudflare.com/client/v4/zones/<id>/purge_cache`."
}
_ABOUT_EVENTS = {"description": f"Some of: {', '.join(EVENTS)}; none for all."}
_ABOUT_TOPICS = {
    "description": "`kind:key` of each: changes of what is shown under one of them, or was until "
    "then; none for all."
}
_ABOUT_TYPES = {"description": "Types of sections, likewise."}
_ABOUT_LOCALE = {"description": "Of the articles; null for every one."}


class NewWebhookIn(Schema):
    """Who is to be told of changes."""

    name = Text(required=True)
    url = Text(required=True, metadata=_ABOUT_URL)
    flavour = Text(
        load_default="standard",
        metadata={"enum": list(FLAVOURS), "description": "Signed events, or purges of a cache."},
    )
    events = fields.List(Text(), load_default=list, metadata=_ABOUT_EVENTS)
    topics = fields.List(Text(), load_default=list, metadata=_ABOUT_TOPICS)
    types = fields.List(Text(), load_default=list, metadata=_ABOUT_TYPES)
    locale = Locale(load_default=None, allow_none=True, metadata=_ABOUT_LOCALE)

    @post_load
    def make(self, document: dict[str, Any], **kwargs: Any) -> EndpointDraft:
        """As the domain takes it."""
        return EndpointDraft(**document)


class WebhookPatchIn(Schema):
    """What is to be different."""

    name = Text()
    url = Text(metadata=_ABOUT_URL)
    events = fields.List(Text(), metadata=_ABOUT_EVENTS)
    topics = fields.List(Text(), metadata=_ABOUT_TOPICS)
    types = fields.List(Text(), metadata=_ABOUT_TYPES)
    locale = Locale(allow_none=True, metadata=_ABOUT_LOCALE)


class ReplayIn(Schema):
    """Which part of the change log to tell once more, both ends included."""

    from_ = Count(1, required=True, data_key="from")
    to = Count(1, required=True)


class ReplayOut(Answer):
    """A part of the log that is told once more."""

    id = fields.String(required=True)
    from_ = fields.Integer(required=True, attribute="first", data_key="from")
    to = fields.Integer(required=True, attribute="last")
    sequence = fields.Integer(
        required=True, metadata={"description": "Up to where it has been told."}
    )
    created_at = When(required=True)
    created_by = fields.String(required=True)


class WebhookOut(Answer):
    """Who is told of changes, and how far that is."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    url = fields.String(required=True)
    flavour = fields.String(required=True, validate=validate.OneOf(FLAVOURS))
    events = fields.List(fields.String(validate=validate.OneOf(EVENTS)), required=True)
    topics = fields.List(fields.String(), required=True)
    types = fields.List(fields.String(), required=True)
    locale = fields.String(required=True, allow_none=True)
    revision = fields.Integer(required=True)
    sequence = fields.Integer(
        required=True,
        metadata={"description": "Everything up to this point of the change log was told."},
    )
    delivered_at = When(required=True, allow_none=True)
    failures = fields.Integer(
        required=True, metadata={"description": "Attempts since the last one that was taken."}
    )
    failing_since = When(required=True, allow_none=True)
    next_attempt_at = When(required=True, allow_none=True)
    paused_at = When(required=True, allow_none=True)
    pause_reason = fields.String(required=True, allow_none=True)
    replays = fields.List(
        fields.Nested(ReplayOut),
        required=True,
        metadata={"description": "Those that are not finished, in their order."},
    )
    created_at = When(required=True)
    created_by = fields.String(required=True)
    changed_at = When(required=True)


class SecretWebhookOut(WebhookOut):
    """A webhook with its new secret, shown this once."""

    secret = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "`whsec_...`; null of a flavour that signs nothing."},
    )


class WebhookPageOut(PageOut):
    """A page of webhooks."""

    items = fields.List(fields.Nested(WebhookOut), required=True)


class DeliveriesQuery(PageQuery):
    """A list of attempts."""

    failed = Toggle(
        load_default=False, metadata={"description": "Whether to list only those that failed."}
    )


class DeliveryOut(Answer):
    """One attempt to tell, and what came of it."""

    id = fields.String(required=True)
    message_id = fields.String(
        required=True,
        metadata={"description": "`webhook-id`: the same in every attempt, and in a replay."},
    )
    event = fields.String(
        required=True,
        metadata={"description": f"{', '.join(EVENTS)}, `webhook.ping` of a trial, or `purge`."},
    )
    sequence = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "The last change that it told of."},
    )
    article_id = fields.String(required=True, allow_none=True)
    attempt = fields.Integer(required=True)
    at = When(required=True)
    delivered = fields.Boolean(required=True)
    status = fields.Integer(
        required=True, allow_none=True, metadata={"description": "That the receiver answered."}
    )
    duration_ms = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Null where nobody was reached."}
    )
    error = fields.String(required=True, allow_none=True)
    answer = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The first characters of what came with a failure."},
    )
    replay_id = fields.String(required=True, allow_none=True)


class DeliveryPageOut(PageOut):
    """A page of attempts."""

    items = fields.List(fields.Nested(DeliveryOut), required=True)
