"""The passages of a text that show why it was found, as safe HTML."""

import html
import re
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from content.searching.questions import Terms
from content.searching.words import Word, words

MAX_PASSAGES = 3
MAX_PASSAGE = 300
"""Characters of one passage; longer sentences are cut at a space, and say so with an ellipsis."""

MAX_SEARCHED = 20_000
"""Characters of a text that are looked through: it bounds the time that a page of hits takes."""

_LEAD = 100
# Characters shown before the first match of a sentence that has to be cut.

_border = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+(?=[^\sa-z])|\s*\n\s*")


class Mark(NamedTuple):
    """A matched stretch of a text, and what matched there."""

    start: int
    end: int
    terms: Terms


@dataclass(frozen=True, slots=True)
class _Sentence:
    start: int
    end: int
    marks: list[Mark]

    @property
    def rank(self) -> tuple[int, int, int]:
        """Sentences with more different matches first, then with more, then the earlier ones."""
        return -len({mark.terms for mark in self.marks}), -len(self.marks), self.start


def marked(text: str, sought: Sequence[Terms]) -> str | None:
    """The whole text, escaped, with what was sought in `<mark>`; None when nothing was found."""
    marks = _marks(text, sought)
    return _render(text, 0, len(text), marks) if marks else None


def passages(text: str, sought: Sequence[Terms]) -> list[str]:
    """At most three sentences in which most of what was sought is found, in their order."""
    searched = text[:MAX_SEARCHED]
    found = [each for each in _sentences(searched, _marks(searched, sought)) if each.marks]
    best = sorted(found, key=lambda each: each.rank)[:MAX_PASSAGES]
    return [_passage(text, each) for each in sorted(best, key=lambda each: each.start)]


def _marks(text: str, sought: Sequence[Terms]) -> list[Mark]:
    """Where the sought terms stand; none of the marks overlaps another."""
    vocabulary = {term for terms in sought for term in terms}
    found: dict[str, list[Word]] = defaultdict(list)
    for word in words(text, vocabulary):
        found[word.term].append(word)
    runs = (run for terms in sought for run in _standing_together(terms, found))
    return _without_overlaps(runs)


def _standing_together(terms: Terms, found: dict[str, list[Word]]) -> Iterator[Mark]:
    if not all(term in found for term in terms):
        return
    following = [{word.first: word for word in found[term]} for term in terms[1:]]
    for first in found[terms[0]]:
        last: Word | None = first
        for words_at in following:
            last = words_at.get(last.last + 1) if last else None
        if last:
            yield Mark(first.start, last.end, terms)


def _without_overlaps(marks: Iterable[Mark]) -> list[Mark]:
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda each: (each.start, -each.end)):
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return kept


def _sentences(text: str, marks: list[Mark]) -> Iterator[_Sentence]:
    start = 0
    waiting = deque(marks)
    for end, following in [*(border.span() for border in _border.finditer(text)), (len(text),) * 2]:
        inside = []
        while waiting and waiting[0].start < end:
            inside.append(waiting.popleft())
        # A match may reach over a border: the sentence then does so too.
        reach = inside[-1].end if inside else end
        yield _Sentence(start, max(end, reach), inside)
        start = max(following, reach)


def _passage(text: str, sentence: _Sentence) -> str:
    start, end = sentence.start, sentence.end
    if end - start > MAX_PASSAGE:
        start = _after_space(text, start, max(start, sentence.marks[0].start - _LEAD))
        end = _before_space(text, start + MAX_PASSAGE, end)
    inside = [mark for mark in sentence.marks if mark.start >= start and mark.end <= end]
    before = "…" if start > sentence.start else ""
    after = "…" if end < sentence.end else ""
    return f"{before}{_render(text, start, end, inside)}{after}"


def _after_space(text: str, first: int, wanted: int) -> int:
    if wanted == first:
        return first
    space = text.find(" ", wanted, wanted + _LEAD)
    return wanted if space < 0 else space + 1


def _before_space(text: str, wanted: int, last: int) -> int:
    if wanted >= last:
        return last
    space = text.rfind(" ", wanted - _LEAD, wanted)
    return wanted if space < 0 else space


def _render(text: str, start: int, end: int, marks: Iterable[Mark]) -> str:
    parts = []
    for mark in marks:
        parts.append(html.escape(text[start : mark.start]))
        parts.append(f"<mark>{html.escape(text[mark.start : mark.end])}</mark>")
        start = mark.end
    parts.append(html.escape(text[start:end]))
    return "".join(parts)
