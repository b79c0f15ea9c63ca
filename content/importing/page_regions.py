"""The parts of a web page that are no part of its article: found before its blocks are read.

One pass over the tags measures every element (words, links, sentences, controls); then each is
judged by what it is, what it is called, what it opens with, and what it is like. Losing content
is worse than keeping a line too many: an element that holds the title or much of the text is
never set aside, whatever it is called.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape
from itertools import zip_longest
from typing import Final, Literal, NamedTuple

from content.importing.blocks import visible
from content.importing.region_names import (
    LIMITS,
    asks_for_consent,
    asks_for_mail,
    reason_by_element,
    reason_by_opening,
    reasons_by_class,
)
from content.importing.tags import Piece, attributes
from content.importing.wording import is_question

_CONTAINERS: Final = frozenset(
    {
        *("html", "body", "div", "section", "article", "aside", "nav", "header", "footer"),
        *("main", "form", "ul", "ol", "menu", "table", "tr", "td", "th", "details", "dialog"),
        *("figure", "fieldset", "center", "button", "address", "dl", "blockquote"),
    }
)
_NAMED: Final = frozenset({"p", "li", "dd", "h2", "h3", "h4", "h5", "h6", "a"})
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_LINES: Final = _HEADINGS | {"dt", "summary", "legend"}
_INLINE: Final = frozenset(
    {
        *("span", "a", "button", "label", "b", "i", "em", "strong", "small", "font", "u", "sup"),
        *("sub", "abbr", "cite", "q", "mark", "s", "del", "ins", "time", "code", "big", "picture"),
    }
)
_VOID: Final = frozenset({"br", "hr", "img", "input", "meta", "link", "wbr", "source", "embed"})
_WHOLE: Final = frozenset({"html", "body", "main"})
_LANDMARKS: Final = frozenset({"article", "section", "main", "td"})
_BOXES: Final = frozenset({"div", "section", "article", "dd"})
_NO_ANSWERS: Final = _HEADINGS | {"a", "form", "input", "button", "select", "textarea"}
_CONTROLS: Final = frozenset({"input", "button", "select", "textarea"})
_IMPLIED: Final = {
    "li": frozenset({"li"}),
    "td": frozenset({"td", "th"}),
    "th": frozenset({"td", "th"}),
    "tr": frozenset({"td", "th", "tr"}),
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
}
_TELLING: Final = re.compile(
    r"hidden|display\s*:\s*none|visibility\s*:|sr-only|screen-reader|mso-list|mso-hide|class|\bid\b|"
    r"role",
    re.IGNORECASE,
)
_UNSEEN_STYLE: Final = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE
)
_UNSEEN_CLASS: Final = re.compile(
    r"(?:^|[\s_-])(?:sr-only|screen-reader-text|screen-reader|visually-?hidden|assistive-text|"
    r"screenreader|a11y-hidden)(?=$|\s)",
    re.IGNORECASE,
)
_FOLDED: Final = re.compile(
    r"accordion|collaps|panel|faq|answer|tab|toggle|expand|fold|slide|content", re.IGNORECASE
)
_FOLDS: Final = re.compile(r"accordion|collaps|toggle|faq|question|expand|tab", re.IGNORECASE)
_MSO_LABEL: Final = re.compile(r"mso-list\s*:\s*ignore", re.IGNORECASE)
_COOKIES: Final = re.compile(r"cookie", re.IGNORECASE)
_SENTENCE: Final = re.compile(r"[.!?](?=\s|$)")
_TARGET: Final = re.compile(
    r"""(?:aria-controls|data-(?:bs-)?target|href)\s*=\s*["']?#?([\w:.-]+)""", re.IGNORECASE
)
_LONGEST_OPENING: Final = 160
_LONGEST_TEASER: Final = 120
_NEAR: Final = 20
"""Tags between a button and what it shows."""
_LEAST_FOLDS: Final = 2
_LEAST_FOLDED: Final = 40
"""Characters that a button shows which does not ask a question."""
_LARGE_PAGE: Final = 600
"""Characters; on a page with less text, no part of it stands out as the article."""
_ARTICLE_SHARE: Final = 0.85


class Tally(NamedTuple):
    """What stands in an element: characters of text and of links, and numbers of things."""

    text: int = 0
    linked: int = 0
    links: int = 0
    sentences: int = 0
    titles: int = 0
    headings: int = 0
    controls: int = 0

    @property
    def plain(self) -> int:
        """The characters that are no link."""
        return self.text - self.linked

    @property
    def link_share(self) -> float:
        """How much of the text is links, 0 to 1."""
        return self.linked / self.text if self.text else 0.0


@dataclass(slots=True)
class _Element:
    """An element with the pieces that it reaches over and what is in it.

    `parent` is the number of the element around it, -1 for none; `inner` says that it stands in
    a part of an article, `in_line` that it stands in a heading. `opening` is the first text in
    it, `opener` the number of the element inside that has this text, -1 for none.
    """

    name: str
    attributes: dict[str, str]
    first: int
    parent: int
    inner: bool
    in_line: bool
    before: Tally
    last: int = -1
    tally: Tally = field(default_factory=Tally)
    opening: str | None = None
    opener: int = -1
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Aside:
    """Pieces, the last one included, that are no part of the article.

    `inline` says that they stand inside of a paragraph, which goes on behind them. The reason
    `label` is that of a bullet or number that a word processor typed in front of an item.
    """

    first: int
    last: int
    reason: str
    inline: bool


@dataclass(frozen=True, slots=True)
class Regions:
    """The asides of a page, in order and apart, and where its article stands in the source."""

    asides: Sequence[Aside]
    article: tuple[int, int] | None
    title: int | None
    """Where the first top heading stands."""


@dataclass(slots=True)
class _Survey:
    """The elements of a page, measured while its pieces go by."""

    source: str
    elements: list[_Element] = field(default_factory=list)
    stack: list[tuple[str, int, int]] = field(default_factory=list)
    """Of each open tag the name, the number of its element or -1, and the innermost element."""
    open_names: dict[str, int] = field(default_factory=dict)
    unopened: list[int] = field(default_factory=list)
    text: int = 0
    linked: int = 0
    links: int = 0
    sentences: int = 0
    titles: int = 0
    headings: int = 0
    controls: int = 0
    in_link: bool = False
    in_line: bool = False
    heading: tuple[str, int] | None = None
    title: int | None = None

    def take(self, index: int, piece: Piece) -> None:
        """Go on by one piece."""
        if piece.kind == "text":
            self._text(piece)
        elif piece.kind == "open":
            self._open(index, piece)
        elif piece.kind == "close":
            self._close(index, piece.name)
        elif piece.name in _CONTROLS:
            self.controls += 1

    def _text(self, piece: Piece) -> None:
        text = self.source[piece.start : piece.end]
        length = len(text) if not text.isspace() else 0
        if not length:
            return
        self.text += length
        if self.in_link:
            self.linked += length
        else:
            self.sentences += len(_SENTENCE.findall(text))
            self._count_heading()
        if self.unopened:
            self._give_opening(text)

    def _count_heading(self) -> None:
        """A heading with text that is no link: the name of a site links to its start."""
        if self.heading is None:
            return
        name, start = self.heading
        self.heading = None
        self.headings += 1
        if name == "h1":
            self.titles += 1
            self.title = start if self.title is None else self.title

    def _give_opening(self, text: str) -> None:
        shown = visible(unescape(text[: _LONGEST_OPENING * 2]))
        if not shown:
            return
        for number, inner in zip_longest(self.unopened, self.unopened[1:], fillvalue=-1):
            self.elements[number].opening, self.elements[number].opener = shown, inner
        self.unopened.clear()

    def _open(self, index: int, piece: Piece) -> None:
        name = piece.name
        if name == "a":
            self.in_link, self.links = True, self.links + 1
        elif name in _CONTROLS:
            self.controls += 1
        if name in _VOID:
            return
        self._end_implied(index, name)
        if name in _LINES:
            self.in_line = True
            self.heading = (name, piece.start) if name in _HEADINGS else None
        found = attributes(self.source[piece.start : piece.end]) if self._asks(piece) else {}
        if name in _CONTAINERS or "-" in name or (found and _is_marked(name, found)):
            self._push(index, name, found)
        elif self.open_names.get(name):
            self._stack(name, -1)

    def _asks(self, piece: Piece) -> bool:
        """Whether the attributes of the tag may say what it is."""
        if piece.name == "button":
            return True
        if piece.end - piece.start <= len(piece.name) + 2:
            return False
        return bool(_TELLING.search(self.source, piece.start, piece.end))

    def _end_implied(self, index: int, name: str) -> None:
        """Elements that need no closing tag end where the next of their kind begins."""
        ends = _IMPLIED.get(name)
        while ends and self.stack and self.stack[-1][0] in ends:
            self._pop(index - 1)
        if name not in _INLINE and self.stack and self.stack[-1][0] == "p":
            self._pop(index - 1)

    def _push(self, index: int, name: str, found: dict[str, str]) -> None:
        number = len(self.elements)
        parent = self.stack[-1][2] if self.stack else -1
        inner = parent >= 0 and (
            self.elements[parent].inner or self.elements[parent].name in _LANDMARKS
        )
        element = _Element(name, found, index, parent, inner, self.in_line, self.total())
        self.elements.append(element)
        self.unopened.append(number)
        self._stack(name, number)

    def _stack(self, name: str, number: int) -> None:
        around = self.stack[-1][2] if self.stack else -1
        self.stack.append((name, number, number if number >= 0 else around))
        self.open_names[name] = self.open_names.get(name, 0) + 1

    def _close(self, index: int, name: str) -> None:
        if name == "a":
            self.in_link = False
        elif name in _LINES:
            self.in_line, self.heading = False, None
        if not self.open_names.get(name) or (name in _INLINE and self.stack[-1][0] != name):
            return
        while self._pop(index) != name:
            pass

    def _pop(self, index: int) -> str:
        """Take the innermost open element off: it reaches up to this piece."""
        name, number, _ = self.stack.pop()
        self.open_names[name] -= 1
        if number >= 0:
            element = self.elements[number]
            element.last = index
            element.tally = _difference(self.total(), element.before)
            if self.unopened and self.unopened[-1] == number:
                self.unopened.pop()
        return name

    def total(self) -> Tally:
        """What went by so far."""
        return Tally(
            self.text,
            self.linked,
            self.links,
            self.sentences,
            self.titles,
            self.headings,
            self.controls,
        )


def find_regions(source: str, pieces: Sequence[Piece]) -> Regions:
    """What of a page is set aside, and where its article stands. Linear in the length."""
    survey = _Survey(source)
    for index, piece in enumerate(pieces):
        if piece.kind != "markup" or piece.name in _CONTROLS:
            survey.take(index, piece)
    judge = _Judge(source, pieces, survey)
    judge.judge_all()
    return Regions(list(judge.asides()), judge.article(), survey.title)


@dataclass(slots=True)
class _Judge:
    """Gives every element of a page its reason, if it has one."""

    source: str
    pieces: Sequence[Piece]
    survey: _Survey
    total: Tally = field(init=False)
    names_cookies: bool = field(init=False)
    controlled: frozenset[str] | None = None
    folds: frozenset[int] | None = None

    def __post_init__(self) -> None:
        self.total = self.survey.total()
        self.names_cookies = bool(_COOKIES.search(self.source))

    def judge_all(self) -> None:
        """Give the reasons; what was never closed, or is the whole page, has none."""
        for element in self.survey.elements:
            if element.last >= 0 and element.name not in _WHOLE:
                element.reason = self._reason(element)

    def asides(self) -> Iterator[Aside]:
        """The outermost elements that have a reason."""
        end = -1
        for element in self.survey.elements:
            if element.reason and element.first > end:
                end = element.last
                inline = element.name in _INLINE and element.name != "a"
                yield Aside(element.first, end, element.reason, inline)

    def article(self) -> tuple[int, int] | None:
        """The innermost element that holds nearly all text; None when there is none."""
        elements = self.survey.elements
        plain = self._kept_text()
        whole = sum(plain[number] for number, each in enumerate(elements) if each.parent < 0)
        if not any(each.name == "body" for each in elements) or whole < _LARGE_PAGE:
            return None
        found: _Element | None = None
        for number, element in enumerate(elements):
            if plain[number] >= _ARTICLE_SHARE * whole and element.last >= 0:
                found = element
        if found is None:
            return None
        return self.pieces[found.first].start, self.pieces[found.last].end

    def _kept_text(self) -> list[int]:
        """Of each element the text beside links that is not set aside."""
        elements = self.survey.elements
        lost = [0] * len(elements)
        for number in range(len(elements) - 1, -1, -1):
            element = elements[number]
            if element.reason:
                lost[number] = element.tally.plain
            if element.parent >= 0:
                lost[element.parent] += lost[number]
        return [each.tally.plain - less for each, less in zip(elements, lost, strict=True)]

    def _reason(self, element: _Element) -> str | None:
        found = element.attributes
        if _MSO_LABEL.search(found.get("style", "")):
            return "label"
        if _is_unseen(found):
            return "hidden" if self._stays_unseen(element) else None
        if element.name == "button":
            return None if element.in_line or self._is_fold(element) else "form"
        return next(self._believed(element), None)

    def _is_fold(self, element: _Element) -> bool:
        """Whether a button shows and hides text, so that what is on it is a heading.

        One that does not say so asks a question over its answer, or is one of several that each
        stand over a box with sentences.
        """
        found = element.attributes
        if {"aria-expanded", "aria-controls"} & found.keys():
            return True
        if any(_FOLDS.search(value) for name, value in found.items() if name != "style"):
            return True
        return element.first in self._unsaid_folds()

    def _unsaid_folds(self) -> frozenset[int]:
        """Where buttons start that fold text without saying so."""
        if self.folds is None:
            behind = {
                each.first: (each.opening or "", self._behind(each))
                for each in self.survey.elements
                if each.name == "button" and not reason_by_opening(each.opening or "-")
            }
            labels = Counter(label for label, what in behind.values() if what == "box")
            self.folds = frozenset(
                first
                for first, (label, what) in behind.items()
                if (what and is_question(label))
                or (what == "box" and labels[label] == 1 and len(labels) >= _LEAST_FOLDS)
            )
        return self.folds

    def _behind(self, button: _Element) -> Literal["box", "text"] | None:
        """What a button could show: a box next to it, or other text, up to the next heading."""
        around = self.survey.elements[button.parent] if button.parent >= 0 else None
        # The box may also stand next to an element that holds the button and nothing else.
        leaving = int(around is not None and around.tally.text == button.tally.text)
        boxed = False
        end = button.last + 1 if button.last >= 0 else len(self.pieces)
        for piece in self.pieces[end : end + _NEAR]:
            if piece.name in _NO_ANSWERS:
                return None
            if piece.kind == "text" and (text := self.source[piece.start : piece.end].strip()):
                return "box" if boxed and len(text) >= _LEAST_FOLDED else "text"
            leaving -= piece.kind == "close"
            boxed = boxed or (piece.kind == "open" and piece.name in _BOXES and leaving == 0)
        return None

    def _believed(self, element: _Element) -> Iterator[str]:
        """The reasons that the element gives itself and that it is like."""
        for reason in self._said(element):
            if self._is_believed(element, reason):
                yield self._specific(element, reason)

    def _said(self, element: _Element) -> Iterator[str]:
        found = element.attributes
        named = reasons_by_class(_names(found)) if found else ()
        said = reason_by_element(element.name, found.get("role", "").lower())
        if (named or said or element.tally.controls) and self._wants_consent(element):
            yield "cookies"
        if element.name == "a":
            yield from (reason for reason in named if reason == "navigation")
            return
        yield from named
        opened = self._said_at_opening(element)
        if opened:
            yield opened
        if said:
            yield said

    def _said_at_opening(self, element: _Element) -> str | None:
        """What the first line says, unless a part inside of the element says it of itself."""
        if not element.opening or element.name in {"tr", "table", "ul", "ol"}:
            return None
        reason = reason_by_opening(element.opening)
        inner = self.survey.elements[element.opener] if element.opener >= 0 else None
        if inner and inner.tally.text > len(element.opening) + 40:
            return None
        if reason == "newsletter" and not element.tally.controls and element.tally.plain > 250:
            return None
        return reason if reason != "form" or element.tally.controls else None

    def _wants_consent(self, element: _Element) -> bool:
        """Cookie banners are known by what they say, whatever they are called."""
        return (
            self.names_cookies
            and element.tally.text <= 3_000
            and asks_for_consent(self._words(element))
        )

    def _words(self, element: _Element) -> str:
        start, end = self.pieces[element.first].start, self.pieces[element.last].end
        return self.source[start : min(end, start + 8_000)]

    def _is_believed(self, element: _Element, reason: str) -> bool:
        """Whether the element is like what it says that it is."""
        limits, tally = LIMITS[reason], element.tally
        if tally.titles or tally.plain > limits.share * self.total.plain:
            return False
        if reason == "frame" and (element.inner or self._may_title(element)):
            return tally.link_share >= 0.5 and not self._may_title(element)
        if reason == "sidebar" and not (tally.link_share >= 0.25 or tally.controls):
            return False
        teasers = reason == "related" and tally.plain <= _LONGEST_TEASER * tally.links
        return (
            (tally.link_share >= limits.linked or teasers)
            and tally.plain <= limits.characters
            and tally.sentences <= limits.sentences
            and tally.controls + tally.links >= limits.controls
        )

    def _may_title(self, element: _Element) -> bool:
        """Whether the head of a page without top headings could hold the title."""
        return not self.total.titles and bool(element.tally.headings) and element.name == "header"

    def _specific(self, element: _Element, reason: str) -> str:
        if reason == "call_to_action" and element.tally.controls:
            return "newsletter" if asks_for_mail(self._words(element)) else reason
        return reason

    def _stays_unseen(self, element: _Element) -> bool:
        """Text that a click shows is content; what is much of the page shows when it has loaded."""
        found = element.attributes
        if element.tally.titles or element.tally.plain > 0.5 * self.total.plain:
            return False
        if found.get("hidden") == "until-found" or found.get("role") in {"tabpanel", "region"}:
            return False
        if element.name in _INLINE or not element.tally.sentences:
            return True
        folded = _FOLDED.search(_names(found)) and next(self._believed(element), None) is None
        return not folded and found.get("id") not in self._targets()

    def _targets(self) -> frozenset[str]:
        """The ids of what buttons and links of the page show."""
        if self.controlled is None:
            self.controlled = frozenset(_TARGET.findall(self.source))
        return self.controlled


def _is_marked(name: str, found: dict[str, str]) -> bool:
    """Whether an element that holds no others may be set aside all the same."""
    if _is_unseen(found) or _MSO_LABEL.search(found.get("style", "")):
        return True
    return name in _NAMED and bool(reasons_by_class(_names(found)))


def _difference(after: Tally, before: Tally) -> Tally:
    return Tally(*(end - start for end, start in zip(after, before, strict=True)))


def _names(found: dict[str, str]) -> str:
    return f"{found.get('class', '')} {found.get('id', '')}"


def _is_unseen(found: dict[str, str]) -> bool:
    return (
        "hidden" in found
        or bool(_UNSEEN_STYLE.search(found.get("style", "")))
        or bool(_UNSEEN_CLASS.search(found.get("class", "")))
    )
