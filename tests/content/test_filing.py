"""What is filed for comparing follows what is written."""

import threading

import pytest
from sqlalchemy import func, select, update

from content import drafting, editing, filing
from content.library import Library
from content.models import Article, ComparedArticle, ComparedSection, Minimum
from content.shingles import MINIMA
from tests.building import EDITOR, a_draft, a_live_article, a_section

CARE = "Keep the treated skin clean and out of the sun for a week, and wear a mineral sunscreen."


@pytest.fixture(params=["sqlite", pytest.param("pg", marks=pytest.mark.xdist_group("postgres"))])
def any_library(request: pytest.FixtureRequest) -> Library:
    """An empty library on each database."""
    chosen = "library" if request.param == "sqlite" else "postgres_library"
    library: Library = request.getfixturevalue(chosen)
    return library


def counts(library: Library) -> tuple[int, int, int]:
    with library.reading() as session:
        articles, sections, minima = (
            session.scalar(select(func.count()).select_from(each)) or 0
            for each in (ComparedArticle, ComparedSection, Minimum)
        )
    return articles, sections, minima


def test_every_article_is_filed_once_in_bounded_batches(any_library: Library) -> None:
    for number in range(5):
        a_draft(any_library, f"Article {number}", sections=[a_section(body=CARE)])
    assert filing.catch_up(any_library, batch=2) == 5
    assert filing.catch_up(any_library, batch=2) == 0
    assert counts(any_library) == (5, 5, 5 * MINIMA)


def test_texts_that_are_too_short_are_not_filed_and_not_asked_for_again(library: Library) -> None:
    a_draft(library, sections=[a_section(body="Rest."), a_section(body="")])
    a_draft(library, "Empty", sections=[])
    assert filing.catch_up(library) == 2
    assert filing.catch_up(library) == 0
    assert counts(library) == (2, 0, 0)


def test_an_edit_replaces_what_was_filed(any_library: Library) -> None:
    article = a_live_article(any_library, sections=[a_section(body=CARE)])
    filing.catch_up(any_library)
    with any_library.writing(EDITOR) as work:
        editing.add_section(work, article.id, None, a_section("risks", body=CARE * 2), None)
    assert filing.catch_up(any_library) == 1
    assert counts(any_library) == (1, 2, 2 * MINIMA), "the section in both editions is filed once"


def test_a_deleted_article_leaves_no_text(any_library: Library) -> None:
    article = a_live_article(any_library, sections=[a_section(body=CARE)])
    filing.catch_up(any_library)
    with any_library.writing(EDITOR) as work:
        editing.delete_article(work, article.id, None)
    assert filing.catch_up(any_library) == 1
    assert counts(any_library) == (1, 0, 0)


def test_what_another_version_has_filed_is_filed_anew(any_library: Library) -> None:
    a_draft(any_library, sections=[a_section(body=CARE)])
    filing.catch_up(any_library)
    with any_library.writing(EDITOR) as work:
        work.session.execute(update(ComparedArticle).values(method="0/0"))
    assert filing.catch_up(any_library) == 1
    assert counts(any_library) == (1, 1, MINIMA)


def test_what_fails_half_way_files_nothing(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_draft(library, sections=[a_section(body=CARE)])
    with monkeypatch.context() as broken:
        broken.setattr(filing, "sketches", lambda texts: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            filing.catch_up(library)
    assert counts(library) == (0, 0, 0)
    assert filing.catch_up(library) == 1


@pytest.mark.xdist_group("postgres")
def test_an_article_that_is_being_edited_is_left_to_the_next_time(
    postgres_library: Library,
) -> None:
    article = a_draft(postgres_library, sections=[a_section(body=CARE)])
    a_draft(postgres_library, "Another", sections=[a_section(body=CARE)])
    with postgres_library.writing(EDITOR) as work:
        drafting.lock_article(work, article.id, None)
        assert filing.catch_up(postgres_library) == 1
    assert filing.catch_up(postgres_library) == 1


def test_several_may_file_at_once(any_library: Library) -> None:
    for number in range(12):
        a_draft(any_library, f"Article {number}", sections=[a_section(body=CARE)])
    failures: list[Exception] = []

    def file() -> None:
        try:
            filing.catch_up(any_library, batch=2)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=file) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    filing.catch_up(any_library)
    assert counts(any_library) == (12, 12, 12 * MINIMA)


def test_filing_does_not_touch_what_editors_see(library: Library) -> None:
    article = a_draft(library, sections=[a_section(body=CARE)])
    filing.catch_up(library)
    with library.reading() as session:
        found = session.get(Article, article.id)
    assert found is not None
    assert (found.revision, found.changed_at) == (article.revision, article.changed_at)
