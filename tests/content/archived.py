"""Archives for tests: made of a library, and altered in ways that archives must not be."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from content import exporting
from content.archives import MANIFEST
from content.library import Library
from content.models import Stored, new_id
from content.picture_files import PictureFiles
from migrations import upgrading
from tests.api.v1.walking import secretive
from tests.building import EDITOR

AT: Final = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)

Members = dict[str, bytes]
"""The members of an archive, the manifest among them, by name."""


def archive_of(library: Library, path: Path, pictures: Path | None = None) -> Path:
    """The archive of a library in the file `path`, as of one fixed instant."""
    files = PictureFiles(pictures or path.parent / "media")
    path.write_bytes(b"".join(exporting.export(library, files, "a test", AT)))
    return path


@contextmanager
def new_library(path: Path) -> Iterator[Library]:
    """An empty library in a file of its own."""
    library = Library(f"sqlite:///{path}")
    with library.migrating() as connection:
        upgrading.upgrade(connection)
    try:
        yield library
    finally:
        library.close()


def everything_in(library: Library, pictures: Path) -> None:
    """Fill a library with one thing of nearly every kind, its pictures with files below `pictures`.

    What readers may not see holds the word `CANARY`.
    """
    secretive(library)
    files, picture = PictureFiles(pictures), Stored.metadata.tables["picture"]
    with library.writing(EDITOR) as work:
        for (known,) in work.session.execute(select(picture.c.id)).all():
            digest = files.keep(known.encode())
            named = picture.update().where(picture.c.id == known)
            work.session.execute(named.values(digest=digest))


def members(path: Path) -> Members:
    """What is in an archive."""
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def lines(path: Path, name: str) -> list[dict[str, Any]]:
    """The objects in a member."""
    return [json.loads(line) for line in members(path)[name].splitlines()]


def packed(path: Path, content: Members) -> Path:
    """An archive of these members, as they are."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in content.items():
            file.writestr(name, data)
    return path


def vouched(content: Members) -> Members:
    """The same with a manifest that says of every member what it is."""
    manifest = json.loads(content[MANIFEST])
    known = [name for name in content if name != MANIFEST]
    manifest["members"] = [_entry(name, content[name]) for name in known]
    return {**content, MANIFEST: json.dumps(manifest).encode()}


def _entry(name: str, data: bytes) -> dict[str, Any]:
    rows = data.count(b"\n") if name.endswith(".jsonl") else None
    digest = hashlib.sha256(data).hexdigest()
    return {"name": name, "size": len(data), "sha256": digest, "rows": rows}


def with_manifest(content: Members, **other: Any) -> Members:
    """The same with something else said by the manifest."""
    manifest = {**json.loads(content[MANIFEST]), **other}
    return {**content, MANIFEST: json.dumps(manifest).encode()}


def with_row(content: Members, name: str, change: Callable[[dict[str, Any]], Any]) -> Members:
    """The same with the first line of a member changed, which the manifest then vouches for."""
    first, *rest = content[name].splitlines(keepends=True)
    row = json.loads(first)
    changed = change(row)
    line = json.dumps(row if changed is None else changed).encode() + b"\n"
    return vouched({**content, name: b"".join([line, *rest])})


def zipped(*infos: tuple[zipfile.ZipInfo | str, bytes]) -> bytes:
    """A zip file of exactly these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for info, data in infos:
            file.writestr(info, data)
    return out.getvalue()


def a_picture(digest: str) -> dict[str, Any]:
    """A row of a picture whose file has that digest."""
    return {
        "id": new_id(),
        "digest": digest,
        "type": "image/png",
        "width": 1,
        "height": 1,
        "size": 1,
        "alt": {"en": "A square."},
        "created_by": "an editor",
    }
