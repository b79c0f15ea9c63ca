"""Dividing a Markdown body."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.dividing import halves, nearest_offsets, questions_in
from content.importing.cutting import shown_words

BLOCKS = st.lists(
    st.sampled_from(
        [
            "Rest for a week. Drink water.",
            "- one\n- two **bold. Words** here\n- three",
            "1. first\n2. second",
            "> Quoted. Twice.",
            "```\ncode one. Two\n\nthree\n```",
            "**Bold words. And more** of them. Next.",
            "[A link. In two](https://example.org) there.",
            "| a | b |\n|---|---|\n| 1 | 2 |",
            "## Does it hurt?",
            "A line\nthat goes on. And on.",
        ]
    ),
    max_size=5,
).map("\n\n".join)


@given(BLOCKS, st.integers(-1, 200))
def test_both_halves_have_all_words_in_order(body: str, offset: int) -> None:
    parts = halves(body, offset)
    if parts is not None:
        assert shown_words(parts[0]) + shown_words(parts[1]) == shown_words(body)
        assert all(each.strip() for each in parts)


@given(BLOCKS, st.integers(1, 200))
def test_every_offset_that_is_told_to_be_right_is_right(body: str, offset: int) -> None:
    for each in nearest_offsets(body, offset):
        assert halves(body, each) is not None


@pytest.mark.parametrize(
    ("body", "offset", "expected"),
    [
        ("One.\n\nTwo.", 6, ("One.", "Two.")),
        ("One.\n\nTwo.", 4, ("One.", "Two.")),
        ("One here. Two there.", 10, ("One here.", "Two there.")),
        ("One. 2. Two.", 5, ("One.", "2\\. Two.")),
        ("- one\n- two", 6, ("- one", "- two")),
        ("- one\n- two", 8, ("- one", "- two")),
        ("One.\n\n## Two\n\nThree.", 6, ("One.", "## Two\n\nThree.")),
        ("One **bold. Two** more.", 12, None),
        ("One word", 2, None),
        ("One.", 0, None),
        ("", 0, None),
        ("```\na\n\nb\n```", 7, None),
    ],
)
def test_a_body_is_cut_at_borders_alone(
    body: str, offset: int, expected: tuple[str, str] | None
) -> None:
    assert halves(body, offset) == expected


def test_headings_that_ask_become_pairs_and_other_text_stays() -> None:
    body = (
        "First this.\n\n## Does it hurt?\n\nA little.\n\nNot for long.\n\n"
        "## The price\n\nIt depends.\n\n## Is it safe?\n\n- Yes\n- mostly"
    )
    found = questions_in(body)
    assert found is not None
    assert found.rest == "First this.\n\n## The price\n\nIt depends."
    assert found.pairs == [
        ("Does it hurt?", "A little.\n\nNot for long."),
        ("Is it safe?", "- Yes\n- mostly"),
    ]


def test_marked_lines_become_pairs() -> None:
    found = questions_in("Before.\n\nQ: Does it hurt?\n\nA: A little.\n\nQ: Is it safe?\n\nA: Yes.")
    assert found is not None
    assert found.rest == "Before."
    assert found.pairs == [("Does it hurt?", "A little."), ("Is it safe?", "Yes.")]


def test_paragraphs_that_ask_become_pairs_where_nothing_else_does() -> None:
    found = questions_in("Does it hurt?\n\nA little.\n\nIs it safe?\n\nYes.")
    assert found is not None
    assert (found.rest, len(found.pairs)) == ("", 2)


@pytest.mark.parametrize("body", ["", "Nothing asks here.", "## The price\n\nIt depends.", "Why?"])
def test_a_body_that_does_not_ask_has_no_pairs(body: str) -> None:
    assert questions_in(body) is None


ANSWERS = st.sampled_from(["Yes.", "A *little*.\n\nNot for long.", "- one\n- two"])
PIECES = st.lists(
    st.sampled_from(["Plain words here.", "## The price", "> A quotation."])
    | st.builds("## {}?\n\n{}".format, st.sampled_from(["Does it hurt", "Is it safe"]), ANSWERS),
    max_size=6,
).map("\n\n".join)


@given(PIECES)
def test_no_word_is_lost_to_the_pairs(body: str) -> None:
    found = questions_in(body)
    if found is not None:
        told = [found.rest, *(f"{question} {answer}" for question, answer in found.pairs)]
        words = [word.strip("*-#>") for word in body.split()]
        left = [word.strip("*-#>") for word in " ".join(told).split()]
        assert sorted(filter(None, words)) == sorted(filter(None, left))
