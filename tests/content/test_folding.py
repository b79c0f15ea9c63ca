"""Folding: what says the same folds, and no fact is ever folded away."""

from typing import Final

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from content import rendering
from content.folding import canonical, fold
from tests.content.alike import ALIKE, DIFFERENT, Two

FACTS: Final = (
    *("not", "never", "no", "without", "may", "must", "cannot", "only", "few", "before", "after"),
    *("left", "right", "2", "0.5", "50", "mg", "ml", "%", "<", ">", "-5", "week", "PRP", "PRF"),
    *("at least", "at most", "up to", "both", "or", "except", "unless", ","),
)
PLAIN: Final = (
    "the", "skin", "heals", "is", "red", "for", "days", "and", "peel", "It", "you", "wait", "in"
)  # fmt: skip


def folded(question: str, answer: str, locale: str = "en") -> str:
    rendition = rendering.render(answer)
    return fold(question, rendition.text, rendition.html, locale)


def both(two: Two, locale: str = "en") -> tuple[str, str]:
    return (
        folded(two.question, two.answer, locale),
        folded(two.other_question, two.other_answer, locale),
    )


def test_the_table_is_large_enough_to_mean_something() -> None:
    assert len(ALIKE) >= 30
    assert len(DIFFERENT) >= 30


@pytest.mark.parametrize("two", ALIKE, ids=lambda two: two.difference)
def test_what_says_the_same_folds(two: Two) -> None:
    one, other = both(two)
    assert one == other


@pytest.mark.parametrize("locale", ["en", "en-GB", "de", "ja"])
@pytest.mark.parametrize("two", DIFFERENT, ids=lambda two: two.difference)
def test_what_differs_in_a_fact_never_folds(two: Two, locale: str) -> None:
    one, other = both(two, locale)
    assert one != other


@given(
    st.lists(st.sampled_from(PLAIN), min_size=3, max_size=8),
    st.sampled_from(FACTS),
    st.integers(0, 8),
    st.booleans(),
)
def test_a_fact_put_in_anywhere_makes_another_pair(
    words: list[str], fact: str, place: int, asked: bool
) -> None:
    more = [*words[:place], fact, *words[place:]]
    one, other = " ".join(words), " ".join(more)
    if asked:
        assert folded(one, "Yes.") != folded(other, "Yes.")
    else:
        assert folded("Why?", one) != folded("Why?", other)


@given(st.lists(st.sampled_from([*PLAIN, *FACTS]), min_size=2, max_size=8, unique=True), st.data())
def test_facts_in_another_order_make_another_pair(words: list[str], data: st.DataObject) -> None:
    other = data.draw(st.permutations(words))
    kept = [[word for word in each if word != "the"] for each in (words, other)]
    assume(kept[0] != kept[1])
    assert folded("Why?", " ".join(words)) != folded("Why?", " ".join(other))


@given(
    st.text(st.characters(exclude_characters="\n")),
    st.text(),
    st.sampled_from(["en", "de", "zh-Hant"]),
)
def test_spacing_weighs_nothing_in_any_text(question: str, answer: str, locale: str) -> None:
    spaced = "\u00a0 ".join(f" {question} ".split(" "))
    one = canonical(question, answer, "", locale)
    assert canonical(spaced, f"\n{answer}\n", "", locale) == one


def test_pairs_of_two_languages_do_not_fold() -> None:
    assert folded("Hyaluron?", "Gift.", "en") != folded("Hyaluron?", "Gift.", "de")
    assert folded("Is it safe?", "Yes.", "en-GB") == folded("Is it safe?", "Yes.", "en-US")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Alkohol in Maßen.", "Alkohol in Massen."),
        ("Vor und an dem Tag.", "Vor und dem Tag."),
        ("Il a des risques.", "Il des risques."),
        ("Nicht, kühlen.", "Nicht kühlen."),
    ],
)
def test_the_rules_of_english_are_not_those_of_other_languages(one: str, other: str) -> None:
    assert folded("Was?", one, "de") != folded("Was?", other, "de")


def test_capitals_and_stops_weigh_nothing_in_any_language() -> None:
    one = folded("Tut es «weh»?", "Kaum,  3–6 Tage!", "de")
    assert folded("TUT ES WEH", "kaum, 3-6 tage", "de") == one
    assert folded("痛いですか？", "少し。", "ja") == folded("痛いですか", "少し", "ja")
