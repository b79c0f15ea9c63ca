"""How the databases look things up: by the index that was made for it, however much there is."""

from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

import pytest

from content import editing, publishing, reading
from content.library import Library
from content.published import Key, PageRequest
from content.reading import Filter
from content.statements import Snapshot
from tests.building import EDITOR, a_faq, a_live_article, a_section
from tests.overhearing import Statement, overhear

pytestmark = pytest.mark.xdist_group("postgres")

NEEDLING: Final = "procedure:microneedling"
SCARS: Final = "condition:acne-scars"
ARTICLES: Final = 40


class Given(NamedTuple):
    """Where to go on, and what to ask for by its id."""

    section: str
    article: str
    articles: Key | None
    sections: Key | None
    faqs: Key | None


class Ask(NamedTuple):
    """A question, the indexes that lead to its answer now and in the past, and what it walks.

    A walk comes out of its index in order. What is no walk may sort the few rows that it found.
    """

    ask: Callable[[Snapshot, Given, int | None], object]
    now: str
    then: str
    walks: bool = True


def _page(after: Key | None = None) -> PageRequest:
    return PageRequest(5, after)


ASKS: Final = {
    "an article by its slug": Ask(
        lambda session, given, at: reading.article(session, "it", None, prefer="en", at=at),
        "ix_publication_shown_slug",
        "ix_publication_slug",
        walks=False,
    ),
    "an article by slug and locale": Ask(
        lambda session, given, at: reading.article(session, "it", "en", prefer="en", at=at),
        "ix_publication_shown_slug",
        "ix_publication_slug",
        walks=False,
    ),
    "a section by its id": Ask(
        lambda session, given, at: reading.section(session, given.section, at=at),
        "ix_section_id",
        "ix_section_id",
    ),
    "a list": Ask(
        lambda session, given, at: reading.articles(session, Filter(), _page(), at=at),
        "ix_publication_shown_published",
        "ix_publication_published",
    ),
    "a list that goes on": Ask(
        lambda session, given, at: reading.articles(
            session, Filter(), _page(given.articles), at=at
        ),
        "ix_publication_shown_published",
        "ix_publication_published",
    ),
    "a list of two topics": Ask(
        lambda session, given, at: reading.articles(
            session, Filter(topics=[NEEDLING, SCARS]), _page(given.articles), at=at
        ),
        "ix_publication_topic_shown",
        "ix_publication_topic_published",
    ),
    "sections of a type and topic": Ask(
        lambda session, given, at: reading.sections(
            session, Filter(types=["aftercare"], topics=[NEEDLING]), _page(given.sections), at=at
        ),
        "ix_publication_topic_shown",
        "ix_publication_topic_published",
        walks=False,
    ),
    "sections of a type": Ask(
        lambda session, given, at: reading.sections(
            session, Filter(types=["aftercare"]), _page(given.sections), at=at
        ),
        "ix_publication_shown_published",
        "ix_publication_published",
        walks=False,
    ),
    "a hub": Ask(
        lambda session, given, at: reading.hub(session, "procedure", "microneedling", "en", at=at),
        "ix_publication_topic_shown",
        "ix_publication_topic_published",
        walks=False,
    ),
    "pairs": Ask(
        lambda session, given, at: reading.faqs(session, Filter(), _page(), at=at),
        "ix_publication_pair_shown",
        "ix_publication_pair_topic",
    ),
    "pairs of a topic": Ask(
        lambda session, given, at: reading.faqs(
            session, Filter(topics=[NEEDLING]), _page(given.faqs), at=at
        ),
        "ix_publication_pair_shown",
        "ix_publication_pair_topic",
    ),
    "pairs of two topics": Ask(
        lambda session, given, at: reading.faqs(
            session, Filter(topics=[NEEDLING, SCARS]), _page(given.faqs), at=at
        ),
        "ix_publication_pair_shown",
        "ix_publication_pair_topic",
    ),
    "everything": Ask(
        lambda session, given, at: reading.manifest(session, _page(), at=at),
        "ix_publication_shown_article",
        "ix_publication_article",
    ),
    "everything that comes after": Ask(
        lambda session, given, at: reading.manifest(session, _page([given.article]), at=at),
        "ix_publication_shown_article",
        "ix_publication_article",
    ),
    "an article by its translation": Ask(
        lambda session, given, at: reading.article(
            session, "it", "fr", prefer="en", fallback=True, at=at
        ),
        "ix_publication_shown_original",
        "ix_publication_original",
        walks=False,
    ),
    "what is near": Ask(
        lambda session, given, at: reading.related(
            session, reading.article(session, "it", None, prefer="en", at=at), at=at
        ),
        "ix_publication_topic_shown_locale",
        "ix_publication_topic_published",
        walks=False,
    ),
}


@pytest.fixture
def filled(library: Library) -> tuple[Library, Given]:
    """A library with articles, pairs and a past."""
    return library, _fill(library)


@pytest.fixture
def filled_postgres(postgres_library: Library) -> tuple[Library, Given]:
    """The same on PostgreSQL, which knows how much there is of everything."""
    given = _fill(postgres_library)
    with postgres_library.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("ANALYZE")
    return postgres_library, given


def _fill(library: Library) -> Given:
    pairs = [(f"Question {number}?", "Yes.") for number in range(4)]
    topics = [NEEDLING, SCARS]
    it = a_live_article(library, "It", sections=[a_section(), a_faq(*pairs)], topics=topics)
    for number in range(ARTICLES):
        faq = a_faq(*pairs, (f"Question of {number}?", "No."))
        sections = [a_section(), a_section("risks"), faq]
        about = topics if number % 4 else [NEEDLING]
        article = a_live_article(library, f"Article {number}", sections=sections, topics=about)
        with library.writing(EDITOR) as work:
            editing.change_article(work, article.id, None, summary="Again.")
            publishing.publish(work, article.id, None)
    with library.reading() as session:
        section = (reading.article(session, "it", None, prefer="en").sections or [])[0]
        return Given(
            section.id,
            it.id,
            reading.articles(session, Filter(), _page()).next,
            reading.sections(session, Filter(), _page()).next,
            reading.faqs(session, Filter(), _page()).next,
        )


def _statements(library: Library, asked: Ask, given: Given, at: int | None) -> list[Statement]:
    with library.reading() as session:
        snapshot, statements = overhear(session)
        asked.ask(snapshot, given, at)
    return statements


def _points(library: Library) -> Iterator[tuple[str, int | None]]:
    yield "now", None
    yield "then", ARTICLES


def test_sqlite_finds_everything_by_the_index_that_is_meant(
    filled: tuple[Library, Given],
) -> None:
    library, given = filled
    wrong = []
    for (name, asked), (when, at) in (
        (ask, point) for ask in ASKS.items() for point in _points(library)
    ):
        plan = [
            line
            for statement in _statements(library, asked, given, at)
            for line in _sqlite_plan(library, *statement)
        ]
        used = f" {getattr(asked, when)} "
        scans = [line for line in plan if _reads_all(line, asked)]
        sorts = [line for line in plan if "TEMP B-TREE" in line and asked.walks]
        if scans or sorts or not any(used in f"{line} " for line in plan):
            wrong.append((name, when, plan))
    assert not wrong


def _sqlite_plan(library: Library, statement: str, values: Any) -> list[str]:
    with library._reader.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", tuple(values))
        return [row.detail for row in plan]


def _reads_all(line: str, asked: Ask) -> bool:
    """Whether a line reads a whole table; to walk an index and stop is no such thing."""
    walk = asked.walks and " USING INDEX " in line
    few = line.startswith(("SCAN chosen", "SCAN anon_", "SCAN newest"))
    return line.startswith("SCAN ") and not walk and not few


def test_sqlite_reads_the_changes_from_where_one_is(filled: tuple[Library, Given]) -> None:
    library, _ = filled
    with library.reading() as session:
        snapshot, statements = overhear(session)
        reading.changes_since(snapshot, 3, 10)
    plan = _sqlite_plan(library, *statements[0])
    index = "sqlite_autoindex_change_1"
    assert plan[0] == f"SEARCH change USING INDEX {index} (sequence>? AND sequence<?)"
    assert f"SEARCH change USING COVERING INDEX {index} (sequence>?)" in plan
    assert not [line for line in plan if "TEMP B-TREE" in line or line.startswith("SCAN change")]


def test_postgresql_finds_everything_by_the_index_that_is_meant(
    filled_postgres: tuple[Library, Given],
) -> None:
    library, given = filled_postgres
    wrong = []
    for (name, asked), (when, at) in (
        (ask, point) for ask in ASKS.items() for point in _points(library)
    ):
        nodes = [
            node
            for statement in _statements(library, asked, given, at)
            for node in _postgres_plan(library, *statement)
        ]
        used = {node.get("Index Name") for node in nodes}
        scans = [node for node in nodes if node["Node Type"] == "Seq Scan"]
        sorts = [node for node in nodes if "Sort" in node["Node Type"] and asked.walks]
        if scans or sorts or getattr(asked, when) not in used:
            wrong.append((name, when, [(node["Node Type"], *used) for node in nodes]))
    assert not wrong


def _postgres_plan(library: Library, statement: str, values: Any) -> list[dict[str, Any]]:
    """The plan where reading a whole table or sorting is only done if nothing else is possible."""
    with library.engine.connect() as connection:
        for unwanted in ("seqscan", "sort", "incremental_sort", "bitmapscan"):
            connection.exec_driver_sql(f"SET LOCAL enable_{unwanted} = off")
        (plan,) = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", values).one()
        return list(_nodes(plan[0]["Plan"]))


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for each in plan.get("Plans", ()):
        yield from _nodes(each)
