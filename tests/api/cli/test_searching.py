"""`dermis search evaluate`."""

import json
from pathlib import Path

import pytest

from tests.api.cli.conftest import Dermis

DOCUMENTS = (
    {"id": "peel/1", "text": "Rest after a peel.", "type": "aftercare", "article": "peel"},
    {"id": "peel/2", "text": "A peel may cause redness.", "type": "risks", "article": "peel"},
    {"id": "scar/1", "text": "Microneedling softens scars.", "heading": "Scars"},
)
QUERIES = (
    {"id": "q1", "text": "redness"},
    {"id": "q2", "text": "collagen induction therapy"},
    {"id": "q3", "text": "nothing of the kind"},
    {"id": "q4", "text": "wrinkles"},
)


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    """Four queries over three sections; the second one needs the synonyms that are shipped."""
    for name, rows in (("documents.jsonl", DOCUMENTS), ("queries.jsonl", QUERIES)):
        (tmp_path / name).write_text("\n".join(map(json.dumps, rows)), "utf-8")
    judgements = "q1\tpeel/2\t2\nq2\tscar/1\t2\nq4\tpeel/1\t1\n"
    (tmp_path / "judgements.tsv").write_text(judgements, "utf-8")
    return tmp_path


def test_the_measures_are_printed_as_json(dermis: Dermis, collection: Path) -> None:
    outcome = dermis("search", "evaluate", collection, "--json")
    assert (outcome.status, outcome.err) == (0, "")
    found = json.loads(outcome.out)
    assert found == {
        "documents": 3,
        "queries": 3,
        "unanswerable": 1,
        "cut": 0,
        "ndcg_at_10": pytest.approx(2 / 3),
        "mrr_at_10": pytest.approx(2 / 3),
        "recall_at_100": pytest.approx(2 / 3),
        "first_right": pytest.approx(2 / 3),
        "worst": [],
    }


def test_the_measures_are_printed_in_words(dermis: Dermis, collection: Path) -> None:
    outcome = dermis("search", "evaluate", collection, "--right", "2")
    assert outcome.status == 0
    assert "2 queries over 3 documents: nDCG@10 1.000, MRR@10 1.000" in outcome.out
    assert "2 queries have no right document" in outcome.out


def test_the_worst_queries_are_listed(dermis: Dermis, collection: Path) -> None:
    outcome = dermis("search", "evaluate", collection, "--worst", "1")
    assert "wrinkles" in outcome.out
    assert "redness" not in outcome.out
    found = json.loads(dermis("search", "evaluate", collection, "--worst", "1", "--json").out)
    assert [each["id"] for each in found["worst"]] == ["q4"]


def test_queries_that_are_too_long_are_cut_and_counted(dermis: Dermis, collection: Path) -> None:
    long = {"id": "q1", "text": "redness " * 500}
    (collection / "queries.jsonl").write_text(json.dumps(long), "utf-8")
    (collection / "judgements.tsv").write_text("q1\tpeel/2\t1\n", "utf-8")
    outcome = dermis("search", "evaluate", collection)
    assert "1 queries over 3 documents: nDCG@10 1.000" in outcome.out
    assert "1 queries are longer than may be asked and were cut." in outcome.out


def test_a_collection_that_cannot_be_read_is_one_clear_line(
    dermis: Dermis, collection: Path
) -> None:
    (collection / "judgements.tsv").write_text("q9\tpeel/2\t1\n", "utf-8")
    outcome = dermis("search", "evaluate", collection)
    assert outcome.status == 1
    assert outcome.err == (
        "dermis: The collection cannot be used. judgements.tsv, line 1: there is no query 'q9'.\n"
    )


def test_a_collection_that_is_not_there_is_wrong_usage(dermis: Dermis, tmp_path: Path) -> None:
    assert dermis("search", "evaluate", tmp_path / "none").status == 2
