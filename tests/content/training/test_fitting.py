"""The model that ships is the one that the corpus gives."""

from pathlib import Path

import numpy as np

from content.importing.type_model import load, save
from content.training.fitting import corpus_digest, fit, page_rows, scores_of
from content.training.pages import read_corpus, read_lists


def test_the_model_that_ships_was_made_from_the_corpus_as_it_is() -> None:
    """After a change of the corpus or of what is read of it: `python -m content.training`."""
    assert load().made_from == corpus_digest()


def test_a_model_learns_from_pages_that_it_is_shown_and_survives_being_saved(
    tmp_path: Path,
) -> None:
    pages = read_corpus()[::12]
    model = fit(pages, read_lists()[::12], "a part")
    rows = page_rows(pages)
    right = scores_of(model, rows).argmax(axis=1) == rows.shares.argmax(axis=1)
    assert right.mean() > 0.8
    save(model, tmp_path / "model.npz")
    again = load(tmp_path / "model.npz")
    assert again.features == model.features
    assert again.made_from == "a part"
    np.testing.assert_allclose(scores_of(again, rows), scores_of(model, rows), atol=0.15)


def test_the_same_examples_give_the_same_model() -> None:
    pages, lists = read_corpus()[::40], read_lists()[::40]
    first, second = (fit(pages, lists, "") for _ in range(2))
    np.testing.assert_array_equal(first.weights, second.weights)
    np.testing.assert_array_equal(first.context, second.context)


def test_the_model_is_small() -> None:
    path = Path(__file__).parents[3] / "content/importing/type_model.npz"
    assert path.stat().st_size < 4_000_000
