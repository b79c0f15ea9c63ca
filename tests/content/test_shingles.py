"""How alike two texts are."""

import time

import pytest

from content.shingles import (
    LEAST_WORDS,
    MINIMA,
    Likeness,
    likeness,
    shingles,
    sketches,
    whole_text,
    words,
)

CARE = (
    "Keep the treated skin clean and out of the sun for a full week, and wear a mineral "
    "sunscreen whenever you leave the house afterwards."
)


def compared(text: str, other: str, least: float = 0.6) -> Likeness | None:
    return likeness(shingles(words(text)), shingles(words(other)), least)


def numbered(count: int, start: int = 0) -> str:
    return " ".join(f"word{number}" for number in range(start, start + count))


@pytest.mark.parametrize(
    "written",
    [
        CARE.upper(),
        CARE.replace("week", "**week**").replace("clean", "_clean_"),
        CARE.replace("sunscreen", "[sunscreen](https://example.org/a_(b)?q=1 'A title')"),
        "> " + CARE.replace(", and", "\n\n- and"),
        CARE.replace("full", "ｆｕｌｌ"),
    ],
    ids=["case", "emphasis", "link", "blocks", "full width"],
)
def test_markup_case_and_signs_do_not_count(written: str) -> None:
    assert words(written) == words(CARE)


def test_apostrophes_are_spelt_in_many_ways() -> None:
    assert words(f"Don't worry. {CARE}") == words(f"Don’t worry. {CARE}")


def test_a_dose_counts() -> None:
    assert words(f"{CARE} Take 5 mg.") != words(f"{CARE} Take 50 mg.")


def test_short_texts_have_no_words_to_compare() -> None:
    assert words(numbered(LEAST_WORDS - 1)) == ()
    assert len(words(numbered(LEAST_WORDS))) == LEAST_WORDS


def test_the_share_is_that_of_the_shingles_of_both() -> None:
    # 98 shingles each; the last 20 words differ, which is 20 shingles of each.
    changed = f"{numbered(80)} {numbered(20, start=500)}"
    assert compared(numbered(100), changed) == Likeness("same", 78 / 118)
    assert compared(numbered(100), changed, least=0.7) is None


def test_a_text_that_stands_in_a_longer_one_is_a_part_of_it() -> None:
    long = f"{numbered(60, start=300)} {numbered(30)} {numbered(60, start=600)}"
    assert compared(numbered(30), long) == Likeness("part", 1.0)
    assert compared(long, numbered(30)) == Likeness("whole", 1.0)


def test_a_part_takes_more_than_a_few_words() -> None:
    long = f"{numbered(200, start=300)} {numbered(20)}"
    assert compared(numbered(30), long) is None


def test_two_versions_of_one_length_are_no_parts_of_each_other() -> None:
    versions = f"{numbered(95)} {numbered(7, start=500)}", numbered(100)
    assert compared(*versions) is not None
    assert compared(*versions, least=0.92) is None


def test_a_paraphrase_is_nothing_like_it() -> None:
    other = (
        "For seven days after treatment you should wash gently, avoid sunbathing altogether and "
        "put on a physical sun filter before going outdoors."
    )
    assert compared(CARE, other, least=0.01) is None


def test_equal_minima_estimate_the_share() -> None:
    long = f"{numbered(400)} {numbered(100, start=900)}"
    first, second = sketches([words(numbered(500)), words(long)])
    equal = len(set(first) & set(second))
    # 396 of 596 runs of five are shared: 21 of 32 minima, give or take.
    assert 0.4 * MINIMA < equal < 0.9 * MINIMA


def test_a_sketch_has_distinct_minima_that_databases_can_store() -> None:
    (sketch,) = sketches([words(CARE)])
    assert len(set(sketch)) == MINIMA
    assert all(0 <= value < 2**63 for value in sketch)


def test_sketches_are_the_same_wherever_they_are_made() -> None:
    # They are stored: if this fails, METHOD must change with whatever changed them.
    (alone,) = sketches([words(CARE)])
    _, beside = sketches([words(numbered(50)), words(CARE)])
    assert alone == beside
    assert alone[:3] == [176215955, 4778832808, 8610235640]


def test_questions_count_with_their_answers() -> None:
    assert whole_text("Asked often.", [("Does it hurt?", "A little.")]) == (
        "Asked often.\n\nDoes it hurt?\n\nA little."
    )


@pytest.mark.parametrize("piece", ["](", "](()", "](a(b)", "]( a", "](a(b)(c) ", "[a](b"])
def test_unfinished_links_do_not_take_long(piece: str) -> None:
    begun = time.perf_counter()
    words(piece * (200_000 // len(piece)))
    assert time.perf_counter() - begun < 2
