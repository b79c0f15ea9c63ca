"""Delivering webhooks: each endpoint follows the change log from a checkpoint of its own.

At least once and in order: what a receiver took is noted with the checkpoint in one transaction,
so that a process that dies in between tells a few changes again, under the same ids. A lease keeps
other processes and machines from telling the same endpoint at that time (their clocks agree
within some seconds). While a receiver fails its checkpoint stays, and it is asked again more and
more rarely; after `PATIENCE` it is paused, and goes on from there when it is resumed.
"""

import contextlib
import logging
import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from sqlalchemy import (
    ColumnElement,
    and_,
    delete,
    exists,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from content import reading
from content.errors import LibraryUnavailable
from content.library import Actor, Library, Work
from content.messaging import Keys, Message, calls_of, messages_of, objection, ping
from content.models import ChangeHead, new_id, now
from content.outbound import Line, Outbound, Outcome
from content.published import LoggedChange
from content.subscribing import endpoint as endpoint_of
from content.webhooks import MOST_TOLD, Delivery, Endpoint, Replay

INTERVAL: Final = 0.05
"""Seconds between two looks when nothing is due: with a watch a look costs next to nothing."""

PATIENCE: Final = timedelta(days=3)
"""After which an endpoint that took nothing is paused."""

FIRST_PAUSE: Final = timedelta(seconds=5)
LONGEST_PAUSE: Final = timedelta(hours=6)
"""Between two attempts; also the longest that a receiver may ask for."""

KEPT: Final = timedelta(days=30)
"""For which attempts are kept."""

MOST_AT_ONCE: Final = 16
"""Endpoints that one process tells at the same time."""

GONE: Final = 410

_GONE: Final = "The receiver answered 410: it wants nothing more."
_OURS: Final = "Something went wrong here, which the log of this site tells."

_LEASE: Final = timedelta(seconds=30)
_TURN_SECONDS: Final = 10.0
# After which an endpoint makes room for another; with the last call, well within a lease.

_STRETCH: Final = 50
# Changes that are read at a time.

_UNNOTED: Final = 16
_UNNOTED_SECONDS: Final = 0.1
# Calls that were taken before that is noted: at most so many are repeated after a crash.

_LOOK_SECONDS: Final = 1.0
# How often one looks without any news: an attempt that became due is as late as that.

_FORGOTTEN: Final = 1_000
# Attempts that are forgotten in one transaction.

_ACTOR: Final = Actor("the deliverer of webhooks", publishes=False)

_log = logging.getLogger(__name__)


class Watch(Protocol):
    """What tells that the library may have changed."""

    def version(self) -> object:
        """Another value than before whenever something was committed in between."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of a trial, as it is to be noted."""

    endpoint_id: str
    row: dict[str, Any]


class Deliveries:
    """The errand of telling every endpoint what is new; see `content.errands`.

    Each endpoint is told in a thread of its own, so that one that hangs keeps none waiting.
    """

    name = "delivering webhooks"

    def __init__(
        self,
        library: Library,
        outbound: Outbound,
        keys: Keys,
        watch: Watch | None = None,
        most_at_once: int = MOST_AT_ONCE,
    ) -> None:
        self._library = library
        self._outbound = outbound
        self._keys = keys
        self._watch = watch
        self._most = most_at_once
        self._lock = threading.Condition()
        self._told: set[str] = set()
        self._ended = True
        self._seen: object = None
        self._look_at = 0.0

    def run(self) -> bool:
        """Begin to tell the endpoints of which it is time; whether there were any.

        It does not wait for what they answer. Raises `LibraryUnavailable`.
        """
        if not self._may_be_due():
            return False
        begun = [each for each in self._due() if self._begin(each)]
        return bool(begun)

    def wait(self) -> None:
        """Wait until no endpoint is being told any more."""
        with self._lock:
            self._lock.wait_for(lambda: not self._told)

    def _may_be_due(self) -> bool:
        seen = self._watch.version() if self._watch else object()
        with self._lock:
            news, self._ended = self._ended or seen != self._seen, False
        if not news and time.monotonic() < self._look_at:
            return False
        self._seen, self._look_at = seen, time.monotonic() + _LOOK_SECONDS
        return True

    def _due(self) -> Sequence[str]:
        """Who is to be told something now, those first who waited longest."""
        with self._lock:
            room = self._most - len(self._told)
        if room <= 0:
            return ()
        replays = exists().where(Replay.webhook_id == Endpoint.id, Replay.finished_at.is_(None))
        behind = Endpoint.sequence < select(ChangeHead.sequence).scalar_subquery()
        statement = (
            select(Endpoint.id)
            .where(_is_due(now()), or_(behind, replays))
            .order_by(Endpoint.leased_until.nulls_first(), Endpoint.id)
            .limit(room)
        )
        with self._library.reading() as session:
            return session.scalars(statement).all()

    def _begin(self, endpoint_id: str) -> bool:
        turn = _Turn(self._library, self._keys, endpoint_id)
        if not turn.take():
            return False
        with self._lock:
            self._told.add(endpoint_id)
        # A daemon: whoever ends this process need not wait for a receiver that hangs.
        threading.Thread(target=self._tell, args=(turn,), daemon=True).start()
        return True

    def _tell(self, turn: "_Turn") -> None:
        try:
            with self._outbound.line() as line:
                turn.tell(line)
        except LibraryUnavailable as reason:
            _log.warning("a webhook waits until its lease ends: %s", reason)
        except Exception:
            # Whatever it is: the others go on, and it may go wrong each time.
            _log.exception("a webhook could not be told")
            with contextlib.suppress(LibraryUnavailable):
                turn.stumble()
        finally:
            with self._lock:
                self._told.discard(turn.endpoint_id)
                self._ended = True
                self._lock.notify_all()


class OldDeliveries:
    """The errand of forgetting attempts that were long ago."""

    name = "forgetting old deliveries"

    def __init__(self, library: Library) -> None:
        self._library = library

    def run(self) -> bool:
        """Forget some; whether there may be more."""
        old = select(Delivery.id).where(Delivery.at < now() - KEPT).limit(_FORGOTTEN)
        with self._library.reading() as session:
            found = session.scalars(old).all()
        if found:
            with self._library.writing(_ACTOR) as work:
                work.session.execute(delete(Delivery).where(Delivery.id.in_(found)))
        return len(found) == _FORGOTTEN


def try_out(library: Library, outbound: Outbound, keys: Keys, endpoint_id: str) -> Trial:
    """Send an endpoint something that tells of no change, outside of any transaction.

    Note what came of it by `note_trial`. Raises `Unknown`.
    """
    with library.reading() as session:
        endpoint = endpoint_of(session, endpoint_id)
    with outbound.line() as line:
        made = _sent(line, endpoint, ping(now()), keys)
    return Trial(endpoint_id, {**_row(endpoint_id, made, 1), "replay_id": None})


def note_trial(work: Work, trial: Trial) -> Delivery:
    """Write a trial into the log of deliveries. Raises `Unknown`, when the endpoint has gone."""
    endpoint_of(work.session, trial.endpoint_id)
    noted = Delivery(**trial.row)
    work.audit("try", "webhook", trial.endpoint_id, delivered=noted.delivered)
    work.session.add(noted)
    work.session.flush()
    return noted


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One attempt to tell, and why it failed, if it did."""

    message: Message
    at: datetime
    outcome: Outcome
    error: str | None = None


@dataclass(slots=True)
class _Stretch:
    """Changes to tell an endpoint of: new ones, or some of a replay."""

    endpoint: Endpoint
    changes: Sequence[LoggedChange]
    sequence: int
    article_id: str | None
    replay_id: str | None = None
    ends: bool = False
    """Whether the replay ends with it."""

    def place(self, index: int) -> tuple[int, str | None]:
        """The checkpoint, once the change at that index was told; before the first it is -1."""
        if index < 0:
            return self.sequence, self.article_id
        change = self.changes[index]
        if index + 1 == len(self.changes) or self.changes[index + 1].sequence != change.sequence:
            return change.sequence, None
        whole = [each.sequence for each in self.changes[:index] if each.sequence < change.sequence]
        return (whole[-1] if whole else self.sequence), change.article.id


@dataclass(slots=True)
class _Unnoted:
    """What was taken and is not noted yet."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    since: float = field(default_factory=time.monotonic)

    @property
    def enough(self) -> bool:
        late = time.monotonic() >= self.since + _UNNOTED_SECONDS
        return bool(self.rows) and (late or len(self.rows) >= _UNNOTED)


class _Turn:
    """One endpoint is told for a while, by who holds its lease."""

    def __init__(self, library: Library, keys: Keys, endpoint_id: str) -> None:
        self.endpoint_id = endpoint_id
        self._library = library
        self._keys = keys
        self._holder = new_id()
        self._took = False

    def take(self) -> bool:
        """Take the lease, unless somebody was faster."""
        at = now()
        with self._library.writing(_ACTOR) as work:
            taken = work.session.execute(
                update(Endpoint)
                .where(Endpoint.id == self.endpoint_id, _is_due(at))
                .values(lease=self._holder, leased_until=at + _LEASE)
                .returning(Endpoint.id)
                .execution_options(synchronize_session=False)
            ).first()
        return taken is not None

    def tell(self, line: Line) -> None:
        """Tell what there is to tell, until it fails, all is told, or it is another's turn."""
        until = time.monotonic() + _TURN_SECONDS
        while time.monotonic() < until:
            stretch = self._stretch()
            if stretch is None or not self._told(line, stretch, until):
                break
        self._release()

    def stumble(self) -> None:
        """Wait as for a receiver that fails, after something has gone wrong on this side."""
        at = now()
        held = (Endpoint.id == self.endpoint_id, Endpoint.lease == self._holder)
        with self._library.writing(_ACTOR) as work:
            known = select(Endpoint.failures, Endpoint.failing_since).where(*held)
            found = work.session.execute(known.with_for_update()).first()
            if found is None:
                return
            failures, since = found.failures + 1, found.failing_since or at
            reason = _given_up(_OURS, since, at)
            values = _failed(failures, since, at) | _paused(reason, at)
            statement = update(Endpoint).where(*held).values(values)
            work.session.execute(statement, execution_options={"synchronize_session": False})
            if reason is not None:
                work.audit("pause", "webhook", self.endpoint_id, reason=reason)

    def _stretch(self) -> _Stretch | None:
        """What comes next: new changes first, then the oldest replay."""
        with self._library.reading() as session:
            endpoint = session.get(Endpoint, self.endpoint_id)
            if endpoint is None or endpoint.paused_at or endpoint.lease != self._holder:
                return None
            found = _after(session, endpoint.sequence, endpoint.article_id)
            if found:
                return _Stretch(endpoint, found, endpoint.sequence, endpoint.article_id)
            replay = session.scalar(
                select(Replay)
                .where(Replay.webhook_id == self.endpoint_id, Replay.finished_at.is_(None))
                .order_by(Replay.id)
                .limit(1)
            )
            if replay is None:
                return None
            found = _after(session, replay.sequence, replay.article_id)
            due = [each for each in found if each.sequence <= replay.last]
            ends = len(due) < len(found) or not due or due[-1].sequence >= replay.last
            return _Stretch(endpoint, due, replay.sequence, replay.article_id, replay.id, ends=ends)

    def _told(self, line: Line, stretch: _Stretch, until: float) -> bool:
        """Tell a stretch; whether one may go on."""
        endpoint, unnoted, done = stretch.endpoint, _Unnoted(), -1
        for message in messages_of(endpoint, stretch.changes):
            if time.monotonic() >= until:
                return self._note(stretch, done, unnoted)
            count = endpoint.failures + 1 if self._failing(stretch) else 1
            made = _sent(line, endpoint, message, self._keys)
            row = _row(self.endpoint_id, made, count)
            unnoted.rows.append({**row, "replay_id": stretch.replay_id})
            if made.error is not None:
                return self._fail(stretch, done, unnoted, made)
            self._took, done = True, message.last
            if unnoted.enough:
                if not self._note(stretch, done, unnoted):
                    return False
                unnoted = _Unnoted()
        return self._note(stretch, len(stretch.changes) - 1, unnoted)

    def _failing(self, stretch: _Stretch) -> bool:
        return stretch.endpoint.failures > 0 and not self._took

    def _note(self, stretch: _Stretch, done: int, unnoted: _Unnoted) -> bool:
        """Write down how far it was told; whether one may go on.

        That is not so when the lease was lost, or an editor has paused or deleted it.
        """
        values: dict[str, Any] = {"leased_until": now() + _LEASE}
        if unnoted.rows:
            values |= {**_WELL, "delivered_at": now()}
        with self._library.writing(_ACTOR) as work:
            written = self._write(work, stretch, done, unnoted, values)
            return written is not None and written.paused_at is None

    def _fail(self, stretch: _Stretch, done: int, unnoted: _Unnoted, made: _Attempt) -> bool:
        """Write down that it failed, and when it is tried again; one may not go on."""
        at = now()
        failing = self._failing(stretch)
        failures = stretch.endpoint.failures + 1 if failing else 1
        since = (stretch.endpoint.failing_since if failing else None) or at
        values = _failed(failures, since, at, made.outcome.retry_after)
        if self._took:
            values["delivered_at"] = at
        gone = made.outcome.status == GONE
        reason = _GONE if gone else _given_up(made.error, since, at)
        values |= _paused(reason, at)
        with self._library.writing(_ACTOR) as work:
            written = self._write(work, stretch, done, unnoted, values)
            if written is not None and reason is not None:
                work.audit("pause", "webhook", self.endpoint_id, reason=reason)
        return False

    def _write(
        self,
        work: Work,
        stretch: _Stretch,
        done: int,
        unnoted: _Unnoted,
        values: dict[str, Any],
    ) -> Any:
        """The row of the endpoint as it is then; None where the lease was lost, and nothing is
        written."""
        sequence, article_id = stretch.place(done)
        if stretch.replay_id is None:
            values = {**values, "sequence": sequence, "article_id": article_id}
        written = work.session.execute(
            update(Endpoint)
            .where(Endpoint.id == self.endpoint_id, Endpoint.lease == self._holder)
            .values(values)
            .returning(Endpoint.paused_at)
            .execution_options(synchronize_session=False)
        ).first()
        if written is None:
            return None
        if stretch.replay_id is not None:
            ended = stretch.ends and done == len(stretch.changes) - 1
            work.session.execute(
                update(Replay)
                .where(Replay.id == stretch.replay_id)
                .values(
                    sequence=sequence, article_id=article_id, finished_at=now() if ended else None
                )
                .execution_options(synchronize_session=False)
            )
        if unnoted.rows:
            work.session.execute(insert(Delivery), unnoted.rows)
        return written

    def _release(self) -> None:
        with self._library.writing(_ACTOR) as work:
            work.session.execute(
                update(Endpoint)
                .where(Endpoint.id == self.endpoint_id, Endpoint.lease == self._holder)
                .values(lease=None, leased_until=now())
                .execution_options(synchronize_session=False)
            )


_WELL: Final[dict[str, Any]] = {"failures": 0, "failing_since": None, "next_attempt_at": None}


def pause_after(failures: int, asked: float | None = None) -> timedelta:
    """How long to wait after so many failures: about twice as long each time.

    Chance takes up to half of it away, so that those who failed together do not come together.
    `asked` are the seconds that the receiver wants; it is given them within bounds.
    """
    longest = LONGEST_PAUSE.total_seconds()
    doubled = FIRST_PAUSE.total_seconds() * 2.0 ** min(failures - 1, 20)
    pause = min(doubled, longest) * _CHANCE.uniform(0.5, 1.0)
    return timedelta(seconds=max(pause, min(asked or 0.0, longest)))


_CHANCE: Final = random.SystemRandom()


def _failed(
    failures: int, since: datetime, at: datetime, asked: float | None = None
) -> dict[str, Any]:
    """What is written of an endpoint that could not be told, and is tried again."""
    return {
        "lease": None,
        "leased_until": at,
        "failures": failures,
        "failing_since": since,
        "next_attempt_at": at + pause_after(failures, asked),
    }


def _paused(reason: str | None, at: datetime) -> dict[str, Any]:
    """What is written besides where there is a reason to try no more."""
    if reason is None:
        return {}
    return {"paused_at": at, "pause_reason": reason, "revision": Endpoint.revision + 1}


def _given_up(error: str | None, since: datetime, at: datetime) -> str | None:
    """Why an endpoint is told nothing more until somebody resumes it."""
    if at - since >= PATIENCE:
        return f"It took nothing since {since:%Y-%m-%d %H:%M} UTC, at last: {error}"
    return None


def _is_due(at: datetime) -> ColumnElement[bool]:
    return and_(
        Endpoint.paused_at.is_(None),
        or_(Endpoint.next_attempt_at.is_(None), Endpoint.next_attempt_at <= at),
        or_(Endpoint.leased_until.is_(None), Endpoint.leased_until <= at),
    )


def _after(session: Session, sequence: int, article_id: str | None) -> list[LoggedChange]:
    """What comes after a checkpoint, in order: numbers of the log as a whole."""
    found = reading.changes_since(session, sequence, _STRETCH).items
    ordered = sorted(found, key=lambda each: (each.sequence, each.article.id))
    if article_id is None or not ordered:
        return ordered
    begun = ordered[0].sequence
    return [each for each in ordered if each.sequence > begun or each.article.id > article_id]


def _sent(line: Line, endpoint: Endpoint, message: Message, keys: Keys) -> _Attempt:
    """Make the calls of a message, up to the first that fails."""
    at, outcome = now(), Outcome()
    for call in calls_of(endpoint, message, keys, at):
        outcome = _without_secrets(line.call(call), keys)
        error = objection(endpoint, outcome)
        if error is not None:
            return _Attempt(message, at, outcome, error)
    return _Attempt(message, at, outcome)


def _without_secrets(outcome: Outcome, keys: Keys) -> Outcome:
    """An outcome to be noted: a receiver may say back all that it was sent."""
    if not keys.purge_token:
        return outcome
    return replace(outcome, body=outcome.body.replace(keys.purge_token.encode(), b"[...]"))


def _row(endpoint_id: str, made: _Attempt, count: int) -> dict[str, Any]:
    message, outcome, seconds = made.message, made.outcome, made.outcome.seconds
    return {
        "id": new_id(),
        "webhook_id": endpoint_id,
        "message_id": message.id,
        "event": message.event,
        "sequence": message.sequence,
        "article_id": message.article_id,
        "attempt": count,
        "at": made.at,
        "delivered": made.error is None,
        "status": outcome.status,
        "duration_ms": None if seconds is None else round(seconds * 1000),
        "error": made.error and made.error[:MOST_TOLD],
        "answer": made.error and _legible(outcome.body),
    }


def _legible(body: bytes) -> str | None:
    """The first characters of an answer that every database can store."""
    text = body.decode(errors="replace").replace("\x00", "\ufffd")
    return text[:MOST_TOLD] or None
