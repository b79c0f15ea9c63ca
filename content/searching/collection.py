"""What an index offers to answering beyond what ranking needs: filters, counts, and the texts."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from content.searching.corpus import Corpus, Documents


class Written(NamedTuple):
    """What a document says, and in which locale; `heading` is empty when it has none."""

    heading: str
    text: str
    locale: str


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

    def written(self, documents: Sequence[int]) -> list[Written]:
        """What each of some documents says."""
