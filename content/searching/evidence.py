"""How much the documents of a corpus gain by the clauses of a question: BM25 over all its forms.

Only sums, products and quotients are taken of each document, in the order of the question, so
that a score does not depend on how the documents are numbered.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from content.searching.corpus import Corpus, Documents, Postings
from content.searching.questions import Clause, Form, Word
from content.searching.tuning import Tuning

Amounts: TypeAlias = NDArray[np.float64]


class Gains(NamedTuple):
    """The documents that gain by something, ascending, and how much each does."""

    documents: Documents
    amounts: Amounts

    def of(self, document: int) -> float:
        """What one document gains; 0 when it is not among them."""
        place = int(np.searchsorted(self.documents, document))
        if place < self.documents.size and self.documents[place] == document:
            return float(self.amounts[place])
        return 0.0


NOTHING: Final = Gains(np.empty(0, np.uint32), np.empty(0))


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a clause gives: by each word as typed, by another name for all, by its topics.

    `weight` tells how much it says. `typed` are a word, its postings and its gains; `total` has
    every document that satisfies the clause: the better of what the words give together and the
    other names, and the topics.
    """

    clause: Clause
    weight: float
    typed: list[tuple[Word, Postings, Gains]]
    synonyms: Gains
    topics: Gains
    total: Gains


def evidence(corpus: Corpus, clause: Clause, tuning: Tuning) -> Evidence:
    """What documents gain by a clause."""
    repeated = repetition(clause, tuning)
    longer = found(corpus, (Form(terms) for terms in clause.longer))
    held = [(word, _apart(found(corpus, word.forms), longer, tuning)) for word in clause.words]
    shares = [repeated * telling(word, tuning) for word in clause.words]
    weights = [rarity(corpus, postings.documents.size) for _, postings in held]
    synonyms = NOTHING
    others = _apart(_other_names(corpus, clause), longer, tuning)
    if others.documents.size:
        together = rarity(corpus, _satisfying(corpus.size, [each for _, each in held], others))
        if len(held) == 1:
            weights = [together]
        share = max(shares) * max(form.weight for form in clause.synonyms)
        weight = share * max(together, tuning.concept * sum(weights))
        synonyms = gained(corpus, others, weight, tuning)
    weights = [share * weight for share, weight in zip(shares, weights, strict=True)]
    typed = [
        (word, postings, gained(corpus, postings, weight, tuning))
        for (word, postings), weight in zip(held, weights, strict=True)
    ]
    topics = _by_topics(corpus, clause.topics, repeated * tuning.topic)
    total = _total(corpus.size, [gains for _, _, gains in typed], synonyms, topics)
    return Evidence(clause, sum(weights), typed, synonyms, topics, total)


def telling(word: Word, tuning: Tuning) -> float:
    """How much a word counts for what it says."""
    if word.says == "much":
        return 1.0
    return tuning.kind if word.says == "kind" else tuning.little


def _apart(postings: Postings, longer: Postings, tuning: Tuning) -> Postings:
    """How often something occurs, where it is part of a longer expression less."""
    if not postings.documents.size or not longer.documents.size:
        return postings
    places = np.searchsorted(postings.documents, longer.documents)
    places[places == postings.documents.size] = 0
    both = postings.documents[places] == longer.documents
    here = places[both]
    frequencies = postings.frequencies.copy()
    inner = np.minimum(frequencies[here], longer.frequencies[both])
    frequencies[here] -= np.float32(1 - tuning.inside) * inner
    return Postings(postings.documents, frequencies)


def repetition(clause: Clause, tuning: Tuning) -> float:
    """How much a clause counts for being typed so often; 1 for once."""
    return (tuning.repetition + 1) * clause.times / (tuning.repetition + clause.times)


def found(corpus: Corpus, forms: Iterable[Form]) -> Postings:
    """The documents that hold any of the forms, and how often, by the weights of the forms."""
    each = [(form.weight, corpus.postings(form.terms)) for form in forms]
    several = [(weight, postings) for weight, postings in each if postings.documents.size]
    if len(several) == 1:
        weight, postings = several[0]
        return Postings(postings.documents, postings.frequencies * np.float32(weight))
    sums = np.zeros(corpus.size if several else 0, np.float32)
    for weight, postings in several:
        sums[postings.documents] += postings.frequencies * np.float32(weight)
    documents = np.flatnonzero(sums).astype(np.uint32)
    return Postings(documents, sums[documents])


def rarity(corpus: Corpus, holding: int) -> float:
    """What a word weighs that so many documents hold: Lucene's idf, which is never below 0."""
    return math.log(1 + (corpus.count - holding + 0.5) / (holding + 0.5))


def gained(corpus: Corpus, postings: Postings, weight: float, tuning: Tuning) -> Gains:
    """The gains by something of this weight; each further time that it occurs adds less."""
    lengths = corpus.lengths[postings.documents].astype(np.float64)
    often = saturated(postings.frequencies, lengths / corpus.average_length, tuning)
    return Gains(postings.documents, often * weight)


def saturated(frequencies: NDArray[np.float32], lengths: Amounts, tuning: Tuning) -> Amounts:
    """Frequencies as they count, by the lengths of their documents as shares of the average."""
    often = frequencies.astype(np.float64)
    least = tuning.saturation * (1 - tuning.length)
    slowness = least + tuning.saturation * tuning.length * lengths
    return (tuning.saturation + 1) * often / (often + slowness)


def _other_names(corpus: Corpus, clause: Clause) -> Postings:
    """The documents with other names for a clause; of a single word, they count with the word."""
    if len(clause.words) == 1 and clause.synonyms:
        return found(corpus, (*clause.words[0].forms, *clause.synonyms))
    return found(corpus, clause.synonyms)


def _satisfying(size: int, held: list[Postings], others: Postings) -> int:
    """How many documents have all the typed words, or another name for them."""
    counts = np.zeros(size, np.int16)
    for postings in held:
        counts[postings.documents] += 1
    counts[others.documents] = len(held)
    return int(np.count_nonzero(counts == len(held)))


def _by_topics(corpus: Corpus, topics: Sequence[str], share: float) -> Gains:
    best = np.zeros(corpus.size if topics else 0)
    for topic in topics:
        documents = corpus.under(topic)
        amount = share * rarity(corpus, documents.size)
        best[documents] = np.maximum(best[documents], amount)
    documents = np.flatnonzero(best).astype(np.uint32)
    return Gains(documents, best[documents])


def _total(size: int, typed: Sequence[Gains], synonyms: Gains, topics: Gains) -> Gains:
    given = [gains for gains in (*typed, synonyms, topics) if gains.documents.size]
    if len(given) <= 1:
        return given[0] if given else NOTHING
    sums = np.zeros(size)
    for gains in typed:
        sums[gains.documents] += gains.amounts
    sums[synonyms.documents] = np.maximum(sums[synonyms.documents], synonyms.amounts)
    sums[topics.documents] += topics.amounts
    documents = np.flatnonzero(sums).astype(np.uint32)
    return Gains(documents, sums[documents])
