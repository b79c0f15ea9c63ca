"""Remembering finished answers, for as long as the change log has nothing against them.

The guarantee: whoever asks after a change was committed gets no answer from before it. On SQLite
this holds on every worker of the machine, because each question first asks the database's shared
memory whether anybody has committed; on PostgreSQL it holds in the process that committed, and
others hear of it by a notification, or at the latest at the next poll, a second later. A database
that was put in the place of another, as after a backup was restored, is noticed by its log. While
the database cannot be asked at all, what is remembered goes on being given for `PATIENCE` seconds.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from time import monotonic
from typing import Final

from api.answers import Answer, Form
from api.coding import Coding
from api.flights import Flights
from api.store import Store
from api.watching import Watch
from content import changes, planning
from content.errors import LibraryUnavailable
from content.library import Library
from content.models import now
from content.noticing import news
from content.scopes import WORDS, News, Scope

PATIENCE: Final = 60.0
"""Seconds for which remembered answers outlive the database; caches beyond us keep them as long."""

_WAIT_SECONDS: Final = 10.0
# For another thread that is working out the same answer.


class Memory:
    """The finished answers of one process, at most `budget` bytes of them; 0 remembers none."""

    def __init__(self, library: Library, watch: Watch, budget: int) -> None:
        self._library = library
        self._watch = watch
        self._store: Store[Answer] = Store(budget)
        self._flights: Flights[Answer] = Flights()
        self._packing: Flights[Form] = Flights()
        self._local = threading.local()
        self._lock = threading.Lock()
        self._asked_at = monotonic()
        self._entry_at: datetime | None = None
        # When the log's entry at `sequence` was written: another log has another one there.
        self._vocabulary = 0
        self.sequence = -1
        """The point of the log up to which the remembered answers hold; -1 before the first."""
        self.next_due: float | None = None
        """When readers will see something else as planned, in seconds of the epoch; None when
        nothing is planned.
        """
        self.dropped = 0
        """How many answers changes have made untrue so far."""

    def __len__(self) -> int:
        """How many answers are remembered."""
        return len(self._store)

    @property
    def bytes(self) -> int:
        """What the remembered answers take."""
        return self._store.bytes

    def recall(self, spelling: str) -> Answer | None:
        """The answer to a question by any of its spellings, if it is remembered and still true.

        Call `catch_up` first, in the same request.
        """
        answer = self._store.get(spelling)
        if answer is not None and answer.expires is not None and answer.expires <= now():
            self._store.drop([answer.key])
            return None
        return answer

    def catch_up(self) -> None:
        """Forget what is no longer true.

        Raises `LibraryUnavailable` when that cannot be known for too long, `LibraryOutdated`.
        """
        local = self._local
        try:
            version = self._watch.version()
            if version != getattr(local, "version", None):
                self._follow()
                local.version = version
            self._asked_at = monotonic()
        except LibraryUnavailable:
            local.version = None
            if monotonic() - self._asked_at > PATIENCE:
                self._store.clear()
                raise

    def work_out(self, key: str, spelling: str, compute: Callable[[], Answer]) -> Answer:
        """The answer by its key, computed once however many ask for it at the same time."""
        # Only who knows no more than a computation began with may have what comes of it: it may
        # be from before a change that this question comes after.
        flight = f"{self.sequence} {self._vocabulary} {key}"
        answer = self.recall(key) or self._flights.once(
            flight, lambda: self._kept(key, compute), _WAIT_SECONDS
        )
        if spelling != key:
            self._store.alias(spelling, key)
        return answer

    def form(self, answer: Answer, coding: Coding) -> Form:
        """The answer in that coding; brought into it once."""
        return answer.form(coding) or self._packing.once(
            f"{coding} {id(answer)}", lambda: self._packed(answer, coding), _WAIT_SECONDS
        )

    def forget(self) -> None:
        """Forget everything."""
        self._store.clear()

    def close(self) -> None:
        """Let go of the database."""
        self._watch.close()

    def _packed(self, answer: Answer, coding: Coding) -> Form:
        form = answer.form(coding)
        if form is None:
            form, added = answer.make_form(coding)
            self._store.grow(answer.key, answer, added)
        return form

    def _kept(self, key: str, compute: Callable[[], Answer]) -> Answer:
        known = self.recall(key)
        if known is not None:
            return known
        drops = self._store.drops
        answer = compute()
        if answer.lasting:
            self._keep(key, answer, drops)
        return answer

    def _keep(self, key: str, answer: Answer, drops: int) -> None:
        """Remember an answer, unless something happened since it was read."""
        if answer.sequence > self.sequence:
            with suppress(LibraryUnavailable):  # The answer is there; it is only not kept.
                self._follow()
        # Under the lock, no news can be followed between the look at the sequence and the store.
        with self._lock:
            if answer.sequence == self.sequence or not (answer.articles or answer.scopes):
                tags = [*map(_article_tag, answer.articles), *answer.scopes]
                size = answer.size + sum(scope.bytes for scope in answer.scopes)
                self._store.put(key, answer, size, tags, since=drops)

    def _follow(self) -> None:
        """Take the news since the last look, and forget what they concern."""
        with self._lock, self._library.reading() as session:
            latest, vocabulary = changes.point(session, None), changes.vocabulary(session)
            self._note_next(planning.next_due(session))
            known = self.sequence, self._entry_at
            reworded = vocabulary != self._vocabulary
            if latest == known and not reworded:
                return
            if reworded:
                self.dropped += self._store.drop_tagged([WORDS])
            if self.sequence < 0 or changes.point(session, self.sequence) != known:
                # Another log: it gives the same numbers to other changes.
                self._store.clear()
            else:
                self._forget_what_concerns(news(session, self.sequence))
            (self.sequence, self._entry_at), self._vocabulary = latest, vocabulary

    def _note_next(self, due: datetime | None) -> None:
        self.next_due = due.timestamp() if due else None

    def _forget_what_concerns(self, found: News) -> None:
        if found.touched is None:
            self._store.clear()
            return
        scopes = [tag for tag in self._store.tags() if isinstance(tag, Scope)]
        self.dropped += self._store.drop_tagged(
            [
                *(_article_tag(each.article_id) for each in found.touched),
                *(scope for scope in scopes if scope.concerned_by(found)),
            ]
        )


def _article_tag(article_id: str) -> str:
    return f"article {article_id}"
