"""Repeating an act without doing it twice: its first answer is kept under a key of the caller's.

The keys are those of draft-ietf-httpapi-idempotency-key-header-07. The answer is written in the
unit of work of the act, so that either both are stored or neither: an act that was refused has
taken no key. Of repeats at the same time one acts; the others wait for it and get its answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, exists, insert, or_, select, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from content.errors import KeyReused, Reason, ShownOnce, StillRunning
from content.library import Actor, Library, Work
from content.models import KeptAnswer, now

KEPT_FOR: Final = timedelta(hours=24)
"""How long a key is known; after that it may be used for something else."""

_MARGIN: Final = timedelta(minutes=5)
# Longer than any request takes.

_LOCK_NOT_AVAILABLE: Final = "55P03"
# PostgreSQL: another has waited for the end of the same act for as long as a writer may.

_FORGETTER: Final = Actor("dermis (kept answers)", publishes=False)


@dataclass(frozen=True, slots=True)
class Act:
    """What was asked to be done: the caller's key, the method with the path, and a SHA-256."""

    key: str
    route: str
    digest: str


def begin(work: Work, act: Act) -> KeptAnswer | None:
    """The answer that the act was given before; None where it is to be done now.

    Then end with `keep` or `keep_secret` in the same unit of work. Raises `KeyReused` when the
    key belongs to something else, `ShownOnce` when the answer held a secret, `StillRunning` when
    somebody else has been at it for too long.
    """
    _forget_old(work, act.key)
    if _claimed(work, act):
        return None
    kept = work.session.scalars(select(KeptAnswer).where(_own(work, act.key))).one()
    if (kept.route, kept.digest) != (act.route, act.digest):
        what = f"for {kept.route}" if kept.route != act.route else "with another body"
        detail = f"This key was used {what} within {KEPT_FOR.total_seconds() / 3600:.0f} hours."
        raise KeyReused(
            "The key belongs to another request: use a new one for each act.",
            [Reason("", "key_reused", detail)],
        )
    if kept.body is None:
        made = f" It is {kept.object_id}." if kept.object_id else ""
        raise ShownOnce(f"This was done, and its answer is not shown again.{made}")
    return kept


def is_done(session: Session, identity: str, act: Act) -> bool:
    """Whether `begin` will have an answer for the act: whoever has to prepare it need not then.

    A key whose time is all but over counts as unknown.
    """
    own = and_(KeptAnswer.identity == identity, KeptAnswer.key == act.key)
    same = and_(KeptAnswer.route == act.route, KeptAnswer.digest == act.digest)
    lasting = KeptAnswer.created_at > now() - KEPT_FOR + _MARGIN
    return session.scalar(select(exists().where(own, same, lasting))) or False


def keep(work: Work, act: Act, status: int, headers: Mapping[str, str], body: str) -> None:
    """Keep what is answered to the act."""
    _fill(work, act, status=status, headers=dict(headers), body=body)


def keep_secret(work: Work, act: Act, status: int, object_id: str | None) -> None:
    """Keep that it was done, and what it made; what is answered holds a secret, and is not kept."""
    _fill(work, act, status=status, headers={}, body=None, object_id=object_id)


def forget_about(work: Work, object_id: str) -> None:
    """Erase the answers that name an object, or came from below it; their acts count as done."""
    named = (
        each.contains(object_id, autoescape=True) for each in (KeptAnswer.body, KeptAnswer.route)
    )
    work.session.execute(
        update(KeptAnswer).where(or_(*named)).values(body=None, headers={}, object_id=None)
    )


class ForgetKeys:
    """The errand that forgets keys of which the time is over."""

    name = "kept answers"

    def __init__(self, library: Library) -> None:
        self._library = library

    def run(self) -> bool:
        """Forget them all; there is then nothing left to do for now."""
        old = KeptAnswer.created_at <= now() - KEPT_FOR
        with self._library.reading() as session:
            due = session.scalar(select(KeptAnswer.key).where(old).limit(1))
        if due is not None:
            with self._library.writing(_FORGETTER) as work:
                work.session.execute(delete(KeptAnswer).where(old))
        return False


def _own(work: Work, key: str) -> ColumnElement[bool]:
    return and_(KeptAnswer.identity == work.actor.identity, KeptAnswer.key == key)


def _forget_old(work: Work, key: str) -> None:
    """Free a key whose time is over, also where no errand is run."""
    old = KeptAnswer.created_at <= work.at - KEPT_FOR
    work.session.execute(delete(KeptAnswer).where(_own(work, key), old))


def _claimed(work: Work, act: Act) -> bool:
    """Whether the key is this act's now.

    On PostgreSQL the row waits for the end of another unit of work that has written the same; on
    SQLite there is only one at a time.
    """
    row = insert(KeptAnswer).values(
        identity=work.actor.identity,
        key=act.key,
        route=act.route,
        digest=act.digest,
        headers={},
        created_at=work.at,
    )
    try:
        with work.session.begin_nested():
            work.session.execute(row)
    except IntegrityError:
        return False
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", "") == _LOCK_NOT_AVAILABLE:
            raise StillRunning("The first request with this key is still being done.") from error
        raise
    return True


def _fill(work: Work, act: Act, **values: object) -> None:
    work.session.execute(update(KeptAnswer).where(_own(work, act.key)).values(**values))
