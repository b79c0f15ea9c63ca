"""Operating on the sections of a draft: all or nothing, and undone by restoring a point."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content import editing, operating, publishing, recalling, rendering, restoring
from content.drafts import ItemDraft, SectionDraft
from content.errors import EditConflict, Invalid
from content.history import KeptSection, Version
from content.library import Library
from content.models import Article
from content.operating import Operated
from content.operations import (
    ExtractFaq,
    Merge,
    Move,
    Operation,
    Remove,
    Reorder,
    Replace,
    Retitle,
    Retype,
    Split,
)
from tests.building import EDITOR, a_draft, a_faq, a_live_article, a_section

TWO_PARTS = "Small cuts, rarely. See a doctor.\n\n## Does it hurt?\n\nA little."


def sections_of(library: Library, article: Article) -> tuple[KeptSection, ...]:
    return text_of(library, article.id).sections


def text_of(library: Library, article_id: str, reference: str = "draft") -> Version:
    with library.reading() as session:
        return recalling.recall(session, article_id, reference, "from").version


def done(library: Library, article: Article, *operations: Operation) -> Operated:
    with library.writing(EDITOR) as work:
        return operating.operate(work, article.id, None, operations)


def reasons(library: Library, article: Article, *operations: Operation) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        done(library, article, *operations)
    return [(each.pointer, each.code) for each in caught.value.reasons]


def shown(version: Version | Sequence[KeptSection]) -> list[Any]:
    sections = version.sections if isinstance(version, Version) else version
    return [(each.id, each.content) for each in sections]


@pytest.fixture
def article(library: Library) -> Article:
    """A draft of three sections: aftercare, risks with a question in its text, and a FAQ."""
    risks = a_section("risks", "What can go wrong", TWO_PARTS)
    return a_draft(library, sections=[a_section(), risks, a_faq()])


def test_several_operations_are_done_in_order(library: Library, article: Article) -> None:
    care, risks, faq = (each.id for each in sections_of(library, article))
    found = done(
        library,
        article,
        Split(risks, 20, "aftercare", "When to see a doctor", "doctor"),
        ExtractFaq("doctor", name="asked"),
        Merge([faq, "asked"]),
        Move(faq, 1),
        Retype(care, "recurrence_factors"),
        Retitle(care, None),
    )
    after = sections_of(library, article)
    assert [each.id for each in after] == [faq, care, risks, found.names["doctor"]]
    assert [each.body for each in after][2:] == ["Small cuts, rarely.", "See a doctor."]
    assert [item.question for item in after[0].items] == ["Does it hurt?", "Does it hurt?"]
    assert (after[1].type, after[1].heading) == ("recurrence_factors", None)
    assert [each.anchor for each in after] == [
        *("questions", "recurrence-factors", "what-can-go-wrong", "when-to-see-a-doctor")
    ]


def test_restoring_the_point_before_undoes_all(library: Library, article: Article) -> None:
    before = text_of(library, article.id)
    care, risks, faq = (each.id for each in before.sections)
    found = done(library, article, Merge([care, faq]), Remove(risks))
    assert shown(text_of(library, article.id)) != shown(before)
    with library.writing(EDITOR) as work:
        restoring.restore_point(work, article.id, str(found.before), found.revision)
    assert shown(text_of(library, article.id)) == shown(before)


def test_a_section_that_is_not_operated_on_keeps_its_entity_tag(
    library: Library, article: Article
) -> None:
    care, risks, faq = (each.id for each in sections_of(library, article))
    done(library, article, Move(faq, 1), Retitle(risks, "Risks"))
    revisions = {each.id: each.revision for each in sections_of(library, article)}
    assert revisions == {care: 1, risks: 2, faq: 1}


def test_a_merged_section_keeps_the_identity_of_the_first(library: Library) -> None:
    article = a_live_article(library, sections=[a_section(), a_section("risks", "Risks"), a_faq()])
    care, risks, faq = sections_of_newest(library, article)
    done(library, article, Merge([risks.id, care.id]), Merge([risks.id, faq.id]))
    (merged,) = sections_of(library, article)
    assert (merged.id, merged.anchor, merged.heading) == (risks.id, "risks", "Risks")
    assert merged.body == (
        f"{risks.body}\n\n**After the session**\n\n{care.body}\n\n**Questions**\n\n"
        "**Does it hurt?**\n\nA little, for a moment."
    )


def sections_of_newest(library: Library, article: Article) -> tuple[KeptSection, ...]:
    return text_of(library, article.id, "live").sections


def test_pairs_of_two_faqs_are_joined_with_their_identities(library: Library) -> None:
    first, second = a_faq(("A?", "a")), a_faq(("B?", "b"), ("C?", "c"))
    article = a_draft(library, sections=[first, second])
    one, two = sections_of(library, article)
    done(library, article, Merge([one.id, two.id]))
    (merged,) = sections_of(library, article)
    assert merged.items == (*one.items, *two.items)


def test_a_section_that_asks_becomes_a_pair_of_a_faq(library: Library) -> None:
    article = a_draft(library, sections=[a_faq(), a_section("risks", "Is it safe?", "Yes.")])
    one, two = sections_of(library, article)
    done(library, article, Merge([one.id, two.id]))
    (merged,) = sections_of(library, article)
    assert [(each.question, each.answer) for each in merged.items][1:] == [("Is it safe?", "Yes.")]
    assert merged.body == ""


def test_a_faq_that_is_retyped_keeps_its_pairs_as_text(library: Library) -> None:
    article = a_draft(library, sections=[a_faq()])
    (faq,) = sections_of(library, article)
    done(library, article, Retype(faq.items[0].id, "risks"))
    assert sections_of(library, article)[0].items[0].type == "risks"
    done(library, article, Retype(faq.id, "procedure"))
    (after,) = sections_of(library, article)
    assert (after.items, after.body) == ((), "**Does it hurt?**\n\nA little, for a moment.")


def test_signs_of_markdown_stay_signs_between_headings_questions_and_text(
    library: Library,
) -> None:
    asks = "Is 2*3*4 <b> the dose?"
    faq = a_faq((asks, "No."), ("Does it hurt?", "A little."))
    asking = a_section("risks", asks, "Never.")
    article = a_draft(library, sections=[faq, asking, a_faq((asks, "No."))])
    first, second, third = (each.id for each in sections_of(library, article))
    done(library, article, Merge([first, second]), Retype(third, "risks"))
    merged, text = sections_of(library, article)
    assert merged.items[-1].question == asks
    assert rendering.render(text.body).text.startswith(asks)


def test_a_text_that_is_all_questions_becomes_a_faq_itself(library: Library) -> None:
    article = a_draft(library, sections=[a_section("risks", "Asked", "## Why?\n\nBecause.")])
    (section,) = sections_of(library, article)
    found = done(library, article, ExtractFaq(section.id, name="faq"))
    (after,) = sections_of(library, article)
    assert found.names == {"faq": section.id}
    assert (after.id, after.type, after.anchor, after.body) == (section.id, "faq", "asked", "")
    assert [(each.question, each.answer) for each in after.items] == [("Why?", "Because.")]


def test_a_replaced_section_keeps_pairs_by_their_questions(library: Library) -> None:
    article = a_draft(library, sections=[a_faq(("A?", "a"), ("B?", "b"))])
    (faq,) = sections_of(library, article)
    content = SectionDraft("faq", "Questions", items=[ItemDraft("B?", "new"), ItemDraft("C?", "c")])
    done(library, article, Replace(faq.id, content))
    (after,) = sections_of(library, article)
    assert [each.answer for each in after.items] == ["new", "c"]
    assert after.items[0].id == faq.items[1].id


def test_all_reasons_are_told_at_once_and_nothing_is_done(
    library: Library, article: Article
) -> None:
    care, risks, faq = (each.id for each in sections_of(library, article))
    before = text_of(library, article.id)
    assert reasons(
        library,
        article,
        Retype(care, "aftercar"),
        Split(risks, 3, "risks", name="part"),
        Retitle("part", "What follows from one that failed is not told"),
        Retitle(care, "a\nb"),
        Move(faq, 9),
        Merge([care, care]),
        Reorder([care]),
        Remove("nothing"),
        ExtractFaq(care),
        Replace(care, SectionDraft("aftercare", level=9)),
        Merge([care, "nobody"]),
        Retype(care, "risks"),
    ) == [
        ("/operations/0/type", "unknown_type"),
        ("/operations/1/offset", "not_a_border"),
        ("/operations/3/heading", "line_break"),
        ("/operations/4/position", "out_of_range"),
        ("/operations/5/ids", "not_several"),
        ("/operations/6/order", "not_a_permutation"),
        ("/operations/7/id", "unknown_id"),
        ("/operations/8/id", "no_questions"),
        ("/operations/9/section/level", "out_of_range"),
        ("/operations/10/ids/1", "unknown_id"),
    ]
    assert text_of(library, article.id) == before


def test_a_wrong_offset_is_answered_with_right_ones(library: Library, article: Article) -> None:
    risks = sections_of(library, article)[1]
    with pytest.raises(Invalid) as caught:
        done(library, article, Split(risks.id, 25, "risks"))
    assert "the nearest that do: 20 and 35." in caught.value.reasons[0].detail
    with pytest.raises(Invalid) as caught:
        done(library, article, Split(risks.id, 900, "risks"))
    assert "An offset is 1 to" in caught.value.reasons[0].detail


def test_a_name_is_given_once(library: Library, article: Article) -> None:
    risks = sections_of(library, article)[1]
    assert reasons(
        library, article, Split(risks.id, 20, "risks", name="a"), ExtractFaq("a", name="a")
    ) == [("/operations/1/name", "name_taken")]


def test_text_is_not_joined_to_open_markup(library: Library) -> None:
    fence = a_section("risks", "Code", "```\nfor ever")
    article = a_draft(library, sections=[fence, a_section(body="Some **bold** text.")])
    one, two = (each.id for each in sections_of(library, article))
    assert reasons(library, article, Merge([one, two])) == [("/operations/0/ids/1", "open_markup")]


def test_operations_are_guarded_by_the_revision_of_the_article(
    library: Library, article: Article
) -> None:
    with library.writing(EDITOR) as work:
        editing.change_article(work, article.id, None, title="Changed meanwhile")
    with pytest.raises(EditConflict), library.writing(EDITOR) as work:
        operating.operate(work, article.id, article.revision, [])


def test_a_live_article_grows_a_draft_to_be_operated_on(library: Library) -> None:
    article = a_live_article(library, sections=[a_section(), a_faq()])
    before = sections_of_newest(library, article)
    done(library, article, Reorder([before[1].id, before[0].id]))
    assert sections_of_newest(library, article) == before
    assert sections_of(library, article) == before[::-1]


KINDS = st.sampled_from(["aftercare", "risks", "faq"])
HEADINGS = st.sampled_from(["One", "Is it safe?", None])
PLACES = st.integers(0, 9)
ACTIONS = (
    *("retype", "retitle", "split", "merge", "move"),
    *("replace", "extract", "reorder", "remove"),
)
WISHES = st.lists(
    st.tuples(st.sampled_from(ACTIONS), PLACES, PLACES, KINDS, HEADINGS), min_size=1, max_size=8
)


def wish(
    sections: Sequence[KeptSection], drawn: tuple[str, int, int, str, str | None]
) -> Operation:
    """An operation that may or may not be possible."""
    name, first, second, kind, heading = drawn
    ids = [each.id for each in sections]
    one, other = ids[first % len(ids)], ids[second % len(ids)]
    body = sections[first % len(ids)].body
    items = [ItemDraft("New?", "Yes.")] if kind == "faq" else []
    chosen: dict[str, Operation] = {
        "retype": Retype(one, kind),
        "retitle": Retitle(one, heading),
        "split": Split(one, max(body.find(". ") + 2, body.find("\n\n") + 2), kind, heading),
        "merge": Merge([one, other]),
        "move": Move(one, second % len(ids) + 1),
        "replace": Replace(one, SectionDraft(kind, heading, "New. Text.", items=items)),
        "extract": ExtractFaq(one),
        "reorder": Reorder(ids[::-1]),
        "remove": Remove(one),
    }
    return chosen[name]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(WISHES, st.booleans())
def test_whatever_is_done_can_be_undone(
    library: Library, wishes: list[tuple[str, int, int, str, str | None]], live: bool
) -> None:
    risks = a_section("risks", "What can go wrong", TWO_PARTS)
    article = a_draft(library, sections=[a_section(), risks, a_faq()])
    if live:
        with library.writing(EDITOR) as work:
            publishing.publish(work, article.id, None)
    start = text_of(library, article.id, "live" if live else "draft")
    revisions = {each.id: each.revision for each in start.sections}
    undo = None
    for drawn in wishes:
        sections = text_of(library, article.id, "draft" if undo or not live else "live").sections
        if not sections:
            break
        try:
            found = done(library, article, wish(sections, drawn))
        except Invalid:
            continue
        undo = undo or found.before
        for each in sections_of(library, article):
            assert each.revision >= revisions.get(each.id, 0)
            revisions[each.id] = each.revision
    if undo:
        with library.writing(EDITOR) as work:
            restoring.restore_point(work, article.id, str(undo), None)
        after = text_of(library, article.id)
        assert shown(after) == shown(start)
        assert all(each.revision >= revisions.get(each.id, 0) for each in after.sections)
