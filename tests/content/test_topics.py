"""Topics are found by their labels: whole words, the longest first, in every spelling."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.topics import KINDS, MOST_TOPICS, TopicMatcher

VOCABULARY = tomllib.loads(
    (Path(__file__).parents[2] / "migrations/topics.toml").read_text("utf-8")
)["topic"]

MATCHER = TopicMatcher(
    [
        ("procedure:microneedling", "microneedling"),
        ("procedure:microneedling", "micro-needling"),
        ("procedure:rf-microneedling", "RF microneedling"),
        ("procedure:platelet-rich-plasma", "PRP"),
        ("condition:acne", "acne"),
        ("condition:acne-scars", "acne scars"),
        ("concern:crows-feet", "crow's feet"),
        ("procedure:nd-yag-laser", "Nd:YAG laser"),
        ("condition:post-inflammatory-erythema", "PIE"),
        ("body_area:face", "face"),
    ]
)


@pytest.mark.parametrize(
    "spelling", ["micro-needling", "Micro needling", "microneedling", "MICRO-NEEDLING"]
)
def test_hyphens_spaces_and_capitals_do_not_matter(spelling: str) -> None:
    assert MATCHER.count(f"About {spelling}.") == {"procedure:microneedling": 1}


@pytest.mark.parametrize("spelling", ["crow's feet", "Crow’s Feet", "crows feet"])
def test_apostrophes_do_not_matter(spelling: str) -> None:
    assert MATCHER.count(spelling) == {"concern:crows-feet": 1}


def test_the_longest_label_takes_its_words() -> None:
    assert MATCHER.count("RF microneedling for acne scars, then microneedling for acne") == {
        "procedure:rf-microneedling": 1,
        "condition:acne-scars": 1,
        "procedure:microneedling": 1,
        "condition:acne": 1,
    }
    assert MATCHER.count("Radiofrequency (RF) microneedling") == {"procedure:rf-microneedling": 1}


def test_only_whole_words_match() -> None:
    assert MATCHER.count("surface, acneiform, preface") == {}


def test_words_of_two_sentences_are_no_label() -> None:
    assert MATCHER.count("It is acne. Scars come later.") == {"condition:acne": 1}


def test_acronyms_match_in_capitals_alone() -> None:
    assert MATCHER.count("PRP and PIE") == {
        "procedure:platelet-rich-plasma": 1,
        "condition:post-inflammatory-erythema": 1,
    }
    assert MATCHER.count("a slice of pie") == {}


def test_signs_inside_of_labels_are_understood() -> None:
    assert MATCHER.count("the Nd:YAG laser") == {"procedure:nd-yag-laser": 1}


def test_the_title_decides_the_primary_topic() -> None:
    text = "Acne acne acne. Microneedling helps. Microneedling is common. The face, the face."
    assert MATCHER.propose("Microneedling Explained", text)[0] == "procedure:microneedling"
    assert MATCHER.propose("All Explained", text)[0] == "procedure:microneedling"
    assert MATCHER.propose("Acne Explained", text)[0] == "condition:acne"


def test_what_is_named_in_passing_is_not_proposed() -> None:
    assert MATCHER.propose("Acne", "Acne and acne; PRP.") == ["condition:acne"]
    assert MATCHER.propose("", "PRP, once.") == ["procedure:platelet-rich-plasma"]
    assert MATCHER.propose("", "Nothing known.") == []


def test_at_most_six_topics_are_proposed() -> None:
    matcher = TopicMatcher((f"condition:c{number}", f"label{number}") for number in range(20))
    title = " ".join(f"label{number}" for number in range(20))
    assert len(matcher.propose(title, "")) == MOST_TOPICS


def test_a_topic_is_called_by_its_first_label() -> None:
    assert MATCHER.label("procedure:microneedling") == "microneedling"


@given(st.text())
def test_any_text_can_be_searched(text: str) -> None:
    assert all(count > 0 for count in MATCHER.count(text).values())


def test_the_vocabulary_is_well_formed() -> None:
    keys = [(row["kind"], row["key"]) for row in VOCABULARY]
    assert len(keys) == len(set(keys)) > 140
    assert {row["kind"] for row in VOCABULARY} == set(KINDS)
    assert all(set(row) <= {"kind", "key", "label", "also", "hidden"} for row in VOCABULARY)


def test_no_name_of_the_vocabulary_belongs_to_two_topics() -> None:
    names = [
        name.lower()
        for row in VOCABULARY
        for name in [row["label"], *row.get("also", []), *row.get("hidden", [])]
    ]
    assert len(names) == len(set(names))


def test_every_name_of_the_vocabulary_is_found_as_its_topic() -> None:
    rows = [
        (f"{row['kind']}:{row['key']}", name)
        for row in VOCABULARY
        for name in [row["label"], *row.get("also", []), *row.get("hidden", [])]
    ]
    matcher = TopicMatcher(rows)
    wrong = [(ref, name) for ref, name in rows if matcher.count(f"the {name} again") != {ref: 1}]
    assert wrong == []


def test_brand_names_of_prescription_medicines_are_hidden() -> None:
    hidden = {name for row in VOCABULARY for name in row.get("hidden", [])}
    assert {"botox", "dysport", "xeomin", "roaccutane", "retin-A"} <= hidden


def test_a_procedure_that_the_title_does_not_name_is_a_comparison() -> None:
    text = "RF microneedling heats the skin. Plain microneedling does not. Microneedling is older."
    assert MATCHER.propose("RF microneedling explained", text) == ["procedure:rf-microneedling"]
