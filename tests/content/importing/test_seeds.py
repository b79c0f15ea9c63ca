"""The five documents that the project began with come apart as people labelled them.

They are no part of the project; without them these tests are skipped.
"""

from pathlib import Path

import pytest

from content.importing.proposals import Proposal, ProposedArticle
from tests.content.importing.building import ROOT, proposed_file, reasons

SEEDS = sorted((ROOT.parent / "shared" / "seeds").glob("*.txt"))

pytestmark = pytest.mark.skipif(len(SEEDS) != 5, reason="the seed documents are not here")


def seed(number: int) -> Proposal:
    return proposed_file(Path(SEEDS[number]))


def kinds(found: ProposedArticle) -> list[str]:
    return [f"{section.level} {section.type}" for section in found.sections]


def test_the_seeds_hold_eleven_articles() -> None:
    assert [len(seed(number).articles) for number in range(5)] == [4, 4, 1, 1, 1]


def test_every_character_of_the_seeds_is_accounted_for() -> None:
    assert all(seed(number).unaccounted() == [] for number in range(5))


def test_the_answers_about_returning_scars() -> None:
    lead, second, third, fourth = seed(0).articles
    assert kinds(lead) == ["2 overview", "2 recurrence_factors", "2 summary"]
    assert kinds(second) == [
        "2 overview", "2 mechanism", "2 effectiveness", "2 recurrence_factors",
        "2 recurrence_factors", "2 summary",
    ]  # fmt: skip
    assert kinds(third) == [
        "2 overview", "2 mechanism", "2 recurrence_factors", "2 recurrence_factors", "2 summary",
    ]  # fmt: skip
    assert kinds(fourth) == [
        "2 overview", "2 mechanism", "2 recurrence_factors", "2 recurrence_factors",
        "2 preparation", "2 summary",
    ]  # fmt: skip
    assert third.title == "Understanding Microneedling and Scar Reduction"
    assert third.sections[0].heading == third.title
    assert third.sections[3].body.count("\n- ") == 3
    assert list(reasons(seed(0)).values()) == ["newsletter"]


def test_the_answers_about_atrophic_scars() -> None:
    found = seed(1)
    lead, second, third, fourth = found.articles
    assert [section.heading for section in lead.sections] == [None] * 4
    assert kinds(lead) == ["2 overview", "2 mechanism", "2 benefits", "2 preparation"]
    assert kinds(second) == [
        "2 overview", "2 mechanism", "2 effectiveness", "2 preparation", "2 procedure", "2 summary",
    ]  # fmt: skip
    assert kinds(third) == ["2 overview", "2 mechanism", "2 mechanism", "2 summary"]
    assert kinds(fourth) == [
        "2 overview", "2 mechanism", "2 mechanism", "2 effectiveness", "2 preparation",
        "2 aftercare", "2 summary",
    ]  # fmt: skip
    assert sorted(reasons(found).values()) == ["empty_section", "newsletter"]
    assert len({each.title for each in found.articles}) == 4


def test_the_blog_article_that_begins_without_a_title() -> None:
    found = seed(2)
    assert [(section.heading, section.type) for section in found.articles[0].sections] == [
        (None, "overview"),
        (None, "mechanism"),
        (None, "recurrence_factors"),
        ("Micro-needling and Acne Scars", "benefits"),
        ("Long-Term Effects on Acne Scars", "recurrence_factors"),
        ("To sum it up...", "summary"),
    ]
    assert set(reasons(found).values()) == {"related"}


def test_the_article_with_parents_and_questions() -> None:
    (found,) = seed(3).articles
    assert found.title == "Micro-Needling as an Anti-Scar Treatment"
    assert kinds(found) == [
        "2 overview", "2 mechanism", "2 effectiveness", "3 effectiveness", "3 mechanism",
        "2 procedure", "3 preparation", "3 procedure", "3 aftercare", "2 risks", "3 risks",
        "3 preparation", "2 faq", "2 summary",
    ]  # fmt: skip
    faq = found.sections[12]
    assert faq.body == ""
    assert [item.type for item in faq.items] == [
        "procedure", "procedure", "effectiveness", "suitability", "recurrence_factors",
    ]  # fmt: skip
    assert faq.items[0].question == "How many sessions are required for scar reduction?"
    assert faq.items[0].answer.endswith("skin type")


def test_the_article_with_numbered_questions() -> None:
    found = seed(4)
    (only,) = found.articles
    assert only.title == "Can Microneedling Cause Scars? September 2023"
    assert [(section.type, len(section.items)) for section in only.sections] == [
        ("overview", 0), ("overview", 0), ("risks", 0), ("aftercare", 0),
    ]  # fmt: skip
    assert only.sections[2].body.count("\n\n") == 2
    assert reasons(found) == {"Updated: April 19, 2023": "date"}


def test_the_topics_of_the_seeds() -> None:
    primary = [article.topics[0] for number in range(5) for article in seed(number).articles]
    assert primary.count("procedure:microneedling") >= 7
    assert "condition:acne-scars" in seed(2).articles[0].topics
