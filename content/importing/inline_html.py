"""HTML inside of the lines of a Markdown text: marks become Markdown, the rest is taken out.

Readers of Markdown show tags as they are typed, so none may stay; what is active, or hidden, goes
with its text. Links and pictures in Markdown that lead where no link may lead are taken off.
"""

import re
from html import unescape
from typing import Final

from content.importing.blocks import visible
from content.importing.inline import safe_link
from content.importing.tags import Piece, attributes, pieces

_CODE: Final = re.compile(r"(?<![`\\])(`+)(?!`)(?:(?!\n[ \t]*\n).)*?(?<!`)\1(?!`)", re.DOTALL)
_TAG: Final = re.compile(r"<(?=[A-Za-z/!?])")
_AUTOLINK: Final = re.compile(
    r"<(?:(?:https?|mailto):[^\s<>]*|[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+)>", re.IGNORECASE
)
_TARGET: Final = re.compile(
    r"(!?)\[((?:\\.|[^\[\]\\]|!\[[^\[\]]*\]\([^()\s]*\))*)\]\([ \t]*(<[^<>\n]*>|[^\s()]*"
    r"(?:\([^\s()]*\)[^\s()]*)*)([^()\n]*)\)"
)
_LAST_BREAKS: Final = re.compile(r"(?:(?<!\s)\s*<br\s*/?>)+\s*\Z", re.IGNORECASE)
_BROKEN: Final = re.compile(r"[ \t]*<br>[ \t]*\n?")
_MARKS: Final = {
    **dict.fromkeys(("b", "strong"), "**"),
    **dict.fromkeys(("i", "em"), "*"),
    **dict.fromkeys(("s", "del", "strike"), "~~"),
}


def without_html(markdown: str, line_break: str = "\\\n") -> str:
    """The Markdown with no tags and no active links in it; code stays as it is.

    `line_break` takes the place of the tag for one.
    """
    if "<" not in markdown and "](" not in markdown:
        return markdown
    markdown = _LAST_BREAKS.sub("", markdown)
    parts: list[str] = []
    position = 0
    for code in _CODE.finditer(markdown):
        parts += [_cleaned(markdown[position : code.start()], line_break), code.group()]
        position = code.end()
    return "".join([*parts, _cleaned(markdown[position:], line_break)])


def _cleaned(markdown: str, line_break: str) -> str:
    if "](" in markdown:
        markdown = _TARGET.sub(_safe, markdown)
    if _TAG.search(markdown):
        links: list[str | None] = []
        kept = (_kept(markdown, piece, links) for piece in pieces(markdown))
        markdown = _BROKEN.sub(line_break.replace("\\", r"\\"), "".join(kept))
    return markdown


def _kept(markdown: str, piece: Piece, open_links: list[str | None]) -> str:
    """What stays of a piece: text, marks, links, breaks, the words for a picture."""
    source = markdown[piece.start : piece.end]
    if piece.kind == "text" or _AUTOLINK.fullmatch(source):
        return source
    if piece.name in _MARKS:
        return _MARKS[piece.name]
    if piece.name == "br":
        return "<br>"
    if piece.name == "img" and piece.kind == "open":
        return visible(attributes(source).get("alt", ""))
    if piece.name == "a":
        return _link(source, piece, open_links)
    return ""


def _link(source: str, piece: Piece, open_links: list[str | None]) -> str:
    if piece.kind == "open":
        target = safe_link(attributes(source).get("href", ""))
        open_links.append(target)
        return "[" if target else ""
    target = open_links.pop() if open_links else None
    return f"]({target})" if target else ""


def _safe(match: re.Match[str]) -> str:
    """A link as it is when it leads somewhere harmless, else its text; pictures likewise."""
    sign, text, target, title = match.groups()
    if sign and not text.strip():
        return ""
    inner = _TARGET.sub(_safe, text) if "](" in text else text
    safe = safe_link(unescape(target.strip("<>")))
    if target.strip("<>") and safe is None:
        return inner
    return f"{sign}[{inner}]({safe if target.startswith('<') else target}{title})"
