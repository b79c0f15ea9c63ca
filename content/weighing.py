"""Weighing what may answer a question: how sure it is that a pair or a section does.

All that has weight in the question must be covered: by the question of the pair or the heading of
the section, by what the article is about, by the type of the section, or by the text itself.
What it is about must be said before the text: there words stand for many reasons.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from content.asked import Asked, Part, asked_by
from content.published import PublishedItem, PublishedSection
from content.searching.coverage import Said, together
from content.searching.languages import ENGLISH
from content.searching.questions import Clause
from content.searching.vocabulary import Vocabulary

_ASKED: Final = 1.0
_UNDER_TOPIC: Final = 0.94
_UNDER_WIDER_TOPIC: Final = 0.75
_OF_TYPE: Final = 0.95
_IN_TITLE: Final = 0.9
_IN_TITLE_TOO: Final = 0.75
_IN_BODY: Final = (0.62, 0.72, 0.78)
_SCATTERED: Final = 0.5
# How well a part of the question is covered, by where: in the question of a pair or the heading,
# by the topic that it names before others or by another, by the type of the section, in the title
# of the article, which says what it is about and little else, or in the answer itself: alone, with
# one other part nearby, with more, or far from the others.

_NEARBY: Final = 30
# Words within which an answer must say what only it says.

_STRANGE: Final = 0.5
_STRANGE_HEADING: Final = 0.2
_STRANGER_HEADING: Final = 0.35
# The share of the confidence that is lost when the question of a pair, or the heading, says nothing
# that was asked; a heading is stranger if not even a type was asked for, or it says nothing else.

_OTHER_TYPE: Final = 0.65
_OTHER_HINT: Final = 0.8
_OTHER_QUESTION: Final = 0.97
_OTHER_KIND: Final = 0.7
_SECOND_TYPE: Final = 0.9
_NO_TYPE: Final = 0.95
# What remains of the confidence in what is of another type than asked for or hinted at, answers
# another question of that type, tells another kind of thing; or if no type was asked for.

_NO_NUMBER: Final = 0.75
_OTHER_NUMBER: Final = 0.75
# The same where a time or number is asked for, and none is told, or perhaps another one.

_TURNED: Final = 0.8
# The same where a pair asks about the opposite.

_INTRODUCTION: Final = 0.85
# The same of a section without a heading, if only its text says something of weight.

_CORRECTED: Final = 0.97
_OFTEN_CORRECTED: Final = 0.85
# The same for each word that was put right, and once more where these are several.

_GOOD_HIT: Final = 0.6
_HARDLY_A_HIT: Final = 0.5
# A hit of at least this share of the best score loses nothing; what remains for one of no score.

_NARROW: Final = frozenset({"cost", "risks", "aftercare", "preparation", "mechanism"})
"""Types whose sections are all about one thing."""

_SOON: Final = 15
# Words within which a section without a heading that explains a thing has to name it.

_PERFORMED: Final = frozenset({"procedure", "device"})

_number = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|dozen|twenty|thirty|half|"
    r"once|twice|several|couple|few|single|every|each|daily|weekly|nightly|monthly|yearly|none)\b",
    re.IGNORECASE,
)
_time = re.compile(
    r"\b(?:seconds?|minutes?|hours?|days?|nights?|weeks?|fortnights?|months?|years?|hourly|daily|"
    r"weekly|monthly|morning|evening|summer|winter|tomorrow|immediate(?:ly)?|straight away|"
    r"at once|right away|permanent(?:ly)?|forever|for good|for life|lifelong|never|always|until|"
    r"as soon as|once|temporar(?:y|ily))\b",
    re.IGNORECASE,
)
_yes_or_no = re.compile(r"\W*(?:yes|no|not|never)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Candidate:
    """A pair, or the text of a section, that may answer; `share` is that of the best score."""

    section: PublishedSection
    item: PublishedItem | None
    share: float
    language: str

    @property
    def said(self) -> str:
        """The question of the pair, or the heading of the section."""
        return self.item.question if self.item else self.section.heading or ""

    @property
    def text(self) -> str:
        """What it answers."""
        return self.item.answer if self.item else self.section.body

    @cached_property
    def heading(self) -> Said:
        """What it is the answer to."""
        return Said(self.said, self.language)

    @cached_property
    def title(self) -> Said:
        """What its article is about."""
        return Said(self.section.article.title, self.language)

    @cached_property
    def body(self) -> Said:
        """What it says."""
        return Said(self.text, self.language)

    @property
    def subject(self) -> str | None:
        """The topic that its article is about before all others."""
        return self.section.topics[0].ref if self.section.topics else None

    @cached_property
    def topics(self) -> frozenset[str]:
        """What its article stands under."""
        return frozenset(topic.ref for topic in self.section.topics)

    def is_near_miss(self, clause: Clause) -> bool:
        """Whether its article is about something else that is done than the clause names."""
        named = {ref.partition(":")[0] for ref in clause.topics}
        return (
            not _PERFORMED.isdisjoint(named)
            and self.topics.isdisjoint(clause.topics)
            and (self.subject or "").partition(":")[0] in _PERFORMED
        )


@dataclass(frozen=True)
class Weighed:
    """A candidate and how sure it is that it answers; `by_text` where only its text says so."""

    candidate: Candidate
    confidence: float
    by_text: bool


def weigh(asked: Asked, candidate: Candidate, vocabulary: Vocabulary) -> Weighed:
    """How sure it is that a candidate answers: 0 where something of weight is not covered."""
    return _Comparison(asked, candidate, vocabulary).weighed


@dataclass(frozen=True)
class _Comparison:
    """A question and what may answer it."""

    asked: Asked
    candidate: Candidate
    vocabulary: Vocabulary

    @cached_property
    def own(self) -> Asked:
        """What the candidate is the answer to."""
        return asked_by(self.candidate.said, self.vocabulary, [self.candidate.language])

    @property
    def weighed(self) -> Weighed:
        candidate = self.candidate
        confidence = self._coverage()
        if not confidence or self._is_out_of_place():
            return Weighed(candidate, 0.0, by_text=False)
        confidence *= self._fit() * self._typed_as() * self._kind() * self._corrected()
        confidence *= self._ranked() * self._introduced()
        return Weighed(candidate, confidence, bool(self._by_text))

    @cached_property
    def _parts(self) -> list[tuple[Part, float | None]]:
        """The parts of the question, and how well each is covered: None by the text at most."""
        subject = self.candidate.subject
        parts = []
        for part in self.asked.parts:
            value = self._before_text(part, subject)
            if value in {_UNDER_TOPIC, _UNDER_WIDER_TOPIC}:
                # A topic stands for one part: who names two things means both.
                subject = None
            parts.append((part, value))
        return parts

    @cached_property
    def _by_text(self) -> list[Part]:
        return [part for part, value in self._parts if value is None and part.weight == 1]

    def _coverage(self) -> float:
        """How well all parts are covered."""
        candidate = self.candidate
        places = [candidate.body.places(part.clause) for part in self._by_text]
        if not all(places) or any(candidate.is_near_miss(part.clause) for part in self._by_text):
            return 0.0
        if not self._says_the_rest():
            return 0.0
        worth = _SCATTERED
        if not places or together(places, _NEARBY):
            worth = _IN_BODY[min(max(len(places), 1), len(_IN_BODY)) - 1]
        total = reached = 0.0
        for part, value in self._parts:
            covered = value
            if covered is None:
                covered = worth if candidate.body.covers(part.clause) else 0.0
            total += part.weight
            reached += part.weight * covered
        return reached / total if total else 0.0

    def _says_the_rest(self) -> bool:
        """Whether it says the small words, where nothing else tells what is asked of a subject."""
        if self._aspects or self.asked.intent.said:
            return True
        heading, body = self.candidate.heading, self.candidate.body
        return all(
            part.weight == 1 or part.asks or heading.covers(part.clause) or body.covers(part.clause)
            for part, _ in self._parts
        )

    def _before_text(self, part: Part, subject: str | None) -> float | None:
        candidate, clause = self.candidate, part.clause
        if candidate.heading.covers(clause) and not self._names_another(clause):
            return _ASKED
        if subject in clause.topics:
            # Who names a roller is not told of needling in a clinic.
            return _UNDER_TOPIC if subject == clause.topics[0] else _UNDER_WIDER_TOPIC
        if part.asks and self._is_of_type():
            return _OF_TYPE
        # RF microneedling is not microneedling: of what has its own topic, a title says little.
        about = not clause.topics or not candidate.topics.isdisjoint(clause.topics)
        about = about and not part.is_among(self.asked.intent.words)
        if about and candidate.title.covers(clause):
            is_subject = clause.topics or not self._has_named_subject
            return _IN_TITLE if is_subject else _IN_TITLE_TOO
        if part.asks and not self.asked.intent.said and not candidate.body.covers(clause):
            return _OF_TYPE
        return None

    def _is_of_type(self) -> bool:
        """Whether its type tells that it is about what is asked for.

        What a thing costs or how to look after it is what all of such a section is about, but one
        about effectiveness may say when, how well or for how long: its heading has to tell.
        """
        wanted = set(self._types).intersection(self.asked.types)
        if not wanted:
            return False
        told = self.own.types[:1] == self.asked.types[:1]
        return told or not wanted.isdisjoint(_NARROW) or not self.asked.intent.said

    @property
    def _has_named_subject(self) -> bool:
        """Whether the question names a topic that the article stands under."""
        return any(
            not self.candidate.topics.isdisjoint(part.clause.topics) for part in self.asked.parts
        )

    def _names_another(self, clause: Clause) -> bool:
        """Whether the heading has the words of a clause as those of another topic's name."""
        return bool(clause.topics) and any(
            each.topics
            and set(each.topics).isdisjoint(clause.topics)
            and Said(each.typed, self.candidate.language).covers(clause)
            for each in self.own.question.clauses
        )

    @property
    def _types(self) -> tuple[str, ...]:
        """The type of the section, or those that the question of the pair asks for."""
        item = self.candidate.item
        if item is None:
            return (self.candidate.section.type,)
        return (*self.own.intent.types, item.type) if item.type else self.own.intent.types

    def _is_out_of_place(self) -> bool:
        """Whether it must not answer, whatever it covers."""
        anchored = any(
            value is not None and part.weight == 1 and not part.asks for part, value in self._parts
        )
        named = any(part.weight == 1 and not part.asks for part, _ in self._parts)
        lost = named and not anchored
        return (
            lost
            or self._is_no_comparison()
            or self._is_no_explanation()
            or self._is_casual()
            or self._is_turned()
        )

    def _is_no_explanation(self) -> bool:
        """Whether what is to be explained is not what a section without a heading begins with."""
        candidate = self.candidate
        if candidate.said or self.asked.types[:1] != ("overview",):
            return False
        named = [part.clause for part, _ in self._parts if part.clause.topics]
        return not any(min(candidate.body.places(each), default=_SOON) < _SOON for each in named)

    def _is_no_comparison(self) -> bool:
        """Whether of things that are to be compared it names less than all but its own."""
        if self.asked.types[:1] != ("alternatives",):
            return False
        things = [part.clause for part, _ in self._parts if part.weight == 1 and not part.asks]
        heading, body = self.candidate.heading, self.candidate.body
        named = sum(heading.covers(each) or body.covers(each) for each in things)
        return named < len(things) - 1

    def _is_casual(self) -> bool:
        """Whether somebody who may need help at once is told anything but what the risks are."""
        urgent = [part for part in self.asked.parts if part.is_urgent]
        candidate = self.candidate
        return bool(urgent) and not (
            candidate.section.type == "risks"
            and all(candidate.body.covers(part.clause) for part in urgent)
        )

    def _is_turned(self) -> bool:
        """Whether it says Yes or No, but not to what was asked."""
        item = self.candidate.item
        if item is None or not _yes_or_no.match(item.answer):
            return False
        asked_more = bool(self.asked.kinds) and not self.own.kinds
        answers_more = any(
            (part.weight == 1 or part.asks)
            and not self.asked.words.covers(part.clause)
            and not self.candidate.title.covers(part.clause)
            for part in self.own.parts
        )
        return asked_more or answers_more or self.asked.is_turned != self.own.is_turned

    def _fit(self) -> float:
        """How much of what it is the answer to was asked."""
        pair = self.candidate.item is not None
        agreed = not set(self.own.types).isdisjoint(self.asked.types)
        # "Before your appointment" says no more than "beforehand"; sections of procedures differ.
        alike = not pair and self._asks_alike and self.own.types[0] != "procedure"
        total = said = 0.0
        for part in self.own.parts:
            if not pair and (part.weight < 1 or part.is_number):
                continue  # Headings are counted, and say "afterwards" to nobody.
            if (agreed and part.asks) or self._is_known(part, alike=alike):
                continue
            total += part.weight
            said += part.weight * self.asked.words.covers(part.clause)
        if not total:
            return 1.0
        turned = _TURNED if pair and self.asked.is_turned != self.own.is_turned else 1.0
        known = self.asked.types and (said or self._asks_alike)
        strange = _STRANGE_HEADING if known else _STRANGER_HEADING
        return turned * (1 - (_STRANGE if pair else strange) * (1 - said / total))

    def _is_known(self, part: Part, *, alike: bool) -> bool:
        """Whether a part of a heading or a pair's question need not have been asked."""
        if self.asked.words.covers(part.clause):
            return False
        among = alike and part.is_among(self.own.intent.words)
        return among or self.candidate.title.covers(part.clause)

    @property
    def _asks_alike(self) -> bool:
        """Whether both plainly ask for the same type before others."""
        asked, own = self.asked.intent, self.own.intent
        return asked.said and own.said and asked.types[0] == own.types[0]

    def _typed_as(self) -> float:
        """What remains by the types that are asked for and those that it has."""
        types, own, intent = self.asked.types, self.own.intent, self.asked.intent
        if not types or not self._types:
            return _NO_TYPE if self.asked.kinds.isdisjoint(self.own.kinds) else 1.0
        if set(self._types).isdisjoint(types):
            titled = all(value == _ASKED for part, value in self._parts if part.weight == 1)
            plain = intent.said or not (self._aspects or titled)
            return _OTHER_TYPE if plain else _OTHER_HINT if intent.types else _NO_TYPE
        if self._by_text and not (intent.said and types[0] in self._types):
            return _SECOND_TYPE if intent.said or types[0] in self._types else _SECOND_TYPE**2
        if not own.said:
            return _NO_TYPE
        # "When does it work" and "how long does it last" are both asked of the effectiveness.
        return 1.0 if own.types == types else _OTHER_QUESTION

    def _kind(self) -> float:
        """What remains by the kind of thing that is asked for, and what it tells."""
        asked, own = self.asked.kinds, self.own.kinds
        if self.candidate.language != ENGLISH or not asked:
            return 1.0
        remaining = _OTHER_KIND if own and own.isdisjoint(asked) else 1.0
        timed = not asked.isdisjoint({"time", "duration"})
        if timed or "number" in asked:
            told = _time if timed else _number
            if not told.search(self.candidate.text):
                remaining *= _NO_NUMBER
            if not own and ("number" in asked or not self._heading_covers_all()):
                remaining *= _OTHER_NUMBER
        return remaining

    @property
    def _aspects(self) -> list[float | None]:
        """How well that is covered which is asked of the subject."""
        return [value for part, value in self._parts if part.weight == 1 and not part.clause.topics]

    def _heading_covers_all(self) -> bool:
        """Whether all that is asked of the subject is said in the question or the heading."""
        return bool(self._aspects) and all(value == _ASKED for value in self._aspects)

    def _ranked(self) -> float:
        """What remains by how good a hit it is."""
        share = min(1.0, self.candidate.share / _GOOD_HIT)
        return _HARDLY_A_HIT + (1 - _HARDLY_A_HIT) * share

    def _introduced(self) -> float:
        """What remains for the text of an introduction, which touches on many things."""
        return _INTRODUCTION if self._by_text and not self.candidate.said else 1.0

    def _corrected(self) -> float:
        """What remains by the words that were put right."""
        corrected = self.asked.corrected
        several = _OFTEN_CORRECTED if corrected > 1 else 1.0
        return float(_CORRECTED**corrected) * several
