"""Observing how readers search, so that editors see what is missing; nobody is observed.

A query is kept as folded words with the day and how often it was asked, for so many days. What
looks like an address, a number of somebody's or a link is counted and not kept. Names cannot be
told from other words: `forget` is for those.
"""

import re
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from content.errors import Unknown
from content.library import Work
from content.observations import (
    MOST_CHARACTERS,
    OTHER,
    WITHHELD,
    Observation,
    Outcome,
    SearchTally,
)
from content.published import Page, PageRequest

MOST_A_DAY: Final = 10_000
"""Different queries that are kept of one day; all others count as `OTHER`.

Writers that come at the same moment may together go beyond it by what they bring.
"""

Order = Literal["asked", "without_result", "without_click"]
ORDERS: Final[tuple[Order, ...]] = ("asked", "without_result", "without_click")

_PERSONAL: Final = re.compile(
    r"""
    @ | :// | \bwww\.
    | \w\.(?:com|org|net|edu|gov|info|io|eu|uk|ie|de|at|ch|fr|es|it|nl|be|pl|us|ca|au)\b
    | \d{6}                             # Of a customer, a card, a case.
    | (?:\d[\s()./+–-]*){7}             # Of a telephone, however it is parted.
    | \b\d{1,2}[./-]\d{1,2}[./-]\d{2,4} # A date, mostly of birth.
    | [\x21-\x7e]{41}                   # No word: a secret, a key, a token.
    """,
    re.VERBOSE,
)
_CHUNK: Final = 500
# Values of one statement.

_ASKED: Final = func.sum(SearchTally.asked)
_WITHOUT_RESULT: Final = func.sum(SearchTally.without_result)
_CLICKED: Final = func.sum(SearchTally.clicked)
_AMOUNTS: Final[Mapping[Order, ColumnElement[int]]] = {
    "asked": _ASKED,
    "without_result": _WITHOUT_RESULT,
    "without_click": _ASKED - _WITHOUT_RESULT - _CLICKED,
}
_INSERT: Final[Mapping[str, Any]] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
_Place = tuple[str, str]
# A query and its locale.


@dataclass(frozen=True, slots=True)
class QueriesWanted:
    """Which queries a report is about: of the days from `since` to `until`, both included.

    `locale` is that to which searches were narrowed. Only queries are in it that have something
    of what it is ordered by.
    """

    order: Order = "asked"
    since: date | None = None
    until: date | None = None
    locale: str | None = None


@dataclass(frozen=True, slots=True)
class ObservedQuery:
    """A query with its counts over all days and locales that were asked for."""

    query: str
    asked: int
    without_result: int
    clicked: int
    last_day: date

    @property
    def id(self) -> str:
        """What it is called in addresses, which cannot hold every text."""
        return urlsafe_b64encode(self.query.encode()).decode().rstrip("=")


def observation(text: str, locale: str | None, outcome: Outcome) -> Observation:
    """What may be kept of a search for `text`, or of a hit of it that somebody followed."""
    folded = " ".join(unicodedata.normalize("NFC", text).lower().split())
    if _PERSONAL.search(unicodedata.normalize("NFKC", folded)):
        return Observation(WITHHELD, "", outcome)
    return Observation(folded[:MOST_CHARACTERS].rstrip(), locale or "", outcome)


def write_down(work: Work, counts: Mapping[Observation, int], days: int) -> None:
    """Add counts to those of today, and let go of what is older than so many days.

    With 0 days nothing is kept, nor is what was kept before.
    """
    session, today = work.session, work.at.date()
    session.execute(delete(SearchTally).where(SearchTally.day <= today - timedelta(days)))
    if counts and days:
        rows = _bounded(session, today, _added_up(counts))
        # In one order, so that two writers never wait for each other.
        values = [
            {"day": today, "query": query, "locale": locale, **rows[query, locale]}
            for query, locale in sorted(rows)
        ]
        session.execute(_addition(session.get_bind().dialect.name), values)


def queries(
    session: Session, wanted: QueriesWanted, page: PageRequest, *, today: date, days: int
) -> Page[ObservedQuery]:
    """A page of the queries of the last so many days, most of what is wanted first."""
    amount = _AMOUNTS[wanted.order]
    statement = (
        select(
            SearchTally.query,
            _ASKED.label("asked"),
            _WITHOUT_RESULT.label("without_result"),
            _CLICKED.label("clicked"),
            func.max(SearchTally.day).label("last_day"),
            amount.label("amount"),
        )
        .where(SearchTally.day > today - timedelta(days), *_narrowed(wanted))
        .group_by(SearchTally.query)
        .having(amount > 0)
    )
    total = None
    if page.count:
        total = session.scalar(select(func.count()).select_from(statement.subquery()))
    if page.after:
        reached, query = page.after
        later = and_(amount == reached, SearchTally.query > query)
        statement = statement.having(or_(amount < reached, later))
    ordered = statement.order_by(amount.desc(), SearchTally.query).limit(page.limit + 1)
    rows = session.execute(ordered).all()
    shown = rows[: page.limit]
    last = [int(shown[-1].amount), shown[-1].query] if len(rows) > page.limit else None
    return Page([ObservedQuery(*row[:-1]) for row in shown], last, total)


def forget(work: Work, query_id: str) -> None:
    """Delete all that is kept of a query. Raises `Unknown` where that is nothing.

    What processes have counted and not written down yet may bring it back. The audit has no
    word of it.
    """
    query = _query_of(query_id)
    kept = work.session.execute(delete(SearchTally).where(SearchTally.query == query))
    days: int = getattr(kept, "rowcount", 0)
    if not days:
        raise Unknown("No such query is kept.")
    work.audit("forget", "search_query", "", rows=days)


def _query_of(query_id: str) -> str:
    try:
        query = urlsafe_b64decode(query_id + "=" * (-len(query_id) % 4)).decode()
    except ValueError as error:  # No Base64, or no UTF-8.
        raise Unknown("No such query is kept.") from error
    if "\0" in query:  # Not every database can be asked for it.
        raise Unknown("No such query is kept.")
    return query


def _narrowed(wanted: QueriesWanted) -> Iterator[ColumnElement[bool]]:
    if wanted.since is not None:
        yield SearchTally.day >= wanted.since
    if wanted.until is not None:
        yield SearchTally.day <= wanted.until
    if wanted.locale is not None:
        yield SearchTally.locale == wanted.locale


def _added_up(counts: Mapping[Observation, int]) -> dict[_Place, dict[str, int]]:
    rows: dict[_Place, dict[str, int]] = {}
    for (query, locale, outcome), count in counts.items():
        row = rows.setdefault((query, locale), _nothing())
        row["asked"] += 0 if outcome == "clicked" else count
        row["without_result"] += count if outcome == "not_found" else 0
        row["clicked"] += count if outcome == "clicked" else 0
    return rows


def _nothing() -> dict[str, int]:
    return {"asked": 0, "without_result": 0, "clicked": 0}


def _bounded(
    session: Session, today: date, rows: dict[_Place, dict[str, int]]
) -> dict[_Place, dict[str, int]]:
    """The rows for which there is room today, and the sum of the others."""
    of_today = select(func.count()).select_from(SearchTally).where(SearchTally.day == today)
    room = MOST_A_DAY - (session.scalar(of_today) or 0)
    if room >= len(rows):
        return rows
    kept, other = {}, _nothing()
    known = _known(session, today, list(rows))
    for place, row in rows.items():
        room -= place not in known
        if place in known or room >= 0 or place[0] == WITHHELD:
            kept[place] = row
        else:
            other = {name: other[name] + row[name] for name in other}
    earlier = kept.get((OTHER, ""), _nothing())
    return {**kept, (OTHER, ""): {name: other[name] + earlier[name] for name in other}}


def _known(session: Session, today: date, places: Sequence[_Place]) -> set[_Place]:
    found: set[_Place] = set()
    place = tuple_(SearchTally.query, SearchTally.locale)
    for start in range(0, len(places), _CHUNK):
        chunk = places[start : start + _CHUNK]
        statement = select(SearchTally.query, SearchTally.locale)
        rows = session.execute(statement.where(SearchTally.day == today, place.in_(chunk)))
        found.update((row.query, row.locale) for row in rows)
    return found


@lru_cache
def _addition(dialect: str) -> Any:
    """Counts are added up by the database, not here from what was read."""
    statement = _INSERT[dialect](SearchTally)
    return statement.on_conflict_do_update(
        index_elements=["day", "query", "locale"],
        set_={name: getattr(SearchTally, name) + statement.excluded[name] for name in _nothing()},
    )
