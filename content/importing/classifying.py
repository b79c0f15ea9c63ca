"""Heading and body → section type, with confidence, runner-up and evidence in words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from content.importing.body_phrases import BODY_PHRASES
from content.importing.heading_phrases import HEADING_PHRASES
from content.importing.phrases import DEFINITION, HOW_OR_WHY, Phrase
from content.importing.wording import unnumbered
from content.sections import FAQ, OTHER, SECTION_TYPES

LONGEST_READ: Final = 6_000
"""Characters of a body that are read; what a section is about shows before that."""

_LEAST_SCORE: Final = 1.5
_BODY_CAP: Final = 5.0
_STRAIGHT: Final = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "\u00a0": " ", "‑": "-"})


@dataclass(frozen=True, slots=True)
class Context:
    """Where a section stands: `lead` before the first heading, `last` at the article's end.

    `parent` is the heading above it, `allow_faq` False for what is a question itself.
    """

    lead: bool = False
    first: bool = False
    last: bool = False
    parent: str | None = None
    allow_faq: bool = True


@dataclass(frozen=True, slots=True)
class Classification:
    """A section type, how sure it is from 0 to 1, the next best type, and why."""

    type: str
    confidence: float
    runner_up: str | None
    evidence: list[str]


@dataclass(slots=True)
class _Scores:
    """Points and reasons for each type."""

    points: dict[str, float] = field(default_factory=dict)
    reasons: dict[str, list[str]] = field(default_factory=dict)

    def add(self, key: str, points: float, reason: str) -> None:
        self.points[key] = self.points.get(key, 0.0) + points
        self.reasons.setdefault(key, []).append(reason)

    def ranked(self) -> list[tuple[str, float]]:
        """Types by points, the usual order of sections deciding between equals."""
        return sorted(
            self.points.items(), key=lambda pair: (-pair[1], SECTION_TYPES[pair[0]].order)
        )


def classify(heading: str | None, body: str, context: Context | None = None) -> Classification:
    """The type of a section with this heading and this plain text under it.

    `other` with little confidence when nothing is recognised.
    """
    context = context or Context()
    scores = _Scores()
    if heading:
        _read_heading(scores, _simple(unnumbered(heading)), context)
    simple = _simple(body[:LONGEST_READ])
    _read_body(scores, simple, headed=bool(scores.points))
    _consider_definition(scores, _simple(heading or ""), simple[:300])
    _consider_place(scores, heading, body, context)
    return _decided(scores)


def _simple(text: str) -> str:
    return text.translate(_STRAIGHT).lower().strip()


def _read_heading(scores: _Scores, heading: str, context: Context) -> None:
    for key, (points, words) in _best_hits(HEADING_PHRASES, heading, context).items():
        scores.add(key, points, f'the heading says "{words}"')
    if context.parent and not scores.points:
        for key, (points, words) in _best_hits(
            HEADING_PHRASES, _simple(context.parent), context
        ).items():
            scores.add(key, points * 0.5, f'the heading above says "{words}"')


def _best_hits(
    phrases: Sequence[Phrase], text: str, context: Context
) -> dict[str, tuple[float, str]]:
    """Per type the loudest phrase and its words; further phrases of the type add a little."""
    hits: dict[str, tuple[float, str]] = {}
    for phrase in phrases:
        match = phrase.pattern.search(text)
        if not match or (phrase.type == FAQ and not context.allow_faq):
            continue
        words = _said(match)
        # What a heading begins with weighs a little more than what follows.
        points = phrase.weight + (0.4 if match.start() == 0 else 0.0)
        loudest, said = hits.get(phrase.type, (0.0, words))
        said = words if points > loudest else said
        hits[phrase.type] = max(points, loudest) + 0.15 * min(points, loudest), said
    return hits


def _read_body(scores: _Scores, body: str, *, headed: bool) -> None:
    """Add the cues of the body: each counts less the longer the text, and together so much."""
    length = max(1.0, (len(body) / 700) ** 0.5)
    found: dict[str, list[tuple[float, str]]] = {}
    for key, points, words in _cues(body):
        found.setdefault(key, []).append((points, words))
    for key, cues in found.items():
        points = min(sum(points for points, _ in cues) / length, _BODY_CAP)
        loudest = max(cues)[1]
        scores.add(key, points if not headed else points * 0.6, f'the text says "{loudest}"')


def _cues(body: str) -> Iterator[tuple[str, float, str]]:
    """Type, points and words; a second occurrence counts half, more count nothing."""
    for phrase in BODY_PHRASES:
        for number, match in enumerate(phrase.pattern.finditer(body)):
            if number == 2:
                break
            yield phrase.type, phrase.weight / (number + 1), _said(match)


def _said(match: re.Match[str]) -> str:
    """The words that matched, the last of them whole."""
    end = match.end()
    while end < len(match.string) and match.string[end].isalpha():
        end += 1
    return match.string[match.start() : end].strip(" :,.")


def _consider_definition(scores: _Scores, heading: str, body: str) -> None:
    """A definition comes first in an overview, unless the heading asks how or why."""
    if DEFINITION.match(body) and not HOW_OR_WHY.search(heading):
        scores.add("overview", 2.0, "the text begins with a definition")


def _consider_place(scores: _Scores, heading: str | None, body: str, context: Context) -> None:
    """What the place in the article says: beginnings introduce, ends sum up."""
    if context.first and (context.lead or not heading):
        scores.add("overview", 2.2, "the article begins with it")
    elif context.last and not heading and body:
        scores.add("summary", 0.8, "the article ends with it")


def _decided(scores: _Scores) -> Classification:
    ranked = scores.ranked()
    if not ranked or ranked[0][1] < _LEAST_SCORE:
        runner_up = ranked[0][0] if ranked else None
        return Classification(OTHER, 0.1, runner_up, ["nothing in it names a kind of section"])
    (best, points), *rest = ranked
    second, behind = rest[0] if rest else (None, 0.0)
    confidence = min(0.97, points / (points + behind + 1.0))
    return Classification(best, round(confidence, 2), second, scores.reasons[best])
