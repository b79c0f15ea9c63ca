"""Observing how readers search: what is kept, for how long, and of whom nothing is."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest
import time_machine
from sqlalchemy import func, select

from content import observing
from content.errors import Unknown
from content.library import Actor, Library
from content.models import AuditEntry
from content.observations import MOST_CHARACTERS, OTHER, WITHHELD, Observation, SearchTally
from content.observing import ObservedQuery, QueriesWanted, observation, write_down
from content.published import PageRequest

pytestmark = pytest.mark.xdist_group("postgres")

COUNTER: Final = Actor("a counter", publishes=False)
TODAY: Final = datetime(2026, 3, 10, 12, tzinfo=UTC)
WHOLE: Final = PageRequest(100)


@pytest.fixture(params=["sqlite", "postgresql"])
def any_library(request: pytest.FixtureRequest) -> Library:
    """A library on each database."""
    chosen = "library" if request.param == "sqlite" else "postgres_library"
    library: Library = request.getfixturevalue(chosen)
    return library


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """The day stands still unless a test moves it."""
    with time_machine.travel(TODAY, tick=False) as traveller:
        yield traveller


def note(library: Library, *counts: tuple[str, str | None, str, int], days: int = 90) -> None:
    found = {observation(text, locale, outcome): n for text, locale, outcome, n in counts}  # type: ignore[arg-type]
    with library.writing(COUNTER) as work:
        write_down(work, found, days)


def listed(library: Library, page: PageRequest = WHOLE, **wanted: object) -> list[ObservedQuery]:
    with library.reading() as session:
        asked = QueriesWanted(**wanted)  # type: ignore[arg-type]
        today = datetime.now(UTC).date()
        return observing.queries(session, asked, page, today=today, days=90).items


def test_spacing_and_case_do_not_make_another_query() -> None:
    assert observation("  Micro \t NEEDLING\n", "en", "found") == Observation(
        "micro needling", "en", "found"
    )
    assert observation("e\u0301clat", None, "found").query == "\u00e9clat"


def test_a_long_query_is_cut() -> None:
    kept = observation("scar " * 40, None, "found").query
    assert len(kept) <= MOST_CHARACTERS
    assert kept == kept.strip()


@pytest.mark.parametrize(
    "text",
    [
        "ada@example.org",
        "ada＠example.org",
        "https://example.org/a",
        "www.example",
        "example.com scars",
        "scars 123456",
        "scars 020 7946 0123",
        "+44 (20) 7946-0123",
        "+41/44/668.18.00",
        "٠٢٠٧٩٤٦",
        "scars 12.03.1985",
        "x" * 41,
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0",
        "a " * 60 + "ada@example.org",
    ],
)
def test_what_looks_personal_is_counted_without_its_words(text: str) -> None:
    assert observation(text, "en", "found") == Observation(WITHHELD, "", "found")


@pytest.mark.parametrize(
    "text",
    [
        "does it come back after 12 months",
        "0.5 mm or 1.5 mm needles",
        "2-3 weeks, 10 to 14 days",
        "acid 20 % 30 %",
        "spf 50+",
        "q-switched nd:yag 1064 nm",
        "is it safe? yes/no",
        "poly-l-lactic acid vs. hyaluronic acid",
        "peel no. 2",
        "微针治疗后多久可以化妆" * 4,
    ],
)
def test_what_people_ask_about_skin_is_kept(text: str) -> None:
    assert observation(text, None, "found").query == text


def test_counts_of_a_day_add_up(any_library: Library) -> None:
    for _ in range(2):
        note(
            any_library,
            ("scars", None, "found", 3),
            ("scars", "en", "not_found", 2),
            ("Scars", None, "clicked", 1),
        )
    assert listed(any_library) == [ObservedQuery("scars", 10, 4, 2, TODAY.date())]
    assert listed(any_library, locale="en") == [ObservedQuery("scars", 4, 4, 0, TODAY.date())]


def test_a_query_is_listed_with_the_last_day_on_which_it_was_asked(
    any_library: Library, clock: time_machine.Traveller
) -> None:
    note(any_library, ("scars", None, "found", 1), ("peel", None, "found", 9))
    clock.shift(timedelta(days=2))
    note(any_library, ("scars", None, "found", 1))
    (scars,) = [each for each in listed(any_library) if each.query == "scars"]
    assert (scars.asked, scars.last_day) == (2, date(2026, 3, 12))
    assert [each.query for each in listed(any_library, since=date(2026, 3, 11))] == ["scars"]
    early = listed(any_library, until=date(2026, 3, 11))
    assert [(each.query, each.asked) for each in early] == [("peel", 9), ("scars", 1)]


def test_each_order_lists_what_has_any_of_it(any_library: Library) -> None:
    note(
        any_library,
        *(("scars", None, "found", 5), ("scars", None, "clicked", 5)),
        *(("peel", None, "found", 3), ("peel", None, "clicked", 1)),
        *(("salmon dna", None, "not_found", 4), ("acne", None, "found", 1)),
    )
    assert [each.query for each in listed(any_library)] == ["scars", "salmon dna", "peel", "acne"]
    assert [each.query for each in listed(any_library, order="without_result")] == ["salmon dna"]
    assert [each.query for each in listed(any_library, order="without_click")] == ["peel", "acne"]


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_small_pages_hold_together_what_one_big_page_holds(
    any_library: Library, limit: int
) -> None:
    note(any_library, *((f"query {n}", None, "found", n % 3 + 1) for n in range(8)))
    whole = listed(any_library)
    found: list[ObservedQuery] = []
    place = None
    with any_library.reading() as session:
        while True:
            page = observing.queries(
                session,
                QueriesWanted(),
                PageRequest(limit, place, count=True),
                today=TODAY.date(),
                days=90,
            )
            assert page.total == 8
            found += page.items
            place = page.next
            if place is None:
                break
    assert found == whole


def test_what_is_too_old_is_let_go(any_library: Library, clock: time_machine.Traveller) -> None:
    note(any_library, ("old", None, "found", 1), days=7)
    clock.shift(timedelta(days=6))
    note(any_library, ("new", None, "found", 1), days=7)
    assert {each.query for each in listed(any_library)} == {"old", "new"}
    clock.shift(timedelta(days=1))
    note(any_library, days=7)
    assert [each.query for each in listed(any_library)] == ["new"]


def test_what_is_too_old_is_not_listed_even_before_it_is_let_go(
    library: Library, clock: time_machine.Traveller
) -> None:
    note(library, ("old", None, "found", 1))
    clock.shift(timedelta(days=90))
    assert listed(library) == []


def test_with_no_days_nothing_is_kept_nor_what_was_kept_before(any_library: Library) -> None:
    note(any_library, ("scars", None, "found", 1))
    note(any_library, ("peel", None, "found", 1), days=0)
    assert listed(any_library) == []


def test_a_day_has_room_for_so_many_queries_and_the_rest_counts_together(
    any_library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(observing, "MOST_A_DAY", 5)
    note(any_library, *((f"first {n}", None, "found", 1) for n in range(4)))
    note(
        any_library,
        *((f"second {n}", None, "found", 2) for n in range(9)),
        ("first 0", None, "found", 1),
    )
    note(any_library, ("third", None, "not_found", 1), ("a@b.org", None, "found", 1))
    with any_library.reading() as session:
        kept = session.execute(select(SearchTally)).scalars().all()
        total = session.scalar(select(func.sum(SearchTally.asked)))
    assert len(kept) <= 5 + len((OTHER, WITHHELD))
    assert total == 4 + 18 + 1 + 1 + 1
    counts = {each.query: each.asked for each in kept}
    assert counts["first 0"] == 2
    assert counts[OTHER] == 8 * 2 + 1
    assert counts[WITHHELD] == 1


def test_a_query_can_be_forgotten_and_no_word_of_it_stays(any_library: Library) -> None:
    note(any_library, ("jane doe", None, "found", 1), ("jane doe", "en", "found", 1))
    note(any_library, ("scars", None, "found", 1))
    (jane,) = [each for each in listed(any_library) if each.query == "jane doe"]
    with any_library.writing(COUNTER) as work:
        observing.forget(work, jane.id)
    assert [each.query for each in listed(any_library)] == ["scars"]
    with any_library.reading() as session:
        entry = session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.object_kind, entry.detail) == (
        "forget",
        "search_query",
        {"rows": 2},
    )
    assert "jane" not in repr(vars(entry))


@pytest.mark.parametrize("wrong", ["bm90aGluZw", "nothing", "ä", "%%%", "", "A", "AAAA"])
def test_what_is_not_kept_cannot_be_forgotten(any_library: Library, wrong: str) -> None:
    with pytest.raises(Unknown), any_library.writing(COUNTER) as work:
        observing.forget(work, wrong)


@pytest.mark.parametrize("query", ["scars", "peel/needling", "..", "ä ö", "aa " * 33])
def test_every_query_has_an_address(library: Library, query: str) -> None:
    note(library, (query, None, "found", 1))
    (found,) = listed(library)
    with library.writing(COUNTER) as work:
        observing.forget(work, found.id)
    assert listed(library) == []
