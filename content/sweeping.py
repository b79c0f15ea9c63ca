"""The errand that removes the files of pictures which nothing names any more."""

from collections.abc import Set

from sqlalchemy import select

from content.library import Library
from content.models import Picture
from content.picture_files import PictureFiles


class PictureSweep:
    """Removes what was left behind: by deleted pictures, refused uploads and killed processes."""

    name = "the sweep of picture files"

    def __init__(self, library: Library, files: PictureFiles) -> None:
        self._library = library
        self._files = files

    def run(self) -> bool:
        """Sweep once. Nothing is due again at once: a file is left alone for a day."""
        self._files.sweep(self._named)
        return False

    def _named(self, digests: Set[str]) -> Set[str]:
        wanted = sorted(digests)
        found: set[str] = set()
        with self._library.reading() as session:
            for start in range(0, len(wanted), 500):
                some = wanted[start : start + 500]
                found |= set(
                    session.scalars(select(Picture.digest).where(Picture.digest.in_(some)))
                )
        return found
