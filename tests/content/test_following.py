import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from api.watching import watch_of
from content.errors import LibraryUnavailable, SearchUnavailable
from content.following import bring_up_to_date, catch_up, differences, follow, rebuild
from content.library import Library
from content.searching import SearchQuery
from content.searching.arrays import open_arrays, write_arrays
from content.searching.documents import SectionDocument
from content.searching.rebuilds import MOST_ATTEMPTS, Rebuilds
from content.searching.whoosh_decoding import ARRAYS_VERSION
from content.searching.whoosh_index import WhooshIndex
from tests.content.searching.building import (
    library_in,
    make_schema,
    publish,
    publish_together,
    withdraw,
)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with library_in(tmp_path) as library:
        yield library


@pytest.fixture
def index(tmp_path: Path) -> Iterator[WhooshIndex]:
    index = WhooshIndex(tmp_path / "index")
    yield index
    index.close()


ROOT = Path(__file__).parents[2]


def text(text: str) -> list[tuple[str, str | None, str]]:
    return [("overview", None, text)]


def total(index: WhooshIndex, words: str) -> int:
    return index.search(SearchQuery(words)).total


def reflects(index: WhooshIndex, sequence: int) -> bool:
    return index.checkpoint() == sequence


def eventually(holds: Callable[[], bool], seconds: float = 10) -> bool:
    """Whether it holds at some moment within these seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if holds():
                return True
        except SearchUnavailable:
            pass  # An index on its way is what is waited for.
        time.sleep(0.01)
    return False


@contextmanager
def following(library: Library, index: WhooshIndex) -> Iterator[None]:
    """A follower at work in another thread, with an interval that tests can wait for."""
    stop = threading.Event()
    thread = threading.Thread(target=follow, args=(library, index, stop, 0.01))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(10)
        assert not thread.is_alive()


class Recorder:
    """A follower that keeps nothing but what it was handed."""

    def __init__(self) -> None:
        self.taken: list[tuple[list[str], int]] = []

    def checkpoint(self) -> int:
        return self.taken[-1][1] if self.taken else 0

    def apply(
        self, article_ids: Sequence[str], documents: Iterable[SectionDocument], sequence: int
    ) -> None:
        del documents
        self.taken.append((list(article_ids), sequence))


def test_a_missing_index_is_built_from_what_is_live(library: Library, index: WhooshIndex) -> None:
    publish(library, "one", text("Scars fade."))
    publish(library, "two", text("Scars stay."))
    withdraw(library, "two")
    assert bring_up_to_date(library, index)
    assert total(index, "scars") == 1
    assert index.checkpoint() == 3
    assert not bring_up_to_date(library, index)


def test_what_is_published_is_found_and_what_is_withdrawn_is_not(
    library: Library, index: WhooshIndex
) -> None:
    rebuild(library, index)
    publish(library, "one", text("Scars fade."))
    publish(library, "two", text("Redness fades."))
    assert catch_up(library, index) == 2
    assert (total(index, "scars"), total(index, "redness")) == (1, 1)
    publish(library, "one", text("Peels and lasers."))
    withdraw(library, "two")
    assert catch_up(library, index) == 2
    assert (total(index, "scars"), total(index, "peels"), total(index, "redness")) == (0, 1, 0)
    assert differences(library, index) == []


def test_topics_and_pairs_are_followed_too(library: Library, index: WhooshIndex) -> None:
    rebuild(library, index)
    pairs = [("Will it hurt?", "Numbing cream helps.")]
    publish(library, "one", [("faq", "Questions", "")], topics=["procedure:prp"], pairs=pairs)
    catch_up(library, index)
    assert index.search(SearchQuery("numbing", topics=["procedure:prp"])).total == 1


def test_several_changes_of_one_article_are_handed_over_once(library: Library) -> None:
    article = publish(library, "one", text("First."))
    other = publish(library, "two", text("Other."))
    publish(library, "one", text("Second."))
    follower = Recorder()
    assert catch_up(library, follower) == 3
    assert follower.taken == [([article, other], 3)]


def test_changes_are_handed_over_in_batches_up_to_the_head(library: Library) -> None:
    for place in range(7):
        publish(library, f"a-{place}", text("Text."))
    follower = Recorder()
    assert catch_up(library, follower, batch=3) == 7
    assert [sequence for _, sequence in follower.taken] == [3, 6, 7]


def test_what_was_changed_together_is_handed_over_together(library: Library) -> None:
    publish(library, "first", text("Text."))
    group = publish_together(library, {f"a-{place}": text("Text.") for place in range(7)})
    publish(library, "last", text("Text."))
    for batch in (1, 2, 3, 8):
        follower = Recorder()
        assert catch_up(library, follower, batch=batch) == 9
        (taken,) = (each for each in follower.taken if group[0] in each[0])
        assert (set(group) <= set(taken[0]), taken[1]) == (True, 2), batch
        assert follower.checkpoint() == 3


def test_an_index_reflects_all_that_was_changed_together(
    library: Library, index: WhooshIndex
) -> None:
    rebuild(library, index)
    publish_together(library, {f"a-{place}": text("Scars.") for place in range(7)})
    assert catch_up(library, index, batch=2) == 7
    assert (index.checkpoint(), total(index, "scars")) == (1, 7)
    publish_together(library, {"a-1": text("Redness."), "new": text("Redness.")})
    catch_up(library, index, batch=1)
    assert (total(index, "scars"), total(index, "redness")) == (6, 2)
    assert differences(library, index) == []


def test_taking_all_changes_again_changes_nothing(library: Library, index: WhooshIndex) -> None:
    index.rebuild([], 0)
    for place in range(5):
        publish(library, f"a-{place}", text(f"Scar {place}."))
    withdraw(library, "a-0")
    catch_up(library, index)
    before = list(index.documents())
    index.rebuild(before, 0)
    catch_up(library, index, batch=2)
    assert set(index.documents()) == set(before)
    assert differences(library, index) == []


def test_an_index_ahead_of_the_log_is_rebuilt(library: Library, index: WhooshIndex) -> None:
    publish(library, "one", text("Scars."))
    index.rebuild([], 99)
    assert bring_up_to_date(library, index)
    assert index.checkpoint() == 1
    assert differences(library, index) == []


def test_differences_are_named(library: Library, index: WhooshIndex) -> None:
    publish(library, "one", text("Scars."))
    rebuild(library, index)
    [document] = index.documents()
    index.rebuild([document, document], 1)
    assert differences(library, index) == [f"section {document.section_id} is indexed 2 times"]
    publish(library, "one", text("Redness."))
    assert len(differences(library, index)) == 3


def test_the_follower_takes_changes_as_they_come(library: Library, index: WhooshIndex) -> None:
    with following(library, index):
        for place in range(12):
            publish(library, f"a-{place}", text("Scars."))
        assert eventually(lambda: total(index, "scars") == 12)
        assert eventually(lambda: index.segments() <= 8)
        withdraw(library, "a-3")
        assert eventually(lambda: total(index, "scars") == 11)


def test_the_follower_heals_a_damaged_index(
    library: Library, index: WhooshIndex, tmp_path: Path
) -> None:
    publish(library, "one", text("Scars."))
    with following(library, index):
        assert eventually(lambda: total(index, "scars") == 1)
        [segment] = (tmp_path / "index").glob("v*/MAIN_*")
        segment.write_bytes(segment.read_bytes().replace(b"W3Bl", b"xxxx"))
        reader = WhooshIndex(tmp_path / "index")
        with pytest.raises(SearchUnavailable):
            reader.search(SearchQuery("scars"))
        assert eventually(lambda: total(reader, "scars") == 1)
        (tmp_path / "index" / "CURRENT").unlink()
        assert eventually(lambda: total(reader, "scars") == 1)
        reader.close()


def test_an_index_whose_arrays_lack_something_is_refused_and_then_rebuilt(
    library: Library, index: WhooshIndex, tmp_path: Path
) -> None:
    publish(library, "one", text("Scars."))
    rebuild(library, index)
    [segment] = (tmp_path / "index").glob("v*/MAIN_*.seg")
    [path] = (tmp_path / "index").glob("v*/arrays_*")
    arrays = open_arrays(path, segment, ARRAYS_VERSION)
    assert arrays is not None
    fewer = {name: each for name, each in arrays.items() if not name.startswith("lexicon")}
    write_arrays(path, fewer, segment, ARRAYS_VERSION)
    with pytest.raises(SearchUnavailable, match="lexicon"):
        total(WhooshIndex(tmp_path / "index"), "scars")
    assert bring_up_to_date(library, index)
    assert total(index, "scars") == 1


def test_the_follower_waits_for_a_database_that_is_away(
    tmp_path: Path, index: WhooshIndex, caplog: pytest.LogCaptureFixture
) -> None:
    library = Library(f"sqlite:///{tmp_path / 'late.db'}")
    with caplog.at_level(logging.WARNING), following(library, index):
        assert eventually(lambda: "waits" in caplog.text)
        make_schema(library)
        publish(library, "one", text("Scars."))
        assert eventually(lambda: total(index, "scars") == 1)
    library.close()


def test_a_database_that_is_away_is_not_taken_for_a_damaged_index(
    library: Library, index: WhooshIndex
) -> None:
    publish(library, "one", text("Scars."))
    rebuild(library, index)
    publish(library, "two", text("Scars."))
    with library.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE faq_item RENAME TO elsewhere")
    with pytest.raises(LibraryUnavailable):
        bring_up_to_date(library, index)
    with pytest.raises(LibraryUnavailable):
        rebuild(library, index)
    assert (index.checkpoint(), total(index, "scars")) == (1, 1)
    with library.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO faq_item")
    assert bring_up_to_date(library, index)
    assert differences(library, index) == []


def test_a_second_follower_takes_over_when_the_first_is_gone(
    library: Library, index: WhooshIndex, tmp_path: Path
) -> None:
    second = WhooshIndex(tmp_path / "index")
    rebuild(library, index)
    with following(library, second):
        with index._lock.held(patience=5) as mine:
            assert mine
            publish(library, "one", text("Scars."))
            assert not eventually(lambda: total(second, "scars") == 1, seconds=0.3)
        assert eventually(lambda: total(second, "scars") == 1)
    second.close()


def test_a_watch_wakes_the_follower_long_before_its_interval(
    library: Library, index: WhooshIndex
) -> None:
    watch, stop = watch_of(library), threading.Event()
    options = {"watch": watch, "rebuilds": None}
    thread = threading.Thread(target=follow, args=(library, index, stop, 600.0), kwargs=options)
    thread.start()
    assert eventually(partial(reflects, index, 0))
    for number in range(1, 4):
        publish(library, "one", text(f"Scars {number}."))
        assert eventually(partial(reflects, index, number))
    stop.set()
    thread.join(10)
    watch.close()
    assert not thread.is_alive()


def test_a_rebuild_that_was_asked_for_waits_for_the_library(
    library: Library, index: WhooshIndex, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    publish(library, "one", text("Scars."))
    rebuild(library, index)
    rebuilds, stop = Rebuilds(index.wish), threading.Event()
    with library.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE faq_item RENAME TO elsewhere")
    rebuilds.ask()
    options = {"rebuilds": rebuilds}
    thread = threading.Thread(target=follow, args=(library, index, stop, 0.01), kwargs=options)
    with caplog.at_level(logging.WARNING):
        thread.start()
        assert eventually(lambda: caplog.text.count("waits") > MOST_ATTEMPTS)
    with library.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO faq_item")
    assert eventually(lambda: rebuilds.asked() is None)
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
    assert differences(library, index) == []


def test_changes_are_followed_while_the_index_is_rebuilt(library: Library, tmp_path: Path) -> None:
    found: list[int] = []

    class Observed(WhooshIndex):
        def rebuild(self, documents: Iterable[SectionDocument], sequence: int) -> None:
            super().rebuild(self._observed(documents), sequence)

        def _observed(self, documents: Iterable[SectionDocument]) -> Iterator[SectionDocument]:
            for number, document in enumerate(documents):
                if found == [] and number == 10:
                    publish(library, "late", text("Tretinoin."))
                if number in {20, 590}:
                    found.append(total(self, "tretinoin"))
                yield document

    publish(library, "long", [("overview", None, f"Scar {number}.") for number in range(600)])
    index = WhooshIndex(tmp_path / "index")
    rebuild(library, index)
    observed = Observed(tmp_path / "index")
    rebuild(library, observed)
    assert found == [0, 1]
    assert bring_up_to_date(library, observed)
    assert total(observed, "tretinoin") == 1
    assert differences(library, observed) == []
    observed.close()
    index.close()


def test_killing_the_writer_at_any_moment_loses_nothing() -> None:
    command = [sys.executable, "-m", "tests.content.killing", "--times", "25"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "25 writers killed" in ended.stdout
