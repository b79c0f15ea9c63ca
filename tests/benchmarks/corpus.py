"""Articles of any number, the same on every machine: article 7 of one run is article 7 of all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product
from random import Random
from typing import Final, TypeVar

from content.drafts import ItemDraft, SectionDraft
from content.sections import FAQ
from tests.benchmarks.vocabulary import (
    ANGLES,
    CONCERNS,
    HEADINGS,
    PROCEDURES,
    QUESTIONS,
    SENTENCES,
    SOUGHT,
    WORDS,
)

SECTIONS: Final = len(HEADINGS)
"""Sections of every article; one of them holds questions and answers."""

PAIRS: Final = 5
"""Questions and answers of every article."""

MOST_ARTICLES: Final = len(ANGLES) * len(CONCERNS) * len(PROCEDURES)

_PARAGRAPHS: Final = 3
_SENTENCES: Final = 4
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class GeneratedArticle:
    """What is handed to the editing functions, and to the importer as text."""

    title: str
    summary: str
    topics: tuple[str, ...]
    sections: tuple[SectionDraft, ...]


class _Slots:
    """Fills the slots of a sentence, each time anew; a capital in the slot capitalises."""

    def __init__(self, random: Random, procedure: str, concern: str) -> None:
        self._random = random
        self._fixed = {"procedure": procedure, "concern": concern}

    def __getitem__(self, name: str) -> str:
        key = name.lower()
        filling = self._fixed.get(key) or zipf(self._random, WORDS[key], 1)[0]
        return filling if name == key else filling[:1].upper() + filling[1:]


def articles(count: int) -> Iterator[GeneratedArticle]:
    """The first `count` articles, at most `MOST_ARTICLES`, each of `SECTIONS` sections.

    Any ten in a row are on all ten procedures, so a topic has a tenth of the library.
    """
    if count > MOST_ARTICLES:
        raise ValueError(f"There are words for {MOST_ARTICLES} articles with titles of their own.")
    subjects = product(ANGLES, CONCERNS.items(), PROCEDURES.items())
    for index, (angle, concern, procedure) in enumerate(islice(subjects, count)):
        random = Random(f"article {index}")
        slots = _Slots(random, procedure[1], concern[1])
        yield GeneratedArticle(
            title=_filled("{Procedure} for {concern}: ", slots) + angle,
            summary=_paragraph("overview", random, slots),
            topics=(procedure[0], concern[0]),
            sections=tuple(_section(kind, random, slots) for kind in HEADINGS),
        )


def as_plain_text(article: GeneratedArticle) -> str:
    """The article as an editor pastes it: headings are lines without any mark."""
    return "\n\n".join([article.title, *_lines(article)]) + "\n"


def queries(count: int) -> list[str]:
    """Different queries as visitors type them, in an order that is no order of meaning."""
    random = Random("queries")
    found: dict[str, None] = {}
    while len(found) < count:
        procedure = random.choice(list(PROCEDURES.values()))
        concern = random.choice(list(CONCERNS.values()))
        slots = _Slots(random, procedure, concern)
        found[_filled(random.choice(SOUGHT), slots).replace("the ", "")] = None
    return list(found)


def zipf(random: Random, items: Sequence[_Item], count: int) -> list[_Item]:
    """Draws with the n-th item n times rarer than the first, as popularity is on the web."""
    return random.choices(items, [1 / rank for rank in range(1, len(items) + 1)], k=count)


def _section(kind: str, random: Random, slots: _Slots) -> SectionDraft:
    heading = _filled(random.choice(HEADINGS[kind]), slots)
    if kind == FAQ:
        questions = random.sample(QUESTIONS, PAIRS)
        return SectionDraft(FAQ, heading, items=[_pair(each, random, slots) for each in questions])
    paragraphs = [_paragraph(kind, random, slots) for _ in range(_PARAGRAPHS)]
    return SectionDraft(kind, heading, "\n\n".join(paragraphs))


def _pair(question: str, random: Random, slots: _Slots) -> ItemDraft:
    answer = [_filled(each, slots) for each in random.sample(SENTENCES["answer"], 2)]
    kind = random.choice(["aftercare", "risks"])
    return ItemDraft(_filled(question, slots), " ".join(answer), kind)


def _paragraph(kind: str, random: Random, slots: _Slots) -> str:
    """Sentences of the kind, and a last one that could stand anywhere."""
    chosen = [*random.sample(SENTENCES[kind], _SENTENCES - 1), random.choice(SENTENCES["any"])]
    return " ".join(_filled(each, slots) for each in chosen)


def _filled(template: str, slots: _Slots) -> str:
    filled = template.format_map(slots)
    return filled[:1].upper() + filled[1:]


def _lines(article: GeneratedArticle) -> Iterator[str]:
    for section in article.sections:
        yield section.heading or ""
        if section.body:
            yield section.body
        for item in section.items:
            yield f"Q: {item.question}\nA: {item.answer}"
