"""Merging what two people made of one section."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from content.drafts import ItemDraft, SectionDraft
from content.merging import Clash, merge, merge_text

PARAGRAPHS = st.lists(st.sampled_from([*"ABCDEFGH", "A one\nwith a line", ""]), max_size=7)
TEXTS = PARAGRAPHS.map("\n\n".join) | st.text("ab \n", max_size=12)


def section(body: str = "Rest.", *pairs: tuple[str, str, str], heading: str = "H") -> SectionDraft:
    items = [ItemDraft(question, answer, None, key) for key, question, answer in pairs]
    return SectionDraft("faq" if pairs else "aftercare", heading, body, 2, items)


def paragraphs(text: str) -> set[str]:
    return {each.strip() for each in text.split("\n\n")} - {""}


@given(TEXTS, TEXTS)
def test_what_only_i_changed_is_as_i_have_it(base: str, mine: str) -> None:
    assert merge_text(base, base, mine) == (mine, [])


@given(TEXTS, TEXTS)
def test_what_only_they_changed_is_as_they_have_it(base: str, theirs: str) -> None:
    assert merge_text(base, theirs, base) == (theirs, [])


@given(TEXTS, TEXTS)
def test_what_both_changed_alike_is_no_conflict(base: str, ours: str) -> None:
    assert merge_text(base, ours, ours) == (ours, [])


@given(PARAGRAPHS, PARAGRAPHS, PARAGRAPHS)
def test_it_does_not_matter_who_comes_first(
    base: list[str], theirs: list[str], mine: list[str]
) -> None:
    first, second, third = ("\n\n".join(each) for each in (base, theirs, mine))
    one, clashes = merge_text(first, second, third)
    other, mirrored = merge_text(first, third, second)
    swapped = [(each.base, each.mine, each.theirs) for each in mirrored]
    assert [(each.base, each.theirs, each.mine) for each in clashes] == swapped
    if not clashes:
        assert one == other


@given(PARAGRAPHS, PARAGRAPHS, PARAGRAPHS)
def test_no_paragraph_that_anybody_wrote_is_lost(
    base: list[str], theirs: list[str], mine: list[str]
) -> None:
    first, second, third = ("\n\n".join(each) for each in (base, theirs, mine))
    text, clashes = merge_text(first, second, third)
    told = paragraphs(text)
    for each in clashes:
        told |= paragraphs(str(each.theirs)) | paragraphs(str(each.mine))
    assert paragraphs(second) - paragraphs(first) <= told
    assert paragraphs(third) - paragraphs(first) <= told
    # Of one that stands there several times, each may have taken out another.
    texts = [[each.strip() for each in text.split("\n\n")] for text in (first, second, third)]
    kept = {each for each in texts[0] if all(e.count(each) >= texts[0].count(each) for e in texts)}
    assert kept - {""} <= told


@given(PARAGRAPHS, PARAGRAPHS, PARAGRAPHS)
def test_nothing_is_made_up(base: list[str], theirs: list[str], mine: list[str]) -> None:
    first, second, third = ("\n\n".join(each) for each in (base, theirs, mine))
    text, _ = merge_text(first, second, third)
    assert paragraphs(text) <= paragraphs(first) | paragraphs(second) | paragraphs(third)


def test_neighbouring_paragraphs_are_changed_by_two_people() -> None:
    merged, clashes = merge_text("A\n\nB\n\nC", "A one\n\nB\n\nC", "A\n\nB two\n\nC\n\nD")
    assert (merged, clashes) == ("A one\n\nB two\n\nC\n\nD", [])


def test_a_paragraph_that_both_changed_is_shown_in_all_three_forms() -> None:
    merged, clashes = merge_text("A\n\nB\n\nC", "A\n\nB one\n\nC", "A new\n\nB two\n\nC")
    assert merged == "A new\n\nB one\n\nC"
    assert clashes == [Clash("", "B", "B one", "B two", paragraph=2)]


def test_what_both_put_in_one_place_is_a_conflict() -> None:
    _, clashes = merge_text("A", "A\n\nTheirs", "A\n\nMine")
    assert [(each.base, each.theirs, each.mine) for each in clashes] == [("", "Theirs", "Mine")]


def test_a_paragraph_that_one_took_out_and_the_other_changed_is_a_conflict() -> None:
    _, clashes = merge_text("A\n\nB", "A", "A\n\nB changed")
    assert [(each.base, each.theirs, each.mine) for each in clashes] == [("B", "", "B changed")]


def test_fields_are_merged_one_by_one() -> None:
    base = section()
    theirs = replace(base, heading="Theirs", level=3)
    merged = merge(base, theirs, replace(base, type="risks", level=3))
    assert merged.section == replace(theirs, type="risks")
    assert merged.clashes == []
    clash = merge(base, theirs, replace(base, heading="Mine")).clashes
    assert clash == [Clash("/heading", "H", "Theirs", "Mine")]


def test_pairs_are_merged_by_pair() -> None:
    base = section("", ("1", "A?", "a"), ("2", "B?", "b"), ("3", "C?", "c"))
    theirs = section("", ("1", "A?", "a!"), ("2", "B?", "b"), ("4", "D?", "d"))
    mine = section("", ("2", "B??", "b"), ("1", "A?", "a"), ("3", "C?", "c"))
    merged = merge(base, theirs, mine)
    assert merged.clashes == []
    assert [(each.id, each.question, each.answer) for each in merged.section.items] == [
        ("2", "B??", "b"),
        ("4", "D?", "d"),
        ("1", "A?", "a!"),
    ]


def test_a_pair_that_one_took_out_and_the_other_changed_stays_as_a_conflict() -> None:
    base = section("", ("1", "A?", "a"), ("2", "B?", "b"))
    merged = merge(
        base, section("", ("1", "A?", "a")), section("", ("1", "A?", "a"), ("2", "B?", "c"))
    )
    assert [each.pointer for each in merged.clashes] == ["/items/2"]
    assert [each.answer for each in merged.section.items] == ["a", "c"]


def test_two_new_pairs_with_one_question_are_one() -> None:
    base = section("", ("1", "A?", "a"))
    theirs = section("", ("1", "A?", "a"), ("2", "B?", "b"))
    mine = replace(base, items=[*base.items, ItemDraft("B?", "b", None)])
    assert merge(base, theirs, mine).section == theirs


def test_another_order_of_each_is_a_conflict() -> None:
    pairs = {key: (key, f"{key}?", key) for key in "123"}
    base, theirs, mine = (
        section("", *(pairs[key] for key in order)) for order in ("123", "213", "132")
    )
    merged = merge(base, theirs, mine)
    assert [each.pointer for each in merged.clashes] == ["/items"]
    assert merged.section == theirs


KEYS = st.lists(st.sampled_from("12345"), unique=True, max_size=5)
PAIRS = st.builds(
    lambda keys, answers: section(
        "x", *((k, f"{k}?", a) for k, a in zip(keys, answers, strict=False))
    ),
    KEYS,
    st.lists(st.sampled_from("abc"), min_size=5, max_size=5),
)


@given(PAIRS, PAIRS, PAIRS)
def test_no_pair_that_anybody_wrote_is_lost(
    base: SectionDraft, theirs: SectionDraft, mine: SectionDraft
) -> None:
    merged = merge(base, theirs, mine)
    told = {each.id for each in merged.section.items}
    for side in (theirs, mine):
        for item in side.items:
            if item not in base.items:
                assert item.id in told
    assert merge(base, base, mine).section.items == mine.items
    assert merge(base, theirs, base).section.items == theirs.items


def test_thousands_of_changed_paragraphs_are_merged_one_by_one() -> None:
    base = [str(number) for number in range(20_000)]
    theirs = [f"{each} by them" if number % 2 else each for number, each in enumerate(base)]
    mine = [each if number % 2 else f"{each} by me" for number, each in enumerate(base)]
    both = [
        one if number % 2 else other
        for number, (one, other) in enumerate(zip(theirs, mine, strict=True))
    ]
    merged, clashes = merge_text(*("\n\n".join(each) for each in (base, theirs, mine)))
    assert merged == "\n\n".join(both)
    assert not clashes
