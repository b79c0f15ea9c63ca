"""How a section stands in the Whoosh index: its fields, and what each of them weighs."""

from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import numpy as np
from whoosh import fields, formats

from content.searching import tuning
from content.searching.documents import SectionDocument
from content.searching.languages import language_of
from content.searching.passages import MAX_SEARCHED
from content.searching.sentences import Span
from content.searching.words import words

SCHEMA_VERSION: Final = 3
"""Part of the directory's name: raise it when something changes what is stored.

It may be here, in the weights of words (`tuning`), in `words` or `languages`.

An index of another version is not opened but rebuilt.
"""

GAP: Final = 16
"""Places left free between title, heading and text: no phrase reaches from one to the next."""

CHECKPOINT: Final = "checkpoint"
"""The field, and its only term, of the one document that holds the checkpoint."""


class Spots(formats.Format):
    """What a posting says of a document: where the term stands there, as plain numbers.

    Each place, in counted words, is followed by where the word is written in its own text: 16
    bits for the first character, and 16 for how many there are. What ends beyond `MAX_SEARCHED`
    has none.
    """

    def encode(self, spots: Mapping[int, Span]) -> bytes:
        """The numbers in the order of the places, as `PLACES_DTYPE` reads them."""
        numbers = array("I")
        for place in sorted(spots):
            start, end = spots[place]
            numbers.extend((place, start << 16 | end - start if end <= MAX_SEARCHED else 0))
        return numbers.tobytes()


PLACES_DTYPE: Final = np.dtype(np.uintc)
"""The numbers of `Spots` in an array."""


def places_of(spots: bytes) -> bytes:
    """The places alone of what `Spots` has encoded."""
    return np.frombuffer(spots, PLACES_DTYPE)[::2].tobytes()


class Weighted(NamedTuple):
    """Texts in one language, each with what an occurrence in it counts."""

    language: str
    texts: list[tuple[str, float]]


class WeightedWords(fields.FieldType):
    """A field that takes `Weighted` texts and stores frequencies and places."""

    def __init__(self) -> None:
        super().__init__(format=Spots(), analyzer=None)

    def index(self, value: Weighted, **_options: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Each term, how often it stands there, its weighted frequency, and its places."""
        spots: defaultdict[str, dict[int, Span]] = defaultdict(dict)
        weights: defaultdict[str, float] = defaultdict(float)
        base = 0
        for text, weight in value.texts:
            last = -GAP
            for word in words(text, language=value.language):
                weights[word.term] += weight
                for place in {word.first, word.last}:
                    spots[word.term].setdefault(base + place, (word.start, word.end))
                last = word.last
            base += last + GAP
        for term, weight in weights.items():
            yield term.encode(), len(spots[term]), weight, self.format.encode(spots[term])


SCHEMA: Final = fields.Schema(
    section=fields.STORED(),
    article=fields.ID(stored=True),
    locale=fields.STORED(),
    slug=fields.STORED(),
    type=fields.STORED(),
    topics=fields.STORED(),
    words=WeightedWords(),
    title=fields.STORED(),
    heading=fields.STORED(),
    questions=fields.STORED(),
    text=fields.STORED(),
    checkpoint=fields.ID(),
    sequence=fields.STORED(),
)


def document_fields(document: SectionDocument) -> dict[str, Any]:
    """A section as Whoosh's writer takes it."""
    return {
        "section": document.section_id,
        "article": document.article_id,
        "locale": document.locale,
        "slug": document.slug,
        "type": document.type,
        "topics": document.topics,
        "title": document.title,
        "heading": document.heading,
        "questions": document.questions,
        "text": document.text,
        "words": Weighted(language_of(document.locale), _texts(document)),
    }


def _texts(document: SectionDocument) -> list[tuple[str, float]]:
    # The text is the last: to tell where it begins takes no look at it.
    return [
        (document.title, tuning.TITLE),
        (document.heading or "", tuning.HEADING),
        *((question, tuning.QUESTION) for question in document.questions),
        (document.text, tuning.TEXT),
    ]


def borders(document: SectionDocument) -> tuple[int, int, int]:
    """The places at which the words of the heading begin, of the questions, and of the text."""
    language = language_of(document.locale)
    base, starts = 0, []
    for text, _ in _texts(document)[:-1]:
        starts.append(base)
        *_, last = -GAP, *(word.last for word in words(text, language=language))
        base += last + GAP
    _, heading, *questions = starts
    return heading, questions[0] if questions else base, base


def document_of(stored: dict[str, Any]) -> SectionDocument:
    """The section that was given to `document_fields`, from what Whoosh stored of it."""
    return SectionDocument(
        section_id=stored["section"],
        article_id=stored["article"],
        locale=stored["locale"],
        slug=stored["slug"],
        type=stored["type"],
        topics=tuple(stored["topics"]),
        title=stored["title"],
        heading=stored.get("heading"),
        text=stored["text"],
        questions=tuple(stored["questions"]),
    )


def checkpoint_fields(sequence: int) -> dict[str, Any]:
    """The document that holds the checkpoint; it has no words, so no search can find it."""
    return {CHECKPOINT: CHECKPOINT, "sequence": sequence}
