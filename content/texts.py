"""The one rule for text: what the strictest database can store, in one form."""

import re
import unicodedata
from typing import Final, NamedTuple

LONGEST_ACCENT_RUN: Final = 32
"""Combining characters in a row; composing longer runs costs the square of their length."""

_REFUSED: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_BEYOND_LATIN: Final = re.compile(rf"[\u0300-\U0010ffff]{{{LONGEST_ACCENT_RUN + 1},}}")


class Objection(NamedTuple):
    """Why a text cannot be stored, and where: a position in characters."""

    detail: str
    position: int


def with_line_feeds(text: str) -> str:
    """The text with LF as its only line break."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def objection(text: str) -> Objection | None:
    """Why a text with LF line breaks cannot be stored; None when it can.

    No control characters but LF and TAB, no lone surrogates, no towers of accents.
    """
    refused = _REFUSED.search(text)
    if refused:
        code = f"U+{ord(refused[0]):04X}"
        return Objection(f"has the character {code}, which text cannot hold", refused.start())
    for run in _BEYOND_LATIN.finditer(text):
        if _piles_accents(run[0]):
            detail = f"piles more than {LONGEST_ACCENT_RUN} accents on one letter"
            return Objection(detail, run.start())
    return None


def composed(text: str) -> str:
    """The text in Unicode NFC; call it only when `objection` has nothing against it."""
    return unicodedata.normalize("NFC", text)


def _piles_accents(run: str) -> bool:
    length = 0
    for character in run:
        length = length + 1 if unicodedata.combining(character) else 0
        if length > LONGEST_ACCENT_RUN:
            return True
    return False
