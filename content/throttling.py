"""Slowing down whoever guesses passwords: counted in the database, so by all machines together.

An attempt is counted before the password is looked at, so that a thousand at once are a thousand.
The waits grow with the failures and are bounded: nobody can lock the owner of an account out for
ever. Where the owner has signed in from before, guesses from elsewhere do not even slow them down.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from content.errors import TooSoon
from content.library import Work
from content.models import now
from content.people import Throttle

FORGOTTEN_AFTER: Final = timedelta(days=1)
"""Failures count for so long after the last of them."""

KNOWN_FOR: Final = timedelta(days=90)
"""For so long an address is known as one that the owner of an account signs in from."""

_LONGEST_EXPONENT: Final = 20
_INSERT: Final[Mapping[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass(frozen=True, slots=True)
class Policy:
    """How many failures are free, and how long one waits at most after more of them."""

    free: int
    longest: int

    def wait(self, failures: int) -> timedelta:
        """How long after so many failures: a second, doubled by each."""
        if failures <= self.free:
            return timedelta(0)
        doubled = 2 ** min(failures - self.free - 1, _LONGEST_EXPONENT)
        return timedelta(seconds=min(doubled, self.longest))


ONE_FROM_ANOTHER: Final = Policy(5, 900)
"""One account from one address."""
ACCOUNT: Final = Policy(20, 60)
"""One account from everywhere: a minute leaves 1,440 guesses a day, and its owner a way in."""
ADDRESS: Final = Policy(50, 900)
"""All accounts from one address, behind which there may be a whole house."""


@dataclass(frozen=True, slots=True)
class Keys:
    """By what an attempt is counted."""

    pair: str
    account: str
    address: str

    @classmethod
    def of(cls, account: str, address: str | None) -> "Keys":
        """The keys of an attempt on an account, by whatever it is called, from an address."""
        source = _source(address) if address else "here"
        return cls(_key("pair", account, source), _key("account", account), _key("address", source))


def check(session: Session, keys: Keys) -> None:
    """Refuse an attempt that comes too soon, at the price of a look. Raises `TooSoon`."""
    listed = [keys.pair, keys.account, keys.address]
    found = {each.key: each for each in session.scalars(select(Throttle).where(_is_in(listed)))}
    _refuse_early(_watched(found, keys, now()), found, now())


def claim(work: Work, keys: Keys) -> Sequence[str]:
    """Count an attempt as failed until `succeed` says otherwise; what it was counted by.

    Raises `TooSoon`.
    """
    found = _locked(work, [keys.pair, keys.account, keys.address])
    policies = _watched(found, keys, work.at)
    _refuse_early(policies, found, work.at)
    for key, policy in policies.items():
        row = found[key]
        if work.at - row.touched_at > FORGOTTEN_AFTER:
            row.failures = 0
        row.failures += 1
        row.touched_at = work.at
        row.free_at = work.at + policy.wait(row.failures)
    _sweep(work)
    return sorted(policies)


def succeed(work: Work, keys: Keys, claimed: Sequence[str]) -> None:
    """Take back what was claimed: it went well, and from there it may be tried again."""
    found = _locked(work, claimed)
    for row in found.values():
        row.failures = max(0, row.failures - 1)
        row.free_at = work.at
    pair = found[keys.pair]
    pair.failures = 0
    pair.known_at = work.at


def _watched(found: Mapping[str, Throttle], keys: Keys, at: datetime) -> dict[str, Policy]:
    pair = found.get(keys.pair)
    watched = {keys.pair: ONE_FROM_ANOTHER, keys.address: ADDRESS}
    if pair is None or pair.known_at is None or at - pair.known_at > KNOWN_FOR:
        watched[keys.account] = ACCOUNT
    return watched


def _refuse_early(
    policies: Mapping[str, Policy], found: Mapping[str, Throttle], at: datetime
) -> None:
    waits = [found[key].free_at - at for key in policies if key in found]
    longest = max(waits, default=timedelta(0))
    if longest > timedelta(0):
        raise TooSoon(
            "This failed too often of late: wait as long as Retry-After says, and try again.",
            longest.total_seconds(),
        )


def _locked(work: Work, keys: Sequence[str]) -> dict[str, Throttle]:
    """The rows, made where there are none, and held, always in the same order."""
    listed = sorted(keys)
    fresh = [
        {"key": key, "failures": 0, "touched_at": work.at, "free_at": work.at} for key in listed
    ]
    work.session.execute(_addition(work.session.get_bind().dialect.name), fresh)
    statement = select(Throttle).where(_is_in(listed)).order_by(Throttle.key).with_for_update()
    rows = work.session.scalars(statement, execution_options={"populate_existing": True})
    return {each.key: each for each in rows}


@lru_cache
def _addition(dialect: str) -> Any:
    """Changes nothing of a row that is there, but holds it: it could be forgotten meanwhile."""
    inserting = _INSERT[dialect](Throttle)
    same = {"key": inserting.excluded.key}
    return inserting.on_conflict_do_update(index_elements=["key"], set_=same)


def _is_in(keys: Sequence[str]) -> Any:
    return Throttle.key.in_(keys)


def no_longer_counts(at: datetime) -> ColumnElement[bool]:
    """That nothing depends on a row any more: its failures are old, and it is no known address."""
    over = Throttle.touched_at < at - FORGOTTEN_AFTER
    unknown = Throttle.known_at.is_(None) | (Throttle.known_at < at - KNOWN_FOR)
    return and_(over, unknown)


def _sweep(work: Work) -> None:
    """Forget what no longer counts; made-up addresses would else be kept for ever.

    What another attempt holds is left: it counts again, and two would wait for each other.
    """
    free = select(Throttle.key).where(no_longer_counts(work.at)).with_for_update(skip_locked=True)
    work.session.execute(
        delete(Throttle).where(Throttle.key.in_(free)),
        execution_options={"synchronize_session": False},
    )


def _source(address: str) -> str:
    """What one is given at once: an address of IPv4, but 2^64 of IPv6 (RFC 6177), counted as one.

    IPv4 that is written as IPv6 is the same as ever.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return address
    plain = getattr(found, "ipv4_mapped", None) or found
    return str(plain if plain.version == 4 else ip_network((int(plain) >> 64 << 64, 64)))


def _key(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
