"""The words that texts hold, as arrays: so that a misspelt one finds what is near it.

Words are folded and not stemmed. They stand in the order of their length, so that those which a
few edits can reach are one slice, and each has its letters as bits, by which nearly all of the
slice is passed over before any two words are compared.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from content.searching.arrays import Arrays
from content.searching.documents import SectionDocument
from content.searching.strings import Strings, string_arrays
from content.searching.vocabulary import Vocabulary
from content.searching.words import fold, words

SHORTEST: Final = 3
LONGEST: Final = 32
"""Letters of a word that is kept; what is longer is noise, what is shorter is not corrected."""

Said = Callable[[tuple[str, ...]], int]
"""In how many live sections folded words stand next to each other, in any form of theirs."""

Foresee = Callable[[Sequence[str]], object]
"""Read what is to be known of several words at once, where each by itself would take its time."""


@dataclass(frozen=True, slots=True)
class Near:
    """A word near another: the edits between them, and how many sections hold it.

    `named` is whether the vocabulary has it. What is not `shown` is known from hidden labels
    alone: it may be searched for, but never be named to anyone.
    """

    word: str
    edits: int
    count: int
    named: bool = False
    shown: bool = True


def counted(documents: Iterable[SectionDocument]) -> Counter[str]:
    """The folded words of documents, each with the number of documents that hold it.

    A hyphenated compound counts as its parts and as one joined word.
    """
    counts: Counter[str] = Counter()
    for each in documents:
        text = "\n".join((each.title, each.heading or "", each.text))
        counts.update(
            {word for written in set(_written.findall(text)) for word in _folded(written)}
        )
    return counts


def lexicon_arrays(counts: Mapping[str, int]) -> dict[str, NDArray[Any]]:
    """Arrays that a `LexiconSegment` reads, of folded words with their numbers of documents.

    Only what is made of letters is kept, `SHORTEST` to `LONGEST` of them.
    """
    kept = [word for word in counts if SHORTEST <= len(word) <= LONGEST and word.isalpha()]
    kept.sort(key=lambda word: (len(word), word))
    sizes = np.fromiter(map(len, kept), np.int64, len(kept))
    return {
        **string_arrays("lexicon.word", kept),
        "lexicon.counts": np.array([counts[word] for word in kept], np.uint32),
        "lexicon.letters": np.array([*map(_letters, kept)], np.uint32),
        "lexicon.lengths": np.searchsorted(sizes, range(LONGEST + 2)).astype(np.uint32),
    }


class LexiconSegment:
    """The words of some texts, which never change."""

    def __init__(self, arrays: Arrays) -> None:
        self._words = Strings(arrays, "lexicon.word")
        self._counts = arrays["lexicon.counts"]
        self._letters = arrays["lexicon.letters"]
        self._lengths = arrays["lexicon.lengths"]

    def __contains__(self, word: str) -> bool:
        return self._place(word) is not None

    def count(self, word: str) -> int:
        """How many documents held the word when the arrays were made; 0 for a word not known."""
        place = self._place(word)
        return 0 if place is None else int(self._counts[place])

    def near(self, word: str, edits: int) -> list[tuple[str, int]]:
        """The words that so many edits can reach, each with the edits that it takes.

        An edit puts in, takes out or changes a letter, or swaps two that stand together.
        """
        begin = int(self._lengths[max(0, min(len(word) - edits, LONGEST))])
        end = int(self._lengths[min(len(word) + edits, LONGEST) + 1])
        differing = np.bitwise_count(self._letters[begin:end] ^ np.uint32(_letters(word)))
        places = np.flatnonzero(differing <= 2 * edits) + begin
        words = [self._words[place] for place in places.tolist()]
        found = process.extract(
            word, words, scorer=OSA.distance, score_cutoff=edits, limit=None, processor=None
        )
        return [(near, int(distance)) for near, distance, _ in found]

    def _place(self, word: str) -> int | None:
        if len(word) > LONGEST:
            return None
        begin, end = int(self._lengths[len(word)]), int(self._lengths[len(word) + 1])
        place = bisect_left(self._words, word, begin, end)
        return place if place < end and self._words[place] == word else None


class Names:
    """The words of a vocabulary: those that people may see, and those of hidden labels."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        hidden = (name for topic in vocabulary.topics() for name in topic.hidden)
        self.shown = _unweighed(vocabulary.words())
        self.hidden = _unweighed(
            fold(name[word.start : word.end]) for name in hidden for word in words(name)
        )


@lru_cache(maxsize=4)
def names_of(vocabulary: Vocabulary) -> Names:
    """The words of a vocabulary, made once."""
    return Names(vocabulary)


class Lexicon:
    """The words of an index, all of its segments together, and those of the vocabulary."""

    def __init__(
        self,
        segments: Sequence[LexiconSegment],
        names: "Names",
        said: Said,
        foresee: Foresee,
    ) -> None:
        """`said` counts live sections: what only deleted ones hold is not known.

        `foresee` hears first which words it will be asked for.
        """
        self._segments = segments
        self._names = names.shown
        self._hidden = names.hidden
        self._said = said
        self._foresee = foresee

    def said(self, *words: str) -> int:
        """In how many live sections the words stand next to each other."""
        return self._said(words)

    def names(self, word: str) -> bool:
        """Whether the vocabulary has the word, hidden labels included."""
        return word in self._names or word in self._hidden

    def holds(self, word: str) -> bool:
        """Whether the word may be known: what it is that deleted sections held is not asked."""
        return self.names(word) or any(word in each for each in self._segments)

    def near(self, word: str, edits: int) -> list[Near]:
        """The other words that so many edits can reach and that somebody would find or know."""
        found: dict[str, int] = {}
        for each in (*self._segments, self._names, self._hidden):
            found.update(each.near(word, edits))
        found.pop(word, None)
        ordered = sorted(found, key=lambda near: (found[near], near[:1] != word[:1], near))
        nearest = ordered[:_MOST_NEAR]
        self._foresee(nearest)
        seen = (self._seen(near, found[near]) for near in nearest)
        return [each for each in seen if each.count or each.named]

    def _seen(self, word: str, edits: int) -> Near:
        count = self.said(word)
        # Another form of it may be what a text says: a hidden label would be named all the same.
        written = count > 0 and any(word in each for each in self._segments)
        shown = written or word in self._names
        return Near(word, edits, count, named=self.names(word), shown=shown)


_MOST_NEAR: Final = 64
# More words than that are not so near that any of them could be meant.


_written: Final = re.compile(r"[^\W\d_]+(?:['’ʼ‐‑-][^\W\d_]+)*")
_hyphens: Final = re.compile("[‐‑-]")


@lru_cache(maxsize=65_536)
def _folded(written: str) -> tuple[str, ...]:
    parts = _hyphens.split(written)
    return tuple(map(fold, [*parts, "".join(parts)] if len(parts) > 1 else parts))


def _unweighed(words: Iterable[str]) -> LexiconSegment:
    return LexiconSegment(lexicon_arrays(dict.fromkeys(words, 0)))


def _letters(word: str) -> int:
    """The letters as bits; other alphabets share the bits that Latin leaves free."""
    bits = 0
    for letter in word:
        place = ord(letter) - 97
        bits |= 1 << (place if 0 <= place < 26 else 26 + place % 6)
    return bits
