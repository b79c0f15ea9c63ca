"""Where one article of a source ends and the next begins."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import sqrt
from typing import Final

from content.importing.blocks import Block
from content.importing.heading_shapes import (
    SUBTITLE,
    is_closing_heading,
    is_faq_heading,
    is_opening_heading,
    plain,
)
from content.importing.phrases import AFTER_CONCLUSION
from content.importing.wording import folded, is_numbered, is_question, is_title_case

_THRESHOLD: Final = 2.0
_LEAST_LEAD: Final = 3
_AHEAD: Final = 3
"""Headings further down that may be a better beginning than this one."""

_WHOLE_ARTICLE: Final = 5
"""Headings behind a conclusion that are more than what may follow one."""

_LEAST_CAPITALS: Final = 4
"""Words of a heading whose capitals tell something."""

_LOOK_AHEAD: Final = 7
_LOOK_BACK: Final = 8
_CLOSING_PARAGRAPH: Final = re.compile(
    r"^(?:in (?:summary|conclusion|short|closing)|to (?:sum|conclude)|overall\b|ultimately\b)|"
    r"\bconsult(?:ing|ation)? (?:with )?(?:your|a|an)\b",
    re.IGNORECASE,
)
_GENERIC: Final = frozenset(
    [
        "conclusion",
        "summary",
        "introduction",
        "faq",
        "faqs",
        "overview",
        "benefits",
        "risks",
        "references",
        "procedure",
        "cost",
        "aftercare",
        "side",
        "effects",
    ]
)
_KIND: Final = re.compile(
    r"(?P<what>^(?:what (?:is|are)\b|overview|introduction|background|understanding|the basics))|"
    r"(?P<not>\bcontraindicat|\bwho (?:should(?:n't| not)|can't|must)|\bavoid)|"
    r"(?P<who>\bcandidate|^who\b|\bsuitab|\bright for\b|\bgood fit)|"
    r"(?P<last>\bhow long\b.*\blast|\bpermanent|\blongevity|\bcome (?:back|again)|\breturn)|"
    r"(?P<cost>\bcosts?\b|\bpric|\bfees?\b|\bcharges|\bpaid?\b)|"
    r"(?P<risks>\brisks?\b|\bside[ -]effects?|\bcomplication|\bgo wrong|\bsafe)|"
    r"(?P<after>\bafter|\brecover|\bdowntime|\bheal|\bdays?\b)|"
    r"(?P<before>^before|\bprepar|\bgetting ready|\bbeforehand)|"
    r"(?P<during>\bprocedure|^during|\bsession|\bstep by step|\bappointment|\bwhat happens)|"
    r"(?P<how>\bhow\b.*\bworks?\b|\bscience|\bmechanism)|"
    r"(?P<benefits>\bbenefits?\b|\badvantages?|\breasons\b|\btreat\?)|"
    r"(?P<results>\bresults?\b|\beffective|\bdoes it work|\bevidence)|"
    r"(?P<other>\balternativ|\boptions|\bversus|\bvs\b|\bor\b.*\?)"
)
_AT_TOP: Final = re.compile(
    r"abstract|tl;? ?dr|(?:the )?(?:key|main|short|quick|brief)\b|summary|in (?:short|brief)|"
    r"takeaways"
)
_WORD: Final = re.compile(r"[a-z]{5,}")
_STEM: Final = 6
_USUAL: Final = frozenset(
    [
        "about",
        "after",
        "again",
        "around",
        "becaus",
        "before",
        "better",
        "betwee",
        "could",
        "doctor",
        "during",
        "effect",
        "every",
        "first",
        "includ",
        "infect",
        "inject",
        "little",
        "minute",
        "months",
        "needed",
        "normal",
        "nothin",
        "often",
        "other",
        "patien",
        "people",
        "person",
        "result",
        "sessio",
        "should",
        "since",
        "small",
        "still",
        "takes",
        "their",
        "there",
        "these",
        "those",
        "though",
        "three",
        "times",
        "treatm",
        "twenty",
        "until",
        "using",
        "usuall",
        "weeks",
        "where",
        "which",
        "while",
        "within",
        "withou",
        "would",
    ]
)
"""Beginnings of words that stand in articles about anything."""
_ASIDE_BETWEEN: Final = frozenset(
    {"call_to_action", "related", "newsletter", "disclaimer", "navigation", "date", "byline"}
)


@dataclass(slots=True)
class _Part:
    """A heading with what stands under it: where it stands and what speaks for a beginning.

    `filled` says that text follows at once, `dated` that a date or byline does, `apart` that
    something of the page stands before it, `kind` what sort of section its words name.
    """

    position: int
    heading: Block
    filled: bool
    faq: bool = False
    closing: bool = False
    dated: bool = False
    apart: bool = False
    kind: str | None = None
    end: int = 0
    words: Counter[str] | None = None


@dataclass(slots=True)
class _Reading:
    """What the article that is being read has had so far."""

    start: int = 0
    first: int = 0
    tops: int = 0
    concluded: bool = False
    headings: set[str] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)


def split_articles(blocks: Sequence[Block]) -> list[list[Block]]:
    """The blocks of each article in order; blocks set aside stay where they stand."""
    starts = _Borders(blocks).starts()
    ends = [*starts[1:], len(blocks)]
    return [list(blocks[start:end]) for start, end in zip(starts, ends, strict=True)]


class _Borders:
    """Weighs for every heading whether an article begins with it."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.blocks = blocks
        self.parts = _parts(blocks)
        self.later = _later_headings(self.parts)
        self.last_conclusion = max((p.position for p in self.parts if p.closing), default=-1)
        self.titles = _title_positions(self.parts)
        rules = sum(part.heading.rule for part in self.parts)
        self.ruled = rules <= len(self.parts) / 4
        self.reading = _Reading()

    def starts(self) -> list[int]:
        """Where articles begin, 0 first."""
        starts = [0]
        for number, part in enumerate(self.parts):
            if part.position > 0 and self._begins(number):
                starts.append(part.position)
                self.reading = _Reading(part.position, number)
            self._read(number)
        return starts

    def _begins(self, number: int) -> bool:
        part = self.parts[number]
        if number == 0:
            return _is_lead_answer(self.blocks[: part.position], part.heading)
        if part.position in self.titles or self._ends_a_titled_article(number):
            return True
        if not self._may_begin(part):
            return False
        further = range(number + 1, min(number + 1 + _AHEAD, len(self.parts)))
        if self.reading.concluded:
            return self._begins_behind_a_conclusion(number, further)
        points = self._points(number)
        # What only looks like a beginning stands shortly before the true one.
        return points >= _THRESHOLD and all(
            self._points(each) <= points and self.parts[each].position not in self.titles
            for each in further
        )

    def _ends_a_titled_article(self, number: int) -> bool:
        """Whether it is a top heading behind the conclusion of an article with only one."""
        tops = (self.parts[self.reading.first].heading, self.parts[number].heading)
        top = all(heading.marked and heading.level == 1 for heading in tops)
        alone = self.reading.tops == 1 and not _is_generic(self.parts[number])
        return top and alone and self.reading.concluded

    def _may_begin(self, part: _Part) -> bool:
        if part.faq or part.closing or AFTER_CONCLUSION.match(folded(part.heading.text)):
            return False
        return not (self.titles and part.heading.marked)

    def _begins_behind_a_conclusion(self, number: int, further: Iterable[int]) -> bool:
        """The first heading behind a conclusion, unless one shortly below begins more clearly."""
        part = self.parts[number]
        own = self._local_points(part)
        nearby = max((self._local_points(self.parts[each]) for each in further), default=0.0)
        repeated = len(self.reading.headings & self.later[number])
        points = 1.0 + 0.6 * (part.position < self.last_conclusion) + 0.5 * min(repeated, 2)
        points += max(own, min(nearby, 0.6)) + 0.6 * (len(self.parts) - number >= _WHOLE_ARTICLE)
        if points < _THRESHOLD and len(self.parts) - number >= 4:
            points += 0.5 * min(self._repeated_kinds(number), 2) + self._shift(number)
        return points >= _THRESHOLD and nearby < own + 0.9

    def _local_points(self, part: _Part) -> float:
        if not self._may_begin(part):
            return 0.0
        opens = is_opening_heading(part.heading.text)
        titled = part.kind is None and part.filled
        return (
            0.3 * titled
            + 1.0 * opens
            + 0.4 * part.heading.rule
            + 1.0 * part.dated
            + 0.4 * part.apart
        )

    def _points(self, number: int) -> float:
        """How much speaks for a beginning where nothing was concluded."""
        part = self.parts[number]
        early = number - self.reading.first < 3 or len(self.parts) - number < 3
        if early or not self._may_begin(part):
            return 0.0
        before = self.parts[number - 1]
        points = 2.0 * part.dated + 0.5 * part.apart + 0.5 * before.faq
        points += 0.8 * (part.heading.rule and self.ruled)
        points += 0.4 if part.kind is None and part.filled else -0.4 * (not part.dated)
        points += 0.3 * min(self._repeated_kinds(number), 4) - 0.2
        points += 0.8 * self._stands_out(number)
        return points + self._shift(number) if points + 1.0 >= _THRESHOLD else points

    def _stands_out(self, number: int) -> bool:
        """Whether the heading is set like a title among the headings around it, which are not.

        It is when it alone has two parts or capitals, or ends a run of numbered headings.
        """
        part = self.parts[number]
        if part.kind or not part.filled or is_question(part.heading.text):
            return False
        first = max(self.reading.first + 1, number - _LOOK_BACK)
        before = [each.heading.text for each in self.parts[first:number]]
        behind = [each.heading.text for each in self.parts[number + 1 : number + 1 + _AHEAD]]
        around = [_set_like(text) for text in before + behind]
        unlike = any(
            own and not any(others)
            for own, *others in zip(_set_like(part.heading.text), *around, strict=True)
        )
        counted = len(before) >= _AHEAD and all(is_numbered(text) for text in before)
        return unlike or (counted and not is_numbered(part.heading.text))

    def _repeated_kinds(self, number: int) -> int:
        """How many kinds of section that the article has had come again."""
        kinds: set[str] = set()
        for part in self.parts[number : number + _LOOK_AHEAD]:
            kinds.update({part.kind} if part.kind else ())
        return len(kinds & self.reading.kinds)

    def _shift(self, number: int) -> float:
        """0 when the words go on being the same, up to 1.0 when they are others from here on."""
        first = max(self.reading.first, number - _LOOK_BACK)
        before = self._counted(self.parts[first:number])
        behind = self._counted(self.parts[number : number + 5])
        likeness = _cosine(before, behind)
        return 1.0 if likeness < 0.04 else 0.7 if likeness < 0.08 else 0.0

    def _counted(self, parts: Iterable[_Part]) -> Counter[str]:
        """In how many of the parts each word occurs."""
        total: Counter[str] = Counter()
        for part in parts:
            if part.words is None:
                part.words = self._words(part)
            total.update(part.words)
        return total

    def _words(self, part: _Part) -> Counter[str]:
        shown = (b.text for b in self.blocks[part.position : part.end] if b.reason is None)
        words = _WORD.findall(" ".join(shown)[:3_000].lower())
        return Counter({word[:_STEM] for word in words} - _USUAL)

    def _read(self, number: int) -> None:
        part, reading = self.parts[number], self.reading
        reading.headings.add(folded(part.heading.text))
        reading.tops += part.heading.marked and part.heading.level == 1
        if part.kind:
            reading.kinds.add(part.kind)
        if part.closing and part.filled:
            # An abstract or the takeaways may also stand at the top, right below the title.
            top = number - reading.first <= 2 and _AT_TOP.match(plain(part.heading.text))
            reading.concluded = reading.concluded or not top


def _set_like(text: str) -> tuple[bool, ...]:
    """Whether a heading has two parts, and whether its words have capitals."""
    words = len(text.split())
    return SUBTITLE.search(text) is not None, words >= _LEAST_CAPITALS and is_title_case(text)


def _cosine(one: Counter[str], other: Counter[str]) -> float:
    shared = sum(count * other[word] for word, count in one.items() if word in other)
    length = sqrt(sum(n * n for n in one.values()) * sum(n * n for n in other.values()))
    return shared / length if length else 1.0


def _parts(blocks: Sequence[Block]) -> list[_Part]:
    """The headings that may open an article: not the questions of a FAQ section."""
    parts: list[_Part] = []
    in_faq, faq_level = False, 0
    before: Block | None = None
    for at, block in enumerate(blocks):
        if block.reason is None and block.kind == "heading":
            part = _part(blocks, at)
            part.apart = before is not None and before.reason in _ASIDE_BETWEEN
            below = is_question(block.text) or (block.marked and block.level > faq_level)
            if not (in_faq and below and not part.dated and not block.rule):
                in_faq, faq_level = part.faq, block.level
                parts.append(part)
        if block.reason != "blank":
            before = block
    for part, following in pairwise(parts):
        part.end = following.position
    if parts:
        parts[-1].end = len(blocks)
    return parts


def _part(blocks: Sequence[Block], at: int) -> _Part:
    text = blocks[at].text
    next_shown = next(
        (n for n in range(at + 1, min(at + 8, len(blocks))) if blocks[n].reason is None), None
    )
    below = blocks[next_shown] if next_shown is not None else None
    between = blocks[at + 1 : next_shown] if next_shown is not None else []
    kind = _KIND.search(plain(text))
    return _Part(
        at,
        blocks[at],
        filled=below is not None and below.kind != "heading",
        faq=is_faq_heading(text) and not _is_subtitled(text, below),
        closing=is_closing_heading(text),
        dated=any(block.reason in {"date", "byline"} for block in between),
        kind=kind.lastgroup if kind else None,
    )


def _is_subtitled(text: str, below: Block | None) -> bool:
    """Whether questions are only spoken of behind a colon, and no question stands below."""
    topic = SUBTITLE.sub("", text)
    asks = below is None or below.kind in {"heading", "summary"} or is_question(below.text)
    return topic != text and not asks and not is_faq_heading(topic)


def _title_positions(parts: Sequence[_Part]) -> set[int]:
    """Where top headings of markup are titles: each has sections below it."""
    tops = [part for part in parts if part.heading.marked and part.heading.level == 1]
    below = Counter[int]()
    current = -1
    for part in parts:
        if part.heading.marked and part.heading.level == 1:
            current = part.position
        elif part.heading.marked:
            below[current] += 1
    own = [part for part in tops if below[part.position] >= 2 and not _is_generic(part)]
    if len(own) < 2 or len(own) < 0.7 * len(tops):
        return set()
    return {part.position for part in own}


def _is_generic(part: _Part) -> bool:
    words = folded(part.heading.text)
    return part.faq or part.closing or words in _GENERIC or bool(AFTER_CONCLUSION.match(words))


def _later_headings(parts: Sequence[_Part]) -> list[set[str]]:
    """For each part the headings from it to the next conclusion after it."""
    later: list[set[str]] = []
    running: set[str] = set()
    for part in reversed(parts):
        if part.closing:
            running = set()
        running = running | {folded(part.heading.text)} if len(running) < 60 else running
        later.append(running)
    return later[::-1]


def _is_lead_answer(lead: Sequence[Block], heading: Block) -> bool:
    """Whether paragraphs without any heading are an answer of their own.

    They are when there are several, the last of them sums up or sends to a professional, and
    the heading behind them begins to explain from the start.
    """
    paragraphs = [block for block in lead if block.reason is None]
    if len(paragraphs) < _LEAST_LEAD or (heading.marked and heading.level == 1):
        return False
    explains = folded(heading.text).startswith(("understanding", "introduction"))
    return explains and bool(_CLOSING_PARAGRAPH.search(paragraphs[-1].text))
