"""Which lines of a text without markup are headings: by what they look like and by their place."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from content.importing.blocks import Block
from content.importing.classifying import names_a_type
from content.importing.heading_shapes import LABEL, Shape, is_cut_off, leads_in, shape_of
from content.importing.wording import ends_sentence, is_question, is_sentence

_CLOSING_SIGNS: Final = (".", "!", "?", ":", "”", '"', "…")
_LEAST_BODY: Final = 18
"""Characters that must stand under a line in small letters to make it a heading."""

_LEAST_NAMED: Final = 12
"""The same when the line names a type of section."""

_LONGEST_ROW: Final = 3
"""Lines in a row that may all be headings; more are cells or items."""

_AROUND: Final = 4
"""Headings to either side whose endings are looked at."""

_LEAST_STYLE: Final = 3
"""Headings that must end alike before that counts as the style of a document."""


def headings_without_markup(shown: Sequence[Block], named: set[int]) -> set[int]:
    """The ids of the blocks that are headings; lines behind a lead-in become its list.

    `named` are the ids of blocks that a list of contents names.
    """
    return _Reading(shown, named).chosen()


def itemise_labels(shown: Sequence[Block], heads: set[int]) -> None:
    """Two or more "Label: text" lines behind a line that ends in a colon are its list."""
    position = 1
    while position < len(shown):
        end = position
        lead = shown[position - 1]
        if lead.kind == "paragraph" and lead.text.endswith(":") and id(lead) not in heads:
            end = _labels_end(shown, position)
            for block in shown[position:end]:
                _make_item(block)
        position = max(end, position + 1)


def _labels_end(shown: Sequence[Block], position: int) -> int:
    """Where the run of "Label: text" lines ends; `position` when there are not two."""
    end = position
    while end < len(shown) and shown[end].kind == "paragraph" and LABEL.match(shown[end].text):
        end += 1
    return end if end - position >= 2 else position


def _make_item(block: Block) -> None:
    block.kind, block.marker = "list_item", "-"


@dataclass(slots=True)
class _Reading:
    """The blocks of a document, what each looks like, and which are headings so far."""

    shown: Sequence[Block]
    named: set[int]
    shapes: list[Shape] = field(default_factory=list)
    heads: set[int] = field(default_factory=set)

    def chosen(self) -> set[int]:
        """The ids of the headings."""
        self.shapes = [self._own_shape(block) for block in self.shown]
        self._settle_colons()
        self._settle_stops()
        heads = {"sure", "plain"}
        itemise_labels(
            self.shown,
            {
                id(block)
                for block, shape in zip(self.shown, self.shapes, strict=True)
                if shape in heads
            },
        )
        position = 0
        while position < len(self.shown):
            position = self._read(position)
        return {id(self.shown[at]) for at in self.heads}

    def _own_shape(self, block: Block) -> Shape:
        shape = shape_of(block)
        named = shape != "question" and id(block) in self.named
        return "sure" if named else shape

    def _text(self, position: int) -> str:
        return self.shown[position].text if 0 <= position < len(self.shown) else ""

    def _shape(self, position: int) -> Shape:
        return self.shapes[position] if 0 <= position < len(self.shapes) else "body"

    # Endings that only the style of the whole document explains

    def _settle_colons(self) -> None:
        lines = [at for at, shape in enumerate(self.shapes) if shape == "colon"]
        style = sum(self._stands_over_text(at) for at in lines) >= _LEAST_STYLE
        for at in lines:
            text = self._text(at)
            short = len(text.split()) <= 6 and not is_sentence(text) and not leads_in(text)
            styled = style and self._opens(at) and self._is_colon_head(at)
            head = (short or styled) and at + 1 < len(self.shown)
            self.shapes[at] = "sure" if head else "body"

    def _stands_over_text(self, position: int) -> bool:
        if position + 1 >= len(self.shown) or is_cut_off(self._text(position)):
            return False
        following = self.shown[position + 1]
        text = following.kind == "paragraph" and self._shape(position + 1) == "body"
        return text and len(following.text) >= 30 and not LABEL.match(following.text)

    def _is_colon_head(self, position: int) -> bool:
        """Over text, or over a list unless it stands right under a heading."""
        if self._stands_over_text(position):
            return True
        return self._shape(position - 1) == "body" and not is_cut_off(self._text(position))

    def _settle_stops(self) -> None:
        """Short sentences are headings where most headings nearby end with a stop, too."""
        lines = [at for at, shape in enumerate(self.shapes) if shape == "stop"]
        nearby = self._stopped_nearby(lines)
        last = -2
        for at in lines:
            head = at in nearby and self._may_be_stopped(at, last)
            self.shapes[at] = "sure" if head else "body"
            last = at if head else last

    def _stopped_nearby(self, lines: Sequence[int]) -> set[int]:
        """Those of the lines around which more headings end with a stop than without."""
        stopped = {at for at in lines if self._may_be_stopped(at, -1)}
        heads: list[int] = []
        for at, shape in enumerate(self.shapes):
            if id(self.shown[at]) in self.named and self._text(at).endswith("."):
                stopped.add(at)
            if at in stopped or (shape in {"plain", "sure"} and self._supports(at)):
                heads.append(at)
        near: set[int] = set()
        for number, at in enumerate(heads):
            around = heads[max(0, number - _AROUND) : number + _AROUND + 1]
            count = sum(each in stopped for each in around)
            if at in stopped and count >= _LEAST_STYLE and count > len(around) - count:
                near.add(at)
        return near

    def _may_be_stopped(self, position: int, last: int) -> bool:
        """Whether a short sentence stands over more than itself, and is no text or answer."""
        before = self._shape(position - 1)
        under_other = before in {"plain", "sure"} and not self._text(position - 1).endswith(".")
        if position + 1 >= len(self.shown) or before == "question" or under_other:
            return False
        words = len(self._text(position).split())
        below = len(self._text(position + 1).split())
        if last == position - 1:
            return words <= 4 and below > 4 and self._shape(position + 1) == "body"
        if self.shown[position + 1].kind != "paragraph" or self._is_parent_of_stop(position):
            return True
        return below >= words and self._shape(position + 1) != "open"

    def _is_parent_of_stop(self, position: int) -> bool:
        """Whether a very short sentence stands below, and text below that."""
        below, text = self._text(position + 1), self._text(position + 2)
        return (
            self._shape(position + 1) == "stop"
            and len(below.split()) <= 4
            and len(text) >= 2 * len(below)
        )

    # Runs of lines

    def _read(self, position: int) -> int:
        """Decide about the lines from here to the next text; where to go on."""
        shape = self.shapes[position]
        if shape == "question":
            return self._read_questions(position)
        if shape not in {"sure", "plain", "open"} or self._is_item(position):
            return position + 1
        end = self._end(position, {"sure", "plain", "open"})
        start = position
        if self._follows_question(start) and self.shapes[start] != "sure":
            start = max(start + 1, end - 1)
        elif self._follows_lead_in(start):
            start = self._itemise(start, end)
        if start < end:
            self._choose(start, end)
        return end

    def _is_item(self, position: int) -> bool:
        return self.shown[position].kind != "paragraph"

    def _end(self, position: int, kinds: set[str]) -> int:
        end = position
        while end < len(self.shown) and self.shapes[end] in kinds and not self._is_item(end):
            end += 1
        return end

    def _read_questions(self, position: int) -> int:
        end = self._end(position, {"question"})
        if self._follows_lead_in(position) and end - position >= 2:
            last = end if end == len(self.shown) or self._shape(end) != "body" else end - 1
            for block in self.shown[position:last]:
                _make_item(block)
            self.heads.update(range(last, end))
        elif end - position > _LONGEST_ROW + 1:
            self.heads.update((position, end - 1))
        else:
            self.heads.update(range(position, end))
        return end

    def _follows_question(self, position: int) -> bool:
        return position > 0 and is_question(self._text(position - 1)) and position - 1 in self.heads

    def _follows_lead_in(self, position: int) -> bool:
        return (
            position > 0
            and self.shown[position - 1].kind == "paragraph"
            and self.shapes[position - 1] == "body"
            and self._text(position - 1).endswith(":")
        )

    def _itemise(self, start: int, end: int) -> int:
        """Make items of the lines behind a lead-in; where the lines begin that are none."""
        last = end - 1 if self._heads_text(end - 1) else end
        if last - start < 2:
            return start
        for block in self.shown[start:last]:
            _make_item(block)
        return last

    def _choose(self, start: int, end: int) -> None:
        """Of a run of lines the first and the last may be headings, what lies between cells."""
        length, last = end - start, end - 1
        if self._heads_text(last) and not self._ends_a_list(start, end):
            self.heads.add(last)
        if length == 1 or not self._may_open(start):
            return
        if length > _LONGEST_ROW:
            if not self._begins_a_table(start, end):
                self.heads.add(start)
            if last in self.heads and self._is_parent_behind_a_list(last - 1):
                self.heads.add(last - 1)
            return
        self.heads.add(start)
        middle = start + 1
        if length == 3 and self._may_open(middle) and not self._is_single_item(middle):
            self.heads.add(middle)

    def _is_parent_behind_a_list(self, position: int) -> bool:
        """Whether the line stands apart like the heading below it, unlike the items above it."""
        around = (
            self.shown[position - 1].gap,
            self.shown[position].gap,
            self.shown[position + 1].gap,
        )
        return around == (False, True, True) and self.shapes[position] != "open"

    def _may_open(self, position: int) -> bool:
        shape = self.shapes[position]
        return shape == "sure" or (shape == "plain" and self._opens(position))

    def _opens(self, position: int) -> bool:
        """Whether nothing before the line is left open."""
        if position == 0 or self.shown[position - 1].kind != "paragraph":
            return True
        return self.shapes[position - 1] != "body" or ends_sentence(self._text(position - 1))

    def _heads_text(self, position: int) -> bool:
        shape = self.shapes[position]
        if position + 1 >= len(self.shown) or shape == "open":
            return False
        return shape == "sure" or (self._opens(position) and self._supports(position))

    def _supports(self, position: int) -> bool:
        """Whether what stands under the line is text, a list, or a question."""
        if position + 1 >= len(self.shown):
            return False
        following = self.shown[position + 1]
        if following.kind != "paragraph" or self.shapes[position + 1] == "question":
            return True
        if not following.text.endswith(_CLOSING_SIGNS):
            return False
        least = _LEAST_BODY
        if len(following.text) < least and names_a_type(self._text(position)):
            least = _LEAST_NAMED
        return len(following.text) >= least

    def _ends_a_list(self, start: int, end: int) -> bool:
        """Whether the last line is the last item of a list, and what follows stands apart."""
        length = end - start
        if length < 3 or end >= len(self.shown):
            return False
        if length > _LONGEST_ROW and self._shape(end) == "question":
            return self.shapes[end - 1] == "plain"
        tight = not any(block.gap for block in self.shown[start + 2 : end])
        return tight and self.shown[end].gap

    def _begins_a_table(self, start: int, end: int) -> bool:
        """Whether the run is one cell a line from its first line on."""
        words = [len(block.text.split()) for block in self.shown[start:end]]
        short = end - start >= 5 and words[0] <= 2 and sum(words[1:-1]) <= 3.5 * (len(words) - 2)
        if not short or start == 0 or start - 1 in self.heads:
            return False
        apart = self.shown[start + 1].gap and not self.shown[start + 2].gap
        return not apart and not names_a_type(self._text(start))

    def _is_single_item(self, position: int) -> bool:
        """Whether the line clings to the one before it while the next stands apart."""
        return not self.shown[position].gap and self.shown[position + 1].gap
