"""Showing hits: which words of the question each holds, and where."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from content.searching import Highlights, SearchHit, passages
from content.searching.collection import Collection
from content.searching.corpus import Documents
from content.searching.paging import Ranked
from content.searching.questions import Clause, Question, Terms


def present(
    collection: Collection,
    question: Question,
    ranked: Sequence[Ranked],
    reasons: Sequence[list[str]],
) -> list[SearchHit]:
    """Ranked documents as they are answered, each with its reasons."""
    documents = [each.document for each in ranked]
    matched, sought = _held(collection, question, documents)
    return [
        SearchHit(
            section_id=each.section_id,
            score=each.score,
            highlights=Highlights(
                heading=passages.marked(written.heading, written.heading_marks),
                body=passages.passages(written.text, written.marks, written.sentences),
            ),
            matched=typed,
            reasons=why,
        )
        for each, written, typed, why in zip(
            ranked, collection.written(documents, sought), matched, reasons, strict=True
        )
    ]


def _held(
    collection: Collection, question: Question, documents: Sequence[int]
) -> tuple[list[list[str]], list[Terms]]:
    """The typed words that each document holds, and the terms that any of them holds."""
    matched: list[list[str]] = [[] for _ in documents]
    sought: dict[Terms, None] = {}
    wanted = np.array(documents, np.uint32)
    for clause in question.clauses:
        held = np.zeros(len(documents), np.bool_)
        for terms in _ways(clause):
            holding = _among(wanted, collection.postings(terms).documents)
            if holding.any():
                sought[terms] = None
            held |= holding
        for topic in clause.topics:
            held |= _among(wanted, collection.under(topic))
        for place in np.flatnonzero(held).tolist():
            matched[place].append(clause.typed)
    return matched, list(sought)


def _ways(clause: Clause) -> list[Terms]:
    """The ways in which a text may satisfy a clause, each once."""
    forms = [*(form for word in clause.words for form in word.forms), *clause.synonyms]
    return list(dict.fromkeys(form.terms for form in forms))


def _among(wanted: Documents, documents: Documents) -> NDArray[np.bool_]:
    """Which of the documents are among others, which are in ascending order."""
    if not len(documents):
        return np.zeros(len(wanted), np.bool_)
    places = np.searchsorted(documents, wanted)
    mask: NDArray[np.bool_] = documents[np.minimum(places, len(documents) - 1)] == wanted
    return mask
