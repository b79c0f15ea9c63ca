"""Archiving: readers are led on or told that it is gone, never in circles."""

import threading
from collections.abc import Callable
from typing import Final

import pytest

from content import archiving, changes, editing, inspecting, publishing, reading
from content.errors import Conflict, Invalid, MayNotPublish, Moved, Unknown, Withdrawn
from content.library import Actor, Library
from content.models import Article
from tests.building import EDITOR, a_draft, a_live_article

FOUND: Final = "found"
GONE: Final = "gone"
UNKNOWN: Final = "unknown"


def at(library: Library, slug: str, point: int | None = None, locale: str | None = None) -> str:
    """What readers meet at a slug: FOUND, GONE, UNKNOWN, or the slug that they are led to."""
    with library.reading() as session:
        try:
            reading.article(session, slug, locale, prefer="en", at=point)
        except Moved as moved:
            return moved.slug
        except Withdrawn:
            return GONE
        except Unknown:
            return UNKNOWN
        return FOUND


def archive(library: Library, article: Article, to: Article | None = None) -> Article:
    with library.writing(EDITOR) as work:
        return archiving.archive(work, article.id, None, "Old.", to.id if to else None)


def reopen(library: Library, article: Article) -> Article:
    with library.writing(EDITOR) as work:
        return archiving.reopen(work, article.id, None)


def publish(library: Library, article: Article) -> None:
    with library.writing(EDITOR) as work:
        publishing.publish(work, article.id, None)


def move(library: Library, article: Article, slug: str) -> None:
    with library.writing(EDITOR) as work:
        editing.change_article(work, article.id, None, slug=slug)


def withdraw(library: Library, article: Article) -> None:
    with library.writing(EDITOR) as work:
        publishing.withdraw(work, article.id, None, "Wrong.")


def delete(library: Library, article: Article) -> None:
    with library.writing(EDITOR) as work:
        editing.delete_article(work, article.id, None)


def test_without_a_way_on_readers_are_told_that_it_is_gone(library: Library) -> None:
    article = archive(library, a_live_article(library, "A"))
    assert at(library, "a") == GONE
    assert (article.state, article.redirect_id, article.withdrawal_reason) == (
        *("archived", None),
        "Old.",
    )


def test_readers_are_led_to_where_the_other_article_is_now(library: Library) -> None:
    a, b = a_live_article(library, "A"), a_live_article(library, "B")
    archive(library, a, b)
    assert at(library, "a") == "b"
    move(library, b, "b-two")
    assert (at(library, "a"), at(library, "b")) == ("b-two", "b-two")


def test_every_address_that_the_article_ever_had_leads_on(library: Library) -> None:
    a, b = a_live_article(library, "A"), a_live_article(library, "B")
    move(library, a, "a-two")
    archive(library, a, b)
    assert (at(library, "a"), at(library, "a-two")) == ("b", "b")


def test_who_was_led_to_an_article_is_led_on_with_its_readers(library: Library) -> None:
    a, b, c = (a_live_article(library, title) for title in "ABC")
    archive(library, a, b)
    archive(library, b, c)
    assert (at(library, "a"), at(library, "b"), at(library, "c")) == ("c", "c", FOUND)
    with library.reading() as session:
        assert inspecting.article(session, a.id).redirect_id == c.id


@pytest.mark.parametrize("leave", [withdraw, delete, archive])
def test_when_the_other_article_goes_readers_are_told_that_it_is_gone(
    library: Library, leave: Callable[[Library, Article], object]
) -> None:
    a, b = a_live_article(library, "A"), a_live_article(library, "B")
    archive(library, a, b)
    leave(library, b)
    assert (at(library, "a"), at(library, "b")) == (GONE, GONE)


def test_when_it_comes_back_they_are_led_there_again(library: Library) -> None:
    a, b = a_live_article(library, "A"), a_live_article(library, "B")
    archive(library, a, b)
    withdraw(library, b)
    publish(library, b)
    assert at(library, "a") == "b"


def test_what_leads_to_each_other_in_turn_makes_no_circle(library: Library) -> None:
    a, b = a_live_article(library, "A"), a_live_article(library, "B")
    archive(library, a, b)
    reopen(library, a)
    publish(library, a)
    archive(library, b, a)
    assert (at(library, "a"), at(library, "b")) == (FOUND, "a")


@pytest.mark.parametrize(
    ("to", "codes"),
    [
        ("itself", ["itself"]),
        ("unknown", ["unknown_article"]),
        ("draft", ["not_live"]),
        ("withdrawn", ["not_live"]),
        ("archived", ["not_live"]),
        ("deleted", ["unknown_article"]),
        ("German", ["other_locale"]),
        ("German draft", ["not_live", "other_locale"]),
    ],
)
def test_readers_are_led_to_another_live_article_of_their_language_only(
    library: Library, to: str, codes: list[str]
) -> None:
    article = a_live_article(library, "A")
    others = {
        "draft": a_draft(library, "Draft"),
        "withdrawn": a_live_article(library, "W"),
        "archived": a_live_article(library, "X"),
        "deleted": a_live_article(library, "D"),
        "German": a_live_article(library, "G", locale="de"),
        "German draft": a_draft(library, "H", locale="de"),
        "itself": article,
    }
    withdraw(library, others["withdrawn"])
    archive(library, others["archived"])
    delete(library, others["deleted"])
    target = others[to].id if to in others else "nobody"
    with pytest.raises(Invalid) as refusal, library.writing(EDITOR) as work:
        archiving.archive(work, article.id, None, "Old.", target)
    assert [each.code for each in refusal.value.reasons] == codes
    assert at(library, "a") == FOUND


def test_what_readers_were_led_to_is_told_as_it_was_at_each_point(library: Library) -> None:
    a, b, c = (a_live_article(library, title) for title in "ABC")
    points = {}

    def note(name: str) -> None:
        with library.reading() as session:
            points[name] = changes.head(session)

    note("live")
    archive(library, a, b)
    note("led to b")
    archive(library, b, c)
    note("led to c")
    reopen(library, a)
    note("gone")
    publish(library, a)
    note("back")
    met = [at(library, "a", points[name]) for name in points]
    assert met == [FOUND, "b", "c", GONE, FOUND]
    assert at(library, "b", points["back"]) == "c"


def test_archiving_and_reopening_are_told_by_the_log(library: Library) -> None:
    a, b = a_live_article(library, "A"), a_live_article(library, "B")
    archive(library, a, b)
    reopen(library, a)
    with library.reading() as session:
        told = [(each.kind, each.slug) for each in changes.after(session, 2, 10)]
    assert told == [("tombstone", "a"), ("tombstone", "a")]


def test_the_log_never_names_an_address_that_no_reader_found(library: Library) -> None:
    article, other = a_live_article(library, "A"), a_live_article(library, "B")
    archive(library, article, other)
    with library.writing(EDITOR) as work:
        editing.change_article(work, article.id, None, slug="not-yet-public", topics=[])
    reopen(library, article)
    with library.reading() as session:
        last = changes.after(session, 3, 10)
    assert [(each.kind, each.slug, each.topics) for each in last] == [
        ("tombstone", "a", ["procedure:microneedling"])
    ]


def test_a_reopened_article_has_a_draft_and_is_still_gone_for_readers(library: Library) -> None:
    article = a_live_article(library, "A")
    withdraw(library, article)
    found = reopen(library, article)
    assert found.draft is not None
    assert (found.state, found.draft.state, found.withdrawal_reason) == (
        *("unpublished", "draft"),
        None,
    )
    assert at(library, "a") == GONE


def test_what_is_archived_is_not_published_before_it_is_reopened(library: Library) -> None:
    article = archive(library, a_live_article(library, "A"))
    with pytest.raises(Conflict) as refusal:
        publish(library, article)
    assert [each.code for each in refusal.value.reasons] == ["archived"]
    reopen(library, article)
    publish(library, article)
    assert at(library, "a") == FOUND


def test_who_may_not_publish_does_not_archive_nor_reopen(library: Library) -> None:
    a, b = a_live_article(library, "A"), a_live_article(library, "B")
    writer = Actor("a writer", publishes=False)
    with pytest.raises(MayNotPublish), library.writing(writer) as work:
        archiving.archive(work, a.id, None, "Old.", b.id)
    archive(library, a, b)
    with pytest.raises(MayNotPublish), library.writing(writer) as work:
        archiving.reopen(work, a.id, None)
    assert at(library, "a") == "b"


def test_an_article_in_another_language_does_not_stand_in_for_one_that_leads_on(
    library: Library,
) -> None:
    a, b = a_live_article(library, "A"), a_live_article(library, "B")
    a_live_article(library, "A", locale="de")
    archive(library, a, b)
    assert at(library, "a") == "b"
    assert at(library, "a", locale="de") == FOUND


@pytest.mark.xdist_group("postgres")
def test_it_is_told_as_it_was_on_postgresql(postgres_library: Library) -> None:
    test_what_readers_were_led_to_is_told_as_it_was_at_each_point(postgres_library)


@pytest.mark.xdist_group("postgres")
def test_two_who_archive_each_others_targets_wait_for_each_other(
    postgres_library: Library,
) -> None:
    library = postgres_library
    a, b = a_live_article(library, "A"), a_live_article(library, "B")
    refused: list[str] = []

    def lead(source: Article, to: Article) -> None:
        try:
            archive(library, source, to)
        except (Conflict, Invalid) as refusal:
            refused.append(str(refusal))

    threads = [threading.Thread(target=lead, args=pair) for pair in ((a, b), (b, a))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert {at(library, "a"), at(library, "b")} in ({FOUND, "a"}, {FOUND, "b"})
