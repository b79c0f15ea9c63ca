"""Loading an archive: all of it, into an empty library, or a sentence that says what is wrong."""

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from content import editing, loading, publishing
from content.archives import MANIFEST, kinds
from content.errors import ArchiveRefused, Conflict, MayNotPublish
from content.library import Actor, Library
from content.models import Article, AuditEntry, Stored, Topic, User
from content.picture_files import PictureFiles
from tests.building import EDITOR, a_draft, a_faq, a_live_article, a_section, a_token
from tests.content.archived import (
    Members,
    a_picture,
    archive_of,
    members,
    new_library,
    packed,
    vouched,
    with_manifest,
    with_row,
    zipped,
)

Alter = Callable[[Members], Members]


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Library]:
    """An empty library."""
    with new_library(tmp_path / "other.db") as library:
        yield library


@pytest.fixture
def archive(library: Library, tmp_path: Path) -> Path:
    """The archive of a library with a live article and its translation, which is a draft."""
    live = a_live_article(library, slug="calm", sections=[a_section(), a_faq()])
    with library.writing(EDITOR) as work:
        editing.create_article(
            work, title="Ruhig", locale="de", slug="ruhig", translation_of=live.id
        )
    return archive_of(library, tmp_path / "archive.zip")


def load(library: Library, archive: Path) -> None:
    loading.load(library, EDITOR, archive, PictureFiles(archive.parent / "loaded"))


def is_empty(library: Library) -> bool:
    with library.reading() as session:
        tables = [kind.table for kind in kinds() if not kind.table.name.startswith("topic")]
        rows = [session.scalar(select(func.count()).select_from(table)) for table in tables]
        return sum(filter(None, rows)) == 1 and bool(session.scalar(select(func.count(Topic.id))))


def refusal(library: Library, path: Path) -> str:
    """What is said of an archive that is refused; nothing is left behind."""
    with pytest.raises(ArchiveRefused) as refused:
        load(library, path)
    assert is_empty(library)
    left = [file for file in (path.parent / "loaded").rglob("*") if file.is_file()]
    assert [file for file in left if file.name != ".lock"] == []
    return str(refused.value)


def test_what_was_loaded_can_be_edited_and_published(other: Library, archive: Path) -> None:
    load(other, archive)
    new = a_live_article(other, "Another")
    with other.writing(EDITOR) as work:
        article = work.session.scalars(select(Article).where(Article.slug == "calm")).one()
        editing.change_article(work, article.id, None, title="Calmer")
        publishing.publish(work, article.id, None)
        assert new.live_id is not None


@pytest.mark.xdist_group("postgres")
def test_what_was_loaded_into_postgresql_can_be_edited_and_published(
    postgres_library: Library, archive: Path
) -> None:
    load(postgres_library, archive)
    with postgres_library.reading() as session:
        deferrable = "SELECT count(*) FROM pg_constraint WHERE condeferrable"
        assert session.scalar(text(deferrable)) == 0, "references are checked as before"
    a_live_article(postgres_library, "Another")
    with postgres_library.writing(EDITOR) as work:
        article = work.session.scalars(select(Article).where(Article.slug == "calm")).one()
        editing.change_article(work, article.id, None, title="Calmer")
        publishing.publish(work, article.id, None)


def test_people_have_no_password_afterwards(
    library: Library, other: Library, tmp_path: Path
) -> None:
    with library.writing(EDITOR) as work:
        work.session.add(
            User(
                email="ada@example.org",
                name="Ada",
                password_hash="$argon2id$quokka",
                roles=["author"],
                created_by="an editor",
            )
        )
    path = archive_of(library, tmp_path / "archive.zip")
    assert b"quokka" not in members(path)["user_account.jsonl"]
    load(other, path)
    with other.reading() as session:
        ada = session.scalars(select(User)).one()
    assert (ada.email, ada.roles, ada.password_hash) == ("ada@example.org", ["author"], None)


def test_loading_leaves_no_entry_in_the_audit(
    library: Library, other: Library, archive: Path
) -> None:
    load(other, archive)
    count = select(func.count(AuditEntry.id))
    with library.reading() as first, other.reading() as second:
        assert first.scalar(count) == second.scalar(count)


@pytest.mark.parametrize("used", [a_draft, a_live_article, a_token])
def test_nothing_is_loaded_into_a_library_that_is_not_empty(
    other: Library, archive: Path, used: Callable[[Library], Any]
) -> None:
    used(other)
    before = archive_of(other, archive.parent / "before.zip").read_bytes()
    with pytest.raises(Conflict, match=r"not empty: there is something in .*audit_entry"):
        load(other, archive)
    assert archive_of(other, archive.parent / "after.zip").read_bytes() == before


def test_only_who_publishes_loads(other: Library, archive: Path) -> None:
    with pytest.raises(MayNotPublish):
        loading.load(
            other, Actor("an author", publishes=False), archive, PictureFiles(archive.parent)
        )


def test_an_archive_that_is_cut_off_anywhere_is_refused(other: Library, archive: Path) -> None:
    whole = archive.read_bytes()
    for part in range(20):
        archive.write_bytes(whole[: len(whole) * part // 20])
        assert "cut off" in refusal(other, archive)


def test_what_is_no_archive_is_refused(other: Library, tmp_path: Path) -> None:
    path = tmp_path / "text.zip"
    path.write_text("No archive at all.")
    assert "is no archive" in refusal(other, path)
    path.write_bytes(zipped(("readme.txt", b"Another zip file.")))
    assert "it has no manifest.json" in refusal(other, path)


def test_a_flipped_bit_in_any_member_is_noticed(other: Library, archive: Path) -> None:
    whole = archive.read_bytes()
    with zipfile.ZipFile(archive) as file:
        infos = [info for info in file.infolist() if info.file_size]
    for info in infos:
        begin = info.header_offset + 30 + len(info.filename)
        # What comes first of what is packed may be of no account; the middle is not.
        place = begin + info.compress_size // 2
        archive.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        assert info.filename in refusal(other, archive)


def _without(name: str) -> Alter:
    return lambda content: {key: value for key, value in content.items() if key != name}


def _said(**other: Any) -> Alter:
    return lambda content: with_manifest(content, **other)


def _row(name: str, **other: Any) -> Alter:
    return lambda content: with_row(content, name, lambda row: row.update(other))


def _line(line: bytes) -> Alter:
    return lambda content: vouched({**content, "section.jsonl": line})


def _more(name: str, data: bytes, *, vouch: bool = True) -> Alter:
    def altered(content: Members) -> Members:
        more = {**content, name: data}
        return vouched(more) if vouch else more

    return altered


ALTERED: dict[str, tuple[Alter, str]] = {
    "missing": (_without("section.jsonl"), "'section.jsonl' is missing: the manifest names it"),
    "missing everywhere": (
        lambda content: vouched(_without("section.jsonl")(content)),
        "'section.jsonl' is missing",
    ),
    "not named": (_more("notes.txt", b"", vouch=False), "'notes.txt' is not known: the manifest"),
    "unknown": (_more("notes.txt", b""), "'notes.txt' is not known: no archive"),
    "unknown table": (_more("token.jsonl", b""), "'token.jsonl' is not known"),
    "unnamed picture": (_more(f"media/{'0' * 64}", b"x"), "is not known: no picture names it"),
    "above": (_more("../section.jsonl", b""), "has its place outside of the archive"),
    "deep above": (_more("media/../../x", b""), "has its place outside of the archive"),
    "absolute": (_more("/etc/passwd", b""), "has its place outside of the archive"),
    "of a drive": (_more("C:evil", b""), "has its place outside of the archive"),
    "backslash": (_more("media\\..\\..\\x", b""), "has its place outside of the archive"),
    "newer": (_said(version=2), "A newer version of Dermis made it: it has version 2"),
    "no version": (_said(version="1"), "names no version"),
    "version true": (_said(version=True), "names no version"),
    "version 0": (_said(version=0), "names no version"),
    "another format": (_said(format="dermis-backup"), "names another format"),
    "more in the manifest": (_said(comment="hello"), "has another form"),
    "no members": (_said(members=None), "has another form"),
    "odd members": (_said(members=[{"name": "x"}]), "has another form"),
    "another end": (_said(sequence=7), "The change log does not end at 7"),
    "a number as text": (_said(sequence="1"), "has another form"),
    "not JSON": (_more(MANIFEST, b"{", vouch=False), "'manifest.json' is damaged"),
    "another text": (
        lambda content: {**content, "topic.jsonl": content["topic.jsonl"].replace(b"a", b"b")},
        "'topic.jsonl' is not what the manifest says",
    ),
    "another size": (
        lambda content: {**content, "topic.jsonl": content["topic.jsonl"] + b"{}\n"},
        "'topic.jsonl' is not as large as the manifest says",
    ),
    "a line that is no JSON": (_line(b"{]\n"), "Line 1 of 'section.jsonl': it is not JSON"),
    "a list": (_line(b"[]\n"), "Line 1 of 'section.jsonl': it is not an object"),
    "nested": (_line(b"[" * 100_000 + b"\n"), "Line 1 of 'section.jsonl': it is not JSON"),
    "half a character": (_line(b'{"a": "\\ud800"}\n'), "it is not JSON"),
    "no UTF-8": (_line(b'{"a": "\xff"}\n'), "it is not JSON"),
    "an unknown column": (_row("section.jsonl", mood="calm"), "Line 1 of 'section.jsonl': 'mood'"),
    "a column too few": (
        lambda content: with_row(
            content, "section.jsonl", lambda row: {key: row[key] for key in row if key != "body"}
        ),
        "Line 1 of 'section.jsonl': 'body' is missing",
    ),
    "another type": (_row("section.jsonl", position="1"), "'position' must be a whole number"),
    "a script": (
        _row("section.jsonl", html="<p>Hi</p><script>alert(1)</script>"),
        "'html' holds what is not shown to readers",
    ),
    "a script in a link": (
        _row("section.jsonl", html='<a href="javascript:alert(1)">x</a>'),
        "'html' holds what is not shown to readers",
    ),
    "a broken rule": (
        _row("section.jsonl", position=0),
        "Line 1 of 'section.jsonl' cannot be stored",
    ),
    "twice": (
        lambda content: vouched(
            {**content, "section.jsonl": content["section.jsonl"].splitlines(True)[0] * 2}
        ),
        "Line 2 of 'section.jsonl' cannot be stored",
    ),
    "a reference to nothing": (
        _row("article.jsonl", original_id="nothing"),
        "'article.jsonl' refers to what is not there",
    ),
    "a section of nothing": (_row("section.jsonl", edition_id="nothing"), "section"),
    "a log that goes on": (_row("change.jsonl", sequence=99), "The change log does not end at 1"),
    "a log without an end": (
        lambda content: vouched({**content, "change_head.jsonl": b""}),
        "The change log does not end at 1",
    ),
}


@pytest.mark.parametrize(("alter", "said"), ALTERED.values(), ids=ALTERED)
def test_an_altered_archive_is_refused(
    other: Library, archive: Path, alter: Alter, said: str
) -> None:
    sentence = refusal(other, packed(archive, alter(members(archive))))
    assert said in sentence
    assert sentence.endswith(".")


@pytest.mark.xdist_group("postgres")
def test_an_altered_archive_is_refused_on_postgresql_too(
    postgres_library: Library, archive: Path
) -> None:
    whole = members(archive)
    for alter, said in ALTERED.values():
        sentence = refusal(postgres_library, packed(archive, alter(whole)))
        assert said in sentence
    load(postgres_library, packed(archive, whole))


def test_a_member_that_is_in_it_twice_is_refused(other: Library, archive: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(archive, "a") as file:
        file.writestr("section.jsonl", b"")
    assert refusal(other, archive) == "'section.jsonl' is in it twice."


def test_a_link_to_another_file_is_refused(other: Library, archive: Path) -> None:
    link = zipfile.ZipInfo(f"media/{'0' * 64}")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(archive, "a") as file:
        file.writestr(link, "/etc/passwd")
    assert "is a link to another file" in refusal(other, archive)


def test_a_bomb_is_refused_before_it_is_unpacked(other: Library, archive: Path) -> None:
    content = members(archive)
    bomb = vouched({**content, "section.jsonl": b"\n" * 20_000_000})
    assert "200 times larger" in refusal(other, packed(archive, bomb))


def test_an_encrypted_member_is_refused(other: Library, archive: Path) -> None:
    whole = bytearray(archive.read_bytes())
    place = whole.rindex(b"PK\x01\x02")
    whole[place + 8] |= 1
    archive.write_bytes(whole)
    assert "is encrypted" in refusal(other, archive)


class TestPictures:
    """An archive with pictures."""

    @pytest.fixture
    def illustrated(self, library: Library, tmp_path: Path) -> Path:
        """An archive with two pictures, and a third that has the same bytes."""
        files = PictureFiles(tmp_path / "media")
        digests = [files.keep(data) for data in (b"one", b"two", b"two")]
        with library.writing(EDITOR) as work:
            rows = [a_picture(digest) for digest in digests]
            work.session.execute(Stored.metadata.tables["picture"].insert(), rows)
        return archive_of(library, tmp_path / "illustrated.zip")

    def test_pictures_come_with_it(self, other: Library, illustrated: Path) -> None:
        load(other, illustrated)
        loaded = illustrated.parent / "loaded"
        assert sorted(file.read_bytes() for file in loaded.rglob("*") if len(file.name) == 64) == [
            b"one",
            b"two",
        ]
        again = archive_of(other, illustrated.parent / "again.zip", loaded)
        assert again.read_bytes() == illustrated.read_bytes()

    def test_a_missing_picture_is_named(self, other: Library, illustrated: Path) -> None:
        content = members(illustrated)
        (name, *_) = [each for each in content if each.startswith("media/")]
        altered = vouched(_without(name)(content))
        assert f"'{name}' is missing" in refusal(other, packed(illustrated, altered))

    def test_a_picture_by_another_name_is_refused(self, other: Library, illustrated: Path) -> None:
        content = members(illustrated)
        (name, *_) = [each for each in content if each.startswith("media/")]
        altered = vouched({**content, name: b"other"})
        assert "another SHA-256" in refusal(other, packed(illustrated, altered))

    def test_nothing_is_left_of_pictures_where_the_commit_fails(
        self, other: Library, illustrated: Path
    ) -> None:
        def fail() -> None:
            raise OSError("The disk is full.")

        root = illustrated.parent / "loaded"
        with pytest.raises(OSError, match="full"):
            loading.load(other, EDITOR, illustrated, PictureFiles(root), ready=fail)
        assert is_empty(other)
        left = [file for file in root.rglob("*") if file.is_file()]
        assert [file for file in left if file.name != ".lock"] == []
