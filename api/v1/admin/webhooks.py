"""Webhooks over HTTP: who is told of changes, and what came of it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import request
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from api.auth import guarded
from api.house import house
from api.outgoing import keys_of, outbound_of
from api.parsing import StrictParser, refuse_body
from api.v1.admin import webhook_schemas as shapes
from api.v1.admin.answering import is_repeated, matches, reads, writes
from api.v1.admin.schemas import NoQuery
from api.v1.queries import PageQuery
from api.v1.turning import wanted_page
from content import delivering, subscribing
from content.authorising import Scope
from content.delivering import Trial
from content.library import Work
from content.messaging import secret_shown
from content.published import Page
from content.subscribing import EndpointDraft
from content.webhooks import Delivery, Endpoint, Replay

blueprint = Blueprint(
    "admin-webhooks",
    __name__,
    url_prefix="/api/v1/admin/webhooks",
    description="Who is told of changes",
)
blueprint.ARGUMENTS_PARSER = StrictParser()


def _looked_up(view: Callable[..., Any]) -> Callable[..., Any]:
    """Pass why the URL that was sent may not be called, if so, as `objection`.

    Its host is resolved before the unit of work: no writer has to wait for a name server.
    """

    @wraps(view)
    def answer(body: Any, **path: Any) -> Any:
        url = body.url if isinstance(body, EndpointDraft) else body.get("url")
        objection = outbound_of(house().settings).objection(url) if url else None
        return view(body, **path, objection=objection)

    return answer


def _tried(view: Callable[..., Any]) -> Callable[..., Any]:
    """Pass what came of a trial, which is made outside of the unit of work."""

    @wraps(view)
    def answer(webhook_id: str) -> Any:
        refuse_body(request)
        trial = None if is_repeated() else _trial(webhook_id)
        return view(webhook_id=webhook_id, trial=trial)

    return answer


def _trial(webhook_id: str) -> Trial:
    settings = house().settings
    return delivering.try_out(house().library, outbound_of(settings), keys_of(settings), webhook_id)


def _with_secret(endpoint: Endpoint) -> dict[str, Any]:
    secret = secret_shown(keys_of(house().settings), endpoint)
    names = {each.attribute or name for name, each in shapes.WebhookOut().fields.items()}
    return {"secret": secret, **{name: getattr(endpoint, name) for name in names}}


@blueprint.get("")
@guarded(Scope.ADMIN)
@blueprint.arguments(PageQuery, location="query")
@reads(blueprint, shapes.WebhookPageOut)
def webhooks(session: Session, query: dict[str, Any]) -> Page[Endpoint]:
    """List webhooks

    Newest first, paused ones too.
    """
    return subscribing.endpoints(session, wanted_page(query))


@blueprint.post("")
@guarded(Scope.ADMIN)
@blueprint.alt_response(409, description="It was created already, with this `Idempotency-Key`.")
@blueprint.arguments(shapes.NewWebhookIn)
@_looked_up
@writes(blueprint, shapes.SecretWebhookOut, status=201, secret=True)
def create_webhook(work: Work, body: EndpointDraft, objection: str | None) -> dict[str, Any]:
    """Create a webhook

    It is told of every change from now on, in order, until it takes it; `replay` tells of what
    was before. The answer holds the secret that signs, this once.
    """
    return _with_secret(subscribing.create_endpoint(work, body, objection))


@blueprint.get("/<webhook_id>")
@guarded(Scope.ADMIN)
@blueprint.arguments(NoQuery, location="query")
@reads(blueprint, shapes.WebhookOut)
def webhook(session: Session, query: dict[str, Any], webhook_id: str) -> Endpoint:
    """Get a webhook"""
    return subscribing.endpoint(session, webhook_id)


@blueprint.patch("/<webhook_id>")
@guarded(Scope.ADMIN)
@matches(blueprint)
@blueprint.arguments(shapes.WebhookPatchIn)
@_looked_up
@writes(blueprint, shapes.WebhookOut)
def change_webhook(
    work: Work,
    body: dict[str, Any],
    webhook_id: str,
    expected: int | None,
    objection: str | None,
) -> Endpoint:
    """Change a webhook

    One that was failing is tried at once. The flavour stays: create another webhook for that.
    """
    return subscribing.change_endpoint(work, webhook_id, expected, body, objection)


@blueprint.delete("/<webhook_id>")
@guarded(Scope.ADMIN)
@matches(blueprint)
@writes(blueprint, None, status=204)
def delete_webhook(work: Work, webhook_id: str, expected: int | None) -> None:
    """Delete a webhook

    And the log of its deliveries.
    """
    subscribing.delete_endpoint(work, webhook_id, expected)


@blueprint.post("/<webhook_id>/test")
@guarded(Scope.ADMIN)
@_tried
@writes(blueprint, shapes.DeliveryOut)
def try_webhook(work: Work, webhook_id: str, trial: Trial) -> Delivery:
    """Try a webhook

    Sends `webhook.ping`, or purges the tag `dermis-ping` that nothing has, and answers what came
    of it. A paused one can be tried as well.
    """
    return delivering.note_trial(work, trial)


@blueprint.post("/<webhook_id>/pause")
@guarded(Scope.ADMIN)
@writes(blueprint, shapes.WebhookOut)
def pause_webhook(work: Work, webhook_id: str) -> Endpoint:
    """Pause a webhook

    Nothing is lost: it goes on from there when it is resumed.
    """
    return subscribing.pause(work, webhook_id)


@blueprint.post("/<webhook_id>/resume")
@guarded(Scope.ADMIN)
@writes(blueprint, shapes.WebhookOut)
def resume_webhook(work: Work, webhook_id: str) -> Endpoint:
    """Resume a webhook

    From where it was; one that is failing is tried at once.
    """
    return subscribing.resume(work, webhook_id)


@blueprint.post("/<webhook_id>/rotate")
@guarded(Scope.ADMIN)
@blueprint.alt_response(409, description="Nothing that this flavour sends is signed.")
@writes(blueprint, shapes.SecretWebhookOut, secret=True)
def rotate_webhook_secret(work: Work, webhook_id: str) -> dict[str, Any]:
    """Rotate the secret of a webhook

    The answer holds the new one, this once. For a day the one before signs as well.
    """
    return _with_secret(subscribing.rotate(work, webhook_id))


@blueprint.post("/<webhook_id>/replay")
@guarded(Scope.ADMIN)
@blueprint.arguments(shapes.ReplayIn)
@writes(blueprint, shapes.ReplayOut, status=202)
def replay_webhook(work: Work, body: dict[str, Any], webhook_id: str) -> Replay:
    """Replay a part of the change log

    What the webhook wants of it is told once more, in order and under the same ids, after all
    that is new.
    """
    return subscribing.replay(work, webhook_id, body["from_"], body["to"])


@blueprint.get("/<webhook_id>/deliveries")
@guarded(Scope.ADMIN)
@blueprint.arguments(shapes.DeliveriesQuery, location="query")
@reads(blueprint, shapes.DeliveryPageOut)
def webhook_deliveries(session: Session, query: dict[str, Any], webhook_id: str) -> Page[Delivery]:
    """List the deliveries of a webhook

    Every attempt of the last 30 days, newest first.
    """
    page = wanted_page(query)
    return subscribing.deliveries(session, webhook_id, page, failed=query["failed"])
