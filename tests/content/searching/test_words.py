import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.searching.words import (
    MAX_TERM,
    fold,
    slight_words,
    stop_words,
    term,
    typed_words,
    words,
)


def terms(text: str, language: str = "en") -> list[str]:
    return [word.term for word in words(text, language=language)]


def meet(one: str, other: str, language: str = "en") -> bool:
    """Whether a text that says the one is found by who types the other."""
    return not set(terms(one, language)).isdisjoint(terms(other, language))


def test_case_accents_and_apostrophes_do_not_count() -> None:
    assert terms("CAFÉ crème patient’s patient's") == terms("cafe creme patients patients")


def test_the_width_of_letters_and_ligatures_do_not_count() -> None:
    assert terms("ﬁller Ｆｉｌｌｅｒ ＣＯ２ CO₂") == ["filler", "filler", "co", "2", "co2", "co2"]


def test_soft_hyphens_and_joiners_are_no_part_of_a_word() -> None:
    assert terms("micro\u00adneed\u200dling") == ["microneedl"]


def test_a_combining_accent_does_not_end_a_word() -> None:
    assert terms("cafe\u0301s") == terms("cafés") == ["cafe"]


@pytest.mark.parametrize(
    "family",
    [
        "scar scars scarring scarred SCAR",
        "needle needles needling needled",
        "microneedle microneedles microneedling",
        "peel peels peeling peeled",
        "recur recurs recurring recurred recurrence recurrent",
        "heal heals healing healed",
        "swell swelling swollen",
        "bruise bruises bruising bruised",
        "itch itching itches",
        "red redness",
        "pregnant pregnancy pregnancies",
        "keratosis keratoses",
        "inject injection injections injectable",
        "pigment pigmentation pigmented",
        "permanent permanently permanence",
        "bleed bleeding bled",
        "lentigo lentigines",
    ],
)
def test_the_forms_of_an_english_word_meet(family: str) -> None:
    assert len(set(terms(family))) == 1


@pytest.mark.parametrize(
    ("language", "family"),
    [
        ("de", "Narbe Narben"),
        ("de", "Rötung Rötungen Roetung roetungen"),
        ("de", "Straße Strasse STRASSE"),
        ("de", "Behandlung Behandlungen"),
        ("fr", "cicatrice cicatrices Cicatrice"),
        ("fr", "acné l’acné d'acne"),
        ("fr", "traité traitée traitées traitees traiter"),
        ("es", "cicatrización cicatrizacion cicatrizaciones"),
        ("es", "inyección inyecciones inyeccion"),
        ("pt", "injeção injecao injeções"),
        ("it", "cicatrice cicatrici"),
        ("nl", "behandeling behandelingen"),
        ("sv", "behandling behandlingar"),
        ("da", "behandling behandlinger"),
        ("no", "behandling behandlinger"),
        ("fi", "hoito hoitoa"),
        ("hu", "kezelés kezelések"),
        ("ro", "tratament tratamente"),
        ("ru", "шрам шрамы шрамов"),
        ("ru", "ёлка елка"),
        ("tr", "ISI ısı"),
        ("el", "ουλές ΟΥΛΕΣ ουλες"),
        ("ar", "العلاج علاج عِلاج العلاجات"),
        ("he", "שָׁלוֹם שלום"),
        ("pl", "łuszczyca ŁUSZCZYCA luszczyca"),
    ],
)
def test_the_forms_of_a_word_meet_in_its_language(language: str, family: str) -> None:
    assert len(set(terms(family, language))) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("retinol", "tretinoin"), ("peel", "peal"), ("scar", "scarf"), ("PRP", "PRF"), ("hers", "he")],
)
def test_other_words_do_not_meet(one: str, other: str) -> None:
    assert not meet(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("micro-needling", "microneedling"),
        ("micro–needling", "microneedling"),
        ("Er:YAG", "Er-YAG"),
        ("Nd:YAG", "NdYAG"),
        ("i-PRF", "iPRF"),
        ("SPF50", "SPF 50"),
        ("CO2", "CO₂"),
        ("B5", "b5"),
        ("P.R.P.", "PRP"),
        ("1.5mm", "1.5 mm"),
        ("1,000", "1000"),
        ("Q-switched", "q switched"),
        ("L-ascorbic", "ascorbic"),
    ],
)
def test_ways_of_writing_meet(one: str, other: str) -> None:
    assert meet(one, other)


def test_a_compound_counts_as_its_parts_and_as_one_word() -> None:
    found = list(words("after micro-needling"))
    assert [word.term for word in found] == ["after", "micro", term("needling"), "microneedl"]
    assert (found[-1].first, found[-1].last) == (1, 2)
    assert (found[-1].start, found[-1].end) == (6, 20)


def test_a_number_with_its_unit_counts_as_both_and_as_one_word() -> None:
    found = list(words("a 0.5mm needle"))
    assert [(word.term, word.first, word.last) for word in found] == [
        ("a", 0, 0),
        ("0.5", 1, 1),
        ("mm", 2, 2),
        ("0.5mm", 1, 2),
        ("needl", 3, 3),
    ]


def test_a_range_of_numbers_is_not_joined_to_another_number() -> None:
    assert terms("2-3 weeks") == ["2", "3", "week"]
    assert terms("50-60ml") == ["50", "60", "ml", "60ml"]


def test_decimals_stay_whole() -> None:
    assert terms("0.5 mm and 1,000 units") == ["0.5", "mm", "and", "1000", "unit"]


def test_numbers_meet_however_a_language_writes_them() -> None:
    assert (
        terms("0,5 mm 1.000 Stück", "de")[:3] == terms("0.5 mm 1000")[:3] == ["0.5", "mm", "1000"]
    )


def test_every_two_characters_count_where_words_are_not_parted() -> None:
    assert terms("レーザー") == ["レー", "ーザ", "ザー"]
    assert terms("แผล") == ["แผ", "ผล"]
    assert list(typed_words("色素沈着 CO2レーザー")) == [
        "色素",
        "素沈",
        "沈着",
        "CO2",
        "レー",
        "ーザ",
        "ザー",
    ]


def test_an_ideograph_counts_alone_too() -> None:
    assert meet("皺の原因", "皺")
    assert [word.first for word in words("色素 a")] == [0, 0, 0, 1]


def test_vowels_and_tones_of_other_scripts_are_parts_of_words() -> None:
    assert terms("त्वचा की देखभाल") == ["त्वचा", "की", "देखभाल"]
    assert not meet("ป่า", "ปา")


def test_only_wanted_terms_are_given_with_the_same_places() -> None:
    text = "Scars fade; micro-needling 0.5mm helps scars."
    every = list(words(text))
    for wanted in ("scar", "microneedl", "mm"):
        assert list(words(text, {wanted})) == [word for word in every if word.term == wanted]


def test_places_are_counted_on_after_a_compound() -> None:
    assert [word.first for word in words("a b-c d")] == [0, 1, 2, 1, 3]


def test_words_are_typed_as_people_count_them() -> None:
    assert list(typed_words("micro-needling 0.5mm, CO2!")) == ["micro", "needling", "0.5mm", "CO2"]


def test_an_endless_word_is_cut() -> None:
    assert len(term("é" * 100_000)) == MAX_TERM


def test_words_that_questions_hang_on_are_not_left_out() -> None:
    assert stop_words("en").isdisjoint(
        ["long", "last", "back", "again", "before", "after", "without"]
    )
    assert stop_words("de").isdisjoint(["nach", "vor", "ohne", "gegen", "wieder", "lange"])
    assert stop_words("fr").isdisjoint(["avant", "apres", "sans", "contre"])


def test_words_of_no_weight_are_known_in_many_languages() -> None:
    assert {"what", "does", "it", "the"} <= stop_words("en")
    assert {"wie", "ist", "die"} <= stop_words("de")
    assert {"que", "es", "la"} <= stop_words("es")
    assert stop_words("xx") == frozenset()


LANGUAGES = st.sampled_from(
    [
        "en",
        "de",
        "fr",
        "es",
        "it",
        "pt",
        "nl",
        "sv",
        "da",
        "no",
        "fi",
        "hu",
        "ro",
        "ru",
        "tr",
        "ar",
        "ja",
        "xx",
    ]
)


@given(st.text(max_size=60), LANGUAGES)
def test_any_text_is_words_in_any_language(text: str, language: str) -> None:
    found = list(words(text, language=language))
    assert all(word.term and text[word.start : word.end] for word in found)
    assert [word.first for word in found if word.first == word.last] == sorted(
        word.first for word in found if word.first == word.last
    )
    assert all(fold(word, language) is not None for word in typed_words(text))


@given(st.text(max_size=60))
def test_folding_again_changes_nothing(text: str) -> None:
    for word in typed_words(text):
        assert fold(fold(word)) == fold(word)


def test_what_a_question_may_hang_on_is_searched_for_though_it_says_little() -> None:
    assert {"without", "again", "work", "during"} <= slight_words("en")
    assert slight_words("en").isdisjoint(stop_words("en"))
    assert slight_words("de") == frozenset()
