"""The sections of an article → their types, with confidence, runner-up and evidence in words.

A linear model (see `type_model`) weighs the words of heading and body and the place; then the
types of the neighbours correct it. Phrases that a site gives its own headings come first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from content.importing.explaining import explain
from content.importing.features import (
    Place,
    SectionFeatures,
    heading_features,
    heading_words,
    section_features,
)
from content.importing.phrases import FAQ_HEADING
from content.importing.type_model import Numbers, TypeModel, load
from content.importing.wording import folded, is_question
from content.sections import FAQ, OTHER

_SITE_CONFIDENCE: Final = 0.97
_NAMED: Final = 0.6
_ABOVE: Final = np.float32(0.35)
"""What the heading above a section's own says, against what its own does."""

_PULL: Final = 0.5
_NOTHING: Final = "nothing in it names a kind of section"


@dataclass(frozen=True, slots=True)
class Passage:
    """What a type is found for: a heading (None without), plain text under it, and its parent."""

    heading: str | None
    body: str
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Classification:
    """A section type, how sure it is from 0 to 1, the next best type, and why."""

    type: str
    confidence: float
    runner_up: str | None
    evidence: list[str]


UNREAD: Final = Classification(OTHER, 0.1, None, ["nothing was read of it"])


@dataclass(frozen=True, slots=True)
class SitePhrases:
    """What a site's own headings say: words, folded, and the type that they stand for."""

    types: Mapping[str, str] = field(default_factory=dict)

    def found_in(self, heading: str) -> str | None:
        """The longest phrase that stands in the heading as whole words."""
        if not self.types:
            return None
        words = f" {folded(heading)} "
        return max((each for each in self.types if f" {each} " in words), key=len, default=None)

    def type_of(self, heading: str) -> str | None:
        """The type that the site's phrases give this heading, if any."""
        phrase = self.found_in(heading)
        return self.types[phrase] if phrase else None


NO_PHRASES: Final = SitePhrases()


def classify(
    passages: Sequence[Passage],
    title: str | None = None,
    phrases: SitePhrases = NO_PHRASES,
    *,
    faq: bool = True,
) -> list[Classification]:
    """The types of the sections of one article, in its order.

    The same sections give the same answer. Without `faq` no section is one: what is asked for
    is the topic of questions.
    """
    if not passages:
        return []
    reader = _read(passages, title, faq=faq)
    return [reader.decided(number, phrases) for number in range(len(passages))]


def likeliest(passages: Sequence[Passage], title: str | None = None) -> list[tuple[str, float]]:
    """Type and confidence alone, never `faq`: quicker than `classify`, which also tells why."""
    if not passages:
        return []
    reader = _read(passages, title, faq=False)
    return [reader.likeliest(number) for number in range(len(passages))]


def _read(passages: Sequence[Passage], title: str | None, *, faq: bool) -> "_Reader":
    model = load()
    places = places_of(passages, title)
    features = [
        section_features(passage.heading or "", passage.body, place)
        for passage, place in zip(passages, places, strict=True)
    ]
    rows = [[model.rows(block) for block in each.blocks] for each in features]
    above = model.scores([[model.rows(each.parent)] for each in features]) - model.intercept
    scores = model.with_neighbours(model.scores(rows) + _ABOVE * above)
    if not faq:
        scores[:, model.types.index(FAQ)] = -np.inf
    return _Reader(model, passages, places, features, rows, model.probabilities(scores), faq)


def names_a_type(heading: str) -> bool:
    """Whether the words of a heading alone say what kind of section it opens."""
    model = load()
    features = heading_features(heading_words(heading).read)
    if not features:
        return False
    scores = model.scores([[model.rows(features)]])
    return bool(model.probabilities(scores).max() >= _NAMED)


def places_of(passages: Sequence[Passage], title: str | None) -> list[Place]:
    """Where each section of an article stands."""
    asked = _runs([is_question(passage.heading or "") for passage in passages])
    in_faq = announces = title is not None and is_announcement(title)
    places = []
    for number, passage in enumerate(passages):
        if passage.heading:
            in_faq = is_announcement(passage.heading) or (
                in_faq and (announces or asked[number] > 0)
            )
        place = Place(
            first=number == 0,
            last=number == len(passages) - 1,
            parent=passage.parent,
            title=title,
            asked_around=asked[number],
            in_faq=in_faq,
        )
        places.append(place)
    return places


def _is_question_block(passage: Passage, place: Place) -> bool:
    """Whether the section is an announcement of questions alone, or a question behind one.

    FAQ is structure: a marked block of questions and answers, whatever they are about.
    """
    heading = passage.heading or ""
    alone = is_announcement(heading) and not passage.body
    return alone or (place.in_faq and is_question(heading))


def is_announcement(heading: str) -> bool:
    """Whether a heading announces questions and answers."""
    return FAQ_HEADING.search(heading.lower()) is not None


def _runs(flags: Sequence[bool]) -> list[int]:
    """For each true flag how many stand in a row around it, 0 for each false one."""
    lengths = [0] * len(flags)
    for number, flag in enumerate(flags):
        lengths[number] = (lengths[number - 1] if number else 0) + 1 if flag else 0
    for number in range(len(flags) - 2, -1, -1):
        if lengths[number] and lengths[number + 1]:
            lengths[number] = lengths[number + 1]
    return lengths


@dataclass(frozen=True, slots=True)
class _Reader:
    """Puts what the model says of an article into words."""

    model: TypeModel
    passages: Sequence[Passage]
    places: Sequence[Place]
    features: Sequence[SectionFeatures]
    rows: Sequence[Sequence[list[int]]]
    shares: Numbers
    faq: bool

    def likeliest(self, number: int) -> tuple[str, float]:
        """The type of one section, and how sure it is."""
        if self._says_nothing(number):
            return OTHER, 0.1
        best = int(self.shares[number].argmax())
        return self.model.types[best], float(self.shares[number, best])

    def decided(self, number: int, phrases: SitePhrases) -> Classification:
        """The type of one section."""
        order = np.argsort(-self.shares[number], kind="stable")
        best, second = int(order[0]), int(order[1])
        passage = self.passages[number]
        phrase = phrases.found_in(passage.heading) if passage.heading else None
        if phrase:
            return self._by_phrase(phrase, phrases.types[phrase], best, second)
        if self.faq and _is_question_block(passage, self.places[number]):
            return self._by_structure(best, second)
        if self._says_nothing(number):
            return Classification(OTHER, 0.1, self.model.types[best], [_NOTHING])
        return Classification(
            self.model.types[best],
            round(float(self.shares[number, best]), 2),
            self.model.types[second],
            self._evidence(number, best, second),
        )

    def _says_nothing(self, number: int) -> bool:
        """Whether no word of heading and body was ever seen; how many they are does not count."""
        heading, body = self.rows[number][:2]
        return not body and len(heading) <= 1

    def _by_structure(self, best: int, second: int) -> Classification:
        types = self.model.types
        topic = types[best] if types[best] != FAQ else types[second]
        return Classification(FAQ, 0.9, topic, ["it stands in a block announced as questions"])

    def _by_phrase(self, phrase: str, kind: str, best: int, second: int) -> Classification:
        types = self.model.types
        runner_up = types[best] if types[best] != kind else types[second]
        evidence = [f'this site\'s headings with "{phrase}" are of this type']
        return Classification(kind, _SITE_CONFIDENCE, runner_up, evidence)

    def _evidence(self, number: int, best: int, second: int) -> list[str]:
        found = explain(self.model, self.features[number], self.rows[number], (best, second))
        return found + self._neighbours(number, best)

    def _neighbours(self, number: int, best: int) -> list[str]:
        """Whether the section before made this type likelier."""
        if number == 0:
            return []
        before = int(self.shares[number - 1].argmax())
        pull = self.model.context[before]
        if pull[best] - pull.mean() < _PULL:
            return []
        return [f"it follows a section of the type {self.model.types[before]}"]
