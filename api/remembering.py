"""Remembering finished answers, for as long as the change log has nothing against them.

The guarantee: whoever asks after a change was committed gets no answer from before it. On SQLite
this holds on every worker of the machine, because each question first asks the database's shared
memory whether anybody has committed; on PostgreSQL it holds in the process that committed, and
others hear of it by a notification, or at the latest at the next poll, a second later. While the
database cannot be asked at all, what is remembered goes on being given for `PATIENCE` seconds.
"""

import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from time import monotonic
from typing import Final

from api.answers import Answer, Form
from api.coding import Coding
from api.flights import Flights
from api.store import Store
from api.watching import Watch
from content.changes import head
from content.errors import LibraryUnavailable
from content.library import Library
from content.noticing import news
from content.scopes import Scope

PATIENCE: Final = 60.0
"""Seconds for which remembered answers outlive the database; caches beyond us keep them as long."""

_WAIT_SECONDS: Final = 10.0
# For another thread that is working out the same answer.

_FEW_SCOPES: Final = 1_000


class Memory:
    """The finished answers of one process, at most `budget` bytes of them; 0 remembers none."""

    def __init__(self, library: Library, watch: Watch, budget: int) -> None:
        self._library = library
        self._watch = watch
        self._store: Store[Answer] = Store(budget)
        self._flights: Flights[Answer] = Flights()
        self._local = threading.local()
        self._lock = threading.Lock()
        self._scopes: dict[str, Scope] = {}
        self._asked_at = monotonic()
        self.sequence = -1
        """The point of the log up to which the remembered answers hold; -1 before the first."""
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
        return self._store.get(spelling)

    def catch_up(self) -> None:
        """Forget what is no longer true. Raises `LibraryUnavailable` when that cannot be known."""
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
        answer = self._store.get(key) or self._flights.once(
            key, lambda: self._kept(key, compute), _WAIT_SECONDS
        )
        if spelling != key:
            self._store.alias(spelling, key)
        return answer

    def form(self, answer: Answer, coding: Coding) -> Form:
        """The answer in that coding; brought into it once."""
        form = answer.form(coding)
        if form is None:
            form, added = answer.make_form(coding)
            self._store.grow(answer.key, answer, added)
        return form

    def forget(self) -> None:
        """Forget everything."""
        self._store.clear()

    def close(self) -> None:
        """Let go of the database."""
        self._watch.close()

    def _kept(self, key: str, compute: Callable[[], Answer]) -> Answer:
        known = self._store.get(key)
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
                tags = [*map(_article_tag, answer.articles), *self._scope_tags(answer.scopes)]
                self._store.put(key, answer, answer.size, tags, since=drops)

    def _follow(self) -> None:
        """Take the news since the last look, and forget what they concern."""
        with self._lock, self._library.reading() as session:
            if self.sequence < 0:
                self.sequence = head(session)
                return
            found = news(session, self.sequence)
            if found.sequence == self.sequence:
                return
            if found.sequence < self.sequence or found.touched is None:
                # After a backup was restored, the log gives the same numbers to other changes.
                self._store.clear()
                self._scopes.clear()
            else:
                touched = [_article_tag(each.article_id) for each in found.touched]
                scopes = [tag for tag, each in self._scopes.items() if each.concerned_by(found)]
                self.dropped += self._store.drop_tagged([*touched, *scopes])
                self._forget_scopes()
            self.sequence = found.sequence

    def _scope_tags(self, scopes: Iterable[Scope]) -> list[str]:
        if len(self._scopes) > 2 * len(self._store) + _FEW_SCOPES:
            self._forget_scopes()
        tags = []
        for scope in scopes:
            tag = f"scope {scope!r}"
            self._scopes[tag] = scope
            tags.append(tag)
        return tags

    def _forget_scopes(self) -> None:
        """Scopes of answers that are gone need not be asked again."""
        self._scopes = {
            tag: scope for tag, scope in self._scopes.items() if self._store.is_tag_used(tag)
        }


def _article_tag(article_id: str) -> str:
    return f"article {article_id}"
