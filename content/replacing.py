"""Replacing words in texts without touching what is not words: pure.

Markdown is parsed with a mark in the place of each hit, so that the parser itself tells what is
text, what is code and what an address; and what comes of it must have the same structure.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from markdown_it.token import Token

from content import rendering

MAX_FIND: Final = 300
"""Characters of what is looked for."""
CONTEXT: Final = 60
"""Characters on either side of a hit that are shown with it."""

Kind = str
"""`text`, `code` or `urls`."""

_OPEN, _CLOSE = "\ue000", "\ue001"
# Of the private use area: letters to the parser, and in no text that means anything.

_MARK: Final = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")
_MARK_IN_URL: Final = re.compile("%EE%80%80([0-9]+)%EE%80%81")
_GAP: Final = r"(?:[^\S\n]+|[^\S\n]*\n[^\S\n]*)"
# White space inside of a paragraph: one line break at most.

_ENTITY: Final = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_BEFORE, _AFTER = r"(?<![\w\u0300-\u036f])", r"(?![\w\u0300-\u036f])"
_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>&~|#])")


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a text says what is looked for, and what is to stand there; offsets in characters."""

    offset: int
    found: str
    put: str

    @property
    def end(self) -> int:
        """Exclusive."""
        return self.offset + len(self.found)

    def context(self, text: str) -> tuple[str, str]:
        """What stands before and behind it."""
        return text[max(self.offset - CONTEXT, 0) : self.offset], text[self.end :][:CONTEXT]


def pattern(find: str, *, case: bool, whole_words: bool, markdown: bool) -> re.Pattern[str]:
    """What finds `find` literally; in Markdown also where it is escaped, over a line's end too.

    Takes time in proportion to the text, whatever is looked for.
    """
    words = unicodedata.normalize("NFC", find).split()
    escape = _escaped if markdown else re.escape
    inner = (_GAP if markdown else r"\s").join(
        "".join(escape(character) for character in word) for word in words
    )
    if whole_words:
        before = _BEFORE if re.match(r"\w", words[0]) else ""
        after = _AFTER if re.search(r"\w\Z", words[-1]) else ""
        inner = f"{before}{inner}{after}"
    return re.compile(inner, 0 if case else re.IGNORECASE)


def hits_in_line(text: str, wanted: re.Pattern[str], put: str) -> list[Hit]:
    """Every hit in a text that is no Markdown."""
    return [Hit(match.start(), match.group(), put) for match in wanted.finditer(text)]


def hits_in_markdown(
    text: str, wanted: re.Pattern[str], put: str, kinds: Collection[Kind]
) -> list[Hit]:
    """Every hit in Markdown that stands in one of these kinds and leaves its structure whole."""
    found = [(match.start(), match.group()) for match in wanted.finditer(text)]
    if not found or _OPEN in text or _CLOSE in text:
        return []
    where = _kinds(_marked(text, found))
    hits = [
        Hit(offset, words, _escaped_put(put) if where.get(number) == "text" else put)
        for number, (offset, words) in enumerate(found)
        if where.get(number) in kinds
    ]
    entities = [match.span() for match in _ENTITY.finditer(text)]
    whole = [hit for hit in hits if not any(_cuts(hit, *span) for span in entities)]
    shape = _shape(rendering.parsed(text), kinds)
    sound = _sound(text, whole, shape, kinds)
    return sound if _keeps(text, sound, shape, kinds) else []


def replaced(text: str, hits: Sequence[Hit]) -> str:
    """The text with each hit replaced; they are in order and do not overlap."""
    parts: list[str] = []
    done = 0
    for hit in hits:
        parts += [text[done : hit.offset], hit.put]
        done = hit.end
    return "".join([*parts, text[done:]])


def keeps_structure(before: str, after: str, kinds: Collection[Kind]) -> bool:
    """Whether two Markdown texts differ in nothing but what stands in these kinds."""
    return _shape(rendering.parsed(before), kinds) == _shape(rendering.parsed(after), kinds)


def _escaped(character: str) -> str:
    if character.isalnum() or not character.isascii():
        return re.escape(character)
    return rf"\\?{re.escape(character)}"


def _escaped_put(put: str) -> str:
    return _SPECIAL.sub(r"\\\1", put)


def _marked(text: str, found: Sequence[tuple[int, str]]) -> str:
    marks = [
        Hit(offset, words, f"{_OPEN}{number}{_CLOSE}")
        for number, (offset, words) in enumerate(found)
    ]
    return replaced(text, marks)


def _kinds(marked: str) -> dict[int, Kind]:
    """What each mark is part of; of those in several things the one that forbids most."""
    found: dict[int, Kind] = {}
    for kind, text in _strings(rendering.parsed(marked)):
        for mark in (_MARK, _MARK_IN_URL):
            for match in mark.finditer(text):
                number = int(match[1])
                # An address that is its own text is one of both: it is an address.
                found[number] = kind if found.get(number, "text") == "text" else found[number]
    return found


def _strings(tokens: Sequence[Token]) -> Iterator[tuple[Kind, str]]:
    for token in tokens:
        if token.type == "inline":
            yield from _strings(token.children or [])
            continue
        for name in ("href", "src"):
            yield "urls", str(token.attrs.get(name, ""))
        # The title of a link is an attribute: nothing there is replaced.
        yield "titles", str(token.attrs.get("title", ""))
        if token.type in {"text", "text_special"}:
            yield "text", token.content
        elif token.type == "image":
            yield from _strings(token.children or [])
        elif token.content:
            yield "code", token.content


def _cuts(hit: Hit, start: int, end: int) -> bool:
    """Whether a hit takes some of a stretch and leaves some of it."""
    return hit.offset < end and start < hit.end and not (hit.offset <= start and end <= hit.end)


def _sound(text: str, hits: list[Hit], shape: Any, kinds: Collection[Kind]) -> list[Hit]:
    """The hits that leave the structure as it is; found by halves, as most do."""
    if not hits or _keeps(text, hits, shape, kinds):
        return hits
    middle = len(hits) // 2
    halves = (hits[:middle], hits[middle:]) if middle else ()
    return [hit for half in halves for hit in _sound(text, half, shape, kinds)]


def _keeps(text: str, hits: Sequence[Hit], shape: Any, kinds: Collection[Kind]) -> bool:
    return bool(shape == _shape(rendering.parsed(replaced(text, hits)), kinds))


def _shape(tokens: Sequence[Token], kinds: Collection[Kind]) -> list[Any]:
    """All of parsed Markdown but for what may be another: runs of text count as one."""
    shape: list[Any] = []
    for token in tokens:
        if token.type in {"text", "text_special", "softbreak"}:
            if shape[-1:] != ["text"]:
                shape.append("text")
            continue
        attributes = {
            name: value
            for name, value in token.attrs.items()
            if name not in {"href", "src", "alt"} or (name != "alt" and "urls" not in kinds)
        }
        inner = _shape(token.children, kinds) if token.children is not None else []
        own = token.type not in {"inline", "image"} and "code" not in kinds
        shape.append(
            [token.type, token.tag, token.info, attributes, inner, token.content if own else None]
        )
    return shape
