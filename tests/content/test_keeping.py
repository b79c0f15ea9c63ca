"""Saved points: nothing that a draft ever said is lost."""

import pytest
from sqlalchemy import func, select

from content import citing, editing, publishing, recalling
from content.drafts import ItemDraft, SectionDraft
from content.errors import Unknown
from content.history import SavedPoint, SavedRevision, SavedText
from content.keeping import keep, newest_point, secure
from content.library import Actor, Library
from content.models import Article
from content.published import PageRequest
from content.references import Reference
from tests.building import EDITOR, a_draft, a_faq, a_live_article, a_section

ANOTHER = Actor("Bo", publishes=False, user_id="u2")


def acts(library: Library, article_id: str) -> list[tuple[int, str, str]]:
    with library.reading() as session:
        found = recalling.points(session, article_id, PageRequest(100)).items
        return [(each.number, each.act, each.by) for each in found]


def section_ids(library: Library, article: Article) -> list[str]:
    with library.reading() as session:
        draft = session.get_one(Article, article.id).draft
        return [each.id for each in draft.sections] if draft else []


def test_every_change_of_a_draft_is_a_point(library: Library) -> None:
    article = a_draft(library, sections=[a_section(), a_faq()])
    first, second = section_ids(library, article)
    with library.writing(ANOTHER) as work:
        editing.change_article(work, article.id, None, title="Another title")
        editing.replace_section(work, article.id, first, None, a_section(body="New."))
        editing.order_sections(work, article.id, None, [second, first])
        editing.add_section(work, article.id, None, a_section("risks", "Risks"), 1)
        editing.remove_section(work, article.id, second, None)
    assert acts(library, article.id) == [
        (6, "remove_section", "Bo"),
        (5, "add_section", "Bo"),
        (4, "order", "Bo"),
        (3, "replace_section", "Bo"),
        (2, "change", "Bo"),
        (1, "create", "an editor"),
    ]


def test_an_edit_stores_one_text_and_not_the_article(library: Library) -> None:
    article = a_draft(library, sections=[a_section(heading=f"H {n}") for n in range(8)])
    section = section_ids(library, article)[0]
    with library.writing(EDITOR) as work:
        editing.replace_section(work, article.id, section, None, a_section(body="New."))
    with library.reading() as session:
        assert session.scalar(select(func.count()).select_from(SavedText)) == 9
        assert session.scalar(select(func.count()).select_from(SavedRevision)) == 9


def test_a_point_has_everything_that_the_draft_had(library: Library) -> None:
    pair = ItemDraft("Does it hurt?", "A little.", "procedure")
    faq = SectionDraft("faq", None, "Before.", 3, [pair])
    article = a_draft(library, sections=[a_section(), faq])
    with library.reading() as session:
        draft = recalling.recall(session, article.id, "draft", "from").version
        point = recalling.recall(session, article.id, "point:1", "from").version
    assert point == draft
    assert point.sections[1].items[0].question == "Does it hurt?"


def test_reordering_and_renaming_store_no_text(library: Library) -> None:
    article = a_draft(library, sections=[a_section(), a_section("risks", "Risks")])
    with library.writing(EDITOR) as work:
        editing.order_sections(work, article.id, None, section_ids(library, article)[::-1])
        editing.change_article(work, article.id, None, summary="Short.")
    with library.reading() as session:
        assert session.scalar(select(func.count()).select_from(SavedText)) == 2


def test_references_are_kept_once_however_many_points_have_them(library: Library) -> None:
    article = a_draft(library)
    with library.writing(EDITOR) as work:
        citing.set_references(work, article.id, None, [Reference("aust", "Needling")])
        editing.change_article(work, article.id, None, title="Another")
        editing.change_article(work, article.id, None, title="And another")
    assert [act for _, act, _ in acts(library, article.id)] == [
        *("change", "change", "cite", "create"),
    ]
    with library.reading() as session:
        assert session.scalar(select(func.count()).select_from(SavedText)) == 2
        digests = session.scalars(select(SavedPoint.references_digest).order_by(SavedPoint.number))
        none, *kept = digests.all()
        assert none is None
        assert len(set(kept)) == 1


def test_a_draft_whose_references_changed_behind_every_act_is_kept(library: Library) -> None:
    article = a_draft(library)
    with library.writing(EDITOR) as work:
        found = work.session.get_one(Article, article.id)
        assert found.draft is not None
        found.draft.references = [{"id": "aust", "title": "Needling"}]
        assert secure(work, found, found.draft).number == 2


def test_an_undone_unit_of_work_leaves_no_point(library: Library) -> None:
    article = a_draft(library)
    with pytest.raises(RuntimeError), library.writing(EDITOR) as work:  # noqa: PT012 - It fails later.
        editing.change_article(work, article.id, None, title="Never")
        raise RuntimeError
    assert [number for number, _, _ in acts(library, article.id)] == [1]


def test_a_text_that_changed_without_its_revision_gets_another(library: Library) -> None:
    article = a_draft(library)
    with library.writing(EDITOR) as work:
        draft = work.session.get_one(Article, article.id).draft
        assert draft is not None
        draft.sections[0].body = "Changed behind the back of every act."
        keep(work, work.session.get_one(Article, article.id), draft, "bulk")
        assert draft.sections[0].revision == 2
    with library.reading() as session:
        first = recalling.section_at(session, article.id, section_ids(library, article)[0], 1)
        assert first is not None
        assert first.body == a_section().body


def test_a_draft_that_was_never_kept_is_kept_before_it_is_replaced(library: Library) -> None:
    article = a_draft(library)
    with library.writing(EDITOR) as work:
        for point in work.session.scalars(select(SavedPoint)):
            work.session.delete(point)
        found = work.session.get_one(Article, article.id)
        assert found.draft is not None
        assert secure(work, found, found.draft).act == "found"
        assert secure(work, found, found.draft).number == 1
        newest = newest_point(work.session, article.id)
        assert newest is not None
        assert newest.number == 1


def test_editions_are_listed_newest_first(library: Library) -> None:
    article = a_live_article(library)
    with library.writing(EDITOR) as work:
        editing.change_article(work, article.id, None, title="Again")
        publishing.publish(work, article.id, None)
        editing.change_article(work, article.id, None, title="And again")
    with library.reading() as session:
        page = recalling.editions(session, article.id, PageRequest(2))
        rest = recalling.editions(session, article.id, PageRequest(2, after=page.next))
        assert [(each.edition.number, each.edition.state) for each in page.items] == [
            (3, "draft"),
            (2, "live"),
        ]
        (first,) = rest.items
        assert (first.edition.number, first.edition.state) == (1, "superseded")
        assert first.live_until == page.items[1].live_at is not None
        assert rest.next is None


def test_points_come_in_pages(library: Library) -> None:
    article = a_draft(library)
    with library.writing(EDITOR) as work:
        for number in range(4):
            editing.change_article(work, article.id, None, title=f"Title {number}")
    with library.reading() as session:
        page = recalling.points(session, article.id, PageRequest(3))
        rest = recalling.points(session, article.id, PageRequest(3, after=page.next))
    assert [each.number for each in [*page.items, *rest.items]] == [5, 4, 3, 2, 1]


@pytest.mark.parametrize("number", ["0", "2", "x", "-1", "1.0", "99999999999999999999", ""])
def test_a_number_that_the_article_does_not_have_is_unknown(library: Library, number: str) -> None:
    article = a_draft(library)
    with library.reading() as session:
        with pytest.raises(Unknown):
            recalling.edition(session, article.id, number)
        with pytest.raises(Unknown):
            recalling.point(session, article.id, number)
