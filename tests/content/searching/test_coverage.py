from dataclasses import replace

import pytest

from content.searching.coverage import Said, together
from content.searching.questions import Form
from tests.content.searching.asking import clause, word


@pytest.mark.parametrize(
    ("text", "terms", "held"),
    [
        ("Scars fade slowly", ("scar",), True),
        ("Scars fade slowly", ("fade", "slowli"), True),
        ("Scars fade slowly", ("scar", "slowli"), False),
        ("fade, scar. Scars fade", ("scar", "fade"), True),
        ("Micro-needling", ("microneedl",), True),
        ("Micro-needling heals", ("needl", "heal"), True),
        ("", ("scar",), False),
    ],
)
def test_a_text_holds_terms_that_stand_next_to_each_other(
    text: str, terms: tuple[str, ...], held: bool
) -> None:
    assert Said(text).holds(terms) is held


def test_a_clause_is_covered_by_all_its_words_or_by_another_name() -> None:
    asked = clause("acne scars", synonyms=["pitted marks"])
    assert Said("Scars after acne").covers(asked)
    assert Said("Pitted marks").covers(asked)
    assert not Said("Marks that are pitted").covers(asked)
    assert not Said("Scars").covers(asked)


def test_the_words_of_a_clause_stand_near_each_other() -> None:
    asked = clause("dark skin")
    assert Said("Skin that is dark").covers(asked)
    assert not Said("Dark hair on pale skin").covers(asked)


def test_an_expression_of_one_word_of_weight_has_to_stand_whole() -> None:
    asked = replace(clause("home"), typed="at home")
    assert Said("Peels at home").covers(asked)
    assert not Said("The take-home message").covers(asked)


def test_places_are_counted_in_words() -> None:
    assert Said("Acne, scars, acne").places(clause("acne")) == [0, 2]
    assert together([[0, 40], [45]], 10) == [40]
    assert together([], 10) == []


def test_a_word_is_covered_by_any_of_its_forms() -> None:
    typed = clause("sunscreen")
    other = word("sunscreen", Form(("sun", "screen"), 0.9))
    assert not Said("A sun screen").covers(typed)
    assert Said("A sun screen").covers(type(typed)("sunscreen", (other,)))


def test_a_text_is_read_in_its_language() -> None:
    assert Said("Die Narben", "de").holds(("narb",))
