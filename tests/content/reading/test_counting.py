"""Totals: those that publishing counted, and those that are counted when they are asked for."""

from collections.abc import Callable
from typing import Final

from sqlalchemy.orm import Session

from content import reading
from content.library import Library
from content.published import PageRequest
from content.reading import Filter
from tests.building import a_faq, a_live_article, a_section

NEEDLING: Final = "procedure:microneedling"
COUNT: Final = PageRequest(2, count=True)


def test_sections_of_some_types_are_counted_by_the_tallies_of_each(library: Library) -> None:
    kinds = ["risks", "risks", "benefits", "aftercare"]
    a_live_article(library, sections=[a_section(kind) for kind in kinds])
    with library.reading() as session:
        for types, total in (["risks"], 2), (["risks", "benefits", "risks"], 3), (["cost"], 0):
            assert reading.sections(session, Filter(types=types), COUNT).total == total


def test_a_filter_that_no_tally_is_kept_for_is_counted_still(library: Library) -> None:
    both = [NEEDLING, "condition:acne"]
    a_live_article(library, "One", sections=[a_section("risks"), a_faq()], topics=both)
    a_live_article(library, "Two", sections=[a_section(), a_faq(("Why?", "So."))], locale="de")
    with library.reading() as session:
        for wanted in (
            Filter(locale="de"),
            Filter(topics=both),
            Filter(article="one"),
            Filter(slugs=["two"]),
        ):
            for ask in (reading.articles, reading.faqs):
                assert ask(session, wanted, COUNT).total == 1
        assert reading.articles(session, Filter(types=["risks"]), COUNT).total == 1
        assert reading.faqs(session, Filter(types=["risks"]), COUNT).total == 0
        assert reading.faqs(session, Filter(), COUNT, words=["why"]).total == 1


def test_a_topic_that_nobody_wrote_about_has_nothing(library: Library) -> None:
    a_live_article(library)
    with library.reading() as session:
        for ask in (reading.articles, reading.sections, reading.faqs):
            assert ask(session, Filter(topics=["condition:unheard-of"]), COUNT).total == 0


def test_totals_are_no_more_work_for_the_database_where_there_is_more(library: Library) -> None:
    def work() -> list[int]:
        with library.reading() as session:
            wanted = Filter(topics=[NEEDLING])
            return [
                _steps(session, ask)
                for ask in (
                    lambda: reading.hub(session, "procedure", "microneedling", "en"),
                    lambda: reading.topics(session, "en", None),
                    lambda: reading.articles(session, wanted, COUNT),
                    lambda: reading.sections(session, wanted, COUNT),
                    lambda: reading.sections(session, Filter(types=["aftercare"]), COUNT),
                    lambda: reading.faqs(session, wanted, COUNT),
                    lambda: reading.manifest(session, COUNT),
                )
            ]

    def publish(numbers: range) -> None:
        for number in numbers:
            pair = (f"Is it {number}?", "Yes.")
            a_live_article(library, f"Article {number}", sections=[a_section(), a_faq(pair)])

    publish(range(25))
    few = work()
    publish(range(25, 75))
    assert all(many <= 1.2 * one for one, many in zip(few, work(), strict=True))


def _steps(session: Session, ask: Callable[[], object]) -> int:
    """How many instructions SQLite's virtual machine works off to answer, in tens."""
    taken: list[None] = []
    driver = session.connection().connection.driver_connection
    assert driver is not None
    driver.set_progress_handler(lambda: taken.append(None), 10)
    ask()
    driver.set_progress_handler(None, 0)
    return len(taken)
