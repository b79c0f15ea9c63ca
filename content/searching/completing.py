"""Completing what someone is typing: to topics, questions, headings and titles.

Every typed word must be the beginning of a word of what is offered, in any order. What an answer
says depends on live sections alone: not on deleted ones, nor on how they are parted into segments.
"""

import html
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from content.searching import Completion
from content.searching.completion_tables import (
    KINDS,
    CompletionSegment,
    Counts,
    Entries,
    Live,
    Places,
    folded,
    name_arrays,
)
from content.searching.spelling import edits_of
from content.searching.vocabulary import NamedTopic, Vocabulary
from content.searching.words import fold, words

MAX_CHARACTERS: Final = 100
"""Characters of a text that are looked at."""

MAX_LIMIT: Final = 20
"""Completions of one answer."""

_MOST_WORDS: Final = 12
_MOST_CORRECTED: Final = 4
# Typed words that are looked for, and those of them that are taken for misspelt at a time.

_ENOUGH: Final = 3
# With fewer completions, misspelt words are put right.

_MOST_NEAR: Final = 100
# Beginnings that a misspelt one may stand for.

_TIMES: Final = 8
# So many times as many are ranked as are asked for: a topic may be found by several of its names.

_MOST_LOCALES: Final = 8
# A locale is counted in milliseconds; some hundred kilobytes for each are kept.

_MOST_SECTIONS: Final = (1 << 23) - 1
_MOST_BYTES: Final = (1 << 15) - 1


@dataclass(frozen=True, slots=True)
class Part:
    """A segment of an index: which of its documents are live, and the number of its first one."""

    segment: CompletionSegment
    alive: Live
    first: int


class TopicNames:
    """The topics of a vocabulary by all of their names."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.topics = vocabulary.topics()
        self.entries = Entries(name_arrays(topic.names for topic in self.topics))
        self._labels: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for topic in self.topics:
            if topic.label:
                self._labels[topic.ref][topic.locale] = topic.label

    def label(self, topic: NamedTopic, locale: str | None) -> str | None:
        """What the topic is called in the locale, or else where it was found, or else anywhere.

        None when it has no name that may be shown.
        """
        labels = self._labels[topic.ref]
        own = labels.get(locale or topic.locale) or labels.get(topic.locale)
        return own or next(iter(labels.values()), None)


@lru_cache(maxsize=4)
def topic_names(vocabulary: Vocabulary) -> TopicNames:
    """The topics of a vocabulary by their names, made once."""
    return TopicNames(vocabulary)


class Completions:
    """The completions of one state of an index; any number of threads may ask.

    `section_id` gives the section that a document stands for, by its number in the whole index.
    """

    def __init__(self, parts: Sequence[Part], section_id: Callable[[int], str]) -> None:
        self._parts = parts
        self._section_id = section_id
        self._counts: dict[str | None, _Counted] = {}

    def complete(
        self, text: str, vocabulary: Vocabulary, locale: str | None, limit: int
    ) -> list[Completion]:
        """At most `limit` completions, the best first; the most frequent topics for no words.

        Before others comes what starts with the text as typed, then what has more of its words
        at the beginning; then by kind, by the number of sections, and what is shorter. When
        fewer than three come, words of four letters and more that hardly anything begins with
        are taken for misspelt: by one edit, and from eight letters on by two.
        """
        counted = self._counted(locale)
        names = topic_names(vocabulary)
        asked = _Asked(self._parts, self._section_id, names, locale, counted, min(limit, MAX_LIMIT))
        typed = folded(text[:MAX_CHARACTERS])[:_MOST_WORDS]
        if typed:
            asked.complete(typed)
        else:
            asked.offer_frequent()
        return asked.offered

    def _counted(self, locale: str | None) -> "_Counted":
        known = self._counts.get(locale)
        if known is None:
            if len(self._counts) >= _MOST_LOCALES:
                self._counts = {}
            known = self._counts[locale] = _counted(self._parts, locale)
        return known


def marked(text: str, typed: str) -> str | None:
    """The text as safe HTML with the typed beginnings of words in `<mark>`; None without any."""
    beginnings = folded(typed[:MAX_CHARACTERS])[:_MOST_WORDS]
    pieces, end = [], 0
    for word in words(text):
        written = text[word.start : word.end]
        size = _begun(written, beginnings) if word.first == word.last else 0
        if size and word.start >= end:
            mark = html.escape(written[:size])
            pieces += [html.escape(text[end : word.start]), f"<mark>{mark}</mark>"]
            end = word.start + size
    return "".join([*pieces, html.escape(text[end:])]) if pieces else None


@dataclass(frozen=True, slots=True)
class _Counted:
    """What is live in a locale: documents, and sections of entries in each segment and in all."""

    live: list[Live]
    own: list[Counts]
    totals: list[Counts]
    topics: dict[str, int]


class _Candidate(NamedTuple):
    """An entry of a table in the order of its rank: the best has the least."""

    rank: int
    key: str
    table: int
    entry: int


@dataclass(slots=True)
class _Asked:
    """One text that is completed, and what is offered for it; what says the same only once."""

    parts: Sequence[Part]
    section_id: Callable[[int], str]
    names: TopicNames
    locale: str | None
    counted: _Counted
    limit: int
    offered: list[Completion] = field(default_factory=list)
    said: set[str] = field(default_factory=set)

    def complete(self, typed: Sequence[str]) -> None:
        self._offer([[word] for word in typed], " ".join(typed))
        if len(self.offered) >= min(_ENOUGH, self.limit):
            return
        doubtful = [word for word in dict.fromkeys(typed) if self._is_doubtful(word)]
        for edits in (1, 2):
            wrong = [word for word in doubtful if edits_of(word) >= edits][:_MOST_CORRECTED]
            near = {word: self._near(word, edits) for word in wrong}
            if any(near.values()) and len(self.offered) < min(_ENOUGH, self.limit):
                self._offer([[word, *near.get(word, ())] for word in typed], None)

    def offer_frequent(self) -> None:
        """The topics that most sections stand under."""
        counts = self.counted.topics
        labels: dict[str, str] = {}
        for topic in self.names.topics:
            label = self.names.label(topic, self.locale)
            if topic.ref in counts and label:
                labels.setdefault(topic.ref, label)
        for ref in sorted(labels, key=lambda ref: (-counts[ref], labels[ref], ref)):
            self._add(Completion(labels[ref], "topic", ref, counts[ref]))

    def _offer(self, beginnings: Sequence[Sequence[str]], start: str | None) -> None:
        """Offer what has a word with each of the beginnings, first what starts with `start`."""
        candidates = sorted(
            _Candidate(-rank, entries.keys[entry], number, entry)
            for number, (entries, totals) in enumerate(self._tables())
            for rank, entry in _ranked(entries, totals, beginnings, start, _TIMES * self.limit)
        )
        for each in candidates:
            if len(self.offered) >= self.limit:
                return
            if each.table == 0:
                self._add_topics(each.entry)
            elif each.key not in self.said:
                self._add(self._of_sections(each.table - 1, each.entry))

    def _tables(self) -> Iterator[tuple[Entries, Counts]]:
        """The names of topics, and then each segment, with the sections of each entry."""
        topics = (self.counted.topics.get(topic.ref, 0) for topic in self.names.topics)
        weights = np.fromiter(topics, np.int32, len(self.names.topics))
        yield self.names.entries, self.names.entries.counts(weights)
        for part, totals in zip(self.parts, self.counted.totals, strict=True):
            yield part.segment, totals

    def _add(self, completion: Completion) -> None:
        key = " ".join(folded(completion.text)) or completion.text
        if len(self.offered) < self.limit and key not in self.said:
            self.said.add(key)
            self.offered.append(completion)

    def _add_topics(self, entry: int) -> None:
        for number in self.names.entries.documents(entry):
            topic = self.names.topics[number]
            count = self.counted.topics.get(topic.ref)
            label = self.names.label(topic, self.locale)
            if count and label:
                self._add(Completion(label, "topic", topic.ref, count))

    def _of_sections(self, place: int, entry: int) -> Completion:
        """An entry of a segment with the first of its live sections, as that one spells it."""
        segment = self.parts[place].segment
        counted = self.counted
        found: list[tuple[str, str]] = []
        for part, live, own in zip(self.parts, counted.live, counted.own, strict=True):
            there = part.segment.entry_of(segment.hashes[entry])
            if there is not None and own[there]:
                document, spelling = part.segment.first(there, live)
                found.append((self.section_id(part.first + document), spelling))
        section_id, text = min(found)
        total = int(counted.totals[place][entry])
        return Completion(text, KINDS[segment.kinds[entry]], section_id, total)

    def _is_doubtful(self, word: str) -> bool:
        """Whether hardly anything live has a word that begins so, and it may be misspelt."""
        if not edits_of(word):
            return False
        having = (
            np.count_nonzero(totals[entries.having([[word]])[0]])
            for entries, totals in self._tables()
        )
        return int(sum(having)) < _ENOUGH

    def _near(self, word: str, edits: int) -> list[str]:
        """What so many edits make of a beginning so that words begin with it.

        Words that begin with its first letter are looked at; for a single edit also those that
        begin with its second, as the first may be one too many or swapped.
        """
        tables = [self.names.entries, *(part.segment for part in self.parts)]
        letters = set(word[: 2 if edits == 1 else 1])
        near = _near(
            {each for letter in letters for at in tables for each in at.words(letter)}, word, edits
        )
        shortest: list[str] = []
        for each in sorted(near):
            # What begins with another one is found by that one.
            if not shortest or not each.startswith(shortest[-1]):
                shortest.append(each)
        return shortest


def _near(words: Set[str], beginning: str, edits: int) -> list[str]:
    found: dict[str, float] = {}
    cut = words
    for size in range(len(beginning) + edits, len(beginning) - edits - 1, -1):
        cut = {word[:size] for word in cut}
        near = process.extract(beginning, cut, scorer=OSA.distance, score_cutoff=edits, limit=None)
        found.update((each, distance) for each, distance, _ in near)
    # What merely leaves letters off says nothing of what was meant by them.
    others = [each for each in found if not beginning.startswith(each)]
    return sorted(others, key=lambda each: (found[each], each))[:_MOST_NEAR]


def _counted(parts: Sequence[Part], locale: str | None) -> _Counted:
    segments = [part.segment for part in parts]
    live = [part.segment.live(part.alive, locale) for part in parts]
    own = [segment.counts(here) for segment, here in zip(segments, live, strict=True)]
    totals = [each.copy() for each in own]
    for first, second in combinations(range(len(parts)), 2):
        here, there = segments[first].shared(segments[second])
        totals[first][here] += own[second][there]
        totals[second][there] += own[first][here]
    topics: dict[str, int] = {}
    for segment, here_live in zip(segments, live, strict=True):
        for ref, count in segment.topics(here_live).items():
            topics[ref] = topics.get(ref, 0) + count
    return _Counted(live, own, totals, {ref: count for ref, count in topics.items() if count})


def _ranked(
    entries: Entries,
    totals: Counts,
    beginnings: Sequence[Sequence[str]],
    start: str | None,
    most: int,
) -> Iterator[tuple[int, int]]:
    """The best live entries, each with its rank; of equals those first in the alphabet."""
    places, leading = entries.having(beginnings)
    places = places[totals[places] > 0]
    rank = leading[places].astype(np.int64) << 44
    if start is not None:
        first, end = entries.keys.beginning(start)
        rank += ((places >= first) & (places < end)).astype(np.int64) << 50
    rank += (len(KINDS) - entries.kinds[places].astype(np.int64)) << 40
    rank += np.minimum(totals[places], _MOST_SECTIONS).astype(np.int64) << 16
    rank -= np.minimum(entries.keys.sizes(places), _MOST_BYTES)
    for place in _highest(rank, most).tolist():
        yield int(rank[place]), int(places[place])


def _highest(rank: NDArray[np.int64], most: int) -> Places:
    if len(rank) <= most:
        return np.arange(len(rank))
    least = np.partition(rank, -most)[-most]
    above = np.flatnonzero(rank > least)
    return np.concatenate([above, np.flatnonzero(rank == least)[: most - len(above)]])


def _begun(written: str, beginnings: Sequence[str]) -> int:
    """How many characters of a word the longest of the beginnings that it has takes up."""
    whole = fold(written)
    longest = max((len(each) for each in beginnings if whole.startswith(each)), default=0)
    if not longest:
        return 0
    sizes = range(1, len(written))
    return next((size for size in sizes if len(fold(written[:size])) >= longest), len(written))
