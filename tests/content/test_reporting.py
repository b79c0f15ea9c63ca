"""Reporting: the numbers of a library, and the lists that stand behind them."""

from datetime import UTC, datetime, timedelta

import time_machine

from content import editing, inspecting, publishing, reporting, tracing
from content.drafts import ItemDraft, SectionDraft
from content.inspecting import ArticleQuery
from content.library import Library
from content.models import now
from content.published import PageRequest
from tests.building import EDITOR, a_draft, a_faq, a_live_article, a_picture, a_section

DAYS = timedelta(days=30)
BEGIN = datetime(2026, 1, 1, 9, tzinfo=UTC)


def test_an_empty_library_has_a_report(each_library: Library) -> None:
    with each_library.reading() as session:
        found = reporting.report(session, now(), stale=DAYS, expiring=DAYS)
    assert set(found.articles.values()) == set(found.editions.values()) == {0}
    assert (found.words, found.stale, found.oldest, found.sections) == (0, 0, [], {})
    assert found.without == {"faq": 0, "aftercare": 0, "risks": 0}


def test_the_report_counts_what_there_is_and_what_wants_attention(each_library: Library) -> None:
    with time_machine.travel(BEGIN, tick=False):
        old = a_live_article(each_library, "Old", sections=[a_section(), a_faq()])
    with time_machine.travel(BEGIN + timedelta(days=40), tick=False):
        new = a_live_article(each_library, "New", sections=[a_section("risks")])
        untyped = [ItemDraft("Open?", "", None)]
        a_draft(each_library, sections=[SectionDraft("faq", "Asked", items=untyped)])
        gone = a_live_article(each_library, "Gone")
        a_picture(each_library)
        with each_library.writing(EDITOR) as work:
            publishing.withdraw(work, gone.id, None, "Wrong.")
            german = tracing.start_translation(work, new.id, "de")
            publishing.publish(work, german.id, None)
            section = work.session.merge(new).live.sections[0]  # type: ignore[union-attr]
            editing.change_section(work, new.id, section.id, None, {"body": "Other words."})
            publishing.publish(work, new.id, None)
            deleted = editing.create_article(work, title="Deleted", locale="en")
            editing.delete_article(work, deleted.id, None)
        with each_library.reading() as session:
            found = reporting.report(session, now(), stale=DAYS, expiring=DAYS)
    assert found.articles == {"unpublished": 1, "live": 3, "withdrawn": 1, "archived": 0}
    assert found.editions["draft"] == 2
    assert found.editions["live"] == 3
    assert found.sections == {"aftercare": 1, "faq": 1, "risks": 2}
    assert found.without == {"faq": 2, "aftercare": 2, "risks": 1}
    assert (found.stale, found.oldest[0].id) == (1, old.id)
    assert found.translations == {"outdated": 1, "missing": 0}
    assert found.untranslated == {"de": 1, "en": 0}
    assert found.faqs == {"untyped": 1, "unanswered": 1}
    assert (found.pictures["no_alt"], found.pictures["unused"]) == (1, 1)
    assert found.words > 0


def test_the_oldest_text_is_listed_first_on_every_page(each_library: Library) -> None:
    made = []
    for number in range(3):
        with time_machine.travel(BEGIN + timedelta(days=number), tick=False):
            made.append(a_live_article(each_library, f"Article {number}").id)
    a_draft(each_library, "Never published")
    with each_library.writing(EDITOR) as work:
        editing.change_article(work, made[0], None, title="Newer")
        publishing.publish(work, made[0], None)
    found, after = [], None
    while True:
        with each_library.reading() as session:
            page = inspecting.articles(
                session, ArticleQuery(), PageRequest(1, after), "published_at"
            )
        found += [each.id for each in page.items]
        after = page.next
        if after is None:
            break
    assert found == [made[1], made[2], made[0]]


def test_articles_are_found_by_age_by_what_they_lack_and_by_topic(each_library: Library) -> None:
    with time_machine.travel(BEGIN, tick=False):
        old = a_live_article(each_library, "Old", topics=["condition:acne"])
    new = a_live_article(each_library, "New", sections=[a_section("risks")])
    for wanted, expected in (
        (ArticleQuery(published_before=BEGIN + DAYS), [old.id]),
        (ArticleQuery(lacks="risks"), [old.id]),
        (ArticleQuery(lacks="aftercare"), [new.id]),
        (ArticleQuery(topic="condition:acne"), [old.id]),
        (ArticleQuery(topic="condition:unheard-of"), []),
    ):
        with each_library.reading() as session:
            page = inspecting.articles(session, wanted, PageRequest(10, count=True))
        assert [each.id for each in page.items] == expected
        assert page.total == len(expected)
