"""Drafts: whoever changes the text is one of its authors, and what was approved is it no more."""

from dataclasses import replace

import pytest

from content import drafting, editing, publishing
from content.library import Actor, Library
from content.models import Article, EditionState
from tests.building import EDITOR, a_draft, a_live_article, a_section

ADA = Actor("Ada", publishes=True, user_id="u1", token_id="t1")
BEN = Actor("Ben", publishes=True, user_id="u2", token_id="t2")


def authors(library: Library, article: Article) -> list[str]:
    """Of the newest edition, in the order in which they came."""
    with library.writing(EDITOR) as work:
        found = drafting.lock_article(work, article.id, None)
        edition = found.draft or found.live
        assert edition is not None
        return [each.identity for each in edition.authors]


def test_who_creates_an_article_is_its_author(library: Library) -> None:
    assert authors(library, a_draft(library)) == ["name:an editor"]


def test_a_person_is_one_author_by_whichever_token(library: Library) -> None:
    article = a_draft(library)
    for token in ("t1", "t9"):
        with library.writing(replace(ADA, token_id=token)) as work:
            editing.add_section(work, article.id, None, a_section(), None)
    assert authors(library, article) == ["name:an editor", "user:u1"]


def test_tokens_without_a_person_are_different_authors_whatever_their_names() -> None:
    one, other = (Actor("the importer", publishes=False, token_id=each) for each in ("t1", "t2"))
    assert one.identity != other.identity


def test_authors_stay_authors_of_the_next_edition(library: Library) -> None:
    article = a_live_article(library)
    with library.writing(ADA) as work:
        editing.change_article(work, article.id, None, title="Calmer skin")
        publishing.publish(work, article.id, None)
    with library.writing(BEN) as work:
        editing.change_article(work, article.id, None, summary="Calm.")
    assert authors(library, article) == ["name:an editor", "user:u1", "user:u2"]


def test_a_new_slug_makes_nobody_an_author(library: Library) -> None:
    article = a_draft(library)
    with library.writing(ADA) as work:
        editing.change_article(work, article.id, None, slug="calm")
    assert authors(library, article) == ["name:an editor"]


@pytest.mark.parametrize("state", ["in_review", "changes_requested", "approved", "scheduled"])
def test_an_edit_makes_a_draft_of_whatever_stage_it_had_reached(
    library: Library, state: str
) -> None:
    article = a_draft(library)
    with library.writing(EDITOR) as work:
        draft = drafting.open_draft(work, drafting.lock_article(work, article.id, None))
        draft.state, draft.clinical_digest, draft.submitted_at = state, "d" * 64, work.at
        section = draft.sections[0].id
    with library.writing(EDITOR) as work:
        editing.order_sections(work, article.id, None, [section])
    with library.writing(EDITOR) as work:
        draft = drafting.open_draft(work, drafting.lock_article(work, article.id, None))
        assert draft.state == EditionState.DRAFT
        assert draft.clinical_digest is None
        assert draft.submitted_at is None
