"""Where the sentences of a plain text stand, lists, tables and abbreviations considered."""

import re
from typing import Final

Span = tuple[int, int]
"""`text[start:end]`."""

_CLOSING: Final = "\"'”’»)\\]」』）"
_stop = re.compile(rf"[.!?…。！？｡\n](?:(?<!\n)[.!?…。！？｡{_CLOSING}]*)?\s*")
_UNSPACED_STOPS: Final = "。！？｡"
_bullet = re.compile(r"(?:[-–*•|]|\d{1,2}[.)])[ \t]+")
_dotted = re.compile(r"[^\W\d_](?:\.[^\W\d_])+")
_OPENING: Final = "([{\"'“‘«"

_LONGEST: Final = 8
# Characters before a stop in which an abbreviation is looked for.

_ABBREVIATIONS: Final = frozenset(
    """
    dr drs mr mrs ms mx prof st sr jr rev hon eg ie cf viz vs al approx ca resp incl excl esp
    fig figs vol pp no nos nr dept inc ltd co corp tel ext ph bzw bspw
    """.split()  # noqa: SIM905 - A list of quoted words would be unreadable.
)
"""Words that have a full stop of their own, and after which a sentence seldom ends."""

_ENDING_TOO: Final = frozenset({"no", "al", "co", "st", "inc", "ltd", "nr"})
"""Those that are words as well, or end sentences: only before a number or a lower letter."""


def sentences(text: str) -> list[Span]:
    """The sentences of a text in order; lines and list items count as sentences.

    A question that ends its line goes on to the end of the next sentence: its answer begins there.
    What leads a list item or a row of a table is left out.
    """
    spans: list[Span] = []
    start = _after_bullet(text, 0)
    for stop in _stop.finditer(text):
        end = _end(text, stop)
        if end < 0:
            continue
        if end > start:
            spans.append((start, end))
        start = _after_bullet(text, stop.end()) if "\n" in stop[0] else stop.end()
    rest = len(text.rstrip())
    if rest > start:
        spans.append((start, rest))
    return spans


def _after_bullet(text: str, start: int) -> int:
    bullet = _bullet.match(text, start)
    return bullet.end() if bullet else start


def _end(text: str, stop: re.Match[str]) -> int:
    """Where the sentence before a stop ends; -1 where it goes on."""
    found = stop[0]
    sign, signs = found[0], len(found.rstrip())
    end, gap = stop.start() + signs, found[signs:]
    if sign == "\n":
        return _without_spaces(text, stop.start())
    if stop.end() == len(text) or "\n\n" in gap:
        return end
    if "\n" in gap:
        return -1 if found[signs - 1] == "?" else end
    if not gap:
        return end if sign in _UNSPACED_STOPS else -1
    following = text[stop.end()]
    if following.islower() or (sign == "." and signs == 1 and _is_short(text, stop, following)):
        return -1
    return end


def _without_spaces(text: str, end: int) -> int:
    while end > 0 and text[end - 1].isspace():
        end -= 1
    return end


def _is_short(text: str, stop: re.Match[str], following: str) -> bool:
    """Whether a full stop belongs to the word before it."""
    before = stop.start()
    first = max(0, before - _LONGEST)
    space = text.rfind(" ", first, before)
    if space < 0:
        space = text.rfind("\n", first, before)
        if space < 0 < first:
            return False
    written = text[space + 1 : before].lstrip(_OPENING)
    word = written.lower()
    if word in _ABBREVIATIONS:
        return word not in _ENDING_TOO or following.isdigit()
    if len(word) == 1 and written.isupper():
        # "Dr. J. Smith", but not "vitamin C."
        return text[space - 1 : space] == "."
    return _dotted.fullmatch(word) is not None
