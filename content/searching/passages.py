"""The passages of a text that show why it was found, as safe HTML."""

import html
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Final, NamedTuple, TypeAlias

from content.searching.languages import ENGLISH
from content.searching.questions import Terms
from content.searching.sentences import Span
from content.searching.words import Word, words

MAX_PASSAGES = 3
MAX_PASSAGE = 300
"""Characters of one passage; longer sentences are cut at a space, and say so with an ellipsis."""

MAX_SEARCHED = 20_000
"""Characters of a text in which marks are: it bounds the time that a page of hits takes.

Indexes keep where words stand up to here: who changes it raises the version of the index.
"""

_LEAD = 100
# Characters shown before the first match of a sentence that has to be cut.

_TOKENS_KEPT: Final = 8_192
# Pieces of text whose words are remembered: writers use few different ones, again and again.

_QUERIES_KEPT: Final = 16
_MOST_PASSED: Final = 8_192
# Pieces of text that are remembered for a query because nothing was found in them.

_wordless = re.compile(r"[\W_]*")

_AROUND: Final = ',;!?()[]{}"“”/|—…•·£€©®™°×'
_spaced = str.maketrans({**dict.fromkeys(_AROUND, " "), "’": "'", "‘": "'", "–": "-"})
# Signs that stand around words; each becomes one character, so that places remain what they are.


class Mark(NamedTuple):
    """A matched stretch of a text, and what matched there."""

    start: int
    end: int
    terms: Terms


Spots: TypeAlias = Mapping[str, Mapping[int, Span]]
"""Where terms stand in a text: of each the places in counted words, and what is written there.

A compound stands at the places of its first and last part, and is all of it written at both.
"""


class _Place(NamedTuple):
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Sought:
    """What is looked for, by the first term of each; `wanted` are all terms.

    English words that mean the same begin with the same letter, whatever ending they have:
    `initials` are those of the terms. `passed` are pieces of text in which nothing was found.
    """

    runs: dict[str, list[Terms]]
    wanted: frozenset[str]
    initials: frozenset[str]
    language: str
    passed: set[str]


class _Candidate(NamedTuple):
    """A sentence, and the marks in it."""

    start: int
    end: int
    marks: list[Mark]

    @property
    def rank(self) -> tuple[int, int, int]:
        """Sentences with more different matches first, then with more, then the earlier ones."""
        return -len({mark.terms for mark in self.marks}), -len(self.marks), self.start


def marks_in(text: str, sought: Sequence[Terms], language: str = ENGLISH) -> list[Mark]:
    """Where sought terms stand in the first `MAX_SEARCHED` characters of a text, in order.

    None of the marks overlaps another.
    """
    return _marks(text[:MAX_SEARCHED], _prepared(tuple(sought), language))


def marks_at(spots: Spots, sought: Sequence[Terms]) -> list[Mark]:
    """The same of a text of which it is known where the terms stand."""
    found = (_in_a_row(spots, terms) for terms in sought if terms[0] in spots)
    return _without_overlaps(mark for marks in found for mark in marks)


def marked(text: str, marks: Sequence[Mark]) -> str | None:
    """The whole text, escaped, with the marks in `<mark>`; None when there are none."""
    return _render(text, 0, len(text), marks) if marks else None


def passages(text: str, marks: Sequence[Mark], sentences: Sequence[Span]) -> list[str]:
    """At most three sentences of a text in which most of the marks are, in their order.

    A question stands together with the beginning of its answer.
    """
    best = sorted(_candidates(marks, sentences), key=lambda each: each.rank)[:MAX_PASSAGES]
    return [_passage(text, each) for each in sorted(best)]


@lru_cache(maxsize=_QUERIES_KEPT)
def _prepared(sought: tuple[Terms, ...], language: str) -> _Sought:
    runs: defaultdict[str, list[Terms]] = defaultdict(list)
    for terms in sought:
        runs[terms[0]].append(terms)
    wanted = frozenset(term for terms in sought for term in terms)
    initials = {letter for term in wanted for letter in (term[:1], term[:1].upper())}
    return _Sought(dict(runs), wanted, frozenset(initials), language, set())


def _marks(text: str, sought: _Sought) -> list[Mark]:
    """Where the sought terms stand; none of the marks overlaps another."""
    plain = text.translate(_spaced)
    if sought.language == ENGLISH and plain.isascii():
        found = _places_in_english(plain, sought)
        marks = (
            mark
            for first in found
            for terms in sought.runs.get(first, ())
            for mark in _next_to_each_other(text, terms, found)
        )
    else:
        standing = _standing(text, sought)
        marks = (
            mark
            for first in standing
            for terms in sought.runs.get(first, ())
            for mark in _counted_one_by_one(terms, standing)
        )
    return _without_overlaps(marks)


def _places_in_english(plain: str, sought: _Sought) -> dict[str, list[_Place]]:
    """The places of each sought term in a text without accents, in order.

    What stands between spaces is looked at once, however often it occurs.
    """
    initials, wanted, passed = sought.initials, sought.wanted, sought.passed
    found: defaultdict[str, list[_Place]] = defaultdict(list)
    for token in set(plain.split()) - passed:
        if token[0] in initials or not token.isalpha():
            within = [word for word in _words(token) if word.term in wanted]
            for start in _occurrences(plain, token) if within else ():
                for word in within:
                    found[word.term].append(_Place(start + word.start, start + word.end))
            if within:
                continue
        if len(passed) < _MOST_PASSED:
            passed.add(token)
    for places in found.values():
        places.sort()
    return found


@lru_cache(maxsize=_TOKENS_KEPT)
def _words(token: str) -> tuple[Word, ...]:
    return tuple(words(token))


def _occurrences(plain: str, token: str) -> Iterator[int]:
    """Where a token stands between spaces."""
    start = plain.find(token)
    while start >= 0:
        end = start + len(token)
        if plain[max(0, start - 1) : start].strip() == plain[end : end + 1].strip() == "":
            yield start
        start = plain.find(token, end)


def _next_to_each_other(text: str, terms: Terms, found: dict[str, list[_Place]]) -> Iterator[Mark]:
    """Where all the terms stand in their order, with nothing but signs and spaces between."""
    if len(terms) == 1:
        yield from (Mark(start, end, terms) for start, end in found[terms[0]])
        return
    for start, end in found[terms[0]]:
        reached = end
        for term in terms[1:]:
            places = found.get(term, ())
            place = bisect_left(places, (reached, reached))
            if place == len(places) or not _wordless.fullmatch(text, reached, places[place].start):
                break
            reached = places[place].end
        else:
            yield Mark(start, reached, terms)


def _standing(text: str, sought: _Sought) -> dict[str, list[Word]]:
    found: defaultdict[str, list[Word]] = defaultdict(list)
    for word in words(text, sought.wanted, language=sought.language):
        found[word.term].append(word)
    return found


def _counted_one_by_one(terms: Terms, found: dict[str, list[Word]]) -> Iterator[Mark]:
    if not all(term in found for term in terms):
        return
    following = [{word.first: word for word in found[term]} for term in terms[1:]]
    for first in found[terms[0]]:
        last: Word | None = first
        for words_at in following:
            last = words_at.get(last.last + 1) if last else None
        if last:
            yield Mark(first.start, last.end, terms)


def _in_a_row(spots: Spots, terms: Terms) -> list[Mark]:
    """Where the terms stand at places that follow each other."""
    if len(terms) == 1:
        return [Mark(start, end, terms) for start, end in spots[terms[0]].values()]
    rows = [spots.get(term, {}) for term in terms]
    return [
        Mark(start, rows[-1][place + len(rows) - 1][1], terms)
        for place, (start, _) in rows[0].items()
        if all(place + beyond in row for beyond, row in enumerate(rows))
    ]


def _without_overlaps(marks: Iterable[Mark]) -> list[Mark]:
    kept: list[Mark] = []
    start = end = 0
    for mark in sorted(marks, key=itemgetter(0)):
        if mark.start >= end:
            kept.append(mark)
            start, end, _ = mark
        elif mark.start == start and mark.end > end:
            kept[-1] = mark
            end = mark.end
    return kept


def _candidates(marks: Sequence[Mark], spans: Sequence[Span]) -> Iterator[_Candidate]:
    """The sentences that have marks."""
    ends = [end for _, end in spans]
    place = 0
    while place < len(marks):
        # What stands between two sentences leads the second, as the number of a list item does.
        number = bisect_right(ends, marks[place].start)
        start, end = spans[number] if number < len(spans) else marks[place][:2]
        inside = []
        while place < len(marks) and marks[place].start < end:
            inside.append(marks[place])
            # A match may reach over a border: the sentence then does so too.
            end = max(end, marks[place].end)
            place += 1
        yield _Candidate(min(start, inside[0].start), end, inside)


def _passage(text: str, sentence: _Candidate) -> str:
    start, end = sentence.start, sentence.end
    if end - start > MAX_PASSAGE:
        start = _after_space(text, start, max(start, _thickest(sentence.marks) - _LEAD))
        end = _before_space(text, start + MAX_PASSAGE, end)
    inside = [mark for mark in sentence.marks if mark.start >= start and mark.end <= end]
    before = "…" if start > sentence.start else ""
    after = "…" if end < sentence.end else ""
    return f"{before}{_render(text, start, end, inside)}{after}"


def _thickest(marks: Sequence[Mark]) -> int:
    """The first of those marks that stand near each other and are of the most different terms."""

    def near(first: Mark) -> int:
        reach = first.start + MAX_PASSAGE - 2 * _LEAD
        behind = marks[bisect_left(marks, first) : bisect_left(marks, (reach,))]
        return len({mark.terms for mark in behind[:_LEAD]})

    return max(marks, key=lambda mark: (near(mark), -mark.start)).start


def _after_space(text: str, first: int, wanted: int) -> int:
    if wanted == first:
        return first
    space = text.find(" ", wanted, wanted + _LEAD)
    return wanted if space < 0 else space + 1


def _before_space(text: str, wanted: int, last: int) -> int:
    if wanted >= last:
        return last
    space = text.rfind(" ", wanted - _LEAD, wanted)
    return wanted if space < 0 else space


def _render(text: str, start: int, end: int, marks: Iterable[Mark]) -> str:
    parts = []
    for mark in marks:
        parts.append(html.escape(text[start : mark.start]))
        parts.append(f"<mark>{html.escape(text[mark.start : mark.end])}</mark>")
        start = mark.end
    parts.append(html.escape(text[start:end]))
    return "".join(parts)
