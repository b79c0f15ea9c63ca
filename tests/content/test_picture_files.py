"""Files of pictures: whole or not there, shared by equal bytes, and swept when they are unused."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from content.errors import LibraryUnavailable, Unknown
from content.library import Library
from content.picture_files import GRACE, PictureFiles
from content.sweeping import PictureSweep
from tests.building import a_picture


def paths(root: Path) -> list[Path]:
    """Every file of pictures, half ones too."""
    return sorted(each for each in root.glob("*/*") if each.is_file())


def age(path: Path, seconds: float = GRACE + 60) -> None:
    """Make a file older."""
    then = time.time() - seconds
    os.utime(path, (then, then))


def test_what_is_kept_is_read_by_its_digest(tmp_path: Path) -> None:
    files = PictureFiles(tmp_path / "media")
    digest = files.keep(b"a picture")
    assert digest == hashlib.sha256(b"a picture").hexdigest()
    assert files.keep(b"a picture") == digest
    assert files.read(digest) == b"a picture"
    assert len(paths(tmp_path / "media")) == 1


def test_what_another_machine_has_is_not_known(tmp_path: Path) -> None:
    with pytest.raises(Unknown):
        PictureFiles(tmp_path).read("0" * 64)


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "media").write_text("in the way")
    with pytest.raises(LibraryUnavailable):
        PictureFiles(tmp_path / "media").keep(b"a picture")


def test_a_write_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    files = PictureFiles(tmp_path)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(LibraryUnavailable):
        files.keep(b"a picture")
    assert paths(tmp_path) == []


_UPLOADING = """
import sys
from pathlib import Path
from content.picture_files import PictureFiles

files = PictureFiles(Path(sys.argv[1]))
number = 0
while True:
    number += 1
    files.keep(b"%d" % number * 400_000)
    print(number, flush=True)
"""


def test_an_upload_that_is_killed_leaves_no_half_picture(tmp_path: Path) -> None:
    for _ in range(5):
        process = subprocess.Popen(
            [sys.executable, "-c", _UPLOADING, str(tmp_path)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )
        assert process.stdout is not None
        while process.stdout.readline().strip() != b"3":
            pass
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
    whole = [each for each in paths(tmp_path) if not each.name.startswith(".")]
    assert len(whole) >= 3
    assert all(hashlib.sha256(each.read_bytes()).hexdigest() == each.name for each in whole)


def test_the_sweep_takes_what_nothing_names_after_a_day_and_leaves_the_rest(
    library: Library, tmp_path: Path
) -> None:
    files = PictureFiles(tmp_path / "media")
    named = a_picture(library, files)
    orphan, young = files.keep(b"orphan"), files.keep(b"young")
    half = tmp_path / "media" / orphan[:2] / ".upload-half"
    half.write_bytes(b"ha")
    for each in paths(tmp_path / "media"):
        if each.name != young:
            age(each)
    assert PictureSweep(library, files).run() is False
    left = {each.name for each in paths(tmp_path / "media")}
    assert left == {named.digest, young}


def test_the_sweep_leaves_what_was_stored_again_meanwhile(tmp_path: Path) -> None:
    files = PictureFiles(tmp_path)
    digest = files.keep(b"a picture")
    age(paths(tmp_path)[0])

    def named(_digests: object) -> set[str]:
        files.keep(b"a picture")
        return set()

    files.sweep(named)
    assert files.read(digest) == b"a picture"
