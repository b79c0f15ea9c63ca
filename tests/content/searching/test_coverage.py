import pytest

from content.searching.coverage import Said
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


def test_a_word_is_covered_by_any_of_its_forms() -> None:
    typed = clause("sunscreen")
    other = word("sunscreen", Form(("sun", "screen"), 0.9))
    assert not Said("A sun screen").covers(typed)
    assert Said("A sun screen").covers(type(typed)("sunscreen", (other,)))


def test_a_text_is_read_in_its_language() -> None:
    assert Said("Die Narben", "de").holds(("narb",))
