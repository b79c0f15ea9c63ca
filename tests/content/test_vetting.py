"""Vetting: everything that stands in the way of a draft, said before anybody tries."""

import pytest

from content import editing, publishing, reviewing, vetting
from content.drafts import ItemDraft, SectionDraft
from content.errors import Conflict, Unknown
from content.library import Library
from content.rules import Rules
from content.vetting import Verdict
from tests.api.examining import everything
from tests.building import (
    EDITOR,
    a_draft,
    a_faq,
    a_live_article,
    a_reviewed_article,
    a_section,
    an_article_in_review,
)


def check(library: Library, article_id: str) -> Verdict:
    before = everything(library)
    with library.reading() as session:
        found = vetting.check(session, article_id, library.rules)
    assert everything(library) == before
    return found


def codes(verdict: Verdict) -> tuple[list[str], list[str], list[str]]:
    submission, publication, warnings = (
        [each.code for each in reasons]
        for reasons in (verdict.submission, verdict.publication, verdict.warnings)
    )
    return submission, publication, warnings


def test_a_sound_draft_may_go_either_way_and_is_told_that_nobody_signed_it(
    library: Library,
) -> None:
    article = a_draft(library)
    assert codes(check(library, article.id)) == ([], [], ["no_summary", "not_reviewed"])


def test_what_a_check_says_is_what_submitting_and_publishing_say(library: Library) -> None:
    library.rules = Rules(review_required=True)
    item = ItemDraft("Why?", "", "other")
    faq = SectionDraft(type="faq", heading="Q", items=[item])
    article = a_draft(library, topics=[], sections=[a_section("other", body=""), faq])
    verdict = check(library, article.id)
    with pytest.raises(Conflict) as refusal, library.writing(EDITOR) as work:
        reviewing.submit(work, article.id, None)
    assert list(refusal.value.reasons) == list(verdict.submission)
    with pytest.raises(Conflict) as refusal, library.writing(EDITOR) as work:
        publishing.publish(work, article.id, None)
    assert list(refusal.value.reasons) == list(verdict.publication)
    assert {each.code for each in verdict.publication} == {
        *("not_approved", "no_topic", "untyped", "no_answer", "empty_section")
    }


def test_what_is_in_review_is_neither_submitted_again_nor_published(library: Library) -> None:
    article = an_article_in_review(library)
    submission, publication, _ = codes(check(library, article.id))
    assert (submission, publication) == (["in_review"], ["in_review"])


def test_without_a_draft_there_is_nothing_to_check(library: Library) -> None:
    article = a_live_article(library)
    assert codes(check(library, article.id)) == (["no_draft"], ["no_draft"], [])
    with pytest.raises(Unknown), library.reading() as session:
        vetting.check(session, "nobody", library.rules)


def test_an_edit_that_ends_a_signature_is_warned_of_and_one_that_does_not_is_not(
    library: Library,
) -> None:
    article = a_reviewed_article(library, sections=[a_section(), a_faq()])
    with library.writing(EDITOR) as work:
        editing.add_section(work, article.id, None, a_section("cost"), None)
    assert "review_invalidated" not in codes(check(library, article.id))[2]
    with library.writing(EDITOR) as work:
        editing.change_article(work, article.id, None, title="Long, longer, longest " * 4)
    assert codes(check(library, article.id))[2] == [
        *("no_summary", "long_title", "review_invalidated")
    ]
