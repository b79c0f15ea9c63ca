"""Texts that a typed beginning can be completed to, as arrays of one segment.

Entries are texts of one kind that are equal when folded, with the documents that have them. Each
word of an entry leads to it: the words stand in their order, so that those with the same
beginning are one slice, and so are the entries that begin alike.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Final
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from content.searching import CompletionKind
from content.searching.arrays import Arrays, narrowed
from content.searching.documents import SectionDocument
from content.searching.ordered_strings import OrderedStrings
from content.searching.strings import Strings, string_arrays
from content.searching.words import fold, words

KINDS: Final[tuple[CompletionKind, ...]] = ("topic", "question", "heading", "title")
"""What comes first among equals: the surest to lead to something useful."""

MOST_WORDS: Final = 24
"""Words of an entry by which it is found."""

_hyphens: Final = str.maketrans("", "", "-‐‑")

Places = NDArray[np.int64]
Live = NDArray[np.bool_]
Shared = tuple[Places, Places]
"""Entries that two tables both have: where they are in the one, and where in the other."""

Counts = NDArray[np.int32]


def folded(text: str) -> list[str]:
    """The words of a text without case and accents but with their endings, compounds in parts."""
    return [fold(text[word.start : word.end]) for word in words(text) if word.first == word.last]


def completion_arrays(
    documents: Iterable[SectionDocument | None],
) -> dict[str, NDArray[Any]]:
    """What a `CompletionSegment` reads, of documents in the order of their numbers.

    None stands for a number that no section has.
    """
    gathering = _Gathering()
    topics: defaultdict[str, list[int]] = defaultdict(list)
    locales: list[str] = []
    for number, document in enumerate(documents):
        locales.append("" if document is None else document.locale)
        if document is None:
            continue
        gathering.add("title", document.title, number, document.section_id)
        gathering.add("heading", document.heading or "", number, document.section_id)
        for question in document.questions:
            gathering.add("question", question, number, document.section_id)
        for ref in document.topics:
            topics[ref].append(number)
    refs, names = sorted(topics), sorted(set(locales))
    return {
        **gathering.arrays(),
        **string_arrays("completion.locale", names),
        "completion.locale.codes": narrowed(np.array([*map(names.index, locales)], np.int64)),
        **string_arrays("completion.topic", refs),
        **_rows("completion.topic.documents", [topics[ref] for ref in refs]),
    }


def name_arrays(names: Iterable[Sequence[str]]) -> dict[str, NDArray[Any]]:
    """What an `Entries` reads, of the names of numbered things."""
    gathering = _Gathering()
    for number, each in enumerate(names):
        for name in dict.fromkeys(each):
            gathering.add("topic", name, number, f"{number:08}")
    return gathering.arrays()


@dataclass(slots=True)
class _Entry:
    """The documents of an entry, each by what it is ordered by, and how each spells it."""

    documents: dict[tuple[str, int], str] = field(default_factory=dict)


class _Gathering:
    """Takes in texts, and gives them out as arrays."""

    def __init__(self) -> None:
        self._entries: defaultdict[tuple[str, int], _Entry] = defaultdict(_Entry)

    def add(self, kind: CompletionKind, text: str, number: int, order: str) -> None:
        key = " ".join(folded(text))
        if key:
            entry = self._entries[key, KINDS.index(kind)]
            entry.documents.setdefault((order, number), text)

    def arrays(self) -> dict[str, NDArray[Any]]:
        keys = sorted(self._entries)
        entries = [sorted(self._entries[key].documents.items()) for key in keys]
        spellings = sorted({text for entry in entries for _, text in entry})
        place = {text: number for number, text in enumerate(spellings)}
        documents = [[number for (_, number), _ in entry] for entry in entries]
        hashes = np.fromiter((_hash(*key) for key in keys), np.uint64, len(keys))
        spelt = [place[text] for entry in entries for _, text in entry]
        return {
            **string_arrays("completion.key", (key for key, _ in keys)),
            "completion.kinds": np.array([kind for _, kind in keys], np.uint8),
            "completion.hashes": hashes,
            "completion.hashes.sorted": np.sort(hashes),
            "completion.hashes.entries": narrowed(np.argsort(hashes)),
            **string_arrays("completion.spelling", spellings),
            **_rows("completion.documents", documents),
            "completion.spelt": narrowed(np.array(spelt, np.int64)),
            **_word_arrays(keys, entries),
        }


def _word_arrays(
    keys: Sequence[tuple[str, int]], entries: Sequence[Sequence[tuple[Any, str]]]
) -> dict[str, NDArray[Any]]:
    """Each word with the entries that have it, and where in them it stands first."""
    found: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for number, ((key, _), entry) in enumerate(zip(keys, entries, strict=True)):
        for place, word in enumerate(key.split(" ")[:MOST_WORDS]):
            found[word].setdefault(number, place)
        for spelling in dict.fromkeys(text for _, text in entry):
            for place, joined in _compounds(spelling):
                found[joined].setdefault(number, place)
    ordered = sorted(found)
    places = [place for word in ordered for place in found[word].values()]
    return {
        **string_arrays("completion.word", ordered),
        **_rows("completion.word.entries", [list(found[word]) for word in ordered]),
        "completion.word.places": np.array(places, np.uint8),
    }


def _compounds(text: str) -> Iterator[tuple[int, str]]:
    """Hyphenated words as one, for whoever types them so."""
    for word in words(text):
        if word.last > word.first and word.last < MOST_WORDS:
            yield word.first, fold(text[word.start : word.end].translate(_hyphens))


def _rows(name: str, rows: Sequence[Sequence[int]]) -> dict[str, NDArray[Any]]:
    """Rows of numbers, one after the other, and where each begins."""
    return {
        name: narrowed(np.array([number for row in rows for number in row], np.int64)),
        f"{name}.starts": narrowed(np.cumsum([0, *map(len, rows)], dtype=np.int64)),
    }


def _hash(key: str, kind: int) -> int:
    return int.from_bytes(blake2b(f"{kind} {key}".encode(), digest_size=8).digest(), "little")


class Entries:
    """The entries of some documents, which never change."""

    def __init__(self, arrays: Arrays) -> None:
        self.keys = OrderedStrings(arrays, "completion.key")
        self.kinds = arrays["completion.kinds"]
        self.hashes = arrays["completion.hashes"]
        self.sorted_hashes = arrays["completion.hashes.sorted"]
        self.by_hash = arrays["completion.hashes.entries"]
        self._shared: WeakKeyDictionary[Entries, Shared] = WeakKeyDictionary()
        self._spellings = Strings(arrays, "completion.spelling")
        self._spelt = arrays["completion.spelt"]
        self._documents = arrays["completion.documents"]
        self._starts = arrays["completion.documents.starts"]
        self._words = OrderedStrings(arrays, "completion.word")
        self._entries = arrays["completion.word.entries"]
        self._places = arrays["completion.word.places"]
        self._word_starts = arrays["completion.word.entries.starts"]

    def __len__(self) -> int:
        return len(self.kinds)

    def counts(self, weights: NDArray[Any]) -> Counts:
        """Of each entry the sum of the weights of its documents."""
        if not len(self):
            return np.zeros(0, np.int32)
        return np.add.reduceat(weights[self._documents], self._starts[:-1], dtype=np.int32)

    def entry_of(self, digest: np.uint64) -> int | None:
        """The entry with that hash."""
        place = int(np.searchsorted(self.sorted_hashes, digest))
        same = place < len(self) and self.sorted_hashes[place] == digest
        return int(self.by_hash[place]) if same else None

    def shared(self, other: "Entries") -> Shared:
        """The entries that both have; worked out once."""
        known = self._shared.get(other)
        if known is None:
            known = self._shared[other] = _shared(self, other)
        return known

    def documents(self, entry: int) -> Sequence[int]:
        """The documents of an entry, those first that come first by the ids of their sections."""
        found: list[int] = self._documents[self._starts[entry] : self._starts[entry + 1]].tolist()
        return found

    def first(self, entry: int, live: Live) -> tuple[int, str]:
        """The first live document of an entry, and how it spells it."""
        begin, end = self._starts[entry], self._starts[entry + 1]
        place = begin + int(np.argmax(live[self._documents[begin:end]]))
        return int(self._documents[place]), self._spellings[int(self._spelt[place])]

    def having(self, beginnings: Sequence[Sequence[str]]) -> tuple[Places, NDArray[np.int8]]:
        """The entries that have a word with each of the beginnings, any of several.

        With each comes how many of these words are among as many that it starts with.
        """
        kept = np.ones(len(self), np.bool_)
        leading = np.zeros(len(self), np.int8)
        for several in beginnings:
            having, ahead = np.zeros((2, len(self)), np.bool_)
            for beginning in several:
                found = self._slice(beginning)
                having[self._entries[found]] = True
                ahead[self._entries[found][self._places[found] < len(beginnings)]] = True
            kept &= having
            leading += ahead
        return np.flatnonzero(kept), leading

    def has(self, beginning: str) -> bool:
        """Whether any word begins so."""
        first, end = self._words.beginning(beginning)
        return first < end

    def words(self, letter: str) -> list[str]:
        """The words that begin with a letter."""
        return self._words.between(*self._words.beginning(letter))

    def _slice(self, beginning: str) -> slice:
        first, end = self._words.beginning(beginning)
        return slice(int(self._word_starts[first]), int(self._word_starts[end]))


class CompletionSegment(Entries):
    """The completions of a segment of an index, whose documents may be deleted but never change."""

    def __init__(self, arrays: Arrays) -> None:
        super().__init__(arrays)
        self._locales = list(Strings(arrays, "completion.locale"))
        self._codes = arrays["completion.locale.codes"]
        self._topics = list(Strings(arrays, "completion.topic"))
        self._topic_documents = arrays["completion.topic.documents"]
        self._topic_starts = arrays["completion.topic.documents.starts"]

    def live(self, alive: Live, locale: str | None) -> Live:
        """Those of the live documents that are in the locale, or in any."""
        if locale is None:
            return alive
        if locale not in self._locales:
            return np.zeros_like(alive)
        found: Live = alive & (self._codes == self._locales.index(locale))
        return found

    def topics(self, live: Live) -> dict[str, int]:
        """How many of the documents stand under each topic."""
        if not len(self._topics):
            return {}
        counts = np.add.reduceat(
            live[self._topic_documents], self._topic_starts[:-1], dtype=np.int32
        )
        return dict(zip(self._topics, counts.tolist(), strict=True))


def _shared(one: Entries, other: Entries) -> Shared:
    if len(one) > len(other):
        there, here = _shared(other, one)
        return here, there
    if not len(one):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    places = np.minimum(np.searchsorted(other.sorted_hashes, one.hashes), len(other) - 1)
    here = np.flatnonzero(other.sorted_hashes[places] == one.hashes)
    return here, other.by_hash[places[here]].astype(np.int64)
