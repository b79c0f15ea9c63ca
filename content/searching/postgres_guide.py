"""What can be typed, from an index in PostgreSQL: completions, and the words of all texts.

To make completions takes longer than to make an answer. So whoever writes keeps them in the
database, for ten thousand numbers of sections at a time; what has changed since is added by each
process for itself, until there is so much of it that it is written again.
"""

import io
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from content.searching.completing import Completions, Part
from content.searching.completion_tables import CompletionSegment, completion_arrays
from content.searching.documents import SectionDocument
from content.searching.lexicon import LexiconSegment, lexicon_arrays
from content.searching.postgres_catalogue import Catalogue
from content.searching.postgres_connections import Reader
from content.searching.postgres_tables import Tables

CHUNK: Final = 10_000
"""Numbers of sections whose completions are kept together."""

_MOST_CHANGED: Final = 200
# Sections of a chunk that may have changed before it is made again.

_MOST_LEXICONS: Final = 8

_GUIDES: Final = "SELECT first, revision FROM @guide ORDER BY first"

_ARRAYS: Final = "SELECT first, revision, arrays FROM @guide WHERE first = ANY(%s)"

_CHANGED: Final = """
SELECT number, live, section_id, locale, topics, title, heading, questions
FROM @section LEFT JOIN @guide AS guide ON guide.first = number / @chunk * @chunk
WHERE (changed > %s OR number >= %s) AND changed > coalesce(guide.revision, -1)
ORDER BY number""".replace("@chunk", str(CHUNK))

_CROWDED: Final = """
SELECT number / @chunk * @chunk AS first
FROM @section LEFT JOIN @guide AS guide ON guide.first = number / @chunk * @chunk
WHERE (changed > %s OR number >= %s) AND changed > coalesce(guide.revision, -1)
GROUP BY 1 HAVING count(*) > %s ORDER BY 1""".replace("@chunk", str(CHUNK))

_IN_CHUNK: Final = """
SELECT number, live, section_id, locale, topics, title, heading, questions
FROM @section WHERE number >= %s AND number < %s ORDER BY number"""

_WRITE: Final = """
INSERT INTO @guide (first, revision, arrays) VALUES (%s, %s, %s)
ON CONFLICT (first) DO UPDATE SET revision = excluded.revision, arrays = excluded.arrays"""

_WORDS: Final = "SELECT id, word FROM @word WHERE id > %s ORDER BY id"


class _Chunk(NamedTuple):
    """The completions of some sections, and how many numbers these have."""

    segment: CompletionSegment
    size: int


class Guide:
    """What a process knows of one generation; safe for threads."""

    def __init__(self, generation: int) -> None:
        self._tables = Tables(generation)
        self._turn = threading.Lock()
        self._chunks: dict[tuple[int, int], _Chunk] = {}
        self._completions: tuple[int, Completions] | None = None
        self._lexicons: list[LexiconSegment] = []
        self._words_until = -1
        self._words_at = -1

    def lexicons(self, reader: Reader, revision: int) -> Sequence[LexiconSegment]:
        """The words of all texts, as of this revision or a later one."""
        with self._turn:
            if self._words_at < revision:
                self._read_words(reader)
                self._words_at = revision
            return list(self._lexicons)

    def completions(self, reader: Reader, catalogue: Catalogue) -> Completions:
        """What live sections offer to complete to."""
        revision = catalogue.state.revision
        with self._turn:
            if self._completions and self._completions[0] == revision:
                return self._completions[1]
            made = self._make(reader, catalogue)
            self._completions = revision, made
            return made

    def _read_words(self, reader: Reader) -> None:
        if len(self._lexicons) >= _MOST_LEXICONS:
            self._lexicons, self._words_until = [], -1
        rows = reader.rows(self._tables.sql(_WORDS), self._words_until)
        if rows:
            self._lexicons.append(LexiconSegment(lexicon_arrays({word: 1 for _, word in rows})))
            self._words_until = rows[-1][0]

    def _make(self, reader: Reader, catalogue: Catalogue) -> Completions:
        guides = reader.rows(self._tables.sql(_GUIDES))
        rows = reader.rows(self._tables.sql(_CHANGED), *_beyond(guides))
        changed = np.array([row[0] for row in rows], np.int64)
        kept = catalogue.columns.live.copy()
        kept[changed] = False
        parts = []
        for first, chunk in self._read_chunks(reader, guides):
            parts.append(Part(chunk.segment, kept[first : first + chunk.size], first))
        sections = _documents(rows)
        numbers = [number for number, _ in sections]
        if sections:
            added = CompletionSegment(completion_arrays(each for _, each in sections))
            parts.append(Part(added, np.ones(len(sections), np.bool_), catalogue.size))

        def section_id(number: int) -> str:
            beyond = number - catalogue.size
            return catalogue.section_id(number if beyond < 0 else numbers[beyond])

        return Completions(parts, section_id)

    def _read_chunks(self, reader: Reader, guides: Sequence[Any]) -> Iterator[tuple[int, _Chunk]]:
        """The chunks by their first numbers; those that are not known yet are read."""
        unknown = [first for first, revision in guides if (first, revision) not in self._chunks]
        known = {key: self._chunks[key] for key in map(tuple, guides) if key in self._chunks}
        if unknown:
            for first, revision, arrays in reader.rows(self._tables.sql(_ARRAYS), unknown):
                known[first, revision] = _read(arrays)
        self._chunks = known
        return ((first, known[first, revision]) for first, revision in guides)


def guide_row(first: int, documents: Iterable[SectionDocument | None]) -> tuple[int, int, bytes]:
    """A row of the table `guide` for the sections of a new generation, from a number on."""
    return first, 0, _written(completion_arrays(documents))


def renew(cursor: Any, tables: Tables, revision: int) -> bool:
    """Write again what has changed much; whether there was any."""
    guides = cursor.execute(tables.sql(_GUIDES)).fetchall()
    asked = (*_beyond(guides), _MOST_CHANGED)
    crowded = [row[0] for row in cursor.execute(tables.sql(_CROWDED), asked)]
    for first in crowded:
        rows = cursor.execute(tables.sql(_IN_CHUNK), (first, first + CHUNK)).fetchall()
        sections = dict(_documents(rows))
        documents = (sections.get(number) for number in range(first, rows[-1][0] + 1))
        arrays = _written(completion_arrays(documents))
        cursor.execute(tables.sql(_WRITE), (first, revision, arrays))
    return bool(crowded)


def _beyond(guides: Sequence[Any]) -> tuple[int, int]:
    """The revision since which something may not be in the guides, and a number beyond them."""
    revision = min((revision for _, revision in guides), default=-1)
    return revision, max((first + CHUNK for first, _ in guides), default=0)


def _documents(rows: Iterable[Any]) -> list[tuple[int, SectionDocument]]:
    """The live ones, as far as completions need them."""
    return [
        (
            number,
            SectionDocument(
                section_id=section_id,
                article_id="",
                locale=locale,
                slug="",
                type="",
                topics=tuple(topics),
                title=title,
                heading=heading,
                text="",
                questions=tuple(questions),
            ),
        )
        for number, live, section_id, locale, topics, title, heading, questions in rows
        if live
    ]


def _written(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    file = io.BytesIO()
    np.savez(file, **dict(arrays))  # type: ignore[arg-type]  # The names are all ours.
    return file.getvalue()


def _read(written: bytes) -> _Chunk:
    with np.load(io.BytesIO(written), allow_pickle=False) as file:
        arrays = dict(file)
    return _Chunk(CompletionSegment(arrays), len(arrays["completion.locale.codes"]))
