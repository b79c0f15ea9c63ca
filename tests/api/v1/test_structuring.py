"""JSON-LD: valid by the vocabulary, complete, and of what the answer shows only."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings

from api.v1.structuring import dumps_for_embedding, graph
from content.published import PublishedArticle, PublishedTopic
from content.sections import SECTION_TYPES
from tests.api.v1.given import (
    ACNE_SCARS,
    MICRONEEDLING,
    PEEL,
    TEMPLATE,
    a_pair,
    a_section,
    an_article,
    odd_articles,
)
from tests.api.v1.vocabulary import ASPECTS, nodes, objections

URL = "https://www.example.org/en/calm-skin"
EVERY_TYPE = [
    a_section(kind, f"Of {kind}.", items=[a_pair()] if kind == "faq" else None)
    for kind in SECTION_TYPES
]


def of_kind(document: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """The nodes of a type, in order."""
    return [node for node in nodes(document["@graph"]) if node["@type"] == kind]


def the(document: dict[str, Any], kind: str) -> dict[str, Any]:
    """The one node of a type."""
    (found,) = of_kind(document, kind)
    return found


@given(odd_articles())
@settings(deadline=None)
def test_any_article_is_valid_by_vocabulary_and_complete(article: PublishedArticle) -> None:
    assert objections(graph(article, TEMPLATE)) == []


def test_the_samples_are_valid_by_vocabulary_and_complete(
    sample_articles: list[PublishedArticle],
) -> None:
    documents = [graph(article, TEMPLATE) for article in sample_articles]
    assert len(documents) >= 10
    assert not any(objections(document) for document in documents)
    for kind in ("MedicalTherapy", "FAQPage", "HealthTopicContent"):
        assert any(of_kind(document, kind) for document in documents)


@pytest.mark.parametrize(
    ("kind", "member", "reason"),
    [
        ("Article", {"lastReviewed": "2026-01-01"}, "lastReviewed is no property of Article"),
        ("Article", {"wordCount": "many"}, "wordCount of Article is 'many'"),
        ("Article", {"about": {"@id": "#nowhere", "name": "x"}}, "about of Article is"),
        ("MedicalTherapy", {"adverseOutcome": "pain"}, "adverseOutcome of MedicalTherapy is"),
        ("MedicalTherapy", {"expectedPrognosis": "good"}, "expectedPrognosis is no property"),
        ("MedicalWebPage", {"mainEntity": []}, "mainEntity of MedicalWebPage says nothing"),
        ("MedicalWebPage", {"@id": f"{URL}#/schema/article"}, "two nodes have one identifier"),
    ],
)
def test_the_check_itself_sees_what_is_wrong(
    kind: str, member: dict[str, Any], reason: str
) -> None:
    document = graph(an_article(a_section()), TEMPLATE)
    the(document, kind).update(member)
    assert any(told.startswith(reason) for told in objections(document))


def test_the_check_misses_what_is_required() -> None:
    document = graph(an_article(a_section()), TEMPLATE)
    del the(document, "Article")["headline"]
    assert objections(document) == ["Article without headline"]


def test_every_section_type_maps_to_an_aspect_that_exists() -> None:
    mapped = {kind.health_aspect for kind in SECTION_TYPES.values()} - {None}
    assert {f"https://schema.org/{aspect}" for aspect in mapped} <= ASPECTS


def test_the_page_binds_the_article_its_parts_and_its_subjects() -> None:
    article = an_article(a_section(), topics=[MICRONEEDLING, ACNE_SCARS])
    page = the(graph(article, TEMPLATE), "MedicalWebPage")
    assert page == {
        "@type": "MedicalWebPage",
        "@id": URL,
        "url": URL,
        "name": "Calm skin after needling",
        "description": "What to do, and what to leave.",
        "inLanguage": "en",
        "datePublished": "2026-01-02T03:04:05+00:00",
        "dateModified": "2026-05-06T07:08:09+00:00",
        "about": [
            {"@id": f"{URL}#/schema/procedure/microneedling"},
            {"@id": f"{URL}#/schema/condition/acne_scars"},
        ],
        "mainEntity": {"@id": f"{URL}#/schema/article"},
        "hasPart": [{"@id": f"{URL}#part-1"}],
        "breadcrumb": {"@id": f"{URL}#/schema/breadcrumb"},
    }


def test_the_article_says_when_and_how_long_and_invents_no_author() -> None:
    article = the(graph(an_article(a_section(), topics=[PEEL]), TEMPLATE), "Article")
    assert article["headline"] == "Calm skin after needling"
    assert article["wordCount"] == 5
    assert article["version"] == 3
    assert article["keywords"] == ["Chemical peel"]
    assert article["mainEntityOfPage"] == {"@id": URL}
    assert not {"author", "publisher", "reviewedBy", "lastReviewed"} & article.keys()


def test_a_section_has_its_heading_place_aspect_and_plain_text() -> None:
    body = "<p>Keep it <em>clean</em> &amp; dry.</p>\n<ul>\n<li>No sun</li>\n</ul>"
    article = an_article(
        a_section("overview"), a_section(heading="Afterwards", body="") | {"body": body}
    )
    assert of_kind(graph(article, TEMPLATE), "HealthTopicContent")[1] == {
        "@type": "HealthTopicContent",
        "@id": f"{URL}#part-2",
        "url": f"{URL}#part-2",
        "headline": "Afterwards",
        "position": 2,
        "hasHealthAspect": {"@id": "https://schema.org/SelfCareHealthAspect"},
        "inLanguage": "en",
        "text": "Keep it clean & dry.\nNo sun",
        "isPartOf": {"@id": URL},
    }


@pytest.mark.parametrize("kind", ["suitability", "preparation", "cost", "faq", "other"])
def test_a_type_without_an_aspect_claims_none(kind: str) -> None:
    document = graph(an_article(a_section(kind)), TEMPLATE)
    assert "hasHealthAspect" not in the(document, "HealthTopicContent")


def test_the_three_formats_tell_the_same_words() -> None:
    bodies = {"html": "<p>a <em>b</em></p>", "markdown": "a *b*", "text": "a b"}
    documents = [
        graph(an_article(a_section(format=form) | {"body": body}), TEMPLATE)
        for form, body in bodies.items()
    ]
    assert documents[0] == documents[1] == documents[2]


def test_an_untitled_section_gets_no_headline_and_an_empty_one_no_node() -> None:
    document = graph(an_article(a_section(heading=None), a_section("risks", "")), TEMPLATE)
    assert "headline" not in the(document, "HealthTopicContent")
    assert [each["@id"] for each in the(document, "MedicalWebPage")["hasPart"]] == [f"{URL}#part-1"]


def test_pairs_make_a_page_of_questions() -> None:
    faq = a_section("faq", "", items=[a_pair(), a_pair("How long?", "A &lt; B")])
    document = graph(an_article(faq), TEMPLATE)
    page = the(document, "FAQPage")
    assert page["isPartOf"] == {"@id": URL}
    assert page["mainEntity"][1] == {
        "@type": "Question",
        "@id": f"{URL}#pair-1-2",
        "url": f"{URL}#pair-1-2",
        "name": "How long?",
        "acceptedAnswer": {"@type": "Answer", "text": "A < B"},
    }
    assert the(document, "HealthTopicContent")["hasPart"] == [
        {"@id": f"{URL}#pair-1-1"},
        {"@id": f"{URL}#pair-1-2"},
    ]


def test_a_question_without_an_answer_is_left_out_and_so_is_an_empty_page() -> None:
    faq = a_section("faq", "", items=[{**a_pair(), "answer": "<p> </p>"}])
    assert not of_kind(graph(an_article(faq), TEMPLATE), "FAQPage")
    assert not of_kind(graph(an_article(a_section()), TEMPLATE), "FAQPage")


def test_the_primary_procedure_carries_what_its_sections_say() -> None:
    article = an_article(*EVERY_TYPE, topics=[MICRONEEDLING, PEEL, ACNE_SCARS])
    first, second = of_kind(graph(article, TEMPLATE), "MedicalTherapy")
    assert first == {
        "@type": "MedicalTherapy",
        "@id": f"{URL}#/schema/procedure/microneedling",
        "name": "Microneedling",
        "identifier": "procedure:microneedling",
        "preparation": ["Of preparation."],
        "howPerformed": ["Of procedure."],
        "followup": ["Of aftercare."],
        "contraindication": ["Of risks."],
        "adverseOutcome": [{"@type": "MedicalEntity", "name": "Risks", "description": "Of risks."}],
    }
    assert second.keys() == {"@type", "@id", "name", "identifier"}


def test_a_procedure_that_is_not_the_subject_is_told_nothing_of() -> None:
    article = an_article(*EVERY_TYPE, topics=[ACNE_SCARS, MICRONEEDLING])
    document = graph(article, TEMPLATE)
    assert the(document, "MedicalTherapy").keys() == {"@type", "@id", "name", "identifier"}
    assert the(document, "MedicalCondition")["expectedPrognosis"] == ["Of recurrence_factors."]


def test_a_prognosis_is_of_conditions_only() -> None:
    article = an_article(*EVERY_TYPE, topics=[MICRONEEDLING, ACNE_SCARS])
    document = graph(article, TEMPLATE)
    assert "expectedPrognosis" not in json.dumps(document)


def test_kinds_of_topics_that_have_no_type_are_keywords_alone() -> None:
    topics = [PublishedTopic("body_area", "cheeks", "Cheeks", "en"), MICRONEEDLING]
    document = graph(an_article(*EVERY_TYPE, topics=topics), TEMPLATE)
    assert the(document, "Article")["keywords"] == ["Cheeks", "Microneedling"]
    assert len(the(document, "MedicalWebPage")["about"]) == 1


def test_a_review_is_told_of_by_the_page_with_its_day_and_reviewer() -> None:
    page = the(graph(an_article(a_section(), reviewed=True), TEMPLATE), "MedicalWebPage")
    assert page["lastReviewed"] == "2026-03-04"
    assert page["reviewedBy"] == {
        "@type": "Person",
        "name": "Dr Ada Example",
        "hasCredential": {
            "@type": "EducationalOccupationalCredential",
            "name": "MBBS, FRCP",
        },
    }


def test_without_a_review_nobody_reviewed() -> None:
    text = json.dumps(graph(an_article(a_section()), TEMPLATE))
    assert "reviewedBy" not in text
    assert "lastReviewed" not in text


def test_the_trail_has_only_addresses_that_are_known() -> None:
    trail = the(graph(an_article(a_section()), TEMPLATE), "BreadcrumbList")
    assert [(each["name"], each["item"]["@id"]) for each in trail["itemListElement"]] == [
        ("www.example.org", "https://www.example.org/"),
        ("Calm skin after needling", URL),
    ]
    assert [each["position"] for each in trail["itemListElement"]] == [1, 2]


def test_an_article_read_without_its_sections_has_no_parts() -> None:
    document = graph(an_article(sections=None), TEMPLATE)
    assert objections(document) == []
    assert "hasPart" not in the(document, "MedicalWebPage")


def test_identifiers_stay_the_same_between_editions() -> None:
    def identifiers(article: PublishedArticle) -> list[str]:
        return [node["@id"] for node in graph(article, TEMPLATE)["@graph"]]

    before = an_article(a_section(), a_section("faq", items=[a_pair()]))
    after = an_article(
        a_section(heading="Retitled", body="Other words."),
        a_section("faq", items=[a_pair("Does it really hurt?")]),
        title="Another title",
        edition=4,
        updated_at=datetime(2027, 1, 1, tzinfo=UTC),
    )
    assert identifiers(before) == identifiers(after)


@given(odd_articles())
@settings(deadline=None)
def test_nothing_in_any_text_can_end_the_script_that_embeds_it(article: PublishedArticle) -> None:
    document = graph(article, TEMPLATE)
    embedded = dumps_for_embedding(document)
    assert not re.search("[<>&\u2028\u2029]", embedded.decode())
    assert json.loads(embedded) == document
