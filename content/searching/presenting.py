"""Showing hits: which words of the question each holds, and where."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from content.searching import Highlights, SearchHit, passages
from content.searching.corpus import Corpus, Documents
from content.searching.paging import Ranked
from content.searching.questions import Clause, Question, Terms


class Holding(NamedTuple):
    """What a document has of a question: the typed words, and the terms that stand in it."""

    matched: list[str]
    sought: list[Terms]


def holdings(corpus: Corpus, question: Question, documents: Sequence[int]) -> list[Holding]:
    """For each of some documents what it has of the question."""
    found = [Holding([], []) for _ in documents]
    wanted = np.array(documents, np.uint32)
    for clause in question.clauses:
        held = np.zeros(len(documents), np.bool_)
        for terms in _ways(clause):
            here = _among(wanted, corpus.postings(terms).documents)
            for place in np.flatnonzero(here).tolist():
                found[place].sought.append(terms)
            held |= here
        for topic in clause.topics:
            held |= _among(wanted, corpus.under(topic))
        for place in np.flatnonzero(held).tolist():
            found[place].matched.append(clause.typed)
    return found


def hit(ranked: Ranked, holding: Holding, heading: str, text: str, reasons: list[str]) -> SearchHit:
    """A document as it is answered."""
    return SearchHit(
        section_id=ranked.section_id,
        score=ranked.score,
        highlights=Highlights(
            heading=passages.marked(heading, holding.sought),
            body=passages.passages(text, holding.sought),
        ),
        matched=holding.matched,
        reasons=reasons,
    )


def _ways(clause: Clause) -> Iterable[Terms]:
    """All in which a text may satisfy a clause, each once."""
    forms = [*(form for word in clause.words for form in word.forms), *clause.synonyms]
    return dict.fromkeys(form.terms for form in forms)


def _among(wanted: Documents, documents: Documents) -> NDArray[np.bool_]:
    places = np.searchsorted(documents, wanted)
    places[places == len(documents)] = 0
    return documents[places] == wanted if len(documents) else np.zeros(len(wanted), np.bool_)
