import html
import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.searching import passages as presented
from content.searching.passages import MAX_PASSAGE, MAX_SEARCHED, marks_in
from content.searching.questions import Terms
from content.searching.sentences import sentences

SCAR = [("scar",)]


def marked(text: str, sought: Sequence[Terms]) -> str | None:
    return presented.marked(text, marks_in(text, sought))


def passages(text: str, sought: Sequence[Terms], language: str = "en") -> list[str]:
    marks = marks_in(text, sought, language)
    return presented.passages(text, marks, sentences(text[:MAX_SEARCHED]))


def unmarked(passage: str) -> str:
    return html.unescape(re.sub(r"</?mark>", "", passage))


def test_matched_words_are_marked_as_they_stand_in_the_text() -> None:
    assert marked("Scarring and scars", SCAR) == "<mark>Scarring</mark> and <mark>scars</mark>"


def test_a_heading_in_which_nothing_matches_is_not_highlighted() -> None:
    assert marked("Aftercare", SCAR) is None


def test_html_is_escaped_inside_and_outside_of_marks() -> None:
    text = "<script>scar('x')</script> & <b>scars</b>"
    assert marked(text, SCAR) == (
        "&lt;script&gt;<mark>scar</mark>(&#x27;x&#x27;)&lt;/script&gt; "
        "&amp; &lt;b&gt;<mark>scars</mark>&lt;/b&gt;"
    )


def test_whole_sentences_are_shown() -> None:
    text = "Skin heals. Some scars fade, e.g. shallow ones. Others stay!\nA list line"
    assert passages(text, SCAR) == ["Some <mark>scars</mark> fade, e.g. shallow ones."]


def test_the_sentences_with_most_different_words_are_shown_in_their_order() -> None:
    text = "A scar. A scar. Acne. Acne scars. Acne and scars again."
    shown = passages(text, [("scar",), ("acn",)])
    assert [unmarked(each) for each in shown] == ["A scar.", "Acne scars.", "Acne and scars again."]


def test_a_phrase_is_marked_only_where_its_words_stand_together() -> None:
    text = "Needling with a micro device. Micro needling works."
    assert passages(text, [("micro", "needl")]) == ["<mark>Micro needling</mark> works."]


def test_a_compound_is_marked_as_a_whole() -> None:
    assert marked("Micro-needling", [("microneedl",)]) == "<mark>Micro-needling</mark>"


def test_marks_do_not_overlap() -> None:
    sought = [("microneedl",), ("micro",), ("needl",), ("micro", "needl")]
    assert marked("micro-needling", sought) == "<mark>micro-needling</mark>"


def test_a_long_sentence_is_cut_at_spaces_around_its_first_match() -> None:
    text = "word " * 200 + "scar " + "word " * 200
    [passage] = passages(text, SCAR)
    shown = unmarked(passage)
    assert shown.startswith("…word")
    assert shown.endswith("word…")
    assert "<mark>scar</mark>" in passage
    assert len(shown) <= MAX_PASSAGE + 2


def test_a_long_sentence_is_shown_where_most_of_what_was_sought_stands_together() -> None:
    text = "scar " + "word " * 150 + "acne scar " + "word " * 150
    [passage] = passages(text, [("scar",), ("acn",)])
    assert "<mark>acne</mark> <mark>scar</mark>" in passage


def test_a_question_is_shown_with_the_beginning_of_its_answer() -> None:
    text = "Does it hurt?\nYes. Very.\n\nWill it scar?\nHardly ever. Only if picked."
    assert passages(text, SCAR) == ["Will it <mark>scar</mark>?\nHardly ever."]


def test_what_leads_a_list_item_is_not_shown() -> None:
    assert passages("Fine for:\n- old scars\n- acne", SCAR) == ["old <mark>scars</mark>"]


@pytest.mark.parametrize(
    ("text", "sought", "shown"),
    [
        ("Crème & scars.", SCAR, ["Crème &amp; <mark>scars</mark>."]),
        ("Care (micro–needling)", [("microneedl",)], ["Care (<mark>micro–needling</mark>)"]),
        ("acne/scars “Scars”", SCAR, ["acne/<mark>scars</mark> “<mark>Scars</mark>”"]),
        ("Rolling, then scars", [("roll", "then", "scar")], ["<mark>Rolling, then scars</mark>"]),
        ("a patient’s scar", [("patient", "scar")], ["a <mark>patient’s scar</mark>"]),
        ("1. Wash it", [("1",)], ["<mark>1</mark>. Wash it"]),
    ],
)  # fmt: skip
def test_words_are_found_among_signs_of_all_kinds(
    text: str, sought: list[tuple[str, ...]], shown: list[str]
) -> None:
    assert passages(text, sought) == shown


@given(
    st.text(alphabet="scar Scars.!-'’\n1é/_", max_size=60),
    st.sampled_from([("scar",), ("scar", "scar"), ("1",), ("a",), ("r", "1")]),
)
def test_a_text_is_searched_alike_with_and_without_accents(
    text: str, sought: tuple[str, ...]
) -> None:
    plain = marked(text, [sought])
    assert marked(f"{text} Ö", [sought]) == (plain and f"{plain} Ö")


def test_words_are_marked_as_their_language_has_them() -> None:
    text = "Die Narbe. Viele Narben!"
    assert passages(text, [("narb",)], "de") == [
        "Die <mark>Narbe</mark>.",
        "Viele <mark>Narben</mark>!",
    ]


def test_an_enormous_text_is_looked_through_to_a_bound() -> None:
    marks = marks_in("scar " * 40_000, SCAR)
    assert len(marks) == MAX_SEARCHED // len("scar ")
    assert marks[-1].end <= MAX_SEARCHED


@given(st.text(alphabet="scar Scars.!<>&'\"\n-é", max_size=400))
def test_passages_are_always_pieces_of_the_text(text: str) -> None:
    shown = passages(text, SCAR)
    for passage in shown:
        assert unmarked(passage).strip("…") in text
        assert not re.search(r"<(?!/?mark>)", passage)
    assert bool(shown) == (marked(text, SCAR) is not None)
