"""Bad days of the search index: delivery goes on, nothing wrong is found, and the index heals."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import pytest
from flask import Flask

from api.house import House
from content import following
from content.following import differences, follow
from content.library import Library
from content.searching.whoosh_index import WhooshIndex
from tests.api.examining import problem
from tests.api.test_remembering import eventually
from tests.building import a_live_article, a_section
from tests.mounting import filled, read_only, small_disk

ROOT: Final = Path(__file__).parents[2]
WORDS: Final = ("numbing", "sunscreen", "redness", "skin")
DELIVERED: Final = ("/api/v1/articles?limit=3", "/api/v1/articles/calm", "/api/v1/sections")
MOST_KILOBYTES: Final = 2_000


class Site:
    """A library that is searched, and what its visitors find on good days."""

    def __init__(self, app: Flask, library: Library) -> None:
        self.app = app
        self.library = library
        house: House = app.extensions["dermis"]
        self.index = house.index
        self.directory = house.settings.home / "index"
        for slug, word in (("calm", "Numbing cream"), ("clear", "Sunscreen"), ("cool", "Redness")):
            a_live_article(
                library, slug.title(), slug=slug, sections=[a_section(body=f"{word} for the skin.")]
            )

    def found(self, word: str) -> list[str]:
        """The slugs of what is found; asked of the index, not of the memory of answers."""
        self.app.extensions["dermis"].memory.forget()
        answer = self.app.test_client().get(f"/api/v1/search?q={word}")
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return sorted(hit["section"]["article"]["slug"] for hit in answer.get_json()["items"])

    def endures(self) -> None:
        """Delivery goes on; each search finds what is right, or says why it cannot."""
        self.app.extensions["dermis"].memory.forget()
        client = self.app.test_client()
        for address in DELIVERED:
            assert client.get(address).status_code == 200, address
        for word in WORDS:
            if client.get(f"/api/v1/search?q={word}").status_code == 200:
                assert self.found(word) == EXPECTED[word]
            else:
                answer = client.get(f"/api/v1/search?q={word}")
                assert "index" in problem(answer, 503)["detail"]
                assert int(answer.headers["Retry-After"]) > 0
        assert client.get("/readyz").status_code == 200

    def is_well(self) -> bool:
        """Whether everything is found, and the index equals what is live."""
        with suppress(AssertionError):
            right = all(self.found(word) == EXPECTED[word] for word in WORDS)
            return right and not differences(self.library, self.index)
        return False

    @contextmanager
    def followed(self) -> Iterator[None]:
        """A follower at work, with an index of its own, as in a process of its own."""
        stop = threading.Event()
        index = WhooshIndex(self.directory)
        thread = threading.Thread(target=follow, args=(self.library, index, stop, 0.01))
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(30)
            index.close()
            assert not thread.is_alive()


EXPECTED: Final = {
    "numbing": ["calm"],
    "sunscreen": ["clear"],
    "redness": ["cool"],
    "skin": ["calm", "clear", "cool"],
}


@pytest.fixture
def site(app: Flask, library: Library) -> Site:
    """A site whose index was built, and is open."""
    site = Site(app, library)
    following.bring_up_to_date(library, site.index)
    assert site.is_well()
    return site


def generation(directory: Path) -> Path:
    return directory / (directory / "CURRENT").read_text()


def segment(directory: Path) -> Path:
    return max(generation(directory).iterdir(), key=lambda path: path.stat().st_size)


def replaced(path: Path, content: bytes) -> None:
    """Put another file in its place: whoever has it open goes on reading the old one."""
    other = path.with_name("other")
    other.write_bytes(content)
    other.replace(path)


def of_another_version(directory: Path) -> None:
    here = generation(directory)
    old = here.rename(here.with_name("v0-" + here.name.split("-", 1)[1]))
    (directory / "CURRENT").write_text(old.name)


def a_file_in_its_place(directory: Path) -> None:
    shutil.rmtree(directory)
    directory.write_bytes(b"")
    # Nothing can be built there until somebody takes it away.
    directory.unlink()


def cut_short(directory: Path) -> None:
    path = segment(directory)
    replaced(path, path.read_bytes()[:-100])


def left_by_the_dead(directory: Path) -> None:
    (directory / "LOCK").write_text("4194304")
    (generation(directory) / "MAIN_WRITELOCK").touch()
    (generation(directory) / "MAIN.tmp").mkdir()
    (generation(directory) / "_MAIN_9.toc.1.2").write_bytes(b"x")
    (directory / "CURRENT.tmp").write_text("half a na")
    (directory / "v1-unfinished").mkdir()


def without(directory: Path, pattern: str) -> None:
    for path in generation(directory).glob(pattern):
        path.unlink()


DAMAGES: Final[list[Callable[[Path], object]]] = [
    shutil.rmtree,
    a_file_in_its_place,
    lambda directory: without(directory, "*"),
    lambda directory: shutil.rmtree(generation(directory)),
    lambda directory: (directory / "CURRENT").unlink(),
    lambda directory: (directory / "CURRENT").write_bytes(b"\xff\x00 nonsense"),
    lambda directory: (directory / "CURRENT").write_text("../../../etc"),
    of_another_version,
    cut_short,
    lambda directory: replaced(segment(directory), b""),
    lambda directory: without(directory, "SEALS*"),
    lambda directory: without(directory, "*.toc"),
    left_by_the_dead,
]
NAMES: Final = [
    "the directory is gone",
    "a file was in its place",
    "all files are gone",
    "the generation is gone",
    "CURRENT is gone",
    "CURRENT is nonsense",
    "CURRENT points elsewhere",
    "made by an older version",
    "a segment was cut short",
    "a segment is empty",
    "the seals are gone",
    "the contents are gone",
    "left by a writer that died",
]


@pytest.mark.parametrize("damage", DAMAGES, ids=NAMES)
def test_a_damaged_index_finds_nothing_wrong_and_heals(
    site: Site, damage: Callable[[Path], object]
) -> None:
    damage(site.directory)
    site.endures()
    site.index.close()  # As a worker that starts now sees it.
    site.endures()
    with site.followed():
        eventually(site.is_well)
        a_live_article(site.library, "Later", slug="late", sections=[a_section(body="Tretinoin.")])
        eventually(lambda: site.found("tretinoin") == ["late"])
    assert differences(site.library, site.index) == []


def test_damage_while_the_follower_works_heals_at_once(site: Site) -> None:
    with site.followed():
        for pattern in ("CURRENT", "v1-*/*.seg", "v1-*/*.toc", "v1-*/SEALS*", "**/*"):
            for path in site.directory.glob(pattern):
                # The follower may have swept it, or be about to write.
                with suppress(FileNotFoundError, IsADirectoryError, PermissionError):
                    path.unlink()
            eventually(site.is_well)


def test_a_file_in_the_place_of_the_directory_is_no_end(site: Site) -> None:
    site.index.close()
    shutil.rmtree(site.directory)
    site.directory.write_bytes(b"in the way")
    with site.followed():
        site.endures()
        with pytest.raises(AssertionError):
            site.found("skin")
        site.directory.unlink()
        eventually(site.is_well)


def test_an_index_that_nobody_may_write_to_is_read_and_followed_later(site: Site) -> None:
    with read_only(site.directory), site.followed():
        a_live_article(site.library, "Later", slug="late", sections=[a_section(body="Tretinoin.")])
        site.endures()
        site.index.close()
        site.endures()
        assert site.found("tretinoin") == []
    with site.followed():
        eventually(lambda: site.found("tretinoin") == ["late"])
    assert differences(site.library, site.index) == []


def test_an_index_on_a_full_disk_is_read_and_followed_when_there_is_room(
    app: Flask, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    directory = app.extensions["dermis"].settings.home / "index"
    with small_disk(directory, MOST_KILOBYTES):
        site = Site(app, library)
        following.bring_up_to_date(library, site.index)
        with filled(directory), site.followed():
            a_live_article(
                library, "Later", slug="late", sections=[a_section(body="Tretinoin. " * 900)]
            )
            for _ in range(3):
                site.endures()
            site.index.close()
            site.endures()
        with site.followed():
            eventually(lambda: site.found("tretinoin") == ["late"])
            eventually(site.is_well)
        site.index.close()


def test_a_disk_that_is_full_from_the_beginning_stops_no_delivery(
    app: Flask, library: Library
) -> None:
    directory = app.extensions["dermis"].settings.home / "index"
    with small_disk(directory, MOST_KILOBYTES):
        site = Site(app, library)
        with filled(directory), site.followed():
            site.endures()
            problem(app.test_client().get("/api/v1/search?q=skin"), 503)
        with site.followed():
            eventually(site.is_well)
        site.index.close()


FOLLOW: Final = """
import sys, threading
from pathlib import Path
from content.following import follow
from content.library import Library
from content.searching.whoosh_index import WhooshIndex
stop = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
follow(Library(sys.argv[1]), WhooshIndex(Path(sys.argv[2])), stop, 0.01)
"""


def test_two_processes_that_index_at_once_do_no_harm(site: Site) -> None:
    command = [sys.executable, "-c", FOLLOW, site.library.url, str(site.directory)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, env=environment) for _ in range(2)
    ]
    try:
        for number in range(30):
            late = [a_section(body=f"Tretinoin {number}.")]
            a_live_article(site.library, "Later", slug=f"late-{number}", sections=late)
            site.endures()
        eventually(lambda: len(site.found("tretinoin")) == 20)
        eventually(lambda: not differences(site.library, site.index))
    finally:
        for each in processes:
            each.communicate(timeout=30)
    assert [each.returncode for each in processes] == [0, 0]
