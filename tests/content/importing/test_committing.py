"""Proposals in the library."""

from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from content import cataloguing, editing, publishing, reading, reviewing
from content.errors import (
    Conflict,
    EditConflict,
    MayNotPublish,
    NotPublishable,
    NotReviewable,
    SourceRefused,
    Unknown,
)
from content.importing import committing, correcting
from content.importing.corrections import Retitle
from content.importing.proposals import Proposal, from_document
from content.library import Actor, Library
from content.models import Article, Edition, Section, StoredProposal
from tests.building import EDITOR, a_person, acting

PEEL = """# What a peel does

A chemical peel takes off the outer layers of the skin.

## Aftercare

Use sunscreen every day after the session.

## Frequently asked questions

### Does it hurt?

It stings.
"""
UNTYPED = "# A chemical peel\n\nIt takes off layers of the skin.\n\n## Zzz\n\nQwerty uiop.\n"


def proposed(library: Library, source: str = PEEL) -> Proposal:
    with library.reading() as session:
        return committing.propose_source(
            session, source.encode(), limit=10_000, locale="en", source_format="markdown"
        )


def kept(library: Library, source: str = PEEL) -> str:
    found = proposed(library, source)
    with library.writing(EDITOR) as work:
        return committing.keep(work, found, locale="en", filename=None).id


def rows(library: Library) -> list[int]:
    tables = (Article, Edition, Section)
    with library.reading() as session:
        return [session.scalar(select(func.count()).select_from(each)) or 0 for each in tables]


def test_a_proposal_is_no_content(library: Library) -> None:
    kept(library)
    assert rows(library) == [0, 0, 0]


def test_a_proposal_comes_back_from_the_library_as_it_was(library: Library) -> None:
    found = proposed(library)
    identity = kept(library)
    with library.reading() as session:
        stored = committing.proposal(session, identity)
        assert from_document(stored.document, stored.source) == found


def test_committing_twice_is_one_commit(library: Library) -> None:
    identity = kept(library)
    ids = []
    for _ in range(2):
        with library.writing(EDITOR) as work:
            ids.append([each.id for each in committing.commit(work, identity, None)])
    assert ids[0] == ids[1]
    assert rows(library) == [1, 1, 3]


def test_committing_and_publishing_goes_all_the_way_to_readers(library: Library) -> None:
    identity = kept(library)
    with library.writing(EDITOR) as work:
        committing.commit(work, identity, None, publish=True)
    with library.reading() as session:
        found = reading.article(session, "what-a-peel-does", None, prefer="en")
    assert [each.type for each in found.sections or []] == ["overview", "aftercare", "faq"]
    assert found.topics[0].ref == "procedure:chemical-peels"


def test_publishing_is_all_or_nothing(library: Library) -> None:
    conclusion = "\n## Conclusion\n\nA chemical peel renews the skin.\n\n"
    identity = kept(library, PEEL + conclusion + UNTYPED)
    assert len(proposed(library, PEEL + conclusion + UNTYPED).articles) == 2
    with pytest.raises(NotPublishable), library.writing(EDITOR) as work:
        committing.commit(work, identity, None, publish=True)
    assert rows(library) == [0, 0, 0]
    with library.reading() as session:
        assert committing.proposal(session, identity).committed_at is None


def test_who_may_only_edit_can_commit_but_not_publish(library: Library) -> None:
    identity = kept(library)
    intern = Actor("an intern", publishes=False)
    with pytest.raises(MayNotPublish), library.writing(intern) as work:
        committing.commit(work, identity, None, publish=True)
    with library.writing(intern) as work:
        assert len(committing.commit(work, identity, None)) == 1


def test_a_stale_proposal_is_not_committed(library: Library) -> None:
    identity = kept(library)
    with pytest.raises(EditConflict), library.writing(EDITOR) as work:
        committing.commit(work, identity, 7)


def test_a_source_without_an_article_cannot_be_committed(library: Library) -> None:
    identity = kept(library, "Subscribe to our newsletter!\n")
    with pytest.raises(Conflict), library.writing(EDITOR) as work:
        committing.commit(work, identity, None)


def test_the_same_source_is_known_again_after_its_commit(library: Library) -> None:
    identity = kept(library)
    with library.reading() as session:
        assert committing.committed_before(session, PEEL) is None
    with library.writing(EDITOR) as work:
        committing.commit(work, identity, None)
    with library.reading() as session:
        before = committing.committed_before(session, PEEL)
        assert before is not None
        assert before.id == identity


@pytest.mark.xdist_group("postgres")
@pytest.mark.parametrize("fixture", ["library", "postgres_library"])
def test_two_imports_of_one_source_wait_for_each_other(
    request: pytest.FixtureRequest, fixture: str
) -> None:
    shelf: Library = request.getfixturevalue(fixture)
    found, ready, imported = proposed(shelf), Barrier(4), []

    def import_once() -> None:
        ready.wait()
        with shelf.writing(EDITOR) as work:
            committing.claim_source(work, found.source)
            if committing.committed_before(work.session, found.source) is None:
                stored = committing.keep(work, found, locale="en", filename=None)
                committing.commit(work, stored.id, None)
                imported.append(stored.id)

    threads = [Thread(target=import_once) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(imported) == 1


def test_a_committed_article_can_be_withdrawn_like_any_other(library: Library) -> None:
    identity = kept(library)
    with library.writing(EDITOR) as work:
        (article,) = committing.commit(work, identity, None, publish=True)
    with library.writing(EDITOR) as work:
        assert publishing.withdraw(work, article.id, None, "Outdated.").state == "withdrawn"


def test_a_commit_with_publish_publishes_what_was_committed_as_a_draft(library: Library) -> None:
    identity = kept(library)
    for publish in (False, True):
        with library.writing(EDITOR) as work:
            (article,) = committing.commit(work, identity, None, publish=publish)
    assert article.state == "live"


def test_a_source_whose_article_was_deleted_can_be_imported_again(library: Library) -> None:
    identity = kept(library)
    with library.writing(EDITOR) as work:
        (article,) = committing.commit(work, identity, None)
        editing.delete_article(work, article.id, None)
    with library.reading() as session:
        assert committing.committed_before(session, PEEL) is None


def test_a_topic_that_was_deleted_since_does_not_block_the_commit(library: Library) -> None:
    identity = kept(library)
    with library.writing(EDITOR) as work:
        cataloguing.delete_topic(work, "procedure", "chemical-peels", None)
    with library.writing(EDITOR) as work:
        assert len(committing.commit(work, identity, None)) == 1


def test_what_could_not_be_stored_is_refused_when_it_is_proposed(library: Library) -> None:
    with pytest.raises(SourceRefused) as caught:
        proposed(library, "# A peel\n\n" + "[ " * 3000)
    assert caught.value.reasons[0].pointer == "/articles/0/sections/0/body"


def test_an_unknown_proposal_is_unknown(library: Library) -> None:
    with pytest.raises(Unknown), library.writing(EDITOR) as work:
        committing.commit(work, "nothing", None)
    with library.reading() as session, pytest.raises(Unknown):
        committing.proposal(session, "nothing")


def test_what_is_missing_or_taken_twice_is_found(library: Library) -> None:
    found = proposed(library)
    assert found.unaccounted() == []
    found.articles[0].sections[0].pieces.pop()
    assert found.unaccounted() != []
    found = proposed(library)
    found.articles[0].sections[0].heading_spans.append((0, 3))
    assert found.unaccounted() != []
    with library.reading() as session:
        assert session.scalars(select(StoredProposal)).all() == []


def test_who_proposed_or_corrected_a_text_does_not_sign_it(library: Library) -> None:
    proposer, corrector, committer = (a_person(library, each) for each in ("A", "B", "C"))
    found = proposed(library, PEEL)
    with library.writing(acting(proposer)) as work:
        identity = committing.keep(work, found, locale="en", filename=None).id
    section = found.articles[0].sections[1]
    with library.writing(acting(corrector)) as work:
        correcting.correct(work, identity, None, [Retitle(section.id, "Afterwards")])
    with library.writing(acting(committer)) as work:
        (article,) = committing.commit(work, identity, None)
        editing.change_article(work, article.id, None, topics=["procedure:microneedling"])
        reviewing.submit(work, article.id, None)
    for person in (proposer, corrector, committer):
        with pytest.raises(NotReviewable) as refusal, library.writing(acting(person)) as work:
            reviewing.approve(work, article.id, None, "Sound.")
        assert [each.code for each in refusal.value.reasons] == ["is_author"]
