"""Subscribing: who is told of changes by webhook, and the acts of who looks after that."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from content import changes
from content.drafts import line_objections, locale_objections, nearest, type_objections
from content.errors import Conflict, EditConflict, Invalid, Reason, Unknown
from content.library import Work
from content.messaging import address_objection
from content.models import new_id
from content.outbound import url_objection
from content.published import Page, PageRequest
from content.topics import KINDS
from content.webhooks import EVENTS, Delivery, Endpoint, Flavour, Replay

FLAVOURS: Final = tuple(each.value for each in Flavour)
MOST_FILTERS: Final = 100
"""Topics, or types, that an endpoint is narrowed to."""

_TOPIC: Final = re.compile(rf"(?:{'|'.join(KINDS)}):[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class EndpointDraft:
    """What a site says of an endpoint; what is empty does not narrow what it is told."""

    name: str
    url: str
    flavour: str = Flavour.STANDARD
    events: Sequence[str] = field(default_factory=list)
    topics: Sequence[str] = field(default_factory=list)
    types: Sequence[str] = field(default_factory=list)
    locale: str | None = None


def endpoints(session: Session, page: PageRequest) -> Page[Endpoint]:
    """A page of endpoints, newest first."""
    statement = select(Endpoint).options(selectinload(Endpoint.replays))
    total = session.scalar(select(func.count()).select_from(Endpoint)) if page.count else None
    if page.after:
        statement = statement.where(Endpoint.id < page.after[0])
    found = session.scalars(statement.order_by(Endpoint.id.desc()).limit(page.limit + 1)).all()
    shown = list(found[: page.limit])
    return Page(shown, [shown[-1].id] if len(found) > page.limit else None, total)


def endpoint(session: Session, endpoint_id: str) -> Endpoint:
    """One endpoint. Raises `Unknown`."""
    found: Endpoint | None = session.get(Endpoint, endpoint_id)
    if found is None:
        raise Unknown("There is no such webhook.")
    return found


def create_endpoint(work: Work, draft: EndpointDraft, objection: str | None = None) -> Endpoint:
    """An endpoint that is told of whatever changes from now on.

    Raises `Invalid` with every reason; `objection` is what is known against calling its host,
    which is not asked for here.
    """
    _refuse_what_is_wrong(draft, objection)
    created = Endpoint(
        id=new_id(),
        sequence=changes.head(work.session),
        secret_version=1,
        failures=0,
        revision=1,
        created_at=work.at,
        created_by=work.actor.name,
    )
    _fill(work, created, draft)
    work.session.add(created)
    work.session.flush()
    work.audit("create", "webhook", created.id, name=created.name, flavour=created.flavour)
    return created


def change_endpoint(
    work: Work,
    endpoint_id: str,
    expected: int | None,
    different: Mapping[str, Any],
    objection: str | None = None,
) -> Endpoint:
    """Change what is said of an endpoint; one that was failing is tried at once.

    Raises as `create_endpoint`; `Unknown`; `EditConflict` when `expected` is not its revision.
    """
    found = _locked(work, endpoint_id, expected)
    known = {each.name: getattr(found, each.name) for each in fields(EndpointDraft)}
    draft = EndpointDraft(**{**known, **different})
    _refuse_what_is_wrong(draft, objection)
    _fill(work, found, draft)
    _begin_afresh(found)
    found.revision += 1
    work.session.flush()
    work.audit("change", "webhook", found.id, changed=sorted(different))
    return found


def delete_endpoint(work: Work, endpoint_id: str, expected: int | None) -> None:
    """Delete an endpoint with its log. Raises `Unknown`; `EditConflict`."""
    found = _locked(work, endpoint_id, expected)
    work.session.delete(found)
    work.session.flush()
    work.audit("delete", "webhook", found.id, name=found.name)


def pause(work: Work, endpoint_id: str) -> Endpoint:
    """Tell it nothing for now; nothing is lost. One that is paused stays as it is."""
    found = _locked(work, endpoint_id, None)
    if found.paused_at is None:
        found.paused_at = work.at
        found.pause_reason = f"Paused by {work.actor.name}."
        found.revision += 1
        work.session.flush()
        work.audit("pause", "webhook", found.id, reason=found.pause_reason)
    return found


def resume(work: Work, endpoint_id: str) -> Endpoint:
    """Go on from where it was; one that was failing is tried at once."""
    found = _locked(work, endpoint_id, None)
    _begin_afresh(found)
    if found.paused_at is not None:
        found.paused_at = found.pause_reason = None
        found.revision += 1
    work.session.flush()
    work.audit("resume", "webhook", found.id)
    return found


def rotate(work: Work, endpoint_id: str) -> Endpoint:
    """Give it another secret; the one before signs as well for `messaging.OVERLAP`.

    Raises `Unknown`; `Conflict` where nothing is signed.
    """
    found = _locked(work, endpoint_id, None)
    if found.flavour != Flavour.STANDARD:
        raise Conflict(f"Nothing that the flavour '{found.flavour}' sends is signed.")
    found.secret_version += 1
    found.rotated_at = work.at
    found.revision += 1
    work.session.flush()
    work.audit("rotate", "webhook", found.id, version=found.secret_version)
    return found


def replay(work: Work, endpoint_id: str, first: int, last: int) -> Replay:
    """Have the changes from `first` to `last`, both included, told once more.

    They are told in order, after all that is new, with the ids that they had. Raises `Unknown`;
    `Invalid` with every reason.
    """
    found = endpoint(work.session, endpoint_id)
    head = changes.head(work.session)
    reasons = []
    if first > last:
        reasons.append(Reason("/to", "out_of_range", f"It is {first} or more, as 'from' is."))
    if last > head:
        reasons.append(Reason("/to", "out_of_range", f"The log stands at {head}."))
    if reasons:
        raise Invalid("There is no such part of the log.", reasons)
    wanted = Replay(
        id=new_id(),
        webhook_id=found.id,
        first=first,
        last=last,
        sequence=first - 1,
        created_at=work.at,
        created_by=work.actor.name,
    )
    work.session.add(wanted)
    work.session.flush()
    work.audit("replay", "webhook", found.id, first=first, last=last)
    return wanted


def deliveries(
    session: Session, endpoint_id: str, page: PageRequest, *, failed: bool = False
) -> Page[Delivery]:
    """A page of attempts, newest first; only those that failed, where so wanted."""
    endpoint(session, endpoint_id)
    statement = select(Delivery).where(Delivery.webhook_id == endpoint_id)
    if failed:
        statement = statement.where(Delivery.delivered.is_(False))
    total = None
    if page.count:
        total = session.scalar(select(func.count()).select_from(statement.subquery()))
    if page.after:
        statement = statement.where(Delivery.id < page.after[0])
    found = session.scalars(statement.order_by(Delivery.id.desc()).limit(page.limit + 1)).all()
    shown = list(found[: page.limit])
    return Page(shown, [shown[-1].id] if len(found) > page.limit else None, total)


def _locked(work: Work, endpoint_id: str, expected: int | None) -> Endpoint:
    found = work.session.scalar(
        select(Endpoint).where(Endpoint.id == endpoint_id).with_for_update()
    )
    if found is None:
        raise Unknown("There is no such webhook.")
    if expected is not None and expected != found.revision:
        raise EditConflict(str(found.revision))
    return found


def _fill(work: Work, stored: Endpoint, draft: EndpointDraft) -> None:
    stored.name = draft.name.strip()
    stored.url = draft.url
    stored.flavour = draft.flavour
    stored.events = sorted(set(draft.events))
    stored.topics = sorted(set(draft.topics))
    stored.types = sorted(set(draft.types))
    stored.locale = draft.locale
    stored.changed_at = work.at


def _begin_afresh(stored: Endpoint) -> None:
    stored.failures = 0
    nothing: datetime | None = None
    stored.failing_since = stored.next_attempt_at = nothing


def _refuse_what_is_wrong(draft: EndpointDraft, objection: str | None) -> None:
    reasons = list(_objections(draft, objection))
    if reasons:
        raise Invalid("What was sent is not acceptable.", reasons)


def _objections(draft: EndpointDraft, objection: str | None) -> Iterator[Reason]:
    yield from line_objections(draft.name, "/name", "name")
    if len(draft.name) > 200:
        yield Reason("/name", "too_long", "A name has at most 200 characters.")
    yield from _address_objections(draft, objection)
    yield from _word_objections(draft.events, EVENTS, "/events", "event")
    for name, listed in (("topics", draft.topics), ("types", draft.types)):
        if len(listed) > MOST_FILTERS:
            detail = f"An endpoint is narrowed to at most {MOST_FILTERS} {name}."
            yield Reason(f"/{name}", "too_many", detail)
    for place, topic in enumerate(draft.topics[:MOST_FILTERS]):
        if len(topic) > 130 or not _TOPIC.fullmatch(topic):
            detail = (
                f"Write a topic as kind:key, such as procedure:microneedling, not '{topic[:60]}'."
            )
            yield Reason(f"/topics/{place}", "malformed_topic", detail)
    for place, key in enumerate(draft.types[:MOST_FILTERS]):
        yield from type_objections(key, f"/types/{place}")
    if draft.locale is not None:
        yield from locale_objections(draft.locale, "/locale")


def _address_objections(draft: EndpointDraft, known: str | None) -> Iterator[Reason]:
    unknown = list(_word_objections([draft.flavour], FLAVOURS, "/flavour", "flavour"))
    yield from (Reason("/flavour", each.code, each.detail) for each in unknown)
    objection = url_objection(draft.url) or known
    if objection is None and not unknown:
        objection = address_objection(draft.flavour, draft.url)
    if objection is not None:
        yield Reason("/url", "not_callable", objection)


def _word_objections(
    words: Sequence[str], known: Sequence[str], pointer: str, what: str
) -> Iterator[Reason]:
    for place, word in enumerate(words):
        if word not in known:
            detail = f"'{word[:60]}' is no {what}{nearest(word, known)} Known: {', '.join(known)}."
            yield Reason(f"{pointer}/{place}", f"unknown_{what}", detail)
