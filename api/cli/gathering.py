"""The files that an import is about: those named, and those in folders that are named."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SUFFIXES: Final = (".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".docx")
"""What the names of documents in a folder end with; a file that is named may be called anything."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file and what it is called in reports: its place in the folder that was named."""

    path: Path
    name: str

    def read(self, limit: int) -> bytes:
        """The file, but not more than the decoder needs to see that it is too large."""
        with self.path.open("rb") as file:
            return file.read(limit + 1)


def gather(paths: Iterable[Path]) -> list[SourceFile]:
    """The files, in order, each once; those of a folder sorted, hidden ones left out.

    Raises `OSError` for a folder that cannot be read.
    """
    found: dict[Path, SourceFile] = {}
    for path in paths:
        for source in _in_folder(path) if path.is_dir() else [SourceFile(path, _text(path.name))]:
            found.setdefault(source.path.absolute(), source)
    return list(found.values())


def _in_folder(folder: Path) -> Iterator[SourceFile]:
    documents: list[Path] = []
    for place, folders, files in os.walk(folder, onerror=_refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        documents += [Path(place, name) for name in files if _is_document(Path(place, name))]
    for path in sorted(documents, key=lambda each: each.parts):
        yield SourceFile(path, _text(str(path.relative_to(folder))))


def _is_document(path: Path) -> bool:
    """By its name; whoever opens a pipe or a device may wait for ever."""
    if path.name.startswith(".") or not path.name.lower().endswith(SUFFIXES):
        return False
    return path.is_file() or not path.exists()


def _refuse(error: OSError) -> None:
    raise error


def _text(name: str) -> str:
    """The name as text: it may hold bytes that are none, which no database takes."""
    return os.fsencode(name).decode("utf-8", "replace")
