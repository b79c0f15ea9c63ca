"""A store of finished responses, bounded in bytes, that keeps what is asked for again.

It evicts by S3-FIFO (Yang et al., "FIFO queues are all you need for cache eviction", SOSP 2023).
What is new passes through a small queue; only what was asked for twice more on its way gets into
the main queue, or what was evicted a short while ago and is wanted once more. What is asked for
once, however much of it, thus pushes out nothing but its like. A hit moves nothing: it costs one
look into a dictionary, and needs no lock under the interpreter's own.
"""

from collections import OrderedDict, deque
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from itertools import islice
from sys import getsizeof
from threading import Lock
from typing import Final, Generic, TypeVar

V = TypeVar("V")

MOST_ALIASES: Final = 8
"""Spellings that an entry may be reached by beside its key; of more, the oldest goes."""

PART_OF_LARGEST: Final = 16
"""An entry that costs more than this part of the budget is not kept."""

_PART_OF_SMALL: Final = 10
# The small queue has a tenth of the budget, as in the paper.

_MOST_USES: Final = 3
# The paper's counter has two bits.

_BYTES_A_GHOST: Final = 8_192
# Evicted keys remembered: one for so much of the budget, about as many as there are entries of
# usual size. Each takes some 110 bytes, under 2 % of the budget for all, and beside it.

_RECENT_DROPS: Final = 256
# Drops that `put` can look back on; who computed through more of them is not believed.

# What keeping takes beside value and keys, in bytes, measured and rounded up: an entry with its
# places in dictionary and queue; a tag that no other entry has (one that is shared takes half);
# the places of an alias.
_ENTRY_BYTES: Final = 600
_TAG_BYTES: Final = 450
_ALIAS_BYTES: Final = 100


@dataclass(slots=True, eq=False)
class _Entry(Generic[V]):
    key: str
    value: V
    tags: frozenset[Hashable]
    cost: int
    queue: "_Queue[V]"
    uses: int = 0
    aliases: list[str] = field(default_factory=list)


class _Queue(Generic[V]):
    """First in, first out, by key; anything can be taken out of the middle at once."""

    __slots__ = ("bytes", "entries")

    def __init__(self) -> None:
        self.entries: OrderedDict[str, _Entry[V]] = OrderedDict()
        self.bytes = 0

    def add(self, entry: _Entry[V]) -> None:
        self.entries[entry.key] = entry
        self.bytes += entry.cost
        entry.queue = self

    def remove(self, entry: _Entry[V]) -> None:
        del self.entries[entry.key]
        self.bytes -= entry.cost

    def oldest(self) -> _Entry[V]:
        return next(iter(self.entries.values()))


class Store(Generic[V]):
    """Values by key, each with a size and tags, within a budget of bytes.

    All of it may be called from any thread. The sizes are the caller's word; what keeping an
    entry takes beside its value (key, tags, aliases, queues) is added here.
    """

    __slots__ = (
        "_budget",
        "_drops",
        "_find",
        "_ghosts",
        "_largest",
        "_lock",
        "_main",
        "_most_ghosts",
        "_reached",
        "_recent_drops",
        "_small",
        "_small_budget",
        "_tagged",
    )

    def __init__(self, budget: int) -> None:
        """A store that keeps at most `budget` bytes."""
        self._budget = budget
        self._largest = budget // PART_OF_LARGEST
        self._small_budget = budget // _PART_OF_SMALL
        self._most_ghosts = max(1, budget // _BYTES_A_GHOST)
        self._lock = Lock()
        self._reached: dict[str, _Entry[V]] = {}
        self._find = self._reached.get
        self._small: _Queue[V] = _Queue()
        self._main: _Queue[V] = _Queue()
        self._ghosts: OrderedDict[int, None] = OrderedDict()
        self._tagged: dict[Hashable, set[_Entry[V]]] = {}
        self._drops = 0
        self._recent_drops: deque[frozenset[Hashable]] = deque(maxlen=_RECENT_DROPS)

    def get(self, key: str) -> V | None:
        """The value that was put by this key, or by the key that this is an alias of."""
        entry = self._find(key)
        if entry is None:
            return None
        # Two threads may count one use, or one too many: the order of eviction is a guess anyway.
        if entry.uses < _MOST_USES:
            entry.uses += 1
        return entry.value

    @property
    def bytes(self) -> int:
        """What the entries cost; never more than the budget when no call is under way."""
        return self._small.bytes + self._main.bytes

    @property
    def drops(self) -> int:
        """How often something was to be dropped: read it before computing, for `put`'s `since`."""
        return self._drops

    def __len__(self) -> int:
        """How many entries there are; aliases are none."""
        return len(self._small.entries) + len(self._main.entries)

    def put(
        self,
        key: str,
        value: V,
        size: int,
        tags: Iterable[Hashable] = (),
        *,
        since: int | None = None,
    ) -> bool:
        """Keep `value`, `size` bytes large, instead of what was reached by `key`; say whether.

        It is not kept when it is too large, or when its key or one of its tags was dropped after
        `drops` was `since`: it may then have been computed from what is no longer so.
        """
        if not self._budget:
            return False
        named = frozenset(tags)
        cost = _ENTRY_BYTES + getsizeof(key) + size + _TAG_BYTES * len(named)
        with self._lock:
            if since is not None and self._is_outdated(since, named | {key}):
                return False
            self._vacate(key)
            if cost > self._largest:
                return False
            self._make_room(cost)
            self._insert(_Entry(key, value, named, cost, self._queue_for(key)))
            return True

    def grow(self, key: str, value: V, by: int) -> bool:
        """Count `by` more bytes for `value`, got by `key`; say whether it is still kept.

        Nothing is counted when the key has another value by now. An entry that has grown too
        large is not kept.
        """
        with self._lock:
            entry = self._reached.get(key)
            if entry is None or entry.value is not value:
                return False
            self._charge(entry, by)
            if entry.cost > self._largest:
                self._remove(entry)
            self._make_room(0)
            return self._reached.get(key) is entry

    def alias(self, raw_key: str, key: str) -> bool:
        """Let the entry that `key` reaches be reached by `raw_key` too; say whether it is.

        It is as long as the entry is kept, and no more than `MOST_ALIASES` came after it. A
        spelling that was an alias of another entry changes over; the key of another does not.
        """
        cost = _ALIAS_BYTES + getsizeof(raw_key)
        with self._lock:
            entry, other = self._reached.get(key), self._reached.get(raw_key)
            if entry is None or entry.cost + cost > self._largest:
                return False
            if other is entry or (other is not None and other.key == raw_key):
                return other is entry
            if other is not None:
                self._remove_alias(other, raw_key)
            if len(entry.aliases) == MOST_ALIASES:
                self._remove_alias(entry, entry.aliases[0])
            self._charge(entry, cost)
            entry.aliases.append(raw_key)
            self._reached[raw_key] = entry
            self._make_room(0)
            return self._reached.get(raw_key) is entry

    def drop(self, keys: Iterable[str]) -> int:
        """Forget the entries of these keys (aliases are passed over); say how many there were."""
        named = frozenset(keys)
        with self._lock:
            self._note_drop(named)
            found = [(key, self._reached.get(key)) for key in named]
            return self._drop_all(entry for key, entry in found if entry and entry.key == key)

    def drop_tagged(self, tags: Iterable[Hashable]) -> int:
        """Forget the entries that have any of these tags; say how many there were."""
        named = frozenset(tags)
        with self._lock:
            self._note_drop(named)
            return self._drop_all({entry for tag in named for entry in self._tagged.get(tag, ())})

    def tags(self) -> list[Hashable]:
        """Every tag that an entry has."""
        with self._lock:
            return list(self._tagged)

    def clear(self) -> None:
        """Forget everything; what is being computed meanwhile is not believed either."""
        with self._lock:
            self._drops += 1
            self._recent_drops.clear()
            self._reached.clear()
            self._tagged.clear()
            self._ghosts.clear()
            for queue in (self._small, self._main):
                queue.entries.clear()
                queue.bytes = 0

    def _note_drop(self, named: frozenset[Hashable]) -> None:
        self._drops += 1
        self._recent_drops.append(named)

    def _is_outdated(self, since: int, named: frozenset[Hashable]) -> bool:
        missed = self._drops - since
        if missed > len(self._recent_drops):
            return True
        return not all(map(named.isdisjoint, islice(reversed(self._recent_drops), missed)))

    def _drop_all(self, entries: Iterable[_Entry[V]]) -> int:
        dropped = 0
        for entry in entries:
            self._remove_for_now(entry)
            dropped += 1
        return dropped

    def _vacate(self, key: str) -> None:
        entry = self._reached.get(key)
        if entry is None:
            return
        if entry.key == key:
            self._remove_for_now(entry)
        else:
            self._remove_alias(entry, key)

    def _remove_for_now(self, entry: _Entry[V]) -> None:
        self._remove(entry)
        if entry.queue is self._main:
            # An edit does not make a page less popular: its new text goes straight back.
            self._remember(entry.key)

    def _remove(self, entry: _Entry[V]) -> None:
        for key in (entry.key, *entry.aliases):
            del self._reached[key]
        entry.queue.remove(entry)
        for tag in entry.tags:
            holders = self._tagged[tag]
            holders.remove(entry)
            if not holders:
                del self._tagged[tag]

    def _remove_alias(self, entry: _Entry[V], raw_key: str) -> None:
        entry.aliases.remove(raw_key)
        del self._reached[raw_key]
        self._charge(entry, -_ALIAS_BYTES - getsizeof(raw_key))

    def _charge(self, entry: _Entry[V], cost: int) -> None:
        entry.cost += cost
        entry.queue.bytes += cost

    def _queue_for(self, key: str) -> _Queue[V]:
        ghost = hash(key)
        if ghost not in self._ghosts:
            return self._small
        del self._ghosts[ghost]
        return self._main

    def _insert(self, entry: _Entry[V]) -> None:
        entry.queue.add(entry)
        for tag in entry.tags:
            self._tagged.setdefault(tag, set()).add(entry)
        self._reached[entry.key] = entry

    def _remember(self, key: str) -> None:
        ghost = hash(key)  # A key may be long; two that share a number do no harm.
        self._ghosts[ghost] = None
        self._ghosts.move_to_end(ghost)
        if len(self._ghosts) > self._most_ghosts:
            self._ghosts.popitem(last=False)

    def _make_room(self, cost: int) -> None:
        while self.bytes + cost > self._budget:
            if self._small.bytes > self._small_budget or not self._main.entries:
                self._leave_small(self._small.oldest())
            else:
                self._leave_main(self._main.oldest())

    def _leave_small(self, entry: _Entry[V]) -> None:
        if entry.uses > 1:
            entry.uses = 0
            self._small.remove(entry)
            self._main.add(entry)
        else:
            self._remove(entry)
            self._remember(entry.key)

    def _leave_main(self, entry: _Entry[V]) -> None:
        if entry.uses > 0:
            entry.uses -= 1
            self._main.entries.move_to_end(entry.key)
        else:
            self._remove(entry)
