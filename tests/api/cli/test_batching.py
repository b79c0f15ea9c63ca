"""Importing folders: what is found in them, what is told of it, and going on after a stop."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import select

from api.cli.batching import Batch, Started, Wishes
from api.cli.reports import Report
from api.settings import Settings
from content.importing import committing, correcting
from content.importing.corrections import Retype
from content.importing.proposals import Proposal
from content.library import Library
from content.models import Article, Section, StoredProposal
from tests.api.cli.conftest import Dermis
from tests.building import EDITOR

KEPT = "Use sunscreen every day after the session, and do not pick at flaking skin."


def document(number: int) -> str:
    return f"""# What peel number {number} does

A chemical peel of kind {number} takes off the outer layers of the skin.

## Aftercare

{KEPT} Rest for {number} days.
"""


def filled(folder: Path, files: int) -> Path:
    folder.mkdir()
    for number in range(files):
        (folder / f"peel-{number:03}.md").write_text(document(number), encoding="utf-8")
    return folder


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def slugs(shelf: Library) -> list[str]:
    with shelf.reading() as session:
        return sorted(session.scalars(select(Article.slug)))


def test_the_documents_of_a_folder_are_imported_in_order_but_for_hidden_ones(
    dermis: Dermis, tmp_path: Path, shelf: Library
) -> None:
    folder = filled(tmp_path / "in", 2)
    inner = filled(folder / "more", 1)
    (inner / "PEEL.TXT").write_text(document(7), encoding="utf-8")
    for hidden in (folder / ".trash", folder / "picture.png", inner / ".draft.md"):
        hidden.write_text(document(8), encoding="utf-8")
    filled(folder / ".git", 1)
    report = tmp_path / "report.jsonl"
    outcome = dermis("import", folder, "--report", report)
    assert (outcome.status, outcome.err) == (0, "")
    names = ["more/PEEL.TXT", "more/peel-000.md", "peel-000.md", "peel-001.md"]
    assert [line["file"] for line in lines(report)] == names
    statuses = [line["status"] for line in lines(report)]
    assert statuses == ["imported", "imported", "imported before", "imported"]
    assert len(slugs(shelf)) == 3
    with shelf.reading() as session:
        stored = session.scalars(select(StoredProposal.filename).order_by(StoredProposal.id)).all()
    assert list(stored) == ["more/PEEL.TXT", "more/peel-000.md", "peel-001.md"]


def test_a_file_that_is_named_twice_is_imported_once(
    dermis: Dermis, tmp_path: Path, shelf: Library
) -> None:
    folder = filled(tmp_path / "in", 1)
    outcome = dermis("import", folder, folder / "peel-000.md", "--again", "--json")
    assert len(json.loads(outcome.out)) == len(slugs(shelf)) == 1


def test_a_folder_without_documents_is_told(dermis: Dermis, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    outcome = dermis("import", tmp_path / "in")
    assert outcome.status == 1
    assert outcome.err.startswith("dermis: There are no documents there")


def test_what_is_no_file_is_not_waited_for(dermis: Dermis, tmp_path: Path, shelf: Library) -> None:
    folder = filled(tmp_path / "articles", 1)
    os.mkfifo(folder / "pipe.md")
    assert dermis("import", folder).status == 0
    assert len(slugs(shelf)) == 1


def test_names_and_headings_are_shown_as_they_are_written(
    dermis: Dermis, tmp_path: Path, shelf: Library
) -> None:
    (tmp_path / "a[").mkdir()
    (tmp_path / "a[" / "red].md").write_text("# Peel\n\n## Costs [/b]\n\nFrom 50.\n", "utf-8")
    (tmp_path / "a[" / "[bold]b.md").write_text(document(1), encoding="utf-8")
    outcome = dermis("import", tmp_path)
    assert outcome.status == 0
    assert "a[/red].md" in outcome.out
    assert "a[/[bold]b.md" in outcome.out
    with shelf.writing(EDITOR) as work:
        found = committing.propose_source(
            work.session, b"# Peel\n\n## Costs [/b]\n\nFrom 50.\n", limit=10_000, locale="en"
        )
        identity = committing.keep(work, found, locale="en", filename=None).id
    with shelf.writing(EDITOR) as work:
        section = next(found.sections).id
        correcting.correct(work, identity, 1, [Retype(section, "risks")])
    assert "Costs [/b]" in dermis("corrections").out


def test_a_report_can_go_into_a_pipe(dermis: Dermis, tmp_path: Path) -> None:
    folder = filled(tmp_path / "articles", 1)
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as reader:
        assert reader.stdin is not None
        outcome = dermis("import", folder, "--report", f"/dev/fd/{reader.stdin.fileno()}")
        told = reader.communicate()[0]
    assert (outcome.status, outcome.err) == (0, "")
    assert json.loads(told)["file"] == "peel-000.md"


def test_the_report_says_what_became_of_each_file(dermis: Dermis, tmp_path: Path) -> None:
    folder = filled(tmp_path / "in", 1)
    (folder / "empty.txt").touch()
    (folder / "zzz.md").write_text("Subscribe to our newsletter!\n", encoding="utf-8")
    report = tmp_path / "report.jsonl"
    assert dermis("import", folder, "--report", report, "--publish").status == 1
    empty, peel, nothing = lines(report)
    assert (empty["status"], empty["counts"]) == ("refused", None)
    assert "no text" in empty["reasons"][0]
    assert peel["status"] == "imported, 1 published"
    assert peel["committed"][0]["slug"] == "what-peel-number-0-does"
    assert peel["counts"]["sections"] == 2
    assert nothing["status"] == "refused"
    dermis("import", folder, "--report", report)
    assert [line["status"] for line in lines(report)[3:]] == [
        "refused",
        "imported before",
        "refused",
    ]


def test_a_file_that_may_not_be_read_does_not_stop_the_others(
    dermis: Dermis, tmp_path: Path, shelf: Library
) -> None:
    folder = filled(tmp_path / "in", 2)
    (folder / "peel-000.md").unlink()
    (folder / "peel-000.md").symlink_to(tmp_path / "nowhere")
    outcome = dermis("import", folder)
    assert outcome.status == 1
    assert outcome.err == "dermis: peel-000.md: It cannot be read: No such file or directory.\n"
    assert slugs(shelf) == ["what-peel-number-1-does"]


def test_json_is_one_array_however_many_files(dermis: Dermis, tmp_path: Path) -> None:
    folder = filled(tmp_path / "in", 3)
    reports = json.loads(dermis("import", folder, "--dry-run", "--json").out)
    assert [each["file"] for each in reports] == ["peel-000.md", "peel-001.md", "peel-002.md"]
    for report in reports:
        (article,) = report["articles"]
        assert article["topics"][0]["key"] == "chemical-peels"
        for section in article["sections"]:
            assert {"id", "type", "confidence", "runner_up", "evidence", "spans", "items"} <= set(
                section
            )
            assert "pieces" not in section
        assert report["remarks"] == []


def test_many_files_are_counted_by_what_became_of_them(dermis: Dermis, tmp_path: Path) -> None:
    folder = filled(tmp_path / "in", 51)
    (folder / "empty.md").touch()
    outcome = dermis("import", folder)
    rows = [[cell.strip() for cell in row.split("│")[1:-1]] for row in outcome.out.splitlines()]
    counted = {row[-1]: row[0] for row in rows if len(row) == 7}
    assert (counted["imported"], counted["refused"]) == ("51", "1")
    assert outcome.err == "dermis: empty.md: The source holds no text.\n"


def test_several_processes_find_the_same_in_the_same_order(
    dermis: Dermis, tmp_path: Path, shelf: Library
) -> None:
    folder = filled(tmp_path / "in", 6)
    (folder / "peel-002b.md").write_text("", encoding="utf-8")
    one = json.loads(dermis("import", folder, "--dry-run", "--json").out)
    two = json.loads(dermis("import", folder, "--json", "--jobs", "2").out)
    assert [each["file"] for each in one] == [each["file"] for each in two]
    assert [each.get("articles") for each in one] == [each.get("articles") for each in two]
    assert len(slugs(shelf)) == 6


def test_a_document_that_this_program_fails_on_is_told_and_passed_over(
    library: Library, settings: Settings
) -> None:
    wishes = Wishes("en", None, publish=False, dry_run=False, again=False)
    failing: Future[Proposal] = Future()
    failing.set_exception(RecursionError("maximum recursion depth exceeded"))
    started = Started(Report("deep.md", "proposed"), failing)
    report, proposal = Batch(library, settings, wishes).finish(started)
    assert (report.status, proposal) == ("failed", None)
    assert report.reasons == [
        "This program failed on it: RecursionError: maximum recursion depth exceeded"
    ]


# Stopped, and gone on with


@pytest.fixture
def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "DERMIS_HOME": str(home), "PYTHONUNBUFFERED": "1"}


def started(environment: dict[str, str], *arguments: str | Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "api.cli", "import", *map(str, arguments)]
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def wait_for(report: Path, files: int, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 60
    while not report.exists() or report.read_bytes().count(b"\n") < files:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)


def nothing_is_half_done(shelf: Library) -> None:
    with shelf.reading() as session:
        for stored in session.scalars(select(StoredProposal)):
            assert stored.committed_at is not None
            assert len(stored.article_ids) == 1
        per_edition = Counter(session.scalars(select(Section.edition_id)))
        assert set(per_edition.values()) == {2}


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_import_that_was_killed_goes_on_where_it_was(
    dermis: Dermis, environment: dict[str, str], tmp_path: Path, jobs: str
) -> None:
    folder, report = filled(tmp_path / "in", 40), tmp_path / "report.jsonl"
    arguments = (folder, "--report", report, "--jobs", jobs)
    with started(environment, *arguments) as process:
        wait_for(report, 5, process)
        helpers = psutil.Process(process.pid).children(recursive=True)
        process.kill()
    _, alive = psutil.wait_procs(helpers, timeout=30)
    assert alive == [], "processes that read files end with the one that started them"
    done = len(lines(report))
    assert 5 <= done < 40
    outcome = dermis("import", *arguments)
    assert (outcome.status, outcome.err) == (0, "")
    shelf = Library(f"sqlite:///{environment['DERMIS_HOME']}/library.db")
    nothing_is_half_done(shelf)
    assert slugs(shelf) == sorted(f"what-peel-number-{number}-does" for number in range(40))
    again = lines(report)[done:]
    assert [line["file"] for line in again] == [f"peel-{number:03}.md" for number in range(40)]
    # The one that the kill fell on may have been stored before its line was written.
    before = sum(line["status"] == "imported before" for line in again)
    assert before in {done, done + 1}
    shelf.close()


def test_an_import_that_is_asked_to_stop_ends_between_two_files(
    environment: dict[str, str], tmp_path: Path
) -> None:
    folder, report = filled(tmp_path / "in", 40), tmp_path / "report.jsonl"
    with started(environment, folder, "--report", report) as process:
        wait_for(report, 3, process)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    done = len(lines(report))
    assert process.returncode == 1
    stopped = f"dermis: Stopped after {done} of 40 files; the same command goes on from there."
    assert errors.splitlines()[-1] == stopped
    assert "Traceback" not in errors
    shelf = Library(f"sqlite:///{environment['DERMIS_HOME']}/library.db")
    nothing_is_half_done(shelf)
    assert len(slugs(shelf)) == done
    shelf.close()


def test_two_imports_of_one_folder_at_once_import_each_source_once(
    environment: dict[str, str], tmp_path: Path, dermis: Dermis
) -> None:
    folder = filled(tmp_path / "in", 12)
    dermis("db", "upgrade")
    both = [started(environment, folder) for _ in range(2)]
    for process in both:
        out, errors = process.communicate(timeout=120)
        assert process.returncode == 0, out + errors
    shelf = Library(f"sqlite:///{environment['DERMIS_HOME']}/library.db")
    assert len(slugs(shelf)) == 12
    shelf.close()


# What editors corrected


def test_the_types_that_editors_chose_are_printed_as_labels_to_evaluate_with(
    dermis: Dermis, tmp_path: Path, shelf: Library
) -> None:
    dermis("db", "upgrade")
    with shelf.reading() as session:
        found = committing.propose_source(
            session, document(1).encode(), limit=10_000, locale="en", filename="peel.md"
        )
    with shelf.writing(EDITOR) as work:
        identity = committing.keep(work, found, locale="en", filename="peel.md").id
    section = found.articles[0].sections[1]
    with shelf.writing(EDITOR) as work:
        correcting.correct(work, identity, 1, [Retype(section.id, "risks")])
    assert "aftercare" in dermis("corrections").out.splitlines()[3]
    outcome = dermis("corrections", "--json")
    (label,) = [json.loads(line) for line in outcome.out.splitlines()]
    assert label == {
        "heading": "Aftercare",
        "gist": f"{KEPT} Rest for 1 days.",
        "type": "risks",
        "also_ok": [],
        "page": f"{identity}/{found.articles[0].id}",
        "position": 1,
        "source": committing.source_digest(found.source),
        "title": "What peel number 1 does",
    }
    labels = tmp_path / "labels.jsonl"
    labels.write_text(outcome.out, encoding="utf-8")
    evaluated = dermis("evaluate", labels, "--json")
    assert json.loads(evaluated.out)["rows"] == 1
