"""The migrations: what they make is what the models say, and they can be undone."""

from pathlib import Path
from typing import Any, Final

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, Text, and_, func, insert, inspect, select

import migrations
from content import (
    changes,
    editing,
    equating,
    observing,
    publishing,
    reading,
    recalling,
    restoring,
)
from content.equating import GroupDraft
from content.errors import LibraryOutdated
from content.history import SavedPoint
from content.importing import committing, correcting
from content.importing.corrections import Split, TakeBack
from content.importing.proposals import from_document
from content.library import Library
from content.models import (
    Edition,
    FaqItem,
    Stored,
    StoredProposal,
    SynonymGroup,
    Topic,
    TopicLabel,
    now,
)
from content.observations import SearchTally
from content.observing import observation
from content.publications import ARTICLES, PAIRS, PublicationPair, PublicationTopic, TopicTally
from content.published import PageRequest
from content.reading import Filter
from migrations import upgrading
from tests.building import EDITOR, a_draft, a_faq, a_live_article, a_section

pytestmark = pytest.mark.xdist_group("postgres")


@pytest.fixture(params=["sqlite", "postgresql"])
def any_library(request: pytest.FixtureRequest) -> Library:
    """A migrated library on each database."""
    chosen = "library" if request.param == "sqlite" else "postgres_library"
    library: Library = request.getfixturevalue(chosen)
    return library


def test_the_upgraded_schema_equals_the_models(any_library: Library) -> None:
    with any_library.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, Stored.metadata) == []


def test_check_constraints_are_those_of_the_models(any_library: Library) -> None:
    with any_library.engine.connect() as connection:
        made = _checks(connection)
    meant = {
        (table.name, constraint.name)
        for table in Stored.metadata.sorted_tables
        for constraint in table.constraints
        if str(constraint.name).startswith("ck_")
    }
    assert made == meant


def test_a_downgrade_undoes_all_of_it(any_library: Library) -> None:
    with any_library.migrating() as connection:
        upgrading.downgrade(connection, "base")
    with any_library.engine.connect() as connection:
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
        assert migrations.current(connection) is None


def test_what_was_undone_can_be_made_again(any_library: Library) -> None:
    with any_library.migrating() as connection:
        upgrading.downgrade(connection, "base")
        upgrading.upgrade(connection)
        assert migrations.current(connection) == migrations.newest()


def test_the_newest_revision_is_the_one_that_alembic_ends_at() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    assert migrations.newest() == ScriptDirectory.from_config(config).get_current_head()


def test_every_step_can_be_undone_by_itself(any_library: Library) -> None:
    with any_library.migrating() as connection:
        upgrading.downgrade(connection, "0001")
        assert connection.scalar(select(func.count()).select_from(Topic)) == 0
        upgrading.upgrade(connection)
        assert (connection.scalar(select(func.count()).select_from(Topic)) or 0) > 100


OLD_PROPOSAL: Final[dict[str, Any]] = {
    "format": "markdown",
    "encoding": "utf-8",
    "articles": [
        {
            "title": "Peels",
            "title_spans": [[0, 9]],
            "summary": "A peel.",
            "topics": ["procedure:chemical-peels", "condition:acne"],
            "sections": [
                {
                    "heading": None,
                    "level": 2,
                    "body": "A peel.\n\nIt peels.",
                    "type": "overview",
                    "confidence": 0.8,
                    "runner_up": "mechanism",
                    "evidence": ["the article begins with it"],
                    "spans": [[9, 18], [30, 41]],
                    "items": [],
                },
                {
                    "heading": "FAQ",
                    "level": 2,
                    "body": "",
                    "type": "faq",
                    "confidence": 0.9,
                    "runner_up": None,
                    "evidence": ["pairs"],
                    "spans": [[41, 49]],
                    "items": [
                        {"question": "Why?", "answer": "So.", "spans": [[49, 64]], "type": None}
                    ],
                },
            ],
        }
    ],
    "set_aside": [{"span": [18, 30], "text": "Subscribe!\n\n", "reason": "newsletter"}],
}
OLD_SOURCE: Final = "# Peels\n\nA peel.\n\nSubscribe!\n\nIt peels.\n\n## FAQ\n\n### Why?\n\nSo.\n\n"


def _old_proposal(library: Library) -> None:
    with library.migrating() as connection:
        upgrading.downgrade(connection, "0003")
        connection.execute(
            insert(StoredProposal).values(
                id="old",
                locale="en",
                source=OLD_SOURCE,
                source_digest="0" * 64,
                document=OLD_PROPOSAL,
                created_at=now(),
                created_by="an editor",
                article_ids=[],
            )
        )


def test_proposals_of_before_get_ids_and_lose_nothing(any_library: Library) -> None:
    _old_proposal(any_library)
    with any_library.migrating() as connection:
        upgrading.upgrade(connection)
    with any_library.reading() as session:
        stored = committing.proposal(session, "old")
        proposal = from_document(stored.document, stored.source)
    assert proposal.unaccounted() == []
    (article,) = proposal.articles
    lead, faq = article.sections
    assert (lead.body, sorted(lead.spans)) == ("A peel.\n\nIt peels.", [(9, 18), (30, 41)])
    assert (faq.heading, faq.heading_spans, faq.items[0].question) == ("FAQ", [(41, 49)], "Why?")
    assert [each.ref for each in article.topics] == ["procedure:chemical-peels", "condition:acne"]
    assert [(each.text, each.spans) for each in proposal.set_aside] == [
        ("Subscribe!\n\n", [(18, 30)])
    ]
    ids = [article.id, lead.id, faq.id, faq.items[0].id, proposal.set_aside[0].id]
    assert sorted(ids) == ["p1", "p2", "p3", "p4", "p5"]
    assert proposal.new_id() == "p6"


def test_proposals_of_before_can_be_corrected_and_committed(any_library: Library) -> None:
    _old_proposal(any_library)
    with any_library.migrating() as connection:
        upgrading.upgrade(connection)
    with any_library.writing(EDITOR) as work:
        correcting.correct(work, "old", 1, [TakeBack("p5", "p2"), Split("p2", 9, "mechanism")])
        (article,) = committing.commit(work, "old", None)
        sections = article.draft.sections if article.draft else []
    assert [each.body for each in sections] == ["A peel.", "It peels.\n\nSubscribe!", ""]


def test_proposals_are_taken_back_to_the_form_of_before(any_library: Library) -> None:
    _old_proposal(any_library)
    with any_library.migrating() as connection:
        upgrading.upgrade(connection)
        upgrading.downgrade(connection, "0003")
        document = connection.execute(select(StoredProposal.document)).scalar_one()
    for section in document["articles"][0]["sections"]:
        section["spans"].sort()
    assert document == OLD_PROPOSAL


def test_what_readers_see_is_counted_when_it_is_written_down(any_library: Library) -> None:
    both = ["procedure:microneedling", "condition:acne"]
    pairs = [a_faq(("Isn't it safe?", "It is.")), a_faq(("Is not it safe?", "It is."))]
    a_live_article(any_library, "One", sections=[a_section(), pairs[0]], topics=both)
    a_live_article(any_library, "Two", sections=[a_section("risks"), pairs[1]])
    gone = a_live_article(any_library, "Three", topics=["condition:rosacea"])
    with any_library.writing(EDITOR) as work:
        publishing.withdraw(work, gone.id, None, "Outdated.")
    kept = _tallies(any_library)
    with any_library.migrating() as connection:
        upgrading.downgrade(connection, "0005")
    assert _tallies(any_library)["procedure:microneedling", PAIRS] == 2
    with any_library.migrating() as connection:
        upgrading.downgrade(connection, "0004")
        upgrading.upgrade(connection)
    assert _tallies(any_library) == kept
    assert kept["procedure:microneedling", ARTICLES] == 2
    assert kept["procedure:microneedling", PAIRS] == 1


def test_what_was_published_before_is_folded_and_placed_like_what_is_published_now(
    any_library: Library,
) -> None:
    pairs = [("Isn't it safe?", "You can't swim for 24 hrs.")]
    a_live_article(any_library, "One", sections=[a_faq(*pairs)], locale="en-GB")
    a_live_article(any_library, "Two", sections=[a_faq(("Is not it safe?", "You cannot swim."))])
    a_draft(any_library, "A draft", sections=[a_faq(*pairs)])
    columns = [
        *(FaqItem.id, FaqItem.fold, PublicationPair.fold, PublicationPair.topic),
        PublicationTopic.locale,
    ]
    statement = (
        select(*columns)
        .select_from(FaqItem)
        .outerjoin(PublicationPair, PublicationPair.item_id == FaqItem.id)
        .outerjoin(
            PublicationTopic,
            and_(
                PublicationTopic.since == PublicationPair.since,
                PublicationTopic.article_id == PublicationPair.article_id,
            ),
        )
        .order_by(FaqItem.id, PublicationPair.topic)
    )
    with any_library.reading() as session:
        published = session.execute(statement).all()
    with any_library.migrating() as connection:
        upgrading.downgrade(connection, "0005")
        before = connection.execute(statement.with_only_columns(*columns[:3])).all()
        upgrading.upgrade(connection)
    with any_library.reading() as session:
        assert session.execute(statement).all() == published
    assert all(row[1] == row[2] for row in before)
    assert {row[1] for row in before}.isdisjoint({row[1] for row in published} - {None})


def test_words_and_what_was_asked_go_with_their_tables_and_the_log_stays(
    any_library: Library,
) -> None:
    a_live_article(any_library, "One")
    with any_library.writing(EDITOR) as work:
        equating.create_group(work, GroupDraft(["glow", "shine"]))
        observing.write_down(work, {observation("scars", None, "found"): 1}, 90)
    with any_library.migrating() as connection:
        upgrading.downgrade(connection, "0006")
        upgrading.upgrade(connection)
    with any_library.reading() as session:
        assert (changes.head(session), changes.vocabulary(session)) == (1, 0)
        assert session.scalar(select(func.count()).select_from(SynonymGroup)) == 0
        assert session.scalar(select(func.count()).select_from(SearchTally)) == 0
    with any_library.writing(EDITOR) as work:
        equating.create_group(work, GroupDraft(["glow", "shine"]))
    a_live_article(any_library, "Two")
    with any_library.reading() as session:
        assert changes.head(session) == 2
        assert changes.vocabulary(session) > 0


def test_what_readers_saw_is_the_same_where_changes_can_be_made_together(
    any_library: Library,
) -> None:
    """Also on the way there and back, as long as nothing was."""
    one = a_live_article(any_library, "One", sections=[a_faq()], topics=["condition:acne"])
    a_live_article(any_library, "Two", sections=[a_faq(), a_section()])
    with any_library.writing(EDITOR) as work:
        publishing.withdraw(work, one.id, None, "Outdated.")
    told = _seen(any_library)
    with any_library.migrating() as connection:
        upgrading.downgrade(connection, "0009")
        upgrading.upgrade(connection)
    assert _seen(any_library) == told
    a_live_article(any_library, "Three")
    assert _seen(any_library)[4][1] == ["three", "two"]


def test_what_was_changed_together_is_numbered_apart_where_it_cannot_be_together(
    any_library: Library,
) -> None:
    first = a_live_article(any_library, "First", topics=["condition:acne"])
    drafts = [a_draft(any_library, f"Part {number}", sections=[a_faq()]) for number in range(3)]
    with any_library.writing(EDITOR) as work, changes.together(work):
        publishing.withdraw(work, first.id, None, "Outdated.")
        for draft in drafts:
            publishing.publish(work, draft.id, None)
    with any_library.writing(EDITOR) as work:
        publishing.withdraw(work, drafts[0].id, None, "Outdated.")
        editing.change_article(work, drafts[1].id, None, topics=["condition:acne"])
    together = _seen(any_library)
    with any_library.migrating() as connection:
        upgrading.downgrade(connection, "0009")
        upgrading.upgrade(connection)
    apart = _seen(any_library)
    assert list(together) == [0, 1, 2, 3, 4]
    assert list(apart) == [0, 1, 2, 3, 4, 5, 6, 7]
    for before, after in ((0, 0), (1, 1), (2, 5), (3, 6), (4, 7)):
        assert apart[after] == together[before]
    a_live_article(any_library, "Last")
    assert "last" in _seen(any_library)[8][1]


def test_whoever_follows_the_log_misses_nothing_that_is_numbered_apart(
    any_library: Library,
) -> None:
    for number in range(2):
        a_live_article(any_library, f"Before {number}")
        drafts = [a_draft(any_library, f"Part {number}.{each}") for each in range(3)]
        with any_library.writing(EDITOR) as work, changes.together(work):
            for draft in drafts:
                publishing.publish(work, draft.id, None)
    told = {point: _followed(any_library, point) for point in range(5)}
    with any_library.migrating() as connection:
        upgrading.downgrade(connection, "0009")
        upgrading.upgrade(connection)
    for point, slugs in told.items():
        assert _followed(any_library, point) >= slugs


def test_a_migration_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    library = Library(f"sqlite:///{tmp_path / 'library.db'}")
    with pytest.raises(RuntimeError), library.migrating() as connection:  # noqa: PT012 - Comes after.
        upgrading.upgrade(connection)
        raise RuntimeError
    with library.engine.connect() as connection:
        assert inspect(connection).get_table_names() == []
    library.close()


def test_what_drafts_were_before_points_were_kept_is_a_point(any_library: Library) -> None:
    a_live_article(any_library)
    article = a_draft(any_library, "A draft", sections=[a_section(), a_section(), a_faq()])
    with any_library.reading() as session:
        (before,) = recalling.points(session, article.id, PageRequest(9)).items
        session.expunge(before)
    with any_library.migrating() as connection:
        script = ScriptDirectory(str(Path(migrations.__file__).parent))
        upgrading.downgrade(connection, str(script.get_revision("0013").down_revision))
        upgrading.upgrade(connection)
    with any_library.reading() as session:
        (after,) = session.scalars(select(SavedPoint))
        assert (after.article_id, after.act, after.by) == (article.id, "found", "an editor")
        assert (after.at, after.title, after.places) == (before.at, before.title, before.places)
        draft = recalling.recall(session, article.id, "draft", "from").version
        assert recalling.recall(session, article.id, "point:1", "from").version == draft
    with any_library.writing(EDITOR) as work:
        editing.change_article(work, article.id, None, title="Another")
        restoring.restore_point(work, article.id, "1", None)


def test_altering_a_table_keeps_what_refers_to_it(any_library: Library) -> None:
    article = a_live_article(any_library, sections=[a_section(), a_faq()])
    with any_library.migrating() as connection:
        operations = Operations(MigrationContext.configure(connection))
        for table in ("section", "article", "edition", "topic"):
            with operations.batch_alter_table(
                table, recreate="always" if any_library.embedded else "never"
            ) as batch:
                batch.add_column(Column("note", Text))
    with any_library.reading() as session:
        found = reading.article(session, article.slug, None, prefer="en")
        (pair,) = (found.sections or [])[1].items or []
    assert pair.question == "Does it hurt?"


def test_a_migration_that_breaks_a_reference_is_undone(library: Library) -> None:
    a_live_article(library)
    with pytest.raises(RuntimeError, match="broke references"), library.migrating() as connection:
        connection.exec_driver_sql("DELETE FROM edition")
    with library.reading() as session:
        assert session.scalar(select(func.count()).select_from(Edition)) == 1


def test_a_database_of_a_newer_version_is_told(any_library: Library) -> None:
    with any_library.migrating() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(LibraryOutdated), any_library.migrating() as connection:
        upgrading.upgrade(connection)


def test_a_new_library_knows_the_names_of_the_field(library: Library) -> None:
    with library.reading() as session:
        statement = select(TopicLabel.kind).join(Topic).where(Topic.key == "botulinum-toxin")
        kinds = set(session.scalars(statement.where(TopicLabel.label.ilike("botox"))))
        assert kinds == {"hidden"}, "brand names of prescription medicines are never shown"


def _followed(library: Library, sequence: int) -> set[str]:
    """What one is told who has seen the log up to that number."""
    with library.reading() as session:
        return {each.slug for each in changes.after(session, sequence, 100)}


def _seen(library: Library) -> dict[int, tuple[object, list[str], object]]:
    """What readers saw at each point of the log: topics, articles and pairs."""
    page = PageRequest(100, count=True)
    with library.reading() as session:
        return {
            point: (
                reading.topics(session, "en", None, at=point),
                [each.slug for each in reading.articles(session, Filter(), page, at=point).items],
                reading.faqs(session, Filter(), page, at=point),
            )
            for point in range(changes.head(session) + 1)
        }


def _tallies(library: Library) -> dict[tuple[str, str], int]:
    with library.reading() as session:
        return {(row.topic, row.counted): row.total for row in session.scalars(select(TopicTally))}


def _checks(connection: Connection) -> set[tuple[str, str | None]]:
    inspector = inspect(connection)
    return {
        (table, check["name"])
        for table in inspector.get_table_names()
        for check in inspector.get_check_constraints(table)
    }
