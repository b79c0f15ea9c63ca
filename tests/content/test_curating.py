"""Curating: every pair of drafts and live articles once, with those that it is alike to."""

import pytest

from content import curating, editing
from content.curating import Look, PairQuery
from content.drafts import ItemDraft, SectionDraft
from content.library import Library
from content.published import Page, PageRequest
from tests.building import EDITOR, a_draft, a_faq, a_live_article


def listed(library: Library, limit: int = 100, **about: object) -> list[curating.CuratedPair]:
    """All pages of the list."""
    found: list[curating.CuratedPair] = []
    page: Page[curating.CuratedPair] = Page([], [])
    after = None
    while page.next is not None:
        with library.reading() as session:
            page = curating.pairs(session, PairQuery(**about), PageRequest(limit, after))  # type: ignore[arg-type]
        found += page.items
        after = page.next
    return found


def test_a_pair_of_a_draft_and_a_live_edition_is_one_as_the_draft_has_it(
    each_library: Library,
) -> None:
    article = a_live_article(each_library, sections=[a_faq(("Does it hurt?", "A little."))])
    with each_library.writing(EDITOR) as work:
        section = work.session.merge(article).live.sections[0]  # type: ignore[union-attr]
        item = ItemDraft("Does it hurt?", "Hardly.", "procedure", section.items[0].id)
        content = SectionDraft("faq", "Questions", items=[item, ItemDraft("New?", "Yes.")])
        editing.replace_section(work, article.id, section.id, None, content)
    found = {each.question: each for each in listed(each_library)}
    assert found.keys() == {"Does it hurt?", "New?"}
    asked, new = found["Does it hurt?"], found["New?"]
    assert (asked.answer, asked.live, asked.draft) == ("Hardly.", True, True)
    assert (new.live, new.draft) == (False, True)


def test_a_live_pair_that_the_draft_no_longer_has_is_told(library: Library) -> None:
    article = a_live_article(library, sections=[a_faq(("Stays?", "Yes."), ("Goes?", "Yes."))])
    with library.writing(EDITOR) as work:
        section = work.session.merge(article).live.sections[0]  # type: ignore[union-attr]
        content = SectionDraft("faq", "Questions", items=[ItemDraft("Stays?", "Yes.")])
        editing.replace_section(work, article.id, section.id, None, content)
    states = {each.question: (each.live, each.draft) for each in listed(library)}
    assert states == {"Stays?": (True, True), "Goes?": (True, False)}


def test_pages_tell_each_pair_once(each_library: Library) -> None:
    for number in range(3):
        a_draft(
            each_library, f"Draft {number}", sections=[a_faq(("A?", "1"), (f"B{number}?", "2"))]
        )
    found = listed(each_library, limit=2)
    assert len(found) == len({each.id for each in found}) == 6


def test_nearly_the_same_questions_are_told_of_each_other(each_library: Library) -> None:
    a_live_article(each_library, "One", sections=[a_faq(("Does it hurt at all?", "A little."))])
    a_draft(each_library, "Two", sections=[a_faq(("Does it hurt at all ?", "A little!"))])
    a_draft(each_library, "Three", sections=[a_faq(("Does it hurt all?", "No."))])
    a_draft(each_library, "Other", sections=[a_faq(("When can I swim again?", "Later."))])
    a_draft(each_library, "Deutsch", locale="de", sections=[a_faq(("Does it hurt at all?", "Ja."))])
    found = {each.title: each for each in listed(each_library)}
    assert found["Other"].alike == found["Deutsch"].alike == []
    alike = {each.title: each.equal for each in found["One"].alike}
    assert alike == {"Two": True, "Three": False}
    assert {each.title for each in listed(each_library, look=Look.ALIKE)} == {"One", "Two", "Three"}
    assert [each.title for each in listed(each_library, 1, look=Look.ALIKE)] == [
        "Three",
        "Two",
        "One",
    ]


@pytest.mark.parametrize(
    ("look", "questions"), [(Look.UNTYPED, {"Untyped?", "Other?"}), (Look.UNANSWERED, {"Open?"})]
)
def test_what_has_no_type_and_what_has_no_answer_is_found(
    library: Library, look: Look, questions: set[str]
) -> None:
    items = [
        ItemDraft("Untyped?", "Yes.", None),
        ItemDraft("Other?", "Yes.", "other"),
        ItemDraft("Open?", "  ", "risks"),
        ItemDraft("Whole?", "Yes.", "risks"),
    ]
    a_draft(library, sections=[SectionDraft("faq", "Questions", items=items)])
    assert {each.question for each in listed(library, look=look)} == questions
    with library.reading() as session:
        assert curating.counted(session, look) == len(questions)
