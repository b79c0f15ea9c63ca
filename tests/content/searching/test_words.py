from content.searching.words import term, words


def terms(text: str) -> list[str]:
    return [word.term for word in words(text)]


def test_case_accents_and_apostrophes_do_not_count() -> None:
    assert terms("CAFÉ crème patient’s patient's") == terms("cafe creme patients patients")


def test_endings_are_taken_off_so_that_scarring_meets_scars() -> None:
    assert term("scarring") == term("Scars") == term("scarred") == "scar"


def test_a_compound_counts_as_its_parts_and_as_one_word() -> None:
    found = list(words("after micro-needling"))
    assert [word.term for word in found] == ["after", "micro", term("needling"), "microneedl"]
    assert (found[-1].first, found[-1].last) == (1, 2)
    assert (found[-1].start, found[-1].end) == (6, 20)


def test_a_range_of_numbers_is_not_joined_to_another_number() -> None:
    assert terms("2-3 weeks") == ["2", "3", "week"]


def test_decimals_stay_whole() -> None:
    assert terms("0.5 mm and 1,000 units") == ["0.5", "mm", "and", "1,000", "unit"]


def test_only_wanted_terms_are_given_with_the_same_places() -> None:
    text = "Scars fade; micro-needling helps scars."
    every = list(words(text))
    assert list(words(text, {"scar"})) == [word for word in every if word.term == "scar"]


def test_places_are_counted_on_after_a_compound() -> None:
    assert [word.first for word in words("a b-c d")] == [0, 1, 2, 1, 3]


def test_an_endless_word_is_cut() -> None:
    assert len(term("é" * 100_000)) == 64
