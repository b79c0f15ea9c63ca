"""Followers of the change log: shadows of the library that keep a checkpoint of their own.

A follower that dies at any line loses nothing. Its checkpoint is committed together with what
it took, so it goes on from there, and taking a change twice is harmless. Which kind of change it
was does not matter either: what a follower takes is what is live of the article now.
"""

import logging
import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Protocol

from content import changes
from content.errors import LibraryUnavailable, SearchUnavailable
from content.library import Library
from content.searching import SearchIndex
from content.searching.documents import SectionDocument, all_live_documents, live_documents

BATCH = 200
"""Changes handed over at a time; one commit of the follower each."""

LONGEST_PAUSE = 30.0
"""Seconds between two attempts, at most, while the library or the index is away."""

_CROWDED = 32
# Segments at which an index is optimised although there is more to do: it would get too slow.

_log = logging.getLogger(__name__)


class Follower(Protocol):
    """What follows the log. One that needs only the articles' ids leaves the documents unread."""

    def checkpoint(self) -> int:
        """The sequence number of the last change that was taken."""

    def apply(
        self, article_ids: Sequence[str], documents: Iterable[SectionDocument], sequence: int
    ) -> None:
        """Take what is live now of these articles, and the checkpoint with it, or nothing."""


def catch_up(library: Library, follower: Follower, batch: int = BATCH) -> int:
    """Hand over all changes after the follower's checkpoint; how many there were.

    The changes and what is live are read in one snapshot; of several changes of one article only
    the last state is handed over. Raises `LibraryUnavailable`, and whatever the follower raises.
    """
    handed_over = 0
    while count := _hand_over(library, follower, batch):
        handed_over += count
    return handed_over


def rebuild(library: Library, index: SearchIndex) -> int:
    """Build the index anew from all live articles; the sequence number that it then reflects."""
    with library.reading() as session:
        sequence = changes.head(session)
        index.rebuild(all_live_documents(session), sequence)
    return sequence


def bring_up_to_date(library: Library, index: SearchIndex, batch: int = BATCH) -> bool:
    """Whatever it takes to have the index reflect the log; False when it did already.

    The index is rebuilt when it is missing, of another version or cannot be read, and when the
    log ends before the index's checkpoint, as after a backup was restored.
    """
    try:
        known = index.checkpoint()
    except SearchUnavailable as reason:
        _log.warning("rebuilding the search index: %s", reason)
        return _rebuilt(library, index)
    with library.reading() as session:
        head = changes.head(session)
    if head < known:
        _log.warning("rebuilding the search index: it is at %d, the log ends at %d", known, head)
        return _rebuilt(library, index)
    return head > known and catch_up(library, index, batch) > 0


def follow(
    library: Library, index: SearchIndex, stop: threading.Event, interval: float = 0.5
) -> None:
    """Keep the index up to date until `stop` is set, looking every `interval` seconds.

    Any number of processes may call this: the index's write lock elects the one that works, the
    others wait quietly. It does not raise while the library or the index is away, but tries
    again with growing pauses.
    """
    pause = interval
    while not stop.is_set():
        try:
            busy = _round(library, index)
        except (LibraryUnavailable, SearchUnavailable) as reason:
            pause = min(pause * 2, LONGEST_PAUSE)
            _log.warning("the search index waits %.1f s: %s", pause, reason)
            stop.wait(pause)
            continue
        pause = interval
        if not busy:
            stop.wait(interval)


def differences(library: Library, index: SearchIndex) -> list[str]:
    """What the index and the live sections do not have in common, a sentence each, in full detail.

    A change that was not followed yet shows up too.
    """
    with library.reading() as session:
        live = set(all_live_documents(session))
    indexed = Counter(index.documents())
    twice = Counter(each.section_id for each in indexed.elements())
    return sorted(
        [
            *(f"section {each.section_id} is not indexed as it is" for each in live - set(indexed)),
            *(f"section {each.section_id} is indexed as it is not" for each in set(indexed) - live),
            *(f"section {each} is indexed {n} times" for each, n in twice.items() if n > 1),
        ]
    )


def _round(library: Library, index: SearchIndex) -> bool:
    """One look at the log, and upkeep when there is nothing new; whether there was work."""
    with index.elected() as mine:
        if not mine:
            return False
        if bring_up_to_date(library, index):
            index.optimise(_CROWDED)
            return True
        return index.optimise()


def _rebuilt(library: Library, index: SearchIndex) -> bool:
    sequence = rebuild(library, index)
    _log.info("the search index was rebuilt at %d", sequence)
    return True


def _hand_over(library: Library, follower: Follower, batch: int) -> int:
    since = follower.checkpoint()
    with library.reading() as session:
        news = changes.after(session, since, batch)
        if news:
            article_ids = list(dict.fromkeys(change.article_id for change in news))
            documents = live_documents(session, article_ids)
            follower.apply(article_ids, documents, news[-1].sequence)
    return len(news)
