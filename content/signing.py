"""Signatures: what a reviewer signs of a text, and whether one holds."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from content import rendering
from content.models import Article, Edition, Outcome, Review, Section
from content.sections import SECTION_TYPES


def clinical_digest(edition: Edition) -> str:
    """The digest of all that a review signs: title, summary, and the clinical sections in order.

    Neither the commercial sections nor what is only an address, such as anchors and ids.
    """
    signed = [_signed(section) for section in edition.sections if is_clinical(section)]
    return rendering.digest([edition.title, edition.summary, signed])


def is_clinical(section: Section) -> bool:
    """Whether a reviewer signs the section."""
    return SECTION_TYPES[section.type].review_class == "clinical"


def signatures(article: Article) -> Iterator[Review]:
    """Every signature that a text of the article ever had, oldest first."""
    return (each for each in article.reviews if each.outcome == Outcome.APPROVED)


def signature(article: Article, text: str, at: datetime) -> Review | None:
    """The newest signature under the text with this clinical digest that holds at the instant."""
    held = [
        each
        for each in signatures(article)
        if each.clinical_digest == text and each.valid_until is not None and each.valid_until > at
    ]
    return held[-1] if held else None


def shown_signature(article: Article, edition: Edition, at: datetime) -> dict[str, Any] | None:
    """What readers are shown of the signature under an edition, as plain JSON; None without one."""
    found = signature(article, clinical_digest(edition), at)
    if found is None or found.valid_until is None:
        return None
    return {
        "by": found.reviewer,
        "credentials": found.credentials or "",
        "at": found.at.isoformat(),
        "valid_until": found.valid_until.isoformat(),
    }


def _signed(section: Section) -> list[Any]:
    pairs = [[item.question, item.answer] for item in section.items]
    return [section.type, section.heading, section.level, section.body, pairs]
