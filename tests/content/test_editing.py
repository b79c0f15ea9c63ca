"""Editors' acts on drafts."""

import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from content import editing, inspecting, publishing, reading
from content.drafts import ItemDraft, SectionDraft
from content.errors import EditConflict, Invalid, Moved, SlugTaken, Unknown
from content.library import Library
from content.models import Article, Edition, Section
from tests.building import EDITOR, a_draft, a_faq, a_live_article, a_section


def draft_of(library: Library, article_id: str) -> Edition:
    with library.reading() as session:
        edition = inspecting.newest_edition(session, inspecting.article(session, article_id))
        for section in edition.sections:
            assert section.items is not None
        return edition


def test_a_slug_is_made_from_the_title(library: Library) -> None:
    assert a_draft(library, "Does a Peel Hurt?").slug == "does-a-peel-hurt"


def test_equal_titles_get_numbered_slugs(library: Library) -> None:
    slugs = [a_draft(library, "Peels").slug for _ in range(3)]
    assert slugs == ["peels", "peels-2", "peels-3"]


def test_a_title_without_letters_still_gets_a_slug(library: Library) -> None:
    assert a_draft(library, "???").slug == "article"


def test_a_taken_slug_is_refused(library: Library) -> None:
    a_draft(library, slug="peels")
    with pytest.raises(SlugTaken):
        a_draft(library, slug="peels")


def test_another_locale_may_have_the_same_slug(library: Library) -> None:
    a_draft(library, slug="peels")
    assert a_draft(library, slug="peels", locale="de").slug == "peels"


def test_all_reasons_are_told_at_once(library: Library) -> None:
    with pytest.raises(Invalid) as caught, library.writing(EDITOR) as work:
        editing.create_article(
            work,
            title=" ",
            locale="english",
            slug="Not A Slug",
            topics=["procedure:microneedlin"],
            sections=[SectionDraft(type="aftercar", heading="x" * 301, level=9)],
        )
    pointers = [reason.pointer for reason in caught.value.reasons]
    assert pointers == [
        "/title",
        "/sections/0/type",
        "/sections/0/heading",
        "/sections/0/level",
        "/locale",
        "/slug",
        "/topics/0",
    ]
    details = " ".join(reason.detail for reason in caught.value.reasons)
    assert "did you mean 'aftercare'?" in details
    assert "did you mean 'procedure:microneedling'?" in details


def test_an_edit_of_a_live_article_grows_a_draft_and_keeps_what_is_live(library: Library) -> None:
    article = a_live_article(library)
    section = draft_of(library, article.id).sections[0]
    with library.writing(EDITOR) as work:
        editing.replace_section(work, article.id, section.id, 1, a_section(body="New words."))
    with library.reading() as session:
        found = inspecting.article(session, article.id)
        assert found.draft is not None
        assert found.live is not None
        assert (found.draft.number, found.live.number) == (2, 1)
        assert found.draft.sections[0].body == "New words."
        assert found.live.sections[0].body != "New words."


def test_ids_and_anchors_survive_a_new_heading_and_a_new_edition(library: Library) -> None:
    article = a_live_article(library)
    before = draft_of(library, article.id).sections[0]
    with library.writing(EDITOR) as work:
        editing.replace_section(work, article.id, before.id, None, a_section(heading="Healing"))
    with library.writing(EDITOR) as work:
        publishing.publish(work, article.id, None)
    after = draft_of(library, article.id).sections[0]
    assert (after.id, after.anchor) == (before.id, before.anchor)
    assert after.heading == "Healing"


def test_a_stale_revision_is_refused_and_told_the_current_one(library: Library) -> None:
    article = a_draft(library)
    section = draft_of(library, article.id).sections[0]
    with library.writing(EDITOR) as work:
        editing.replace_section(work, article.id, section.id, 1, a_section(body="First."))
    with pytest.raises(EditConflict) as caught, library.writing(EDITOR) as work:
        editing.replace_section(work, article.id, section.id, 1, a_section(body="Second."))
    assert caught.value.current == "2"
    assert draft_of(library, article.id).sections[0].body == "First."


def test_two_people_can_edit_two_sections(library: Library) -> None:
    article = a_draft(library, sections=[a_section(), a_section("risks", "Risks")])
    first, second = draft_of(library, article.id).sections
    for section in (first, second):
        with library.writing(EDITOR) as work:
            editing.change_section(work, article.id, section.id, 1, {"body": "Edited."})
    assert [each.body for each in draft_of(library, article.id).sections] == ["Edited."] * 2


def test_a_section_edit_makes_the_articles_own_tag_stale(library: Library) -> None:
    article = a_draft(library)
    section = draft_of(library, article.id).sections[0]
    with library.writing(EDITOR) as work:
        editing.change_section(work, article.id, section.id, 1, {"body": "Edited."})
    with pytest.raises(EditConflict), library.writing(EDITOR) as work:
        publishing.publish(work, article.id, article.revision)


def test_no_edit_is_lost_when_many_edit_at_once(library: Library) -> None:
    article = a_draft(library)
    section_id = draft_of(library, article.id).sections[0].id
    accepted: list[str] = []

    def edit(name: int) -> None:
        for each in range(10):
            section = draft_of(library, article.id).sections[0]
            body = f"{section.body} {name}.{each}"
            try:
                with library.writing(EDITOR) as work:
                    editing.change_section(
                        work, article.id, section_id, section.revision, {"body": body}
                    )
                accepted.append(f"{name}.{each}")
            except EditConflict:
                continue

    threads = [threading.Thread(target=edit, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    last = draft_of(library, article.id).sections[0]
    assert accepted
    assert set(accepted) <= set(last.body.split())
    assert last.revision == 1 + len(accepted)


def test_sections_can_be_added_anywhere_and_are_numbered_without_gaps(library: Library) -> None:
    article = a_draft(library, sections=[a_section(heading="A"), a_section(heading="B")])
    with library.writing(EDITOR) as work:
        editing.add_section(work, article.id, None, a_section(heading="C"), 2)
    found = draft_of(library, article.id).sections
    assert [(each.position, each.heading) for each in found] == [(1, "A"), (2, "C"), (3, "B")]


def test_a_position_outside_of_the_article_is_refused(library: Library) -> None:
    article = a_draft(library)
    with pytest.raises(Invalid), library.writing(EDITOR) as work:
        editing.add_section(work, article.id, None, a_section(), 5)


def test_removing_a_section_closes_the_gap(library: Library) -> None:
    article = a_draft(library, sections=[a_section(heading=name) for name in "ABC"])
    middle = draft_of(library, article.id).sections[1]
    with library.writing(EDITOR) as work:
        editing.remove_section(work, article.id, middle.id, 1)
    found = draft_of(library, article.id).sections
    assert [(each.position, each.heading) for each in found] == [(1, "A"), (2, "C")]


def test_an_order_must_name_each_section_once(library: Library) -> None:
    article = a_draft(library, sections=[a_section(heading=name) for name in "AB"])
    first, second = (each.id for each in draft_of(library, article.id).sections)
    for order, fault in (
        ([first], f"missing: {second}"),
        ([first, second, second], f"repeated: {second}"),
        ([first, "another"], f"missing: {second}; unknown: another"),
    ):
        with pytest.raises(Invalid) as refused, library.writing(EDITOR) as work:
            editing.order_sections(work, article.id, None, order)
        assert fault in refused.value.reasons[0].detail
    with library.writing(EDITOR) as work:
        editing.order_sections(work, article.id, None, [second, first])
    assert [each.heading for each in draft_of(library, article.id).sections] == ["B", "A"]


def test_pairs_keep_their_identity_by_id_or_by_question(library: Library) -> None:
    pairs_before = a_faq(("Does it hurt?", "Hardly."), ("Why?", "So."))
    article = a_live_article(library, sections=[pairs_before])
    section = draft_of(library, article.id).sections[0]
    hurt, why = section.items
    pairs = [
        ItemDraft("Is it painful?", "Hardly.", id=hurt.id),
        ItemDraft("Why?", "Because."),
        ItemDraft("When?", "Soon."),
    ]
    with library.writing(EDITOR) as work:
        editing.change_section(work, article.id, section.id, None, {"items": pairs})
    found = draft_of(library, article.id).sections[0].items
    assert [each.id for each in found[:2]] == [hurt.id, why.id]
    assert [each.anchor for each in found] == ["does-it-hurt", "why", "when"]
    assert len({each.id for each in found}) == 3


def test_words_that_were_never_published_are_in_no_anchor(library: Library) -> None:
    article = a_draft(library, sections=[a_section(heading="Secret"), a_faq(("Secret?", "No."))])
    first, second = draft_of(library, article.id).sections
    with library.writing(EDITOR) as work:
        editing.change_section(work, article.id, first.id, None, {"heading": "Public"})
        pairs = [ItemDraft("Public?", "No.", id=second.items[0].id)]
        editing.change_section(work, article.id, second.id, None, {"items": pairs})
    first, second = draft_of(library, article.id).sections
    assert (first.anchor, second.items[0].anchor) == ("public", "public-2")


def test_equal_headings_get_different_anchors(library: Library) -> None:
    article = a_draft(library, sections=[a_section(), a_section()])
    anchors = [each.anchor for each in draft_of(library, article.id).sections]
    assert anchors == ["after-the-session", "after-the-session-2"]


def test_equal_questions_in_two_sections_get_different_anchors(library: Library) -> None:
    article = a_live_article(library, sections=[a_faq(), a_faq()])
    sections = draft_of(library, article.id).sections
    anchors = [item.anchor for section in sections for item in section.items]
    assert anchors == ["does-it-hurt", "does-it-hurt-2"]


def test_a_new_pair_gets_an_anchor_that_no_other_section_has(library: Library) -> None:
    article = a_draft(library, sections=[a_faq(), a_section("faq", "More questions", "Soon.")])
    second = draft_of(library, article.id).sections[1]
    with library.writing(EDITOR) as work:
        pairs = [ItemDraft("Does it hurt?", "No.")]
        editing.change_section(work, article.id, second.id, None, {"items": pairs})
    sections = draft_of(library, article.id).sections
    anchors = [item.anchor for section in sections for item in section.items]
    assert anchors == ["does-it-hurt", "does-it-hurt-2"]


def test_a_question_and_a_heading_of_the_same_words_get_different_anchors(
    library: Library,
) -> None:
    article = a_draft(library, sections=[a_section(heading="Does it hurt?"), a_faq()])
    section, faq = draft_of(library, article.id).sections
    assert (section.anchor, faq.items[0].anchor) == ("does-it-hurt", "does-it-hurt-2")


def test_a_live_article_keeps_a_topic(library: Library) -> None:
    article = a_live_article(library)
    with pytest.raises(Invalid) as caught, library.writing(EDITOR) as work:
        editing.change_article(work, article.id, None, topics=[])
    assert caught.value.reasons[0].pointer == "/topics"


def test_a_new_slug_redirects_from_the_old_one_without_chains(library: Library) -> None:
    article = a_live_article(library, slug="one")
    for slug in ("two", "three"):
        with library.writing(EDITOR) as work:
            editing.change_article(work, article.id, None, slug=slug)
    with library.reading() as session:
        for old in ("one", "two"):
            with pytest.raises(Moved) as caught:
                reading.article(session, old, None, prefer="en")
            assert caught.value.slug == "three"


def test_an_article_may_have_its_old_slug_back(library: Library) -> None:
    article = a_live_article(library, slug="one")
    for slug in ("two", "one"):
        with library.writing(EDITOR) as work:
            editing.change_article(work, article.id, None, slug=slug)
    with library.reading() as session:
        assert reading.article(session, "one", None, prefer="en").id == article.id


def test_nobody_else_may_have_a_slug_that_redirects(library: Library) -> None:
    article = a_live_article(library, slug="one")
    with library.writing(EDITOR) as work:
        editing.change_article(work, article.id, None, slug="two")
    with pytest.raises(SlugTaken):
        a_draft(library, slug="one")
    assert a_draft(library, "One").slug == "one-2"


def test_a_deleted_article_is_unknown_to_editors_and_its_editions_stay(library: Library) -> None:
    article = a_live_article(library)
    with library.writing(EDITOR) as work:
        editing.delete_article(work, article.id, None)
    with library.reading() as session:
        with pytest.raises(Unknown):
            inspecting.article(session, article.id)
        assert session.scalars(select(Edition).where(Edition.article_id == article.id)).all()


def test_markdown_that_would_lose_text_is_refused(library: Library) -> None:
    with pytest.raises(Invalid) as caught:
        a_draft(library, sections=[a_section(body="> " * 30 + "deep")])
    assert caught.value.reasons[0].pointer == "/sections/0/body"


acts = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(0, 5)),
        st.tuples(st.just("remove"), st.integers(0, 5)),
        st.tuples(st.just("turn"), st.just(0)),
        st.tuples(st.just("publish"), st.just(0)),
    ),
    max_size=12,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(acts)
def test_positions_are_always_one_to_n_without_gaps(
    library: Library, sequence: list[tuple[str, int]]
) -> None:
    article = a_draft(library)
    for act, place in sequence:
        sections = draft_of(library, article.id).sections
        with library.writing(EDITOR) as work:
            if act == "add":
                position = min(place, len(sections)) + 1
                editing.add_section(work, article.id, None, a_section(), position)
            elif act == "remove" and len(sections) > 1:
                chosen = sections[place % len(sections)]
                editing.remove_section(work, article.id, chosen.id, None)
            elif act == "turn":
                order = [each.id for each in reversed(sections)]
                editing.order_sections(work, article.id, None, order)
            elif act == "publish" and inspecting.article(work.session, article.id).draft:
                publishing.publish(work, article.id, None)
        found: list[Section] = draft_of(library, article.id).sections
        assert [each.position for each in found] == list(range(1, len(found) + 1))
        assert len({each.anchor for each in found}) == len(found)


def test_an_unknown_article_is_unknown(library: Library) -> None:
    with pytest.raises(Unknown), library.writing(EDITOR) as work:
        editing.change_article(work, "nobody", None, title="X")
    with library.reading() as session:
        assert session.scalars(select(Article)).all() == []
