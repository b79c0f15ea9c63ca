"""What readers saw: every point of the log, read later, is what it was when the log stood there."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from content import changes, drafting, editing, publishing, reading
from content.errors import DermisError, Moved, Unknown
from content.library import Library
from content.models import Article, Change, Edition
from content.publications import ALL, Publication, PublicationPair, PublicationTopic
from content.published import Key, ListedArticle, LoggedChange, Page, PageRequest
from content.reading import ARTICLE_SORTS, Filter
from migrations import upgrading
from tests.building import EDITOR, a_faq, a_live_article, a_section
from tests.desk import LOCALES, SLUGS, TOPICS, TYPES, Desk, OldDesk, ReleaseDesk

Answers = dict[str, Any]
MANY: Final = PageRequest(100, count=True)
FILTERS: Final = {
    "all": Filter(),
    "a type": Filter(types=["risks", "faq"]),
    "a topic": Filter(topics=TOPICS[:1]),
    "two topics": Filter(topics=TOPICS[:2]),
    "a locale": Filter(locale="de"),
    "slugs": Filter(slugs=SLUGS[:2]),
}


def answers(session: Session, known: "Known", at: int | None = None) -> Answers:
    """What every kind of read answers at that point."""
    found: Answers = {
        **{
            f"articles, {name}": _page(
                reading.articles(session, wanted, MANY, with_sections=True, at=at)
            )
            for name, wanted in FILTERS.items()
        },
        **{
            f"articles by {sort}": _page(
                reading.articles(session, Filter(), MANY, sort=sort, at=at)
            )
            for sort in ARTICLE_SORTS
        },
        **{
            f"{read.__name__}, {name}": _page(read(session, wanted, MANY, at=at))
            for read in (reading.sections, reading.faqs)
            for name, wanted in FILTERS.items()
        },
        **{
            f"sections of {kind}": _page(
                reading.sections(session, Filter(types=[kind]), MANY, at=at)
            )
            for kind in TYPES
        },
        "pairs with a word": _page(reading.faqs(session, Filter(), MANY, words=["100"], at=at)),
        "manifest": _page(reading.manifest(session, MANY, at=at)),
    }
    for locale in dict.fromkeys(LOCALES):
        found[f"topics in {locale}"] = reading.topics(session, locale, None, at=at)
        for ref in TOPICS:
            found[f"hub {ref} in {locale}"] = hub(session, ref, locale, at)
    for slug in sorted(known.slugs):
        for wanted in (None, *dict.fromkeys(LOCALES)):
            found[f"article {slug} in {wanted}"] = _told(
                reading.article, session, slug, wanted, prefer="en", at=at
            )
            found[f"section of {slug} in {wanted}"] = _told(
                reading.article_section, session, slug, "risks", wanted, prefer="en", at=at
            )
    for section_id in sorted(known.sections):
        found[f"section {section_id}"] = _told(reading.section, session, section_id, at=at)
    return found


def hub(session: Session, ref: str, locale: str, at: int | None) -> Any:
    kind, _, key = ref.partition(":")
    found = _told(reading.hub, session, kind, key, locale, at=at)
    if isinstance(found, tuple):
        return found
    return found.topic, found.also, found.section_counts, _page(found.articles), _page(found.faqs)


def _page(page: Page[Any]) -> Any:
    return page.items, page.next, page.total


def _told(read: Callable[..., Any], *asked: Any, **about: Any) -> Any:
    try:
        return read(*asked, **about)
    except Moved as moved:
        return type(moved), moved.slug, moved.locale, moved.ambiguous
    except DermisError as error:
        return type(error), str(error)


class Known:
    """Every address that readers ever had."""

    def __init__(self) -> None:
        self.slugs: set[str] = {"never", *SLUGS}
        self.sections: set[str] = {"never"}

    def look(self, session: Session) -> None:
        for each in reading.articles(session, Filter(), MANY, with_sections=True).items:
            self.slugs.add(each.slug)
            self.sections.update(section.id for section in each.sections or ())


def head(library: Library) -> int:
    with library.reading() as session:
        return changes.head(session)


def publication_rows(library: Library, *leave_out: str) -> dict[str, list[dict[str, Any]]]:
    """All rows of what readers see and saw."""
    found = {}
    with library.reading() as session:
        for table in (Publication, PublicationTopic, PublicationPair):
            columns = [each for each in table.__table__.c if each.name not in leave_out]
            rows = session.execute(select(*columns).order_by(*table.__table__.primary_key)).all()
            found[table.__tablename__] = [dict(row._mapping) for row in rows]
    return found


def assert_rows_follow_from_the_live_set(library: Library) -> None:
    """One open row for each live article, with its topics and pairs; and no other."""
    with library.reading() as session:
        live = session.scalars(select(Article).where(Article.live_id.is_not(None))).all()
        open_rows = session.scalars(select(Publication).where(Publication.until.is_(None))).all()
        assert {row.article_id for row in open_rows} == {each.id for each in live}
        assert len(open_rows) == len(live)
        by_article = {row.article_id: row for row in open_rows}
        for article in live:
            _assert_row(session, by_article[article.id], article)
        of = {(row.id, row.since, row.article_id) for row in open_rows}
        for table in (PublicationTopic, PublicationPair):
            columns = (table.publication_id, table.since, table.article_id)
            rows = session.execute(select(*columns).where(table.until.is_(None))).all()
            assert set(map(tuple, rows)) <= of


def _assert_row(session: Session, row: Publication, article: Article) -> None:
    edition = session.get_one(Edition, article.live_id)
    for name in ("locale", "slug", "published_at", "first_published_at", "updated_at"):
        assert getattr(row, name) == getattr(article, name), name
    for name in ("number", "title", "summary", "word_count"):
        assert getattr(row, name) == getattr(edition, name), name
    assert row.edition_id == edition.id
    assert row.original_id == (article.original_id or article.id)
    refs = [link.topic.ref for link in article.topic_links]
    assert [f"{each['kind']}:{each['key']}" for each in row.topics] == refs
    placed = select(PublicationTopic).where(PublicationTopic.publication_id == row.id)
    assert {(each.topic, each.until, each.published_at) for each in session.scalars(placed)} == {
        (ref, None, article.published_at) for ref in refs
    }
    pairs = select(PublicationPair).where(PublicationPair.publication_id == row.id)
    assert {
        (each.topic, each.item_id, each.fold, each.type, each.until)
        for each in session.scalars(pairs)
    } == {
        (topic, item.id, item.fold, item.type, None)
        for section in edition.sections
        for item in section.items
        for topic in (ALL, *refs)
    }


def assert_changes_lead_from(library: Library, since: int, then: Answers, now: Answers) -> None:
    """A copy of the manifest at that point becomes today's by the changes alone."""
    copy = {each.id: each for each in then["manifest"][0]}
    for change in logged(library, since):
        about = change.article
        copy.pop(about.id, None)
        if change.kind == "upsert":
            assert about.digest is not None
            listed = ListedArticle(about.id, about.slug, about.locale, about.digest, change.at)
            copy[about.id] = listed
        else:
            assert about.digest is None
    assert copy == {each.id: each for each in now["manifest"][0]}


def assert_dependants_name_what_changed(
    library: Library, since: int, before: Answers, after: Answers
) -> None:
    """Whoever renders the named hubs and lists of types anew has them all as they are now."""
    found = logged(library, since)
    topics = {ref for change in found for ref in change.dependants.topics}
    types = {kind for change in found for kind in change.dependants.types}
    for ref in TOPICS:
        for locale in LOCALES:
            place = f"hub {ref} in {locale}"
            assert before[place] == after[place] or ref in topics, place
    for kind in TYPES:
        assert before[f"sections of {kind}"] == after[f"sections of {kind}"] or kind in types, kind


def logged(library: Library, since: int) -> list[LoggedChange]:
    with library.reading() as session:
        return reading.changes_since(session, since, 1000).items


@contextmanager
def a_library(migrated: Path) -> Iterator[Library]:
    with TemporaryDirectory() as directory:
        path = Path(directory) / "library.db"
        shutil.copy(migrated, path)
        library = Library(f"sqlite:///{path}")
        yield library
        library.close()


def lived(library: Library, choices: Sequence[int]) -> dict[int, Answers]:
    """What readers were answered at each point at which the log stood after one of these acts."""
    desk, known = ReleaseDesk(library), Known()
    points: dict[int, Answers] = {}
    for number in range(1, 4):
        desk.create(number)
    for choice in (None, *choices):
        if choice is not None:
            desk.act(choice)
        before = max(points, default=None)
        with library.reading() as session:
            known.look(session)
            now = points[changes.head(session)] = answers(session, known)
        assert_rows_follow_from_the_live_set(library)
        if before is not None:
            assert_dependants_name_what_changed(library, before, points[before], now)
    return points


def test_dependants_are_also_the_hubs_and_lists_that_an_article_has_left(library: Library) -> None:
    article = a_live_article(library, sections=[a_section("risks"), a_section()], topics=TOPICS[:2])
    with library.writing(EDITOR) as work:
        changed = editing.change_article(work, article.id, None, topics=[TOPICS[1]])
        draft = drafting.open_draft(work, changed)
        editing.remove_section(work, article.id, draft.sections[0].id, None)
        publishing.publish(work, article.id, None)
    retopic, again = (each.dependants for each in logged(library, 1))
    assert (retopic.topics, retopic.types) == (sorted(TOPICS[:2]), ["aftercare", "risks"])
    assert (again.topics, again.types) == ([TOPICS[1]], ["aftercare", "risks"])


def test_a_topic_is_called_later_as_it_was_called(library: Library) -> None:
    desk = Desk(library)
    desk.ids.append(a_live_article(library, topics=TOPICS[:1]).id)
    told = {}
    for choice in (0, 3, 6, 6, 9):
        desk.relabel(choice)
        with library.reading() as session:
            told[changes.head(session)] = reading.topics(session, "en", None)
    assert len({str(each) for each in told.values()}) == 4
    with library.reading() as session:
        for point, then in told.items():
            assert reading.topics(session, "en", None, at=point) == then


def test_dependants_are_also_the_hubs_that_show_an_equal_pair(library: Library) -> None:
    a_live_article(library, "Shown", sections=[a_faq()], topics=[TOPICS[1]])
    desk, known = Desk(library), Known()
    desk.ids.append(a_live_article(library, "Other", sections=[a_faq()], topics=[TOPICS[0]]).id)
    with library.reading() as session:
        before = answers(session, known)
    desk.withdraw(0)
    with library.reading() as session:
        after = answers(session, known)
    place = f"hub {TOPICS[1]} in en"
    assert before[place] != after[place]
    comes, goes = (each.dependants.topics for each in logged(library, 1))
    assert comes == goes == sorted(TOPICS[:2])


CHOICES: Final = st.lists(st.integers(0, 2_000), min_size=6, max_size=14)


@given(CHOICES)
@hypothesis_settings(max_examples=6, deadline=None)
def test_every_point_of_the_log_is_read_later_as_it_was(migrated: Path, choices: list[int]) -> None:
    with a_library(migrated) as library:
        points = lived(library, choices)
        now = points[max(points)]
        known = Known()
        known.slugs = {key.split()[1] for key in now if key.startswith("article ")}
        known.sections = {key.split()[1] for key in now if key.startswith("section ")} - {"of"}
        with library.reading() as session:
            for point, then in points.items():
                later = answers(session, known, at=point)
                for asked, told in later.items():
                    nothing = (Unknown, told[1]) if isinstance(told, tuple) else None
                    assert told == then.get(asked, nothing), (point, asked)
        for point, then in points.items():
            assert_changes_lead_from(library, point, then, now)


@pytest.fixture(params=["sqlite", "postgresql"])
def any_library(request: pytest.FixtureRequest) -> Library:
    """A migrated library on each database."""
    chosen = "library" if request.param == "sqlite" else "postgres_library"
    library: Library = request.getfixturevalue(chosen)
    return library


@pytest.mark.xdist_group("postgres")
def test_filled_from_the_log_the_rows_are_those_that_were_lived_through(
    any_library: Library,
) -> None:
    desk, random = OldDesk(any_library), Random(7)
    for topic in TOPICS[:2]:
        article = a_live_article(any_library, sections=[a_section(), a_faq()], topics=[topic])
        desk.ids.append(article.id)
    for _ in range(45):
        desk.act(random.randrange(2_000))
    leave_out = ("topics", "original_id")
    names = ("left_topics", "left_types", "pair_topics")
    lived_through = publication_rows(any_library, *leave_out)
    log = [[getattr(each, name) for name in names] for each in _log(any_library)]
    assert any(each[2] for each in log)
    with any_library.migrating() as connection:
        upgrading.downgrade(connection, "0004")
        upgrading.upgrade(connection)
    assert publication_rows(any_library, *leave_out) == lived_through
    assert [[getattr(each, name) for name in names] for each in _log(any_library)] == log
    assert_rows_follow_from_the_live_set(any_library)


def _log(library: Library) -> Sequence[Change]:
    with library.reading() as session:
        return changes.after(session, 0, 1_000)


Walk = Callable[[Session, PageRequest, int | None], Page[Any]]


def _articles_by(sort: reading.ArticleSort) -> Walk:
    return lambda session, page, at: reading.articles(session, Filter(), page, sort=sort, at=at)


WALKS: Final[dict[str, Walk]] = {
    **{sort: _articles_by(sort) for sort in ARTICLE_SORTS},
    "sections": lambda session, page, at: reading.sections(session, Filter(), page, at=at),
    "faqs": lambda session, page, at: reading.faqs(session, Filter(), page, at=at),
    "manifest": lambda session, page, at: reading.manifest(session, page, at=at),
}


def _places(walk: str, items: Sequence[Any]) -> dict[str, Any]:
    """Where each item stands in its list, by what its list is ordered by."""
    if walk in ("faqs", "manifest"):
        return {each.id: each.id for each in items}
    if walk == "sections":
        return {each.id: each.position for each in items}
    return {each.id: getattr(each, walk.removeprefix("-")) for each in items}


def _moments(library: Library) -> dict[str, Any]:
    """When each live article was published: sections stand where their article does."""
    with library.reading() as session:
        found = reading.articles(session, Filter(), MANY, with_sections=True).items
    return {section.id: each.published_at for each in found for section in each.sections or ()}


@pytest.mark.parametrize("walk", WALKS)
def test_a_walk_neither_skips_nor_repeats_what_did_not_move(library: Library, walk: str) -> None:
    desk, random = Desk(library), Random(walk)
    for number in range(9):
        sections = [a_section(), a_section("risks"), a_faq((f"Number {number}?", "Yes."))]
        desk.ids.append(a_live_article(library, f"Skin {number % 3}", sections=sections).id)
    read, walked, after = WALKS[walk], [], None
    stood: list[dict[str, Any]] = []
    pinned_at = head(library)
    pinned: list[Any] = []
    pinned_after: Key | None = None
    with library.reading() as session:
        whole = read(session, MANY, None).items
    for turn in range(200):
        with library.reading() as session:
            now = read(session, MANY, None).items
            moments = _moments(library) if walk == "sections" else {}
            stood.append({k: (v, moments.get(k)) for k, v in _places(walk, now).items()})
            if turn == 0 or after is not None:
                page = read(session, PageRequest(2, after), None)
                walked += page.items
                after = page.next
            if turn == 0 or pinned_after is not None:
                page = read(session, PageRequest(2, pinned_after), pinned_at)
                pinned += page.items
                pinned_after = page.next
        if after is None and pinned_after is None:
            break
        for _ in range(2):
            desk.act(random.randrange(2_000))
    assert head(library) > pinned_at + 2
    assert pinned == whole
    stayed = [each for each in stood[0] if all(s.get(each) == stood[0][each] for s in stood)]
    ids = [each.id for each in walked]
    assert len(stayed) >= 1
    assert [each for each in ids if each in stayed] == stayed
