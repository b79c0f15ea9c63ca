"""The text of a Word document, rewritten so plainly that its converter leaves nothing out.

Tracked changes are accepted, content controls and fields are taken off what they hold, text boxes
follow the paragraph that they hang on, notes stand at the end, headings and lists carry our own
names. What Word hides or has deleted is left out.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

from mammoth.docx.dingbats import dingbats

from content.importing.archives import refuse
from content.importing.word_package import (
    LEVELS,
    Listed,
    Look,
    Package,
    child,
    children,
    is_on,
    look,
    number,
    outline_level,
    short,
    value,
)

NUMBER_MARK: Final = "\ufdd0"
"""Around the number of an item whose list goes on after other text; no text may hold it."""
PICTURE_MARK: Final = "\ufdd1"
"""Around the alternative text of a picture; no text may hold it."""

NOTES_HEADING: Final = "Notes"
_MOST_TABLES: Final = 10
_GONE: Final = frozenset({"w:del", "w:moveFrom"})
_IGNORED: Final = frozenset(
    {
        *("w:pPr", "w:rPr", "w:tblPr", "w:tblGrid", "w:trPr", "w:tcPr", "w:sectPr", "w:sdtPr"),
        *("w:sdtEndPr", "w:instrText", "w:delText", "w:delInstrText", "w:rubyPr", "w:tblPrEx"),
        *("w:smartTagPr", "w:customXmlPr", "w:footnoteRef", "w:endnoteRef", "w:ffData"),
    }
)
PICTURES: Final = frozenset({"w:drawing", "w:pict", "w:object"})
CHARACTERS: Final = {"w:noBreakHyphen": "\u2011", "w:softHyphen": "\u00ad"}
_BREAKS: Final = frozenset({"w:br", "w:cr"})
_TABS: Final = frozenset({"w:tab", "w:ptab"})
_SPOKEN_MATHS: Final = frozenset({"m:oMath", "m:oMathPara", "m:r", "m:t", "m:rPr", "m:sty"})
_LINK: Final = re.compile(r'\s*HYPERLINK\s+(?:"([^"]*)"|([^\s"\\]\S*))')
_MADE_UP: Final = re.compile(
    r"\s*(?:Description automatically generated.*|AI-generated content may be incorrect\.?)\s*$",
    re.DOTALL,
)
_MARKS: Final = re.compile(f"[{NUMBER_MARK}{PICTURE_MARK}]")
_PRIVATE: Final = range(0xE000, 0xF900)


def clean_text(text: str) -> str:
    """A text without the two characters that mark numbers and pictures."""
    return _MARKS.sub("", text)


def chosen(alternatives: Element) -> Iterator[Element]:
    """Of the alternatives for different programs the one to read: the first that says something."""
    branches = [*children(alternatives, "mc:Choice"), *children(alternatives, "mc:Fallback")]
    told = (each for each in branches if any(short(inner.tag) == "w:t" for inner in each.iter()))
    best = next(told, branches[0] if branches else None)
    return iter(best if best is not None else ())


def symbol(element: Element) -> str:
    """The character that a symbol of a special font stands for; nothing when it is unknown."""
    font, code = value(element, "w:font") or "", value(element, "w:char") or ""
    if not re.fullmatch(r"[0-9A-Fa-f]{1,5}", code):
        return ""
    point = int(code, 16)
    found = dingbats.get((font, point)) or dingbats.get((font, point & 0xFF))
    if point in _PRIVATE:
        return chr(found) if found else ""
    return chr(found or point) if point >= 0x20 and not 0xD800 <= point < 0xE000 else ""


def alternative(element: Element) -> str:
    """The words for a picture; none for a text box, for those are told."""
    for inner in element.iter():
        name = short(inner.tag)
        if name in {"w:txbxContent", "a:t"}:
            return ""
        if name == "adec:decorative" and (inner.get("val") or "1") != "0":
            return ""
    words = (text for inner in element.iter() for text in _descriptions(inner))
    return _MADE_UP.sub("", " ".join(next(words, "").split()))


def _descriptions(element: Element) -> Iterator[str]:
    name = short(element.tag)
    found: tuple[str | None, ...] = ()
    if name == "wp:docPr":
        found = element.get("descr"), element.get("title")
    elif name.startswith("v:"):
        found = element.get("string"), element.get("alt"), value(element, "o:title")
    yield from (text for text in found if text and text.strip())


def maths(element: Element) -> str:
    """A formula of plain characters. Raises `SourceRefused` when its meaning is in its layout."""
    for inner in element.iter():
        name = short(inner.tag)
        if name.startswith("m:") and name not in _SPOKEN_MATHS:
            raise refuse(
                "unsupported",
                "The DOCX document has a formula with fractions, roots, powers or the like, "
                "which would be lost. Write it as text.",
            )
    return "".join(each.text or "" for each in element.iter() if short(each.tag) == "m:t")


def boxes(element: Element, package: Package) -> Iterator[Element]:
    """The parts inside of a picture that hold text of their own, outermost first."""
    name = short(element.tag)
    if name == "mc:AlternateContent":
        for inner in chosen(element):
            yield from boxes(inner, package)
    elif name in {"w:txbxContent", "a:p"}:
        yield element
    elif name == "dgm:relIds" and value(element, "r:dm") in package.diagrams:
        yield from _diagram(package.diagrams[value(element, "r:dm") or ""])
    else:
        for inner in element:
            yield from boxes(inner, package)


def _diagram(root: Element) -> Iterator[Element]:
    return (each for each in root.iter() if short(each.tag) == "a:p")


def drawn_text(paragraph: Element) -> str:
    """The text of a paragraph in a drawing."""
    return "".join(each.text or "" for each in paragraph.iter() if short(each.tag) == "a:t")


@dataclass(slots=True)
class _Lists:
    """The numbers of items as Word counts them, against those that a reader of HTML counts."""

    counts: dict[str, list[int | None]] = field(default_factory=dict)
    shown: list[tuple[bool, int]] = field(default_factory=list)

    def interrupt(self) -> None:
        """Other text follows: the next item begins a list of its own in HTML."""
        self.shown.clear()

    def mark(self, listed: Listed) -> str:
        """The marked number of the next item, nothing when HTML counts the same."""
        right = self._count(listed)
        counted = self._show(listed)
        if not listed.numbered or right == counted:
            return ""
        self.shown[listed.level] = (True, right)
        return f"{NUMBER_MARK}{right}{NUMBER_MARK}"

    def _count(self, listed: Listed) -> int:
        counts = self.counts.setdefault(listed.counter, [None] * LEVELS)
        before = counts[listed.level]
        right = listed.start if before is None else before + 1
        counts[listed.level] = right
        counts[listed.level + 1 :] = [None] * (LEVELS - listed.level - 1)
        return right

    def _show(self, listed: Listed) -> int:
        del self.shown[listed.level + 1 :]
        while len(self.shown) <= listed.level:
            self.shown.append((listed.numbered, 0))
        numbered, before = self.shown[listed.level]
        counted = before + 1 if numbered == listed.numbered else 1
        self.shown[listed.level] = (listed.numbered, counted)
        return counted


@dataclass(slots=True)
class Rewriter:
    """Rewrites the blocks of a document; where its links lead is in `links`, by their ids."""

    package: Package
    links: dict[str, str] = field(default_factory=dict)
    noted: list[tuple[str, str]] = field(default_factory=list)
    part: str = "main"
    titled: bool = False
    shallowest: int = 2
    lists: _Lists = field(default_factory=_Lists)
    codes: list[list[str]] = field(default_factory=list)
    fields: list[str | None] = field(default_factory=list)
    hanging: list[Element] = field(default_factory=list)
    label: str = ""
    tables: int = 0

    def body(self) -> str:
        """The whole text as XML without a root, the notes at its end."""
        paragraphs = (each for each in self.package.body.iter() if short(each.tag) == "w:p")
        self.titled = any(
            self._role(each) == "title" and any(short(inner.tag) == "w:t" for inner in each.iter())
            for each in paragraphs
        )
        blocks = "".join(self._blocks(self.package.body))
        return blocks + "".join(self._notes())

    def _notes(self) -> Iterator[str]:
        """The notes that the text points to, numbered as it does."""
        if self.noted:
            self.lists.interrupt()
            yield _paragraph(_run(NOTES_HEADING, Look()), f"H{self.shallowest}")
        position = 0
        while position < len(self.noted):
            self.part, note_id = self.noted[position]
            position += 1
            note = self.package.notes.get((self.part, note_id))
            self.label = _run(f"[{position}] ", Look())
            yield from self._blocks(note if note is not None else ())
            yield _paragraph(self._take_label(), None)

    def _take_label(self) -> str:
        label, self.label = self.label, ""
        return label

    def _blocks(self, container: Iterable[Element]) -> Iterator[str]:
        for element in container:
            name = short(element.tag)
            if name == "w:p":
                yield from self._paragraph(element)
            elif name == "w:tbl":
                yield from self._table(element)
            elif name == "a:p":
                yield _paragraph(_run(drawn_text(element), Look()), None)
            elif name == "mc:AlternateContent":
                yield from self._blocks(chosen(element))
            elif name == "w:altChunk":
                raise refuse(
                    "unsupported",
                    "The DOCX document holds another document inside of it (altChunk), which "
                    "would be lost. Open it in Word and save it again.",
                )
            elif name.startswith("m:"):
                yield _paragraph(_run(maths(element), Look()), None)
            elif name not in _IGNORED and name not in _GONE:
                yield from self._blocks(element)

    def _role(self, paragraph: Element) -> str:
        properties = child(paragraph, "w:pPr")
        outline = outline_level(properties)
        if outline:
            return str(outline)
        return self.package.styles.role(value(child(properties, "w:pStyle")))

    def _paragraph(self, element: Element) -> Iterator[str]:
        properties = child(element, "w:pPr")
        style = value(child(properties, "w:pStyle"))
        role, letters = self._role(element), self.package.styles.look(style)
        if role not in {"", "quote"}:
            letters = letters._replace(bold=None, italic=None)
        outer, self.hanging = self.hanging, []
        runs = self._take_label() + "".join(self._inline(element, letters))
        boxes_here, self.hanging = self.hanging, outer
        yield self._shaped(runs, role, properties, style)
        for box in boxes_here:
            yield from self._blocks([box] if short(box.tag) == "a:p" else box)

    def _shaped(self, runs: str, role: str, properties: Element | None, style: str | None) -> str:
        """A paragraph as a heading, an item of a list, or what else its style makes it."""
        if not runs:
            return ""
        if role == "contents":
            return _paragraph(f'<w:hyperlink w:anchor="contents">{runs}</w:hyperlink>', "Contents")
        if role == "title" or role.isdigit():
            self.lists.interrupt()
            level = 1 if role == "title" else min(int(role) + self.titled, 6)
            self.shallowest = min(self.shallowest, max(level, 1 + self.titled))
            return _paragraph(runs, f"H{level}")
        listed = self._listed(properties, style)
        if listed is None:
            self.lists.interrupt()
            return _paragraph(runs, "Quote" if role == "quote" else None)
        mark = self.lists.mark(listed)
        return _paragraph((_run(mark, Look()) if mark else "") + runs, None, listed)

    def _listed(self, properties: Element | None, style: str | None) -> Listed | None:
        own = child(properties, "w:numPr")
        inherited = self.package.styles.numbering(style)
        numbering = self.package.numbering
        if own is None or child(own, "w:numId") is None:
            return numbering.listed(inherited)
        return numbering.listed(own)

    def _table(self, element: Element) -> Iterator[str]:
        self.tables += 1
        if self.tables > _MOST_TABLES:
            raise refuse("too_deep", f"The DOCX document nests tables over {_MOST_TABLES} deep.")
        self.lists.interrupt()
        yield f"<w:tbl>{''.join(self._rows(element))}</w:tbl>"
        self.lists.interrupt()
        self.tables -= 1

    def _rows(self, container: Iterable[Element]) -> Iterator[str]:
        for element in container:
            name = short(element.tag)
            if name == "w:tr":
                if child(element, "w:trPr", "w:del") is None:
                    header = is_on(child(element, "w:trPr", "w:tblHeader"))
                    head = "<w:trPr><w:tblHeader/></w:trPr>" if header else ""
                    yield f"<w:tr>{head}{''.join(self._cells(element))}</w:tr>"
            elif name not in _IGNORED and name not in _GONE:
                yield from self._rows(element)

    def _cells(self, container: Iterable[Element]) -> Iterator[str]:
        for element in container:
            name = short(element.tag)
            if name == "w:tc":
                yield f"<w:tc>{_spans(element)}{''.join(self._blocks(element))}</w:tc>"
            elif name not in _IGNORED and name not in _GONE:
                yield from self._cells(element)

    def _inline(self, container: Iterable[Element], letters: Look) -> Iterator[str]:
        for element in container:
            name = short(element.tag)
            if name == "w:r":
                yield from self._runs(element, letters)
            elif name == "w:hyperlink":
                target = self.package.targets.get((self.part, value(element, "r:id") or ""))
                yield self._linked(target, "".join(self._inline(element, letters)))
            elif name == "w:fldSimple":
                target = _target(value(element, "w:instr") or "")
                yield self._linked(target, "".join(self._inline(element, letters)))
            elif name == "mc:AlternateContent":
                yield from self._inline(chosen(element), letters)
            elif name.startswith("m:"):
                yield _run(maths(element), letters)
            elif name not in _IGNORED and name not in _GONE:
                yield from self._inline(element, letters)

    def _linked(self, target: str | None, runs: str) -> str:
        if not target or not runs:
            return runs
        link_id = self.links.setdefault(target, f"link{len(self.links)}")
        return f"<w:hyperlink r:id={quoteattr(link_id)}>{runs}</w:hyperlink>"

    def _runs(self, element: Element, letters: Look) -> Iterator[str]:
        properties = child(element, "w:rPr")
        style = value(child(properties, "w:rStyle"))
        own = look(properties).over(self.package.styles.look(style)).over(letters)
        if own.hidden:
            return
        raised = value(child(properties, "w:vertAlign")) or ""
        for inner in element:
            content = self._content(inner, own, letters)
            if content:
                yield self._linked(self._field_target(), _dressed(content, own, raised))

    def _field_target(self) -> str | None:
        return next((each for each in reversed(self.fields) if each), None)

    def _content(self, element: Element, own: Look, letters: Look) -> str:
        """What one child of a run shows, as children of a run."""
        name = short(element.tag)
        if name in {"w:footnoteReference", "w:endnoteReference"}:
            return self._note(name[2:-9], value(element, "w:id") or "")
        if name in {"w:fldChar", "w:instrText"}:
            return self._field(element, name)
        if name in PICTURES:
            return self._picture(element)
        simple = _simple(element, name)
        return simple or "".join(self._nested(element, name, own, letters))

    def _nested(self, element: Element, name: str, own: Look, letters: Look) -> Iterator[str]:
        """Runs or their content inside of something else: ruby, alternatives, the unknown."""
        if name in _IGNORED or name in _GONE:
            return
        inner = chosen(element) if name == "mc:AlternateContent" else iter(element)
        for each in inner:
            if short(each.tag) == "w:r":
                yield from (self._content(part, own, letters) for part in each)
            else:
                yield self._content(each, own, letters)

    def _note(self, kind: str, note_id: str) -> str:
        if (kind, note_id) not in self.noted:
            self.noted.append((kind, note_id))
        return _text(f"[{self.noted.index((kind, note_id)) + 1}]")

    def _picture(self, element: Element) -> str:
        words = clean_text(alternative(element))
        self.hanging.extend(boxes(element, self.package))
        return _text(f"{PICTURE_MARK}{words}{PICTURE_MARK}") if words else ""

    def _field(self, element: Element, name: str) -> str:
        """Fields are codes with results: of the codes only that of a link is wanted."""
        kind = value(element, "w:fldCharType")
        if name == "w:instrText":
            if self.codes:
                self.codes[-1].append(element.text or "")
        elif kind == "begin":
            self.codes.append([])
            self.fields.append(None)
        elif kind == "separate" and self.fields:
            self.fields[-1] = _target("".join(self.codes[-1]))
        elif kind == "end" and self.fields:
            self.codes.pop()
            self.fields.pop()
        return ""


def _simple(element: Element, name: str) -> str:
    """A text, break, tab or character of a run; nothing for anything else."""
    if name == "w:t":
        return _text(clean_text(element.text or ""))
    if name == "w:sym":
        return _text(symbol(element))
    if name in _BREAKS:
        return "<w:br/>"
    return "<w:tab/>" if name in _TABS else _text(CHARACTERS.get(name, ""))


def _target(code: str) -> str | None:
    """Where the code of a field links to; None when it is no link to elsewhere."""
    link = _LINK.match(code)
    return (link[1] or link[2]) if link else None


def _spans(cell: Element) -> str:
    properties = child(cell, "w:tcPr")
    width = number(value(child(properties, "w:gridSpan")), 1, 100, 1)
    merge = child(properties, "w:vMerge")
    parts = f'<w:gridSpan w:val="{width}"/>' if width > 1 else ""
    if merge is not None:
        continues = (value(merge) or "continue") == "continue"
        parts += f'<w:vMerge w:val="{"continue" if continues else "restart"}"/>'
    return f"<w:tcPr>{parts}</w:tcPr>" if parts else ""


def _paragraph(runs: str, style: str | None, listed: Listed | None = None) -> str:
    if not runs:
        return ""
    shape = f'<w:pStyle w:val="{style}"/>' if style else ""
    if listed:
        kind = 2 if listed.numbered else 1
        shape += f'<w:numPr><w:ilvl w:val="{listed.level}"/><w:numId w:val="{kind}"/></w:numPr>'
    return f"<w:p><w:pPr>{shape}</w:pPr>{runs}</w:p>"


def _run(text: str, letters: Look) -> str:
    return _dressed(_text(text), letters, "") if text else ""


def _dressed(content: str, letters: Look, raised: str) -> str:
    parts = "<w:b/>" * bool(letters.bold) + "<w:i/>" * bool(letters.italic)
    parts += "<w:strike/>" * bool(letters.struck)
    if raised in {"superscript", "subscript"}:
        parts += f'<w:vertAlign w:val="{raised}"/>'
    return f"<w:r><w:rPr>{parts}</w:rPr>{content}</w:r>" if parts else f"<w:r>{content}</w:r>"


def _text(text: str) -> str:
    return f'<w:t xml:space="preserve">{escape(text)}</w:t>' if text else ""
