"""Redirects by hand: slugs of nobody that lead to a live article, and never from one."""

import threading

import pytest
from sqlalchemy import text

from content import addressing, archiving, changes, editing, publishing, redirecting
from content.errors import Conflict, EditConflict, Invalid, MayNotPublish, SlugTaken, Unknown
from content.library import Actor, Library
from content.models import Article, Redirect
from content.publications import Publication
from content.published import PageRequest
from tests.building import EDITOR, a_draft, a_live_article
from tests.content.test_archiving import FOUND, GONE, UNKNOWN, archive, at, move, withdraw


def lead(library: Library, slug: str, to: Article, locale: str = "en") -> Redirect:
    with library.writing(EDITOR) as work:
        return redirecting.create_redirect(work, locale, slug, to.id)


def test_a_slug_of_nobody_leads_to_where_the_article_is_now(library: Library) -> None:
    article = a_live_article(library, "A")
    assert at(library, "old") == UNKNOWN
    made = lead(library, "old", article)
    assert at(library, "old") == "a"
    assert (made.by_hand, made.created_by, made.revision) == (True, EDITOR.name, 1)
    move(library, article, "a-two")
    assert at(library, "old") == "a-two"
    withdraw(library, article)
    assert at(library, "old") == GONE


def test_it_leads_elsewhere_from_the_moment_that_it_is_changed(library: Library) -> None:
    a, b = a_live_article(library, "A"), a_live_article(library, "B")
    lead(library, "old", a)
    with library.reading() as session:
        before = changes.head(session)
    with library.writing(EDITOR) as work:
        assert redirecting.change_redirect(work, "en", "old", 1, b.id).revision == 2
    assert (at(library, "old"), at(library, "old", before)) == ("b", "a")
    with pytest.raises(EditConflict), library.writing(EDITOR) as work:
        redirecting.change_redirect(work, "en", "old", 1, a.id)


@pytest.mark.parametrize("gone", [False, True])
def test_a_deleted_one_leads_nowhere_and_can_be_made_again(library: Library, *, gone: bool) -> None:
    a, b = a_live_article(library, "A"), a_live_article(library, "B")
    lead(library, "old", a)
    if gone:
        withdraw(library, a)
    with library.writing(EDITOR) as work:
        redirecting.delete_redirect(work, "en", "old", None)
    assert at(library, "old") == UNKNOWN
    lead(library, "old", b)
    assert at(library, "old") == "b"


def test_the_log_tells_each_as_a_change_of_the_article_it_leads_to(library: Library) -> None:
    a, b = a_live_article(library, "A"), a_live_article(library, "B")
    lead(library, "old", a)
    with library.writing(EDITOR) as work:
        redirecting.change_redirect(work, "en", "old", None, b.id)
    withdraw(library, b)
    with library.writing(EDITOR) as work:
        redirecting.delete_redirect(work, "en", "old", None)
    with library.reading() as session:
        told = [(each.kind, each.slug) for each in changes.after(session, 2, 10)]
    assert told == [("upsert", "a"), ("upsert", "b"), ("tombstone", "b"), ("tombstone", "b")]


@pytest.mark.parametrize("holder", ["live", "draft", "withdrawn", "deleted", "moved", "led"])
def test_no_slug_that_is_or_was_somebodys_is_redirected(library: Library, holder: str) -> None:
    target = a_live_article(library, "Target")
    if holder == "draft":
        a_draft(library, "Taken")
    elif holder == "led":
        lead(library, "taken", target)
    else:
        other = a_live_article(library, "Taken")
        if holder == "withdrawn":
            withdraw(library, other)
        if holder == "moved":
            move(library, other, "elsewhere")
        if holder == "deleted":
            with library.writing(EDITOR) as work:
                editing.delete_article(work, other.id, None)
    with pytest.raises(SlugTaken):
        lead(library, "taken", target)


def test_whatever_is_wrong_with_one_is_said_at_once(library: Library) -> None:
    draft = a_draft(library)
    with pytest.raises(Invalid) as refusal:
        lead(library, "No slug", draft, "english")
    codes = [each.code for each in refusal.value.reasons]
    assert codes == ["malformed_locale", "malformed_slug", "not_live", "other_locale"]


def test_no_article_takes_a_slug_that_leads_to_another(library: Library) -> None:
    lead(library, "old", a_live_article(library, "A"))
    with pytest.raises(SlugTaken):
        a_draft(library, slug="old")
    with library.reading() as session:
        assert addressing.free_slug(session, "Old", "en") == "old-2"


def test_the_article_itself_may_take_it(library: Library) -> None:
    article = a_live_article(library, "A")
    lead(library, "old", article)
    move(library, article, "old")
    assert (at(library, "old"), at(library, "a")) == (FOUND, "old")
    with library.reading() as session:
        slugs = [each.slug for each in redirecting.redirects(session, PageRequest(10)).items]
    assert slugs == ["a"]


def test_a_slug_that_an_article_had_goes_on_leading_there(library: Library) -> None:
    a, b = a_live_article(library, "A"), a_live_article(library, "B")
    move(library, a, "a-two")
    with pytest.raises(Conflict), library.writing(EDITOR) as work:
        redirecting.change_redirect(work, "en", "a", None, b.id)
    with pytest.raises(Conflict), library.writing(EDITOR) as work:
        redirecting.delete_redirect(work, "en", "a", None)
    assert at(library, "a") == "a-two"


def test_when_its_article_is_archived_it_leads_on(library: Library) -> None:
    a, b = a_live_article(library, "A"), a_live_article(library, "B")
    lead(library, "old", a)
    archive(library, a, b)
    assert at(library, "old") == "b"
    with library.reading() as session:
        found = redirecting.redirect(session, "en", "old")
        assert (found.article_id, found.revision) == (b.id, 2)
    with library.writing(EDITOR) as work:
        archiving.reopen(work, a.id, None)
        publishing.publish(work, a.id, None)
    assert at(library, "old") == "b"


def test_they_are_listed_in_pages_and_found_by_slug(library: Library) -> None:
    article = a_live_article(library, "A")
    german = a_live_article(library, "G", locale="de")
    for slug in ("x", "y", "z"):
        lead(library, slug, article)
    lead(library, "x", german, "de")
    listed, after = [], None
    with library.reading() as session:
        while True:
            page = redirecting.redirects(session, PageRequest(2, after, count=True))
            listed += [(each.locale, each.slug) for each in page.items]
            assert page.total == 4
            if page.next is None:
                break
            after = page.next
        assert listed == [("de", "x"), ("en", "x"), ("en", "y"), ("en", "z")]
        found = redirecting.redirects(session, PageRequest(10), slug="x", locale="en").items
        assert [each.article_id for each in found] == [article.id]
        with pytest.raises(Unknown):
            redirecting.redirect(session, "fr", "x")


def test_who_may_not_publish_makes_none(library: Library) -> None:
    article = a_live_article(library, "A")
    writer = Actor("a writer", publishes=False)
    with pytest.raises(MayNotPublish), library.writing(writer) as work:
        redirecting.create_redirect(work, "en", "old", article.id)
    assert at(library, "old") == UNKNOWN


@pytest.mark.xdist_group("postgres")
def test_they_work_on_postgresql(postgres_library: Library) -> None:
    test_it_leads_elsewhere_from_the_moment_that_it_is_changed(postgres_library)
    with postgres_library.writing(EDITOR) as work:
        redirecting.delete_redirect(work, "en", "old", None)
    assert at(postgres_library, "old") == UNKNOWN


@pytest.mark.xdist_group("postgres")
def test_who_deletes_one_waits_for_what_becomes_of_its_article(postgres_library: Library) -> None:
    library = postgres_library
    article = a_live_article(library, "A")
    lead(library, "old", article)

    def delete() -> None:
        with library.writing(EDITOR) as work:
            redirecting.delete_redirect(work, "en", "old", None)

    deleter = threading.Thread(target=delete)
    with library.writing(EDITOR) as work:
        publishing.withdraw(work, article.id, None, "Wrong.")
        deleter.start()
        waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        with library.engine.connect() as connection:
            while not connection.scalar(waits):
                assert deleter.is_alive()
    deleter.join()
    assert (at(library, "old"), at(library, "a")) == (UNKNOWN, GONE)
    with library.reading() as session:
        assert session.query(Publication).filter(Publication.until.is_(None)).count() == 0


def test_of_several_changes_under_one_number_the_last_is_seen(library: Library) -> None:
    a, b = a_live_article(library, "A"), a_live_article(library, "B")
    with library.writing(EDITOR) as work, changes.together(work):
        redirecting.create_redirect(work, "en", "old", a.id)
        redirecting.change_redirect(work, "en", "old", None, b.id)
        redirecting.create_redirect(work, "en", "older", b.id)
        redirecting.delete_redirect(work, "en", "older", None)
    assert (at(library, "old"), at(library, "older")) == ("b", UNKNOWN)
    with library.reading() as session:
        assert changes.head(session) == 3
