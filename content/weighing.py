"""Weighing what may answer a question: how sure it is that a pair or a section does.

All that has weight in the question must be covered: by the question of the pair or the heading of
the section, by what the article is about, by the type of the section, or by the text itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from content.published import PublishedItem, PublishedSection
from content.searching.coverage import Said
from content.searching.intents import NAMING, Intent, intent_of
from content.searching.queries import parse
from content.searching.questions import Clause, Question
from content.searching.vocabulary import Vocabulary
from content.searching.words import fold, typed_words

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
    next between another other others same someone somebody anything something everything
    """.split()  # noqa: SIM905 - A hundred quoted words would be unreadable.
)
"""Words that a question may have and its answer may lack."""


class Part(NamedTuple):
    """A clause of a question with its weight; `asks` where it only asks for a type."""

    clause: Clause
    weight: float
    asks: bool


@dataclass(frozen=True)
class Asked:
    """A question as it is compared: its clauses, what type they ask for, and its words."""

    question: Question
    intent: Intent
    words: Said

    @cached_property
    def parts(self) -> list[Part]:
        """All that is asked for."""
        naming = self.intent.words & NAMING
        # Sections of procedures are of many things: "how often" has to be answered as such.
        broad = self.intent.said and self.intent.types[0] == "procedure"
        aspects = self.intent.words - NAMING if broad else frozenset()
        return [
            Part(
                clause=each,
                weight=1.0 if aspects.intersection(_typed(each)) else _weight(each),
                asks=not each.topics and naming.issuperset(_typed(each)),
            )
            for each in self.question.clauses
        ]

    @property
    def is_about_something(self) -> bool:
        """Whether it says more than which type it asks for: "does it hurt" does not say what."""
        return any(
            part.clause.topics
            or (part.weight == 1 and self.intent.words.isdisjoint(_typed(part.clause)))
            for part in self.parts
        )

    @property
    def types(self) -> tuple[str, ...]:
        """The types that are asked for; a thing that is only named is to be explained."""
        named = len(self.question.clauses) == 1 and self.question.clauses[0].topics
        return _ABOUT if named and not self.intent.types else self.intent.types


@dataclass(frozen=True)
class Candidate:
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
        """The type of the section, or those that the question of the pair asks for."""
        if self.item is None:
            return (self.section.type,)
        return (*self.intent.types, self.item.type) if self.item.type else self.intent.types


def asked_by(text: str, vocabulary: Vocabulary, languages: Sequence[str]) -> Asked:
    """What a text asks, of texts in these languages, the main one first. Raises `Invalid`."""
    words = [fold(word) for word in typed_words(text)]
    return Asked(parse(text, vocabulary, languages), intent_of(words), Said(text, languages[0]))


def confidence(asked: Asked, candidate: Candidate, vocabulary: Vocabulary) -> float:
    """How sure it is that a candidate answers: 0 where something of weight is not covered."""
    total = reached = 0.0
    subject = candidate.subject
    for part in asked.parts:
        covered = _covered(asked, part, candidate, subject)
        if not covered and part.weight == 1:
            return 0.0
        if covered == _UNDER_TOPIC:
            # A topic stands for one part of the question: who names two things means both.
            subject = None
        total += part.weight
        reached += part.weight * covered
    if not total:
        return 0.0
    item = candidate.item
    fit = 1.0 if item is None else _fit(asked, item, candidate, vocabulary)
    return reached / total * fit * _typed_as(asked, candidate)


def _covered(asked: Asked, part: Part, candidate: Candidate, subject: str | None) -> float:
    """How well one part of the question is covered."""
    clause = part.clause
    if candidate.heading.covers(clause):
        return _ASKED
    if subject in clause.topics:
        return _UNDER_TOPIC
    if part.asks and not set(candidate.types).isdisjoint(asked.types):
        return _OF_TYPE
    # RF microneedling is not microneedling: of what has a topic of its own, a title says little.
    about = not clause.topics or not candidate.topics.isdisjoint(clause.topics)
    if about and candidate.title.covers(clause):
        return _IN_TITLE
    if candidate.body.covers(clause):
        return _IN_BODY
    return _OF_TYPE if part.asks and not asked.intent.said else 0.0


def _typed_as(asked: Asked, candidate: Candidate) -> float:
    """What remains for a candidate by the types that are asked for and those that it has."""
    if not asked.types or not candidate.types:
        return _NO_TYPE
    if set(candidate.types).isdisjoint(asked.types):
        return _OTHER_TYPE if asked.intent.said else _NO_TYPE
    if not candidate.intent.said:
        return _NO_TYPE
    # "When does it work" and "how long does it last" are both asked of the effectiveness.
    return 1.0 if candidate.intent.types == asked.types else _OTHER_QUESTION


def _fit(asked: Asked, item: PublishedItem, candidate: Candidate, vocabulary: Vocabulary) -> float:
    """How much of a pair's own question was asked: one about something else does not answer."""
    own = asked_by(item.question, vocabulary, [candidate.language])
    total = said = 0.0
    for part in own.parts:
        if part.asks and not set(own.types).isdisjoint(asked.types):
            continue
        total += part.weight
        if asked.words.covers(part.clause) or candidate.title.covers(part.clause):
            said += part.weight
    return 1 - _STRANGE * (1 - said / total) if total else 1.0


def _weight(clause: Clause) -> float:
    return _LITTLE if not clause.topics and _SAYS_LITTLE.issuperset(_typed(clause)) else 1.0


def _typed(clause: Clause) -> list[str]:
    return [fold(word) for word in typed_words(clause.typed)]
