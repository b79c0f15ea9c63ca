import pytest

from content.searching.languages import language, language_of


@pytest.mark.parametrize(
    ("locale", "code"),
    [("en", "en"), ("en-GB", "en"), ("de_AT", "de"), ("nb-NO", "no"), ("ZH-Hant-TW", "zh")],
)
def test_a_locale_has_a_language(locale: str, code: str) -> None:
    assert language_of(locale) == code


def test_words_of_a_language_that_is_not_known_are_left_as_they_are() -> None:
    assert language("xx").stem("scars") == "scars"


def test_irregular_forms_are_brought_back_to_their_word() -> None:
    stem = language("en").stem
    assert [stem(word) for word in ("teeth", "women", "shrunk")] == ["tooth", "woman", "shrink"]


def test_what_only_looks_like_a_form_is_left_alone() -> None:
    stem = language("en").stem
    assert stem("fancy") != stem("fant")
    assert stem("whirr") == stem("whirring")
