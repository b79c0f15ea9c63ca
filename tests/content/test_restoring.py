"""Restoring: a text of the history is a draft again, with the identities that it had."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from content import citing, editing, publishing, reading, recalling, restoring
from content.drafts import ItemDraft, SectionDraft
from content.errors import EditConflict, Invalid, Unknown
from content.history import KeptSection, Version, version_of
from content.library import Library
from content.models import Article, Edition, EditionState, Section
from content.published import PageRequest
from content.references import Reference
from tests.building import EDITOR, a_draft, a_faq, a_live_article, a_section


def text_of(library: Library, article_id: str, reference: str = "draft") -> Version:
    with library.reading() as session:
        return recalling.recall(session, article_id, reference, "from").version


def without_revisions(version: Version) -> list[Any]:
    return [version.title, version.summary, [(s.id, s.content) for s in version.sections]]


def restored_point(library: Library, article_id: str, number: int) -> None:
    with library.writing(EDITOR) as work:
        restoring.restore_point(work, article_id, str(number), None, "It was better.")


def test_an_edition_becomes_a_draft_and_what_is_live_stays(library: Library) -> None:
    article = a_live_article(library, sections=[a_section(), a_faq()])
    with library.writing(EDITOR) as work:
        editing.change_article(work, article.id, None, title="Second")
        publishing.publish(work, article.id, None)
        restoring.restore_edition(work, article.id, "1", None, "The first was right.")
    with library.reading() as session:
        found = session.get_one(Article, article.id)
        assert found.live is not None
        assert found.draft is not None
        assert (found.live.number, found.live.title) == (2, "Second")
        assert (found.draft.number, found.draft.state) == (3, EditionState.DRAFT)
        assert reading.article(session, found.slug, None, prefer="en").title == "Second"
        point = recalling.point(session, article.id, "3").point
        assert (point.act, point.why) == ("restore edition:1", "The first was right.")
    draft = without_revisions(text_of(library, article.id))
    assert draft == without_revisions(text_of(library, article.id, "edition:1"))


def test_what_was_in_the_draft_before_is_a_point(library: Library) -> None:
    article = a_draft(library)
    with library.writing(EDITOR) as work:
        editing.change_article(work, article.id, None, title="Written for hours")
    restored_point(library, article.id, 1)
    assert text_of(library, article.id).title == "Calm skin after needling"
    assert text_of(library, article.id, "point:2").title == "Written for hours"


def test_what_the_text_rests_on_comes_back_with_it(each_library: Library) -> None:
    work_of_1995 = Reference("orentreich", "Subcision", doi="10.1111/j.1524-4725.1995", year=1995)
    first, then = [work_of_1995], [Reference("aust", "Needling", pmid="18349665"), work_of_1995]
    article = a_draft(each_library)
    for references in (first, then, []):
        with each_library.writing(EDITOR) as work:
            citing.set_references(work, article.id, None, references)
    assert text_of(each_library, article.id).references == ()
    for number, references in ((3, then), (2, first), (1, []), (3, then)):
        restored_point(each_library, article.id, number)
        draft = text_of(each_library, article.id)
        assert draft.references == tuple(references)
        assert draft == text_of(each_library, article.id, f"point:{number}")


def test_an_edition_comes_back_with_what_it_rested_on(library: Library) -> None:
    article = a_draft(library)
    with library.writing(EDITOR) as work:
        citing.set_references(work, article.id, None, [Reference("aust", "Needling")])
        publishing.publish(work, article.id, None)
        citing.set_references(work, article.id, None, [])
        publishing.publish(work, article.id, None)
        restoring.restore_edition(work, article.id, "1", None)
    assert text_of(library, article.id).references == (Reference("aust", "Needling"),)
    assert text_of(library, article.id, "live").references == ()


def test_a_removed_section_comes_back_with_its_identities(library: Library) -> None:
    article = a_draft(library, sections=[a_section(), a_faq()])
    before = text_of(library, article.id)
    with library.writing(EDITOR) as work:
        editing.remove_section(work, article.id, before.sections[1].id, None)
        editing.add_section(work, article.id, None, a_faq(("Does it hurt?", "No.")), 1)
    restored_point(library, article.id, 1)
    after = text_of(library, article.id)
    assert without_revisions(after) == without_revisions(before)
    assert after.sections[0].revision == 1
    assert after.sections[1].revision == 2


def test_two_sections_that_changed_their_anchors_come_back(library: Library) -> None:
    article = a_draft(library, sections=[a_section(heading="One"), a_section(heading="Two")])
    before = text_of(library, article.id)
    one, two = (each.id for each in before.sections)
    for section, heading in ((one, "Three"), (two, "One"), (one, "Two")):
        with library.writing(EDITOR) as work:
            editing.change_section(work, article.id, section, None, {"heading": heading})
    assert [each.anchor for each in text_of(library, article.id).sections] == ["two", "one"]
    restored_point(library, article.id, 1)
    assert without_revisions(text_of(library, article.id)) == without_revisions(before)


def test_an_anchor_that_readers_know_survives_a_restore(library: Library) -> None:
    article = a_draft(library, sections=[a_section(heading="First words")])
    section = text_of(library, article.id).sections[0].id
    with library.writing(EDITOR) as work:
        editing.change_section(work, article.id, section, None, {"heading": "Better words"})
        publishing.publish(work, article.id, None)
    restored_point(library, article.id, 1)
    (after,) = text_of(library, article.id).sections
    assert (after.heading, after.anchor) == ("First words", "better-words")


def test_nothing_is_restored_over_what_somebody_changed(library: Library) -> None:
    article = a_draft(library)
    with library.writing(EDITOR) as work:
        editing.change_article(work, article.id, None, title="Changed meanwhile")
    with pytest.raises(EditConflict), library.writing(EDITOR) as work:
        restoring.restore_point(work, article.id, "1", article.revision)
    with pytest.raises(Unknown), library.writing(EDITOR) as work:
        restoring.restore_edition(work, article.id, "7", None)


@pytest.mark.parametrize(
    "reference", ["dra", "edition", "point:", "point:x", "0", "1:2", "edition:1:2"]
)
def test_what_is_no_reference_is_refused(library: Library, reference: str) -> None:
    article = a_draft(library)
    with library.reading() as session, pytest.raises(Invalid) as caught:
        recalling.recall(session, article.id, reference, "to")
    assert [(each.pointer, each.code) for each in caught.value.reasons] == [
        ("to", "unknown_reference")
    ]


HEADINGS = st.sampled_from(["After", "Before", "Risks", None])
BODIES = st.sampled_from(["Rest.", "Work.", "Drink water.\n\nSleep."])
QUESTIONS = st.lists(st.sampled_from(["A?", "B?", "C?"]), unique=True, max_size=3)
CONTENTS = st.builds(
    lambda heading, body: SectionDraft("aftercare", heading, body), HEADINGS, BODIES
) | st.builds(
    lambda heading, questions: SectionDraft(
        "faq", heading, "All.", 2, [ItemDraft(each, "Yes.", "risks") for each in questions]
    ),
    HEADINGS,
    QUESTIONS,
)
ACTS_IN_TURN = (
    *("add", "replace", "order", "publish", "replace", "remove", "restore"),
    *("title", "edition", "replace", "publish"),
)
ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "add",
                "replace",
                "replace",
                "remove",
                "order",
                "title",
                "publish",
                "restore",
                "edition",
            ]
        ),
        st.integers(0, 50),
        CONTENTS,
    ),
    min_size=4,
    max_size=14,
)


def anchors_of(section: KeptSection) -> list[tuple[str, str]]:
    return [(section.id, section.anchor), *((item.id, item.anchor) for item in section.items)]


class Site:
    """One article that random things are done to, and what may never change about it."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.id = a_draft(library, sections=[a_section(), a_faq()]).id
        self.meanings: dict[tuple[str, int], Any] = {}
        self.revisions: dict[str, int] = {}
        self.public: dict[str, str] = {}

    def act(self, name: str, number: int, content: SectionDraft) -> None:
        """Do one thing, where it can be done."""
        with self.library.writing(EDITOR) as work:
            article = work.session.get_one(Article, self.id)
            newest = article.draft or article.live
            assert newest is not None
            ids = [each.id for each in newest.sections]
            chosen = ids[number % len(ids)]
            match name:
                case "add":
                    editing.add_section(work, self.id, None, content, number % len(ids) + 1)
                case "replace":
                    editing.replace_section(work, self.id, chosen, None, content)
                case "remove" if len(ids) > 1:
                    editing.remove_section(work, self.id, chosen, None)
                case "order":
                    editing.order_sections(work, self.id, None, ids[::-1])
                case "title":
                    editing.change_article(work, self.id, None, title=f"Title {number}")
                case "publish" if article.draft:
                    publishing.publish(work, self.id, None)
                case "restore":
                    newest_point = recalling.points(work.session, self.id, PageRequest(1)).items[0]
                    restoring.restore_point(
                        work, self.id, str(number % newest_point.number + 1), None
                    )
                case "edition":
                    restoring.restore_edition(work, self.id, str(number % newest.number + 1), None)

    def check(self) -> None:
        """Invariants 2, 5 and 6 of the domain, and that an entity tag means one text."""
        with self.library.reading() as session:
            article = session.get_one(Article, self.id)
            for edition in (article.draft, article.live):
                if edition:
                    self.check_sections(edition)
            for edition in session.scalars(select(Edition).where(Edition.live_from.is_not(None))):
                for section in version_of(edition).sections:
                    for identity, anchor in anchors_of(section):
                        assert self.public.setdefault(identity, anchor) == anchor

    def check_sections(self, edition: Edition) -> None:
        """Places without gaps, one text for a tag, and revisions of the draft that only grow."""
        assert [each.position for each in edition.sections] == [
            *range(1, len(edition.sections) + 1)
        ]
        version = version_of(edition)
        anchors = [anchor for each in version.sections for _, anchor in anchors_of(each)]
        assert all(anchors)
        assert len(set(anchors)) == len(anchors)
        for each in version.sections:
            tag = (each.id, each.revision)
            assert self.meanings.setdefault(tag, each.content) == each.content
            if edition.live_from is None:
                assert each.revision >= self.revisions.get(each.id, 0)
                self.revisions[each.id] = each.revision


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ACTS)
def test_identities_survive_whatever_editors_do(
    library: Library, acts: list[tuple[str, int, SectionDraft]]
) -> None:
    site = Site(library)
    for name, number, content in acts:
        site.act(name, number, content)
        site.check()


def test_all_that_was_ever_kept_can_be_restored(library: Library) -> None:
    article = a_draft(library, sections=[a_section(), a_faq()])
    ids = [each.id for each in text_of(library, article.id).sections]
    with library.writing(EDITOR) as work:
        editing.order_sections(work, article.id, None, ids[::-1])
        editing.remove_section(work, article.id, ids[0], None)
        editing.change_article(work, article.id, None, summary="Another.")
        publishing.publish(work, article.id, None)
        editing.add_section(work, article.id, None, a_section("risks", "Risks"), 1)
    kept = {number: text_of(library, article.id, f"point:{number}") for number in range(1, 6)}
    for number in (3, 1, 5, 2, 4):
        restored_point(library, article.id, number)
        now = text_of(library, article.id)
        assert without_revisions(now) == without_revisions(kept[number])


def test_an_edition_from_before_points_were_kept_can_be_restored(library: Library) -> None:
    article = a_live_article(library, sections=[a_section(), a_faq()])
    with library.writing(EDITOR) as work:
        for table in ("saved_point", "saved_revision", "saved_text"):
            work.session.execute(delete(Section.metadata.tables[table]))
    before = text_of(library, article.id, "live")
    with library.writing(EDITOR) as work:
        editing.remove_section(work, article.id, before.sections[0].id, None)
        restoring.restore_edition(work, article.id, "1", None)
    assert without_revisions(text_of(library, article.id)) == without_revisions(before)


@pytest.mark.xdist_group("postgres")
def test_the_same_holds_on_postgresql(postgres_library: Library) -> None:
    site = Site(postgres_library)
    contents = [a_section(heading=f"H {n % 3}", body=f"Body {n % 4}") for n in range(24)]
    for number, content in enumerate(contents):
        site.act(ACTS_IN_TURN[number % len(ACTS_IN_TURN)], number, content)
        site.check()
    assert len(site.meanings) > 10
