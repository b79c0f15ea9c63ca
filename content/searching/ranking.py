"""Ranking."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from content.searching.corpus import Corpus, Documents
from content.searching.questions import Question


class Ranking(NamedTuple):
    """Matches."""

    documents: Documents
    scores: NDArray[np.float32]


def rank(corpus: Corpus, question: Question, allowed: NDArray[np.bool_] | None) -> Ranking:
    """Rank."""
    total = np.zeros(corpus.size, np.float32)
    kept = np.zeros(corpus.size, np.bool_)
    required = None
    for clause in question.clauses:
        best = np.zeros(corpus.size, np.float32)
        for form in (*(f for word in clause.words for f in word.forms), *clause.synonyms):
            found = corpus.postings(form.terms)
            best[found.documents] = np.maximum(best[found.documents], found.frequencies)
        documents = np.flatnonzero(best)
        tf = best[documents]
        idf = np.log(1 + (corpus.count - len(documents) + 0.5) / (len(documents) + 0.5))
        norm = 1.2 * (0.25 + 0.75 * corpus.lengths[documents] / corpus.average_length)
        total[documents] += idf * (0.5 + tf * 2.2 / (tf + norm))
        kept[documents] = True
        if clause.required:
            here = np.zeros(corpus.size, np.bool_)
            here[documents] = True
            required = here if required is None else required & here
    for mask in (required, allowed):
        if mask is not None:
            kept &= mask
    documents = np.flatnonzero(kept).astype(np.uint32)
    return Ranking(documents, total[documents])
