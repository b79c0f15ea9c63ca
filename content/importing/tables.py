"""A table of HTML as its tags go by: rows of cells, columns kept where cells span several."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from content.importing.blocks import Block, pipe_table, visible
from content.importing.inline import Run, markdown_runs, plain_runs

_WIDEST_CELL: Final = 100
_TALLEST_CELL: Final = 1_000
_EMPTY_CELLS: Final = 20_000
"""How many cells a table may have that only fill its rows up; beyond it is no table to read."""


@dataclass(slots=True)
class Table:
    """The table being read: where it starts, its rows, and how far down cells above reach."""

    start: int
    rows: list[list[str]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    in_cell: bool = False
    width: int = 1
    height: int = 1
    reaching: dict[int, int] = field(default_factory=dict)

    def open_row(self) -> None:
        """Begin a row; cells of rows above that reach into it leave their columns empty."""
        self.rows.append([])
        self.in_cell = False

    def open_cell(self, attributes: dict[str, str]) -> None:
        """Begin a cell as wide and high as its attributes say."""
        self.in_cell = True
        self.width = _number(attributes.get("colspan"), _WIDEST_CELL)
        self.height = _number(attributes.get("rowspan"), _TALLEST_CELL)

    def end_cell(self, runs: Sequence[Run]) -> None:
        """The text of the cell that was open; text between cells makes a cell of its own."""
        text = plain_runs(runs)
        if not (text or self.in_cell):
            return
        if not self.rows:
            self.rows.append([])
        row = self.rows[-1]
        self._skip_reached(row)
        if self.height > 1:
            reached = range(len(row), len(row) + self.width)
            self.reaching.update(dict.fromkeys(reached, self.height - 1))
        row.append(markdown_runs(runs).replace("\\\n", " "))
        row.extend([""] * (self.width - 1))
        self.texts.append(text)
        self.in_cell, self.width, self.height = False, 1, 1

    def block(self, start: int) -> Block | None:
        """The whole table; None when nothing stands in it."""
        rows = [row for row in self.rows if any(row)]
        if not rows:
            return None
        text = visible(" ".join(self.texts))
        width = max(map(len, rows))
        if width == 1:
            return Block("paragraph", start, text, "\n\n".join(row[0] for row in rows))
        if width * len(rows) - sum(map(len, rows)) > _EMPTY_CELLS:
            lines = ["; ".join(cell for cell in row if cell) for row in rows]
            return Block("paragraph", start, text, "\n\n".join(lines))
        return Block("table", start, text, pipe_table(rows))

    def _skip_reached(self, row: list[str]) -> None:
        while self.reaching.get(len(row), 0) > 0:
            self.reaching[len(row)] -= 1
            row.append("")


def _number(value: str | None, most: int) -> int:
    digits = (value or "").strip()
    if not (digits.isascii() and digits.isdigit()):
        return 1
    return max(1, min(int(digits[:6]), most))
