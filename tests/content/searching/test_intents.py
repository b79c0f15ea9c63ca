import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.searching.intents import intent_of
from content.sections import SECTION_TYPES


def asked(text: str) -> tuple[str, ...]:
    return intent_of(text.split()).types


@pytest.mark.parametrize(
    ("question", "types"),
    [
        ("side effects of botox", ("risks",)),
        ("how long does botox last", ("effectiveness", "recurrence_factors")),
        ("does it come back", ("recurrence_factors",)),
        ("how does it work", ("mechanism",)),
        ("does it work", ("effectiveness",)),
        ("when can i go back to work", ("aftercare",)),
        ("microneedling downtime", ("aftercare",)),
        ("can i wash my face after a peel", ("aftercare",)),
        ("how much is a peel", ("cost",)),
        ("laser price", ("cost",)),
        ("torn lobe repair how much", ("cost",)),
        ("how to prepare for laser", ("preparation",)),
        ("what to avoid before my appointment", ("preparation",)),
        ("am i a candidate for prp", ("suitability",)),
        ("peel vs laser", ("alternatives",)),
        ("what can i have instead of surgery", ("alternatives",)),
        ("how many sessions do i need", ("procedure",)),
        ("does laser hair removal hurt", ("procedure",)),
        ("what causes rosacea", ("overview",)),
        ("is it worth the money", ("summary", "effectiveness")),
        ("who shouldnt have it", ("risks", "suitability")),
        ("does microneedling leave scars", ("risks",)),
        ("minimum age for lip filler", ("suitability",)),
        ("how long does swelling last", ("aftercare",)),
        ("will it work on deep scars", ("effectiveness",)),
        ("do i need a patch test", ("preparation",)),
        ("how to get rid of milia", ("alternatives", "procedure")),
    ],
)
def test_a_question_asks_for_a_type(question: str, types: tuple[str, ...]) -> None:
    assert asked(question) == types


@pytest.mark.parametrize(
    "text",
    [
        "laser resurfacing",
        "numbing cream",
        "rosacea redness",
        "how much fat",
        "collagen induction therapy",
        "workout",
        "",
    ],
)
def test_words_that_only_name_something_ask_for_no_type(text: str) -> None:
    assert asked(text) == ()


def test_a_longer_phrase_says_more_than_the_words_in_it() -> None:
    assert asked("how soon can i return to work") == ("aftercare",)
    assert asked("will the fat return") == ("recurrence_factors",)


def test_what_is_said_plainly_counts_more_than_a_hint() -> None:
    assert asked("what is the cost of it") == ("cost",)
    assert asked("what is prp") == ("overview",)
    assert asked("side effects after filler") == ("risks",)
    assert asked("dentist after filler") == ("aftercare", "risks")


def test_a_phrase_may_have_other_words_inside_but_not_a_whole_text() -> None:
    assert asked("how long do the results of it last")[0] == "effectiveness"
    assert "effectiveness" not in intent_of(["how", "long", *["x"] * 30, "last"]).types


@given(
    st.lists(
        st.sampled_from(["how", "long", "does", "last", "what", "is", "or", "before", "x"]),
        max_size=60,
    )
)
def test_types_are_known_and_few(words: list[str]) -> None:
    types = intent_of(words).types
    assert len(set(types)) == len(types) <= 4
    assert set(types) <= set(SECTION_TYPES)
