"""What differs between two texts of an article: by section, and by word. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, Literal

from content.aligning import stretches, woven
from content.history import KeptItem, KeptSection, Version
from content.references import Reference

Op = Literal["equal", "delete", "insert"]
OPS: Final[tuple[Op, ...]] = ("equal", "delete", "insert")
CHANGES: Final = ("added", "removed", "moved", "retyped", "retitled", "relevelled", "changed")
"""What may have become of a section."""
ItemChange = Literal["", "added", "removed", "moved", "changed"]

_PARAGRAPH: Final = re.compile(r"\n{2,}|[^\n]+(?:\n[^\n]+)*|\n")
_WORD: Final = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that stayed, went or came."""

    op: Op
    text: str


@dataclass(frozen=True, slots=True)
class ItemDiff:
    """What became of a pair; `change` is "" where it is as it was."""

    id: str
    change: ItemChange
    type_from: str | None
    type_to: str | None
    question: Sequence[Piece]
    answer: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class SectionDiff:
    """What became of a section; `changes` is empty where it is as it was.

    Positions count from 1; those of a text that does not have the section are None, as are type
    and level then.
    """

    id: str
    changes: Sequence[str]
    position_from: int | None
    position_to: int | None
    type_from: str | None
    type_to: str | None
    level_from: int | None
    level_to: int | None
    heading: Sequence[Piece]
    body: Sequence[Piece]
    items: Sequence[ItemDiff]


@dataclass(frozen=True, slots=True)
class ReferenceDiff:
    """What became of a reference; `change` is "" where it is as it was."""

    id: str
    change: ItemChange
    before: Reference | None
    after: Reference | None


@dataclass(frozen=True, slots=True)
class Diff:
    """What became of a text; `changed` is whether anything did."""

    changed: bool
    title: Sequence[Piece]
    summary: Sequence[Piece]
    sections: Sequence[SectionDiff]
    references: Sequence[ReferenceDiff]


def diff(before: Version, after: Version) -> Diff:
    """What became of a text, its sections in the order of `after`, removed ones where they were."""
    sections = list(_sections(before.sections, after.sections))
    references = list(_references(before.references, after.references))
    changed = (before.title, before.summary) != (after.title, after.summary)
    changed = changed or any(each.changes for each in sections)
    return Diff(
        changed or any(each.change for each in references),
        pieces(before.title, after.title),
        pieces(before.summary, after.summary),
        sections,
        references,
    )


def pieces(before: str, after: str) -> list[Piece]:
    """What became of a text, word by word.

    Those that stayed or went are, in order, all of `before`; those that stayed or came all of
    `after`. Where very much is very different it is told apart paragraph by paragraph.
    """
    found = _compared(_PARAGRAPH.findall(before), _PARAGRAPH.findall(after))
    fine: list[tuple[str, str]] = []
    for went, came in found:
        same = went == came or not went or not came
        words = [(went, came)] if same else _compared(_WORD.findall(went), _WORD.findall(came))
        fine += words
    return list(_joined(piece for went, came in fine for piece in _told(went, came)))


def _compared(one: list[str], other: list[str]) -> Iterator[tuple[str, str]]:
    """Stretches of both texts, in order; equal where they stayed."""
    for each in stretches(one, other):
        went = "".join(one[each.start : each.end])
        yield went, "".join(other[each.other_start : each.other_end])


def _told(went: str, came: str) -> Iterator[Piece]:
    if went == came:
        yield Piece("equal", went)
    else:
        yield from (Piece("delete", went), Piece("insert", came))


def _joined(found: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces without empty ones, neighbours of one kind in one."""
    for op, run in groupby((each for each in found if each.text), key=lambda each: each.op):
        yield Piece(op, "".join(each.text for each in run))


def _sections(before: Sequence[KeptSection], after: Sequence[KeptSection]) -> Iterator[SectionDiff]:
    known = {each.id: (place, each) for place, each in enumerate(before, start=1)}
    there = {each.id: (place, each) for place, each in enumerate(after, start=1)}
    moved = _moved([each.id for each in before], [each.id for each in after])
    for key in woven(list(there), list(known)):
        yield _section(key, known.get(key), there.get(key), moved=key in moved)


def _moved(before: list[str], after: list[str]) -> set[str]:
    """What changed its place among those that both have, the fewest that explain the rest."""
    common = [key for key in before if key in set(after)]
    rest = [key for key in after if key in set(before)]
    return {
        key
        for each in stretches(common, rest)
        if not each.same
        for key in common[each.start : each.end]
    }


def _section(
    key: str,
    old: tuple[int, KeptSection] | None,
    new: tuple[int, KeptSection] | None,
    *,
    moved: bool,
) -> SectionDiff:
    was, now = (each[1] if each else None for each in (old, new))
    items = list(_items(was.items if was else (), now.items if now else ()))
    return SectionDiff(
        id=key,
        changes=[*_changes(was, now, moved=moved)],
        position_from=old[0] if old else None,
        position_to=new[0] if new else None,
        type_from=was.type if was else None,
        type_to=now.type if now else None,
        level_from=was.level if was else None,
        level_to=now.level if now else None,
        heading=pieces((was and was.heading) or "", (now and now.heading) or ""),
        body=pieces(was.body if was else "", now.body if now else ""),
        items=items,
    )


def _changes(was: KeptSection | None, now: KeptSection | None, *, moved: bool) -> Iterator[str]:
    if was is None or now is None:
        yield "added" if was is None else "removed"
        return
    told = {
        "moved": moved,
        "retyped": was.type != now.type,
        "retitled": was.heading != now.heading,
        "relevelled": was.level != now.level,
        "changed": (was.body, *map(_said, was.items)) != (now.body, *map(_said, now.items)),
    }
    yield from (name for name, true in told.items() if true)


def _said(item: KeptItem) -> tuple[str, str | None, str, str]:
    return item.id, item.type, item.question, item.answer


def _items(before: Sequence[KeptItem], after: Sequence[KeptItem]) -> Iterator[ItemDiff]:
    known, there = ({each.id: each for each in side} for side in (before, after))
    moved = _moved(list(known), list(there))
    for key in woven(list(there), list(known)):
        was, now = known.get(key), there.get(key)
        yield ItemDiff(
            id=key,
            change=_item_change(was, now, moved=key in moved),
            type_from=was.type if was else None,
            type_to=now.type if now else None,
            question=pieces(was.question if was else "", now.question if now else ""),
            answer=pieces(was.answer if was else "", now.answer if now else ""),
        )


def _references(before: Sequence[Reference], after: Sequence[Reference]) -> Iterator[ReferenceDiff]:
    known, there = ({each.id: each for each in side} for side in (before, after))
    moved = _moved(list(known), list(there))
    for key in woven(list(there), list(known)):
        was, now = known.get(key), there.get(key)
        yield ReferenceDiff(key, _reference_change(was, now, moved=key in moved), was, now)


def _reference_change(was: Reference | None, now: Reference | None, *, moved: bool) -> ItemChange:
    if was is None or now is None:
        return "added" if was is None else "removed"
    if was != now:
        return "changed"
    return "moved" if moved else ""


def _item_change(was: KeptItem | None, now: KeptItem | None, *, moved: bool) -> ItemChange:
    if was is None or now is None:
        return "added" if was is None else "removed"
    if _said(was) != _said(now):
        return "changed"
    return "moved" if moved else ""
