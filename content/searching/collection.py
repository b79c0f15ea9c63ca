"""What an index offers to answering beyond what ranking needs: filters, counts, and the texts."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from content.searching.corpus import Corpus, Documents
from content.searching.passages import Mark
from content.searching.questions import Terms
from content.searching.sentences import Span


class Written(NamedTuple):
    """What a document says, and where in it something sought stands.

    `heading` is empty when it has none. `sentences` are those of the first `MAX_SEARCHED`
    characters of the text; they may be left out where it has no marks.
    """

    heading: str
    heading_marks: Sequence[Mark]
    text: str
    marks: Sequence[Mark]
    sentences: Sequence[Span]


class Collection(Corpus, Protocol):
    """A corpus whose documents can be filtered, counted and shown."""

    @property
    def locales(self) -> NDArray[np.int16]:
        """For each document its locale, as a place in `locale_keys`."""

    @property
    def locale_keys(self) -> Sequence[str]:
        """The locales that occur."""

    def having_slug(self, slug: str) -> NDArray[np.bool_]:
        """For each document whether its article has this slug, in whatever locale."""

    def topic_counts(self, documents: Documents) -> dict[str, int]:
        """How many of some live documents stand under each topic; topics of none are left out."""

    def document(self, section_id: str) -> int | None:
        """The live document of a section; None when there is none."""

    def article_id(self, document: int) -> str:
        """The article that a document belongs to."""

    def written(self, documents: Sequence[int], sought: Sequence[Terms]) -> list[Written]:
        """What each of some documents says, with marks at what is sought."""
