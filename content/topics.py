"""Topics: how the labels of a vocabulary are found in a text."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

KINDS: Final = ("procedure", "condition", "concern", "ingredient", "device", "body_area")

MOST_TOPICS: Final = 6
"""Topics that are proposed for one article at most."""

_WEIGHTS: Final = {"procedure": 2.0, "device": 0.8, "ingredient": 0.8, "body_area": 0.2}
# What is done is what an article is about, more than what it is done for, with, and where.

_WORD: Final = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)*['’ʼ]?")
_JOINT: Final = re.compile(r"\)?[ \t\u00a0]?[-‐‑]?[ \t\u00a0]?\(?|[:\n]")
_APOSTROPHES: Final = re.compile(r"['’ʼ]")
_LONGEST_ACRONYM: Final = 4


@dataclass(slots=True)
class _Node:
    """One word on the way to labels: a topic where one ends, another where it is an acronym."""

    following: dict[str, "_Node"] = field(default_factory=dict)
    topic: str | None = None
    acronym: str | None = None
    acronym_topic: str | None = None


class TopicMatcher:
    """Finds the labels of topics in texts: whole words, the longest label first.

    Hyphens and spaces between the words of a label are the same, apostrophes are not needed,
    and capitals do not matter, except that an acronym (capitals only, up to four letters) is
    found only in capitals. Words that one label takes are not counted for another.
    """

    def __init__(self, labels: Iterable[tuple[str, str]]) -> None:
        """Pairs of a topic's reference, such as "procedure:microneedling", and a label of it.

        The first label of a topic is the one that it is called by. A label that two topics
        claim belongs to the first.
        """
        self._root = _Node()
        self._labels: dict[str, str] = {}
        for reference, label in labels:
            self._labels.setdefault(reference, label)
            self._add(reference, label)

    def label(self, reference: str) -> str:
        """What the topic is called; raises KeyError for one that the matcher does not know."""
        return self._labels[reference]

    def count(self, text: str) -> dict[str, int]:
        """How often each topic is named, those first that are named first."""
        counts: dict[str, int] = {}
        for reference in self._found(text):
            counts[reference] = counts.get(reference, 0) + 1
        return counts

    def propose(self, title: str, text: str) -> list[str]:
        """The topics of an article with this title and text, as `rank` orders them."""
        return self.rank(self.count(title), self.count(text))

    def rank(self, titled: Mapping[str, int], counts: Mapping[str, int]) -> list[str]:
        """The topics of a text by what its title and the text name how often; at most six.

        The primary one comes first: a topic named in the title comes before any other, then
        those named most often. What is named once in passing counts only when nothing is named
        more often. A procedure that the title does not name, beside one that it does, is a
        comparison and not a topic: whoever asks for one treatment's aftercare must not get
        another's.
        """
        most = max(counts.values(), default=0)
        least = max(2 if most >= 2 or titled else 1, most / 4)
        settled = {"procedure"} & {_kind(reference) for reference in titled}
        chosen = [
            reference
            for reference in {**titled, **counts}
            if reference in titled
            or (counts[reference] >= least and _kind(reference) not in settled)
        ]
        chosen.sort(key=lambda each: (each not in titled, -_weight(each, counts)))
        return chosen[:MOST_TOPICS]

    def _add(self, reference: str, label: str) -> None:
        words = _WORD.findall(label)
        if not words:
            return
        node = self._root
        for word in words:
            node = node.following.setdefault(_fold(word), _Node())
        if len(words) == 1 and _is_acronym(label):
            if node.acronym is None:
                node.acronym, node.acronym_topic = _APOSTROPHES.sub("", words[0]), reference
        elif node.topic is None:
            node.topic = reference

    def _found(self, text: str) -> Iterator[str]:
        words = list(_WORD.finditer(text))
        first = self._root.following
        position = 0
        for start, word in enumerate(words):
            if start < position or _fold(word.group()) not in first:
                continue
            reference, length = self._longest(text, words, start)
            if reference:
                yield reference
            position = start + length

    def _longest(
        self, text: str, words: list[re.Match[str]], position: int
    ) -> tuple[str | None, int]:
        """The topic of the longest label that starts here, and how many words it takes."""
        node, reference, length = self._root, None, 1
        for index in range(position, len(words)):
            if index > position and not _joined(text, words[index - 1], words[index]):
                break
            written = words[index].group()
            following = node.following.get(_fold(written))
            if following is None:
                break
            node = following
            exact = node.acronym == _APOSTROPHES.sub("", written) and index == position
            found = node.acronym_topic if exact and node.acronym_topic else node.topic
            if found:
                reference, length = found, index - position + 1
        return reference, length


def _weight(reference: str, counts: Mapping[str, int]) -> float:
    """How much a text speaks of a topic, by how often it is named and of what kind it is."""
    return counts.get(reference, 0) * _WEIGHTS.get(_kind(reference), 1.0)


def _kind(reference: str) -> str:
    return reference.partition(":")[0]


@lru_cache(maxsize=65_536)
def _fold(word: str) -> str:
    return _APOSTROPHES.sub("", word).lower()


def _is_acronym(label: str) -> bool:
    return len(label) <= _LONGEST_ACRONYM and label.isupper()


def _joined(text: str, word: re.Match[str], following: re.Match[str]) -> bool:
    """Whether nothing but a space, hyphen or parenthesis stands between the two words."""
    return _JOINT.fullmatch(text, word.end(), following.start()) is not None
