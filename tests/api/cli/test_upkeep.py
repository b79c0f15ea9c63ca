"""Publishing, the index, tokens and the schema from the command line."""

from pathlib import Path

import pytest
from sqlalchemy import select

from content import authorising
from content.library import Library
from content.models import AuditEntry
from tests.api.cli.conftest import Dermis
from tests.api.examining import everything
from tests.building import a_draft, a_live_article, a_section, an_approved_article


def test_a_token_is_printed_alone(dermis: Dermis, shelf: Library) -> None:
    outcome = dermis("token", "create", "--name", "site", "--scope", "write", "publish")
    assert (outcome.status, outcome.err) == (0, "")
    with shelf.reading() as session:
        grant = authorising.recognise(session, outcome.out.strip())
    assert (grant.name, set(grant.scopes)) == ("site", {"read", "write", "publish"})


def test_acts_of_the_command_line_are_in_the_audit(dermis: Dermis, shelf: Library) -> None:
    secret = dermis("token", "create", "--name", "site", "--scope", "read").out.strip()
    a_draft(shelf, "Calm", slug="calm")
    assert dermis("publish", "calm").status == 0
    with shelf.reading() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    told = [each for each in entries if each.actor.endswith("(command line)")]
    assert [each.action for each in told] == ["issue", "publish"]
    assert {(each.address, each.token_id, each.request_id) for each in told} == {(None, None, None)}
    assert secret not in repr(everything(shelf))


def test_an_unknown_scope_is_one_clear_line(dermis: Dermis) -> None:
    outcome = dermis("token", "create", "--name", "site", "--scope", "everything")
    assert outcome.status == 1
    assert outcome.out == ""
    assert "'everything' is not a scope" in outcome.err
    assert "read, write, review, publish, admin" in outcome.err
    assert len(outcome.err.splitlines()) == 1


def test_a_token_without_a_name_is_wrong_usage(dermis: Dermis) -> None:
    assert dermis("token", "create", "--scope", "read").status == 2


def test_articles_are_published_by_their_slugs(dermis: Dermis, shelf: Library) -> None:
    dermis("db", "upgrade")
    a_draft(shelf, "One")
    a_draft(shelf, "Two", sections=[a_section("other")])
    outcome = dermis("publish", "one", "two", "three")
    assert outcome.status == 1
    assert "one is published." in outcome.out
    assert "type 'other'" in outcome.err
    assert "There is no article 'three'." in outcome.err


def test_nothing_unsigned_is_published_where_reviews_are_required(
    dermis: Dermis, shelf: Library, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    dermis("db", "upgrade")
    a_draft(shelf, "One")
    an_approved_article(shelf, "Two")
    monkeypatch.setenv("DERMIS_REVIEW_REQUIRED", "yes")
    outcome = dermis("publish", "one", "two")
    assert outcome.status == 1
    assert "two is published." in outcome.out
    assert "No reviewer has approved the edition" in outcome.err
    source = tmp_path / "peels.md"
    source.write_text("# Peels\n\n## Risks\n\nA chemical peel may leave marks for some weeks.")
    imported = dermis("import", "--publish", str(source))
    assert "0 published" in imported.out
    assert "No reviewer has approved the edition" in imported.out + imported.err


def test_the_index_is_rebuilt_and_agrees_with_what_is_live(dermis: Dermis, shelf: Library) -> None:
    dermis("db", "upgrade")
    a_live_article(shelf, "One")
    assert "up to 1" in dermis("index", "rebuild").out
    assert dermis("index", "check").status == 0


@pytest.mark.xdist_group("postgres")
def test_the_index_in_postgresql_is_rebuilt_and_checked(
    dermis: Dermis, home: Path, postgres_library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DERMIS_DATABASE_URL", postgres_library.url)
    monkeypatch.setenv("DERMIS_SEARCH", "postgres")
    a_live_article(postgres_library, "One")
    assert "up to 1" in dermis("index", "rebuild").out
    assert dermis("index", "check").status == 0
    a_live_article(postgres_library, "Two")
    assert dermis("index", "check").status == 1
    assert not (home / "index").exists()


def test_a_difference_between_index_and_library_is_named(dermis: Dermis, shelf: Library) -> None:
    dermis("db", "upgrade")
    dermis("index", "rebuild")
    a_live_article(shelf, "One")
    outcome = dermis("index", "check")
    assert outcome.status == 1
    assert "is not indexed" in outcome.out


def test_upgrading_twice_changes_nothing(dermis: Dermis) -> None:
    assert dermis("db", "upgrade").status == dermis("db", "upgrade").status == 0


def test_wrong_settings_say_what_to_set(dermis: Dermis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DERMIS_MAX_AGE", "soon")
    monkeypatch.setenv("DERMIS_LOCAL", "en")
    outcome = dermis("db", "upgrade")
    assert outcome.status == 1
    assert "DERMIS_MAX_AGE is 'soon': set it to a number" in outcome.err
    assert "DERMIS_LOCAL is not a setting: did you mean DERMIS_LOCALE?" in outcome.err


def test_a_database_that_is_away_is_one_clear_line(
    dermis: Dermis, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DERMIS_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    outcome = dermis("publish", "one")
    assert outcome.status == 1
    assert len(outcome.err.splitlines()) == 1
    assert "Traceback" not in outcome.err


def test_no_command_at_all_is_wrong_usage(dermis: Dermis) -> None:
    assert dermis("nonsense").status == 2
