"""What word processors leave in HTML: list items that only look like items, bullets as text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from content.importing.blocks import DEEPEST_LIST
from content.importing.inline import Run

_LEVEL: Final = re.compile(r"mso-list\s*:\s*l\d+\s+level(\d+)", re.IGNORECASE)
_ITEM_CLASS: Final = re.compile(r"\bMso(?:ListParagraph|ListBullet|ListNumber)", re.IGNORECASE)
_TITLE_CLASS: Final = re.compile(r"\bMsoTitle\b", re.IGNORECASE)
_ORDINAL: Final = re.compile(r"\(?(\d{1,3})[.)]?$")
_COUNTED: Final = re.compile(r"\(?(?:[a-zA-Z]|[ivxlcIVXLC]{1,6})[.)]$")
_BULLETS: Final = r"•▪▫■□●○◦‣⁃➢➤✓✔✅❖\uf0a7\uf0b7\uf0d8\uf0fc·"
_BULLET: Final = re.compile(rf"[ \n]*[{_BULLETS}](?:[ \n]+|(?=[A-Z]))")
_TYPED_MARK: Final = re.compile(rf"[ \n]*(?:[{_BULLETS}§oØüvq*–-]|\(?\d{{1,3}}[.)])[ \n]+")
_DIGITS: Final = re.compile(r"\d+")


@dataclass(slots=True)
class PastedItem:
    """A paragraph that a word processor shows as a list item: how deep, and its mark."""

    depth: int = 0
    label: str = ""


def pasted_item(attributes: dict[str, str]) -> PastedItem | None:
    """What the attributes of a paragraph say of its place in a list; None when in none."""
    level = _LEVEL.search(attributes.get("style", ""))
    if level:
        return PastedItem(min(max(int(level[1][:3]), 1) - 1, DEEPEST_LIST))
    return PastedItem() if _ITEM_CLASS.search(attributes.get("class", "")) else None


def is_pasted_title(attributes: dict[str, str]) -> bool:
    """Whether a paragraph has the style of a title."""
    return bool(_TITLE_CLASS.search(attributes.get("class", "")))


def typed_mark(runs: Sequence[Run], *, pasted: bool) -> str:
    """The bullet, with the space behind it, that stands as text before an item, or nothing.

    `pasted` says that the paragraph is an item by its style: then a number or a letter of a
    symbol font is a mark, too.
    """
    text = "".join(each.text for each in runs[:12])
    mark = (_TYPED_MARK if pasted else _BULLET).match(text)
    return mark.group() if mark else ""


def marker_of(label: str, count: int) -> str:
    """The marker in Markdown for a typed mark; `count` numbers items marked by letters."""
    label = label.strip()
    ordinal = _ORDINAL.match(label)
    if ordinal and _DIGITS.search(label):
        return f"{int(ordinal[1])}."
    return f"{count}." if _COUNTED.match(label) else "-"
