"""`dermis import`: files become drafts, and live articles with `--publish`."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

import click
import orjson
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from api.cli.opening import opened, operator, read_settings
from api.settings import Settings
from content import publishing
from content.errors import Refused
from content.importing import committing
from content.importing.proposals import Proposal, SourceFormat
from content.library import Library
from content.models import Article


@dataclass(slots=True)
class Report:
    """What became of one file."""

    file: str
    status: str
    proposal: Proposal | None = None
    proposal_id: str | None = None
    articles: list[dict[str, Any]] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    def as_document(self) -> dict[str, Any]:
        """As `--json` prints it."""
        found = self.proposal.as_document() if self.proposal else {}
        return {
            "file": self.file,
            "status": self.status,
            "proposal_id": self.proposal_id,
            "committed": self.articles,
            "reasons": self.reasons,
            **found,
        }


@dataclass(frozen=True, slots=True)
class Wishes:
    """How the files are to be imported."""

    locale: str
    source_format: SourceFormat | None
    publish: bool
    dry_run: bool
    again: bool


@click.command("import")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path),
)
@click.option("--publish", is_flag=True, help="Publish what satisfies the checks.")
@click.option("--dry-run", is_flag=True, help="Show what would be found, and store nothing.")
@click.option("--again", is_flag=True, help="Import a source although it was imported before.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole result as JSON.")
@click.option("--locale", help="The language of the texts; DERMIS_LOCALE if left out.")
@click.option(
    "--format",
    "source_format",
    type=click.Choice(get_args(SourceFormat)),
    help="Recognised from name and text if left out.",
)
def import_files(
    files: Sequence[Path],
    *,
    publish: bool,
    dry_run: bool,
    again: bool,
    as_json: bool,
    locale: str | None,
    source_format: SourceFormat | None,
) -> None:
    """Split FILES into articles with typed sections, as drafts.

    A source that was imported before is not imported twice; with --publish its articles that
    were never published are, so an import that was stopped can be repeated.
    """
    settings = read_settings()
    wishes = Wishes(locale or settings.locale, source_format, publish, dry_run, again)
    with opened(settings) as library:
        reports = import_all(library, settings, files, wishes, show=not as_json)
    if as_json:
        click.echo(
            orjson.dumps([each.as_document() for each in reports], option=orjson.OPT_INDENT_2)
        )
    else:
        show_reports(reports)
    if any(each.reasons for each in reports):
        sys.exit(1)


def import_all(
    library: Library, settings: Settings, files: Sequence[Path], wishes: Wishes, *, show: bool
) -> list[Report]:
    """Import files one by one, each in units of work of its own; a report a file."""
    console = Console(stderr=True)
    hidden = not (show and console.is_terminal)
    with Progress(console=console, disable=hidden, transient=True) as progress:
        return [
            _import_file(library, settings, path, wishes)
            for path in progress.track(files, description="Importing")
        ]


def show_reports(reports: Sequence[Report]) -> None:
    """A table of what was found, and below it what was refused."""
    table = Table("file", "articles", "sections", "pairs", "set aside", "unsure", "result")
    for report in reports:
        table.add_row(report.file, *_counts(report.proposal), report.status)
    Console().print(table)
    for report in reports:
        for reason in report.reasons:
            click.echo(f"dermis: {report.file}: {reason}", err=True)


def _counts(proposal: Proposal | None) -> list[str]:
    if proposal is None:
        return ["-"] * 5
    sections = [each for article in proposal.articles for each in article.sections]
    return [
        str(len(proposal.articles)),
        str(len(sections)),
        str(sum(len(each.items) for each in sections)),
        str(sum(1 for piece in proposal.set_aside if piece.text.strip())),
        str(sum(1 for each in sections if each.confidence < 0.5)),
    ]


def _import_file(library: Library, settings: Settings, path: Path, wishes: Wishes) -> Report:
    # A name may hold bytes that are no text, which no database takes.
    report = Report(os.fsencode(path.name).decode("utf-8", "replace"), "proposed")
    try:
        report.proposal, before = _propose(library, settings, path, wishes)
        if not wishes.dry_run:
            _store(library, report, report.proposal, before, wishes)
    except Refused as error:
        report.status = "refused"
        report.reasons = [reason.detail for reason in error.reasons] or [str(error)]
    return report


def _propose(
    library: Library, settings: Settings, path: Path, wishes: Wishes
) -> tuple[Proposal, str | None]:
    """What is in the file, and the proposal by which the same source was committed before."""
    with library.reading() as session:
        proposal = committing.propose_source(
            session,
            _bytes(path, settings.max_bytes),
            limit=settings.max_bytes,
            locale=wishes.locale,
            filename=path.suffix,
            source_format=wishes.source_format,
        )
        before = committing.committed_before(session, proposal.source)
        return proposal, before.id if before else None


def _store(
    library: Library, report: Report, proposal: Proposal, before: str | None, wishes: Wishes
) -> None:
    with library.writing(operator()) as work:
        if before is None or wishes.again:
            stored = committing.keep(work, proposal, locale=wishes.locale, filename=report.file)
            report.status, report.proposal_id = "imported", stored.id
        else:
            report.status, report.proposal_id = "imported before", before
        articles = committing.commit(work, report.proposal_id, None)
    report.articles = [{"id": each.id, "slug": each.slug} for each in articles]
    if wishes.publish:
        _publish(library, report, [each for each in articles if not each.first_published_at])


def _bytes(path: Path, limit: int) -> bytes:
    """The file, but not more than the decoder needs to see that it is too large."""
    with path.open("rb") as file:
        return file.read(limit + 1)


def _publish(library: Library, report: Report, articles: Sequence[Article]) -> None:
    """Publish each article in a unit of work of its own; those refused stay drafts."""
    published = 0
    for article in articles:
        try:
            with library.writing(operator()) as work:
                publishing.publish(work, article.id, None)
            published += 1
        except Refused as error:
            report.reasons.append(f"'{article.slug}' stays a draft. {_details(error)}")
    report.status += f", {published} published" if articles else ""


def _details(error: Refused) -> str:
    return " ".join([reason.detail for reason in error.reasons] or [str(error)])
