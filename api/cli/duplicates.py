"""`dermis duplicates`: which sections of the library could be one."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click
import orjson

from api.cli.configuring import read_settings
from api.cli.opening import language_tag, opened
from content import comparing, filing
from content.comparing import Duplicate, ReportQuery
from content.sections import SECTION_TYPES


def _share(context: click.Context, parameter: click.Parameter, value: float) -> float:
    # Not a range of click's: that lets "nan" pass.
    if not 0.5 <= value <= 1:
        raise click.BadParameter("Must be a number from 0.5 to 1.")
    return value


@click.command()
@click.option(
    "--least",
    type=float,
    callback=_share,
    default=0.8,
    show_default=True,
    help="The least share of the text that must be the same.",
)
@click.option(
    "--type",
    "types",
    type=click.Choice(list(SECTION_TYPES)),
    multiple=True,
    help="Only sections of this type; may be repeated.",
)
@click.option("--locale", callback=language_tag, help="Only sections in this language.")
@click.option("--rebuild", is_flag=True, help="Forget what was filed for comparing, and file anew.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole result as JSON.")
def duplicates(
    *, least: float, types: Sequence[str], locale: str | None, rebuild: bool, as_json: bool
) -> None:
    """Name the sections that are similar to older ones, drafts included."""
    with opened(read_settings()) as library:
        (filing.rebuild if rebuild else filing.catch_up)(library)
        with library.reading() as session:
            found = list(comparing.duplicates(session, ReportQuery(least, types, locale)))
    if as_json:
        click.echo(orjson.dumps([_document(each) for each in found], option=orjson.OPT_INDENT_2))
    else:
        _print(found)


def _print(found: Sequence[Duplicate]) -> None:
    for each in found:
        click.echo(f"{each.name} ({each.slug}):")
        for other in each.similar:
            click.echo(f"  {other.sentence} ({other.slug})")
    click.echo(f"Sections that are similar to older ones: {len(found)}.")


def _document(found: Duplicate) -> dict[str, Any]:
    """As `--json` prints it: the same members as over HTTP."""
    similar = [{**asdict(each), "sentence": each.sentence} for each in found.similar]
    return {**asdict(found), "similar": similar}
