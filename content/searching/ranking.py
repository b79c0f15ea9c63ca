"""Which sections a question finds, and in which order.

What is found follows from the clauses alone. Everything that costs more than arithmetic on
arrays (nearness, feedback, the places of an article) is done for the best candidates; all others
follow after them, in their own order, so that the whole order is a total one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from content.searching.corpus import Corpus, Documents
from content.searching.evidence import Amounts, Evidence, evidence, repetition
from content.searching.feedback import feedback
from content.searching.nearness import nearness
from content.searching.questions import Question
from content.searching.tuning import TUNING, Tuning
from content.sections import FAQ

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Ranking:
    """All documents that match, ascending, and the score of each, above 0."""

    documents: Documents
    scores: Amounts


@dataclass(frozen=True, slots=True)
class Scoring:
    """How a ranking came about.

    `base` is what each document has by the clauses and by `intent`, the factor for its type.
    Only the `candidates`, places in `documents`, have more: `near` and `common` are gains,
    `nth` says which section of its article it is, from 1, and `kept` what remains by that.
    """

    documents: Documents
    given: list[Evidence]
    base: Amounts
    intent: Amounts
    candidates: NDArray[np.intp]
    near: Amounts
    common: Amounts
    nth: NDArray[np.intp]
    kept: Amounts
    scores: Amounts


def rank(
    corpus: Corpus, question: Question, allowed: Mask | None, tuning: Tuning = TUNING
) -> Ranking:
    """The documents that satisfy a clause and all required ones, of those that are `allowed`.

    `allowed` has a value for each number of the corpus; None allows all. The same documents get
    the same scores in whatever way they are numbered.
    """
    scoring = score(corpus, question, allowed, tuning)
    return Ranking(scoring.documents, scoring.scores)


def matching(
    corpus: Corpus, question: Question, allowed: Mask | None, tuning: Tuning = TUNING
) -> Documents:
    """The documents that `rank` would rank, without ranking them."""
    given = [evidence(corpus, clause, tuning) for clause in question.clauses]
    return _matching(corpus.size, given, allowed, tuning)[0]


def best(corpus: Corpus, documents: Documents, scores: Amounts, count: int) -> NDArray[np.intp]:
    """The places in `documents` of the `count` best, best first; equals by their section ids."""
    places = np.arange(scores.size)
    if 0 < count < scores.size:
        least = np.partition(scores, scores.size - count)[scores.size - count]
        places = np.flatnonzero(scores >= least)
    ordered = places[np.argsort(-scores[places], kind="stable")]
    _order_equals(corpus, documents, scores, ordered)
    return ordered[:count]


def _order_equals(
    corpus: Corpus, documents: Documents, scores: Amounts, ordered: NDArray[np.intp]
) -> None:
    """Put places with equal scores, which stand together, in the order of their sections."""
    same = np.diff(scores[ordered]) == 0
    if not same.any():
        return
    runs = np.concatenate(([0], np.cumsum(~same)))
    equal = np.flatnonzero(np.concatenate((same, [False])) | np.concatenate(([False], same)))
    equals = ordered[equal]
    ids = corpus.section_ids(documents[equals])
    ordered[equal] = equals[np.lexsort((ids, runs[equal]))]


def fitting(corpus: Corpus, question: Question, tuning: Tuning) -> Tuning:
    """The weights, where no section is of a type that is asked for: its words must tell."""
    answering = set(question.types).intersection(corpus.type_keys)
    return tuning if answering else replace(tuning, kind=1.0)


def score(
    corpus: Corpus, question: Question, allowed: Mask | None, tuning: Tuning = TUNING
) -> Scoring:
    """The same as `rank`, with everything that led to it."""
    tuning = fitting(corpus, question, tuning)
    given = [evidence(corpus, clause, tuning) for clause in question.clauses]
    documents, sums = _matching(corpus.size, given, allowed, tuning)
    intent = _intents(corpus, question.types, documents, tuning)
    base = sums * intent
    order = best(corpus, documents, base, tuning.candidates)
    near = np.zeros(order.size)
    nearest = order[: tuning.nearest]
    near[: nearest.size] = nearness(corpus, given, documents[nearest], tuning)
    strength = _strength(given, tuning)
    common = _common(corpus, documents[order], base[order] + near, strength, tuning)
    total = base[order] + near + common
    nth = _nth(corpus, documents[order], total)
    kept = np.maximum(1 / (1 + tuning.spread * (nth - 1)), tuning.kept)
    scores = base * tuning.kept
    scores[order] = total * kept
    return Scoring(documents, given, base, intent, order, near, common, nth, kept, scores)


def _matching(
    size: int, given: Sequence[Evidence], allowed: Mask | None, tuning: Tuning
) -> tuple[Documents, Amounts]:
    """The documents that match, and what they gain by all clauses together."""
    sums = np.zeros(size)
    covered = np.zeros(size)
    whole = 0.0
    for each in given:
        sums[each.total.documents] += each.total.amounts
        covered[each.total.documents] += each.weight
        whole += each.weight if each.total.documents.size else 0.0
    matching = sums > 0
    for each in given:
        if each.clause.required:
            satisfying = np.zeros(size, np.bool_)
            satisfying[each.total.documents] = True
            matching &= satisfying
    if allowed is not None:
        matching &= allowed
    documents = np.flatnonzero(matching).astype(np.uint32)
    # Who asks in few words means all of them.
    strength = min(tuning.coverage, tuning.coverage_words / max(len(given), 1))
    share = covered[documents] / (whole or 1.0)
    return documents, sums[documents] * (1 - strength + strength * share)


def _intents(corpus: Corpus, types: Sequence[str], documents: Documents, tuning: Tuning) -> Amounts:
    """The factor by which each document gains for being of a type that is asked for."""
    if not types:
        return np.ones(documents.size)
    shares = (
        {FAQ: tuning.faq} | dict.fromkeys(types, tuning.second_intent) | {types[0]: tuning.intent}
    )
    factors = np.array([1 + shares.get(key, 0.0) for key in corpus.type_keys])
    return factors[corpus.types[documents]]


def _strength(given: Sequence[Evidence], tuning: Tuning) -> float:
    """How much the strongest word of feedback counts: by the most repeated one that was typed."""
    most = max((repetition(each.clause, tuning) for each in given), default=0.0)
    longer = len(given) - tuning.feedback_beyond
    return tuning.feedback * most * min(max(longer / tuning.feedback_reach, 0.0), 1.0)


def _common(
    corpus: Corpus, candidates: Documents, scores: Amounts, strength: float, tuning: Tuning
) -> Amounts:
    """What the candidates gain by what the best of them have in common."""
    if strength <= 0:
        return np.zeros(candidates.size)
    trusted = min(tuning.feedback_documents, candidates.size // tuning.feedback_among)
    first = candidates[best(corpus, candidates, scores, trusted)].tolist()
    order = np.argsort(candidates)
    gains = np.zeros(candidates.size)
    gains[order] = feedback(corpus, first, candidates[order], strength, tuning)
    return gains


def _nth(corpus: Corpus, documents: Documents, scores: Amounts) -> NDArray[np.intp]:
    """For each document how many of its article are at least as good, itself included."""
    order = best(corpus, documents, scores, documents.size)
    articles = corpus.articles[documents][order]
    grouped = np.argsort(articles, kind="stable")
    starts = np.flatnonzero(np.diff(articles[grouped], prepend=-1))
    counts = np.diff(np.append(starts, articles.size))
    nth = np.empty(documents.size, np.intp)
    nth[order[grouped]] = np.arange(articles.size) - np.repeat(starts, counts) + 1
    return nth
