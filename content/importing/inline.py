"""What stands in one paragraph of HTML: runs of text with their emphasis and links."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from content.importing.blocks import INVISIBLE, escape_inline, escape_start, visible

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_SAFE_SCHEMES: Final = ("http:", "https:", "mailto:")
_UNSAFE_IN_LINKS: Final = re.compile(r"[\s()<>\\\"`\[\]*_]")
_SPACE: Final = re.compile(r"\s+")
_SPACES: Final = re.compile(r" {2,}")
_SIGNS: Final = re.compile(r"[\W_]*")
_REMOVE_INVISIBLE: Final = dict.fromkeys(map(ord, INVISIBLE))

BREAK: Final = "\n"
"""The text of a run that is a line break."""


class Style(NamedTuple):
    """How a run is set: strong, emphasised, struck out, and where it links to, if anywhere."""

    strong: bool = False
    emphasis: bool = False
    struck: bool = False
    link: str | None = None


class Run(NamedTuple):
    """A stretch of text in one style, white space folded; `BREAK` for a line break."""

    text: str
    style: Style


PLAIN: Final = Style()
_END: Final = Run("", PLAIN)


@dataclass(slots=True)
class Line:
    """The runs of one paragraph as it is being read, and what can be said of them so far."""

    runs: list[Run] = field(default_factory=list)
    is_told: bool = False
    """Whether anything shows."""
    is_strong: bool = True
    """Whether all that shows is strong."""
    is_broken: bool = False
    """Whether a line break stands at the end."""
    length: int = 0
    linked: int = 0

    def add(self, text: str, style: Style) -> None:
        """Go on with a text as it stands in the source, entities decoded before."""
        text = folded_space(text)
        if not text:
            return
        self.runs.append(Run(text, style))
        shown = len(text.strip(" "))
        if shown:
            self.is_told, self.is_broken = True, False
            self.is_strong = self.is_strong and (style.strong or not text.strip(" :"))
            self.length += shown
            self.linked += shown if style.link is not None else 0

    def add_break(self) -> None:
        """Go on with a line break."""
        self.runs.append(Run(BREAK, PLAIN))
        self.is_broken = self.is_told

    @property
    def is_bold(self) -> bool:
        """Whether something shows, more than a colon, and all of it is strong."""
        return self.is_strong and any(each.text.strip(" \n:") for each in self.runs)

    @property
    def link_share(self) -> float:
        """How much of what shows is the text of links, 0 to 1."""
        return self.linked / self.length if self.length else 0.0


def folded_space(text: str) -> str:
    """The text without invisible characters, each stretch of white space one space."""
    if not text.isascii():
        text = text.translate(_REMOVE_INVISIBLE)
    return _SPACE.sub(" ", text)


def plain_runs(runs: Sequence[Run]) -> str:
    """What a reader sees of the runs, on one line."""
    return visible("".join(each.text for each in runs))


def without_start(runs: Sequence[Run], length: int) -> list[Run]:
    """The runs without their first characters, that many."""
    rest: list[Run] = []
    for each in runs:
        if length < len(each.text):
            rest.append(Run(each.text[length:], each.style))
        length = max(length - len(each.text), 0)
    return rest


def markdown_runs(runs: Sequence[Run]) -> str:
    """The Markdown of the runs, as one paragraph."""
    if all(each.style == PLAIN and each.text != BREAK for each in runs):
        return _line(escape_inline("".join(each.text for each in runs)))
    merged = _merged([_unmarked(each) for each in runs])
    followers = [*merged[1:], _END]
    escaped = _escape_tildes if any(each.style.struck for each in merged) else escape_inline
    parts: list[str] = []
    before, marked = _END, False
    for each, after in zip(merged, followers, strict=True):
        left, right = _touch(before, each), _touch(each, after)
        marks = "" if left and marked else _marks(each, inside=left or right)
        if each.style.link and before.text.endswith("!"):
            # Before a bracket this sign would make a picture of the link.
            parts[-1] = parts[-1].removesuffix("!") + "\\!" * parts[-1].endswith("!")
        parts.append(_markdown(each, marks, escaped, left=left, right=right))
        before, marked = each, bool(marks)
    lines = "".join(parts).strip(" \n").split("\n")
    return "\\\n".join(_line(line) for line in lines if line.strip())


def _touch(before: Run, after: Run) -> bool:
    """Whether the last word of one run goes on in the next."""
    return not (before.text[-1:].isspace() or after.text[:1].isspace()) and _END not in (
        before,
        after,
    )


def _line(line: str) -> str:
    return escape_start(_SPACES.sub(" ", line).strip(" "))


def _unmarked(each: Run) -> Run:
    """The run without emphasis when it has no letter that could show it."""
    if each.style is PLAIN or any(letter.isalnum() for letter in each.text):
        return each
    return Run(each.text, Style(link=each.style.link))


def _merged(runs: Sequence[Run]) -> list[Run]:
    """Neighbours of one style made one; white space alone takes the style before it."""
    result: list[Run] = []
    texts: list[str] = []
    for each in runs:
        if texts and _belong_together(result[-1], each):
            texts.append(each.text)
            continue
        if texts:
            result[-1] = Run("".join(texts), result[-1].style)
        result.append(each)
        texts = [each.text]
    if texts:
        result[-1] = Run("".join(texts), result[-1].style)
    return result


def _belong_together(before: Run, each: Run) -> bool:
    if BREAK in {before.text, each.text}:
        return False
    return each.style == before.style or not each.text.strip()


def _marks(each: Run, *, inside: bool) -> str:
    """The marks around a run; `inside` of a word two kinds of them would not be read."""
    style = each.style
    if style.struck and inside:
        return "~~"
    return "**" * style.strong + "*" * style.emphasis + "~~" * style.struck


def _escape_tildes(text: str) -> str:
    """As text is escaped among runs that are struck out: there a single tilde counts."""
    return escape_inline(text).replace("\\~", "~").replace("~", "\\~")


def _markdown(
    each: Run, marks: str, escaped: Callable[[str], str], *, left: bool, right: bool
) -> str:
    """One run; `left` and `right` say that it touches its neighbours.

    Markdown does not read a mark between a letter and a sign, so signs that touch stay outside.
    """
    core = each.text.strip(" ")
    if each.text == BREAK or not core:
        return each.text
    before = " " if each.text.startswith(" ") else ""
    after = " " if each.text.endswith(" ") else ""
    start = _signs(core) if left and marks else 0
    end = len(core) - (_signs(core[::-1]) if right and marks else 0)
    inner, head, tail = map(escaped, (core[start:end], core[:start], core[end:]))
    if "~" in marks:
        inner = inner.replace("\\~", "~").replace("~", "\\~")
    text = f"{head}{marks}{inner}{marks[::-1]}{tail}"
    if each.style.link:
        text = f"[{text}]({each.style.link})"
    return before + text + after


def _signs(text: str) -> int:
    """How many characters at the start are no letters and no digits."""
    signs = _SIGNS.match(text)
    return signs.end() if signs else 0


def safe_link(target: str) -> str | None:
    """The target of a link in a form that Markdown keeps; None for schemes that run code."""
    cleaned = "".join(character for character in target.strip() if character > "\x1f")
    scheme = _SCHEME.match(cleaned)
    if not cleaned or (scheme and scheme.group().lower() not in _SAFE_SCHEMES):
        return None
    return _UNSAFE_IN_LINKS.sub(_percent, cleaned)


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match.group().encode("utf-8", "replace"))
