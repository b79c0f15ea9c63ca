"""Where the body of a section may be cut in two, and cutting it, its place in the source too."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import unescape
from itertools import takewhile
from typing import Final

from content import rendering
from content.importing.blocks import Span, escape_start, places
from content.importing.proposals import NOWHERE, Piece, SourceFormat
from content.importing.wording import sentence_starts

_WRITTEN: Final = re.compile(r"<!--.*?-->|<[^<>]*>|(&(?:#\w+|\w+);)|(.)", re.DOTALL)
_WORD: Final = re.compile(r"[^\W_]+")
_ITEM: Final = re.compile(r"^(?:[-*+]|\d{1,9}[.)])[ \t]", re.MULTILINE)
_OPENING: Final = frozenset("\"'“‘([*_`~\\¿¡«")
_NEEDLE: Final = 48

_LOOKED_AT: Final = 20
# Borders on each side that are tried for a hint: every trial renders the paragraph.


@dataclass(frozen=True, slots=True)
class Border:
    """A place where a body may be cut: before a piece, or `inside` characters into one.

    `offset` is where the second half begins in the body, `gap` where the first half ends; any
    offset from one to the other means this border.
    """

    gap: int
    offset: int
    piece: int
    inside: int = 0


def find_border(pieces: Sequence[Piece], offset: int) -> Border | None:
    """The border that an offset of the body means; None when it may not be cut there."""
    for border in _borders(pieces):
        if border.gap <= offset <= border.offset and _keeps_words(pieces, border):
            return border
    return None


def nearest_borders(pieces: Sequence[Piece], offset: int) -> list[int]:
    """The offsets next to this one, before and behind it, at which the body may be cut.

    None on a side where there is none, or where words held together reach far.
    """
    borders = list(_borders(pieces))
    before = [border for border in reversed(borders) if border.offset <= offset][:_LOOKED_AT]
    behind = [border for border in borders if border.offset > offset][:_LOOKED_AT]
    nearest = [
        next((border.offset for border in side if _keeps_words(pieces, border)), None)
        for side in (before, behind)
    ]
    return [found for found in nearest if found is not None]


def cut(
    pieces: Sequence[Piece], border: Border, source: str, source_format: SourceFormat
) -> tuple[list[Piece], list[Piece]]:
    """The pieces of both halves; a piece that is cut takes its span apart with it."""
    first, second = list(pieces[: border.piece]), list(pieces[border.piece :])
    if border.inside:
        whole = second[0]
        begins = _halves(whole, border.inside)
        place = _place_in_source(whole.span, begins, source, source_format)
        if whole.kind == "list":
            place = max(source.rfind("\n", whole.span[0], place) + 1, whole.span[0] + 1)
        first.append(replace(whole, markdown=begins[0], span=(whole.span[0], place)))
        rest = (place, whole.span[1]) if place < whole.span[1] else NOWHERE
        second[0] = replace(whole, markdown=begins[1], span=rest)
    return first, led(second)


def led(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces as a text of their own: paragraphs of a list item that is gone stand alone."""
    orphans = list(takewhile(lambda piece: piece.kind == "item_more", pieces))
    return [*(replace(each, kind="paragraph") for each in orphans), *pieces[len(orphans) :]]


def _borders(pieces: Sequence[Piece]) -> Iterator[Border]:
    """Every border of pieces, of sentences in paragraphs and of items in lists, in order."""
    end = 0
    for number, (piece, start) in enumerate(zip(pieces, places(pieces), strict=True)):
        if number:
            yield Border(end, start + _marker_length(piece, 0), number)
        for inside in _starts_inside(piece):
            gap = start + len(piece.markdown[:inside].rstrip())
            offset = start + inside + _marker_length(piece, inside)
            yield Border(gap, offset, number, inside)
        end = start + len(piece.markdown)


def _starts_inside(piece: Piece) -> list[int]:
    """Where sentences or items begin in a piece, but for the first."""
    if piece.kind == "paragraph":
        return sentence_starts(piece.markdown)[1:]
    if piece.kind == "list":
        return [match.start() for match in _ITEM.finditer(piece.markdown)][1:]
    return []


def _marker_length(piece: Piece, inside: int) -> int:
    """How much stands in a list before the words of the item that begins there."""
    marker = _ITEM.match(piece.markdown, inside) if piece.kind == "list" else None
    return len(marker.group()) if marker else 0


def _keeps_words(pieces: Sequence[Piece], border: Border) -> bool:
    """Whether a cut leaves whole what markup holds together: bold words, links, code."""
    if not border.inside:
        return True
    whole = pieces[border.piece]
    first, second = map(shown_words, _halves(whole, border.inside))
    return bool(first and second) and first + second == shown_words(whole.markdown)


def _halves(piece: Piece, inside: int) -> tuple[str, str]:
    rest = piece.markdown[inside:]
    return piece.markdown[:inside].rstrip(), rest if piece.kind == "list" else escape_start(rest)


def shown_words(markdown: str) -> list[str]:
    """What a reader sees of a Markdown text, parted by white space."""
    return rendering.render(markdown).text.split()


def _place_in_source(
    span: Span, halves: tuple[str, str], source: str, source_format: SourceFormat
) -> int:
    """Where in the source the second half begins; inside of the span if it has an inside.

    The letters of the second half are looked for as far from the beginning as those of the
    first half reach, because addresses of links stand in some sources, and not in what is read.
    """
    start, end = span
    if end - start < 2:
        return end
    letters, positions = _letters(source, span, source_format)
    expected = len(_plain_letters(halves[0]))
    needle = _plain_letters(halves[1])[:_NEEDLE]
    found = _nearest(letters, needle, expected)
    place = positions[found] if found < len(positions) else end - 1
    while place > start + 1 and source[place - 1] in _OPENING:
        place -= 1
    return min(max(place, start + 1), end - 1)


def _nearest(letters: str, needle: str, expected: int) -> int:
    """Where the needle, or as much of its beginning as can be found, is nearest to a place."""
    while needle:
        found = [match.start() for match in re.finditer(f"(?={re.escape(needle)})", letters)]
        if found:
            return min(found, key=lambda place: abs(place - expected))
        needle = needle[: len(needle) // 2]
    return expected


def _plain_letters(markdown: str) -> str:
    return "".join(_WORD.findall(rendering.render(markdown).text.lower()))


def _letters(source: str, span: Span, source_format: SourceFormat) -> tuple[str, list[int]]:
    """The letters and digits of a stretch of the source, in small, and where each stands."""
    letters: list[str] = []
    positions: list[int] = []
    for text, position in _characters(source, span, source_format):
        for letter in "".join(_WORD.findall(text.lower())):
            letters.append(letter)
            positions.append(position)
    return "".join(letters), positions


def _characters(source: str, span: Span, source_format: SourceFormat) -> Iterator[tuple[str, int]]:
    """What the characters of a stretch say, without the tags of HTML, and with its entities."""
    if source_format not in {"html", "docx"}:
        yield from ((source[position], position) for position in range(*span))
        return
    for match in _WRITTEN.finditer(source, *span):
        entity, character = match.groups()
        if entity or character:
            yield unescape(entity or character), match.start()
