"""What the parts of a Word document say beside its text: links, styles, kinds of lists."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from posixpath import dirname, join, normpath
from typing import Final, NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from content.importing.archives import Archive, refuse

DEEPEST: Final = 150
"""Levels of elements in a part; a table in a text box in a table has fifty."""

_PREFIXES: Final = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": "r",
    "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing": "wp",
    "http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing": "wp",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "a",
    "http://purl.oclc.org/ooxml/drawingml/main": "a",
    "http://schemas.openxmlformats.org/drawingml/2006/diagram": "dgm",
    "http://purl.oclc.org/ooxml/drawingml/diagram": "dgm",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://schemas.microsoft.com/office/drawing/2017/decorative": "adec",
    "urn:schemas-microsoft-com:vml": "v",
    "urn:schemas-microsoft-com:office:office": "o",
}
_HEADING_NAME: Final = re.compile(
    r"(?:heading|überschrift|titre|título|titulo|titolo|rubrik|overskrift|otsikko|kop|nagłówek|"
    r"nadpis|naslov|címsor|titlu|cabeçalho|encabezado|intestazione|заголовок|başlık|επικεφαλίδα|"
    r"berschrift|見出し|标题|標題|제목) ?([1-9])$",
    re.IGNORECASE,
)
_TITLE_NAME: Final = re.compile(
    r"(?:title|titel|titre|título|titulo|titolo|tittel|otsikko|tytuł|název|naslov|cím|titlu|"
    r"название|标题|제목|表題)$",
    re.IGNORECASE,
)
_CONTENTS_NAME: Final = re.compile(
    r"(?:toc|table of contents|verzeichnis|tm|tdc|sommario|inhopg|contents) ?(?:[1-9]|heading)$|"
    r"toc ?heading$|inhaltsverzeichnis",
    re.IGNORECASE,
)
_QUOTE_NAME: Final = re.compile(r"(?:intense )?quot(?:e|ations?)$|block text$", re.IGNORECASE)
_OFF: Final = frozenset({"0", "false", "off", "none"})
_LONGEST_CHAIN: Final = 12
LEVELS: Final = 9
"""How deep lists and headings of Word go."""


@lru_cache(maxsize=4_096)
def short(name: str) -> str:
    """A qualified name with its usual prefix: `w:p`; without one when the space is unknown."""
    space, _, local = name.removeprefix("{").rpartition("}")
    prefix = _PREFIXES.get(space)
    return f"{prefix}:{local}" if prefix else local


def children(element: Element, name: str) -> Iterator[Element]:
    """The children of that name."""
    return (child for child in element if short(child.tag) == name)


def child(element: Element | None, *path: str) -> Element | None:
    """The first child of that name, its first child of the next name, and so on."""
    for name in path:
        if element is None:
            return None
        element = next(children(element, name), None)
    return element


def value(element: Element | None, name: str = "w:val") -> str | None:
    """An attribute of an element, None when either is missing."""
    if element is None:
        return None
    return next((text for key, text in element.attrib.items() if short(key) == name), None)


def is_on(element: Element | None) -> bool | None:
    """What a switch says: None when there is no switch."""
    if element is None:
        return None
    return (value(element) or "true").lower() not in _OFF


def number(text: str | None, least: int, most: int, default: int) -> int:
    """A whole number within bounds; the default for what is none."""
    if text is None or not re.fullmatch(r"-?\d{1,9}", text):
        return default
    return max(least, min(int(text), most))


class Look(NamedTuple):
    """What a style, or a run itself, says of letters; None where it says nothing."""

    bold: bool | None = None
    italic: bool | None = None
    struck: bool | None = None
    hidden: bool | None = None

    def over(self, other: "Look") -> "Look":
        """This look where it says something, else the other."""
        pairs = zip(self, other, strict=True)
        return Look(*(mine if mine is not None else theirs for mine, theirs in pairs))


def look(properties: Element | None) -> Look:
    """What the properties of a run say."""
    if properties is None:
        return Look()
    struck = is_on(child(properties, "w:strike")) or is_on(child(properties, "w:dstrike"))
    return Look(
        is_on(child(properties, "w:b")),
        is_on(child(properties, "w:i")),
        struck,
        is_on(child(properties, "w:vanish")),
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """That a paragraph is an item: of which list, how deep, numbered or not."""

    list_id: str
    level: int
    numbered: bool
    counter: str
    start: int


@dataclass(slots=True)
class Styles:
    """The styles of a document by their ids, each seen with what it is based on."""

    elements: dict[str, Element]

    def look(self, style: str | None) -> Look:
        """What a style says of letters."""
        found = Look()
        for element in self._chain(style):
            found = found.over(look(child(element, "w:rPr")))
        return found

    def role(self, style: str | None) -> str:
        """What paragraphs of a style are: "1" to "9" for headings, "title", "contents", "quote"
        or nothing."""
        for element in self._chain(style):
            name = value(child(element, "w:name")) or ""
            role = _role_by_name(name)
            outline = outline_level(child(element, "w:pPr"))
            if role or outline:
                return role or str(outline)
        defined = style in self.elements
        return "" if defined else _role_by_name(re.sub(r"(?<=\D)(?=\d$)", " ", style or ""))

    def numbering(self, style: str | None) -> Element | None:
        """The list that paragraphs of a style belong to."""
        found = (child(element, "w:pPr", "w:numPr") for element in self._chain(style))
        return next((each for each in found if each is not None), None)

    def _chain(self, style: str | None) -> Iterator[Element]:
        for _ in range(_LONGEST_CHAIN):
            element = self.elements.get(style or "")
            if element is None:
                return
            yield element
            style = value(child(element, "w:basedOn"))


def outline_level(properties: Element | None) -> int | None:
    """The level of a heading, from 1, that the properties of a paragraph set; None for text."""
    level = number(value(child(properties, "w:outlineLvl")), 0, LEVELS, LEVELS)
    return level + 1 if level < LEVELS else None


def _role_by_name(name: str) -> str:
    heading = _HEADING_NAME.match(name)
    if heading:
        return heading[1]
    kinds = ((_TITLE_NAME, "title"), (_CONTENTS_NAME, "contents"), (_QUOTE_NAME, "quote"))
    return next((role for pattern, role in kinds if pattern.match(name)), "")


@dataclass(slots=True)
class Numbering:
    """The lists of a document: of each the levels, numbered or not."""

    lists: dict[str, Element]
    shapes: dict[str, Element]
    styles: Styles

    def listed(self, properties: Element | None) -> Listed | None:
        """The place in a list that the properties of a paragraph give it."""
        list_id = value(child(properties, "w:numId"))
        level = number(value(child(properties, "w:ilvl")), 0, LEVELS - 1, 0)
        if list_id is None or list_id == "0" or list_id not in self.lists:
            return None
        counter, shape = self._shape(list_id)
        override = self._override(list_id, level)
        found = child(override, "w:lvl")
        if found is None:
            found = self._level(shape, level)
        kind = value(child(found, "w:numFmt")) or "decimal"
        again = value(child(override, "w:startOverride"))
        first = again or value(child(found, "w:start"))
        start = number(first, 0, 32_767, 1)
        counted = f"{list_id} alone" if again is not None else counter
        return Listed(list_id, level, kind not in {"bullet", "none"}, counted, start)

    def _shape(self, list_id: str) -> tuple[str, Element | None]:
        """The abstract list behind a list, also when it only points to a style's list."""
        shape_id = ""
        for _ in range(_LONGEST_CHAIN):
            shape_id = value(child(self.lists.get(list_id), "w:abstractNumId")) or ""
            shape = self.shapes.get(shape_id)
            link = value(child(shape, "w:numStyleLink"))
            if link is None:
                return shape_id, shape
            list_id = value(child(self.styles.numbering(link), "w:numId")) or ""
        return shape_id, None

    def _override(self, list_id: str, level: int) -> Element | None:
        found = self.lists.get(list_id)
        return None if found is None else _at_level(found, "w:lvlOverride", level)

    def _level(self, shape: Element | None, level: int) -> Element | None:
        return None if shape is None else _at_level(shape, "w:lvl", level)


def _at_level(element: Element, name: str, level: int) -> Element | None:
    found = (each for each in children(element, name) if value(each, "w:ilvl") == str(level))
    return next(found, None)


@dataclass(slots=True)
class Package:
    """A Word document: its text, its notes, what its styles and lists mean, where links lead."""

    body: Element
    notes: dict[tuple[str, str], Element]
    styles: Styles
    numbering: Numbering
    targets: dict[tuple[str, str], str]
    """Where a relation leads, by the part it stands in ("main", "footnote" ...) and its id."""
    diagrams: dict[str, Element] = field(default_factory=dict)


def open_package(archive: Archive) -> Package:
    """The document in an archive. Raises `SourceRefused` with "broken" or "too_deep"."""
    root = _root(archive, archive.main)
    body = child(root, "w:body")
    if root is None or short(root.tag) != "w:document" or body is None:
        raise refuse("broken", f"The part {archive.main} is not the text of a DOCX document.")
    relations = list(_relations(archive, archive.main))
    styles = Styles(_by_id(_related(archive, relations, "styles"), "w:style", "w:styleId"))
    lists = _related(archive, relations, "numbering")
    package = Package(
        body,
        {},
        styles,
        Numbering(
            _by_id(lists, "w:num", "w:numId"),
            _by_id(lists, "w:abstractNum", "w:abstractNumId"),
            styles,
        ),
        {("main", each.id): each.target for each in relations},
    )
    for kind in ("footnote", "endnote"):
        _add_notes(package, archive, relations, kind)
    for each in relations:
        if each.kind == "diagramData":
            found = _root(archive, each.part)
            if found is not None:
                package.diagrams[each.id] = found
    return package


class _Relation(NamedTuple):
    """Where a part points: the id of the relation, what it is, and its target."""

    id: str
    kind: str
    target: str
    part: str


def _relations(archive: Archive, part: str) -> Iterator[_Relation]:
    place = dirname(part)
    root = _root(archive, f"{place}/_rels/{part.rpartition('/')[2]}.rels")
    for each in root if root is not None else ():
        target = each.get("Target") or ""
        inner = target[1:] if target.startswith("/") else normpath(join(place, target))
        kind = (each.get("Type") or "").rpartition("/")[2]
        yield _Relation(each.get("Id") or "", kind, target, inner)


def _related(archive: Archive, relations: list[_Relation], kind: str) -> Element | None:
    part = next((each.part for each in relations if each.kind == kind), None)
    return _root(archive, part or f"{dirname(archive.main)}/{kind}.xml")


def _add_notes(package: Package, archive: Archive, relations: list[_Relation], kind: str) -> None:
    part = next((each.part for each in relations if each.kind == f"{kind}s"), None)
    part = part or f"{dirname(archive.main)}/{kind}s.xml"
    root = _root(archive, part)
    if root is None:
        return
    for note in children(root, f"w:{kind}"):
        package.notes[kind, value(note, "w:id") or ""] = note
    for each in _relations(archive, part):
        package.targets[kind, each.id] = each.target


def _by_id(root: Element | None, name: str, key: str) -> dict[str, Element]:
    """The first element of each id, as Word reads them."""
    found: dict[str, Element] = {}
    for element in children(root, name) if root is not None else ():
        found.setdefault(value(element, key) or "", element)
    return found


def _root(archive: Archive, part: str) -> Element | None:
    data = archive.part(part)
    if data is None:
        return None
    try:
        root = ElementTree.fromstring(data)  # noqa: S314 - no DOCTYPE, no entities: see Archive.
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise refuse(
            "broken", f"The part {part} of the DOCX document is not well-formed: {error}."
        ) from error
    _refuse_deep(root, part)
    return root


def _refuse_deep(root: Element, part: str) -> None:
    level = [root]
    for _ in range(DEEPEST):
        level = [inner for element in level for inner in element]
        if not level:
            return
    raise refuse(
        "too_deep", f"The part {part} of the DOCX document nests elements over {DEEPEST} deep."
    )
