"""How well searches answer: judged queries → nDCG, reciprocal rank, recall.

A collection is a directory:

- `documents.jsonl`: a JSON object a line with `id` and `text`, and if known `title`, `heading`,
  `type` (a key of a section type), `topics` (refs, `kind:key`), `questions`, `locale`, and
  `article` (documents with the same one are sections of one article);
- `queries.jsonl`: a JSON object a line with `id` and `text`;
- `judgements.tsv`: the id of a query, the id of a document and a grade, with tabs between; 0 is
  beside the point, what is not judged is so as well. A first line without a grade is a heading;
- `topics.jsonl`, which may be left out: a JSON object a line with `ref` and `labels`, what people
  call the topic, the preferred label first, and if known their `locale`. A topic of a document
  that is not named there is called by its key.

The layout of BEIR is read as well: `corpus.jsonl` and `queries.jsonl` with `_id`, and
`qrels/test.tsv`. Other members of the objects are not looked at.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any, Final

import orjson

from content.errors import Invalid, Reason
from content.searching.documents import SectionDocument
from content.searching.languages import ENGLISH
from content.searching.queries import MAX_CHARACTERS
from content.searching.vocabulary import NamedTopic
from content.sections import OTHER, SECTION_TYPES

DEPTH: Final = 100
"""Hits of each query that are looked at."""

_FIRST: Final = 10
# Hits that nDCG and the reciprocal rank look at.


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """A query as it is asked; `cut` tells that its text was longer than searches may be."""

    id: str
    text: str
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Collection:
    """What is searched, what is asked, and the grades of documents for each query.

    `topics` are those of the documents, and what they are called.
    """

    documents: list[SectionDocument]
    queries: list[JudgedQuery]
    grades: Mapping[str, Mapping[str, int]]
    topics: Sequence[NamedTopic] = ()


@dataclass(frozen=True, slots=True)
class QueryScore:
    """How well one query was answered; all measures are 0 to 1. `found` are the first hits."""

    id: str
    text: str
    ndcg: float
    reciprocal_rank: float
    recall: float
    first_right: bool
    found: list[str]


@dataclass(frozen=True, slots=True)
class SearchEvaluation:
    """The means over all queries with a right document; the `unanswerable` have none.

    `cut` counts the queries whose texts were too long to be asked whole.
    """

    documents: int
    queries: int
    unanswerable: int
    cut: int
    ndcg_at_10: float
    mrr_at_10: float
    recall_at_100: float
    first_right: float
    scores: list[QueryScore]


def evaluate(
    collection: Collection, search: Callable[[str], Sequence[str]], least_right: int = 1
) -> SearchEvaluation:
    """Ask every query; `search` gives the ids of the hits of a text, best first.

    A hit is right when its grade is at least `least_right`. nDCG takes the grades as gains and
    discounts by the binary logarithm (Järvelin and Kekäläinen, 2002). Raises `Invalid` when no
    query has a right document.
    """
    answerable = [
        query
        for query in collection.queries
        if any(grade >= least_right for grade in collection.grades.get(query.id, {}).values())
    ]
    if not answerable:
        raise _refusal("judgements", "no_right", "No query has a document that is right.")
    scores = [
        _score(query, search(query.text)[:DEPTH], collection.grades[query.id], least_right)
        for query in answerable
    ]
    return SearchEvaluation(
        documents=len(collection.documents),
        queries=len(scores),
        unanswerable=len(collection.queries) - len(scores),
        cut=sum(query.cut for query in answerable),
        ndcg_at_10=fmean(score.ndcg for score in scores),
        mrr_at_10=fmean(score.reciprocal_rank for score in scores),
        recall_at_100=fmean(score.recall for score in scores),
        first_right=fmean(score.first_right for score in scores),
        scores=scores,
    )


def _score(
    query: JudgedQuery, hits: Sequence[str], grades: Mapping[str, int], least_right: int
) -> QueryScore:
    right = {document for document, grade in grades.items() if grade >= least_right}
    ranks = [rank for rank, hit in enumerate(hits[:_FIRST], 1) if hit in right]
    best = sorted(grades.values(), reverse=True)
    return QueryScore(
        id=query.id,
        text=query.text,
        ndcg=_gain(grades.get(hit, 0) for hit in hits[:_FIRST]) / _gain(best[:_FIRST]),
        reciprocal_rank=1 / ranks[0] if ranks else 0.0,
        recall=len(right.intersection(hits)) / len(right),
        first_right=ranks[:1] == [1],
        found=list(hits[:_FIRST]),
    )


def _gain(grades: Iterable[int]) -> float:
    return sum(grade / math.log2(rank + 1) for rank, grade in enumerate(grades, 1))


def read_collection(directory: Path) -> Collection:
    """Read a collection from its directory; raises `Invalid` with all that is wrong in a file."""
    if (directory / "corpus.jsonl").exists() and not (directory / "documents.jsonl").exists():
        key, corpus, judgements = "_id", directory / "corpus.jsonl", directory / "qrels/test.tsv"
    else:
        key = "id"
        corpus, judgements = directory / "documents.jsonl", directory / "judgements.tsv"
    documents = [_document(name, line) for name, line in _lines(corpus, key)]
    asked = _lines(directory / "queries.jsonl", key)
    queries = [_query(name, line.text("text")) for name, line in asked]
    known = {each.id for each in queries}, {each.section_id for each in documents}
    topics = _topics(directory / "topics.jsonl", documents)
    return Collection(documents, queries, _grades(judgements, *known), topics)


@dataclass(frozen=True, slots=True)
class _Line:
    """A JSON object, and the line of a file that it stands in."""

    file: str
    number: int
    members: Mapping[str, Any]

    def text(self, name: str, default: str | None = None) -> str:
        """A member that is a text; without a default there must be one."""
        value = self.members.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str):
            raise self.refused("type", f"'{name}' must be a text")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A member that is a list of texts; none when it is left out."""
        value = self.members.get(name) or []
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self.refused("type", f"'{name}' must be a list of texts")
        return tuple(value)

    def refused(self, code: str, detail: str) -> Invalid:
        """What is wrong with the line."""
        return _refusal(self.file, code, f"{self.file}, line {self.number}: {detail}.")


def _lines(path: Path, key: str) -> Iterator[tuple[str, _Line]]:
    """The objects of a file with their ids, which must all be different."""
    seen: set[str] = set()
    for number, text in _texts(path):
        try:
            members = orjson.loads(text)
        except orjson.JSONDecodeError:
            members = None
        if not isinstance(members, dict):
            raise _Line(path.name, number, {}).refused("malformed", "it is not a JSON object")
        line = _Line(path.name, number, members)
        name = line.text(key)
        if name in seen:
            raise line.refused("duplicate", f"the {key} '{name}' stood there before")
        seen.add(name)
        yield name, line
    if not seen:
        raise _refusal(path.name, "empty", f"There is nothing in {path.name}.")


def _texts(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError as error:
        raise _refusal(path.name, "missing", f"There is no file {path.name}.") from error
    return ((number, line) for number, line in enumerate(lines, 1) if line.strip())


def _document(name: str, line: _Line) -> SectionDocument:
    kind = line.text("type", OTHER)
    if kind not in SECTION_TYPES:
        raise line.refused("unknown_type", f"there is no type '{kind}'")
    article = line.text("article", name)
    return SectionDocument(
        section_id=name,
        article_id=article,
        locale=line.text("locale", "en"),
        slug=article,
        type=kind,
        topics=line.texts("topics"),
        title=line.text("title", ""),
        heading=line.text("heading", "") or None,
        text=line.text("text"),
        questions=line.texts("questions"),
    )


def _topics(path: Path, documents: Iterable[SectionDocument]) -> list[NamedTopic]:
    """The topics that a file names, and those of documents, called by their keys."""
    named = [_topic(ref, line) for ref, line in _lines(path, "ref")] if path.exists() else []
    known = {each.ref for each in named}
    others = dict.fromkeys(ref for each in documents for ref in each.topics if ref not in known)
    return [*named, *(_by_key(ref) for ref in others)]


def _topic(ref: str, line: _Line) -> NamedTopic:
    labels = line.texts("labels")
    if not labels:
        raise line.refused("required", "'labels' must have a label")
    return NamedTopic(ref, labels[0], line.text("locale", ENGLISH), labels)


def _by_key(ref: str) -> NamedTopic:
    label = ref.rpartition(":")[2].replace("-", " ").replace("_", " ")
    return NamedTopic(ref, label, ENGLISH, (label,))


def _query(name: str, text: str) -> JudgedQuery:
    """A query, cut at the end of a word where it is longer than may be asked."""
    if len(text) <= MAX_CHARACTERS:
        return JudgedQuery(name, text)
    kept, _, _ = text[: MAX_CHARACTERS + 1].rpartition(" ")
    return JudgedQuery(name, kept or text[:MAX_CHARACTERS], cut=True)


def _grades(path: Path, queries: set[str], documents: set[str]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for number, text in _texts(path):
        line = _Line(path.name, number, {})
        fields = text.decode(errors="replace").rstrip("\r").split("\t")
        if len(fields) != 3:
            raise line.refused("malformed", "there must be a query, a document and a grade")
        query, document, grade = (field.strip() for field in fields)
        if number == 1 and not grade.removeprefix("-").isdecimal():
            continue
        _refuse_unknown(line, query in queries, document in documents, fields)
        if not (grade.isascii() and grade.isdecimal()):
            raise line.refused("type", f"the grade '{grade}' must be a whole number, 0 or more")
        if document in found.setdefault(query, {}):
            raise line.refused("duplicate", f"'{document}' is judged for '{query}' before")
        found[query][document] = int(grade)
    return found


def _refuse_unknown(line: _Line, query: bool, document: bool, fields: Sequence[str]) -> None:
    if not query:
        raise line.refused("unknown_query", f"there is no query '{fields[0]}'")
    if not document:
        raise line.refused("unknown_document", f"there is no document '{fields[1]}'")


def _refusal(pointer: str, code: str, detail: str) -> Invalid:
    return Invalid("The collection cannot be used.", [Reason(pointer, code, detail)])
