"""Spelling: what was meant by what was typed."""

from collections import Counter
from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.searching.lexicon import Lexicon, LexiconSegment, Names, lexicon_arrays
from content.searching.queries import parse
from content.searching.questions import Word
from content.searching.spelling import (
    MOST_CORRECTED,
    Corrections,
    corrections,
    did_you_mean,
    edits_of,
    slip,
)
from content.searching.vocabulary import NO_WORDS, NamedTopic, Vocabulary
from content.searching.words import term

TEXTS = """
    collagen retinol hyaluronic acid recurrence of acne scars swollen lips bruising after filler
    micro needling and microneedling downtime side effects aftercare melasma rosacea laser pigment
    recovery time keloid tattoo tretinoin peel chemical peels sunscreen sculpture
"""


class Texts:
    """What live texts hold: `counts` overrule how many of them hold a word."""

    def __init__(self, text: str = TEXTS, counts: Mapping[str, int] | None = None) -> None:
        self.words = text.split()
        self.counts = Counter(self.words) | Counter(counts or {})

    def said(self, words: tuple[str, ...]) -> int:
        if len(words) == 1:
            return max(n for each, n in [("", 0), *self.counts.items()] if _same(each, words[0]))
        return f" {' '.join(words)} ".join(("", "")) in f" {' '.join(self.words)} "

    def known(self, word: Word) -> bool:
        terms = {term(each) for each in self.words}
        joined = " ".join(map(term, self.words))
        return any(
            form.terms[0] in terms if len(form.terms) == 1 else " ".join(form.terms) in joined
            for form in word.forms
        )


def _same(one: str, other: str) -> bool:
    return one == "" or term(one) == term(other)


def corrected(
    text: str, texts: Texts | None = None, vocabulary: Vocabulary = NO_WORDS
) -> Corrections:
    held = texts or Texts()
    arrays = lexicon_arrays(held.counts)
    lexicon = Lexicon([LexiconSegment(arrays)], Names(vocabulary), held.said, list)

    def known(word: Word) -> bool:
        return lexicon.names(word.typed) or held.known(word)

    return corrections(parse(text, vocabulary), known, lexicon)


def a_topic(label: str, *hidden: str) -> Vocabulary:
    return Vocabulary(
        topics=[NamedTopic("ingredient:it", label, "en", (label, *hidden), frozenset(hidden))]
    )


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("mirconeedling", "microneedling"),
        ("micro needeling", "micro needling"),
        ("colagen", "collagen"),
        ("hyaluronik acid", "hyaluronic acid"),
        ("reccurence of acne", "recurrence of acne"),
        ("retinoil", "retinol"),
        ("sideefects", "side effects"),
        ("side efects", "side effects"),
        ("swolen lips", "swollen lips"),
        ("brusing after filer", "bruising after filler"),
        ("recovry tiem", "recovery time"),
        ("melazma", "melasma"),
        ("rosasea", "rosacea"),
        ("lazer", "laser"),
        ("chemcial peal", "chemical peel"),
        ("keloyd", "keloid"),
        ("tatoo", "tattoo"),
        ("aftrcare", "aftercare"),
    ],
)
def test_a_slip_is_put_right(typed: str, meant: str) -> None:
    assert did_you_mean(typed, corrected(typed).shown) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "collagen",
        "after care",  # Written as one word elsewhere: known.
        "side-effects",
        "retinoll",  # Its term is that of "retinol".
        "co2 lazr2 h2o",  # Digits.
        "pel",  # Three letters.
        "xylophone zzzzzz",
        '"colagen"',  # Quoted: as it stands.
        "!?",
        "",
    ],
)
def test_what_is_right_short_quoted_or_like_nothing_is_left(typed: str) -> None:
    assert corrected(typed) == Corrections()


def test_a_word_typed_as_two_is_put_right_where_texts_have_it_as_one() -> None:
    texts = Texts("microneedling")
    assert corrected("micro needeling", texts).used == {"needeling": "needling"}
    assert corrected("mirco needling", texts).used == {"mirco": "micro"}


def test_the_vocabulary_is_known_and_is_what_may_be_meant() -> None:
    assert corrected("juvederm", vocabulary=a_topic("Juvéderm")) == Corrections()
    assert corrected("juvaderm", vocabulary=a_topic("Juvéderm")).shown == {"juvaderm": "juvederm"}


def test_a_hidden_label_is_searched_for_but_not_named() -> None:
    found = corrected("botoxx", vocabulary=a_topic("anti-wrinkle", "botox"))
    assert found.used == {"botoxx": "botox"}
    assert found.shown == {}


def test_a_hidden_label_that_a_text_names_may_be_named() -> None:
    found = corrected("botoxx", Texts("botox"), a_topic("anti-wrinkle", "botox"))
    assert found.shown == {"botoxx": "botox"}


def test_a_hidden_label_is_not_named_because_a_text_has_another_form_of_it() -> None:
    hiding = a_topic("anti-wrinkle", "brandtox")
    assert corrected("brandtoxx", Texts("brandtoxes"), hiding).shown == {}
    assert corrected("brandtoxx", Texts("brandtoxes")).shown == {"brandtoxx": "brandtoxes"}
    rare = Texts("brandttox", {"brandtoxes": 4000})
    assert corrected("brandttox", rare, hiding).shown == {}


def test_of_words_as_near_the_one_that_more_sections_hold_is_meant() -> None:
    texts = Texts("scar", {"peal": 1, "peel": 4000})
    assert corrected("peil", texts).used == {"peil": "peel"}


def test_what_only_deleted_sections_held_is_not_meant() -> None:
    texts = Texts()
    arrays = lexicon_arrays({"gone": 9, "gonne": 1, "wound": 1})
    lexicon = Lexicon(
        [LexiconSegment(arrays)], Names(NO_WORDS), lambda words: words == ("wound",), list
    )
    question = parse("gonee wounde", NO_WORDS)
    assert corrections(question, texts.known, lexicon).used == {"wounde": "wound"}


def test_a_rare_word_beside_a_frequent_one_is_searched_for_and_the_other_offered() -> None:
    texts = Texts("colagen", {"colagen": 1, "collagen": 1000})
    assert corrected("colagen serum", texts) == Corrections({}, {"colagen": "collagen"})
    assert corrected("colagen", Texts("colagen", {"collagen": 999})).shown == {}


@pytest.mark.parametrize(
    ("drug", "other"),
    [("retinal", "retinol"), ("sculptra", "sculpture"), ("clobetasol", "clobetasone")],
)
def test_a_name_that_a_text_has_is_never_taken_for_another(drug: str, other: str) -> None:
    assert corrected(drug, Texts(drug, {drug: 1, other: 100_000})) == Corrections()


def test_a_name_of_the_vocabulary_is_not_offered_another() -> None:
    texts = Texts("profilo", {"profilo": 1, "proffilo": 5_000})
    assert corrected("profilo", texts).shown
    assert corrected("profilo", texts, a_topic("profilo")) == Corrections()


def test_so_many_words_of_a_query_are_put_right_and_no_more() -> None:
    typed = "colagen retinoll lazer keloyd tatoo melazma rosasea"
    assert len(corrected(typed).used) == MOST_CORRECTED


def test_a_text_keeps_all_but_its_misspelt_words() -> None:
    shown = {"colagen": "collagen", "needeling": "needling", "sideefects": "side effects"}
    typed = "  Colagen,  micro-needeling: SIDEEFECTS? (colagens)"
    assert did_you_mean(typed, shown) == "  Collagen,  micro-needling: SIDE EFFECTS? (colagens)"
    assert did_you_mean("collagen", shown) is None


@pytest.mark.parametrize(
    ("word", "edits"),
    [("peel", 1), ("peeling", 1), ("peelings", 2), ("pel", 0), ("h2o2", 0), ("x" * 33, 0)],
)
def test_how_many_edits_are_believed_depends_on_the_length(word: str, edits: int) -> None:
    assert edits_of(word) == edits


def test_slips_of_finger_and_ear_are_likelier_than_others() -> None:
    doubled, swapped = slip("colagen", "collagen"), slip("tiem", "time")
    assert max(doubled, swapped) < slip("lazer", "laser") < slip("lamer", "laser") == 1
    assert slip("lamer", "laser") < slip("kaser", "laser")


LETTERS = st.text("aceglnort", min_size=1, max_size=12)


@given(LETTERS, LETTERS)
def test_a_slip_costs_something_and_no_slip_nothing(one: str, other: str) -> None:
    assert (slip(one, other) == 0) == (one == other)


@given(
    st.text(max_size=200) | st.lists(LETTERS, max_size=20).map(" ".join),
    st.lists(LETTERS, max_size=20),
    st.lists(LETTERS, max_size=5),
)
def test_whatever_is_typed_few_words_are_put_right_and_no_hidden_one_is_named(
    typed: str, held: Iterable[str], hidden: list[str]
) -> None:
    texts = Texts(" ".join(held))
    found = corrected(typed, texts, a_topic("shown", *hidden))
    assert len(found.used) <= MOST_CORRECTED
    public = {"shown", *texts.counts}
    for meant in found.shown.values():
        assert all(word in public or texts.said((word,)) for word in meant.split())
    did_you_mean(typed, found.shown)
