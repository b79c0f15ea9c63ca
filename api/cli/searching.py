"""`dermis search`: how well searches answer."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import click
import orjson
from rich.console import Console
from rich.table import Table

from content.searching import SearchQuery
from content.searching.evaluating import (
    DEPTH,
    Collection,
    QueryScore,
    SearchEvaluation,
    evaluate,
    read_collection,
)
from content.searching.synonyms import shipped
from content.searching.vocabulary import Vocabulary
from content.searching.whoosh_index import WhooshIndex


@click.group()
def search() -> None:
    """Search: how well it answers."""


@search.command("evaluate")
@click.argument("collection", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the whole result as JSON.")
@click.option(
    "--worst", default=0, type=click.IntRange(0), help="List so many of the worst queries."
)
@click.option(
    "--right",
    "least_right",
    default=1,
    show_default=True,
    type=click.IntRange(1),
    help="The least grade of a hit that is right.",
)
def evaluate_search(collection: Path, *, as_json: bool, worst: int, least_right: int) -> None:
    """Ask the judged queries in COLLECTION, and measure what is found.

    COLLECTION is a directory. `documents.jsonl` holds a JSON object a line: `id`
    and `text`, and if known `title`, `heading`, `type`, `topics`, `questions`, `locale` and
    `article`. `queries.jsonl` holds `id` and `text`. `judgements.tsv` has a query's id, a
    document's id and a grade, with tabs between; grade 0 is beside the point. `topics.jsonl` may
    say what topics are called: `ref` and `labels`; others are called by their keys.

    The layout of BEIR is read as well (`corpus.jsonl`, `queries.jsonl`, `qrels/test.tsv`).
    The library and its index are left alone: the documents are put into an index of their own.
    """
    read = read_collection(collection)
    with tempfile.TemporaryDirectory() as directory:
        found = _evaluated(read, Path(directory), least_right)
    poorest = sorted(found.scores, key=lambda score: score.ndcg)[:worst]
    if as_json:
        result = {name: value for name, value in asdict(found).items() if name != "scores"}
        result["worst"] = [asdict(score) for score in poorest]
        click.echo(orjson.dumps(result, option=orjson.OPT_INDENT_2))
    else:
        _show(found, poorest)


def _evaluated(collection: Collection, directory: Path, least_right: int) -> SearchEvaluation:
    index = WhooshIndex(directory / "index")
    try:
        index.rebuild(collection.documents, 0)
        vocabulary = Vocabulary(shipped(), collection.topics)
        return evaluate(collection, _searched(index, vocabulary), least_right)
    finally:
        index.close()


def _searched(index: WhooshIndex, vocabulary: Vocabulary) -> Callable[[str], Sequence[str]]:
    """A query as a reader's is answered."""

    def search(text: str) -> list[str]:
        hits = index.search(SearchQuery(text, limit=DEPTH), vocabulary).hits
        return [hit.section_id for hit in hits]

    return search


def _show(found: SearchEvaluation, worst: Sequence[QueryScore]) -> None:
    click.echo(
        f"{found.queries} queries over {found.documents} documents: "
        f"nDCG@10 {found.ndcg_at_10:.3f}, MRR@10 {found.mrr_at_10:.3f}, "
        f"recall@100 {found.recall_at_100:.3f}, first hit right {found.first_right:.3f}"
    )
    if found.unanswerable:
        click.echo(f"{found.unanswerable} queries have no right document and are left out.")
    if found.cut:
        click.echo(f"{found.cut} queries are longer than may be asked and were cut.")
    if worst:
        table = Table("query", "text", "nDCG@10", "found first")
        for score in worst:
            table.add_row(score.id, score.text, f"{score.ndcg:.3f}", ", ".join(score.found[:3]))
        Console().print(table)
