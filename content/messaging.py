"""Messages: what an endpoint is sent of a change, as its flavour has it.

Signed events follow the Standard Webhooks specification. Purges are the requests that Fastly
(`POST /service/<id>/purge` with `Surrogate-Key`), Cloudflare (`POST .../purge_cache` with tags)
and Varnish's vmod_xkey (`PURGE` with `xkey`) document.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson

from content.models import new_id
from content.outbound import Call, Outcome
from content.published import LoggedChange
from content.sealing import sealed, secret_of, shown
from content.tags import tags_of_change
from content.webhooks import PING, Endpoint, Flavour

OVERLAP: Final = timedelta(hours=24)
"""For which a secret that was replaced goes on signing, beside the new one."""

PURGE: Final = "purge"
PING_TAG: Final = "dermis-ping"
"""What a trial purges: nothing has this tag."""

_JSON: Final = {"Content-Type": "application/json"}
_BATCH: Final = {Flavour.FASTLY: 256, Flavour.CLOUDFLARE: 100, Flavour.VARNISH: 64}
# Tags of one request: what the first two document at most, and what fits Varnish's headers.
_HOSTS: Final = {Flavour.FASTLY: "api.fastly.com", Flavour.CLOUDFLARE: "api.cloudflare.com"}
_PATHS: Final = {
    Flavour.FASTLY: (
        re.compile(r"https?://[^/]+/service/[A-Za-z0-9]+/purge"),
        "https://api.fastly.com/service/<service id>/purge",
    ),
    Flavour.CLOUDFLARE: (
        re.compile(r"https?://[^/]+/.*zones/[A-Za-z0-9]+/purge_cache"),
        "https://api.cloudflare.com/client/v4/zones/<zone id>/purge_cache",
    ),
}


@dataclass(frozen=True, slots=True)
class Keys:
    """What signs and what purges: the key of the house, and the token of its CDN, if any."""

    signing: bytes
    purge_token: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """What is told at once: one change, or for a cache all changes of a stretch.

    `last` is the place of the last of them in the stretch.
    """

    id: str
    event: str
    at: datetime
    data: dict[str, Any]
    tags: list[str]
    last: int = 0
    sequence: int | None = None
    article_id: str | None = None


def address_objection(flavour: str, url: str) -> str | None:
    """Why a URL is not the one that the flavour's documentation has."""
    expected = _PATHS.get(Flavour(flavour))
    if expected is None or expected[0].fullmatch(url):
        return None
    return f"For this flavour it is {expected[1]}."


def secret_shown(keys: Keys, endpoint: Endpoint) -> str | None:
    """The endpoint's present secret, for whom it is told once; None where nothing is signed."""
    if endpoint.flavour != Flavour.STANDARD:
        return None
    return shown(secret_of(keys.signing, endpoint.id, endpoint.secret_version))


def concerns(endpoint: Endpoint, change: LoggedChange) -> bool:
    """Whether an endpoint wants to be told of a change."""
    topics, types = change.dependants.topics, change.dependants.types
    return (
        (not endpoint.events or event_of(change) in endpoint.events)
        and (not endpoint.topics or not set(endpoint.topics).isdisjoint(topics))
        and (not endpoint.types or not set(endpoint.types).isdisjoint(types))
        and endpoint.locale in (None, change.article.locale)
    )


def event_of(change: LoggedChange) -> str:
    """The event that a change is."""
    return f"article.{change.kind}"


def messages_of(endpoint: Endpoint, changes: Sequence[LoggedChange]) -> Iterator[Message]:
    """What to tell an endpoint of a stretch of the log, in order; nothing of what it did not want.

    A cache is told of all of it at once, as purging costs by the request and not by the tag.
    """
    wanted = [(place, each) for place, each in enumerate(changes) if concerns(endpoint, each)]
    messages = (_message(endpoint, place, change) for place, change in wanted)
    if endpoint.flavour == Flavour.STANDARD:
        yield from messages
    elif wanted:
        *before, last = messages
        tags = [tag for each in (*before, last) for tag in each.tags]
        yield Message(
            last.id, PURGE, last.at, {}, list(dict.fromkeys(tags)), last.last, last.sequence
        )


def ping(at: datetime) -> Message:
    """What is sent for a trial."""
    return Message(f"msg_{new_id()}", PING, at, {}, [PING_TAG])


def calls_of(endpoint: Endpoint, message: Message, keys: Keys, at: datetime) -> list[Call]:
    """The requests that tell it, for an attempt at that instant; all of them must be taken."""
    flavour = Flavour(endpoint.flavour)
    if flavour is Flavour.STANDARD:
        return [_event(endpoint, message, keys, at)]
    size = _BATCH[flavour]
    parts = [message.tags[first : first + size] for first in range(0, len(message.tags), size)]
    return [_purge(endpoint.url, flavour, part, keys.purge_token) for part in parts]


def objection(endpoint: Endpoint, outcome: Outcome) -> str | None:
    """Why an outcome is a failure; None when the receiver took it."""
    if outcome.error is not None:
        return outcome.error
    if not outcome.taken:
        return f"The receiver answered {outcome.status}."
    if endpoint.flavour == Flavour.CLOUDFLARE and _says_failure(outcome.body):
        return "Cloudflare answered that it did not succeed."
    return None


def instant(at: datetime) -> str:
    """As the API writes instants: RFC 3339, in UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _message(endpoint: Endpoint, place: int, change: LoggedChange) -> Message:
    tags = tags_of_change(change.article.id, change.dependants.topics, change.dependants.types)
    data = {**asdict(change), "at": instant(change.at), "tags": tags}
    named = f"{endpoint.id}:{change.sequence}:{change.article.id}"
    return Message(
        id=f"msg_{hashlib.sha256(named.encode()).hexdigest()[:32]}",
        event=event_of(change),
        at=change.at,
        data=data,
        tags=tags,
        last=place,
        sequence=change.sequence,
        article_id=change.article.id,
    )


def _event(endpoint: Endpoint, message: Message, keys: Keys, at: datetime) -> Call:
    told = {"type": message.event, "timestamp": instant(message.at), "data": message.data}
    body = orjson.dumps(told)
    timestamp = int(at.timestamp())
    secrets = [secret_of(keys.signing, endpoint.id, each) for each in _versions(endpoint, at)]
    headers = {
        **_JSON,
        "webhook-id": message.id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sealed(secrets, message.id, timestamp, body),
    }
    return Call(endpoint.url, headers=headers, body=body)


def _versions(endpoint: Endpoint, at: datetime) -> Iterable[int]:
    yield endpoint.secret_version
    if endpoint.rotated_at is not None and at < endpoint.rotated_at + OVERLAP:
        yield endpoint.secret_version - 1


def _purge(url: str, flavour: Flavour, tags: Sequence[str], token: str | None) -> Call:
    host = _HOSTS.get(flavour)
    if flavour is Flavour.VARNISH:
        return Call(url, "PURGE", {"xkey": " ".join(tags)})
    if flavour is Flavour.FASTLY:
        headers = {"Surrogate-Key": " ".join(tags), "Accept": "application/json"}
        credentials = {"Fastly-Key": token} if token else {}
        return Call(url, headers=headers, credentials=credentials, trusted_host=host)
    credentials = {"Authorization": f"Bearer {token}"} if token else {}
    body = orjson.dumps({"tags": tags})
    return Call(url, "POST", _JSON, body, credentials, host)


def _says_failure(body: bytes) -> bool:
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        return False
    return isinstance(answer, dict) and answer.get("success") is False
