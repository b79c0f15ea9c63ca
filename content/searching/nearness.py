"""How near to each other the words of a question stand in a section."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from content.searching.corpus import Corpus, Documents
from content.searching.evidence import Amounts, Evidence, rarity
from content.searching.tuning import Tuning

_MOST_PLACES: Final = 128
# Of a term in a section: a text of one word a thousand times must not cost more than another.

_APART: Final = 1 << 32
# Between the places of one document and those of the next.

_Sought = tuple[tuple[str, ...], float]


def nearness(
    corpus: Corpus, given: Sequence[Evidence], documents: Documents, tuning: Tuning
) -> Amounts:
    """What each of these documents gains by neighbouring words that stand near each other."""
    gains = np.zeros(documents.size)
    sought = list(_sought(corpus, given))[: tuning.pairs + 1]
    if len(sought) < 2:
        return gains
    order = np.argsort(documents)
    places = [_places(corpus, terms, documents[order]) for terms, _ in sought]
    for (first, (_, weight)), (second, (_, other)) in pairwise(zip(places, sought, strict=True)):
        least = _distances(first, second, documents.size)
        near = np.flatnonzero(least <= tuning.reach)
        gains[order[near]] += tuning.nearness * min(weight, other) / least[near]
    return gains


def _sought(corpus: Corpus, given: Sequence[Evidence]) -> Iterator[_Sought]:
    """The words of a question that occur: their terms, and what the word weighs."""
    for each in given:
        for word, postings, _ in each.typed:
            terms = [form.terms[0] for form in word.forms if len(form.terms) == 1]
            held = tuple(term for term in terms if corpus.postings((term,)).documents.size)
            if held:
                yield held, rarity(corpus, postings.documents.size)


def _places(corpus: Corpus, terms: Sequence[str], documents: Documents) -> NDArray[np.int64]:
    """Where any of the terms stands, as if the documents were one text with wide gaps."""
    found = [_in_one_text(corpus, term, documents) for term in terms]
    return found[0] if len(found) == 1 else np.unique(np.concatenate(found))


def _in_one_text(corpus: Corpus, term: str, documents: Documents) -> NDArray[np.int64]:
    found = corpus.places(term, documents)
    nth = np.arange(found.documents.size) - np.searchsorted(found.documents, found.documents)
    here = np.searchsorted(documents, found.documents)
    return (here * _APART + found.places)[nth < _MOST_PLACES]


def _distances(
    first: NDArray[np.int64], second: NDArray[np.int64], count: int
) -> NDArray[np.int64]:
    """The least distance in each document of any two different places; huge without two."""
    least = np.full(count, _APART)
    if first.size and second.size:
        before = first[np.maximum(np.searchsorted(first, second, "left") - 1, 0)]
        after = first[np.minimum(np.searchsorted(first, second, "right"), first.size - 1)]
        distances = np.minimum(_apart(second, before), _apart(second, after))
        np.minimum.at(least, second // _APART, distances)
    return least


def _apart(one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.int64]:
    distances = np.abs(one - other)
    return np.where(distances == 0, _APART, distances)
