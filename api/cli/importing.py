"""`dermis import`: files and folders become drafts, and live articles with `--publish`."""

import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, get_args

import click
from rich.console import Console
from rich.progress import Progress

from api.cli.batching import Wishes, import_each
from api.cli.configuring import read_settings
from api.cli.gathering import SUFFIXES, SourceFile, gather
from api.cli.opening import language_tag, opened
from api.cli.reports import JsonArray, Report, ReportFile, report_file, show_reports
from api.settings import Settings
from content.errors import DermisError
from content.importing.proposals import Proposal, SourceFormat
from content.library import Library


@click.command("import")
@click.argument(
    "paths",
    nargs=-1,
    required=True,
    metavar="PATH...",
    type=click.Path(exists=True, readable=True, path_type=Path),
)
@click.option("--publish", is_flag=True, help="Publish what satisfies the checks.")
@click.option("--dry-run", is_flag=True, help="Show what would be found, and store nothing.")
@click.option("--again", is_flag=True, help="Import a source although it was imported before.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole result as JSON.")
@click.option(
    "--report",
    "report_path",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Add a line of JSON to this file for each file that is done.",
)
@click.option("--locale", callback=language_tag, help="Of the texts; DERMIS_LOCALE if left out.")
@click.option(
    "--format",
    "source_format",
    type=click.Choice(get_args(SourceFormat)),
    help="Recognised from name and text if left out.",
)
@click.option(
    "--jobs",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Processes that read files at the same time.",
)
def import_files(
    paths: Sequence[Path],
    *,
    publish: bool,
    dry_run: bool,
    again: bool,
    as_json: bool,
    report_path: Path | None,
    locale: str | None,
    source_format: SourceFormat | None,
    jobs: int,
) -> None:
    """Split files into articles with typed sections, as drafts.

    A PATH is a file, or a folder: then all documents in it and in its folders are imported, but
    for hidden ones. A source that was imported before is not imported twice: an import that was
    stopped is gone on with by the same command. With --publish articles that were never published
    are.
    """
    settings = read_settings()
    wishes = Wishes(locale or settings.locale, source_format, publish, dry_run, again, jobs)
    sources = gather(paths)
    if not sources:
        raise DermisError(f"There are no documents there: {', '.join(SUFFIXES)}.")
    with (
        opened(settings) as library,
        report_file(report_path) as file,
        _stoppable() as stop,
        closing(import_each(library, settings, sources, wishes)) as done,
    ):
        tracked = _tracked(done, len(sources), show=not as_json)
        reports = _reported(tracked, stop, file, JsonArray() if as_json else None)
    _end(reports, len(sources), as_json=as_json)


def import_all(
    library: Library, settings: Settings, files: Sequence[Path], wishes: Wishes, *, show: bool
) -> list[Report]:
    """Import files one by one, each in units of work of its own; a report a file."""
    sources = [SourceFile(path, path.name) for path in files]
    done = _tracked(import_each(library, settings, sources, wishes), len(sources), show=show)
    return [report for report, _ in done]


def _reported(
    done: Iterator[tuple[Report, Proposal | None]],
    stop: threading.Event,
    file: ReportFile | None,
    array: JsonArray | None,
) -> list[Report]:
    """The reports of the files that are done until all are, or until somebody stops it."""
    reports = []
    try:
        for report, proposal in done:
            reports.append(report)
            if file:
                file.add(report)
            if array:
                array.add(report.as_document(proposal))
            if stop.is_set():
                break
    finally:
        if array:
            array.close()
    return reports


def _end(reports: Sequence[Report], files: int, *, as_json: bool) -> None:
    """Say what came of the import, and whether all of it was done."""
    if not as_json:
        show_reports(reports)
    if len(reports) < files:
        click.echo(
            f"dermis: Stopped after {len(reports)} of {files} files; "
            "the same command goes on from there.",
            err=True,
        )
    if len(reports) < files or any(each.reasons for each in reports):
        sys.exit(1)


def _tracked(
    done: Iterator[tuple[Report, Proposal | None]], files: int, *, show: bool
) -> Iterator[tuple[Report, Proposal | None]]:
    """The same, with its progress on a terminal."""
    console = Console(stderr=True)
    hidden = not (show and console.is_terminal)
    with Progress(console=console, disable=hidden, transient=True) as progress:
        yield from progress.track(done, total=files, description="Importing")


@contextmanager
def _stoppable() -> Iterator[threading.Event]:
    """An event that is set when the import is to end with the file that it is at.

    Whoever asks a second time does not wait for that.
    """
    stop = threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:
        stop.set()
        signal.signal(number, before[number])

    before: dict[int, Any] = {
        number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
