"""The sample articles come apart as their writers say."""

import json
from typing import Any

import pytest

from content.importing.proposals import Proposal, ProposedArticle
from tests.content.importing.building import ROOT, proposed_file

SAMPLES = ROOT / "api" / "samples"
EXPECTED: dict[str, list[dict[str, Any]]] = json.loads(
    (SAMPLES / "expected.json").read_text("utf-8")
)


def found(name: str) -> Proposal:
    return proposed_file(SAMPLES / name)


def agreement(article: ProposedArticle, expected: dict[str, Any]) -> list[bool]:
    """For each labelled section whether it was found with a type that the label accepts."""
    types: dict[str | None, list[str]] = {}
    for section in article.sections:
        types.setdefault(section.heading, []).append(section.type)
    return [
        any(kind in [each["type"], *each["also_ok"]] for kind in types.get(each["heading"], []))
        for each in expected["sections"]
    ]


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_comes_apart_as_its_writer_says(name: str) -> None:
    proposal = found(name)
    assert proposal.unaccounted() == []
    assert [article.title for article in proposal.articles] == [
        expected["title"] for expected in EXPECTED[name]
    ]
    for article, expected in zip(proposal.articles, EXPECTED[name], strict=True):
        assert [section.heading for section in article.sections] == [
            each["heading"] for each in expected["sections"]
        ]
        assert sum(len(section.items) for section in article.sections) == expected["faq"]


@pytest.mark.parametrize("name", EXPECTED)
def test_what_the_writer_of_a_sample_set_aside_is_set_aside(name: str) -> None:
    aside = " ".join(piece.text for piece in found(name).set_aside)
    for expected in EXPECTED[name]:
        assert all(line in aside for line in expected["set_aside"])


def test_nearly_all_sections_of_the_samples_have_an_accepted_type() -> None:
    votes = [
        vote
        for name, articles in EXPECTED.items()
        for article, expected in zip(found(name).articles, articles, strict=True)
        for vote in agreement(article, expected)
    ]
    assert sum(votes) / len(votes) >= 0.9
