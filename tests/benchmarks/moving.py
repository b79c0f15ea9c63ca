"""`python -m tests.benchmarks.moving`: what it costs to export a library, and to load it.

A library of generated articles is exported and loaded, each in a process of its own, so that its
memory is its own too. With `--postgres URL`, of an empty migrated database, it is loaded there and
exported from there as well.
"""

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from sqlalchemy import func, select

from content import exporting, loading
from content.library import Library
from content.models import Section
from content.picture_files import PictureFiles
from tests.benchmarks.corpus import articles
from tests.benchmarks.filling import ACTOR, fill, new_library
from tests.benchmarks.servers import ROOT
from tests.benchmarks.table import print_figure

_MEGA: Final = 1_000_000


class Cost(NamedTuple):
    """Seconds of one step, and the most memory that its process had, in MB."""

    seconds: float
    megabytes: float


def measure(step: str, url: str, archive: Path) -> Cost:
    """Run one step in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.moving", "--step", step, url, str(archive)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    seconds, megabytes = map(float, done.stdout.split())
    return Cost(seconds, megabytes)


def _run(step: str, url: str, archive: Path) -> None:
    library = Library(url)
    files = PictureFiles(archive.parent / "media")
    start = time.perf_counter()
    if step == "export":
        with archive.open("wb") as file:
            file.writelines(exporting.export(library, files, "the benchmark"))
    else:
        loading.load(library, ACTOR, archive, files)
    seconds = time.perf_counter() - start
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / _MEGA)


def _show(name: str, cost: Cost, sections: int) -> None:
    print_figure(
        name,
        f"{cost.seconds:.1f} s, {sections / cost.seconds:,.0f} sections a second, "
        f"{cost.megabytes:.0f} MB",
    )


def run(count: int, postgres: str | None) -> None:
    """Print the costs for so many articles."""
    with TemporaryDirectory() as folder:
        source = new_library(Path(folder) / "source")
        fill(source, articles(count))
        with source.reading() as session:
            sections = session.scalar(select(func.count()).select_from(Section)) or 0
        archive = Path(folder) / "library.zip"
        exported = measure("export", source.url, archive)
        print_figure("archive", f"{sections:,} sections, {archive.stat().st_size / _MEGA:.1f} MB")
        _show("export from SQLite", exported, sections)
        target = new_library(Path(folder) / "target")
        _show("load into SQLite", measure("load", target.url, archive), sections)
        if postgres:
            _show("load into PostgreSQL", measure("load", postgres, archive), sections)
            _show("export from PostgreSQL", measure("export", postgres, archive), sections)


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=2_000)
    parser.add_argument("--postgres", help="The URL of an empty, migrated database.")
    parser.add_argument("--step", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.step:
        step, url, archive = given.step
        _run(step, url, Path(archive))
    else:
        run(given.articles, given.postgres)


if __name__ == "__main__":
    main()
