"""Answers for chat and voice: the one pair or passage that answers a question, or nothing.

What is given was written and published by people, whole pairs and whole paragraphs in their
order; nothing is made up or put together. A wrong answer about health is worse than none.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from content import reading
from content.asked import Asked, asked_by
from content.published import (
    BodyFormat,
    Nothing,
    PublishedArticle,
    PublishedReview,
    PublishedSection,
)
from content.scopes import EVERYTHING, WORDS, Scope
from content.searching import SearchIndex, SearchQuery
from content.searching.coverage import Said
from content.searching.languages import ENGLISH, language_of
from content.searching.vocabulary import Vocabulary
from content.sections import FAQ
from content.statements import Reader
from content.weighing import Candidate, Weighed, weigh

LEAST: Final = 0.69
"""The confidence below which nothing is answered, unless less is asked for."""

MOST_HITS: Final = 20
"""Sections that are looked at."""

MOST_WORDS: Final = 130
"""Words of a passage; longer sections are cut between paragraphs. Pairs are never cut."""

_AS_SURE: Final = 0.12
_AS_GOOD_A_HIT: Final = 0.75
_UNSETTLED: Final = 0.85
# Two sections of an article answer alike when one is as sure up to so much, and as good a hit up
# to that share; this is what then remains of the confidence in either.

_BEHIND: Final = 0.08
# By so much what says it in its text only must be surer than what is asked the same.

_SCOPES: Final = (EVERYTHING, WORDS)

_list_item = re.compile(r"(?:[-*•]|\d+[.)]|\|)\s")
_bullet = re.compile(r"\A\s*[-*•]\s+")
_block = re.compile(r"\n\s*\n")
_tag = re.compile(r"<(/?)(\w+)[^>]*>")
_VOID: Final = frozenset({"br", "hr", "img", "wbr", "col"})


@dataclass(frozen=True, slots=True)
class AnswerSection:
    """The section that an answer stands in; `anchor` is that of the pair, where it is one."""

    id: str
    type: str
    heading: str | None
    anchor: str


@dataclass(frozen=True, slots=True)
class AnswerSource:
    """Where an answer stands; `url` is where a site shows it, by who knows the site."""

    article: PublishedArticle
    section: AnswerSection
    url: str | None = None


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answer as it was published, and where.

    `question` is None of a passage. `confidence` is from 0 to 1. `sequence` is the point of the
    log that the index reflected.
    """

    kind: Literal["pair", "passage"]
    question: str | None
    answer: str
    format: BodyFormat
    confidence: float
    source: AnswerSource
    sequence: int
    scopes: tuple[Scope, ...] = _SCOPES

    @property
    def published_at(self) -> datetime:
        """When the article was published as it is."""
        return self.source.article.published_at

    @property
    def updated_at(self) -> datetime:
        """When the article last changed."""
        return self.source.article.updated_at

    @property
    def reviewed(self) -> PublishedReview | None:
        """The review in force."""
        return self.source.article.reviewed

    @property
    def date(self) -> datetime:
        """When it was last known to be right: when it was reviewed, or else changed."""
        return self.reviewed.at if self.reviewed else self.updated_at


def answer(
    session: Reader,
    index: SearchIndex,
    query: SearchQuery,
    vocabulary: Vocabulary,
    *,
    body_format: BodyFormat = "html",
    reviewed: bool = False,
    least: float = LEAST,
) -> GivenAnswer | Nothing:
    """The best answer to the text of a query, among what its filters leave; or that there is none.

    With `reviewed`, only what stands in an article with a review in force; `least` is the least
    confidence, from 0 to 1. Raises `Invalid` for a text that is too long, `SearchUnavailable`.
    """
    found = index.search(replace(query, limit=MOST_HITS), vocabulary)
    scores = {hit.section_id: hit.score for hit in found.hits}
    best = max(scores.values(), default=1.0)
    candidates = [
        candidate
        for section in reading.sections_by_id(session, list(scores), body_format="text")
        for candidate in _candidates(section, scores[section.id] / best)
    ]
    meant = found.did_you_mean or query.text
    asked = asked_by(meant, vocabulary, _languages(candidates), query.text)
    # What is asked about may also be named by the filters alone.
    if asked.is_about_something or query.topics or query.article:
        for sure, candidate in _good(asked, candidates, vocabulary, least):
            article = _article(session, candidate)
            if article.reviewed is not None or not reviewed:
                item = candidate.item
                return GivenAnswer(
                    kind="passage" if item is None else "pair",
                    question=None if item is None else item.question,
                    answer=_shown(session, candidate, asked, body_format),
                    format=body_format,
                    confidence=round(sure, 2),
                    source=_source(article, candidate),
                    sequence=found.sequence,
                )
    return Nothing(found.sequence, _SCOPES)


def _candidates(section: PublishedSection, share: float) -> Iterator[Candidate]:
    language = language_of(section.article.locale)
    for item in section.items or ():
        yield Candidate(section, item, share, language)
    if section.type != FAQ and section.body.strip():
        yield Candidate(section, None, share, language)


def _languages(candidates: Sequence[Candidate]) -> list[str]:
    counted = Counter(each.language for each in candidates).most_common()
    return [language for language, _ in counted] or [ENGLISH]


def _good(
    asked: Asked, candidates: Sequence[Candidate], vocabulary: Vocabulary, least: float
) -> list[tuple[float, Candidate]]:
    """The candidates that answer well enough, best first; of those alike the best hit."""
    weighed = [weigh(asked, each, vocabulary) for each in candidates]
    good = [
        (confidence, each)
        for each in weighed
        if each.confidence > 0 and (confidence := _settled(each, weighed)) >= least
    ]

    def order(found: tuple[float, Weighed]) -> float:
        confidence, one = found
        return confidence + one.candidate.share / 10 - (_BEHIND if one.by_text else 0)

    good.sort(key=order, reverse=True)
    return [(confidence, each.candidate) for confidence, each in good]


def _settled(one: Weighed, weighed: Sequence[Weighed]) -> float:
    """What remains where another section of the same article says as much in its text."""
    article = one.candidate.section.article
    rivals = (
        each
        for each in weighed
        if each.candidate.section.article == article
        and each.candidate.section.id != one.candidate.section.id
        and each.confidence >= one.confidence - _AS_SURE
        and each.candidate.share >= one.candidate.share * _AS_GOOD_A_HIT
    )
    return one.confidence * (_UNSETTLED if one.by_text and any(rivals) else 1.0)


def _article(session: Reader, candidate: Candidate) -> PublishedArticle:
    place = candidate.section.article
    return reading.article(
        session, place.slug, place.locale, prefer=place.locale, with_sections=False
    )


def _source(article: PublishedArticle, candidate: Candidate) -> AnswerSource:
    section, item = candidate.section, candidate.item
    anchor = section.anchor if item is None else item.anchor
    return AnswerSource(article, AnswerSection(section.id, section.type, section.heading, anchor))


def _shown(session: Reader, candidate: Candidate, asked: Asked, body_format: BodyFormat) -> str:
    """The answer in the format asked for, as it is stored."""
    [section] = reading.sections_by_id(session, [candidate.section.id], body_format=body_format)
    if candidate.item is None:
        passage = _passage(candidate, section.body, body_format, asked)
        return _without_bullet(passage) if body_format == "text" else passage
    return next(each.answer for each in section.items or () if each.id == candidate.item.id)


def _passage(candidate: Candidate, shown: str, body_format: BodyFormat, asked: Asked) -> str:
    """Those paragraphs of a long section that answer, in the format asked for.

    Where the formats do not have the same paragraphs, the whole section is given.
    """
    plain = candidate.section.body.strip()
    if len(plain.split()) <= MOST_WORDS:
        return shown
    paragraphs = _block.split(plain)
    pieces = _elements(shown) if body_format == "html" else _block.split(shown.strip())
    if len(pieces) != len(paragraphs):
        return shown
    first, last = _run(paragraphs, asked, candidate.language)
    return ("\n" if body_format == "html" else "\n\n").join(pieces[first:last])


def _without_bullet(text: str) -> str:
    """The text, but that a list of one item is none when it is read out."""
    return text if "\n" in text.strip() else _bullet.sub("", text)


def _run(paragraphs: Sequence[str], asked: Asked, language: str) -> tuple[int, int]:
    """The paragraphs around the one that covers most: a list with what leads to it, and others."""
    covered = [sum(Said(each, language).covers(part.clause) for part in asked.parts)
               for each in paragraphs]  # fmt: skip
    first = covered.index(max(covered))
    last = first + 1
    while first and (_list_item.match(paragraphs[first]) or paragraphs[first - 1].endswith(":")):
        first -= 1
    while last < len(paragraphs) and (
        paragraphs[last - 1].endswith(":")
        or _list_item.match(paragraphs[last])
        or _count(paragraphs[first : last + 1]) <= MOST_WORDS
    ):
        last += 1
    return first, last


def _count(paragraphs: Sequence[str]) -> int:
    return sum(len(each.split()) for each in paragraphs)


def _elements(markup: str) -> list[str]:
    """The outermost elements of sanitised HTML."""
    elements: list[str] = []
    depth = start = 0
    for tag in _tag.finditer(markup):
        if tag[2] in _VOID:
            continue
        depth += -1 if tag[1] else 1
        if depth == 0:
            elements.append(markup[start : tag.end()].strip())
            start = tag.end()
    rest = markup[start:].strip()
    return [*elements, rest] if rest else elements
