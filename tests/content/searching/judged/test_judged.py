"""The judged set is what it says: made of our articles, and judged without gaps."""

import json
from typing import Any

from content.library import Library
from tests.content.searching.judged.gathering import (
    DOCUMENTS,
    SET,
    TOPICS,
    lines,
    publish_articles,
    topic_lines,
)


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SET / name).read_text("utf-8").splitlines()]


def judgements() -> list[tuple[str, str, int]]:
    split = (line.split("\t") for line in (SET / "judgements.tsv").read_text("utf-8").splitlines())
    return [(query, document, int(grade)) for query, document, grade in split]


def test_the_documents_and_topics_are_what_publishing_the_articles_gives(library: Library) -> None:
    publish_articles(library)
    with library.reading() as session:
        assert DOCUMENTS.read_text("utf-8").splitlines() == lines(session)
        assert TOPICS.read_text("utf-8").splitlines() == topic_lines(session)


def test_there_are_enough_documents_to_make_ranking_hard() -> None:
    documents = rows("documents.jsonl")
    assert len({each["article"] for each in documents}) >= 40
    assert len(documents) >= 600
    assert len({each["id"] for each in documents}) == len(documents)


def test_each_query_is_answered_by_a_document() -> None:
    queries = {each["id"] for each in rows("queries.jsonl")}
    answered = {query for query, _, grade in judgements() if grade >= 2}
    assert len(queries) >= 200
    assert answered == queries


def test_judgements_are_of_known_documents_and_each_once() -> None:
    documents = {each["id"] for each in rows("documents.jsonl")}
    judged = [(query, document) for query, document, _ in judgements()]
    assert len(set(judged)) == len(judged)
    assert {document for _, document in judged} <= documents
    assert {grade for _, _, grade in judgements()} == {1, 2, 3}


def test_no_query_is_asked_twice_nor_both_answered_and_not() -> None:
    texts = [each["text"].lower() for each in rows("queries.jsonl") + rows("unanswerable.jsonl")]
    assert len(set(texts)) == len(texts)
