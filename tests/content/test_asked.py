"""What a question asks."""

import pytest

from content.asked import Asked, asked_by
from content.searching.vocabulary import NO_WORDS


def asked(text: str, typed: str | None = None) -> Asked:
    return asked_by(text, NO_WORDS, typed=typed)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("when does it kick in", {"time"}),
        ("results when", {"time"}),
        ("botox when pregnant", set()),
        ("how soon can I swim", {"time"}),
        ("how long until I can swim", {"time"}),
        ("how long does it last", {"duration"}),
        ("How many days off?", {"duration", "number"}),
        ("how many units", {"number"}),
        ("how much blood is taken", {"number"}),
        ("how much does it cost", set()),
        ("how well does it work", {"degree"}),
        ("does the laser work", {"degree"}),
        ("how does the laser work", {"manner"}),
        ("why does it hurt", {"reason"}),
        ("Who is it for?", {"person"}),
        ("is it safe", set()),
    ],
)
def test_question_words_tell_what_is_to_be_told(text: str, kinds: set[str]) -> None:
    assert asked(text).kinds == kinds


@pytest.mark.parametrize(
    ("text", "turned"),
    [("is it safe", False), ("is it dangerous", True), ("is it not dangerous", False)],
)
def test_some_words_turn_what_yes_means(text: str, turned: bool) -> None:
    assert asked(text).is_turned is turned


def test_corrected_words_are_counted_and_those_that_lose_their_weight_are_not_believed() -> None:
    assert asked("laser for scars").corrected == 0
    assert asked("laser for scars", "lazer for scras").corrected == 2
    assert not asked("laser for scars", "lazer for scras").doubtful
    assert asked("laser for does", "laser for dogs").doubtful


@pytest.mark.parametrize("text", ["", "needle", "does it hurt", "the of and"])
def test_a_word_or_a_type_is_not_about_anything(text: str) -> None:
    assert not asked(text).is_about_something


def test_urgent_words_are_known() -> None:
    assert [part.is_urgent for part in asked("breathing scars").parts] == [True, False]
