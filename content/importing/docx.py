"""DOCX → HTML, with the proof that nothing that Word shows is missing.

The HTML is the decoded source: what spans of a proposal refer to. Headers, footers and comments
in the margin are no part of the text; pictures are their alternative texts.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from itertools import zip_longest
from typing import Final
from xml.etree.ElementTree import Element
from xml.sax.saxutils import quoteattr

import mammoth

from content.importing.archives import Archive, refuse
from content.importing.blocks import visible
from content.importing.tags import attributes, pieces
from content.importing.word_body import (
    CHARACTERS,
    NOTES_HEADING,
    NUMBER_MARK,
    PICTURE_MARK,
    PICTURES,
    Rewriter,
    alternative,
    boxes,
    chosen,
    clean_text,
    drawn_text,
    maths,
    symbol,
)
from content.importing.word_package import (
    LEVELS,
    Look,
    Package,
    child,
    look,
    open_package,
    short,
    value,
)

_WORD: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_LINKS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_SHOWN: Final = 80


def _list_rules() -> Iterator[str]:
    for level in range(1, LEVELS + 1):
        around = "ul|ol > li > " * (level - 1)
        yield f"p:unordered-list({level}) => {around}ul > li:fresh"
        yield f"p:ordered-list({level}) => {around}ol > li:fresh"


_STYLE_MAP: Final = "\n".join(
    [
        *(f"p.H{level} => h{level}:fresh" for level in range(1, 7)),
        "p.Contents => nav > p:fresh",
        "p.Quote => blockquote > p:fresh",
        *_list_rules(),
    ]
)
_LEVELS: Final = {
    kind: "".join(
        f'<w:lvl w:ilvl="{level}"><w:numFmt w:val="{kind}"/></w:lvl>' for level in range(LEVELS)
    )
    for kind in ("bullet", "decimal")
}
_NUMBERING: Final = (
    f'<w:numbering xmlns:w="{_WORD}">'
    f'<w:abstractNum w:abstractNumId="1">{_LEVELS["bullet"]}</w:abstractNum>'
    f'<w:abstractNum w:abstractNumId="2">{_LEVELS["decimal"]}</w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num></w:numbering>'
)
_BLOCK_END: Final = re.compile(r"(</(?:p|h[1-6]|li|ul|ol|tr|table|blockquote|nav)>)(?!\n)")
_NUMBERED: Final = re.compile(f"<li>([^<]*?){NUMBER_MARK}(\\d+){NUMBER_MARK}")
_PICTURE: Final = re.compile(f"{PICTURE_MARK}([^{PICTURE_MARK}]*){PICTURE_MARK}")
_SPACE: Final = re.compile(r"\s+")


def docx_to_html(data: bytes) -> str:
    """The text of a Word document as HTML, each block on a line.

    Raises `SourceRefused` with one of the codes "binary", "broken", "empty", "encrypted",
    "too_large", "too_deep", "unsafe", "unsupported" (it shows something that cannot be read).
    """
    package = open_package(Archive(data))
    rewriter = Rewriter(package)
    html = _converted(rewriter.body(), rewriter.links)
    _prove(html, package)
    return html


def _converted(body: str, links: dict[str, str]) -> str:
    try:
        result = mammoth.convert_to_html(
            _packed(body, links),
            style_map=_STYLE_MAP,
            include_default_style_map=False,
            include_embedded_style_map=False,
        )
    except (ValueError, LookupError, TypeError, AttributeError, OSError, RecursionError) as error:
        raise refuse("broken", "The DOCX document cannot be converted.") from error
    html = _NUMBERED.sub(r'<li value="\2">\1', str(result.value))
    html = _PICTURE.sub(r'<img alt="\1" />', html)
    return _BLOCK_END.sub(r"\1\n", html)


def _packed(body: str, links: dict[str, str]) -> io.BytesIO:
    """The least document that holds the body."""
    relations = "".join(
        f'<Relationship Id="{link_id}" Type="{_LINKS}/hyperlink" TargetMode="External" '
        f"Target={quoteattr(target)}/>"
        for target, link_id in links.items()
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{_WORD}" xmlns:r="{_LINKS}">'
            f"<w:body>{body}</w:body></w:document>",
        )
        archive.writestr("word/numbering.xml", _NUMBERING)
        archive.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationships xmlns="{_RELATIONS}">{relations}</Relationships>',
        )
    file.seek(0)
    return file


def _prove(html: str, package: Package) -> None:
    """Refuse a document of which the HTML does not tell every character in its order."""
    if not visible(_html_text(html)):
        raise refuse("empty", "The source holds no text.")
    told, expected = _folded(_html_text(html)), _folded("".join(_Listener(package).all()))
    if told == expected:
        return
    pairs = zip_longest(told, expected)
    position = next(at for at, (here, there) in enumerate(pairs) if here != there)
    lost = expected[position : position + _SHOWN] or told[position : position + _SHOWN]
    raise refuse("unsupported", f"Text of the DOCX document would be lost near '{lost}'.")


def _folded(text: str) -> str:
    return _SPACE.sub("", text)


def _html_text(html: str) -> str:
    """Every text in a piece of HTML, and those of its pictures."""
    parts = []
    for piece in pieces(html):
        if piece.kind == "text":
            parts.append(unescape(html[piece.start : piece.end]))
        elif piece.name == "img":
            parts.append(attributes(html[piece.start : piece.end]).get("alt", ""))
    return "".join(parts)


@dataclass(slots=True)
class _Listener:
    """Listens to a document as Word shows it: every text but what is hidden or deleted.

    It knows only what is not shown, while `Rewriter` knows what is: so neither can leave out in
    silence what the other one does not know.
    """

    package: Package
    noted: list[tuple[str, str]] = field(default_factory=list)

    def all(self) -> Iterator[str]:
        """The texts in order, those of notes at the end."""
        yield from self._inside(self.package.body, Look())
        if self.noted:
            yield NOTES_HEADING
        position = 0
        while position < len(self.noted):
            note = self.package.notes.get(self.noted[position])
            position += 1
            yield f"[{position}]"
            if note is not None:
                yield from self._inside(note, Look())

    def _inside(self, element: Element, letters: Look) -> Iterator[str]:
        for inner in element:
            yield from self._heard(inner, letters)

    def _heard(self, element: Element, letters: Look) -> Iterator[str]:
        name = short(element.tag)
        if name in {"w:t", "w:footnoteReference", "w:endnoteReference", "w:sym", *CHARACTERS}:
            yield self._character(element, name)
        elif name == "mc:AlternateContent":
            for inner in chosen(element):
                yield from self._heard(inner, letters)
        elif name.startswith("m:"):
            yield maths(element)
        elif name == "w:p":
            yield from self._paragraph(element)
        elif name in PICTURES:
            yield clean_text(alternative(element))
        elif not self._is_silent(element, name, letters):
            yield from self._inside(element, letters)

    def _character(self, element: Element, name: str) -> str:
        if name == "w:t":
            return clean_text(element.text or "")
        if name == "w:sym":
            return symbol(element)
        if name in CHARACTERS:
            return CHARACTERS[name]
        note = name[2:-9], value(element, "w:id") or ""
        if note not in self.noted:
            self.noted.append(note)
        return f"[{self.noted.index(note) + 1}]"

    def _paragraph(self, element: Element) -> Iterator[str]:
        """The text of a paragraph, then that of the boxes that hang on it."""
        letters = self.package.styles.look(value(child(element, "w:pPr", "w:pStyle")))
        yield from self._inside(element, letters)
        for picture in self._pictures(element, letters):
            for box in boxes(picture, self.package):
                if short(box.tag) == "a:p":
                    yield drawn_text(box)
                else:
                    yield from self._inside(box, Look())

    def _pictures(self, element: Element, letters: Look) -> Iterator[Element]:
        name = short(element.tag)
        if name in PICTURES:
            yield element
        elif not self._is_silent(element, name, letters):
            inner = chosen(element) if name == "mc:AlternateContent" else iter(element)
            for each in inner:
                yield from self._pictures(each, letters)

    def _is_silent(self, element: Element, name: str, letters: Look) -> bool:
        """Whether nothing in the element is shown."""
        if name in {"w:del", "w:moveFrom"}:
            return True
        if name == "w:tr":
            return child(element, "w:trPr", "w:del") is not None
        if name != "w:r":
            return False
        properties = child(element, "w:rPr")
        style = self.package.styles.look(value(child(properties, "w:rStyle")))
        return bool(look(properties).over(style).over(letters).hidden)
