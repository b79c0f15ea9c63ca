"""One state of an index as ranking sees it: numbered documents, and arrays over their numbers.

Every index offers this, whatever it keeps its postings in, so that all rank by the same rules.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from content.searching.questions import Terms

Documents: TypeAlias = NDArray[np.uint32]
"""Numbers of documents, ascending, each once."""

Weights: TypeAlias = NDArray[np.float32]


class Postings(NamedTuple):
    """The live documents that hold something, and how often, counted by where it stands."""

    documents: Documents
    frequencies: Weights


class Places(NamedTuple):
    """Where a term stands: for each time the document, and the place there in counted words.

    The documents are in ascending order, and so are the places in each.
    """

    documents: Documents
    places: NDArray[np.int32]


class Held(NamedTuple):
    """The terms that some documents hold, the documents one after the other as they were given.

    `terms` are the different ones. Of each term in each document there is the document's place
    among those that were given, the place in `terms`, and how often it occurs.
    """

    terms: Sequence[str]
    holders: NDArray[np.intp]
    held: NDArray[np.intp]
    frequencies: Weights


class Corpus(Protocol):
    """The documents of an index, numbered from 0 up to `size`; not all numbers need be live.

    What is given depends on the live documents alone, but for the numbers themselves: an index
    that was built anew ranks as before.
    """

    @property
    def size(self) -> int:
        """One more than the highest number of a document."""

    @property
    def count(self) -> int:
        """How many documents are live."""

    @property
    def lengths(self) -> Weights:
        """The weighted words of each document; of those that are not live anything."""

    @property
    def average_length(self) -> float:
        """Of the live documents; 1 when there are none."""

    @property
    def articles(self) -> NDArray[np.int32]:
        """For each document the article that it belongs to, as a number."""

    @property
    def types(self) -> NDArray[np.int16]:
        """For each document its section type, as a place in `type_keys`."""

    @property
    def type_keys(self) -> Sequence[str]:
        """The section types that occur."""

    @property
    def languages(self) -> Sequence[str]:
        """The languages of the documents, such as "en", the most frequent first."""

    def foresee(self, terms: Iterable[str]) -> None:
        """Hear that the postings of these terms will be asked for.

        An index that is far away reads them all at once; the answers are the same without.
        """

    def section_id(self, document: int) -> str:
        """The section that a document stands for."""

    def section_ids(self, documents: Documents) -> NDArray[np.bytes_]:
        """The sections that some documents stand for, as UTF-8: in the order of these as text."""

    def postings(self, terms: Terms) -> Postings:
        """The live documents that hold a term, or several next to each other in this order."""

    def holding(self, terms: Sequence[str]) -> NDArray[np.int64]:
        """In how many live documents each of some terms stands."""

    def frequencies(self, terms: Sequence[str], documents: Documents) -> Weights:
        """How often each of some terms, which are different, occurs in each of some live documents.

        There is a row for each term with a column for each document, counted as in postings.
        """

    def under(self, topic: str) -> Documents:
        """The live documents whose article stands under a topic (`kind:key`)."""

    def places(self, term: str, documents: Documents) -> Places:
        """Where a term stands in those of some documents that hold it."""

    def terms_of(self, documents: Sequence[int]) -> Held:
        """The terms of some documents."""
