"""What is near an article, and why."""

from dataclasses import replace

import pytest

from content import editing, publishing, reading
from content.library import Library
from content.models import Article
from content.published import Related
from tests.building import EDITOR, a_draft, a_faq, a_live_article, a_section
from tests.overhearing import overhear

NEEDLING = "procedure:microneedling"
SCARS = "condition:acne-scars"
MILIA = "condition:milia"
LASER = "procedure:fractional-laser"

pytestmark = pytest.mark.xdist_group("postgres")


@pytest.fixture(params=["sqlite", "postgresql"])
def any_library(request: pytest.FixtureRequest) -> Library:
    """A migrated library on each database."""
    chosen = "library" if request.param == "sqlite" else "postgres_library"
    library: Library = request.getfixturevalue(chosen)
    return library


def near(library: Library, article: Article, *, at: int | None = None, **most: int) -> Related:
    with library.reading() as session:
        found = reading.article(
            session, article.slug, article.locale, prefer="en", with_sections=False, at=at
        )
        return reading.related(session, found, **most, at=at)


def titles(found: Related) -> list[str]:
    return [each.article.title for each in found.articles]


def sections(found: Related) -> list[tuple[str, str]]:
    return [(each.section.type, each.section.article.title) for each in found.sections]


def test_the_primary_topic_counts_most_and_a_rare_one_more_than_a_common_one(
    any_library: Library,
) -> None:
    for number in range(12):
        a_live_article(any_library, f"Other {number}", topics=[LASER, SCARS])
    article = a_live_article(any_library, "It", topics=[NEEDLING, SCARS, MILIA])
    a_live_article(any_library, "Rare", topics=[LASER, MILIA])
    a_live_article(any_library, "Common", topics=[LASER, SCARS])
    a_live_article(any_library, "Primary", topics=[NEEDLING])
    a_live_article(any_library, "Most", topics=[SCARS, NEEDLING, MILIA])
    a_live_article(any_library, "None", topics=["procedure:dermaplaning"])
    found = near(any_library, article)
    assert titles(found)[:4] == ["Most", "Primary", "Rare", "Common"]
    assert len(found.articles) == 6
    assert [(each.kind, each.key, each.label) for each in found.articles[0].reasons] == [
        ("primary_topic", NEEDLING, "microneedling"),
        ("topic", SCARS, "acne scars"),
        ("topic", MILIA, "milia"),
        ("section_type", "aftercare", "Aftercare"),
    ]


def test_of_equally_near_articles_the_one_with_the_same_sections_is_first_then_the_newest(
    library: Library,
) -> None:
    article = a_live_article(library, "It", sections=[a_section("risks"), a_section("mechanism")])
    both = [a_section("mechanism"), a_section("risks")]
    a_live_article(library, "Same", sections=both)
    a_live_article(library, "Older", sections=[a_section("risks")])
    a_live_article(library, "Newer", sections=[a_section("risks")])
    assert titles(near(library, article)) == ["Same", "Newer", "Older"]
    assert titles(near(library, article, most_articles=1)) == ["Same"]


def test_drafts_other_locales_translations_and_the_article_itself_are_not_near(
    any_library: Library,
) -> None:
    article = a_live_article(any_library, "It")
    a_draft(any_library, "A draft")
    a_live_article(any_library, "Ein anderer", locale="de")
    gone = a_live_article(any_library, "Gone")
    sibling = a_draft(any_library, "The same again")
    with any_library.writing(EDITOR) as work:
        publishing.withdraw(work, gone.id, None, "Outdated.")
        work.session.merge(sibling).original_id = article.id
        work.session.flush()
        publishing.publish(work, sibling.id, None)
    found = near(any_library, article)
    assert (found.articles, found.sections) == ([], [])


def test_sections_that_the_article_lacks_come_first_one_of_each_type_then_the_next_nearest(
    library: Library,
) -> None:
    article = a_live_article(library, "It", topics=[NEEDLING, SCARS])
    kinds = ("aftercare", "overview", "risks", "recurrence_factors")
    some = [a_section(kind) for kind in kinds]
    a_live_article(library, "Far", sections=some, topics=[LASER, SCARS])
    a_live_article(library, "Near", sections=some[::2])
    a_live_article(library, "Nearest", sections=[*some, a_faq()], topics=[NEEDLING, SCARS])
    found = near(library, article)
    assert sections(found) == [
        ("risks", "Nearest"),
        ("recurrence_factors", "Nearest"),
        ("faq", "Nearest"),
        ("aftercare", "Nearest"),
        ("risks", "Near"),
        ("aftercare", "Near"),
    ]
    assert [[each.kind for each in section.reasons] for section in found.sections[2:5]] == [
        ["missing_section_type", "primary_topic", "topic"],
        ["section_type", "primary_topic", "topic"],
        ["missing_section_type", "primary_topic"],
    ]
    assert sections(near(library, article, most_sections=2)) == sections(found)[:2]


def test_a_heading_without_words_is_no_section_to_read(library: Library) -> None:
    article = a_live_article(library, "It")
    parent, child = a_section("risks", body=""), a_section("mechanism", level=3)
    a_live_article(library, "Other", sections=[parent, child])
    assert sections(near(library, article)) == [("mechanism", "Other")]


def test_what_was_near_can_be_read_as_it_was(any_library: Library) -> None:
    article = a_live_article(any_library, "It")
    a_live_article(any_library, "Early")
    moved = a_live_article(any_library, "Moved")
    a_live_article(any_library, "Late")
    with any_library.writing(EDITOR) as work:
        editing.change_article(work, moved.id, None, topics=[LASER])
    assert titles(near(any_library, article)) == ["Late", "Early"]
    assert titles(near(any_library, article, at=3)) == ["Moved", "Early"]
    assert titles(near(any_library, article, at=1)) == []


def test_an_article_without_topics_has_nothing_near(library: Library) -> None:
    article = a_live_article(library, "It")
    a_live_article(library, "Other")
    with library.reading() as session:
        found = reading.article(session, article.slug, None, prefer="en")
        alone = reading.related(session, replace(found, topics=[]))
    assert (alone.articles, alone.sections, alone.scopes) == ([], [], ())


def test_it_depends_on_each_of_its_topics_by_itself(library: Library) -> None:
    article = a_live_article(library, "It", topics=[NEEDLING, SCARS])
    scopes = near(library, article).scopes
    assert [(set(each.topics), each.locale) for each in scopes] == [
        ({NEEDLING}, "en"),
        ({SCARS}, "en"),
    ]


def test_the_number_of_statements_does_not_grow_with_what_is_near(library: Library) -> None:
    article = a_live_article(library, "It", topics=[NEEDLING, SCARS], sections=[a_faq()])

    def statements() -> int:
        with library.reading() as session:
            snapshot, found = overhear(session)
            it = reading.article(snapshot, article.slug, None, prefer="en", with_sections=False)
            reading.related(snapshot, it)
        return len(found)

    few = statements()
    for number in range(12):
        a_live_article(library, f"Article {number}", topics=[SCARS, NEEDLING, MILIA])
    assert statements() == few == 5
