"""Text as words: where they stand, and how they are folded into the terms of an index.

Texts and queries go through the same folding, so that they meet: case, accents and apostrophes
do not count, English endings are taken off (Porter's second stemmer), and a hyphenated compound
counts as its parts and as one joined word.
"""

import re
import unicodedata
from collections.abc import Container, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from whoosh.lang.porter2 import stem

MAX_TERM = 64
"""Characters of a term that are kept; longer runs are not words but noise."""

_PART: Final = r"(?:\d+(?:[.,]\d+)+|[^\W_]+(?:['’ʼ][^\W_]+)*)"
_part = re.compile(_PART)
_chunk = re.compile(rf"{_PART}(?:([-‐‑]){_PART})*")
_apostrophes = str.maketrans("", "", "'’ʼ")

STOP_WORDS: Final = frozenset(
    """
    a an the this that these those it its i im ive me my we our us you your he she they them their
    is isnt are arent am was were be been being do does dont doesnt did done has have had having
    can cant could should shouldnt would will wont shall may might must
    and or but if then than so as of in on at to for from by with about into
    what whats which who whom whose when where why how hows
    there here not no yes any some please tell give show explain information info
    know want wonder wondering really just
    """.split()  # noqa: SIM905 - A hundred quoted words would be unreadable.
)
"""Words that carry a question but say nothing of what it asks for."""


class Word(NamedTuple):
    """A term at `text[start:end]`, standing at the places `first` to `last` in counted words.

    Only a joined compound has more than one place.
    """

    start: int
    end: int
    first: int
    last: int
    term: str


def words(text: str, wanted: Container[str] | None = None) -> Iterator[Word]:
    """The words of a text in order; after the parts of a compound, the compound as one word.

    Given `wanted` terms, only these: looking for a few words is faster than listing them all.
    """
    place = 0
    for chunk in _chunk.finditer(text):
        if chunk[1] is None:
            found = term(chunk[0])
            if wanted is None or found in wanted:
                start, end = chunk.span()
                yield Word(start, end, place, place, found)
            place += 1
            continue
        parts = list(_parts(chunk, place))
        yield from (part for part in parts if wanted is None or part.term in wanted)
        place = parts[-1].last + 1


def _parts(chunk: re.Match[str], place: int) -> Iterator[Word]:
    parts = list(_part.finditer(chunk.string, *chunk.span()))
    for here, part in enumerate(parts, place):
        yield Word(*part.span(), here, here, term(part[0]))
    # "2-3 weeks" is a range of numbers, not the number 23.
    if not all(part[0][0].isdigit() for part in parts):
        joined = term("".join(part[0] for part in parts))
        yield Word(*chunk.span(), place, place + len(parts) - 1, joined)


@lru_cache(maxsize=65_536)
def term(word: str) -> str:
    """The term under which a single word is found."""
    folded = fold(word)[:MAX_TERM]
    return stem(folded) if folded.isascii() and folded.isalpha() else folded


def fold(word: str) -> str:
    """A word without case, accents and apostrophes, but with its ending."""
    plain = word.translate(_apostrophes)
    if plain.isascii():
        return plain.lower()
    decomposed = unicodedata.normalize("NFKD", plain)
    return "".join(each for each in decomposed if not unicodedata.combining(each)).casefold()
