"""What an instant is that somebody gave as the time on the clocks of a place.

Clocks are put forward and back: some local times never come, others come twice. Neither is
guessed at.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final, Literal
from zoneinfo import ZoneInfo, available_timezones

from content.drafts import nearest
from content.errors import Invalid, Reason

Fold = Literal["earlier", "later"]
"""Which of two instants is meant by a local time that comes twice."""

FOLDS: Final[tuple[Fold, ...]] = ("earlier", "later")

_TIME: Final = re.compile(
    r"(?P<local>\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)"
    r"(?P<offset>[Zz]|[+-]\d\d:\d\d)?",
    re.ASCII,
)
_EXAMPLES: Final = "such as 2026-03-29T09:00:00 or 2026-03-29T09:00:00+02:00"
_SECOND: Final = timedelta(seconds=1)


def instant_of(at: str, zone: str, fold: Fold | None = None) -> datetime:
    """The instant, in UTC, of a local time in an IANA zone.

    `at` is a local time as RFC 3339 writes it without an offset, or with one, which must then be
    that of the zone; `Z` says nothing of the place (RFC 9557, section 2) and goes with every zone.
    `fold` counts where the time comes twice. Raises `Invalid` with every reason at once.
    """
    reasons = []
    given = _TIME.fullmatch(at)
    local = _read(given["local"]) if given else None
    if local is None:
        detail = f"Give a time that there is on the calendar, {_EXAMPLES}."
        reasons.append(Reason("/at", "malformed_time", detail))
    place = _zone(zone)
    if place is None:
        detail = f"'{zone[:60]}' is not a zone of the IANA database{nearest(zone, _zones())}"
        reasons.append(Reason("/zone", "unknown_zone", detail))
    if given is None or local is None or place is None:
        raise _refused(*reasons)
    if given["offset"]:
        return _at_offset(local, given["offset"].upper(), place)
    return _on_the_clock(local, place, fold)


def _read(local: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(local.upper())
    except ValueError:
        return None
    # Years at the ends of the calendar cannot be brought to UTC on every database.
    return found if 1900 <= found.year <= 9000 else None


def _zone(name: str) -> ZoneInfo | None:
    return ZoneInfo(name) if name in _zones() else None


@lru_cache(1)
def _zones() -> list[str]:
    # Names of no place, which some systems have beside those of the database.
    return sorted(available_timezones() - {"localtime", "Factory"})


def _at_offset(local: datetime, offset: str, place: ZoneInfo) -> datetime:
    instant = datetime.fromisoformat(f"{local.isoformat()}{offset}").astimezone(UTC)
    there = instant.astimezone(place)
    if offset != "Z" and there.replace(tzinfo=None) != local:
        detail = f"At that instant the clocks in {place} show {there.isoformat()}: give it so."
        raise _refused(Reason("/at", "wrong_offset", detail))
    return instant


def _on_the_clock(local: datetime, place: ZoneInfo, fold: Fold | None) -> datetime:
    first, second = (local.replace(tzinfo=place, fold=each).astimezone(UTC) for each in (0, 1))
    if first == second:
        return first
    # Before a gap the clock is behind what it is after it: there, fold 1 is the earlier instant.
    if first > second:
        raise _refused(_never(local, place, second, first))
    if fold is None:
        raise _refused(_twice(local, place, first, second))
    return first if fold == "earlier" else second


def _never(local: datetime, place: ZoneInfo, before: datetime, after: datetime) -> Reason:
    """That the clock is put forward over a time; `before` and `after` lie around that instant."""
    forward = after.astimezone(place).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) // 2
        if middle.astimezone(place).utcoffset() == forward:
            after = middle
        else:
            before = middle
    after = after.replace(microsecond=0)
    last, next_ = (each.astimezone(place) for each in (after - _SECOND, after))
    detail = (
        f"The clocks in {place} are put forward over {local.isoformat()}: nearest are "
        f"{last.isoformat()} and {next_.isoformat()}."
    )
    return Reason("/at", "no_such_time", detail)


def _twice(local: datetime, place: ZoneInfo, first: datetime, second: datetime) -> Reason:
    earlier, later = (each.astimezone(place).isoformat() for each in (first, second))
    detail = (
        f"The clocks in {place} show {local.isoformat()} twice: give {earlier} or fold 'earlier', "
        f"or {later} or fold 'later'."
    )
    return Reason("/at", "ambiguous_time", detail)


def _refused(*reasons: Reason) -> Invalid:
    return Invalid("The time is not acceptable.", reasons)
