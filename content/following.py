"""Followers of the change log: shadows of the library that keep a checkpoint of their own.

A follower that dies at any line loses nothing. Its checkpoint is committed together with what
it took, so it goes on from there, and taking a change twice is harmless. Which kind of change it
was does not matter either: what a follower takes is what is live of the article now.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from hashlib import blake2b
from typing import Final, Protocol

from sqlalchemy.orm import Session

from content import changes
from content.errors import IndexUnreachable, LibraryUnavailable, SearchUnavailable
from content.library import Library
from content.models import now
from content.searching import SearchIndex
from content.searching.documents import SectionDocument, all_live_documents, live_documents
from content.searching.rebuilds import Rebuild, Rebuilds

BATCH = 200
"""Changes handed over at a time; one commit of the follower each.

More, where as many were made together: they are handed over together too.
"""

LONGEST_PAUSE = 30.0
"""Seconds between two attempts, at most, while the library or the index is away."""

LOOK_SECONDS: Final = 0.05
"""How often one looks whether something is new, which is far cheaper than to ask the database."""

MOST_NAMED: Final = 100
"""Differences that a state names; all of them are counted."""

_IDLE: Final = timedelta(seconds=30)
# So long a change may wait to be followed before somebody should be told.

_QUIET_SECONDS: Final = 2.0
# Without news before an index is optimised: the next change must not wait for it.

_TAKEN: Final = 500
# Sections of a rebuild after which what has changed meanwhile is followed.

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


class Watch(Protocol):
    """What tells that the library may have changed; it may say so too often, but never fails to."""

    def version(self) -> object:
        """Another value than before whenever something was committed in between.

        Raises `LibraryUnavailable`.
        """


def rebuild(library: Library, index: SearchIndex) -> int:
    """Build the index anew from all live articles; the sequence number that it then reflects.

    While that lasts, the present index goes on following the log.
    """
    return _rebuild(library, index, iter)


def bring_up_to_date(library: Library, index: SearchIndex, batch: int = BATCH) -> bool:
    """Whatever it takes to have the index reflect the log; False when it did already.

    The index is rebuilt when it is missing, of another version or cannot be read, and when the
    log ends before the index's checkpoint, as after a backup was restored. Raises
    `LibraryUnavailable`, and `SearchUnavailable` when the index cannot be reached or written.
    """
    try:
        known = index.checkpoint()
    except IndexUnreachable:
        raise
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
    library: Library,
    index: SearchIndex,
    stop: threading.Event,
    interval: float = 0.5,
    *,
    watch: Watch | None = None,
    rebuilds: Rebuilds | None = None,
) -> None:
    """Keep the index up to date until `stop` is set, looking every `interval` seconds.

    Sooner where a `watch` tells that something is new. `rebuilds` that were asked for are made
    here. Any number of processes may call this: the index's write lock elects the one that
    works, the others wait quietly. It does not raise while the library or the index is away, but
    tries again with growing pauses.
    """
    pause, news = interval, time.monotonic()
    while not stop.is_set():
        seen = _version(watch)
        try:
            busy = _round(library, index, quiet=time.monotonic() > news + _QUIET_SECONDS)
            busy |= _rebuild_asked_for(library, index, rebuilds)
        except (LibraryUnavailable, SearchUnavailable) as reason:
            pause = min(pause * 2, LONGEST_PAUSE)
            _log.warning("the search index waits %.1f s: %s", pause, reason)
            stop.wait(pause)
            continue
        pause = interval
        if busy:
            news = time.monotonic()
        else:
            _wait_for_news(watch, seen, stop, interval)


def differences(library: Library, index: SearchIndex) -> list[str]:
    """What the index and the live sections do not have in common, a sentence each, in full detail.

    A change that was not followed yet shows up too.
    """
    with library.reading() as session:
        live = {each.section_id: _fingerprint(each) for each in all_live_documents(session)}
    times = Counter[str]()
    other: set[str] = set()
    for each in index.documents():
        times[each.section_id] += 1
        if live.get(each.section_id) != _fingerprint(each):
            other.add(each.section_id)
    return sorted(
        [
            *(f"section {each} is live and is not indexed" for each in live.keys() - times.keys()),
            *(f"section {each} is indexed and is not live" for each in other - live.keys()),
            *(f"section {each} is not indexed as it is" for each in other & live.keys()),
            *(f"section {each} is indexed {n} times" for each, n in times.items() if n > 1),
        ]
    )


@dataclass(frozen=True, slots=True)
class Differences:
    """What the index and the live sections do not have in common: how much, and the first of it."""

    total: int
    named: list[str]


@dataclass(frozen=True, slots=True)
class IndexState:
    """The index against the log.

    `head` is the last change of the log; `sequence` the last one that the index reflects, None
    when it cannot be read; `behind` counts those in between, of which the first was made at
    `waiting_since`. `problem` says in a sentence what somebody should look after, None where all
    is well. `segments` are the parts that the index is kept in.
    """

    head: int
    sequence: int | None
    behind: int | None
    waiting_since: datetime | None
    segments: int | None
    problem: str | None
    rebuild: Rebuild | None
    differences: Differences | None = None

    @property
    def healthy(self) -> bool:
        """Whether there is nothing to look after."""
        return self.problem is None


def state(session: Session, index: SearchIndex, rebuilds: Rebuilds) -> IndexState:
    """How the index stands to the log. The session should have read nothing yet."""
    wish = rebuilds.asked()
    try:
        sequence, segments = index.checkpoint(), index.segments()
    except SearchUnavailable as reason:
        return IndexState(changes.head(session), None, None, None, None, str(reason), wish)
    # The index first: what it took since would else seem to be ahead of the log.
    head = changes.head(session)
    _, since = changes.point(session, sequence + 1)
    problem = _problem(head, sequence, since, wish)
    return IndexState(head, sequence, max(0, head - sequence), since, segments, problem, wish)


def compared(library: Library, index: SearchIndex, found: IndexState) -> IndexState:
    """The state with the differences named, as many as `MOST_NAMED`; all sections are read.

    An index that cannot be read is compared with nothing.
    """
    if found.sequence is None:
        return found
    try:
        every = differences(library, index)
    except SearchUnavailable as reason:
        return replace(found, problem=str(reason))
    return replace(found, differences=Differences(len(every), every[:MOST_NAMED]))


def _problem(head: int, sequence: int, since: datetime | None, wish: Rebuild | None) -> str | None:
    if head < sequence:
        return f"The index is at {sequence}, and the log ends at {head}: it is to be rebuilt."
    if since is not None and since + _IDLE < now():
        return f"The log is not followed since {since:%Y-%m-%d %H:%M:%S} UTC: no follower works."
    if wish is not None and wish.failure is not None:
        return f"The rebuild that was asked for failed: {wish.failure}"
    return None


def _fingerprint(document: SectionDocument) -> bytes:
    """What tells a document from others of its section, small enough to keep for each."""
    return blake2b(repr(document).encode(errors="surrogatepass"), digest_size=16).digest()


def _round(library: Library, index: SearchIndex, *, quiet: bool) -> bool:
    """One look at the log, and upkeep when there is nothing new; whether there was work."""
    with index.elected() as mine:
        if not mine:
            return False
        if bring_up_to_date(library, index):
            index.optimise(busy=True)
            return True
        return quiet and index.optimise()


def _rebuild_asked_for(library: Library, index: SearchIndex, rebuilds: Rebuilds | None) -> bool:
    """Make a rebuild that was asked for, unless another process is at work; whether one was made.

    The wish is settled only when the new index is in its place: whoever dies before that is
    followed by one that begins again.
    """
    if rebuilds is None or rebuilds.asked() is None:
        return False
    with index.elected() as mine:
        wish = rebuilds.begin() if mine else None
        if wish is None:
            return False
        try:
            sequence = _rebuild(library, index, partial(_noted, rebuilds, wish))
        except SearchUnavailable as reason:
            rebuilds.note(replace(wish, failure=str(reason)))
            raise
        except LibraryUnavailable:
            # That is no fault of the rebuild: it waits for the library, however long that takes.
            rebuilds.note(replace(wish, attempts=wish.attempts - 1))
            raise
        rebuilds.settle()
    _log.info("the search index was rebuilt at %d, as was asked for", sequence)
    return True


def _rebuild(
    library: Library,
    index: SearchIndex,
    passed: Callable[[Iterable[SectionDocument]], Iterable[SectionDocument]],
) -> int:
    with library.reading() as session:
        sequence = changes.head(session)
        documents = passed(all_live_documents(session))
        index.rebuild(_followed(library, index, documents), sequence)
    return sequence


def _noted(
    rebuilds: Rebuilds, wish: Rebuild, documents: Iterable[SectionDocument]
) -> Iterator[SectionDocument]:
    for count, document in enumerate(documents):
        if count % _TAKEN == 0:
            rebuilds.note(replace(wish, sections=count))
        yield document


def _followed(
    library: Library, index: SearchIndex, documents: Iterable[SectionDocument]
) -> Iterator[SectionDocument]:
    """The documents for a rebuild; in between the present index takes what has changed.

    One batch at a time: a database ends what idles for long, as the rebuild does meanwhile. Where
    it cannot be followed, as on the first build, that is left to the new one.
    """
    follows = True
    for count, document in enumerate(documents, 1):
        if follows and count % _TAKEN == 0:
            try:
                _hand_over(library, index, BATCH)
            except (LibraryUnavailable, SearchUnavailable):
                follows = False
        yield document


def _version(watch: Watch | None) -> object:
    try:
        return watch.version() if watch else None
    except LibraryUnavailable:
        return None


def _wait_for_news(
    watch: Watch | None, seen: object, stop: threading.Event, seconds: float
) -> None:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        if stop.wait(min(left, LOOK_SECONDS) if watch else left) or _version(watch) != seen:
            return


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
