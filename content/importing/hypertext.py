"""HTML → blocks: a flat machine over tags, so that depth costs nothing."""

from dataclasses import dataclass, field, replace
from html import unescape
from typing import Final

from content.importing.blocks import (
    DEEPEST_LIST,
    Block,
    BlockKind,
    Document,
    partition,
    pipe_table,
    set_aside,
    visible,
)
from content.importing.inline import (
    BREAK,
    Run,
    Style,
    is_bold,
    markdown_runs,
    plain_runs,
    run,
    safe_link,
)
from content.importing.tags import Piece, attributes, pieces

_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_STRONG: Final = frozenset({"strong", "b"})
_EMPHASIS: Final = frozenset({"em", "i"})
_LISTS: Final = frozenset({"ul", "ol", "menu"})
_BREAKING: Final = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "head",
        "header",
        "hgroup",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "nav",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "caption",
    ]
)
_LAYOUT: Final = _HEADINGS | _LISTS | {"table", "details", "blockquote", "article", "section"}
_LONGEST_NAVIGATION: Final = 120


@dataclass(slots=True)
class _List:
    """One open list: whether it is numbered, how far, and what of its item has been told."""

    numbered: bool
    count: int = 0
    in_item: bool = False
    told: bool = False


@dataclass(slots=True)
class _Table:
    """The table being read: where it starts and its finished rows."""

    start: int
    rows: list[list[str]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    in_cell: bool = False


@dataclass(slots=True)
class _Reader:
    """What is open while the pieces of a source go by, and the blocks made so far."""

    source: str
    offset: int
    layouts: set[int]
    blocks: list[Block] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    opening: int | None = None
    style: Style = field(default_factory=Style)
    strong: int = 0
    emphasis: int = 0
    heading: int = 0
    term: bool = False
    summary: bool = False
    quotes: int = 0
    navigation: int = 0
    accordion: int = 0
    accordions: int = 0
    rule: bool = False
    lists: list[_List] = field(default_factory=list)
    table: _Table | None = None
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

    def flush(self) -> None:
        """End the paragraph that is being read."""
        runs, self.runs = self.runs, []
        if not plain_runs(runs):
            return
        block = self._block(runs)
        block.start += self.offset
        block.rule, self.rule = self.rule, False
        block.accordion = self.accordion
        if self.navigation and len(block.text) <= _LONGEST_NAVIGATION:
            block.reason = "navigation"
        self.blocks.append(block)
        self.opening = None

    def _text(self, piece: Piece) -> None:
        text = unescape(self.source[piece.start : piece.end])
        if self.opening is None and visible(text):
            self.opening = piece.start
        self.runs.append(run(text, self.style))

    def _markup(self, piece: Piece) -> None:
        if piece.kind == "title" and self.title is None:
            inner = self.source[piece.start : piece.end].partition(">")[2].rpartition("<")[0]
            self.title = visible(unescape(inner)) or None
        if not plain_runs(self.runs) and self.table is None:
            start = piece.start if self.opening is None else self.opening
            self.blocks.append(set_aside(start + self.offset, "markup"))
            self.opening = None

    def _open(self, piece: Piece) -> None:
        name = piece.name
        if name in _BREAKING or name in _HEADINGS or name in _LISTS:
            self._break(name)
        if self.opening is None and self.table is None:
            self.opening = piece.start
        if name in {"a", "img", "br", "strong", "b", "em", "i"}:
            self._open_inline(piece)
        elif name in _HEADINGS:
            self.heading, self.term = int(name[1]), False
        elif name in _LISTS:
            self.lists.append(_List(name == "ol"))
        else:
            self._open_block(piece)

    def _break(self, name: str) -> None:
        if self.table is None:
            self.flush()
            if name == "p":
                self.strong = self.emphasis = 0
                self._restyle()
        elif name not in {"td", "th", "tr", "tbody", "thead", "tfoot"}:
            self.runs.append(Run(" ", Style()))

    def _open_inline(self, piece: Piece) -> None:
        name = piece.name
        if name == "br":
            self._line_break()
        elif name == "img":
            alternative = attributes(self.source[piece.start : piece.end]).get("alt", "")
            if visible(alternative):
                self.runs.append(run(alternative, self.style))
            else:
                self._markup(piece)
        elif name == "a":
            target = attributes(self.source[piece.start : piece.end]).get("href", "")
            self.style = replace(self.style, link=safe_link(target))
        elif name in _STRONG:
            self.strong += 1
            self._restyle()
        else:
            self.emphasis += 1
            self._restyle()

    def _line_break(self) -> None:
        """A break behind a line that is all bold ends a heading; two breaks, a paragraph."""
        shown = [each for each in self.runs if each.text.strip(" ")]
        if self.table or self.heading or self.summary or (self.lists and self.lists[-1].in_item):
            self.runs.append(Run(" ", Style()))
        elif shown and (is_bold(self.runs) or shown[-1].text == BREAK):
            self.flush()
        else:
            self.runs.append(Run(BREAK, Style()))

    def _open_block(self, piece: Piece) -> None:
        name = piece.name
        if name == "li":
            self._open_item()
        elif name == "table" and piece.start not in self.layouts:
            self.table = self.table or _Table(piece.start)
        elif name in {"tr", "td", "th"} and self.table:
            self._end_cell()
            self.table.in_cell = name != "tr"
            if name == "tr":
                self.table.rows.append([])
        elif name in {"dt", "summary"}:
            self.term, self.summary = name == "dt", name == "summary"
        elif name == "details":
            self.accordions += 1
            self.accordion = self.accordions
        elif name == "hr":
            self.rule = True
        elif name == "blockquote":
            self.quotes += 1
        elif name == "nav":
            self.navigation += 1

    def _open_item(self) -> None:
        if not self.lists:
            self.lists.append(_List(numbered=False))
        top = self.lists[-1]
        top.count += 1
        top.in_item, top.told = True, False

    def _close(self, piece: Piece) -> None:
        name = piece.name
        if name in {"td", "th"} and self.table:
            self._end_cell()
        elif name == "table" and self.table:
            self._end_table()
        elif name in _BREAKING or name in _HEADINGS or name in _LISTS:
            if self.table is None:
                self.flush()
            self._close_block(name)
        elif name == "a":
            self.style = replace(self.style, link=None)
        elif name in _STRONG:
            self.strong = max(self.strong - 1, 0)
            self._restyle()
        elif name in _EMPHASIS:
            self.emphasis = max(self.emphasis - 1, 0)
            self._restyle()

    def _close_block(self, name: str) -> None:
        if name in _HEADINGS:
            self.heading = 0
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
        elif name == "nav":
            self.navigation = max(self.navigation - 1, 0)

    def _restyle(self) -> None:
        self.style = replace(self.style, strong=self.strong > 0, emphasis=self.emphasis > 0)

    def _end_cell(self) -> None:
        runs, self.runs = self.runs, []
        table, text = self.table, plain_runs(runs)
        if table is None or not (text or table.in_cell):
            return
        if not table.rows:
            table.rows.append([])
        table.rows[-1].append(markdown_runs(runs).replace("\\\n", " "))
        table.texts.append(text)
        table.in_cell = False

    def _end_table(self) -> None:
        self._end_cell()
        table, self.table = self.table, None
        rows = [row for row in table.rows if any(row)] if table else []
        if table is None or not rows:
            return
        text = visible(" ".join(table.texts))
        single = max(map(len, rows)) == 1
        markdown = "\n\n".join(row[0] for row in rows) if single else pipe_table(rows)
        kind: BlockKind = "paragraph" if single else "table"
        start = table.start if self.opening is None else min(self.opening, table.start)
        self.blocks.append(Block(kind, start + self.offset, text, markdown))
        self.opening = None

    def end(self) -> None:
        """The source is over: whatever is open ends here."""
        if self.table:
            self._end_table()
        self.flush()
        if self.navigation:
            # Never closed, so that it would hide the rest of the page.
            for block in self.blocks:
                block.reason = None if block.reason == "navigation" else block.reason

    def _block(self, runs: list[Run]) -> Block:
        start = self.opening if self.opening is not None else 0
        text, markdown = plain_runs(runs), markdown_runs(runs)
        if self.heading:
            level, self.heading = self.heading, 0
            return Block("heading", start, text, text, level=level, marked=True)
        if self.summary:
            self.summary = False
            return Block("summary", start, text, text)
        if self.lists and self.lists[-1].in_item:
            return self._item(start, text, markdown)
        if self.quotes:
            quoted = "> " + markdown.replace("\n", "\n> ")
            return Block("quote", start, text, quoted)
        bold = self.term or is_bold(runs)
        return Block("paragraph", start, text, markdown, bold=bold)

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
    reader = _read(source, 0)
    return Document(partition(reader.blocks, source, leading="markup"), reader.title)


def html_blocks(source: str, offset: int) -> list[Block]:
    """The blocks of a piece of HTML that stands in a larger source at `offset`."""
    blocks = _read(source, offset).blocks
    if not blocks or blocks[0].start > offset:
        blocks.insert(0, set_aside(offset, "markup"))
    return blocks


def _read(source: str, offset: int) -> _Reader:
    found = list(pieces(source))
    reader = _Reader(source, offset, _layout_tables(found))
    for piece in found:
        reader.take(piece)
    reader.end()
    return reader


def _layout_tables(found: list[Piece]) -> set[int]:
    """Where tables start that hold headings, lists or other tables: they only place things."""
    layouts: set[int] = set()
    opened: list[int] = []
    for piece in found:
        if opened and piece.kind == "open" and piece.name in _LAYOUT:
            layouts.add(opened[-1])
        if piece.name == "table" and piece.kind == "open":
            opened.append(piece.start)
        elif piece.name == "table" and piece.kind == "close" and opened:
            opened.pop()
    return layouts
