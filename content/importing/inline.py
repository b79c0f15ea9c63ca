"""What stands in one paragraph of HTML: runs of text with their emphasis and links."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from content.importing.blocks import INVISIBLE, escape_inline, escape_start, visible

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_SAFE_SCHEMES: Final = ("http:", "https:", "mailto:")
_UNSAFE_IN_LINKS: Final = re.compile(r"[\s()<>\\\"`\[\]*_]")
_SPACE: Final = re.compile(rf"[\s{INVISIBLE}]+")

BREAK: Final = "\n"
"""The text of a run that is a line break."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a run is set: strong, emphasised, and where it links to, if anywhere."""

    strong: bool = False
    emphasis: bool = False
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style, white space folded; `BREAK` for a line break."""

    text: str
    style: Style


def run(text: str, style: Style) -> Run:
    """A run of text as it stands in the source, entities decoded before."""
    return Run(_SPACE.sub(_folded, text), style)


def _folded(match: re.Match[str]) -> str:
    return " " if visible(f"a{match.group()}a") == "a a" else ""


def plain_runs(runs: Sequence[Run]) -> str:
    """What a reader sees of the runs, on one line."""
    return visible("".join(each.text for each in runs))


def is_bold(runs: Sequence[Run]) -> bool:
    """Whether everything that shows is strong."""
    shown = [each for each in runs if each.text.strip(" \n:")]
    return bool(shown) and all(each.style.strong for each in shown)


def markdown_runs(runs: Sequence[Run]) -> str:
    """The Markdown of the runs, as one paragraph."""
    parts = [_markdown(each) for each in _merged(runs)]
    lines = "".join(parts).strip(" \n").split("\n")
    return "\\\n".join(_line(line) for line in lines if line.strip())


def _line(line: str) -> str:
    return escape_start(re.sub(r" {2,}", " ", line).strip(" "))


def _merged(runs: Sequence[Run]) -> list[Run]:
    """Neighbours of one style made one; white space alone takes the style before it."""
    result: list[Run] = []
    for each in runs:
        if result and _belong_together(result[-1], each):
            result[-1] = replace(result[-1], text=result[-1].text + each.text)
        else:
            result.append(each)
    return result


def _belong_together(before: Run, each: Run) -> bool:
    if BREAK in {before.text, each.text}:
        return False
    return each.style == before.style or not each.text.strip()


def _markdown(each: Run) -> str:
    core = each.text.strip(" ")
    if each.text == BREAK or not core:
        return each.text
    before = " " if each.text.startswith(" ") else ""
    after = " " if each.text.endswith(" ") else ""
    text = escape_inline(core)
    if any(letter.isalnum() for letter in core):
        marks = "**" * each.style.strong + "*" * each.style.emphasis
        text = f"{marks}{text}{marks[::-1]}"
    if each.style.link:
        text = f"[{text}]({each.style.link})"
    return before + text + after


def safe_link(target: str) -> str | None:
    """The target of a link in a form that Markdown keeps; None for schemes that run code."""
    cleaned = "".join(character for character in target.strip() if character > "\x1f")
    scheme = _SCHEME.match(cleaned)
    if not cleaned or (scheme and scheme.group().lower() not in _SAFE_SCHEMES):
        return None
    return _UNSAFE_IN_LINKS.sub(_percent, cleaned)


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match.group().encode("utf-8", "replace"))
