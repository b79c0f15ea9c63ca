"""What every query needs to know of the sections, held as arrays by each process.

Some sixty bytes of each section: a hundred thousand take as much memory as one photograph. The
texts and the postings stay in the database.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from content.searching.languages import language_of
from content.searching.postgres_connections import Reader
from content.searching.postgres_tables import State, Tables

_Name = TypeVar("_Name", bound=Hashable)

_CHANGED: Final = """
SELECT number, live, length, section_id, article_id, locale, slug, type, topics
FROM @section WHERE changed > %s"""


_HELD: Final = "SELECT number, terms, frequencies FROM @section WHERE changed > %s"


class Codes(Generic[_Name]):
    """Names as small numbers; a name keeps its number."""

    def __init__(self) -> None:
        self.names: list[_Name] = []
        self._codes: dict[_Name, int] = {}

    def code(self, name: _Name) -> int:
        """The number of a name, which is new if need be."""
        known = self._codes.get(name)
        if known is None:
            # Appended first: who reads meanwhile never sees a number without its name.
            self.names.append(name)
            known = self._codes[name] = len(self.names) - 1
        return known

    def known(self, name: _Name) -> int:
        """The number of a name, -1 when it has none."""
        return self._codes.get(name, -1)


class Names:
    """The codes of all catalogues of one generation."""

    def __init__(self) -> None:
        self.articles: Codes[str] = Codes()
        self.locales: Codes[str] = Codes()
        self.slugs: Codes[str] = Codes()
        self.types: Codes[str] = Codes()
        self.topics: Codes[tuple[str, ...]] = Codes()


class Columns(NamedTuple):
    """Of each section its values as codes; of those that are gone anything but `live`."""

    live: NDArray[np.bool_]
    lengths: NDArray[np.float32]
    section_ids: NDArray[np.bytes_]
    articles: NDArray[np.int32]
    locales: NDArray[np.int16]
    slugs: NDArray[np.int32]
    types: NDArray[np.int16]
    topics: NDArray[np.int32]


_TYPES: Final = (
    np.dtype(np.bool_),
    np.dtype(np.float32),
    np.dtype("S36"),
    np.dtype(np.int32),
    np.dtype(np.int16),
    np.dtype(np.int32),
    np.dtype(np.int16),
    np.dtype(np.int32),
)


@dataclass(frozen=True)
class Catalogue:
    """The sections at one state of the index; it never changes."""

    state: State
    names: Names
    columns: Columns

    @property
    def size(self) -> int:
        """One more than the highest number of a section."""
        return len(self.columns.live)

    @cached_property
    def count(self) -> int:
        """How many sections are live."""
        return int(np.count_nonzero(self.columns.live))

    @cached_property
    def average_length(self) -> float:
        """The mean of the weighted words of a section; 1 when there are none."""
        if not self.count:
            return 1.0
        return float(np.mean(self.columns.lengths[self.columns.live], dtype=np.float64)) or 1.0

    @cached_property
    def type_keys(self) -> Sequence[str]:
        """The types that sections have or had, by their codes."""
        return tuple(self.names.types.names)

    @cached_property
    def locale_keys(self) -> Sequence[str]:
        """The locales that sections have or had, by their codes."""
        return tuple(self.names.locales.names)

    @cached_property
    def languages(self) -> Sequence[str]:
        """The languages of the sections, the most frequent first."""
        locales = self.locale_keys
        counts = np.bincount(self.columns.locales[self.columns.live], minlength=len(locales))
        languages: Counter[str] = Counter()
        for locale, count in zip(locales, counts.tolist(), strict=True):
            if count:
                languages[language_of(locale)] += count
        return sorted(languages, key=lambda each: (-languages[each], each))

    def section_id(self, number: int) -> str:
        """The section of a number."""
        return bytes(self.columns.section_ids[number]).decode()

    def number_of(self, section_id: str) -> int | None:
        """The number of a live section."""
        sought = section_id.encode("utf-8", "replace")
        found = np.flatnonzero((self.columns.section_ids == sought) & self.columns.live)
        return int(found[0]) if len(found) else None

    def article_id(self, number: int) -> str:
        """The article that a section belongs to."""
        return self.names.articles.names[int(self.columns.articles[number])]

    def having_slug(self, slug: str) -> NDArray[np.bool_]:
        """For each section whether its article has this slug."""
        mask: NDArray[np.bool_] = self.columns.slugs == self.names.slugs.known(slug)
        return mask

    def having_topic(self, ref: str) -> NDArray[np.bool_]:
        """For each section whether it is live, and its article stands under this topic."""
        codes = [code for code, refs in enumerate(list(self.names.topics.names)) if ref in refs]
        mask: NDArray[np.bool_] = np.isin(self.columns.topics, codes) & self.columns.live
        return mask

    def topic_counts(self, numbers: NDArray[np.uint32]) -> dict[str, int]:
        """How many of some sections stand under each topic; topics of none are left out."""
        counts: Counter[str] = Counter()
        for code, count in enumerate(np.bincount(self.columns.topics[numbers]).tolist()):
            if count:
                counts.update(dict.fromkeys(self.names.topics.names[code], count))
        return dict(counts)


def load(reader: Reader, state: State) -> Catalogue:
    """Read everything anew."""
    empty = Columns(*(np.zeros(0, each) for each in _TYPES))
    rows = reader.rows(Tables(state.generation).sql(_CHANGED), -1)
    return _with(Catalogue(state, Names(), empty), state, rows)


def refresh(reader: Reader, known: Catalogue, state: State) -> Catalogue:
    """Read what has changed since an older state of the same generation."""
    statement = Tables(state.generation).sql(_CHANGED)
    return _with(known, state, reader.rows(statement, known.state.revision))


def held_since(reader: Reader, known: State, state: State) -> dict[int, dict[int, float]]:
    """What the sections hold that have changed since an older state: ids of terms, how often."""
    rows = reader.rows(Tables(state.generation).sql(_HELD), known.revision)
    return {number: dict(zip(terms, often, strict=True)) for number, terms, often in rows}


def _with(known: Catalogue, state: State, rows: Sequence[Any]) -> Catalogue:
    if not rows:
        return Catalogue(state, known.names, known.columns)
    numbers = np.fromiter((row[0] for row in rows), np.int64, len(rows))
    size = max(known.size, int(numbers.max()) + 1)
    values = zip(*(_values(known.names, row) for row in rows), strict=True)
    present: tuple[NDArray[Any], ...] = known.columns
    columns = (
        _put(column, size, numbers, new) for column, new in zip(present, values, strict=True)
    )
    return Catalogue(state, known.names, Columns(*columns))


def _values(names: Names, row: Any) -> tuple[Any, ...]:
    _, live, length, section_id, article_id, locale, slug, kind, topics = row
    return (
        *(live, length, section_id.encode(), names.articles.code(article_id)),
        *(names.locales.code(locale), names.slugs.code(slug), names.types.code(kind)),
        names.topics.code(tuple(topics)),
    )


def _put(
    column: NDArray[Any], size: int, numbers: NDArray[np.int64], new: Iterable[Any]
) -> NDArray[Any]:
    """A copy of a column, as long as needed, with other values at some numbers."""
    values = np.array(list(new))
    kind = (
        np.promote_types(column.dtype, values.dtype) if column.dtype.kind == "S" else column.dtype
    )
    copy = np.zeros(size, kind)
    copy[: len(column)] = column
    copy[numbers] = values
    return copy
