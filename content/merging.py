"""Merging what two people made of one section: by paragraph, by field, and by pair.

Pure. `base` is what both began with, `theirs` what is stored now, `mine` what was written beside
it. What only one of them changed is as that one has it; what both changed alike is so; what both
changed otherwise is a conflict, told with all three texts, and stands in the result as theirs.
"""

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress
from operator import not_
from typing import Final, TypeVar

from content.aligning import stretches, woven
from content.drafts import ItemDraft, SectionDraft

_GAP: Final = re.compile(r"(\n[ \t]*(?:\n[ \t]*)+)")
_PARTED: Final = "\n\n"

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Clash:
    """What two people changed differently.

    `pointer` is a JSON Pointer into the section, a pair told by its id (or question, if it is
    new). Of texts, `paragraph` says which one of the result, from 1, stands for the conflict.
    """

    pointer: str
    base: object
    theirs: object
    mine: object
    paragraph: int | None = None


@dataclass(frozen=True, slots=True)
class Merged:
    """The merged section, and what could not be merged."""

    section: SectionDraft
    clashes: Sequence[Clash]


def merge(base: SectionDraft, theirs: SectionDraft, mine: SectionDraft) -> Merged:
    """Both changes of a section in one."""
    desk = _Desk()
    section = SectionDraft(
        type=desk.value("/type", base.type, theirs.type, mine.type),
        heading=desk.value("/heading", base.heading, theirs.heading, mine.heading),
        level=desk.value("/level", base.level, theirs.level, mine.level),
        body=desk.text("/body", base.body, theirs.body, mine.body),
        items=desk.items(base.items, theirs.items, mine.items),
    )
    return Merged(section, desk.clashes)


def merge_text(base: str, theirs: str, mine: str) -> tuple[str, Sequence[Clash]]:
    """Both changes of a Markdown text in one, by paragraph, and what could not be merged."""
    desk = _Desk()
    return desk.text("", base, theirs, mine), desk.clashes


@dataclass(frozen=True, slots=True)
class _Paragraph:
    text: str
    gap: str
    """What parts it from the one before."""


@dataclass(frozen=True, slots=True)
class _Hunk:
    """That the paragraphs from `start` to `end` (exclusive) of the base are others now."""

    start: int
    end: int
    put: tuple[_Paragraph, ...]

    @property
    def inserts(self) -> bool:
        """Whether nothing of the base goes."""
        return self.start == self.end

    def touches(self, other: "_Hunk") -> bool:
        """Whether both speak of the same paragraphs, or their order would be a guess."""
        if self.start < other.end and other.start < self.end:
            return True
        if self.inserts and other.inserts:
            return self.start == other.start
        if self.inserts or other.inserts:
            wider = other if self.inserts else self
            adjoining = self.start <= other.end and other.start <= self.end
            return adjoining and not wider.is_one_for_one
        return False

    @property
    def is_one_for_one(self) -> bool:
        """Whether as many paragraphs come as go, or none come: their place is then certain."""
        return len(self.put) in {0, self.end - self.start}


@dataclass(frozen=True, slots=True)
class _Both:
    """A stretch that both changed, otherwise than each other."""

    base: list[_Paragraph]
    theirs: list[_Paragraph]
    mine: list[_Paragraph]

    def clash(self, pointer: str, paragraph: int) -> Clash:
        """As it is told."""
        base, theirs, mine = (_joined(each) for each in (self.base, self.theirs, self.mine))
        return Clash(pointer, base, theirs, mine, paragraph)


@dataclass(slots=True)
class _Desk:
    clashes: list[Clash] = field(default_factory=list)

    def value(self, pointer: str, base: Value, theirs: Value, mine: Value) -> Value:
        """One of three values."""
        if mine in (base, theirs):
            return theirs
        if theirs != base:
            self.clashes.append(Clash(pointer, base, theirs, mine))
            return theirs
        return mine

    def text(self, pointer: str, base: str, theirs: str, mine: str) -> str:
        """A text merged by paragraph."""
        if mine in (base, theirs):
            return theirs
        if theirs == base:
            return mine
        found: list[_Paragraph] = []
        for part in _parts(*map(_paragraphs, (base, theirs, mine))):
            if isinstance(part, _Both):
                self.clashes.append(part.clash(pointer, len(found) + 1))
                found += part.theirs
            else:
                found += part
        return _joined(found)

    def items(
        self, base: Sequence[ItemDraft], theirs: Sequence[ItemDraft], mine: Sequence[ItemDraft]
    ) -> list[ItemDraft]:
        """Pairs merged by pair; their order is that of whoever changed it."""
        stored = _keyed(theirs, {})
        known = _keyed(base, _questions(stored))
        written = _keyed(mine, {**_questions(stored), **_questions(known)})
        order = self._order(list(known), list(stored), list(written))
        merged = [self._item(known.get(k), stored.get(k), written.get(k), k) for k in order]
        return [each for each in merged if each is not None]

    def _order(self, base: list[str], theirs: list[str], mine: list[str]) -> list[str]:
        common = [key for key in base if key in theirs and key in mine]
        stored, written = ([k for k in side if k in common] for side in (theirs, mine))
        if common not in (stored, written) and stored != written:
            self.clashes.append(Clash("/items", base, theirs, mine))
        lead, other = (mine, theirs) if stored == common else (theirs, mine)
        return woven(lead, other)

    def _item(
        self, base: ItemDraft | None, theirs: ItemDraft | None, mine: ItemDraft | None, key: str
    ) -> ItemDraft | None:
        if theirs is not None and mine is not None:
            return self._both(base, theirs, mine, f"/items/{_escaped(key)}")
        only = theirs if theirs is not None else mine
        if base is None or only is None:
            return only
        if _same(only, base):
            return None
        # One changed what the other took out: shown as it is changed, until somebody decides.
        told = (_told(base), _told(theirs), _told(mine))
        self.clashes.append(Clash(f"/items/{_escaped(key)}", *told))
        return only

    def _both(
        self, base: ItemDraft | None, theirs: ItemDraft, mine: ItemDraft, pointer: str
    ) -> ItemDraft:
        start = base or ItemDraft("", "", None, theirs.id)
        return ItemDraft(
            question=self.value(
                f"{pointer}/question", start.question, theirs.question, mine.question
            ),
            answer=self.text(f"{pointer}/answer", start.answer, theirs.answer, mine.answer),
            type=self.value(f"{pointer}/type", start.type, theirs.type, mine.type),
            id=theirs.id or mine.id,
        )


def _paragraphs(text: str) -> list[_Paragraph]:
    """The paragraphs of a text, each with what parts it from the one before."""
    first, *rest = _GAP.split(text)
    pairs = zip(rest[1::2], rest[::2], strict=True)
    return [_Paragraph(first, ""), *(_Paragraph(each, gap) for each, gap in pairs)]


def _joined(paragraphs: Sequence[_Paragraph]) -> str:
    """The text of paragraphs that may come from several; none is left at the beginning of a gap."""
    parts = [(each.gap or _PARTED) + each.text for each in paragraphs[1:]]
    return "".join([*(each.text for each in paragraphs[:1]), *parts])


def _parts(
    base: list[_Paragraph], theirs: list[_Paragraph], mine: list[_Paragraph]
) -> Iterator[list[_Paragraph] | _Both]:
    """The stretches of the result, in order."""
    found = [(hunk, 0) for hunk in _hunks(base, theirs)]
    found += [(hunk, 1) for hunk in _hunks(base, mine)]
    hunks = deque(sorted(found, key=lambda each: (each[0].start, each[0].end, each[1])))
    done = 0
    while hunks:
        group = _taken_group(hunks)
        start = min(hunk.start for hunk, _ in group)
        end = max(hunk.end for hunk, _ in group)
        yield base[done:start]
        sides = [_applied(base, [h for h, side in group if side == n], start, end) for n in (0, 1)]
        alone = len({side for _, side in group}) == 1
        if alone:
            yield sides[group[0][1]]
        elif _texts(sides[0]) == _texts(sides[1]):
            yield sides[0]
        else:
            yield _Both(base[start:end], *sides)
        done = end
    yield base[done:]


def _taken_group(hunks: deque[tuple[_Hunk, int]]) -> list[tuple[_Hunk, int]]:
    """Take the first hunk with all that touch it, or touch those, of the other side."""
    group: list[tuple[_Hunk, int]] = []
    new = [hunks.popleft()]
    end = 0
    while new:
        group += new
        end = max([end, *(hunk.end for hunk, _ in new)])
        near = []
        # They are in order: what begins behind the end of all that is taken touches none of it.
        while hunks and hunks[0][0].start <= end:
            near.append(hunks.popleft())
        touched = [_touched(each, new) for each in near]
        new = list(compress(near, touched))
        hunks.extendleft(reversed(list(compress(near, map(not_, touched)))))
    return sorted(group, key=lambda each: (each[0].start, each[0].end))


def _touched(found: tuple[_Hunk, int], by: Sequence[tuple[_Hunk, int]]) -> bool:
    return any(side != found[1] and hunk.touches(found[0]) for hunk, side in by)


def _applied(
    base: list[_Paragraph], hunks: Sequence[_Hunk], start: int, end: int
) -> list[_Paragraph]:
    """A stretch of the base as one side has it."""
    found: list[_Paragraph] = []
    for hunk in hunks:
        found += [*base[start : hunk.start], *hunk.put]
        start = hunk.end
    return [*found, *base[start:end]]


def _hunks(base: list[_Paragraph], other: list[_Paragraph]) -> list[_Hunk]:
    """What became of the base, one paragraph for one where as many came as went."""
    return [
        hunk
        for each in stretches(_texts(base), _texts(other))
        if not each.same
        for hunk in _fine(each.start, each.end, other[each.other_start : each.other_end])
        # Of very long texts, what is no change may stand among the changes.
        if _texts(hunk.put) != _texts(base[hunk.start : hunk.end])
    ]


def _fine(start: int, end: int, put: list[_Paragraph]) -> list[_Hunk]:
    if len(put) == end - start:
        return [_Hunk(start + n, start + n + 1, (each,)) for n, each in enumerate(put)]
    return [_Hunk(start, end, tuple(put))]


def _texts(paragraphs: Sequence[_Paragraph]) -> list[str]:
    return [each.text for each in paragraphs]


def _keyed(items: Sequence[ItemDraft], known: Mapping[str, str]) -> dict[str, ItemDraft]:
    """The pairs by what they are known by: their id, or that of one with the same question."""
    found: dict[str, ItemDraft] = {}
    for each in items:
        key = each.id or known.get(each.question) or each.question
        while key in found:
            key += "'"
        found[key] = each
    return found


def _questions(keyed: Mapping[str, ItemDraft]) -> dict[str, str]:
    return {each.question: key for key, each in keyed.items()}


def _same(one: ItemDraft, other: ItemDraft) -> bool:
    return replace(one, id=None) == replace(other, id=None)


def _told(item: ItemDraft | None) -> dict[str, str | None] | None:
    if item is None:
        return None
    return {"question": item.question, "answer": item.answer, "type": item.type}


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
