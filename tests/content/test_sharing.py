"""Shared sections: one text in many articles, and nothing else in its place."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from content import editing, inspecting, issuing, operating, publishing, restoring, sharing
from content.drafts import ItemDraft, SectionDraft
from content.errors import (
    Conflict,
    EditConflict,
    Invalid,
    NotPublishable,
    SharedInUse,
    SharedText,
    Unknown,
)
from content.library import Library
from content.models import Article, Edition, Section, SharedSection
from content.operations import Merge, Move, Remove, Retype
from content.published import PageRequest
from content.shared import SharedText as Text
from content.shared import SharedUse
from tests.building import (
    AFTERCARE,
    EDITOR,
    a_draft,
    a_faq,
    a_live_article,
    a_section,
    a_shared_section,
)

ALL = PageRequest(100)
PAIRS = (ItemDraft("Does it hurt?", "A little."), ItemDraft("How long?", "A week."))
QUESTIONS = Text("faq", "Questions", items=PAIRS)


def use(library: Library, article: Article, shared: SharedSection, **chosen: Any) -> Section:
    with library.writing(EDITOR) as work:
        wanted = SharedUse(shared.id, chosen.pop("version", None))
        return sharing.add_section(work, article.id, None, wanted, chosen.pop("position", None))


def issue(library: Library, shared: SharedSection, **parts: Any) -> issuing.Issued:
    with library.writing(EDITOR) as work:
        if parts:
            sharing.change_shared(work, shared.id, None, parts=parts)
        return issuing.publish_shared(work, shared.id, None)


def draft_of(library: Library, article: Article) -> list[Section]:
    with library.reading() as session:
        draft = inspecting.article(session, article.id).draft
        assert draft is not None
        return list(draft.sections)


def test_a_section_says_what_it_shares_under_an_anchor_of_its_own(library: Library) -> None:
    shared = a_shared_section(library)
    article = a_draft(library, sections=[a_section(heading=AFTERCARE.heading)])
    added = use(library, article, shared, position=1)
    sections = draft_of(library, article)
    assert [each.body for each in sections] == [AFTERCARE.body, a_section().body]
    assert [each.anchor for each in sections] == ["after-needling-2", "after-needling"]
    assert added.shared == {"id": shared.id, "version": None}


def test_one_article_may_use_a_text_twice(library: Library) -> None:
    shared = a_shared_section(library, QUESTIONS)
    article = a_draft(library)
    for _ in range(2):
        use(library, article, shared)
    _, one, other = draft_of(library, article)
    ids = {item.id for section in (one, other) for item in section.items}
    anchors = {item.anchor for section in (one, other) for item in section.items}
    assert (len(ids), len(anchors)) == (4, 4)


def test_pairs_are_the_same_over_versions_by_those_of_the_shared_section(library: Library) -> None:
    shared = a_shared_section(library, QUESTIONS)
    article = a_draft(library)
    use(library, article, shared)
    before = {item.question: (item.id, item.anchor) for item in draft_of(library, article)[1].items}
    with library.reading() as session:
        stored = session.get_one(SharedSection, shared.id).content["items"]
    again = [
        ItemDraft("How long does it take?", "A week.", None, stored[1]["id"]),
        ItemDraft("Is it safe?", "It is."),
        ItemDraft("Does it hurt?", "Hardly.", None, stored[0]["id"]),
    ]
    issue(library, shared, items=again)
    after = {item.question: item.id for item in draft_of(library, article)[1].items}
    assert list(after) == [each.question for each in again]
    assert after["How long does it take?"] == before["How long?"][0]
    assert after["Does it hurt?"] == before["Does it hurt?"][0]
    assert after["Is it safe?"] not in {identity for identity, _ in before.values()}


def test_a_section_that_is_shared_keeps_its_id_its_anchor_and_its_pairs(library: Library) -> None:
    article = a_live_article(library, sections=[a_faq()])
    (before,) = _live(library, article)
    with library.writing(EDITOR) as work:
        sharing.share(work, article.id, before.id, None, name="Questions of needling")
    (section,) = draft_of(library, article)
    assert (section.id, section.anchor) == (before.id, before.anchor)
    assert [each.id for each in section.items] == [each.id for each in before.items]
    assert section.shared is not None
    with library.reading() as session:
        shared = sharing.shared_section(session, section.shared["id"])
        assert (shared.name, shared.version, shared.locale) == ("Questions of needling", 1, "en")
    issue(library, shared, items=[ItemDraft("Is it safe?", "It is.")])
    other = a_draft(library, "Other")
    use(library, other, shared)
    assert draft_of(library, other)[1].items[0].id != draft_of(library, article)[0].items[0].id


def test_an_existing_section_takes_a_shared_text_or_another_version_of_it(
    library: Library,
) -> None:
    shared = a_shared_section(library)
    issue(library, shared, body="Stay in.")
    article = a_live_article(library)
    (section,) = _live(library, article)
    said = []
    for version in (1, 2, None):
        with library.writing(EDITOR) as work:
            wanted = SharedUse(shared.id, version)
            sharing.share(work, article.id, section.id, None, use=wanted)
        (now,) = draft_of(library, article)
        said.append((now.id, now.anchor, now.body, now.shared_version))
    kept = (section.id, section.anchor)
    assert said == [
        (*kept, AFTERCARE.body, 1),
        (*kept, "Stay in.", 2),
        (*kept, "Stay in.", None),
    ]
    other = a_shared_section(library)
    with pytest.raises(Conflict), library.writing(EDITOR) as work:
        sharing.share(work, article.id, section.id, None, use=SharedUse(other.id))


def test_an_unshared_section_keeps_the_text_as_its_own(library: Library) -> None:
    shared = a_shared_section(library)
    article = a_draft(library, sections=[])
    added = use(library, article, shared)
    with library.writing(EDITOR) as work:
        sharing.unshare(work, article.id, added.id, added.revision)
    issue(library, shared, body="Stay in.")
    (section,) = draft_of(library, article)
    assert (section.body, section.shared) == (AFTERCARE.body, None)
    assert section.revision > added.revision
    with library.writing(EDITOR) as work:
        editing.change_section(work, article.id, added.id, None, {"body": "Own."})
    with pytest.raises(Conflict), library.writing(EDITOR) as work:
        sharing.unshare(work, article.id, added.id, None)


@pytest.mark.parametrize(
    "parts",
    [
        {"body": "Own words."},
        {"heading": "Own words"},
        {"type": "risks"},
    ],
)
def test_a_shared_text_is_not_changed_in_an_article(library: Library, parts: Any) -> None:
    shared = a_shared_section(library)
    article = a_draft(library)
    added = use(library, article, shared)
    with pytest.raises(SharedText) as caught, library.writing(EDITOR) as work:
        editing.change_section(work, article.id, added.id, None, parts)
    (reason,) = caught.value.reasons
    assert (reason.pointer, reason.code) == ("/sections/1", "shared")
    assert shared.id in reason.detail
    assert draft_of(library, article)[1].body == AFTERCARE.body


def test_operations_move_and_remove_a_shared_section_and_change_no_word(library: Library) -> None:
    shared = a_shared_section(library)
    article = a_draft(library)
    added = use(library, article, shared)
    first = draft_of(library, article)[0]
    for refused in (Retype(added.id, "risks"), Merge([added.id, first.id])):
        with pytest.raises(SharedText), library.writing(EDITOR) as work:
            operating.operate(work, article.id, None, [refused])
    with library.writing(EDITOR) as work:
        operating.operate(work, article.id, None, [Move(added.id, 1)])
    assert draft_of(library, article)[0].shared == {"id": shared.id, "version": None}
    with library.writing(EDITOR) as work:
        operating.operate(work, article.id, None, [Remove(added.id)])
    assert [each.id for each in draft_of(library, article)] == [first.id]


def test_a_level_that_is_not_shared_is_each_article_s_own(library: Library) -> None:
    shared = a_shared_section(library)
    article = a_draft(library)
    added = use(library, article, shared)
    with library.writing(EDITOR) as work:
        editing.change_section(work, article.id, added.id, None, {"level": 3})
    issue(library, shared, body="Stay in.")
    section = draft_of(library, article)[1]
    assert (section.level, section.body) == (3, "Stay in.")
    issue(library, shared, level=4)
    assert draft_of(library, article)[1].level == 4


def test_what_is_restored_shares_what_it_shared_as_it_is_now(library: Library) -> None:
    shared = a_shared_section(library)
    article = a_draft(library)
    added = use(library, article, shared)
    with library.writing(EDITOR) as work:
        editing.remove_section(work, article.id, added.id, None)
    issue(library, shared, body="Stay in.")
    with library.writing(EDITOR) as work:
        restoring.restore_point(work, article.id, "2", None)
    section = draft_of(library, article)[1]
    assert (section.id, section.body) == (added.id, "Stay in.")
    assert section.shared == {"id": shared.id, "version": None}


def test_what_is_restored_after_its_shared_section_is_gone_is_its_own(library: Library) -> None:
    shared = a_shared_section(library)
    article = a_draft(library)
    added = use(library, article, shared)
    with library.writing(EDITOR) as work:
        editing.remove_section(work, article.id, added.id, None)
        sharing.delete_shared(work, shared.id, None)
        restoring.restore_point(work, article.id, "2", None)
    section = draft_of(library, article)[1]
    assert (section.body, section.shared) == (AFTERCARE.body, None)


def test_a_draft_that_is_opened_later_says_what_is_shared_by_then(library: Library) -> None:
    shared = a_shared_section(library)
    article = a_draft(library)
    use(library, article, shared)
    with library.writing(EDITOR) as work:
        publishing.publish(work, article.id, None)
        editing.delete_article(work, article.id, None)
    issue(library, shared, body="Stay in.")
    with library.writing(EDITOR) as work:
        stored = work.session.get_one(Article, article.id)
        stored.deleted_at = None
        work.session.flush()
        editing.change_article(work, article.id, None, title="Back again")
    assert draft_of(library, article)[1].body == "Stay in."


def test_what_is_used_cannot_be_deleted_and_says_by_whom(library: Library) -> None:
    shared = a_shared_section(library)
    live, draft = a_live_article(library, "Live"), a_draft(library, "Draft")
    use(library, live, shared, version=1)
    use(library, draft, shared)
    with library.writing(EDITOR) as work:
        publishing.publish(work, live.id, None)
    with pytest.raises(SharedInUse) as caught, library.writing(EDITOR) as work:
        sharing.delete_shared(work, shared.id, None)
    assert [each.code for each in caught.value.reasons] == ["in_use", "in_use"]
    with library.reading() as session:
        found = sharing.usage(session, shared.id, ALL).items
    assert [(each.title, each.edition, each.state, each.version) for each in found] == [
        ("Live", 2, "live", 1),
        ("Draft", 1, "draft", None),
    ]


def test_old_editions_and_the_trash_keep_the_text_of_what_is_deleted(library: Library) -> None:
    shared = a_shared_section(library)
    article = a_draft(library, sections=[])
    added = use(library, article, shared)
    with library.writing(EDITOR) as work:
        publishing.publish(work, article.id, None)
        sharing.unshare(work, article.id, added.id, None)
        publishing.publish(work, article.id, None)
    with library.writing(EDITOR) as work:
        sharing.delete_shared(work, shared.id, None)
    with library.reading() as session:
        rows = session.execute(select(Section.shared_id, Section.body)).all()
        assert [tuple(row) for row in rows] == [(None, AFTERCARE.body)] * 2
        with pytest.raises(Unknown):
            sharing.shared_section(session, shared.id)


def test_uses_are_listed_page_by_page(library: Library) -> None:
    shared = a_shared_section(library)
    articles = [a_draft(library, f"Article {number}") for number in range(3)]
    for article in [*articles, articles[0]]:
        use(library, article, shared)
    seen: list[str] = []
    after = None
    with library.reading() as session:
        while True:
            page = sharing.usage(session, shared.id, PageRequest(1, after, count=True))
            assert page.total == 4
            seen += [each.section_id for each in page.items]
            after = page.next
            if after is None:
                break
    assert len(set(seen)) == 4


@pytest.mark.parametrize(
    ("name", "text", "pointers"),
    [
        (" ", Text("aftercare", body="Rest."), ["/name"]),
        ("x" * 301, Text("nothing", "\n", level=9), ["/name", "/draft/type", "/draft/heading"]),
        ("Good", Text("aftercare", items=PAIRS), ["/draft/items"]),
        ("Good", Text("faq", items=[ItemDraft("", "So.")]), ["/draft/items/0/question"]),
        ("Good", Text("aftercare", body="[" * 3_000), ["/draft/body"]),
    ],
)
def test_what_is_wrong_with_a_shared_text_is_told_at_once(
    library: Library, name: str, text: Text, pointers: list[str]
) -> None:
    with pytest.raises(Invalid) as caught, library.writing(EDITOR) as work:
        sharing.create_shared(work, name=name, locale="en", text=text)
    assert {each.pointer for each in caught.value.reasons} >= set(pointers)
    with library.reading() as session:
        assert sharing.shared_sections(session, None, ALL).items == []


def test_only_a_published_version_of_the_same_language_can_be_used(library: Library) -> None:
    article = a_draft(library)
    german = a_shared_section(library, locale="de")
    with library.writing(EDITOR) as work:
        unpublished = sharing.create_shared(work, name="New", locale="en-GB", text=AFTERCARE)
    cases = [
        (SharedUse(german.id), "/shared/id", "other_language"),
        (SharedUse(unpublished.id), "/shared/id", "unpublished"),
        (SharedUse(a_shared_section(library).id, 7), "/shared/version", "unknown"),
        (SharedUse("nothing"), "/shared/id", "unknown"),
    ]
    for wanted, pointer, code in cases:
        with pytest.raises(Invalid) as caught, library.writing(EDITOR) as work:
            sharing.add_section(work, article.id, None, wanted, None)
        assert [(each.pointer, each.code) for each in caught.value.reasons] == [(pointer, code)]
    british = a_shared_section(library, locale="en-GB")
    assert use(library, article, british).shared_id == british.id


def test_a_text_that_no_article_could_publish_is_not_shared(library: Library) -> None:
    article = a_draft(library, sections=[a_section("other"), SectionDraft("risks", body=" ")])
    for section in draft_of(library, article):
        with pytest.raises(NotPublishable), library.writing(EDITOR) as work:
            sharing.share(work, article.id, section.id, None, name="Unfit")
    with library.reading() as session:
        assert sharing.shared_sections(session, None, ALL).items == []


def test_two_who_change_a_shared_section_at_once_lose_nothing(library: Library) -> None:
    shared = a_shared_section(library)
    with library.reading() as session:
        read = sharing.shared_section(session, shared.id).revision
    with library.writing(EDITOR) as work:
        sharing.change_shared(work, shared.id, read, parts={"body": "Mine."})
    with pytest.raises(EditConflict), library.writing(EDITOR) as work:
        sharing.change_shared(work, shared.id, read, parts={"body": "Theirs."})
    with library.reading() as session:
        assert sharing.shared_section(session, shared.id).content["body"] == "Mine."


def test_a_version_stays_what_it_was(library: Library) -> None:
    shared = a_shared_section(library)
    issue(library, shared, body="Stay in.")
    with library.writing(EDITOR) as work:
        sharing.change_shared(work, shared.id, None, parts={"body": "Not yet."})
    with library.reading() as session:
        found = sharing.versions(session, shared.id, ALL).items
        assert [(each.number, each.content["body"]) for each in found] == [
            (2, "Stay in."),
            (1, AFTERCARE.body),
        ]
        assert sharing.version(session, shared.id, "1").digest == replace(AFTERCARE).digest
        for number in ("0", "3", "x", "9" * 30, "²"):
            with pytest.raises(Unknown):
                sharing.version(session, shared.id, number)


def _live(library: Library, article: Article) -> list[Section]:
    with library.reading() as session:
        live = session.scalars(
            select(Edition).where(Edition.article_id == article.id, Edition.state == "live")
        ).one()
        return list(live.sections)
