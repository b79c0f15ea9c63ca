"""Articles in one annotated form: what a careful reader knows about each line of them.

A file holds an element a line. `title:` comes first. `==`, `===` and `====` open headings of level
2 to 4, `==?` the heading of questions, `??` one question, whose answer reaches to the next
question or heading. `- ` and `1. ` are list items, `| ` rows of a table, `contents` the place of a
list of contents, `aside reason: text` a line that is no part of the article. Any other line is a
paragraph; empty lines mean nothing.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

DOCUMENTS: Final = Path(__file__).parent / "documents"

ElementKind = Literal[
    "title", "heading", "faq", "question", "item", "step", "row", "contents", "aside", "paragraph"
]
_HEADING: Final = re.compile(r"(={2,4})(\??) (.+)")
_ASIDE: Final = re.compile(r"aside (\w+): (.+)")
_BEGINNINGS: Final[dict[str, ElementKind]] = {
    "title: ": "title",
    "?? ": "question",
    "- ": "item",
    "| ": "row",
    "contents": "contents",
}
_STEP: Final = re.compile(r"\d+\. (.+)")


@dataclass(frozen=True, slots=True)
class Element:
    """One line: `level` for headings, `reason` for what is set aside, `asked` inside answers."""

    kind: ElementKind
    text: str
    level: int = 0
    reason: str = ""
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Annotated:
    """An article and the name of its file."""

    name: str
    elements: list[Element]

    @property
    def title(self) -> str:
        """The title."""
        return self.elements[0].text


def annotated_articles() -> list[Annotated]:
    """All annotated articles, in the order of their files."""
    return [parse_annotated(path) for path in sorted(DOCUMENTS.glob("*.txt"))]


def parse_annotated(path: Path) -> Annotated:
    """The article of one file. Raises `ValueError` when it does not begin with its title."""
    elements: list[Element] = []
    asked = False
    for line in path.read_text("utf-8").splitlines():
        if not line.strip():
            continue
        element = _element(line.strip(), asked=asked)
        asked = element.kind == "question" or (
            asked and element.kind in {"paragraph", "item", "step", "row"}
        )
        elements.append(element)
    if not elements or elements[0].kind != "title":
        raise ValueError(f"{path.name} does not begin with a title.")
    return Annotated(path.stem, elements)


def _element(line: str, *, asked: bool) -> Element:
    heading, aside, step = _HEADING.match(line), _ASIDE.match(line), _STEP.match(line)
    if heading:
        return Element("faq" if heading[2] else "heading", heading[3], len(heading[1]))
    if aside:
        return Element("aside", aside[2], reason=aside[1])
    if step:
        return Element("step", step[1], asked=asked)
    for beginning, kind in _BEGINNINGS.items():
        if line.startswith(beginning):
            text = line if kind == "row" else line.removeprefix(beginning)
            inner = asked and kind in {"item", "row"}
            return Element(kind, text or "Contents", int(kind == "title"), asked=inner)
    return Element("paragraph", line, asked=asked)
