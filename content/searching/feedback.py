"""What the best sections have in common: pseudo-relevance feedback, as bounded as can be.

The best few are taken to be right. Words that say most of them, mostly those of the question and
some that belong to it, are looked for as well; but only among sections that were found already,
so that what is found and how many there are does not depend on it.
"""

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from content.searching.corpus import Corpus, Documents
from content.searching.evidence import Amounts, rarity, saturated
from content.searching.tuning import Tuning
from content.searching.words import stop_words, term


def feedback(
    corpus: Corpus, best: Sequence[int], among: Documents, strength: float, tuning: Tuning
) -> Amounts:
    """What each of the documents `among` gains by the words of the `best`, given best first.

    The word that says most of them weighs as much as a typed word times `strength`.
    """
    gains = np.zeros(among.size)
    lengths = corpus.lengths[among].astype(np.float64) / corpus.average_length
    for found, share in _telling(corpus, best, tuning):
        postings = corpus.postings((found,))
        held, places = _among(among, postings.documents)
        weight = strength * share * rarity(corpus, postings.documents.size)
        frequencies = postings.frequencies[places]
        gains[held] += weight * saturated(frequencies, lengths[held], tuning)
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


@lru_cache(maxsize=16)
def _stop_terms(languages: tuple[str, ...]) -> frozenset[str]:
    return frozenset(term(word, each) for each in languages for word in stop_words(each))


def _frequent(corpus: Corpus, best: Sequence[int], tuning: Tuning) -> list[tuple[str, float]]:
    """The most frequent words of the documents, the better documents counting more."""
    corpus.foresee(documents=best)
    sums: defaultdict[str, float] = defaultdict(float)
    for place, document in enumerate(best):
        terms, frequencies = corpus.terms_of(document)
        length = np.float64(corpus.lengths[document]) / corpus.average_length
        share = 0.5 ** (place / tuning.half_life)
        amounts = share * saturated(frequencies, np.array(length), tuning)
        for each, amount in zip(terms, amounts.tolist(), strict=True):
            sums[each] += amount
    stops = _stop_terms(tuple(corpus.languages))
    words = [each for each in sums if len(each) > 1 and each not in stops]
    words.sort(key=lambda each: (-sums[each], each))
    return [(each, sums[each]) for each in words[: tuning.feedback_pool]]


def _among(wanted: Documents, documents: Documents) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Which of the wanted documents are among some others, and where; both are ascending."""
    if not documents.size:
        return np.empty(0, np.intp), np.empty(0, np.intp)
    places = np.searchsorted(documents, wanted)
    held = np.flatnonzero(documents[np.minimum(places, documents.size - 1)] == wanted)
    return held, places[held]
