"""Answers for chat and voice: the one pair or passage that answers a question, or nothing.

What is given was written and published by people, whole pairs and whole paragraphs in their
order; nothing is made up or put together. Everything of weight in the question must be covered,
because a wrong answer about health is worse than none.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Final, Literal

from content import reading
from content.published import (
    BodyFormat,
    Nothing,
    PublishedArticle,
    PublishedItem,
    PublishedReview,
    PublishedSection,
)
from content.scopes import EVERYTHING, Scope
from content.searching import SearchIndex, SearchQuery
from content.searching.coverage import Said
from content.searching.intents import NAMING, Intent, intent_of
from content.searching.languages import ENGLISH, language_of
from content.searching.queries import parse
from content.searching.questions import Clause, Question
from content.searching.vocabulary import Vocabulary
from content.searching.words import fold, typed_words
from content.sections import FAQ
from content.statements import Reader

LEAST: Final = 0.68
"""The confidence below which nothing is answered."""

MOST_HITS: Final = 20
"""Sections that are looked at."""

MOST_WORDS: Final = 130
"""Words of a passage; longer sections are cut between paragraphs. Pairs are never cut."""

_ABOUT: Final = ("overview", "mechanism")
# What somebody wants who names a thing and says no more.

_ASKED: Final = 1.0
_UNDER_TOPIC: Final = 0.94
_OF_TYPE: Final = 0.95
_IN_TITLE: Final = 0.9
_IN_BODY: Final = 0.75
# How well a part of the question is covered, by where: in the question of a pair or the heading,
# by the topics or the type of the section, in the title of the article, or in the answer itself.

_STRANGE: Final = 0.4
# The share of the confidence in a pair that is lost when its own question says nothing that was
# asked.

_LITTLE: Final = 0.25
# The weight of a word that says little of what is asked for.

_OTHER_TYPE: Final = 0.8
_OTHER_QUESTION: Final = 0.97
_NO_TYPE: Final = 0.95
# What remains of the confidence in what is of another type than asked for, or answers another
# question of that type, or if no type was asked for.

_SAYS_LITTLE: Final = frozenset(
    """
    get got getting have having take takes taking make makes go goes going put use used using need
    needs look looks feel feels start starts keep like still much many more most long often soon
    good better best bad well time times thing things way day days week weeks month months year
    years people person someone everyone men man treatment treatments session sessions procedure
    skin face area today now again ever always never really actually normal ok okay able work
    works working do doing done think say says tell mean help helps try trying come coming
    while during when after before since until till later per via too also very only vs versus
    between another other others same someone somebody anything something everything
    """.split()  # noqa: SIM905 - A hundred quoted words would be unreadable.
)
"""Words that a question may have and its answer may lack."""

_list_item = re.compile(r"(?:[-*•]|\d+[.)]|\|)\s")
_block = re.compile(r"\n\s*\n")
_tag = re.compile(r"<(/?)(\w+)[^>]*>")


@dataclass(frozen=True, slots=True)
class AnswerSection:
    """The section that an answer stands in; `anchor` is that of the pair, where it is one."""

    id: str
    type: str
    heading: str | None
    anchor: str


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answer as it was published, and where.

    `confidence` is from 0 to 1. `date` is when it was last known to be right: when it was
    reviewed, or else changed. `sequence` is the point of the log that the index reflected.
    """

    kind: Literal["pair", "passage"]
    question: str | None
    answer: str
    format: BodyFormat
    confidence: float
    article: PublishedArticle
    section: AnswerSection
    sequence: int
    scopes: tuple[Scope, ...] = (EVERYTHING,)

    @property
    def updated_at(self) -> datetime:
        """When the article last changed."""
        return self.article.updated_at

    @property
    def reviewed(self) -> PublishedReview | None:
        """The review in force."""
        return self.article.reviewed

    @property
    def date(self) -> datetime:
        """When it was last known to be right."""
        return self.article.reviewed.at if self.article.reviewed else self.article.updated_at


@dataclass(frozen=True)
class _Asked:
    """A question as it is compared: its clauses, what type they ask for, and its words."""

    question: Question
    intent: Intent
    words: Said

    @cached_property
    def clauses(self) -> list[tuple[Clause, float, bool]]:
        """Each clause with its weight, and whether it only asks for a type."""
        naming = self.intent.words & NAMING
        aspects = self.intent.words - NAMING if self.intent.said else frozenset()
        return [
            (
                each,
                1.0 if aspects.intersection(_typed(each)) else _weight(each),
                not each.topics and naming.issuperset(_typed(each)),
            )
            for each in self.question.clauses
        ]

    @property
    def types(self) -> tuple[str, ...]:
        """The types that are asked for; a thing that is only named is to be explained."""
        named = len(self.question.clauses) == 1 and self.question.clauses[0].topics
        return _ABOUT if named and not self.intent.types else self.intent.types


@dataclass(frozen=True)
class _Candidate:
    """A pair, or the text of a section, that may answer."""

    section: PublishedSection
    item: PublishedItem | None
    share: float
    language: str

    @cached_property
    def heading(self) -> Said:
        """What it is the answer to."""
        asked = self.item.question if self.item else self.section.heading or ""
        return Said(asked, self.language)

    @cached_property
    def title(self) -> Said:
        """What its article is about."""
        return Said(self.section.article.title, self.language)

    @cached_property
    def body(self) -> Said:
        """What it says."""
        return Said(self.item.answer if self.item else self.section.body, self.language)

    @property
    def subject(self) -> str | None:
        """The topic that its article is about before all others."""
        return self.section.topics[0].ref if self.section.topics else None

    @cached_property
    def topics(self) -> frozenset[str]:
        """What its article stands under."""
        return frozenset(topic.ref for topic in self.section.topics)

    @cached_property
    def intent(self) -> Intent:
        """What it is the answer to, as a question."""
        asked = self.item.question if self.item else self.section.heading or ""
        return intent_of([fold(word) for word in typed_words(asked)])

    @property
    def types(self) -> tuple[str, ...]:
        """The types that it is of: the section's own, or those that the pair's question asks for."""
        if self.item is None:
            return (self.section.type,)
        return (*self.intent.types, self.item.type) if self.item.type else self.intent.types


def answer(
    session: Reader,
    index: SearchIndex,
    query: SearchQuery,
    vocabulary: Vocabulary,
    *,
    body_format: BodyFormat = "html",
    reviewed: bool = False,
) -> GivenAnswer | Nothing:
    """The best answer to the text of a query, among what its filters leave; or that there is none.

    With `reviewed`, only what stands in an article with a review in force. Raises `Invalid` for
    a text that is too long, `SearchUnavailable`.
    """
    found = index.search(replace(query, limit=MOST_HITS))
    scores = {hit.section_id: hit.score for hit in found.hits}
    sections = reading.sections_by_id(session, list(scores), body_format="text")
    text = found.did_you_mean or query.text
    best = max(scores.values(), default=1.0)
    candidates = [
        each for section in sections for each in _candidates(section, scores[section.id] / best)
    ]
    asked = _asked(text, vocabulary, candidates)
    given = bool(query.topics or query.article)
    for confidence, each in _ordered(asked, candidates, vocabulary, given=given):
        article = reading.article(
            session,
            each.section.article.slug,
            each.section.article.locale,
            prefer=each.section.article.locale,
            with_sections=False,
        )
        if article.reviewed is not None or not reviewed:
            return _given(session, each, asked, article, body_format, confidence, found.sequence)
    return Nothing(found.sequence)


def _candidates(section: PublishedSection, share: float) -> Iterator[_Candidate]:
    language = language_of(section.article.locale)
    for item in section.items or ():
        yield _Candidate(section, item, share, language)
    if section.type != FAQ and section.body.strip():
        yield _Candidate(section, None, share, language)


def _asked(text: str, vocabulary: Vocabulary, candidates: Sequence[_Candidate]) -> _Asked:
    languages = [each for each, _ in Counter(each.language for each in candidates).most_common()]
    question = parse(text, vocabulary, languages or [ENGLISH])
    words = [fold(word) for word in typed_words(text)]
    return _Asked(question, intent_of(words), Said(text, languages[0] if languages else ENGLISH))


def _ordered(
    asked: _Asked, candidates: Sequence[_Candidate], vocabulary: Vocabulary, *, given: bool
) -> list[tuple[float, _Candidate]]:
    """The candidates that answer well enough, best first.

    `given` says that filters name what the question is about, which it then need not.
    """
    if not given and not _is_about_something(asked):
        return []
    weighed = [(_confidence(asked, each, vocabulary), each) for each in candidates]
    good = [(confidence, each) for confidence, each in weighed if confidence >= LEAST]
    return sorted(good, key=lambda each: -each[0] - each[1].share / 10)


def _is_about_something(asked: _Asked) -> bool:
    return any(weight == 1 and not asks for _, weight, asks in asked.clauses)


def _confidence(asked: _Asked, candidate: _Candidate, vocabulary: Vocabulary) -> float:
    """How sure it is that a candidate answers: 0 where something of weight is not covered."""
    total = reached = 0.0
    subject = candidate.subject
    for clause, weight, asks in asked.clauses:
        # A topic stands for one part of the question: who asks for two of its names means each.
        covered = _covered(asked, clause, candidate, subject, asks=asks)
        if covered == _UNDER_TOPIC:
            subject = None
        if not covered and weight == 1:
            return 0.0
        total += weight
        reached += weight * covered
    if not total:
        return 0.0
    fit = _fit(asked, candidate, vocabulary) if candidate.item else 1.0
    return reached / total * fit * _typed_as(asked, candidate)


def _covered(
    asked: _Asked, clause: Clause, candidate: _Candidate, subject: str | None, *, asks: bool
) -> float:
    """How well one part of the question is covered."""
    if candidate.heading.covers(clause):
        return _ASKED
    if subject in clause.topics:
        return _UNDER_TOPIC
    if asks and not set(candidate.types).isdisjoint(asked.types):
        return _OF_TYPE
    # RF microneedling is not microneedling: of what has a topic of its own, a title says little.
    about = not clause.topics or not candidate.topics.isdisjoint(clause.topics)
    if about and candidate.title.covers(clause):
        return _IN_TITLE
    if candidate.body.covers(clause):
        return _IN_BODY
    return _OF_TYPE if asks and not asked.intent.said else 0.0


def _typed_as(asked: _Asked, candidate: _Candidate) -> float:
    """What remains for a candidate by the types that are asked for and those that it has."""
    if not asked.types or not candidate.types:
        return _NO_TYPE
    if set(candidate.types).isdisjoint(asked.types):
        return _OTHER_TYPE if asked.intent.said else _NO_TYPE
    if not candidate.intent.said:
        return _NO_TYPE
    # "When does it work" and "how long does it last" are both asked of the effectiveness.
    return 1.0 if candidate.intent.types == asked.types else _OTHER_QUESTION


def _fit(asked: _Asked, candidate: _Candidate, vocabulary: Vocabulary) -> float:
    """How much of a pair's own question was asked: one about something else does not answer."""
    assert candidate.item is not None
    own = _asked(candidate.item.question, vocabulary, [candidate])
    total = said = 0.0
    for clause, weight, asks in own.clauses:
        if asks and not set(own.types).isdisjoint(asked.types):
            continue
        total += weight
        if asked.words.covers(clause) or candidate.title.covers(clause):
            said += weight
    return 1 - _STRANGE * (1 - said / total) if total else 1.0


def _weight(clause: Clause) -> float:
    return _LITTLE if not clause.topics and _SAYS_LITTLE.issuperset(_typed(clause)) else 1.0


def _typed(clause: Clause) -> list[str]:
    return [fold(word) for word in typed_words(clause.typed)]


def _given(
    session: Reader,
    candidate: _Candidate,
    asked: _Asked,
    article: PublishedArticle,
    body_format: BodyFormat,
    confidence: float,
    sequence: int,
) -> GivenAnswer:
    section = candidate.section
    [shown] = reading.sections_by_id(session, [section.id], body_format=body_format)
    item = candidate.item
    if item is not None:
        text = next(each.answer for each in shown.items or () if each.id == item.id)
    else:
        text = _passage(section.body, shown.body, body_format, asked, candidate)
    return GivenAnswer(
        kind="passage" if item is None else "pair",
        question=None if item is None else item.question,
        answer=text,
        format=body_format,
        confidence=round(confidence, 2),
        article=article,
        section=AnswerSection(
            section.id, section.type, section.heading, item.anchor if item else section.anchor
        ),
        sequence=sequence,
    )


def _passage(
    plain: str, shown: str, body_format: BodyFormat, asked: _Asked, candidate: _Candidate
) -> str:
    """Those paragraphs of a long section that answer, in the format asked for.

    Where the formats do not have the same paragraphs, the whole section is given.
    """
    paragraphs = _block.split(plain.strip())
    if len(plain.split()) <= MOST_WORDS:
        return shown
    pieces = _elements(shown) if body_format == "html" else _block.split(shown.strip())
    if len(pieces) != len(paragraphs):
        return shown
    first, last = _run(paragraphs, asked, candidate.language)
    return ("\n" if body_format == "html" else "\n\n").join(pieces[first:last])


def _run(paragraphs: Sequence[str], asked: _Asked, language: str) -> tuple[int, int]:
    """The paragraphs around the one that covers most: a list with what leads to it, and others."""
    covered = [sum(Said(each, language).covers(c) for c, _, _ in asked.clauses)
               for each in paragraphs]  # fmt: skip
    first = covered.index(max(covered))
    last = first + 1
    while first and (_list_item.match(paragraphs[first]) or paragraphs[first - 1].endswith(":")):
        first -= 1
    while last < len(paragraphs) and (
        paragraphs[last - 1].endswith(":") or _count(paragraphs[first : last + 1]) <= MOST_WORDS
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


_VOID: Final = frozenset({"br", "hr", "img", "wbr", "col"})
