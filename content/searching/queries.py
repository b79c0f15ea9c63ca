"""What a person typed, as what is asked of the index.

There is no syntax to get wrong: everything is words, and a quoted phrase must occur as such.
Nothing typed can name a field, expand to many terms or nest, so the work is bounded by the
number of words.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from content.errors import Invalid, Reason
from content.searching.words import STOP_WORDS, fold, term, words

MAX_CHARACTERS = 200
MAX_WORDS = 16

_SHORTEST_PART = 3
# Compounds are taken apart into words of at least this many letters ("sun screen").

_LONGEST_COMPOUND = 24
# Longer words are not taken apart: each way to do so costs a look into the index.

_quotes = re.compile(r'["“”„«»]')

Terms = tuple[str, ...]
"""Terms that stand next to each other, in this order."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing that is asked for: as it was typed, and the ways in which a text may say it.

    A section need not satisfy every clause, only one, and those that are `required`.
    """

    typed: str
    alternatives: tuple[Terms, ...]
    required: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """The clauses of a query; without any, nothing is asked and nothing is found."""

    clauses: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class _Typed:
    """A word as typed, with its neighbours in the same run, folded; empty when it has none."""

    text: str
    before: str = ""
    after: str = ""

    @property
    def carries(self) -> bool:
        return self.text not in STOP_WORDS


def parse(text: str) -> Question:
    """What is asked by `text`.

    Words such as "what", "do" and "the" are left out when others remain. Raises `Invalid` when
    the text has more than 200 characters or more than 16 words that count.
    """
    if len(text) > MAX_CHARACTERS:
        detail = f"has {len(text):,} characters; at most {MAX_CHARACTERS} are searched for"
        raise _refusal("too_long", detail)
    plain, quoted = _runs(unicodedata.normalize("NFC", text))
    phrases = [phrase for phrase in map(_places, quoted) if phrase]
    single = _carrying([word for run in plain for word in _neighbours(run)], bool(phrases))
    count = len(single) + sum(map(len, phrases))
    if count > MAX_WORDS:
        detail = f"has {count} words to search for; at most {MAX_WORDS} are searched for"
        raise _refusal("too_many_words", detail)
    return Question((*map(_phrase, phrases), *map(_word, single)))


def _refusal(code: str, detail: str) -> Invalid:
    return Invalid("This cannot be searched for.", [Reason("q", code, detail)])


def _runs(text: str) -> tuple[list[str], list[str]]:
    """The text outside of quotation marks, and inside; a mark that is never closed is none."""
    pieces = _quotes.split(text)
    if len(pieces) % 2 == 0:
        pieces[-2:] = [" ".join(pieces[-2:])]
    return pieces[::2], pieces[1::2]


def _places(text: str) -> list[str]:
    """The words of a text, each folded, compounds in parts."""
    return [fold(text[word.start : word.end]) for word in words(text) if word.first == word.last]


def _neighbours(run: str) -> Iterator[_Typed]:
    typed = _places(run)
    padded = ["", *typed, ""]
    for place, word in enumerate(typed):
        yield _Typed(word, padded[place], padded[place + 2])


def _carrying(typed: list[_Typed], others: bool) -> list[_Typed]:
    """The words that say what is asked for, each once; all of them when none does."""
    kept = [word for word in typed if word.carries]
    if not kept and not others:
        kept = typed
    return list({term(word.text): word for word in reversed(kept)}.values())[::-1]


def _phrase(phrase: list[str]) -> Clause:
    return Clause(" ".join(phrase), (tuple(map(term, phrase)),), required=True)


def _word(word: _Typed) -> Clause:
    joined = [
        (term(first + second),)
        for first, second in ((word.before, word.text), (word.text, word.after))
        if first and second
    ]
    alternatives = [(term(word.text),), *joined, *_taken_apart(word.text)]
    return Clause(word.text, tuple(dict.fromkeys(alternatives)))


def _taken_apart(word: str) -> Iterator[Terms]:
    """Every way to write a word as two; the index soon says which of them exist."""
    if not word.isalpha() or len(word) > _LONGEST_COMPOUND:
        return
    for place in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
        parts = word[:place], word[place:]
        if STOP_WORDS.isdisjoint(parts):
            yield tuple(map(term, parts))
