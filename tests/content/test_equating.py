"""Editors' acts on synonyms."""

import pytest
from sqlalchemy import select

from content import changes, equating
from content.equating import MOST_EXPRESSIONS, MOST_GROUPS, GroupDraft
from content.errors import Conflict, EditConflict, Invalid, MayNotPublish, Unknown
from content.library import Actor, Library
from content.models import AuditEntry, SynonymGroup
from content.searching.synonyms import shipped
from tests.building import EDITOR


def create(library: Library, *expressions: str, locale: str | None = None) -> SynonymGroup:
    with library.writing(EDITOR) as work:
        return equating.create_group(work, GroupDraft(list(expressions), locale=locale))


def revision(library: Library) -> int:
    with library.reading() as session:
        return changes.vocabulary(session)


def refused(library: Library, draft: GroupDraft) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as caught, library.writing(EDITOR) as work:
        equating.create_group(work, draft)
    return [(reason.pointer, reason.code) for reason in caught.value.reasons]


def test_a_group_is_created_changed_and_deleted_and_the_audit_tells(library: Library) -> None:
    made = create(library, "glow facial", "party facial")
    with library.writing(EDITOR) as work:
        draft = GroupDraft(["glow facial"], ["hydrating facial"], "en-GB")
        changed = equating.change_group(work, made.id, 1, draft)
        assert (changed.revision, changed.meanings) == (2, ["hydrating facial"])
    with library.writing(EDITOR) as work:
        equating.delete_group(work, made.id, 2)
    with library.reading() as session:
        with pytest.raises(Unknown):
            equating.group(session, made.id)
        noted = session.scalars(select(AuditEntry).where(AuditEntry.object_id == made.id))
        assert sorted(each.action for each in noted) == ["change", "create", "delete"]


def test_each_act_makes_words_mean_something_else(library: Library) -> None:
    seen = [revision(library)]
    made = create(library, "glow facial", "party facial")
    seen.append(revision(library))
    with library.writing(EDITOR) as work:
        equating.change_group(work, made.id, None, GroupDraft(["glow facial", "glow peel"]))
    seen.append(revision(library))
    with library.writing(EDITOR) as work:
        equating.delete_group(work, made.id, None)
    seen.append(revision(library))
    assert sorted(set(seen)) == seen


def test_what_words_mean_to_readers_takes_the_right_to_publish(library: Library) -> None:
    made = create(library, "glow facial", "party facial")
    seen, intern = revision(library), Actor("an intern", publishes=False)
    draft = GroupDraft(["glow", "shine"])
    with pytest.raises(MayNotPublish), library.writing(intern) as work:
        equating.create_group(work, draft)
    with pytest.raises(MayNotPublish), library.writing(intern) as work:
        equating.change_group(work, made.id, None, draft)
    with pytest.raises(MayNotPublish), library.writing(intern) as work:
        equating.delete_group(work, made.id, None)
    assert revision(library) == seen


def test_a_stale_edit_is_refused(library: Library) -> None:
    made = create(library, "glow facial", "party facial")
    with pytest.raises(EditConflict), library.writing(EDITOR) as work:
        equating.change_group(work, made.id, 7, GroupDraft(["a", "b"]))
    with pytest.raises(EditConflict), library.writing(EDITOR) as work:
        equating.delete_group(work, made.id, 7)


def test_all_reasons_are_told_at_once(library: Library) -> None:
    draft = GroupDraft(["a", " ", "?!", "a", "b\nc", "d" * 201], ["a"], "english")
    assert refused(library, draft) == [
        ("/locale", "malformed_locale"),
        ("/expressions/1", "empty"),
        ("/expressions/2", "no_word"),
        ("/expressions/3", "repeated"),
        ("/expressions/4", "line_break"),
        ("/expressions/5", "too_long"),
        ("/meanings/0", "repeated"),
    ]


def test_a_group_has_no_more_expressions_than_one_can_oversee(library: Library) -> None:
    most = [f"glow {number}" for number in range(MOST_EXPRESSIONS)]
    create(library, *most)
    assert refused(library, GroupDraft(most, ["one more"])) == [("/expressions", "too_many")]
    assert refused(library, GroupDraft([])) == [("/expressions", "empty")]


def test_there_are_no_more_groups_than_a_search_can_bear(library: Library) -> None:
    with library.writing(EDITOR) as work:
        for number in range(MOST_GROUPS):
            key = f"glow {number}"
            work.session.add(
                SynonymGroup(locale="", key=key, expressions=[key], meanings=[], changed_by="x")
            )
    with pytest.raises(Conflict):
        create(library, "one", "more")


def test_no_two_groups_of_a_locale_begin_the_same(library: Library) -> None:
    create(library, "glow-facial", "party facial")
    create(library, "Glow facial", "Partygesicht", locale="de")
    with pytest.raises(Conflict) as caught:
        create(library, "Glow Facial", "another")
    assert [reason.pointer for reason in caught.value.reasons] == ["/expressions/0"]


def test_one_expression_alone_only_switches_off_a_shipped_group(library: Library) -> None:
    assert refused(library, GroupDraft(["glow facial"])) == [("/expressions", "too_few")]
    create(library, "Downtime")
    with library.reading() as session:
        [own, *others] = equating.groups_in_force(session)
    assert (own.source, own.replaces, list(own.expressions)) == ("site", True, ["Downtime"])
    assert len(others) == len(shipped()) - 1
    assert {each.source for each in others} == {"shipped"}
    assert all(each.id is None and each.revision is None for each in others)
