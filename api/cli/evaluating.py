"""`dermis evaluate`: how well the sections of a labelled file are typed."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import Console
from rich.table import Table

from content.errors import Invalid, Reason
from content.importing.evaluating import Evaluation, evaluate, read_labels


@click.command("evaluate")
@click.argument(
    "labels", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
)
@click.option("--json", "as_json", is_flag=True, help="Print the whole result as JSON.")
def evaluate_labels(labels: Path, *, as_json: bool) -> None:
    """Type the sections in LABELS and compare with what people said.

    LABELS holds a JSON object a line: `heading`, `gist` (the body), `type`, and if known
    `also_ok` (types that would be as right), `page`, `position` and `title`. Strict accuracy
    counts the labelled type alone, lenient accuracy those of `also_ok` as well.
    """
    found = evaluate(read_labels(_rows(labels)))
    if as_json:
        click.echo(orjson.dumps(asdict(found), option=orjson.OPT_INDENT_2))
    else:
        _show(found)


def _rows(path: Path) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(path.read_bytes().split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            yield number, orjson.loads(line)
        except orjson.JSONDecodeError as error:
            detail = f"Line {number} is not JSON: {error}."
            raise Invalid(detail, [Reason(f"line {number}", "malformed", detail)]) from error


def _show(found: Evaluation) -> None:
    console = Console()
    console.print(
        f"{found.rows} labels: strict accuracy {found.strict.accuracy:.3f} "
        f"(macro F1 {found.strict.macro_f1:.3f}), lenient {found.lenient.accuracy:.3f} "
        f"(macro F1 {found.lenient.macro_f1:.3f}), "
        f"calibration error {found.calibration_error:.3f}"
    )
    types = Table("type", "labels", "strict F1", "lenient F1")
    for key, score in found.types.items():
        types.add_row(key, str(score.n), f"{score.strict_f1:.2f}", f"{score.lenient_f1:.2f}")
    console.print(types)
    bins = Table("confidence", "labels", "mean", "strict", "lenient")
    for each in found.calibration:
        numbers = [f"{number:.2f}" for number in (each.confidence, each.strict, each.lenient)]
        bins.add_row(f"{each.least:.2f} to {each.most:.2f}", str(each.n), *numbers)
    console.print(bins)
    for confusion in found.confusions[:10]:
        console.print(f"{confusion.n} times {confusion.type} was taken for {confusion.taken_for}")
