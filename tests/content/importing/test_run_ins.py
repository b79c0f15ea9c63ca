"""Heads that run into their paragraph become headings; labels of lists do not."""

import time

from content.importing.plain_text import parse_text
from tests.content.importing.building import article, headings

TEXT = "most people feel it for a day or two, and it settles without any treatment at all."
LABELS = ["How it works", "Downtime", "Side effects", "Cost"]
LABELLED = [f"{label}: As a rule, {TEXT}" for label in LABELS]


def test_labels_are_headings_where_most_paragraphs_begin_with_one() -> None:
    source = "\n\n".join(["Peels in Brief", *LABELLED])
    assert headings(article(source)) == [(2, label) for label in LABELS]


def test_labels_in_a_list_stay_in_it() -> None:
    source = "Peels\n\nWhat to Know\n\nThese matter:\n" + "\n".join(LABELLED)
    assert headings(article(source)) == [(2, "What to Know")]


def test_labels_under_other_headings_are_text() -> None:
    heads = ["First Things", "Second Things", "Third Things"]
    source = "\n\n".join(f"{head}\n\n{LABELLED[0]}\n\n{LABELLED[1]}" for head in heads)
    found = article(f"All About Peels\n\n{source}")
    assert [head for _, head in headings(found)] == heads


def test_questions_and_notes_are_no_labels() -> None:
    lines = ["Q: Does it hurt?", "A: It stings, and that is over soon.", "Note: Keep it dry."]
    source = "\n\n".join(["Peels in Brief", *LABELLED, *lines])
    assert [block.text for block in parse_text(source).blocks[-3:]] == lines


def test_a_heading_that_is_glued_to_its_paragraph_is_taken_off() -> None:
    source = f"Peels in Brief\n\nDowntime Most people are red for a day, and {TEXT}"
    assert headings(article(source)) == [(2, "Downtime")]


def test_a_sentence_that_begins_like_a_heading_is_left_whole() -> None:
    lines = [
        f"Results are seen after some weeks, and {TEXT}",
        f"Recovery after surgery takes longer, but {TEXT}",
        f"Cost Estimates Vary Between Clinics, and {TEXT}",
    ]
    assert [block.text for block in parse_text("\n\n".join(lines)).blocks] == lines


def test_the_parts_of_a_split_paragraph_cover_it() -> None:
    source = "Peels\n\n" + "\n\n".join(f"{label} :  As a rule, {TEXT}" for label in LABELS)
    spaced = source.replace(" :", ":")
    blocks = parse_text(spaced).blocks
    assert "".join(spaced[block.start : block.end] for block in blocks) == spaced
    assert [spaced[b.start : b.end] for b in blocks if b.bold] == [f"{each}:  " for each in LABELS]


def test_no_paragraph_keeps_the_search_for_labels_busy() -> None:
    start = time.perf_counter()
    parse_text("\n\n".join("Aa " + "bb " * 20_000 for _ in range(10)))
    assert time.perf_counter() - start < 2
