"""Headings and bodies give section types, with evidence in words."""

import subprocess
import sys

import pytest

from content.importing.classifying import (
    Classification,
    Passage,
    SitePhrases,
    classify,
    names_a_type,
)
from content.sections import SECTION_TYPES


def kind_of(heading: str | None, body: str, parent: str | None = None) -> Classification:
    """What one section of a longer article is taken for."""
    opening = Passage(None, "This page is about chemical peels and what they are.")
    return classify([opening, Passage(heading, body, parent), Passage("Zzz", "Qwerty.")])[1]


@pytest.mark.parametrize(
    ("heading", "body", "expected"),
    [
        ("How Peels Work", "The acid loosens the bonds between dead cells.", "mechanism"),
        ("The Science Behind It", "Heat triggers the production of new collagen.", "mechanism"),
        ("Does It Really Work?", "Most studies show an improvement.", "effectiveness"),
        ("How Long Do Results Last?", "They last about six months.", "effectiveness"),
        ("What Makes It Fade", "It depends on several factors such as sun.", "recurrence_factors"),
        ("Can the Scars Come Back?", "Scars seldom return.", "recurrence_factors"),
        ("Aftercare", "Use a gentle cleanser and sunscreen.", "aftercare"),
        ("The First 48 Hours", "Avoid make-up and saunas.", "aftercare"),
        ("Side Effects", "Bruising and infection may occur.", "risks"),
        ("Who Should Not Have It", "Pregnant women.", "risks"),
        ("Who Is a Good Candidate?", "Adults in good health.", "suitability"),
        ("How to Choose a Provider", "Look for a qualified doctor.", "preparation"),
        ("Before Your Appointment", "Stop retinoids a week before.", "preparation"),
        ("How Many Sessions Are Needed?", "Four to six, weeks apart.", "procedure"),
        ("What Happens During the Session", "A numbing cream is applied.", "procedure"),
        ("Benefits of Peels", "Smoother skin and fewer spots.", "benefits"),
        ("Peels vs. Lasers", "Unlike lasers, peels use acids.", "alternatives"),
        ("What Does It Cost?", "Prices vary with the area.", "cost"),
        ("What Is a Peel?", "A peel is a liquid that renews the skin.", "overview"),
        ("Final Thoughts", "Peels help many.", "summary"),
        ("Frequently Asked Questions", "", "faq"),
    ],
)
def test_a_section_has_the_type_of_its_heading(heading: str, body: str, expected: str) -> None:
    found = kind_of(heading, body)
    assert found.type == expected
    assert 0.3 < found.confidence <= 1
    assert found.evidence


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("In summary, peels are a sound choice.", "summary"),
        ("Scars may return; maintenance sessions and sun protection prolong it.",
         "recurrence_factors"),
        ("Clinical studies have shown that it is effective, and results last for months.",
         "effectiveness"),
        ("The needles make micro-injuries that stimulate the production of collagen.", "mechanism"),
        ("Risks include infection and burns. It is not recommended in pregnancy.", "risks"),
    ],
)  # fmt: skip
def test_a_body_without_a_heading_speaks_for_itself(body: str, expected: str) -> None:
    assert kind_of(None, body).type == expected


def test_a_definition_comes_first_in_an_overview_unless_the_heading_asks_how() -> None:
    body = "Peeling, also known as exfoliation, is a procedure that renews the skin."
    assert kind_of("Understanding Peels", body).type == "overview"
    assert (
        kind_of("How Peels Work", "Acid frees dead cells, so collagen grows.").type == "mechanism"
    )


def test_a_sub_heading_outranks_its_parent_and_borrows_from_it() -> None:
    assert kind_of("Side Effects", "Bruises.", "The Procedure").type == "risks"
    alone = kind_of("Metal", "Take it off.")
    borrowed = kind_of("Metal", "Take it off.", "Preparing for Your Appointment")
    assert borrowed.type == "preparation"
    assert alone.type != "preparation" or alone.confidence < borrowed.confidence


def test_what_is_not_recognised_is_unsure() -> None:
    assert kind_of("Tipping", "Tips go to the jar.").confidence <= 0.6


def test_what_is_asked_is_never_an_faq_itself() -> None:
    passage = Passage("Frequently asked questions", "Does it hurt? No.")
    assert classify([passage], faq=False)[0].type != "faq"


def test_the_types_of_neighbours_inform_the_decision() -> None:
    unclear = Passage("Patience", "It takes a while, and that is fine.")
    care = Passage("Aftercare", "Wash gently and use sunscreen.")
    week = Passage("The first week", "No make-up, no sauna, no sun.")
    (alone,) = classify([unclear])
    among = classify([care, unclear, week])[1]
    assert (alone.type, alone.confidence) != (among.type, among.confidence)


def test_evidence_quotes_the_words_that_decided() -> None:
    found = kind_of("Recovery and Downtime", "Avoid sun exposure and use a gentle cleanser.")
    assert found.type == "aftercare"
    assert found.evidence[0].startswith('the heading says "')
    assert any("gentle cleanser" in each or "sun" in each for each in found.evidence)
    assert found.runner_up in SECTION_TYPES
    assert found.runner_up != found.type


def test_a_phrase_of_the_site_decides_whatever_the_text_says() -> None:
    phrases = SitePhrases({"glow guide": "aftercare", "glow": "benefits"})
    passages = [Passage("Your Glow-Guide!", "Prices start at $90 per session.")]
    (found,) = classify(passages, phrases=phrases)
    assert (found.type, found.evidence) == (
        "aftercare",
        ['this site\'s headings with "glow guide" are of this type'],
    )
    assert classify([Passage("Aglow guides", "")], phrases=phrases)[0].confidence < 0.97


def test_no_sections_have_no_types() -> None:
    assert classify([]) == []


def test_a_section_without_any_word_is_classified_all_the_same() -> None:
    assert classify([Passage("?!", "…"), Passage(None, "")])[0].type in SECTION_TYPES


def test_the_same_sections_have_the_same_types_in_every_process() -> None:
    told = [
        subprocess.run(
            [sys.executable, "-c", _IN_ANOTHER_PROCESS],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert told[0] == told[1]
    assert "aftercare" in told[0]


_IN_ANOTHER_PROCESS = """
from content.importing.classifying import Passage, classify
print(classify([Passage("Looking after it", "Use sunscreen daily."), Passage(None, "It fades.")]))
"""


@pytest.mark.parametrize("heading", ["Aftercare", "Side effects", "How does it work?", "Cost"])
def test_usual_headings_name_a_type(heading: str) -> None:
    assert names_a_type(heading)


@pytest.mark.parametrize("line", ["Anna Berg", "Monday", "", "42"])
def test_names_and_days_name_none(line: str) -> None:
    assert not names_a_type(line)
