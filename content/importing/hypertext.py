"""HTML → blocks: a flat machine over tags, so that depth costs nothing.

What stands in parts of the page that are no part of its article gets its reason from
`page_regions`; markup that carries no text, and what the page does not show, never comes out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Final

from content.importing.blocks import (
    DEEPEST_LIST,
    Block,
    BlockKind,
    Document,
    partition,
    set_aside,
    visible,
)
from content.importing.inline import (
    PLAIN,
    Line,
    Run,
    Style,
    markdown_runs,
    plain_runs,
    safe_link,
    without_start,
)
from content.importing.page_metadata import read_metadata
from content.importing.page_outline import Told, mark_links, mark_outside, mark_questions
from content.importing.page_regions import Aside, find_regions
from content.importing.tables import Table
from content.importing.tags import FORM_CONTROLS, Piece, attributes, pieces
from content.importing.word_paste import (
    PastedItem,
    is_pasted_title,
    marker_of,
    pasted_item,
    typed_mark,
)
from content.importing.wording import is_question

_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_STRONG: Final = frozenset({"strong", "b"})
_EMPHASIS: Final = frozenset({"em", "i"})
_STRUCK: Final = frozenset({"s", "strike", "del"})
_INLINE: Final = _STRONG | _EMPHASIS | _STRUCK | {"a", "img", "br", "span"}
_LISTS: Final = frozenset({"ul", "ol", "menu"})
_BREAKING: Final = frozenset(
    {
        *("address", "article", "aside", "blockquote", "body", "center", "dd", "details"),
        *("dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form"),
        *("head", "header", "hgroup", "hr", "html", "legend", "li", "main", "nav", "p", "pre"),
        *("section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "caption"),
        *("option", "optgroup"),
    }
)
_BLOCKS: Final = _BREAKING | _HEADINGS | _LISTS
_ROWS: Final = frozenset({"td", "th", "tr", "tbody", "thead", "tfoot"})
_LAYOUT: Final = _HEADINGS | _LISTS | {"table", "details", "blockquote", "article", "section"}
_DROPPED: Final = frozenset({"hidden", "label", "form"})
_LONGEST_NAVIGATION: Final = 120
_FAR: Final = 50
_LEAST_PARAGRAPHS: Final = 3
_WEIGHT: Final = re.compile(r"(?:^|;)\s*font-weight\s*:\s*(bold(?:er)?|[6-9]00|normal|[1-4]00)\b")
_SLANT: Final = re.compile(r"(?:^|;)\s*font-style\s*:\s*(?:italic|oblique)")
_LINE_THROUGH: Final = re.compile(r"text-decoration[\w-]*\s*:[^;]*line-through")
_TINY: Final = re.compile(r"(?:^|;)\s*(?:width|height)\s*:\s*[01](?:px)?\s*(?:;|$)")
_FILE_NAME: Final = re.compile(
    r"[\w%. ()-]+\.(?:jpe?g|png|gif|webp|svg|avif|bmp|tiff?)$", re.IGNORECASE
)
_FOLD_TITLE: Final = re.compile(
    r"(?:faq|accordion|toggle|collaps\w*|fold|tab|expand\w*)[\w-]*?[_-]*"
    r"(?:question|title|head(?:er|ing)?|button|btn|trigger|label|summary)s?(?![a-z])|"
    r"(?<![a-z])questions?(?:[_-]+(?:title|text|head(?:er|ing)?))?(?![\w-])",
    re.IGNORECASE,
)
_CONDITION: Final = re.compile(r"<!(?:--)?\[(?:if\b|endif)[^<>]{0,60}>")


@dataclass(slots=True)
class _List:
    """One open list: whether it is numbered, how far, and what of its item has been told."""

    numbered: bool
    count: int = 0
    in_item: bool = False
    told: bool = False


@dataclass(slots=True)
class _Effect:
    """What an inline element does to the style of its text."""

    name: str
    strong: int = 0
    emphasis: int = 0
    struck: int = 0


@dataclass(slots=True)
class _Reader:
    """What is open while the pieces of a source go by, and the blocks made so far."""

    source: str
    offset: int
    layouts: set[int]
    blocks: list[Block] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    line: Line = field(default_factory=Line)
    opening: int | None = None
    style: Style = PLAIN
    link: str | None = None
    in_page: bool = True
    effects: list[_Effect] = field(default_factory=list)
    heading: int = 0
    headed_by: str = ""
    term: bool = False
    summary: bool = False
    folds: bool = False
    quotes: int = 0
    aside: Aside | None = None
    outside: tuple[int, int, int] = (0, 0, 0)
    accordion: int = 0
    accordions: int = 0
    rule: bool = False
    pasted: PastedItem | None = None
    pasted_count: int = 0
    lists: list[_List] = field(default_factory=list)
    table: Table | None = None
    title: str | None = None

    def take(self, piece: Piece) -> None:
        """Go on by one piece of the source."""
        if piece.kind == "text":
            self._text(piece)
        elif piece.kind == "open":
            self._open(piece)
        elif piece.kind == "close":
            self._close(piece)
        else:
            self._markup(piece)

    def enter(self, aside: Aside) -> None:
        """What follows is no part of the article, up to `leave`."""
        if not aside.inline:
            self._end_paragraph()
        self.aside = aside
        self.outside = self.heading, self.quotes, len(self.lists)

    def leave(self) -> None:
        """The aside is over: what it left open ends with it."""
        if self.aside and not self.aside.inline:
            self._end_paragraph()
            self.heading, self.quotes, depth = self.outside
            del self.lists[depth:]
            self._forget_effects()
            self.summary = self.term = False
        self.aside = None

    def flush(self) -> None:
        """End the paragraph that is being read."""
        line, self.line = self.line, Line()
        pasted, self.pasted = self.pasted, None
        if not line.is_told:
            return
        block = self._block(line, pasted)
        if not block.text:
            return
        block.rule, self.rule = self.rule, False
        block.accordion = self.accordion
        self._add(block, line.link_share)

    def end(self) -> None:
        """The source is over: whatever is open ends here."""
        if self.table:
            self._end_table()
        self.flush()

    def _end_paragraph(self) -> None:
        if self.table is None:
            self.flush()

    def _add(self, block: Block, link_share: float) -> None:
        self.told.append(Told(block, block.start, link_share, self.in_page))
        block.start += self.offset
        reason = self.aside.reason if self.aside else None
        told_at_length = len(block.text) > _LONGEST_NAVIGATION and link_share < 0.5
        block.reason = None if reason == "navigation" and told_at_length else reason
        self.blocks.append(block)
        self.opening, self.in_page = None, True

    def _text(self, piece: Piece) -> None:
        text = unescape(self.source[piece.start : piece.end])
        if self.aside and self._drops(text, piece):
            return
        if self.opening is None and visible(text):
            self.opening = piece.start
        self.line.add(text, self.style)

    def _drops(self, text: str, piece: Piece) -> bool:
        """Whether the text is left out of the paragraph or table that it stands in."""
        if self.aside is None or not (self.aside.inline or self.table):
            return False
        if self.aside.reason == "label":
            if self.pasted:
                self.pasted.label += text
            return True
        if self.aside.reason not in _DROPPED:
            return False
        if visible(text):
            self._set_aside(piece, self.aside.reason)
        return True

    def _set_aside(self, piece: Piece, reason: str) -> None:
        """Set aside what stands between paragraphs; inside of one it goes by in silence."""
        if not self.line.is_told and self.table is None:
            start = piece.start if self.opening is None else self.opening
            self.blocks.append(set_aside(start + self.offset, reason))
            self.opening = None

    def _markup(self, piece: Piece) -> None:
        if piece.kind == "title" and self.title is None:
            inner = self.source[piece.start : piece.end].partition(">")[2].rpartition("<")[0]
            self.title = visible(unescape(inner)) or None
        if not _CONDITION.match(self.source, piece.start, piece.end):
            self._set_aside(piece, "form" if piece.name in FORM_CONTROLS else "markup")

    def _attributes(self, piece: Piece) -> dict[str, str]:
        if piece.end - piece.start <= len(piece.name) + 2:
            return {}
        return attributes(self.source[piece.start : piece.end])

    def _open(self, piece: Piece) -> None:
        name = piece.name
        if name in _BLOCKS:
            self._break(name)
        if self.opening is None and self.table is None:
            self.opening = piece.start
        if name in _INLINE:
            self._open_inline(piece)
        elif name in _HEADINGS:
            self.heading, self.headed_by, self.term = int(name[1]), name, False
        elif name in _LISTS:
            self._open_list(piece)
        else:
            self._open_block(piece)

    def _break(self, name: str) -> None:
        if self.table is None:
            self.flush()
            if name == "p":
                self._forget_effects()
        elif name == "li" and self.line.is_told:
            self.line.add("; ", PLAIN)
        elif name not in _ROWS:
            self.line.add(" ", PLAIN)

    def _open_inline(self, piece: Piece) -> None:
        name = piece.name
        if name == "br":
            self._line_break()
        elif name == "img":
            self._picture(piece)
        elif name == "a":
            self._open_link(self._attributes(piece).get("href", ""))
        else:
            self._begin_effect(piece)

    def _picture(self, piece: Piece) -> None:
        """A picture is its alternative text; one that nobody is meant to see is nothing."""
        found = self._attributes(piece)
        alternative = visible(found.get("alt", ""))
        unseen = "hidden" in found or found.get("role") in {"presentation", "none"}
        if alternative and not (unseen or _is_pixel(found) or _FILE_NAME.match(alternative)):
            if self.aside and self._drops(alternative, piece):
                return
            self.line.add(f" {alternative} ", self.style)
        else:
            self._set_aside(piece, "markup")

    def _open_link(self, target: str) -> None:
        self.link = safe_link(target)
        self.in_page = self.in_page and target.startswith("#")
        self._restyle()

    def _begin_effect(self, piece: Piece) -> None:
        effect = _effect(piece.name, self._attributes(piece).get("style", "").lower())
        self.effects.append(effect)
        if effect.strong or effect.emphasis or effect.struck:
            self._restyle()

    def _end_effect(self, name: str) -> None:
        """The nearest open element of that name ends; one far up is taken for a stray tag."""
        for position in range(len(self.effects) - 1, max(len(self.effects) - _FAR, 0) - 1, -1):
            if self.effects[position].name == name:
                effect = self.effects.pop(position)
                if effect.strong or effect.emphasis or effect.struck:
                    self._restyle()
                return

    def _forget_effects(self) -> None:
        if self.effects:
            self.effects.clear()
            self._restyle()

    def _restyle(self) -> None:
        recent = self.effects[-_FAR:]
        strong = next((each.strong for each in reversed(recent) if each.strong), 0)
        self.style = Style(
            strong > 0,
            any(each.emphasis for each in recent),
            any(each.struck for each in recent),
            self.link,
        )

    def _line_break(self) -> None:
        """A break behind a line that is all bold ends a heading; two breaks, a paragraph."""
        in_item = bool(self.lists) and self.lists[-1].in_item
        if self.table or self.heading or self.summary or self.pasted or in_item:
            self.line.add(" ", PLAIN)
        elif self.line.is_broken or (self.line.is_told and self.line.is_bold):
            self.flush()
        else:
            self.line.add_break()

    def _open_block(self, piece: Piece) -> None:
        name = piece.name
        if name in {"p", "div"}:
            self._open_paragraph(piece)
        elif name == "li":
            self._open_item(piece)
        elif name == "table" and piece.start not in self.layouts:
            self.table = self.table or Table(piece.start)
        elif name in {"tr", "td", "th"} and self.table:
            self._open_cell(piece, self.table)
        elif name in {"dt", "summary"}:
            self.term, self.summary = name == "dt", name == "summary"
        elif name == "details":
            self.accordions += 1
            self.accordion = self.accordions
        elif name == "hr":
            self.rule = True
        elif name == "blockquote":
            self.quotes += 1
        elif name == "button" and not (self.heading or self.summary or self.table or self.aside):
            self._end_paragraph()
            self.summary = True

    def _open_paragraph(self, piece: Piece) -> None:
        """A paragraph or box may say that it is a heading, or an item that was pasted."""
        found = self._attributes(piece)
        if found.get("role") == "heading":
            level = found.get("aria-level", "2")
            self.heading = int(level) if level in {"1", "2", "3", "4", "5", "6"} else 2
            self.headed_by = piece.name
        elif _is_fold(found):
            self.folds = True
        elif is_pasted_title(found):
            self.heading, self.headed_by = 1, piece.name
        else:
            self.pasted = pasted_item(found)

    def _open_cell(self, piece: Piece, table: Table) -> None:
        self._end_cell(table)
        if piece.name == "tr":
            table.open_row()
        else:
            table.open_cell(self._attributes(piece))

    def _open_list(self, piece: Piece) -> None:
        start = self._attributes(piece).get("start", "1")
        before = int(start) - 1 if start.isascii() and start.isdigit() and len(start) < 4 else 0
        self.lists.append(_List(piece.name == "ol", max(before, 0)))

    def _open_item(self, piece: Piece) -> None:
        if not self.lists:
            self.lists.append(_List(numbered=False))
        top = self.lists[-1]
        value = self._attributes(piece).get("value", "")
        numbered = value.isascii() and value.isdigit() and len(value) < 4
        top.count = int(value) if numbered else top.count + 1
        top.in_item, top.told = True, False

    def _close(self, piece: Piece) -> None:
        name = piece.name
        if name in {"td", "th"} and self.table:
            self._end_cell(self.table)
        elif name == "caption" and self.table:
            self._end_caption(self.table, piece)
        elif name == "table" and self.table:
            self._end_table()
        elif name in _BLOCKS:
            self._end_paragraph()
            self._close_block(name)
        elif name == "a":
            self.link = None
            self._restyle()
        elif name in _INLINE:
            self._end_effect(name)
        elif name == "button" and self.summary:
            self._end_paragraph()
            self.summary = False

    def _close_block(self, name: str) -> None:
        if name in _HEADINGS or name == self.headed_by:
            self.heading, self.headed_by = 0, ""
        elif name in _LISTS and self.lists:
            self.lists.pop()
        elif name == "li" and self.lists:
            self.lists[-1].in_item = False
        elif name == "dt":
            self.term = False
        elif name == "summary":
            self.summary = False
        elif name == "details":
            self.accordion = 0
        elif name == "blockquote":
            self.quotes = max(self.quotes - 1, 0)

    def _end_cell(self, table: Table) -> None:
        line, self.line = self.line, Line()
        table.end_cell(line.runs)

    def _end_caption(self, table: Table, piece: Piece) -> None:
        line, self.line = self.line, Line()
        if line.is_told:
            start = table.start if self.opening is None else min(self.opening, table.start)
            text, markdown = plain_runs(line.runs), markdown_runs(line.runs)
            self._add(Block("paragraph", start, text, markdown), line.link_share)
            table.start = piece.end

    def _end_table(self) -> None:
        table, self.table = self.table, None
        if table is None:
            return
        self._end_cell(table)
        block = table.block(table.start if self.opening is None else min(self.opening, table.start))
        if block and block.text:
            self._add(block, 0.0)

    def _block(self, line: Line, pasted: PastedItem | None) -> Block:
        start = self.opening if self.opening is not None else 0
        text = plain_runs(line.runs)
        if self.lists and (self.heading or self.summary):
            # What an item tells below its own heading is text, not the item.
            self.lists[-1].told = True
        if self.heading:
            level, self.heading = self.heading, 0
            return Block("heading", start, text, text, level=level, marked=True)
        folds, self.folds = self.folds, False
        if self.summary or (folds and is_question(text)):
            self.summary = False
            return Block("summary", start, text, text)
        if self.lists and self.lists[-1].in_item:
            return self._item(start, text, markdown_runs(line.runs))
        if self.quotes:
            quoted = "> " + markdown_runs(line.runs).replace("\n", "\n> ")
            return Block("quote", start, text, quoted)
        return self._paragraph(line, start, text, pasted)

    def _paragraph(self, line: Line, start: int, text: str, pasted: PastedItem | None) -> Block:
        mark = typed_mark(line.runs, pasted=pasted is not None)
        if mark or pasted:
            runs = without_start(line.runs, len(mark))
            if plain_runs(runs):
                return self._pasted_item(runs, start, pasted or PastedItem(), mark)
        self.pasted_count = 0
        bold = self.term or line.is_bold
        return Block("paragraph", start, text, markdown_runs(line.runs), bold=bold)

    def _pasted_item(self, runs: list[Run], start: int, pasted: PastedItem, mark: str) -> Block:
        """A paragraph that a mark in front, or a word processor, makes an item of a list."""
        self.pasted_count += 1
        markdown = markdown_runs(runs).replace("\\\n", " ")
        block = Block("list_item", start, plain_runs(runs), markdown, depth=pasted.depth)
        block.marker = marker_of(pasted.label or mark, self.pasted_count)
        return block

    def _item(self, start: int, text: str, markdown: str) -> Block:
        top = self.lists[-1]
        kind: BlockKind = "item_more" if top.told else "list_item"
        top.told = True
        block = Block(kind, start, text, markdown.replace("\n", " "))
        block.depth = min(len(self.lists) - 1, DEEPEST_LIST)
        block.marker = f"{min(top.count, 999)}." if top.numbered else "-"
        return block


def parse_html(source: str) -> Document:
    """The blocks of an HTML page or fragment. Never fails; linear in the length."""
    found = list(pieces(source))
    metadata = read_metadata(source, found)
    reader = _read(source, 0, found)
    mark_questions(reader.told, metadata.answers)
    blocks = partition(reader.blocks, source, leading="markup")
    return Document(blocks, metadata.headline or reader.title)


def html_blocks(source: str, offset: int) -> list[Block]:
    """The blocks of a piece of HTML that stands in a larger source at `offset`."""
    blocks = _read(source, offset, list(pieces(source))).blocks
    if not blocks or blocks[0].start > offset:
        blocks.insert(0, set_aside(offset, "markup"))
    return blocks


def _read(source: str, offset: int, found: Sequence[Piece]) -> _Reader:
    regions = find_regions(source, found)
    reader = _Reader(source, offset, _layout_tables(found))
    position = 0
    for aside in regions.asides:
        for piece in found[position : aside.first]:
            reader.take(piece)
        reader.enter(aside)
        for piece in found[aside.first : aside.last + 1]:
            reader.take(piece)
        reader.leave()
        position = aside.last + 1
    for piece in found[position:]:
        reader.take(piece)
    reader.end()
    mark_links(reader.told, regions)
    mark_outside(reader.told, regions)
    return reader


def _layout_tables(found: Sequence[Piece]) -> set[int]:
    """Where tables start that only place things: headings, other tables, lists, paragraphs.

    Lists alone do not tell when the table has cells that head a row or column.
    """
    layouts = _columns_of_paragraphs(found)
    listing: set[int] = set()
    headed: set[int] = set()
    opened: list[int] = []
    for piece in found:
        if opened and piece.kind == "open" and piece.name in _LAYOUT:
            (listing if piece.name in _LISTS else layouts).add(opened[-1])
        elif opened and piece.name == "th":
            headed.add(opened[-1])
        if piece.name == "table" and piece.kind == "open":
            opened.append(piece.start)
        elif piece.name == "table" and piece.kind == "close" and opened:
            opened.pop()
    return layouts | (listing - headed)


def _columns_of_paragraphs(found: Sequence[Piece]) -> set[int]:
    """Where tables start that have one column, with no head, and paragraphs in a cell of it."""
    columns: set[int] = set()
    start, cells, paragraphs, wide = -1, 0, 0, False
    for piece in found:
        if piece.kind == "open" and piece.name in {"table", "tr", "td", "th"}:
            if piece.name == "table":
                start, wide = piece.start, False
            cells = cells + 1 if piece.name in {"td", "th"} else 0
            wide = wide or cells > 1 or piece.name == "th"
            paragraphs = 0
        elif piece.kind == "open" and piece.name in {"p", "br"}:
            paragraphs += 1
        elif piece.kind == "close" and piece.name == "table" and start >= 0:
            start = -1
        if start >= 0 and paragraphs >= _LEAST_PARAGRAPHS:
            columns.add(start)
        if wide:
            columns.discard(start)
    return columns


def _effect(name: str, style: str) -> _Effect:
    effect = _Effect(name, int(name in _STRONG), int(name in _EMPHASIS), int(name in _STRUCK))
    weight = _WEIGHT.search(style) if style else None
    if weight:
        effect.strong = 1 if weight[1][0] in "b6789" else -1
    if style and _SLANT.search(style):
        effect.emphasis = 1
    if style and _LINE_THROUGH.search(style):
        effect.struck = 1
    return effect


def _is_fold(found: dict[str, str]) -> bool:
    """Whether a box may show and hide what stands behind it, as a button does."""
    return found.get("role") == "button" or bool(_FOLD_TITLE.search(found.get("class", "")))


def _is_pixel(found: dict[str, str]) -> bool:
    """Whether a picture is too small to be seen: it counts readers."""
    tiny = {"0", "1", "0px", "1px"}
    small = found.get("width") in tiny or found.get("height") in tiny
    return small or bool(_TINY.search(found.get("style", "")))
