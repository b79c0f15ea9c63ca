import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.errors import Invalid
from content.searching.queries import Question, parse


def typed(text: str) -> list[str]:
    return [clause.typed for clause in parse(text).clauses]


def test_question_words_are_left_out_when_others_remain() -> None:
    assert typed("Do scars come back?") == ["scars", "come", "back"]
    assert typed("what is PRP") == ["prp"]


def test_question_words_are_kept_when_nothing_else_is_asked() -> None:
    assert typed("what is it") == ["what", "is", "it"]


def test_a_word_is_asked_for_once_however_often_it_is_typed() -> None:
    assert typed("scar scars SCARRING acne") == ["scar", "acne"]


def test_a_quoted_phrase_is_required_and_keeps_its_small_words() -> None:
    [phrase, word] = parse("“before and after” photos").clauses
    assert phrase.typed == "before and after"
    assert phrase.alternatives == (("befor", "and", "after"),)
    assert phrase.required
    assert not word.required


def test_a_quotation_mark_that_is_never_closed_is_none() -> None:
    assert typed('5" scars') == ["5", "scars"]
    assert not any(clause.required for clause in parse('5" scars').clauses)


def test_neighbours_are_also_sought_as_one_word() -> None:
    [micro, needling] = parse("micro needling").clauses
    assert ("microneedl",) in micro.alternatives
    assert ("microneedl",) in needling.alternatives


def test_a_hyphen_is_the_same_as_a_space() -> None:
    assert parse("micro-needling") == parse("micro needling")


def test_a_compound_is_also_sought_as_two_words() -> None:
    [clause] = parse("sunscreen").clauses
    assert ("sun", "screen") in clause.alternatives


@pytest.mark.parametrize(
    "text",
    ["", " ", "?!*()[]{}~^:", '""', "\u200b", "\x00", "\ud800", "🙂🙂"],
)
def test_nothing_is_asked_where_there_is_no_word(text: str) -> None:
    assert parse(text) == Question()


def test_operators_and_wildcards_are_words_like_others() -> None:
    assert typed("title:scar* AND (body:[a TO z] NOT ~acne^9)") == [
        *("title", "scar", "body", "z", "acne", "9")
    ]


def test_too_long_a_text_is_refused_with_the_reason() -> None:
    with pytest.raises(Invalid) as caught:
        parse("a" * 201)
    assert [(each.pointer, each.code) for each in caught.value.reasons] == [("q", "too_long")]


def test_too_many_words_are_refused_with_the_reason() -> None:
    with pytest.raises(Invalid) as caught:
        parse(" ".join(f"w{number}" for number in range(17)))
    assert [(each.pointer, each.code) for each in caught.value.reasons] == [("q", "too_many_words")]


def test_words_in_phrases_count_too() -> None:
    with pytest.raises(Invalid):
        parse('"' + "a " * 17 + '"')


@given(st.text(max_size=200))
def test_anything_typed_is_a_bounded_question_or_refused(text: str) -> None:
    try:
        question = parse(text)
    except Invalid:
        assert len(text) > 16 * 2
        return
    assert len(question.clauses) <= 16
    assert all(len(clause.alternatives) <= 24 for clause in question.clauses)
