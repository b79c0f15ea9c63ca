"""What differs between two texts."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from content.diffing import Diff, diff, pieces
from content.history import KeptItem, KeptSection, Version
from content.references import Reference

WORDS = st.lists(st.sampled_from(["skin", "Haut", " ", "\n\n", ".", "é", "1", "\t"]), max_size=30)
TEXTS = WORDS.map("".join) | st.text(max_size=40)


def kept(key: str, body: str = "Rest.", heading: str | None = "H", *items: KeptItem) -> KeptSection:
    return KeptSection(key, "faq" if items else "aftercare", heading, 2, key, body, items, 1)


def of(*sections: KeptSection, title: str = "T") -> Version:
    return Version(title, "S", sections)


SECTIONS = st.lists(
    st.builds(kept, st.sampled_from("abcdef"), st.sampled_from(["One.", "Two.", "One two."])),
    unique_by=lambda each: each.id,
    max_size=6,
).map(lambda sections: of(*sections))


def changes(found: Diff) -> dict[str, list[str]]:
    return {each.id: list(each.changes) for each in found.sections}


def test_what_became_of_references_is_told() -> None:
    gone, same, old = (Reference(each, f"Title {each}") for each in ("gone", "same", "old"))
    new, renamed = Reference("new", "Title new"), Reference("old", "Another title")
    before = Version("T", "S", (), (gone, same, old))
    found = diff(before, Version("T", "S", (), (new, same, renamed)))
    assert found.changed
    assert {each.id: each.change for each in found.references} == {
        "gone": "removed",
        "same": "",
        "old": "changed",
        "new": "added",
    }
    assert [(each.before, each.after) for each in found.references if each.id == "old"] == [
        (old, renamed)
    ]
    moved = diff(before, Version("T", "S", (), (same, old, gone)))
    assert [each.id for each in moved.references if each.change == "moved"] == ["gone"]
    assert not diff(before, before).changed


@given(TEXTS, TEXTS)
def test_the_pieces_give_both_texts_back(before: str, after: str) -> None:
    found = pieces(before, after)
    assert "".join(each.text for each in found if each.op != "insert") == before
    assert "".join(each.text for each in found if each.op != "delete") == after


@given(TEXTS)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert all(each.op == "equal" for each in pieces(text, text))


def test_a_word_that_changed_is_told_alone() -> None:
    found = [(each.op, each.text) for each in pieces("Rest for a week.", "Rest for a month.")]
    assert found == [
        ("equal", "Rest for a "),
        ("delete", "week"),
        ("insert", "month"),
        ("equal", "."),
    ]


def test_very_long_texts_without_a_common_word_are_told_as_a_whole() -> None:
    before, after = "a " * 90_000, "b\n\n" * 60_000
    found = pieces(before, after)
    assert "".join(each.text for each in found if each.op != "insert") == before
    assert "".join(each.text for each in found if each.op != "delete") == after


@given(SECTIONS, SECTIONS)
def test_the_sections_give_both_orders_back(before: Version, after: Version) -> None:
    found = diff(before, after).sections
    was = sorted(
        (each for each in found if each.position_from), key=lambda each: each.position_from or 0
    )
    now = [each for each in found if each.position_to]
    assert [each.id for each in was] == [each.id for each in before.sections]
    assert [each.id for each in now] == [each.id for each in after.sections]
    assert [each.position_to for each in now] == list(range(1, len(now) + 1))
    assert diff(before, after).changed == (before != after)


def test_what_became_of_each_section_is_told() -> None:
    a, b, c, d, e = (kept(key) for key in "abcde")
    before = of(a, b, c, d, e)
    after = of(
        d, a, replace(b, type="risks", heading=None), replace(c, body="Work.", level=3), kept("f")
    )
    assert changes(diff(before, after)) == {
        "d": ["moved"],
        "a": [],
        "b": ["retyped", "retitled"],
        "c": ["relevelled", "changed"],
        "e": ["removed"],
        "f": ["added"],
    }


def test_pairs_are_told_one_by_one() -> None:
    one, two, three = (KeptItem(key, None, f"{key}?", key, key) for key in "123")
    found = diff(
        of(kept("a", "", "H", one, two)), of(kept("a", "", "H", three, replace(two, answer="x")))
    )
    assert [(each.id, each.change) for each in found.sections[0].items] == [
        ("1", "removed"),
        ("3", "added"),
        ("2", "changed"),
    ]


def test_a_title_that_changed_is_a_change() -> None:
    assert diff(of(title="One"), of(title="Two")).changed
    assert not diff(of(), of()).changed
