import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.errors import Invalid
from content.searching.queries import (
    MAX_CHARACTERS,
    MAX_WORDS,
    MEANING_WEIGHT,
    SYNONYM_WEIGHT,
    parse,
)
from content.searching.questions import Clause, Question, Terms
from content.searching.vocabulary import NO_WORDS, Group, NamedTopic, Vocabulary

NEEDLING = Group(
    (
        "microneedling",
        "skin needling",
        "collagen induction therapy",
        "percutaneous collagen induction therapy",
        "CIT",
    )
)
VOCABULARY = Vocabulary(
    [
        NEEDLING,
        Group(("recurrence", "come back", "return")),
        Group(("botox", "dysport"), ("botulinum toxin",)),
        Group(("collagen", "collagen fibres")),
        Group(("LED light therapy", "LED", "red light therapy")),
        Group(("post-inflammatory erythema", "PIE")),
    ],
    [
        NamedTopic(
            "procedure:microneedling",
            "Microneedling",
            "en",
            ("Microneedling", "Dermapen"),
            frozenset({"Dermapen"}),
        )
    ],
)


def clauses(text: str, vocabulary: Vocabulary = VOCABULARY) -> tuple[Clause, ...]:
    return parse(text, vocabulary).clauses


def typed(text: str, vocabulary: Vocabulary = NO_WORDS) -> list[str]:
    return [clause.typed for clause in parse(text, vocabulary).clauses]


def forms(clause: Clause, word: int = 0) -> dict[Terms, float]:
    return {form.terms: form.weight for form in clause.words[word].forms}


def synonyms(clause: Clause) -> dict[Terms, float]:
    return {form.terms: form.weight for form in clause.synonyms}


def test_question_words_are_left_out_when_others_remain() -> None:
    assert typed("Do scars come back?") == ["scars", "come", "back"]
    assert typed("what is PRP") == ["prp"]
    assert typed("how long does it last") == ["long", "last"]


@pytest.mark.parametrize("text", ["what is it", "can I", "who are you"])
def test_question_words_are_kept_when_nothing_else_is_asked(text: str) -> None:
    assert typed(text) == text.lower().split()


def test_a_word_is_asked_for_once_however_often_it_is_typed() -> None:
    asked = clauses("scar scars acne SCARRING")
    assert [(each.typed, each.times) for each in asked] == [("scar", 3), ("acne", 1)]


def test_what_is_typed_again_counts_more() -> None:
    question = parse("scars and microneedling: scar, CIT, scarring, microneedling", VOCABULARY)
    times = {clause.typed: clause.times for clause in question.clauses}
    assert times == {"scars": 3, "microneedling": 2, "cit": 1}


def test_a_question_says_which_types_of_section_it_asks_for() -> None:
    assert parse("side effects of PRP", VOCABULARY).types == ("risks",)
    assert parse("PRP", VOCABULARY).types == ()


def test_words_that_ask_and_words_that_say_little_are_told_from_others() -> None:
    asked = parse("how long does swelling last, used again", NO_WORDS)
    assert {word.typed: word.says for each in asked.clauses for word in each.words} == {
        "long": "kind",
        "swelling": "much",
        "last": "kind",
        "used": "little",
        "again": "little",
    }


def test_a_word_that_may_ask_is_a_word_like_others_where_it_does_not() -> None:
    [found] = clauses("results", NO_WORDS)
    assert found.words[0].says == "kind"
    assert [each.words[0].says for each in clauses("last lip", NO_WORDS)] == ["much", "much"]


def test_a_clause_has_the_longer_names_that_hold_it() -> None:
    groups = [NEEDLING, Group(("RF microneedling", "Morpheus"))]
    found = clauses("CIT", Vocabulary(groups))
    assert found[0].longer == (("rf", "microneedl"),)


def test_a_quoted_phrase_is_required_and_keeps_its_small_words() -> None:
    [phrase, word] = clauses("“before and after” photos")
    assert phrase.typed == "before and after"
    assert forms(phrase) == {("befor", "and", "after"): 1.0}
    assert phrase.required
    assert not word.required


def test_a_long_text_does_not_demand_what_it_quotes() -> None:
    short = 'what do people mean by "slugging" when they talk of dry skin'
    assert [each.typed for each in clauses(short) if each.required] == ["slugging"]
    long = f"{short} now"
    assert not any(each.required for each in clauses(long))
    assert "slugging" in typed(long)


def test_a_quoted_phrase_is_not_said_in_other_words() -> None:
    [phrase] = clauses('"CO2 microneedling"')
    assert forms(phrase) == {("co", "2", "microneedl"): 1.0}
    assert not phrase.synonyms
    assert not phrase.topics


def test_a_quotation_mark_that_is_never_closed_is_none() -> None:
    assert typed('5" scars') == ["5", "scars"]
    assert not any(clause.required for clause in clauses('5" scars'))


def test_neighbours_are_also_sought_as_one_word() -> None:
    [micro, needling] = clauses("micro needling", NO_WORDS)
    assert 0 < forms(micro)["microneedl",] < 1
    assert 0 < forms(needling)["microneedl",] < 1


def test_a_word_of_no_weight_is_no_part_of_a_compound() -> None:
    [rest] = clauses("to rest", NO_WORDS)
    assert ("torest",) not in forms(rest)


def test_a_hyphen_is_the_same_as_a_space() -> None:
    for vocabulary in (NO_WORDS, VOCABULARY):
        assert parse("micro-needling", vocabulary) == parse("micro needling", vocabulary)


def test_a_compound_is_also_sought_as_two_words() -> None:
    [clause] = clauses("sunscreen", NO_WORDS)
    assert forms(clause)["sunscreen",] == 1
    assert 0 < forms(clause)["sun", "screen"] < 1


def test_a_number_with_its_unit_is_one_word_that_may_be_written_apart() -> None:
    [depth, spf] = clauses("0.5mm SPF50", NO_WORDS)
    assert forms(depth)["0.5", "mm"] < forms(depth)["0.5mm",] == 1
    assert forms(spf)["spf", "50"] < forms(spf)["spf50",] == 1


def test_an_expression_is_one_thing_that_is_asked_for() -> None:
    [needling, downtime] = clauses("Collagen Induction Therapy downtime")
    assert needling.typed == "collagen induction therapy"
    assert [word.typed for word in needling.words] == ["collagen", "induction", "therapy"]
    assert synonyms(needling)["microneedl",] == SYNONYM_WEIGHT < 1
    assert needling.topics == ("procedure:microneedling",)
    assert downtime.synonyms == ()


def test_the_longest_expression_wins_and_those_inside_of_it_are_not_expanded() -> None:
    [clause] = clauses("percutaneous collagen induction therapy")
    assert ("collagen", "fibr") not in synonyms(clause)
    assert ("skin", "needl") in synonyms(clause)


def test_the_typed_expression_is_no_synonym_of_itself() -> None:
    [clause] = clauses("CIT")
    assert ("cit",) not in synonyms(clause)


def test_a_directed_synonym_goes_one_way() -> None:
    [brand] = clauses("botox")
    assert synonyms(brand) == {("botulinum", "toxin"): MEANING_WEIGHT}
    assert all(not clause.synonyms for clause in clauses("botulinum toxin"))


@pytest.mark.parametrize("text", ["microneedling", "micro-needling", "micro needling", "DERMAPEN"])
def test_a_label_names_its_topic_however_it_is_written(text: str) -> None:
    [clause] = clauses(text)
    assert clause.topics == ("procedure:microneedling",)


def test_a_hidden_label_matches_and_is_never_written() -> None:
    [clause] = clauses("microneedling")
    assert ("dermapen",) in synonyms(clause)
    assert {form.written.lower() for form in clause.synonyms} >= {"", "skin needling"}
    assert "dermapen" not in {form.written.lower() for form in clause.synonyms}


def test_small_words_inside_of_an_expression_belong_to_it() -> None:
    vocabulary = Vocabulary([Group(("go away", "fade")), Group(("how much", "cost"))])
    assert typed("how much does it cost to go away", vocabulary) == ["how much", "cost", "go away"]
    [price, *_] = clauses("how much is it", vocabulary)
    assert [word.typed for word in price.words] == ["much"]


@pytest.mark.parametrize("text", ["CIT aftercare", "cit aftercare", "Cit Aftercare"])
def test_an_acronym_that_is_no_word_may_be_typed_small(text: str) -> None:
    assert ("microneedl",) in synonyms(clauses(text)[0])


def test_an_acronym_that_is_a_word_counts_in_capitals_or_alone() -> None:
    assert synonyms(clauses("LED masks")[0])
    assert synonyms(clauses("pie")[0])
    assert not any(map(synonyms, clauses("apple pie recipe")))
    assert not any(map(synonyms, clauses("what led to redness")))
    assert not any(map(synonyms, clauses("APPLE PIE WITHOUT BLACKHEADS")))


def test_an_acronym_that_texts_use_as_a_word_is_no_synonym() -> None:
    [clause] = clauses("red light therapy")
    assert ("led",) not in synonyms(clause)
    assert ("led", "light", "therapi") in synonyms(clause)


def test_a_corrected_word_has_the_synonyms_of_what_it_was_taken_for() -> None:
    [clause] = parse(
        "Microneedeling", VOCABULARY, corrections={"microneedeling": "microneedling"}
    ).clauses
    assert clause.typed == "microneedeling"
    assert clause.words[0].corrected == "microneedling"
    assert forms(clause)["microneedl",] == 1
    assert ("skin", "needl") in synonyms(clause)


def test_words_are_sought_in_every_language_of_the_index() -> None:
    [clause] = parse("Narben", NO_WORDS, ("en", "de")).clauses
    assert set(forms(clause)) >= {("narben",), ("narb",)}


def test_the_small_words_tell_the_language_of_a_question() -> None:
    question = parse("wie lange ist die Rötung nach der Behandlung", NO_WORDS, ("en", "de"))
    assert [clause.typed for clause in question.clauses] == [
        *("lange", "rotung", "nach", "behandlung")
    ]
    assert forms(question.clauses[-1])["behandl",] == 1


def test_a_synonym_with_a_locale_is_sought_in_its_language_only() -> None:
    vocabulary = Vocabulary([Group(("Narbe", "Narbenbildung"), locale="de-AT")])
    [clause] = parse("Narben", vocabulary, ("en", "de")).clauses
    assert list(synonyms(clause)) == [("narbenbild",)]


@pytest.mark.parametrize(
    "text",
    ["", " ", "?!*()[]{}~^:", '""', "\u200b", "\x00", "\ud800", "🙂🙂", "\u202e\u202d"],
)
def test_nothing_is_asked_where_there_is_no_word(text: str) -> None:
    assert parse(text, VOCABULARY) == Question()


def test_operators_and_wildcards_are_words_like_others() -> None:
    assert typed("title:scar* AND (body:[a TO z] NOT ~acne^9)") == [
        *("title", "scar", "body", "z", "acne", "9")
    ]
    assert typed("AND AND ((") == ["and"]
    assert typed("(a+)+$ (x|y)*") == ["x", "y"]


def test_right_to_left_text_is_words() -> None:
    assert typed("شقرا علاج") == ["شقرا", "علاج"]


def test_too_long_a_text_is_refused_with_the_reason() -> None:
    with pytest.raises(Invalid) as caught:
        parse("a" * (MAX_CHARACTERS + 1), VOCABULARY)
    assert [(each.pointer, each.code) for each in caught.value.reasons] == [("q", "too_long")]


def test_of_too_many_words_the_first_are_searched_for() -> None:
    many = [f"w{number}" for number in range(MAX_WORDS + 9)]
    assert typed(" ".join(many)) == many[:MAX_WORDS]
    assert typed("the and " * 100 + "scar") == ["scar"]


@given(st.text(max_size=MAX_CHARACTERS))
def test_anything_typed_is_a_bounded_question(text: str) -> None:
    question = parse(text, VOCABULARY, ("en", "de", "ja"))
    words = [word for clause in question.clauses for word in clause.words]
    assert len(words) <= 2 * MAX_WORDS  # Phrases are counted apart.
    assert all(0 < len(word.forms) <= 32 for word in words)
    assert all(0 < form.weight <= 1 and all(form.terms) for w in words for form in w.forms)
