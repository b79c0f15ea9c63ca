"""`dermis corrections`: what editors changed in proposals, and the labels that come of it."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Final

import click
import orjson
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy.orm import Session

from api.cli.configuring import read_settings
from api.cli.opening import opened
from content.importing import correcting
from content.importing.correcting import CorrectionQuery
from content.models import RecordedCorrection
from content.published import PageRequest

_SHOWN: Final = 100


@click.command()
@click.option(
    "--json", "as_json", is_flag=True, help="Print the sections that editors typed, as labels."
)
def corrections(*, as_json: bool) -> None:
    """List what editors corrected in proposals, newest first.

    With --json print every section whose type an editor settled, a JSON object a line, in the
    form of the labels that `dermis evaluate` reads.
    """
    with opened(read_settings()) as library, library.reading() as session:
        if as_json:
            for settled in correcting.settled(session):
                click.echo(orjson.dumps(asdict(settled)))
        else:
            _show(session)


def _show(session: Session) -> None:
    page = correcting.corrections(session, CorrectionQuery(), PageRequest(_SHOWN, count=True))
    table = Table("when", "who", "what", "heading", "before", "after")
    for each in page.items:
        moment = each.at.strftime("%Y-%m-%d %H:%M")
        told = (each.actor, each.action, each.heading or "", *_told(each))
        table.add_row(moment, *map(escape, told))
    Console().print(table)
    click.echo(f"Corrections: {page.total}, of which the newest {len(page.items)} are shown.")


def _told(correction: RecordedCorrection) -> Iterator[str]:
    """What was before and after, in few words: the type where one was chosen."""
    chosen = (correction.type_before, correction.type_after)
    for kind, seen in zip(chosen, (correction.before, correction.after), strict=True):
        texts = (value for value in seen.values() if isinstance(value, str))
        yield kind or next(texts, "")[:60]
