"""Text as words: where they stand, and how they are folded into the terms of an index.

Texts and queries go through the same folding, so that they meet: case, accents, apostrophes and
the width of letters do not count, and endings are taken off as the language has them. What is
written in one or with a hyphen ("micro-needling", "CO2", "0.5mm") counts as its parts and as one
joined word. Of writing without spaces, as in Japanese and Thai, every two characters count.
"""

import re
import unicodedata
from collections.abc import Container, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from content.searching.languages import ENGLISH
from content.searching.languages import language as language_by

MAX_TERM = 64
"""Characters of a term that are kept; longer runs are not words but noise."""


def _class_of(codes: Iterator[int]) -> str:
    """Characters as ranges for a class of a regular expression."""
    ranges: list[list[int]] = []
    for code in codes:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(rf"\U{first:08x}-\U{last:08x}" for first, last in ranges)


_BLOCKS_WITH_MARKS: Final = (range(0x300, 0x1D00), range(0x3099, 0x309B), range(0xFF9E, 0xFFA0))
_MARK: Final = _class_of(
    code
    for block in _BLOCKS_WITH_MARKS
    for code in block
    if block.start > 0x3000 or unicodedata.category(chr(code)).startswith("M")
)
_UNSEEN: Final = "\u00ad\u200c\u200d\u2060\ufeff"
# Soft hyphens and joiners: they say how a word is drawn, and are no part of it.

_UNSPACED: Final = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0edf\u1000-\u103f\u1780-\u17d3"
    "\u3005-\u3007\u3041-\u3096\u3099-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U000323af"
)
_IDEOGRAPH: Final = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"

_LETTER: Final = rf"[^\W\d_{_UNSPACED}]"
_SIGN: Final = rf"[^\W_{_UNSPACED}]"
_RUN: Final = rf"{_SIGN}+(?:[{_MARK}{_UNSEEN}]+{_SIGN}*)*"
_APOSTROPHE: Final = "['’ʼ＇]"
_DOTTED: Final = rf"{_LETTER}(?:\.{_LETTER})+(?!{_SIGN})"
_NUMBER: Final = r"\d+(?:[.,]\d+)*"
_PART: Final = rf"(?:{_DOTTED}|\d+(?:[.,]\d+)+(?:{_RUN})?|{_RUN}(?:{_APOSTROPHE}{_RUN})*)"
_part = re.compile(_PART)
_chunk = re.compile(rf"([{_UNSPACED}]+)|{_PART}(?:([-‐‑–:]){_PART})*")
_piece = re.compile(rf"{_DOTTED}|{_NUMBER}|(?:(?!\d)(?:{_SIGN}|[{_MARK}{_UNSEEN}]|{_APOSTROPHE}))+")
_character = re.compile(rf"[{_UNSPACED}][{_MARK}]*")
_ideograph = re.compile(f"[{_IDEOGRAPH}]")

_apostrophes = str.maketrans("", "", f"'’ʼ＇{_UNSEEN}")
_elided = re.compile(
    r"(?:[cdjlmnst]|qu|dell|all|nell|dall|sull|un|quest)['’ʼ＇](?=.)", re.IGNORECASE
)
_ELIDING: Final = frozenset({"ca", "fr", "it"})
_thousands = re.compile(r"\d{1,3}(?:,\d{3})+")
_thousands_by_dots = re.compile(r"\d{1,3}(?:\.\d{3})+")
_letters = str.maketrans(
    {"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h"}
    | {"ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك", "ـ": None}
)


class Word(NamedTuple):
    """A term at `text[start:end]`, standing at the places `first` to `last` in counted words.

    Only a joined compound has more than one place. Of writing without spaces an ideograph shares
    its place with the two characters that begin with it, the last one with those that end with it.
    """

    start: int
    end: int
    first: int
    last: int
    term: str


def words(
    text: str, wanted: Container[str] | None = None, *, language: str = ENGLISH
) -> Iterator[Word]:
    """The words of a text in order; after the parts of a compound, the compound as one word.

    Given `wanted` terms, only these: looking for a few words is faster than listing them all.
    """
    place = 0
    for chunk in _chunk.finditer(text):
        written = chunk[0]
        if chunk.lastindex is None and written.isalpha():
            found = term(written, language)
            if wanted is None or found in wanted:
                start, end = chunk.span()
                yield Word(start, end, place, place, found)
            place += 1
            continue
        parts = [*(_pairs if chunk[1] else _parts)(chunk, place, language)]
        yield from (part for part in parts if wanted is None or part.term in wanted)
        place = parts[-1].last + 1


def typed_words(text: str) -> Iterator[str]:
    """The words of a text as a person counts them, as they are written.

    Parts of hyphenated compounds are words, those of "CO2" and "0.5mm" are not; of writing
    without spaces every two characters are a word.
    """
    for chunk in _chunk.finditer(text):
        if chunk[1] is None:
            yield from (part[0] for part in _part.finditer(text, *chunk.span()))
            continue
        characters = _character.findall(chunk[1])
        if len(characters) < 2:
            yield from characters
        yield from map("".join, pairwise(characters))


def pieces(written: str) -> list[str]:
    """What a word without hyphens consists of: "0.5mm" of a number and a unit; mostly of itself."""
    return _piece.findall(written) or [written]


def _parts(chunk: re.Match[str], place: int, language: str) -> Iterator[Word]:
    parts = list(_part.finditer(chunk.string, *chunk.span()))
    here = place
    for part in parts:
        inner = list(_piece.finditer(part.string, *part.span()))
        for number, each in enumerate(inner, here):
            yield Word(*each.span(), number, number, term(each[0], language))
        if len(inner) > 1:
            yield Word(*part.span(), here, here + len(inner) - 1, term(part[0], language))
        here += len(inner)
    # "2-3 weeks" is a range of numbers, not the number 23.
    if len(parts) > 1 and not all(part[0][0].isdigit() for part in parts):
        joined = term("".join(part[0] for part in parts), language)
        yield Word(*chunk.span(), place, here - 1, joined)


def _pairs(run: re.Match[str], place: int, language: str) -> Iterator[Word]:
    characters = [each.span() for each in _character.finditer(run.string, *run.span())]
    last = place + max(0, len(characters) - 2)
    for here, (start, end) in enumerate(characters, place):
        if len(characters) == 1 or _ideograph.match(run.string, start):
            character = term(run.string[start:end], language)
            yield Word(start, end, min(here, last), min(here, last), character)
        if here - place + 1 < len(characters):
            beyond = characters[here - place + 1][1]
            yield Word(start, beyond, here, here, term(run.string[start:beyond], language))


@lru_cache(maxsize=65_536)
def term(word: str, language: str = ENGLISH) -> str:
    """The term under which a single word is found."""
    return term_of(fold(word, language), word, language)


def term_of(folded: str, word: str, language: str) -> str:
    """The same for a word that is folded already; it is not remembered."""
    folded = folded[:MAX_TERM]
    if not folded.isalpha():
        return folded
    known = language_by(language)
    if known.accented:
        stem = known.stem(word.translate(_apostrophes).lower()[:MAX_TERM])
    else:
        stem = known.stem(folded)
    return (stem if stem.isascii() else _plain(stem)) or folded


@lru_cache(maxsize=16_384)
def fold(word: str, language: str = ENGLISH) -> str:
    """A word without case, accents and apostrophes, but with its ending."""
    if language in _ELIDING:
        word = word[elided.end() :] if (elided := _elided.match(word)) else word
    plain = word.translate(_apostrophes)
    plain = plain.lower() if plain.isascii() else _plain(plain)
    if "." in plain or "," in plain:
        return _number(plain, language) if plain[0].isdigit() else plain.replace(".", "")
    return plain


@lru_cache(maxsize=256)
def stop_words(language: str) -> frozenset[str]:
    """Words that carry a question but say nothing of what it asks for, folded."""
    return frozenset(fold(word, language) for word in language_by(language).stop_words)


@lru_cache(maxsize=256)
def slight_words(language: str) -> frozenset[str]:
    """Words that are searched for, but say little of what a question asks for, folded."""
    return frozenset(fold(word, language) for word in language_by(language).slight_words)


def _plain(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word).casefold()
    kept = "".join(
        each if not each.isdecimal() or each.isascii() else str(unicodedata.decimal(each))
        for place, each in enumerate(decomposed)
        if not _is_accent(each) or (each == "\u0306" and decomposed[place - 1] == "и")
    )
    return unicodedata.normalize("NFC", kept.translate(_letters))


def _is_accent(character: str) -> bool:
    """Whether it is a mark that may be left out: no vowel or tone of Thai, no part of kana."""
    kind = unicodedata.combining(character)
    return 10 <= kind <= 35 or kind >= 202


def _number(written: str, language: str) -> str:
    """A number with a decimal point, and without marks between its thousands."""
    if language == ENGLISH:
        return written.replace(",", "" if _thousands.match(written) else ".")
    if _thousands_by_dots.match(written):
        written = written.replace(".", "")
    return written.replace(",", ".")
