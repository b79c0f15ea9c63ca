"""The pages that the type model learns from: articles written for it, section by section."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from content.sections import SECTION_TYPES

CORPUS: Final = Path(__file__).parent / "corpus"

_PAGE: Final = re.compile(r"== (?P<title>.+?)(?: \[(?P<subject>[^\[\]]+)\])?$")
_LIST_NAME: Final = re.compile(r"(?P<type>[a-z_]+?)_(?P<kind>headings|sentences)")
_MARKS: Final = re.compile(r"(?: \+[a-z_]+)+$")
_SECTION: Final = re.compile(r"@ (?P<type>\w+)(?P<also>(?: \+\w+)*) \|(?P<heading>.*)$")


@dataclass(slots=True)
class Example:
    """A section with its type, and further types that would be as right."""

    type: str
    also_ok: list[str]
    heading: str
    body: str = ""


@dataclass(slots=True)
class Page:
    """An article as a list of labelled sections; `source` keeps pages of one origin together."""

    title: str
    source: str
    sections: list[Example] = field(default_factory=list)


def read_corpus(folder: Path = CORPUS) -> list[Page]:
    """All pages of the corpus, files in the order of their names.

    Raises ValueError naming file and line for what does not follow the form.
    """
    return [page for path in sorted(folder.glob("*.txt")) for page in _pages(path)]


def read_lists(folder: Path = CORPUS / "lists") -> list[Example]:
    """Single headings and single sentences, by files named after type and kind.

    Raises ValueError for a file whose name says neither.
    """
    return [each for path in sorted(folder.glob("*.txt")) for each in _list(path)]


def _list(path: Path) -> Iterator[Example]:
    name = _LIST_NAME.match(path.stem)
    if name is None or name["type"] not in SECTION_TYPES:
        raise ValueError(f"{path.name}: the name tells no type and kind.")
    for line in path.read_text(encoding="utf-8").splitlines():
        text, also = _without_marks(line.strip())
        if text and name["kind"] == "headings":
            yield Example(name["type"], also, text)
        elif text:
            yield Example(name["type"], also, "", text)


def _without_marks(line: str) -> tuple[str, list[str]]:
    """A line and the further types that are marked at its end."""
    marks = _MARKS.search(line)
    if marks is None:
        return line, []
    also = [key for key in marks.group().replace("+", " ").split() if key in SECTION_TYPES]
    return line[: marks.start()].rstrip(), also


def _pages(path: Path) -> Iterator[Page]:
    page: Page | None = None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        text = line.strip()
        if text.startswith("== "):
            if page:
                yield page
            page = _page(text, path.stem)
        elif page is None and text:
            raise ValueError(f"{path.name}, line {number}: text before the first page.")
        elif page and text.startswith("@ "):
            page.sections.append(_section(text, f"{path.name}, line {number}"))
        elif page and text:
            _add_body(page, text, f"{path.name}, line {number}")
    if page:
        yield page


def _page(text: str, source: str) -> Page:
    match = _PAGE.match(text)
    return Page(match["title"] if match else text[3:], source)


def _section(text: str, place: str) -> Example:
    match = _SECTION.match(text)
    if match is None:
        raise ValueError(f"{place}: a section is written '@ type +also | heading'.")
    also = match["also"].replace("+", " ").split()
    for key in [match["type"], *also]:
        if key not in SECTION_TYPES:
            raise ValueError(f"{place}: there is no type '{key}'.")
    return Example(match["type"], also, match["heading"].strip())


def _add_body(page: Page, text: str, place: str) -> None:
    if not page.sections:
        raise ValueError(f"{place}: text before the first section.")
    section = page.sections[-1]
    section.body = f"{section.body} {text}".strip()
