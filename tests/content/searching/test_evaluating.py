"""Judged collections: reading them, and what the measures are."""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from content.errors import Invalid
from content.searching.evaluating import (
    Collection,
    JudgedQuery,
    QueryScore,
    SearchEvaluation,
    evaluate,
    read_collection,
)
from content.searching.queries import MAX_CHARACTERS
from content.searching.vocabulary import NamedTopic
from tests.content.searching.corpora import section

DOCUMENTS = ({"id": "d1", "text": "a peel"}, {"id": "d2", "text": "a scar", "title": "Scars"})
QUERIES = ({"id": "q1", "text": "peel"}, {"id": "q2", "text": "scar"})


def collection_in(
    directory: Path,
    *,
    documents: Sequence[Any] = DOCUMENTS,
    queries: Sequence[Any] = QUERIES,
    judgements: str = "q1\td1\t2\nq2\td2\t1\nq2\td1\t0\n",
) -> Path:
    """Write a collection."""
    for name, rows in (("documents.jsonl", documents), ("queries.jsonl", queries)):
        (directory / name).write_text("\n".join(map(json.dumps, rows)), "utf-8")
    (directory / "judgements.tsv").write_text(judgements, "utf-8")
    return directory


def measured(hits: Sequence[str], grades: Mapping[str, int], least: int = 1) -> QueryScore:
    return evaluated({"q": hits}, {"q": grades}, least).scores[0]


def evaluated(
    hits: Mapping[str, Sequence[str]], grades: Mapping[str, Mapping[str, int]], least: int = 1
) -> SearchEvaluation:
    """Queries that are named and asked alike."""
    queries = [JudgedQuery(each, each) for each in hits]
    return evaluate(Collection([section("d")], queries, grades), hits.__getitem__, least)


class TestMeasures:
    def test_the_best_possible_order_measures_1(self) -> None:
        score = measured(["a", "b", "x"], {"a": 3, "b": 1})
        assert (score.ndcg, score.reciprocal_rank, score.recall) == (1, 1, 1)
        assert score.first_right

    def test_ndcg_takes_grades_as_gains_and_discounts_by_rank(self) -> None:
        best = 3 + 1 / math.log2(3)
        assert measured(["b", "a"], {"a": 3, "b": 1}).ndcg == (1 + 3 / math.log2(3)) / best

    def test_ndcg_and_the_reciprocal_rank_end_at_10(self) -> None:
        late = measured([*"0123456789", "a"], {"a": 1})
        assert (late.ndcg, late.reciprocal_rank, late.recall) == (0, 0, 1)
        just = measured([*"012345678", "a"], {"a": 1})
        assert (just.ndcg, just.reciprocal_rank) == (1 / math.log2(11), 0.1)

    def test_no_more_than_10_right_documents_are_expected_among_10(self) -> None:
        right = {str(each): 1 for each in range(20)}
        score = measured([str(each) for each in range(10)], right)
        assert (score.ndcg, score.recall) == (1, 0.5)

    def test_recall_ends_at_100(self) -> None:
        hits = [f"x{each}" for each in range(99)] + ["a", "b"]
        assert measured(hits, {"a": 1, "b": 1}).recall == 0.5

    def test_a_hit_is_right_by_its_grade(self) -> None:
        score = measured(["a", "b"], {"a": 1, "b": 2}, least=2)
        assert (score.reciprocal_rank, score.recall, score.first_right) == (0.5, 1, False)

    def test_a_query_that_finds_nothing_measures_0(self) -> None:
        score = measured([], {"a": 1})
        assert (score.ndcg, score.reciprocal_rank, score.recall) == (0, 0, 0)

    def test_the_means_are_over_queries_with_a_right_document(self) -> None:
        grades = {"one": {"a": 1}, "two": {"a": 1}, "three": {"a": 0}}
        found = evaluated({"one": ["a"], "two": [], "three": ["a"], "four": ["a"]}, grades)
        assert (found.queries, found.unanswerable) == (2, 2)
        assert found.ndcg_at_10 == found.mrr_at_10 == found.recall_at_100 == 0.5
        assert found.first_right == 0.5

    def test_without_any_right_document_nothing_is_measured(self) -> None:
        with pytest.raises(Invalid) as refused:
            evaluated({"one": ["a"]}, {"one": {"a": 1}}, 2)
        assert "No query has a document" in refused.value.reasons[0].detail


class TestReading:
    def test_a_collection_is_read(self, tmp_path: Path) -> None:
        read = read_collection(collection_in(tmp_path))
        assert [each.section_id for each in read.documents] == ["d1", "d2"]
        assert read.documents[1].title == "Scars"
        assert read.queries == [JudgedQuery("q1", "peel"), JudgedQuery("q2", "scar")]
        assert read.grades == {"q1": {"d1": 2}, "q2": {"d2": 1, "d1": 0}}

    def test_a_document_may_say_all_of_a_section(self, tmp_path: Path) -> None:
        whole = {
            "id": "d1",
            "text": "Rest.",
            "title": "Peels",
            "heading": "After",
            "type": "aftercare",
            "topics": ["procedure:peel"],
            "questions": ["How long?"],
            "locale": "de",
            "article": "peels",
            "anything": 1,
        }
        read = read_collection(collection_in(tmp_path, documents=[whole, DOCUMENTS[1]]))
        [document, _] = read.documents
        assert (document.article_id, document.slug, document.locale) == ("peels", "peels", "de")
        assert (document.type, document.heading) == ("aftercare", "After")
        assert (document.topics, document.questions) == (("procedure:peel",), ("How long?",))

    def test_topics_are_called_by_their_labels_or_else_by_their_keys(self, tmp_path: Path) -> None:
        topics = ["procedure:prp", "body_area:back-of-hand"]
        collection_in(tmp_path, documents=[{**DOCUMENTS[0], "topics": topics}, DOCUMENTS[1]])
        named = {"ref": "procedure:prp", "labels": ["PRP", "vampire facial"], "locale": "en-GB"}
        (tmp_path / "topics.jsonl").write_text(json.dumps(named), "utf-8")
        assert read_collection(tmp_path).topics == [
            NamedTopic("procedure:prp", "PRP", "en-GB", ("PRP", "vampire facial")),
            NamedTopic("body_area:back-of-hand", "back of hand", "en", ("back of hand",)),
        ]

    @pytest.mark.parametrize(
        ("topic", "said"),
        [
            ('{"labels": ["a"]}', "line 1: 'ref' must be a text"),
            ('{"ref": "a:b"}', "line 1: 'labels' must have a label"),
            ('{"ref": "a:b", "labels": "b"}', "line 1: 'labels' must be a list of texts"),
        ],
    )
    def test_what_is_wrong_with_a_topic_is_said(
        self, tmp_path: Path, topic: str, said: str
    ) -> None:
        (collection_in(tmp_path) / "topics.jsonl").write_text(topic, "utf-8")
        with pytest.raises(Invalid) as refused:
            read_collection(tmp_path)
        assert said in refused.value.reasons[0].detail

    def test_a_heading_of_the_judgements_is_passed_over(self, tmp_path: Path) -> None:
        text = "query-id\tcorpus-id\tscore\nq1\td1\t1\n"
        assert read_collection(collection_in(tmp_path, judgements=text)).grades == {"q1": {"d1": 1}}

    def test_the_layout_of_beir_is_read(self, tmp_path: Path) -> None:
        (tmp_path / "corpus.jsonl").write_text('{"_id": "d", "title": "T", "text": "x"}', "utf-8")
        (tmp_path / "queries.jsonl").write_text('{"_id": "q", "text": "x"}', "utf-8")
        (tmp_path / "qrels").mkdir()
        (tmp_path / "qrels/test.tsv").write_text("q-id\td-id\tscore\r\nq\td\t1\r\n", "utf-8")
        read = read_collection(tmp_path)
        assert (read.documents[0].title, read.grades) == ("T", {"q": {"d": 1}})

    @pytest.mark.parametrize(
        ("text", "length"),
        [
            ("word " * 200 + "more", MAX_CHARACTERS - 1),
            ("x" * 996 + " end and more", MAX_CHARACTERS),
            ("x" * 2_000, MAX_CHARACTERS),
        ],
    )
    def test_a_long_query_is_cut_after_a_word(self, tmp_path: Path, text: str, length: int) -> None:
        queries = [{"id": "q1", "text": text}]
        read = read_collection(collection_in(tmp_path, queries=queries, judgements="q1\td1\t1"))
        [query] = read.queries
        assert query.cut
        assert text.startswith(query.text)
        assert len(query.text) == length

    def test_a_query_that_is_as_long_as_may_be_is_not_cut(self, tmp_path: Path) -> None:
        queries = [{"id": "q1", "text": "x" * MAX_CHARACTERS}]
        read = read_collection(collection_in(tmp_path, queries=queries, judgements="q1\td1\t1"))
        assert not read.queries[0].cut

    @pytest.mark.parametrize(
        ("changed", "said"),
        [
            ({"documents": []}, "There is nothing in documents.jsonl"),
            ({"documents": [1]}, "documents.jsonl, line 1: it is not a JSON object"),
            ({"documents": [{"id": 1, "text": ""}]}, "line 1: 'id' must be a text"),
            ({"documents": [{"id": "d1"}]}, "line 1: 'text' must be a text"),
            ({"documents": [*DOCUMENTS, DOCUMENTS[0]]}, "line 3: the id 'd1' stood there before"),
            ({"documents": [{"id": "d", "text": "", "topics": "a"}]}, "must be a list of texts"),
            ({"documents": [{"id": "d", "text": "", "type": "x"}]}, "there is no type 'x'"),
            ({"queries": [*QUERIES, QUERIES[1]]}, "queries.jsonl, line 3: the id 'q2'"),
            ({"judgements": "q1 d1 1"}, "there must be a query, a document and a grade"),
            ({"judgements": "q9\td1\t1"}, "line 1: there is no query 'q9'"),
            ({"judgements": "q1\td9\t1"}, "line 1: there is no document 'd9'"),
            ({"judgements": "q1\td1\t1\nq1\td2\tgood"}, "line 2: the grade 'good' must be a whole"),
            ({"judgements": "q1\td1\t-1"}, "the grade '-1' must be a whole number, 0 or more"),
            ({"judgements": "q1\td1\t1\nq1\td1\t2"}, "line 2: 'd1' is judged for 'q1' before"),
        ],
    )
    def test_what_is_wrong_is_said_with_its_place(
        self, tmp_path: Path, changed: dict[str, Any], said: str
    ) -> None:
        with pytest.raises(Invalid) as refused:
            read_collection(collection_in(tmp_path, **changed))
        assert said in refused.value.reasons[0].detail

    @pytest.mark.parametrize("name", ["documents.jsonl", "queries.jsonl", "judgements.tsv"])
    def test_a_missing_file_is_named(self, tmp_path: Path, name: str) -> None:
        (collection_in(tmp_path) / name).unlink()
        with pytest.raises(Invalid) as refused:
            read_collection(tmp_path)
        assert refused.value.reasons[0].detail == f"There is no file {name}."
