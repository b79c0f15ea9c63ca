"""Lists of contents: lines that name what comes further down."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from content.importing.blocks import Block
from content.importing.markdown import plain
from content.importing.wording import folded

_TITLE: Final = re.compile(
    r"(?:table of )?contents?(?: of this (?:article|page))?:?$|(?:in this (?:article|post|guide|"
    r"blog)|on this page|"
    r"what(?:['’]s| is) (?:in this (?:article|post)|inside)|jump to|quick links)\b:?.{0,20}$",
    re.IGNORECASE,
)
_NAMEABLE: Final = frozenset({"heading", "paragraph", "summary", "list_item"})
_LONGEST_ENTRY: Final = 160


def is_contents_title(text: str) -> bool:
    """Whether the line announces a list of contents."""
    return len(text) <= 60 and _TITLE.match(text) is not None


def found_contents(shown: Sequence[Block]) -> list[tuple[Block, Block | None]]:
    """The lines of lists of contents, each with the line that it names, if it names one."""
    names = [_entry_name(block) for block in shown]
    last = {name: at for at, name in enumerate(names) if name}
    lists = any(block.kind == "list" for block in shown)
    if not lists and len(last) == len(names) - names.count(""):
        # Nothing is said twice, so nothing names what comes later.
        return []
    contents = _Contents(shown, names, last)
    found: list[tuple[Block, Block | None]] = []
    position = 0
    while position < len(shown):
        entries = contents.entries(position) if contents.may_begin(position) else []
        found += entries
        position += max(len(entries), 1)
    return found


def _entry_name(block: Block) -> str:
    """The words that an entry could name the block by, or the block another."""
    if block.kind not in _NAMEABLE or len(block.text) > _LONGEST_ENTRY:
        return ""
    return folded(block.text)


@dataclass(frozen=True, slots=True)
class _Contents:
    """Reads lists of contents: `last` says where a name stands for the last time."""

    shown: Sequence[Block]
    names: Sequence[str]
    last: Mapping[str, int]

    def may_begin(self, position: int) -> bool:
        """Whether the block is a title of contents, or names what comes later."""
        block = self.shown[position]
        if block.kind == "list" or self.last.get(self.names[position], -1) > position:
            return True
        return self._is_title(block)

    def entries(self, position: int) -> list[tuple[Block, Block | None]]:
        """The list of contents that begins here, its title first; empty when none does."""
        titled = self._is_title(self.shown[position])
        found: list[tuple[Block, Block | None]] = []
        if titled:
            found.append((self.shown[position], None))
        names: set[str] = set()
        known = 0
        for at in range(position + titled, len(self.shown)):
            count = self._known(at, names, titled=titled)
            if not count and not (titled and self._is_odd_entry(at, names)):
                break
            known += count
            target = self.last.get(self.names[at], -1)
            found.append((self.shown[at], self.shown[target] if target > at else None))
        return found if known >= (1 if titled else 3) else []

    def _is_title(self, block: Block) -> bool:
        return is_contents_title(block.text)

    def _known(self, at: int, names: set[str], *, titled: bool) -> int:
        """How many lines that come later the block names; 0 when it says more, or says it again."""
        block = self.shown[at]
        if block.kind == "list":
            return self._known_items(block, at)
        name = self._name(at, titled=titled)
        if not name or name in names or self.last.get(name, -1) <= at:
            return 0
        names.add(name)
        return 1

    def _name(self, at: int, *, titled: bool) -> str:
        """The words of a line that can be an entry; sentences are none, unless very short."""
        text = self.shown[at].text
        sentence = text[-1:] in ".!;," and not (titled and len(text) <= 60)
        return "" if sentence else self.names[at]

    def _known_items(self, block: Block, at: int) -> int:
        lines = [folded(plain(line)) for line in block.markdown.split("\n")]
        lines = [line for line in lines if line]
        known = sum(self.last.get(line, -1) > at for line in lines)
        return known if known >= len(lines) * 0.6 else 0

    def _is_odd_entry(self, at: int, names: set[str]) -> bool:
        """Whether the line is worded differently from its heading, among lines that are not."""
        if at + 1 >= len(self.shown) or not names:
            return False
        name, following = self._name(at, titled=False), self._name(at + 1, titled=False)
        if not name or not following or {name, following} & names:
            return False
        return self.last.get(following, -1) > at + 1
