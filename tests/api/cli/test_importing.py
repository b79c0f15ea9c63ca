"""`dermis import`."""

import json
from pathlib import Path

import pytest

from content import inspecting, reading
from content.inspecting import ArticleQuery
from content.library import Library
from content.published import PageRequest
from content.reading import Filter
from tests.api.cli.conftest import Dermis
from tests.building import SAMPLES, SEEDS
from tests.content.importing.building_docx import docx, paragraph

PEEL = """# What a peel does

A chemical peel takes off the outer layers of the skin.

## Aftercare

Use sunscreen every day after the session, and do not pick at flaking skin.
"""

needs_seeds = pytest.mark.skipif(not SEEDS.exists(), reason="the five real documents are elsewhere")


@pytest.fixture
def peel(tmp_path: Path) -> Path:
    path = tmp_path / "peel.md"
    path.write_text(PEEL, encoding="utf-8")
    return path


def states(shelf: Library) -> dict[str, str]:
    with shelf.reading() as session:
        found = inspecting.articles(session, ArticleQuery(), PageRequest(100)).items
        return {each.slug: each.state for each in found}


def test_a_file_becomes_a_draft(dermis: Dermis, peel: Path, shelf: Library) -> None:
    outcome = dermis("import", peel)
    assert (outcome.status, outcome.err) == (0, "")
    assert "imported" in outcome.out
    assert states(shelf) == {"what-a-peel-does": "unpublished"}


def test_a_word_document_becomes_a_draft(dermis: Dermis, tmp_path: Path, shelf: Library) -> None:
    path = tmp_path / "peel.docx"
    path.write_bytes(
        docx(paragraph("What a peel does", "Title"), paragraph("A peel renews the skin."))
    )
    outcome = dermis("import", path)
    assert (outcome.status, outcome.err) == (0, "")
    assert states(shelf) == {"what-a-peel-does": "unpublished"}


def test_publish_makes_it_live(dermis: Dermis, peel: Path, shelf: Library) -> None:
    assert dermis("import", peel, "--publish").status == 0
    assert states(shelf) == {"what-a-peel-does": "live"}


def test_a_dry_run_stores_nothing(dermis: Dermis, peel: Path, shelf: Library) -> None:
    outcome = dermis("import", peel, "--dry-run", "--json")
    (report,) = json.loads(outcome.out)
    (article,) = report["articles"]
    assert [section["type"] for section in article["sections"]] == ["overview", "aftercare"]
    assert states(shelf) == {}


def test_the_same_source_is_not_imported_twice_unless_told(
    dermis: Dermis, peel: Path, shelf: Library
) -> None:
    dermis("import", peel)
    assert "imported before" in dermis("import", peel).out
    assert len(states(shelf)) == 1
    dermis("import", peel, "--again")
    assert len(states(shelf)) == 2


def test_an_import_that_was_stopped_before_publishing_can_be_repeated(
    dermis: Dermis, peel: Path, shelf: Library
) -> None:
    dermis("import", peel)
    assert dermis("import", peel, "--publish").status == 0
    assert states(shelf) == {"what-a-peel-does": "live"}


def test_what_cannot_be_published_stays_a_draft_and_is_told(
    dermis: Dermis, tmp_path: Path, shelf: Library
) -> None:
    path = tmp_path / "note.md"
    path.write_text("# Letters\n\n## Zzz\n\nQwerty uiop asdf.\n", encoding="utf-8")
    outcome = dermis("import", path, "--publish")
    assert outcome.status == 1
    assert "stays a draft" in outcome.err
    assert "topic" in outcome.err
    assert list(states(shelf).values()) == ["unpublished"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no text"),
        (b"  \n\t ", "no text"),
        (b"%PDF-1.7\n\x00\x01", "pdf"),
        (b"PK\x03\x04" + b"\x00" * 40, "zip"),
        (b"\x00\x01\x02\xff" * 50, "binary"),
        (b"word " * 200_000 + b"\n", "line"),
    ],
    ids=["empty", "blank", "pdf", "zip", "binary", "one line"],
)
def test_a_file_that_cannot_be_read_is_refused_by_name(
    dermis: Dermis, tmp_path: Path, shelf: Library, data: bytes, said: str
) -> None:
    path = tmp_path / "source.txt"
    path.write_bytes(data)
    outcome = dermis("import", path)
    assert outcome.status == 1
    assert outcome.err.startswith("dermis: source.txt:")
    assert said in outcome.err.lower()
    assert "Traceback" not in outcome.err
    assert states(shelf) == {}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_known_encodings_are_converted(
    dermis: Dermis, tmp_path: Path, shelf: Library, encoding: str
) -> None:
    path = tmp_path / "peel.md"
    path.write_bytes(PEEL.replace("the skin", "the skin’s café").encode(encoding))
    assert dermis("import", path, "--publish").status == 0
    with shelf.reading() as session:
        found = reading.article(session, "what-a-peel-does", None, prefer="en")
    assert "skin’s café" in (found.sections or [])[0].body


def test_a_refused_file_does_not_stop_the_others(
    dermis: Dermis, peel: Path, tmp_path: Path, shelf: Library
) -> None:
    empty = tmp_path / "empty.txt"
    empty.touch()
    assert dermis("import", empty, peel).status == 1
    assert len(states(shelf)) == 1


def test_a_source_without_an_article_is_told(
    dermis: Dermis, tmp_path: Path, shelf: Library
) -> None:
    path = tmp_path / "note.txt"
    path.write_text("Subscribe to our newsletter!\n", encoding="utf-8")
    outcome = dermis("import", path)
    assert outcome.status == 1
    assert outcome.err == "dermis: note.txt: There is no article in this source.\n"
    assert states(shelf) == {}


def test_a_title_that_is_too_long_refuses_the_whole_file(
    dermis: Dermis, peel: Path, tmp_path: Path, shelf: Library
) -> None:
    path = tmp_path / "long.html"
    path.write_text(f"<h1>{'peel ' * 70}</h1><p>A peel is a peel.</p>", encoding="utf-8")
    outcome = dermis("import", path, peel)
    assert "Traceback" not in outcome.err
    assert "what-a-peel-does" in states(shelf)


def test_a_file_that_is_not_there_is_wrong_usage(dermis: Dermis) -> None:
    assert dermis("import", "nowhere.txt").status == 2


def test_every_sample_is_published(dermis: Dermis, shelf: Library) -> None:
    files = [path for path in sorted(SAMPLES.iterdir()) if path.suffix != ".json"]
    outcome = dermis("import", *files, "--publish")
    assert (outcome.status, outcome.err) == (0, "")
    expected = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))
    assert len(states(shelf)) == sum(len(articles) for articles in expected.values())


@needs_seeds
def test_the_five_real_documents_are_served(dermis: Dermis, shelf: Library) -> None:
    outcome = dermis("import", *sorted(SEEDS.glob("*.txt")), "--publish")
    assert (outcome.status, outcome.err) == (0, "")
    with shelf.reading() as session:
        whole = PageRequest(100, count=True)
        assert reading.articles(session, Filter(), whole).total == 11
        about = ["procedure:microneedling"]
        aftercare = reading.sections(session, Filter(["aftercare"], about), whole)
        # One section speaks of the treatment and of the care after it: either type will do.
        assert aftercare.total in {3, 4}
        assert reading.faqs(session, Filter(), whole).total == 5
