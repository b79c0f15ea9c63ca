"""What a draft must satisfy to go live, and what becomes of it."""

import pytest
import time_machine

from content import editing, inspecting, publishing, reading
from content.drafts import ItemDraft, SectionDraft
from content.errors import Conflict, NotPublishable, Withdrawn
from content.library import Library
from content.models import Article, Edition
from tests.building import EDITOR, a_draft, a_faq, a_live_article, a_section


def publish(library: Library, article: Article) -> Article:
    with library.writing(EDITOR) as work:
        return publishing.publish(work, article.id, None)


def codes(library: Library, article: Article) -> list[tuple[str, str]]:
    with pytest.raises(NotPublishable) as caught:
        publish(library, article)
    return [(reason.pointer, reason.code) for reason in caught.value.reasons]


def test_all_that_keeps_a_draft_from_going_live_is_told_at_once(library: Library) -> None:
    unanswered = SectionDraft(type="faq", heading="Q", items=[ItemDraft("Why?", " ")])
    sections = [a_section("other"), a_section(body="  \n"), unanswered]
    article = a_draft(library, sections=sections, topics=[])
    assert codes(library, article) == [
        ("/topics", "no_topic"),
        ("/sections/0/type", "untyped"),
        ("/sections/1/body", "empty_section"),
        ("/sections/2/items/0/answer", "no_answer"),
    ]


def test_an_edition_without_text_is_refused(library: Library) -> None:
    assert ("/sections", "empty") in codes(library, a_draft(library, sections=[]))


def test_an_empty_heading_may_be_the_parent_of_deeper_ones(library: Library) -> None:
    parent, child = a_section(heading="Safety", body=""), a_section(level=3)
    assert publish(library, a_draft(library, sections=[parent, child])).state == "live"


def test_markdown_that_shows_nothing_is_no_text(library: Library) -> None:
    article = a_draft(library, sections=[a_section(), a_section(body="[hidden]: /there")])
    assert codes(library, article) == [("/sections/1/body", "empty_section")]


def test_what_is_live_cannot_be_published_again(library: Library) -> None:
    article = a_live_article(library)
    with pytest.raises(Conflict):
        publish(library, article)


def test_a_refused_draft_leaves_readers_with_what_they_had(library: Library) -> None:
    article = a_live_article(library)
    with library.writing(EDITOR) as work:
        editing.add_section(work, article.id, None, a_section("other"), None)
    with pytest.raises(NotPublishable):
        publish(library, article)
    with library.reading() as session:
        assert reading.article(session, article.slug, None, prefer="en").edition == 1


def test_an_edition_is_live_from_one_sequence_number_until_another(library: Library) -> None:
    article = a_live_article(library)
    with library.writing(EDITOR) as work:
        editing.change_article(work, article.id, None, title="Second edition")
    publish(library, article)
    with library.writing(EDITOR) as work:
        publishing.withdraw(work, article.id, None, "Outdated.")
    with library.reading() as session:
        editions = session.query(Edition).order_by(Edition.number).all()
        spans = [(each.number, each.state, each.live_from, each.live_until) for each in editions]
    assert spans == [(1, "superseded", 1, 2), (2, "superseded", 2, 3), (3, "draft", None, None)]


def test_first_publication_is_kept_and_the_last_one_told(library: Library) -> None:
    with time_machine.travel("2026-03-01T09:00:00Z", tick=False):
        article = a_live_article(library)
    with time_machine.travel("2026-04-01T09:00:00Z", tick=False):
        with library.writing(EDITOR) as work:
            editing.change_article(work, article.id, None, title="Second edition")
        publish(library, article)
    with library.reading() as session:
        found = reading.article(session, article.slug, None, prefer="en")
    assert found.first_published_at.isoformat() == "2026-03-01T09:00:00+00:00"
    assert found.published_at.isoformat() == "2026-04-01T09:00:00+00:00"


def test_equal_editions_have_equal_digests_and_others_do_not(library: Library) -> None:
    article = a_live_article(library)
    digests = []
    for title in ("Another title", "Another title", "A third title"):
        with library.writing(EDITOR) as work:
            editing.change_article(work, article.id, None, title=title)
        live = publish(library, article).live
        assert live is not None
        digests.append(live.digest)
    assert digests[0] == digests[1] != digests[2]


def test_a_withdrawn_article_is_gone_and_can_come_back(library: Library) -> None:
    article = a_live_article(library)
    with library.writing(EDITOR) as work:
        publishing.withdraw(work, article.id, None, "A claim was wrong.")
    with library.reading() as session, pytest.raises(Withdrawn):
        reading.article(session, article.slug, None, prefer="en")
    publish(library, article)
    with library.reading() as session:
        assert reading.article(session, article.slug, None, prefer="en").edition == 2


def test_what_is_not_live_cannot_be_withdrawn(library: Library) -> None:
    article = a_draft(library)
    with pytest.raises(Conflict), library.writing(EDITOR) as work:
        publishing.withdraw(work, article.id, None, "Never mind.")


def test_answers_are_rendered_and_counted(library: Library) -> None:
    article = a_live_article(library, sections=[a_faq(("Does it hurt?", "Only **briefly**."))])
    with library.reading() as session:
        (section,) = reading.article(session, article.slug, None, prefer="en").sections or []
    assert section.items is not None
    assert section.items[0].answer == "<p>Only <strong>briefly</strong>.</p>"
    assert section.word_count == 5


def test_a_live_edition_never_changes(library: Library) -> None:
    article = a_live_article(library, sections=[a_section(), a_faq()])

    def live() -> list[object]:
        with library.reading() as session:
            edition = session.query(Edition).filter(Edition.number == 1).one()
            rows = [edition, *edition.sections]
            rows += [item for section in edition.sections for item in section.items]
            hidden = {"_sa_instance_state", "sections", "items", "state", "live_until"}
            return [
                {name: value for name, value in vars(row).items() if name not in hidden}
                for row in rows
            ]

    before = live()
    with library.reading() as session:
        ids = [each.id for each in inspecting.article(session, article.id).live.sections]  # type: ignore[union-attr]  # It is live.
    with library.writing(EDITOR) as work:
        editing.change_article(work, article.id, None, title="Other", topics=["condition:acne"])
        editing.replace_section(work, article.id, ids[0], None, a_section(body="Other."))
        editing.change_section(work, article.id, ids[1], None, {"items": []})
        editing.order_sections(work, article.id, None, ids[::-1])
        editing.remove_section(work, article.id, ids[1], None)
    publish(library, article)
    assert live() == before


def test_a_pair_of_type_other_must_be_decided_first(library: Library) -> None:
    item = ItemDraft("Why?", "Because.", "other")
    article = a_draft(library, sections=[SectionDraft(type="faq", heading="Q", items=[item])])
    assert codes(library, article) == [("/sections/0/items/0/type", "untyped")]
