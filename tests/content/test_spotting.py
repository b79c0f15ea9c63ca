"""Spotting: where a term stands, to the character, in drafts and live articles."""

import pytest

from content import editing, spotting
from content.library import Library
from content.published import Page, PageRequest
from content.spotting import Occurrence, SpotQuery, SpottedArticle, occurrences
from tests.building import EDITOR, a_draft, a_faq, a_live_article, a_section


def spotted(
    library: Library, term: str, limit: int = 100, locale: str | None = None
) -> list[SpottedArticle]:
    """All pages of what is found."""
    found: list[SpottedArticle] = []
    page: Page[SpottedArticle] = Page([], [])
    after = None
    while page.next is not None:
        with library.reading() as session:
            wanted = SpotQuery(term, locale)
            page = spotting.spot(session, wanted, PageRequest(limit, after))
        found += page.items
        after = page.next
    return found


@pytest.mark.parametrize(
    ("text", "term", "places"),
    [
        ("A scar, a Scar and scars.", "scar", [(2, 6), (10, 14)]),
        ("skin  needling\nSkin\nneedling", "skin needling", [(0, 14), (15, 28)]),
        ("Ärzte raten; ein ärzteblatt", "ärzte", [(0, 5)]),
        ("70 % of them", "70 %", [(0, 4)]),
        ("(a+b) c", "(a+b)", [(0, 5)]),
        ("micro-needling", "needling", [(6, 14)]),
        ("nothing", "", []),
        ("...", "...", []),
    ],
)
def test_a_term_is_found_as_whole_words_with_any_space_between_them(
    text: str, term: str, places: list[tuple[int, int]]
) -> None:
    assert occurrences(text, term) == [Occurrence(*each) for each in places]


def test_every_text_of_draft_and_live_edition_is_looked_at(each_library: Library) -> None:
    live = a_live_article(
        each_library,
        "The quokka",
        sections=[a_section("risks", "Quokka", "A **quokka**."), a_faq(("A quokka?", "quokka"))],
    )
    with each_library.writing(EDITOR) as work:
        editing.change_article(work, live.id, None, title="Calm", summary="No quokkas, a quokka.")
    (found,) = spotted(each_library, "quokka")
    assert (found.id, found.title) == (live.id, "Calm")
    places = [(each.edition, each.part) for each in found.spots]
    inside = ["heading", "body", "question", "answer"]
    assert places == [
        ("draft", "summary"),
        *(("draft", part) for part in inside),
        ("live", "title"),
        *(("live", part) for part in inside),
    ]
    assert found.spots[0].occurrences == [Occurrence(14, 20)]
    assert found.spots[0].excerpt == "No quokkas, a quokka."


def test_pages_find_every_article_once_and_only_those_of_the_locale(
    each_library: Library,
) -> None:
    ids = [a_draft(each_library, f"A quokka {number}").id for number in range(3)]
    a_draft(each_library, "Quokkas do not count")
    german = a_draft(each_library, "Ein Quokka", locale="de")
    assert [each.id for each in spotted(each_library, "quokka", limit=1)] == [*ids, german.id]
    assert [each.id for each in spotted(each_library, "quokka", locale="de")] == [german.id]


def test_what_the_database_cannot_look_for_is_found_all_the_same(each_library: Library) -> None:
    article = a_draft(each_library, "Ästhetik und ÄRZTE")
    assert [each.id for each in spotted(each_library, "ärzte")] == [article.id]


def test_signs_of_the_databases_patterns_stand_for_themselves(each_library: Library) -> None:
    a_draft(each_library, "A rest of 100 days")
    assert spotted(each_library, "re_t") == []


def test_what_was_deleted_is_not_found(library: Library) -> None:
    article = a_draft(library, "A quokka")
    with library.writing(EDITOR) as work:
        editing.delete_article(work, article.id, None)
    assert spotted(library, "quokka") == []
