"""What became of the files of an import: kept small, so that thousands fit into memory."""

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, Final

import click
import orjson
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from content.importing.proposals import Proposal

LONGEST_TABLE: Final = 50
"""Files that are told one by one; more are counted."""

_SYNC_EVERY: Final = 25
# Lines of a report that a power cut may cost; a killed process costs none.


@dataclass(frozen=True, slots=True)
class Counts:
    """How much was found in a file; `unsure` sections are those typed with little confidence."""

    articles: int = 0
    sections: int = 0
    pairs: int = 0
    set_aside: int = 0
    unsure: int = 0
    remarks: int = 0


@dataclass(slots=True)
class Report:
    """What became of one file; `counts` is None where nothing was read of it."""

    file: str
    status: str
    proposal_id: str | None = None
    articles: list[dict[str, Any]] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    counts: Counts | None = None

    def as_document(self, proposal: Proposal | None) -> dict[str, Any]:
        """As `--json` prints it, with all that was found."""
        return {
            "file": self.file,
            "status": self.status,
            "proposal_id": self.proposal_id,
            "committed": self.articles,
            "reasons": self.reasons,
            **(proposal.as_answer() if proposal else {}),
        }

    def as_line(self) -> dict[str, Any]:
        """As a report file keeps it."""
        return {
            "file": self.file,
            "status": self.status,
            "proposal_id": self.proposal_id,
            "committed": self.articles,
            "reasons": self.reasons,
            "counts": asdict(self.counts) if self.counts else None,
        }


def counts_of(proposal: Proposal) -> Counts:
    """How much a proposal holds."""
    sections = list(proposal.sections)
    return Counts(
        articles=len(proposal.articles),
        sections=len(sections),
        pairs=sum(len(each.items) for each in sections),
        set_aside=sum(1 for piece in proposal.set_aside if piece.text.strip()),
        unsure=sum(1 for each in sections if each.confidence < 0.5),
        remarks=len(proposal.remarks),
    )


class ReportFile:
    """A file that gets a line of JSON for each file of the import, as soon as it is done."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._waiting = 0

    def add(self, report: Report) -> None:
        """Write one line, which from now on outlives this process."""
        self._file.write(orjson.dumps(report.as_line(), option=orjson.OPT_APPEND_NEWLINE))
        self._file.flush()
        self._waiting += 1
        if self._waiting >= _SYNC_EVERY:
            self.sync()

    def sync(self) -> None:
        """Bring to the disk what was written; a pipe or a terminal has none."""
        number = self._file.fileno()
        if stat.S_ISREG(os.fstat(number).st_mode):
            os.fsync(number)
        self._waiting = 0


@contextmanager
def report_file(path: Path | None) -> Iterator[ReportFile | None]:
    """The report file at a path, to be added to; None without a path."""
    if path is None:
        yield None
        return
    with path.open("ab") as file:
        report = ReportFile(file)
        try:
            yield report
        finally:
            report.sync()


class JsonArray:
    """One JSON array on standard output, printed item by item."""

    def __init__(self) -> None:
        self._started = False

    def add(self, document: dict[str, Any]) -> None:
        """Print one more item."""
        click.echo(",\n" if self._started else "[\n", nl=False)
        click.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2), nl=False)
        self._started = True

    def close(self) -> None:
        """End the array, whatever came of the import."""
        click.echo("\n]" if self._started else "[]")


def show_reports(reports: Sequence[Report]) -> None:
    """A table of what was found, a line for each file or for each result, and what was refused."""
    if len(reports) <= LONGEST_TABLE:
        table = _table_of_files(reports)
    else:
        table = _table_of_results(reports)
    Console().print(table)
    for report in reports:
        for reason in report.reasons:
            click.echo(f"dermis: {report.file}: {reason}", err=True)


def _table_of_files(reports: Sequence[Report]) -> Table:
    table = Table("file", "articles", "sections", "pairs", "set aside", "unsure", "result")
    for report in reports:
        table.add_row(escape(report.file), *_cells(report.counts), report.status)
    return table


def _table_of_results(reports: Sequence[Report]) -> Table:
    table = Table("files", "articles", "sections", "pairs", "set aside", "unsure", "result")
    for status in dict.fromkeys(report.status for report in reports):
        alike = [report for report in reports if report.status == status]
        counted = [asdict(report.counts) for report in alike if report.counts]
        total = Counts(**{name: sum(each[name] for each in counted) for name in asdict(Counts())})
        table.add_row(str(len(alike)), *_cells(total if counted else None), status)
    return table


def _cells(counts: Counts | None) -> list[str]:
    if counts is None:
        return ["-"] * 5
    shown = (counts.articles, counts.sections, counts.pairs, counts.set_aside, counts.unsure)
    return [str(number) for number in shown]
