"""What the best sections have in common: pseudo-relevance feedback, as bounded as can be.

The best few are taken to be right. Words that say most of them, mostly those of the question and
some that belong to it, are looked for as well; but only among sections that were found already,
so that what is found and how many there are does not depend on it.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from content.searching.corpus import Corpus, Documents, Weights
from content.searching.evidence import Amounts, rarity, saturated
from content.searching.tuning import Tuning
from content.searching.words import stop_words, term


def feedback(
    corpus: Corpus, best: Sequence[int], among: Documents, strength: float, tuning: Tuning
) -> Amounts:
    """What each of the documents `among` gains by the words of the `best`, given best first.

    The word that says most of them weighs as much as a typed word times `strength`.
    """
    telling = _telling(corpus, best, tuning)
    if not telling:
        return np.zeros(among.size)
    gaining: list[NDArray[np.intp]] = []
    frequencies: list[Weights] = []
    weights: list[float] = []
    for found, share in telling:
        postings = corpus.postings((found,))
        held, places = _among(among, postings.documents)
        gaining.append(held)
        frequencies.append(postings.frequencies[places])
        weights.append(strength * share * rarity(corpus, postings.documents.size))
    lengths = corpus.lengths[among].astype(np.float64) / corpus.average_length
    held = np.concatenate(gaining)
    often = saturated(np.concatenate(frequencies), lengths[held], tuning)
    gains: Amounts = np.zeros(among.size)
    np.add.at(gains, held, often * np.repeat(weights, [*map(len, gaining)]))
    return gains


def _telling(corpus: Corpus, best: Sequence[int], tuning: Tuning) -> list[tuple[str, float]]:
    """The words that say most of these documents, and how much as a share of the first."""
    frequent = _frequent(corpus, best, tuning)
    corpus.foresee(each for each, _ in frequent)
    said = {
        each: often * rarity(corpus, corpus.postings((each,)).documents.size) ** 0.5
        for each, often in frequent
    }
    chosen = sorted(said, key=lambda each: (-said[each], each))[: tuning.feedback_terms]
    return [(each, said[each] / said[chosen[0]]) for each in chosen]


def _frequent(corpus: Corpus, best: Sequence[int], tuning: Tuning) -> list[tuple[str, float]]:
    """The most frequent words of the documents, the better documents counting more."""
    found = corpus.terms_of(best)
    shares = 0.5 ** (np.arange(len(best)) / tuning.half_life)
    lengths = corpus.lengths[best].astype(np.float64) / corpus.average_length
    amounts = saturated(found.frequencies, lengths[found.holders], tuning) * shares[found.holders]
    sums: Amounts = np.zeros(len(found.terms))
    np.add.at(sums, found.held, amounts)
    pool = tuning.feedback_pool
    words = _first(corpus, found.terms, sums, 2 * pool)
    if len(words) < pool:  # There were many that say nothing.
        words = _first(corpus, found.terms, sums, len(sums))
    return words[:pool]


def _first(
    corpus: Corpus, terms: Sequence[str], sums: Amounts, count: int
) -> list[tuple[str, float]]:
    """Words that say something of those with the `count` highest sums, the highest first."""
    places = np.arange(len(sums))
    if count < len(sums):
        places = np.flatnonzero(sums >= np.partition(sums, -count)[-count])
    empty = _empty_terms(tuple(corpus.languages))
    words = [(terms[place], float(sums[place])) for place in places.tolist()]
    telling = [each for each in words if len(each[0]) > 1 and each[0] not in empty]
    return sorted(telling, key=lambda each: (-each[1], each[0]))


@lru_cache(maxsize=64)
def _empty_terms(languages: tuple[str, ...]) -> frozenset[str]:
    """The terms of words that say nothing, in any of the languages."""
    return frozenset(term(word, each) for each in languages for word in stop_words(each))


def _among(wanted: Documents, documents: Documents) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Which of the wanted documents are among some others, and where; both are ascending."""
    if not documents.size:
        return np.empty(0, np.intp), np.empty(0, np.intp)
    places = np.searchsorted(documents, wanted)
    held = np.flatnonzero(documents[np.minimum(places, documents.size - 1)] == wanted)
    return held, places[held]
