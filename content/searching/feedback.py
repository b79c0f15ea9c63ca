"""What the best sections have in common: pseudo-relevance feedback, as bounded as can be.

The best few are taken to be right. Words that say most of them, mostly those of the question and
some that belong to it, are looked for as well; but only among sections that were found already,
so that what is found and how many there are does not depend on it.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

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
    telling = _telling(corpus, best, tuning)
    if not telling:
        return np.zeros(among.size)
    words = [word for word, _, _ in telling]
    weights = [strength * share * rarity(corpus, holding) for _, share, holding in telling]
    lengths = corpus.lengths[among].astype(np.float64) / corpus.average_length
    often = saturated(corpus.frequencies(words, among), lengths, tuning)
    gains: Amounts = np.zeros(among.size)
    for row, weight in zip(often, weights, strict=True):
        gains += row * weight
    return gains


def _telling(corpus: Corpus, best: Sequence[int], tuning: Tuning) -> list[tuple[str, float, int]]:
    """The words that say most of these documents.

    With each there is how much it says as a share of the first, and how many documents hold it.
    """
    frequent = _frequent(corpus, best, tuning)
    holding = corpus.holding([each for each, _ in frequent]).tolist()
    said = [
        (often * rarity(corpus, count) ** 0.5, each, count)
        for (each, often), count in zip(frequent, holding, strict=True)
    ]
    said.sort(key=lambda each: (-each[0], each[1]))
    return [(each, much / said[0][0], count) for much, each, count in said[: tuning.feedback_terms]]


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
