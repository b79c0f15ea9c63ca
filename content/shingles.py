"""How alike two texts are: by the runs of words that they share, which are called shingles.

What two texts share of all their runs of three words says how much was copied, wherever it
stands; a paraphrase shares next to nothing. That takes both texts. Where there are thousands to
look through, a sketch stands for each: 32 minima (MinHash) of its runs of five words, which
texts that have nothing to do with each other hardly ever share. Of two texts that share 60 % of
those, about 60 % of the minima are equal.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence, Set
from typing import Final, Literal, NamedTuple

from rensa import RMinHash

LEAST_WORDS: Final = 12
"""Shorter texts are not compared: too many of them are equal by chance."""

LEAST_CONTAINED: Final = 0.8
"""The share of a text that must stand in a longer one for it to count as part of it."""

MINIMA: Final = 32
"""Minima of a sketch. More cost space; with fewer, what is alike is overlooked more often."""

METHOD: Final = f"1/{RMinHash.ALGORITHM_VERSION}"
"""Changes whenever the same text would get other minima: by our rules, or by the library's."""

Relation = Literal["same", "part", "whole"]
"""Of one text to another: much the same, a part of it, or a whole that it is a part of."""

_COMPARED: Final = 3
_SKETCHED: Final = 5
_SEED: Final = 20_260_301
_LINK: Final = re.compile(r"\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s[^()]*)?\)")
_APOSTROPHES: Final = str.maketrans("", "", "'’ʼ")
_WORD: Final = re.compile(r"[^\W_]+")

Words = tuple[str, ...]


class Likeness(NamedTuple):
    """How a text relates to another.

    `share` is exact, 0 to 1: of the shingles of both for `same`, of the text's own for `part`,
    of the other's for `whole`.
    """

    relation: Relation
    share: float


def whole_text(body: str, pairs: Iterable[tuple[str, str]] = ()) -> str:
    """The text of a section as it is compared: its body, then each question with its answer."""
    return "\n\n".join([body, *(f"{question}\n\n{answer}" for question, answer in pairs)])


def words(markdown: str) -> Words:
    """The words of a Markdown text; none when it is too short to be compared.

    Case, signs, markup and the targets of links do not count.
    """
    plain = unicodedata.normalize("NFKC", _LINK.sub("]", markdown))
    found = tuple(_WORD.findall(plain.translate(_APOSTROPHES).casefold()))
    return found if len(found) >= LEAST_WORDS else ()


def sketches(texts: Sequence[Words]) -> list[list[int]]:
    """The sketch of each text, of which none is empty.

    Its minima are numbers of 37 bits that never equal one of another place in a sketch, so that
    they can be kept and compared without regard to their order.
    """
    runs = [list(_runs(text, _SKETCHED)) for text in texts]
    digests = RMinHash.digests_from_token_sets(runs, MINIMA, _SEED)
    return [[place << 32 | least for place, least in enumerate(each)] for each in digests]


def shingles(text: Words) -> frozenset[str]:
    """What two texts are compared by."""
    return frozenset(_runs(text, _COMPARED))


def likeness(text: Set[str], other: Set[str], least: float) -> Likeness | None:
    """How a text relates to another, both given by their shingles; None when it is by less.

    `least` is the smallest share that counts; of a part it is never below `LEAST_CONTAINED`, and
    the longer text must have three times as much besides as the shorter one has: two versions
    of one length are no parts of each other.
    """
    shared = len(text & other)
    if not shared:
        return None
    same = shared / (len(text) + len(other) - shared)
    if same >= least:
        return Likeness("same", same)
    shorter, longer = sorted((len(text), len(other)))
    contained = shared / shorter
    if contained < max(least, LEAST_CONTAINED) or longer - shared < 3 * (shorter - shared):
        return None
    return Likeness("part" if len(text) == shorter else "whole", contained)


def _runs(text: Words, length: int) -> set[str]:
    return set(map(" ".join, zip(*(text[start:] for start in range(length)), strict=False)))
