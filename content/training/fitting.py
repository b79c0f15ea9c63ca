"""Pages and lists → the type model: features weighed by logistic regression, then calibrated."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB

from content.importing import domain_words, features
from content.importing.classifying import Passage, places_of
from content.importing.features import (
    body_features,
    body_words,
    heading_features,
    heading_words,
    section_features,
)
from content.importing.type_model import Numbers, TypeModel, neighbourhood, softmax
from content.sections import SECTION_TYPES
from content.training.pages import CORPUS, Example, Page

Blocks = Sequence[Sequence[str]]

TYPES: Final = tuple(SECTION_TYPES)
FOLDS: Final = 3

_LOUDNESS: Final = (2.5, 3.0, 1.0, 0.7)
"""How much heading, body, place and title count before anything was learnt."""

_LEAST_SEEN: Final = 2
_ALSO: Final = 0.15
"""The share of an example that its other acceptable types get."""

_SMOOTHING: Final = 0.1
_COUNTED: Final = 0.4
"""What naive Bayes adds to logistic regression: both are sums over features, and err apart."""

_LIST_WEIGHT: Final = 0.5
_STRENGTH: Final = 2.0
_CONTEXT_COST: Final = 30.0
"""How unwilling the neighbours are to speak."""


@dataclass(slots=True)
class Rows:
    """Examples as features, with the share of each type, and how much each counts."""

    blocks: list[Blocks]
    shares: NDArray[np.float64]
    weights: NDArray[np.float64]

    def __add__(self, other: "Rows") -> "Rows":
        return Rows(
            self.blocks + other.blocks,
            np.vstack([self.shares, other.shares]),
            np.concatenate([self.weights, other.weights]),
        )


def corpus_digest() -> str:
    """The SHA-256 of all that the model is made from: the corpus, and what is read of it."""
    digest = hashlib.sha256()
    reading = [Path(features.__file__), Path(domain_words.__file__), Path(__file__)]
    for path in [*sorted(CORPUS.rglob("*.txt")), *reading]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def fit(pages: Sequence[Page], lists: Sequence[Example], made_from: str) -> TypeModel:
    """The model that these examples give; the same examples give the same model.

    `made_from` is kept in the model, to tell by later what it was made from.
    """
    extra = list_rows(lists)
    scores = [np.zeros((0, len(TYPES)), np.float32)] * len(pages)
    for fold in range(FOLDS):
        learnt = fit_alone(page_rows([p for n, p in enumerate(pages) if n % FOLDS != fold]) + extra)
        for number in range(fold, len(pages), FOLDS):
            scores[number] = scores_of(learnt, page_rows([pages[number]]))
    alone = fit_alone(page_rows(pages) + extra)
    return replace(_with_context(alone, scores, page_rows(pages)), made_from=made_from)


def scores_of(model: TypeModel, rows: Rows) -> Numbers:
    """What the model says of examples by themselves."""
    return model.scores([[model.rows(block) for block in blocks] for blocks in rows.blocks])


def page_rows(pages: Sequence[Page]) -> Rows:
    """The sections of pages, each with its place."""
    blocks: list[Blocks] = []
    for page in pages:
        passages = [Passage(each.heading or None, each.body) for each in page.sections]
        for passage, place in zip(passages, places_of(passages, page.title), strict=True):
            blocks.append(section_features(passage.heading or "", passage.body, place).blocks)
    examples = [section for page in pages for section in page.sections]
    return Rows(blocks, _shares(examples), np.ones(len(examples)))


def list_rows(lists: Sequence[Example]) -> Rows:
    """Single headings and single sentences: nothing is learnt from what they do not have."""
    blocks: list[Blocks] = [
        (
            heading_features(heading_words(each.heading).read),
            body_features(body_words(each.body).read),
            (),
            (),
        )
        for each in lists
    ]
    return Rows(blocks, _shares(lists), np.full(len(lists), _LIST_WEIGHT))


def _shares(examples: Sequence[Example]) -> NDArray[np.float64]:
    shares = np.zeros((len(examples), len(TYPES)))
    for number, example in enumerate(examples):
        also = [key for key in example.also_ok if key != example.type]
        shares[number, TYPES.index(example.type)] = 1 - _ALSO * bool(also)
        for key in also:
            shares[number, TYPES.index(key)] += _ALSO / len(also)
    return shares


def fit_alone(rows: Rows) -> TypeModel:
    """A model of sections by themselves, which takes no notice of neighbours."""
    vocabulary = _vocabulary(rows.blocks)
    squares = _squares(rows.blocks, vocabulary)
    matrix = _matrix(rows.blocks, vocabulary, squares)
    numbers, kinds = np.nonzero(rows.shares)
    weights = rows.shares[numbers, kinds] * rows.weights[numbers]
    learner = LogisticRegression(C=_STRENGTH, max_iter=500, tol=1e-3)
    learner.fit(matrix[numbers], kinds, sample_weight=weights)
    counter = MultinomialNB(alpha=_SMOOTHING).fit(matrix[numbers], kinds, weights)
    told = counter.feature_log_prob_ - counter.feature_log_prob_.mean(axis=0)
    found = np.vstack([np.zeros(len(TYPES)), (learner.coef_ + _COUNTED * told).T])
    return TypeModel(
        types=TYPES,
        features=tuple(vocabulary),
        weights=np.asarray(found * (squares**0.5 * _loudness(vocabulary))[:, None], np.float32),
        squares=np.asarray(squares, np.float32),
        intercept=np.asarray(learner.intercept_, np.float32),
        context=np.zeros((len(TYPES) * 3 + 1, len(TYPES)), np.float32),
        temperature=1.0,
        made_from="",
    )


def _vocabulary(examples: Sequence[Blocks]) -> dict[str, int]:
    """The features seen often enough, numbered from 1; row 0 is nothing."""
    seen = Counter(feature for blocks in examples for block in blocks for feature in block)
    often = sorted(each for each, count in seen.items() if each and count >= _LEAST_SEEN)
    return {"": 0} | {feature: row for row, feature in enumerate(often, 1)}


def _squares(examples: Sequence[Blocks], vocabulary: dict[str, int]) -> NDArray[np.float64]:
    """The squared inverse document frequency of each feature; 1 for those of places."""
    seen = Counter(feature for blocks in examples for block in blocks for feature in block)
    found = np.ones(len(vocabulary))
    for feature, row in vocabulary.items():
        if row and not feature.startswith("p|"):
            found[row] = np.log(len(examples) / seen[feature]) ** 2
    return found


def _loudness(vocabulary: dict[str, int]) -> NDArray[np.float64]:
    by_mark = dict(zip("hbpt", _LOUDNESS, strict=True))
    return np.asarray(
        [by_mark[each[0] if each[1:2] == "|" else "b"] if each else 0.0 for each in vocabulary]
    )


def _matrix(
    examples: Sequence[Blocks], vocabulary: dict[str, int], squares: NDArray[np.float64]
) -> csr_matrix:
    data: list[float] = []
    columns: list[int] = []
    ends = [0]
    for blocks in examples:
        for block, loudness in zip(blocks, _LOUDNESS, strict=True):
            known = list(filter(None, map(vocabulary.get, block)))
            length = squares[known].sum() ** 0.5
            columns += [row - 1 for row in known]
            data += [loudness * squares[row] ** 0.5 / length for row in known]
        ends.append(len(columns))
    return csr_matrix((data, columns, ends), shape=(len(examples), len(vocabulary) - 1))


def _with_context(alone: TypeModel, scores: Sequence[Numbers], rows: Rows) -> TypeModel:
    """The model with what neighbours say, learnt from scores of pages that it had not seen.

    Learnt together with the temperature, on top of the scores: what the neighbours say corrects
    them and never replaces them.
    """
    pages = [each for each in scores if len(each)]
    own = np.vstack(pages).astype(np.float64)
    around = np.vstack([neighbourhood(each) for each in pages]).astype(np.float64)
    usual = around.mean(axis=0)
    loss = _ContextLoss(own, around - usual, rows.shares)
    start = np.zeros(1 + around.shape[1] * len(TYPES))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 200}).x
    sharpness = float(np.exp(found[0]))
    context = found[1:].reshape(-1, len(TYPES)) / sharpness
    return replace(
        alone,
        context=np.vstack([context, -usual @ context]).astype(np.float32),
        temperature=1 / sharpness,
    )


@dataclass(frozen=True, slots=True)
class _ContextLoss:
    """The surprise at the right types, and its gradient, by log-sharpness and context weights."""

    own: NDArray[np.float64]
    around: NDArray[np.float64]
    shares: NDArray[np.float64]

    def __call__(self, found: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        sharpness, context = np.exp(found[0]), found[1:].reshape(-1, len(TYPES))
        given = softmax(self.own * sharpness + self.around @ context)
        missed = given - self.shares
        loss = -(self.shares * np.log(given + 1e-12)).sum() + _CONTEXT_COST / 2 * (context**2).sum()
        slope = self.around.T @ missed + _CONTEXT_COST * context
        return float(loss), np.concatenate([[(missed * self.own).sum() * sharpness], slope.ravel()])
