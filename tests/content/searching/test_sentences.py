from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.searching.sentences import sentences


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Ask Dr. Smith or Mrs. J. R. Brown about it.",
        "Needles of 0.5 mm, e.g. Dermapen, are used approx. 3 times.",
        "Laser vs. Peel is no contest, i.e. Both work (see fig. 2).",
        "Avoid it in the U.S. Army.",
        "It fades... and comes back.",
        "Take no. 5 of the list.",
        'He asked "why?" and left.',
    ],
)
def test_a_stop_inside_of_a_sentence_does_not_end_it(sentence: str) -> None:
    assert cut(f"First. {sentence} Last.") == ["First.", sentence, "Last."]


def test_sentences_end_at_stops() -> None:
    assert cut("One! Two? Three… “Four.” (Five.) Six") == [
        "One!", "Two?", "Three…", "“Four.”", "(Five.)", "Six",
    ]  # fmt: skip


def test_a_single_letter_may_end_a_sentence() -> None:
    assert cut("Use vitamin C. It helps.") == ["Use vitamin C.", "It helps."]
    assert cut("They said no. It was over.") == ["They said no.", "It was over."]


def test_lines_count_as_sentences_without_what_leads_them() -> None:
    text = "Skip:\n- acids\n• scrubs\n\n1. Wash it. Dry it.\n2) Wait\n| Depth | Acid |  \nEnd"
    assert cut(text) == [
        "Skip:", "acids", "scrubs", "Wash it.", "Dry it.", "Wait", "Depth | Acid |", "End",
    ]  # fmt: skip


def test_a_question_stands_with_the_beginning_of_its_answer() -> None:
    text = "Does it hurt?\nA little. Not for long.\n\nWhen?\n\nSoon."
    assert cut(text) == ["Does it hurt?\nA little.", "Not for long.", "When?", "Soon."]


def test_writing_without_spaces_has_sentences_too() -> None:
    assert cut("赤みは三日続きます。「痛みますか？」はい。") == [
        "赤みは三日続きます。", "「痛みますか？」", "はい。",
    ]  # fmt: skip


@given(st.text(alphabet="aB1.?!…。\n -•|\"'”)", max_size=200))
def test_sentences_follow_each_other_and_lose_no_word(text: str) -> None:
    spans = sentences(text)
    assert all(start < end for start, end in spans)
    assert all(one[1] <= two[0] for one, two in pairwise(spans))
    kept = "".join(text[start:end] for start, end in spans)
    assert [each for each in kept if each in "aB"] == [each for each in text if each in "aB"]
