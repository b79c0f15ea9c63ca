"""The five documents that the project began with come apart as people labelled them.

They are no part of the project; without them these tests are skipped.
"""

from pathlib import Path

import pytest

from content.importing.proposals import Proposal, ProposedSection
from tests.content.importing.building import ROOT, proposed_file, reasons

SEEDS = sorted((ROOT.parent / "shared" / "seeds").glob("*.txt"))

pytestmark = pytest.mark.skipif(len(SEEDS) != 5, reason="the seed documents are not here")


def seed(number: int) -> Proposal:
    return proposed_file(Path(SEEDS[number]))


def test_the_seeds_hold_eleven_articles() -> None:
    assert [len(seed(number).articles) for number in range(5)] == [4, 4, 1, 1, 1]


def test_every_character_of_the_seeds_is_accounted_for() -> None:
    assert all(seed(number).unaccounted() == [] for number in range(5))


ACCEPTED = {
    0: """
        overview recurrence_factors,summary overview mechanism effectiveness recurrence_factors
        recurrence_factors,effectiveness summary overview,mechanism mechanism,aftercare
        recurrence_factors,effectiveness recurrence_factors summary overview mechanism
        recurrence_factors recurrence_factors,aftercare preparation,aftercare summary
    """,
    1: """
        overview mechanism effectiveness preparation procedure,aftercare summary
        overview,benefits mechanism,overview,benefits,effectiveness mechanism summary
        overview overview,mechanism mechanism effectiveness preparation aftercare summary
    """,
    2: "benefits,effectiveness,overview recurrence_factors,effectiveness summary",
    3: """
        overview mechanism effectiveness,benefits effectiveness mechanism,benefits,effectiveness
        procedure preparation,suitability procedure aftercare risks risks preparation,risks faq
        summary
    """,
    4: "overview overview,benefits risks aftercare",
}
"""The types that careful people accept, section by section from the end of each seed."""


def headed(number: int) -> list[ProposedSection]:
    """The sections of a seed but for leads that came apart in the middle."""
    sections = [section for each in seed(number).articles for section in each.sections]
    return sections[len(sections) - len(ACCEPTED[number].split()) :]


def test_nine_in_ten_sections_have_a_type_that_people_accept() -> None:
    votes = [
        section.type in accepted.split(",")
        for number, types in ACCEPTED.items()
        for section, accepted in zip(headed(number), types.split(), strict=True)
    ]
    assert sum(votes) / len(votes) >= 0.9


def test_headings_and_levels_of_the_answers_about_returning_scars() -> None:
    lead, second, third, fourth = seed(0).articles
    assert {section.heading for section in lead.sections} == {None}
    assert [len(each.sections) for each in (second, third, fourth)] == [6, 5, 6]
    assert third.title == "Understanding Microneedling and Scar Reduction"
    assert third.sections[0].heading == third.title
    assert third.sections[3].body.count("\n- ") == 3
    assert list(reasons(seed(0)).values()) == ["newsletter"]


def test_headings_of_the_answers_about_atrophic_scars() -> None:
    found = seed(1)
    lead, second, third, fourth = found.articles
    assert {section.heading for section in lead.sections} == {None}
    assert [len(each.sections) for each in (second, third, fourth)] == [6, 4, 7]
    assert sorted(reasons(found).values()) == ["empty_section", "newsletter"]
    assert [each.text for each in found.remarks if each.kind == "empty_section"]
    assert len({each.title for each in found.articles}) == 4


def test_a_section_on_treatment_and_aftercare_is_proposed_as_a_split() -> None:
    section = next(
        each
        for each in seed(1).articles[1].sections
        if each.heading == "What to Expect During and After Treatment"
    )
    assert section.split is not None
    assert (section.split.first_type, section.split.type) == ("procedure", "aftercare")


def test_the_blog_article_that_begins_without_a_title() -> None:
    found = seed(2)
    assert [section.heading for section in found.articles[0].sections if section.heading] == [
        "Micro-needling and Acne Scars",
        "Long-Term Effects on Acne Scars",
        "To sum it up...",
    ]
    assert set(reasons(found).values()) == {"related"}


def test_the_article_with_parents_and_questions() -> None:
    (found,) = seed(3).articles
    assert found.title == "Micro-Needling as an Anti-Scar Treatment"
    levels = [section.level for section in found.sections]
    assert levels == [2, 2, 2, 3, 3, 2, 3, 3, 3, 2, 3, 3, 2, 2]
    faq = found.sections[12]
    assert faq.body == ""
    assert len(faq.items) == 5
    assert faq.items[0].type == "procedure"
    assert faq.items[0].question == "How many sessions are required for scar reduction?"
    assert faq.items[0].answer.endswith("skin type")


def test_the_article_with_numbered_questions() -> None:
    found = seed(4)
    (only,) = found.articles
    assert only.title == "Can Microneedling Cause Scars? September 2023"
    assert [len(section.items) for section in only.sections] == [0, 0, 0, 0]
    assert only.sections[2].body.count("\n\n") == 2
    assert reasons(found) == {"Updated: April 19, 2023": "date"}


def test_the_topics_of_the_seeds() -> None:
    primary = [article.topics[0].ref for number in range(5) for article in seed(number).articles]
    assert primary.count("procedure:microneedling") >= 7
    topics = {topic.ref: topic for topic in seed(2).articles[0].topics}
    assert topics["condition:acne-scars"].count >= 3
    assert [topic.primary for topic in topics.values()].count(True) == 1
