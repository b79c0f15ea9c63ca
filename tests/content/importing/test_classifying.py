"""Headings and bodies give section types, with evidence in words."""

import pytest

from content.importing.classifying import Context, classify
from content.sections import SECTION_TYPES


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
    found = classify(heading, body)
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
    assert classify(None, body).type == expected


def test_a_definition_comes_first_in_an_overview_unless_the_heading_asks_how() -> None:
    body = "Peeling, also known as exfoliation, is a procedure that renews the skin."
    assert classify("Understanding Peels and Their Benefits", body).type == "overview"
    assert classify("How Peels Work", body).type == "mechanism"


def test_a_sub_heading_outranks_its_parent_and_borrows_from_it() -> None:
    assert classify("Side Effects", "", Context(parent="The Procedure")).type == "risks"
    borrowed = classify("Metal", "Take it off.", Context(parent="Before Your Appointment"))
    assert borrowed.type == "preparation"
    assert "heading above" in borrowed.evidence[0]


def test_what_is_not_recognised_is_other_and_unsure() -> None:
    found = classify("Tipping", "Tips go to the staff.")
    assert found.type == "other"
    assert found.confidence <= 0.2


def test_a_question_of_an_faq_is_never_an_faq_itself() -> None:
    found = classify("Frequently asked questions", "", Context(allow_faq=False))
    assert found.type != "faq"


def test_evidence_names_the_words_that_decided() -> None:
    found = classify("Recovery and Downtime", "Avoid the sun for a week.")
    assert found.evidence[0] == 'the heading says "recovery"'
    assert found.type in SECTION_TYPES
