"""The trash: what was deleted comes back, or goes for good and leaves its tombstone."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from content import discarding, editing, publishing, reading, repeating
from content.changes import head
from content.discarding import EmptyTrash
from content.drafting import lock_article
from content.errors import Conflict, EditConflict, SlugTaken, Unknown, Withdrawn
from content.importing import committing, correcting
from content.importing.corrections import Retype
from content.library import Library
from content.models import (
    Article,
    ArticleState,
    AuditEntry,
    Change,
    Edition,
    FaqItem,
    RecordedCorrection,
    Redirect,
    Section,
    Stored,
    StoredProposal,
)
from content.noticing import news
from content.publications import Publication, PublicationPair, PublicationTopic
from content.published import PageRequest
from content.repeating import Act
from content.rules import Rules
from tests.api.examining import everything
from tests.building import EDITOR, a_draft, a_faq, a_live_article, a_section

pytestmark = pytest.mark.xdist_group("postgres")

BEGUN = datetime(2026, 3, 2, 9, tzinfo=UTC)
MONTH = Rules().trash_lasts
WORD = "unmistakable"


@pytest.fixture(params=["sqlite", "postgresql"])
def any_library(request: pytest.FixtureRequest) -> Library:
    """A migrated library on each database."""
    chosen = "library" if request.param == "sqlite" else "postgres_library"
    library: Library = request.getfixturevalue(chosen)
    return library


def _delete(library: Library, article: Article) -> None:
    with library.writing(EDITOR) as work:
        editing.delete_article(work, article.id, None)


def _trash(library: Library) -> list[str]:
    with library.reading() as session:
        page = discarding.discarded(session, library.rules, PageRequest(20, count=True))
    assert page.total == len(page.items)
    return [each.title for each in page.items]


def _rich(library: Library) -> Article:
    """A live article with two editions, pairs, a redirect and a draft beside it."""
    sections = [a_section(body=f"The {WORD} text."), a_faq(("Is it?", f"So {WORD}."))]
    article = a_live_article(library, "Rich", sections=sections)
    with library.writing(EDITOR) as work:
        editing.change_article(work, article.id, None, title=f"Rich and {WORD}", slug="rich-two")
        publishing.publish(work, article.id, None)
        editing.change_article(work, article.id, None, summary=f"{WORD}.")
    return article


def _purge(library: Library, article: Article) -> None:
    with library.writing(EDITOR) as work:
        discarding.purge(work, article.id, None)


def test_the_trash_lists_what_was_deleted_last_first(any_library: Library) -> None:
    articles = [a_draft(any_library, title) for title in ("One", "Two", "Three")]
    kept = a_draft(any_library, "Kept")
    for each in articles:
        _delete(any_library, each)
    assert _trash(any_library) == ["Three", "Two", "One"]
    with any_library.reading() as session:
        first = discarding.discarded(session, any_library.rules, PageRequest(2))
        second = discarding.discarded(session, any_library.rules, PageRequest(2, first.next))
        found = discarding.discarded_article(session, any_library.rules, articles[0].id)
        with pytest.raises(Unknown):
            discarding.discarded_article(session, any_library.rules, kept.id)
    assert [each.title for each in [*first.items, *second.items]] == ["Three", "Two", "One"]
    assert second.next is None
    assert found.deleted_by == EDITOR.name
    assert found.purged_at == found.deleted_at + MONTH


def test_a_live_article_comes_back_as_a_draft_that_can_be_published(any_library: Library) -> None:
    article = a_live_article(any_library, "Live", sections=[a_section(body="As it was.")])
    _delete(any_library, article)
    with any_library.writing(EDITOR) as work:
        back = discarding.take_back(work, article.id, None)
        assert (back.state, back.live, back.deleted_at) == (ArticleState.WITHDRAWN, None, None)
    with any_library.reading() as session, pytest.raises(Withdrawn):
        reading.article(session, article.slug, None, prefer="en")
    with any_library.writing(EDITOR) as work:
        publishing.publish(work, article.id, None)
    with any_library.reading() as session:
        found = reading.article(session, article.slug, None, prefer="en")
    assert [each.body.strip() for each in found.sections or ()] == ["<p>As it was.</p>"]
    assert _trash(any_library) == []


def test_what_is_in_the_trash_keeps_its_address_and_says_so(any_library: Library) -> None:
    article = a_draft(any_library, "Calm", slug="calm")
    _delete(any_library, article)
    with pytest.raises(SlugTaken) as caught:
        a_draft(any_library, "Calm", slug="calm")
    assert "in the trash" in caught.value.reasons[0].detail
    _purge(any_library, article)
    assert a_draft(any_library, "Calm", slug="calm").slug == "calm"


def test_who_takes_back_or_purges_has_seen_what_is_there(any_library: Library) -> None:
    article = a_draft(any_library)
    _delete(any_library, article)
    for act in (discarding.take_back, discarding.purge):
        with pytest.raises(EditConflict), any_library.writing(EDITOR) as work:
            act(work, article.id, 1)


def test_nothing_but_what_is_in_the_trash_is_purged(any_library: Library) -> None:
    article = a_draft(any_library)
    for act in (discarding.take_back, discarding.purge):
        with pytest.raises(Unknown), any_library.writing(EDITOR) as work:
            act(work, article.id, None)


def test_nothing_is_left_of_what_was_purged_but_its_tombstone(any_library: Library) -> None:
    before = everything(any_library)
    article = _rich(any_library)
    _delete(any_library, article)
    _purge(any_library, article)
    after = everything(any_library)
    assert WORD not in repr({**after, "audit_entry": []})
    assert {name for name in after if after[name] != before[name]} == {
        *("audit_entry", "change", "change_head", "topic_naming"),
    }
    with any_library.reading() as session:
        for table in (Article, Edition, Section, FaqItem, Redirect, Publication):
            assert session.scalar(select(func.count()).select_from(table)) == 0
        kinds = session.scalars(select(Change.kind).order_by(Change.sequence)).all()
    assert kinds[-2:] == ["tombstone", "tombstone"]


def test_every_table_that_refers_to_an_article_is_emptied_with_it() -> None:
    left = {
        (table.name, key.target_fullname)
        for table in Stored.metadata.sorted_tables
        for key in table.foreign_keys
        if key.target_fullname in {"article.id", "edition.id", "section.id"}
        and key.ondelete not in {"CASCADE", "SET NULL"}
    }
    assert left == {("article", "edition.id")}, "These would stop a purge."


@pytest.mark.parametrize("slug", ["rich", "rich-two"])
def test_readers_of_an_old_address_go_on_getting_that_it_is_gone(
    any_library: Library, slug: str
) -> None:
    article = _rich(any_library)
    _delete(any_library, article)
    with any_library.reading() as session:
        at = head(session)
    _purge(any_library, article)
    with any_library.reading() as session:
        for locale, point in ((None, None), ("en", None), (None, at), ("en", at)):
            with pytest.raises(Withdrawn):
                reading.article(session, slug, locale, prefer="en", at=point)
        with pytest.raises(Unknown):
            reading.article(session, slug, "de", prefer="en")


def test_an_address_that_no_reader_ever_knew_stays_unknown(any_library: Library) -> None:
    draft, live = a_draft(any_library, "Draft"), a_live_article(any_library, "Live")
    with any_library.writing(EDITOR) as work:
        publishing.withdraw(work, live.id, None, "Wrong.")
        editing.change_article(work, live.id, None, slug="later")
    for each in (draft, live):
        _delete(any_library, each)
        _purge(any_library, each)
    with any_library.reading() as session:
        for slug in ("draft", "later"):
            with pytest.raises(Unknown):
                reading.article(session, slug, None, prefer="en")
        with pytest.raises(Withdrawn):
            reading.article(session, "live", None, prefer="en")


def test_who_has_not_looked_since_before_it_was_deleted_forgets_everything(
    any_library: Library,
) -> None:
    article = a_live_article(any_library, "Gone")
    with any_library.reading() as session:
        then = head(session)
    _delete(any_library, article)
    with any_library.reading() as session:
        found = news(session, then)
        assert found.touched is not None
        assert [each.article_id for each in found.touched] == [article.id]
    _purge(any_library, article)
    with any_library.reading() as session:
        assert news(session, then).touched is None


def test_what_has_been_there_for_its_time_tells_nothing_new(any_library: Library) -> None:
    with time_machine.travel(BEGUN, tick=False):
        article = a_live_article(any_library)
        _delete(any_library, article)
    with any_library.reading() as session:
        before = head(session)
    with time_machine.travel(BEGUN + MONTH, tick=False):
        assert EmptyTrash(any_library).run()
    with any_library.reading() as session:
        assert head(session) == before


def test_the_errand_purges_what_is_due_one_by_one(any_library: Library) -> None:
    errand = EmptyTrash(any_library)
    with time_machine.travel(BEGUN, tick=False):
        for title in ("One", "Two"):
            _delete(any_library, a_live_article(any_library, title))
    with time_machine.travel(BEGUN + timedelta(days=1), tick=False):
        _delete(any_library, a_draft(any_library, "Three"))
    with time_machine.travel(BEGUN + MONTH - timedelta(seconds=1), tick=False):
        assert not errand.run()
    with time_machine.travel(BEGUN + MONTH, tick=False):
        assert [errand.run() for _ in range(3)] == [True, True, False]
    assert _trash(any_library) == ["Three"]
    with any_library.reading() as session:
        acts = session.scalars(select(AuditEntry).where(AuditEntry.action == "purge")).all()
    assert {each.detail["slug"] for each in acts} == {"one", "two"}
    assert {each.actor for each in acts} == {"dermis (trash)"}


def test_translations_of_what_was_purged_stay_a_family(any_library: Library) -> None:
    original = a_live_article(any_library, "Calm")
    others = []
    for locale in ("de", "fr", "it"):
        with any_library.writing(EDITOR) as work:
            made = editing.create_article(
                work,
                title=f"Calm {locale}",
                locale=locale,
                topics=["condition:acne"],
                sections=[a_section()],
                translation_of=original.id,
            )
            if locale != "it":
                publishing.publish(work, made.id, None)
            others.append(made)
    _delete(any_library, original)
    _purge(any_library, original)
    with any_library.reading() as session:
        found = reading.article(session, "calm-fr", None, prefer="fr")
        family = reading.alternates(session, found).items
        stored = session.get_one(Article, others[2].id)
    assert [each.locale for each in family] == ["de"]
    assert stored.original_id == others[0].id


def test_what_was_replaced_among_translations_is_not_taken_back(any_library: Library) -> None:
    original = a_draft(any_library, "Calm")
    with any_library.writing(EDITOR) as work:
        made = [
            editing.create_article(
                work, title=f"Ruhe {number}", locale="de", translation_of=original.id
            )
            for number in (1,)
        ]
        editing.delete_article(work, made[0].id, None)
        editing.create_article(work, title="Ruhe 2", locale="de", translation_of=original.id)
    with pytest.raises(Conflict, match="place"), any_library.writing(EDITOR) as work:
        discarding.take_back(work, made[0].id, None)


def test_the_source_of_what_was_purged_goes_unless_another_came_from_it(
    any_library: Library,
) -> None:
    source = f"# One\n\nThe {WORD} text of one."
    articles = [a_draft(any_library, title) for title in ("One", "Two")]
    with any_library.writing(EDITOR) as work:
        found = committing.propose_source(
            work.session, source.encode(), limit=9_000, locale="en", filename=None
        )
        stored = committing.keep(work, found, locale="en", filename=None)
        section = stored.document["articles"][0]["sections"][0]["id"]
        correcting.correct(work, stored.id, None, [Retype(section, "risks")])
        stored.article_ids = [each.id for each in articles]
    numbers = []
    for article in articles:
        _delete(any_library, article)
        _purge(any_library, article)
        with any_library.reading() as session:
            numbers.append(
                [
                    session.scalar(select(func.count()).select_from(table))
                    for table in (StoredProposal, RecordedCorrection)
                ]
            )
    assert numbers == [[1, 1], [0, 0]]


def test_answers_that_name_what_was_purged_are_erased(any_library: Library) -> None:
    act = Act("a key", "POST /articles", "0" * 64)
    with any_library.writing(EDITOR) as work:
        repeating.begin(work, act)
        article = editing.create_article(work, title="Once", locale="en")
        repeating.keep(work, act, 201, {}, f'{{"id": "{article.id}", "summary": "{WORD}"}}')
    _delete(any_library, article)
    _purge(any_library, article)
    assert WORD not in repr(everything(any_library))


def test_answers_from_below_what_was_purged_are_erased_though_they_do_not_name_it(
    any_library: Library,
) -> None:
    article = a_draft(any_library, "Once")
    act = Act("a key", f"POST /articles/{article.id}/sections/1/merge", "0" * 64)
    with any_library.writing(EDITOR) as work:
        repeating.begin(work, act)
        repeating.keep(work, act, 200, {}, f'{{"body": "{WORD}"}}')
    _delete(any_library, article)
    _purge(any_library, article)
    kept = {**everything(any_library), "audit_entry": []}
    assert WORD not in repr(kept)


def test_the_answer_to_an_import_goes_with_its_source(any_library: Library) -> None:
    act = Act("a key", "POST /imports", "0" * 64)
    article = a_draft(any_library, "Once")
    with any_library.writing(EDITOR) as work:
        repeating.begin(work, act)
        found = committing.propose_source(
            work.session, b"# Once\n\nText.", limit=9_000, locale="en", filename=None
        )
        stored = committing.keep(work, found, locale="en", filename=None)
        repeating.keep(work, act, 201, {}, f'{{"id": "{stored.id}", "body": "{WORD}"}}')
        stored.article_ids = [article.id]
    _delete(any_library, article)
    _purge(any_library, article)
    assert WORD not in repr(everything(any_library))


def test_one_who_took_it_back_in_time_keeps_it(any_library: Library) -> None:
    with time_machine.travel(BEGUN, tick=False):
        article = a_draft(any_library)
        _delete(any_library, article)
    with time_machine.travel(BEGUN + MONTH, tick=False):
        with any_library.writing(EDITOR) as work:
            discarding.take_back(work, article.id, None)
        assert not EmptyTrash(any_library).run()
        with any_library.writing(EDITOR) as work:
            assert lock_article(work, article.id, None).id == article.id


def test_pairs_and_places_go_with_the_publication(any_library: Library) -> None:
    article = _rich(any_library)
    _delete(any_library, article)
    _purge(any_library, article)
    with any_library.reading() as session:
        for table in (PublicationPair, PublicationTopic):
            assert session.scalar(select(func.count()).select_from(table)) == 0
