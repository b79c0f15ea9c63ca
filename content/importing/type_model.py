"""The type model: a weight for each feature and section type, made by `content.training`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[np.float32]

PATH: Final = Path(__file__).with_name("type_model.npz")


@dataclass(frozen=True, slots=True)
class TypeModel:
    """A linear model over features of heading, body and place.

    `weights` has a row for each of `features` and a column for each of `types`. Within one block of
    features (those of a heading, say) the weights are divided by the root of the summed
    `squares` of its features, so that long texts do not speak louder than short ones (TF-IDF
    with unit length; the factors are in the weights already). `context` has a row for each
    number that `neighbourhood` gives, and one more for always: what they add to the scores.
    `temperature` turns scores into probabilities that can be believed (Guo et al., On
    Calibration of Modern Neural Networks, 2017).
    """

    types: tuple[str, ...]
    features: tuple[str, ...]
    weights: Numbers
    squares: Numbers
    intercept: Numbers
    context: Numbers
    temperature: float
    made_from: str
    """The digest of what it was made from; see `content.training.fitting`."""
    vocabulary: dict[str, int] = field(init=False, repr=False)
    means: Numbers = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Derive what is looked up often."""
        found = {feature: row for row, feature in enumerate(self.features)}
        object.__setattr__(self, "vocabulary", found)
        object.__setattr__(self, "means", self.weights.mean(axis=1))

    def rows(self, block: Sequence[str]) -> list[int]:
        """The rows of the features that the model knows; row 0 is nothing."""
        return list(filter(None, map(self.vocabulary.get, block)))

    def scores(self, sections: Sequence[Sequence[list[int]]]) -> Numbers:
        """A row of scores for each section, given as the rows of its features block by block."""
        rows: list[int] = []
        starts: list[int] = []
        owners: list[int] = []
        for number, blocks in enumerate(sections):
            for block in filter(None, blocks):
                starts.append(len(rows))
                owners.append(number)
                rows += block
        scores = np.tile(self.intercept, (len(sections), 1))
        if rows:
            sums = np.add.reduceat(self.weights[rows], starts, axis=0)
            lengths = np.add.reduceat(self.squares[rows], starts)
            np.add.at(scores, owners, sums / np.sqrt(lengths)[:, None])
        return scores

    def loudest(
        self, rows: list[int], types: tuple[int, int], least: float, most: int
    ) -> list[str]:
        """The features of a block that speak most for the first type against the second.

        The types are columns; a feature that speaks for most types speaks for none. `least` is
        what a feature must add to the score to be heard.
        """
        if not rows:
            return []
        index = np.asarray(rows)
        rival = np.maximum(self.weights[index, types[1]], self.means[index])
        points = self.weights[index, types[0]] - rival
        needed = least * float(self.squares[index].sum()) ** 0.5
        order = (-points).argsort(kind="stable")[:most].tolist()
        return [self.features[rows[number]] for number in order if points[number] >= needed]

    def with_neighbours(self, scores: Numbers) -> Numbers:
        """Scores of the sections of one article, corrected by what stands around each."""
        told = neighbourhood(scores) @ self.context[:-1] + self.context[-1]
        return np.asarray(scores + told, np.float32)

    def probabilities(self, scores: Numbers) -> Numbers:
        """Scores as probabilities, each row summing to one."""
        return softmax(scores / np.float32(self.temperature))


def softmax(scores: NDArray[Any]) -> NDArray[Any]:
    """Each row as shares that sum to one."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def neighbourhood(scores: Numbers) -> Numbers:
    """Of each section the shares of types before it, behind it, and in the rest of the article."""
    shares = softmax(scores)
    nothing = np.zeros((1, scores.shape[1]), np.float32)
    before = np.vstack([nothing, shares[:-1]])
    behind = np.vstack([shares[1:], nothing])
    others = (shares.sum(axis=0) - shares) / max(len(shares) - 1, 1)
    return np.asarray(np.hstack([before, behind, others]), np.float32)


def save(model: TypeModel, path: Path = PATH) -> None:
    """Write the model as compressed arrays, without pickles."""
    arrays: dict[str, Any] = {
        "types": np.asarray(model.types),
        "features": np.frombuffer("\n".join(model.features).encode(), np.uint8),
        "weights": model.weights.astype(np.float16),
        "squares": model.squares.astype(np.float16),
        "intercept": model.intercept,
        "context": model.context,
        "temperature": np.asarray(model.temperature),
        "made_from": np.asarray(model.made_from),
    }
    np.savez_compressed(path, **arrays)


@cache
def load(path: Path = PATH) -> TypeModel:
    """The model that ships, read once."""
    with np.load(path, allow_pickle=False) as arrays:
        features = arrays["features"].tobytes().decode().split("\n")
        return TypeModel(
            types=tuple(str(key) for key in arrays["types"]),
            features=tuple(features),
            weights=arrays["weights"].astype(np.float32),
            squares=arrays["squares"].astype(np.float32),
            intercept=arrays["intercept"],
            context=arrays["context"],
            temperature=float(arrays["temperature"]),
            made_from=str(arrays["made_from"]),
        )
