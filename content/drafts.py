"""What editors hand in: sections and pairs of question and answer, and what is wrong with them."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from rapidfuzz import fuzz, process

from content import rendering
from content.errors import Reason
from content.sections import FAQ, SECTION_TYPES

MAX_LINE: Final = 300
"""Characters of a title, a heading or a question."""
MAX_SECTIONS: Final = 200
MAX_ITEMS: Final = 200

SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LOCALE: Final = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?")


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """A question and its answer in Markdown; an `id` keeps the identity of an existing pair."""

    question: str
    answer: str
    type: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class SectionDraft:
    """A section as an editor writes it; `level` 2 stands directly under the article's title."""

    type: str
    heading: str | None = None
    body: str = ""
    level: int = 2
    items: Sequence[ItemDraft] = field(default_factory=tuple)


def nearest(word: str, known: Sequence[str]) -> str:
    """The end of a sentence: the known word that is nearest, or a full stop when none is near."""
    found = process.extractOne(word, known, scorer=fuzz.ratio, score_cutoff=60)
    return f"; did you mean '{found[0]}'?" if found else "."


def misordered(order: Sequence[str], known: Sequence[str]) -> str | None:
    """Why `order` is not all of the `known` sections, each once; None where it is."""
    times = Counter(order)
    faults = {
        "missing": [each for each in known if each not in times],
        "unknown": list(times.keys() - set(known)),
        "repeated": [each for each, count in times.items() if count > 1],
    }
    named = [
        f"{fault}: {', '.join(each[:60] for each in ids[:20])}"
        for fault, ids in faults.items()
        if ids
    ]
    return f"Name each section once ({'; '.join(named)})." if named else None


def type_objections(key: str, pointer: str) -> Iterator[Reason]:
    """Why `key` is not a section type."""
    if key not in SECTION_TYPES:
        known = ", ".join(SECTION_TYPES)
        detail = f"'{key[:60]}' is not a section type{nearest(key, list(SECTION_TYPES))}"
        yield Reason(pointer, "unknown_type", f"{detail} Known types: {known}.")


def line_objections(text: str, pointer: str, what: str) -> Iterator[Reason]:
    """Why `text` cannot be a title, a heading or a question."""
    if not text.strip():
        yield Reason(pointer, "empty", f"The {what} is empty.")
    if len(text) > MAX_LINE:
        yield Reason(pointer, "too_long", f"The {what} has more than {MAX_LINE} characters.")
    if "\n" in text:
        yield Reason(pointer, "line_break", f"The {what} must be one line.")


def slug_objections(slug: str, pointer: str) -> Iterator[Reason]:
    """Why `slug` cannot stand in an address."""
    if len(slug) > 200 or not SLUG.fullmatch(slug):
        detail = "A slug is 1 to 200 lower-case letters and digits, parted by single hyphens."
        yield Reason(pointer, "malformed_slug", detail)


def locale_objections(locale: str, pointer: str) -> Iterator[Reason]:
    """Why `locale` is not a language tag (BCP 47) as Dermis writes them: `en`, `de-CH`."""
    if not LOCALE.fullmatch(locale):
        detail = "A locale is a language tag such as 'en', 'en-GB' or 'zh-Hant'."
        yield Reason(pointer, "malformed_locale", detail)


def section_objections(section: SectionDraft, pointer: str) -> Iterator[Reason]:
    """Why a section cannot be stored, each reason with its place below `pointer`."""
    yield from type_objections(section.type, f"{pointer}/type")
    if section.heading is not None:
        yield from line_objections(section.heading, f"{pointer}/heading", "heading")
    if not 2 <= section.level <= 6:
        yield Reason(f"{pointer}/level", "out_of_range", "A level is 2 to 6.")
    yield from _markdown_objections(section.body, f"{pointer}/body")
    if section.items and section.type != FAQ:
        detail = "Only a section of type 'faq' has questions and answers."
        yield Reason(f"{pointer}/items", "not_a_faq", detail)
    if len(section.items) > MAX_ITEMS:
        yield Reason(f"{pointer}/items", "too_many", f"A section has at most {MAX_ITEMS} pairs.")
    for index, item in enumerate(section.items[:MAX_ITEMS]):
        yield from _item_objections(item, f"{pointer}/items/{index}")


def _item_objections(item: ItemDraft, pointer: str) -> Iterator[Reason]:
    yield from line_objections(item.question, f"{pointer}/question", "question")
    yield from _markdown_objections(item.answer, f"{pointer}/answer")
    if item.type is not None:
        yield from type_objections(item.type, f"{pointer}/type")


def _markdown_objections(markdown: str, pointer: str) -> Iterator[Reason]:
    objection = rendering.objection(markdown)
    if objection:
        yield Reason(pointer, "unacceptable_text", f"The text {objection}.")
