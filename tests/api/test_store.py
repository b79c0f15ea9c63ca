"""The store of finished responses: budget, tags, aliases, races, and what is kept under a scan."""

import random
import sys
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import accumulate, count
from threading import Event, Lock
from typing import Final

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from api.store import MOST_ALIASES, PART_OF_LARGEST, Store

ROOMY: Final = 1 << 24
KEYS: Final = st.sampled_from([f"/{number}" for number in range(12)])
RAW_KEYS: Final = st.sampled_from(
    [f"/{number}" for number in range(4)] + [f"/?{n}" for n in "abcdefghijkl"]
)
TAGS: Final = st.sampled_from(["list", "type-faq", "article-1", "article-2"])


@dataclass(eq=False)
class Answer:
    """A value that is told apart by being itself."""

    key: str
    size: int = 0
    tags: frozenset[str] = frozenset()
    grown: int = 0
    growing: Lock = field(default_factory=Lock)


def filled(store: Store[str], keys: Iterable[str], size: int = 1_000) -> None:
    """Put a value of that size by each key."""
    for key in keys:
        store.put(key, key, size)


def kept(store: Store[str], keys: Iterable[str]) -> list[str]:
    """Those of the keys that are reached, without a use of them being counted."""
    return [key for key in keys if key in store._reached]


@pytest.fixture
def store() -> Store[str]:
    """A store with room for all."""
    return Store(ROOMY)


def test_a_store_without_a_budget_keeps_nothing() -> None:
    store: Store[str] = Store(0)
    assert not store.put("/a", "first", 0)
    assert (store.get("/a"), len(store), store.bytes) == (None, 0, 0)


def test_what_was_put_is_got(store: Store[str]) -> None:
    assert store.get("/a") is None
    assert store.put("/a", "first", 10)
    assert store.get("/a") == "first"
    assert len(store) == 1


def test_a_second_value_takes_the_place_of_the_first(store: Store[str]) -> None:
    store.put("/a", "first", 10, ["list"])
    alone = store.bytes
    store.put("/a", "second", 30, ["list"])
    assert store.get("/a") == "second"
    assert (len(store), store.bytes) == (1, alone + 20)
    store.put("/a", "third", 10, ["type-faq"])
    assert store.drop_tagged(["list"]) == 0
    assert store.get("/a") == "third"


def test_the_cost_is_the_size_and_what_keeping_takes(store: Store[str]) -> None:
    store.put("/a", "", 0)
    bare = store.bytes
    assert bare >= sys.getsizeof("/a")
    for key, size, tags in (("/b", 500, ()), ("/" + "c" * 1_000, 0, ()), ("/d", 0, ("list",))):
        before = store.bytes
        store.put(key, "", size, tags)
        assert store.bytes - before >= bare + max(size, 0)
    assert store.drop(["/" + "c" * 1_000]) == 1
    assert store.drop(["/a", "/b", "/d"]) == 3
    assert store.bytes == 0


def test_an_entry_that_is_too_large_is_not_kept_and_its_forerunner_neither() -> None:
    store = Store[str](160_000)
    assert 160_000 // PART_OF_LARGEST == 10_000
    assert store.put("/a", "small", 5_000, ["list"])
    assert not store.put("/a", "large", 10_000, ["list"])
    assert store.get("/a") is None
    assert (len(store), store.bytes, store.drop_tagged(["list"])) == (0, 0, 0)


def test_an_entry_may_grow_until_it_is_too_large() -> None:
    store = Store[str](160_000)
    store.put("/a", "value", 5_000)
    before = store.bytes
    assert store.grow("/a", "value", 2_000)
    assert store.bytes == before + 2_000
    assert not store.grow("/a", "value", 5_000)
    assert store.get("/a") is None
    assert store.bytes == 0


def test_growth_of_a_value_that_is_no_longer_there_is_not_counted(store: Store[str]) -> None:
    store.put("/a", "old", 10)
    store.put("/a", "new", 10)
    before = store.bytes
    assert not store.grow("/a", "old", 100)
    assert not store.grow("/b", "old", 100)
    assert store.bytes == before


def test_growth_makes_room_at_the_cost_of_others() -> None:
    store = Store[str](100_000)
    filled(store, [f"/{number}" for number in range(60)])
    assert len(store) == 60
    for number in range(40, 60):
        value = store.get(f"/{number}")
        assert value is not None
        assert store.grow(f"/{number}", value, 3_000)
    assert store.bytes <= 100_000
    assert len(kept(store, [f"/{number}" for number in range(40, 60)])) == 20
    assert kept(store, ["/0"]) == []


def test_dropping_forgets_just_what_is_named(store: Store[str]) -> None:
    filled(store, ["/a", "/b", "/c"])
    assert store.drop(["/a", "/c", "/c", "/nothing"]) == 2
    assert [store.get(key) for key in ("/a", "/b", "/c")] == [None, "/b", None]
    assert store.drop([]) == 0


def test_dropping_by_tag_forgets_what_has_any_of_them(store: Store[str]) -> None:
    store.put("/a", "a", 10, ["article-1", "list"])
    store.put("/b", "b", 10, ["article-2", "list"])
    store.put("/c", "c", 10, ["article-3"])
    store.put("/d", "d", 10)
    assert store.drop_tagged(["article-1", "article-3", "unknown"]) == 2
    assert [store.get(key) for key in ("/a", "/b", "/c", "/d")] == [None, "b", None, "d"]
    assert store.drop_tagged(["list", "article-2"]) == 1
    assert store.drop_tagged(["list"]) == 0


def test_clearing_forgets_everything(store: Store[str]) -> None:
    store.put("/a", "a", 10, ["list"])
    store.alias("/?a", "/a")
    store.clear()
    assert (len(store), store.bytes) == (0, 0)
    assert store.get("/a") is store.get("/?a") is None
    assert store.drop_tagged(["list"]) == 0
    assert store.put("/a", "again", 10)
    assert store.get("/a") == "again"


def test_tags_of_what_was_evicted_are_forgotten_too() -> None:
    store = Store[str](100_000)
    for number in range(1_000):
        store.put(f"/{number}", "", 100, [f"article-{number}", "list"])
    assert len(store._tagged) == len(store) + 1
    assert store.drop_tagged(["article-0"]) == 0
    filled(store, [f"/without/{number}" for number in range(1_000)])
    assert store._tagged == {}
    assert store.drop_tagged(["list"]) == 0


class TestAliases:
    def test_an_entry_is_reached_by_them_as_long_as_it_is_kept(self, store: Store[str]) -> None:
        assert not store.alias("/?b&a", "/?a&b")
        store.put("/?a&b", "value", 10)
        assert store.alias("/?b&a", "/?a&b")
        assert store.get("/?b&a") == "value"
        assert len(store) == 1
        assert store.drop(["/?b&a"]) == 0
        assert store.drop(["/?a&b"]) == 1
        assert store.get("/?b&a") is None
        assert store.bytes == 0

    def test_one_may_stand_for_the_key_to_make_another(self, store: Store[str]) -> None:
        store.put("/a", "value", 10)
        assert store.alias("/?x", "/a")
        assert store.alias("/?y", "/?x")
        assert store.alias("/a", "/?y")
        assert store.drop(["/a"]) == 1
        assert kept(store, ["/a", "/?x", "/?y"]) == []

    def test_they_are_counted_once(self, store: Store[str]) -> None:
        store.put("/a", "value", 10)
        before = store.bytes
        assert store.alias("/?" + "x" * 1_000, "/a")
        assert store.bytes > before + 1_000
        after = store.bytes
        assert store.alias("/?" + "x" * 1_000, "/a")
        assert store.alias("/a", "/a")
        assert store.bytes == after

    def test_of_too_many_the_oldest_goes(self, store: Store[str]) -> None:
        store.put("/a", "value", 10)
        raw_keys = [f"/?{number:03d}" for number in range(100)]
        costs = set()
        for raw_key in raw_keys:
            assert store.alias(raw_key, "/a")
            costs.add(store.bytes)
        assert kept(store, raw_keys) == raw_keys[-MOST_ALIASES:]
        assert len(costs) == MOST_ALIASES

    def test_one_changes_over_to_another_entry_but_a_key_does_not(self, store: Store[str]) -> None:
        filled(store, ["/a", "/b"])
        store.alias("/?x", "/a")
        whole = store.bytes
        assert store.alias("/?x", "/b")
        assert store.get("/?x") == "/b"
        assert not store.alias("/b", "/a")
        assert store.get("/b") == "/b"
        assert store.bytes == whole
        store.drop(["/a"])
        assert store.get("/?x") == "/b"

    def test_one_may_become_a_key(self, store: Store[str]) -> None:
        filled(store, ["/a"])
        before = store.bytes
        store.alias("/b", "/a")
        filled(store, ["/b"])
        assert store.get("/a") == "/a"
        assert store.get("/b") == "/b"
        assert store.bytes == 2 * before

    def test_one_that_would_make_its_entry_too_large_is_not_made(self) -> None:
        store = Store[str](160_000)
        store.put("/a", "value", 5_000)
        before = store.bytes
        assert not store.alias("/?" + "x" * 5_000, "/a")
        assert (store.get("/a"), store.bytes) == ("value", before)

    def test_they_make_room_at_the_cost_of_others(self) -> None:
        store = Store[str](100_000)
        filled(store, [f"/{number}" for number in range(50)])
        for number in range(40, 50):
            for spelling in range(MOST_ALIASES):
                store.alias(f"/{number}?" + "x" * 400 + str(spelling), f"/{number}")
        assert store.bytes <= 100_000
        assert kept(store, ["/0"]) == []


class TestSince:
    """A value that was computed while something of it was dropped is not kept."""

    def test_a_drop_of_its_tag_or_key_meanwhile_refuses_it(self, store: Store[str]) -> None:
        for drop in (
            lambda: store.drop_tagged(["article-1"]),
            lambda: store.drop(["/a"]),
            store.clear,
        ):
            since = store.drops
            drop()
            assert not store.put("/a", "old", 10, ["article-1", "list"], since=since)
            assert store.get("/a") is None
        assert store.put("/a", "new", 10, ["article-1", "list"], since=store.drops)

    def test_a_drop_of_something_else_or_before_does_not(self, store: Store[str]) -> None:
        store.drop_tagged(["article-1"])
        since = store.drops
        store.drop_tagged(["article-2"])
        store.drop(["/b"])
        assert store.put("/a", "value", 10, ["article-1"], since=since)

    def test_a_refused_value_leaves_the_newer_one_alone(self, store: Store[str]) -> None:
        since = store.drops
        store.drop_tagged(["list"])
        store.put("/a", "new", 10, ["list"], since=store.drops)
        assert not store.put("/a", "old", 10, ["list"], since=since)
        assert store.get("/a") == "new"

    def test_what_lies_too_far_back_is_not_believed(self, store: Store[str]) -> None:
        since = store.drops
        for number in range(100):
            store.drop_tagged([f"article-{number}"])
        assert store.put("/a", "value", 10, ["list"], since=since)
        for number in range(1_000):
            store.drop_tagged([f"article-{number}"])
        assert not store.put("/a", "value", 10, ["list"], since=since)

    def test_after_clearing_later_drops_do_not_hide_it(self, store: Store[str]) -> None:
        since = store.drops
        store.clear()
        for _ in range(5):
            store.drop_tagged(["other"])
            assert not store.put("/a", "old", 10, ["list"], since=since)


def requests(seed: int) -> Iterator[int]:
    """Endless requests for 2,000 things, by Zipf."""
    chance = random.Random(seed)
    weights = list(accumulate(1 / rank for rank in range(1, 2_001)))
    while True:
        yield from chance.choices(range(2_000), cum_weights=weights, k=1_000)


class Lru:
    """What the store is compared with."""

    def __init__(self, entries: int) -> None:
        self._entries = entries
        self._kept: OrderedDict[str, None] = OrderedDict()

    def hits(self, key: str) -> bool:
        """Ask for it, and keep it."""
        hit = key in self._kept
        self._kept[key] = None
        self._kept.move_to_end(key)
        if len(self._kept) > self._entries:
            self._kept.popitem(last=False)
        return hit


class Fifos:
    """The store, asked in the same way."""

    def __init__(self, budget: int) -> None:
        self._store = Store[str](budget)

    def hits(self, key: str) -> bool:
        """Ask for it, and keep it."""
        hit = self._store.get(key) is not None
        if not hit:
            self._store.put(key, key, 8_000)
        return hit


def hit_rate(cache: Lru | Fifos, scans: int, scans_before: int = 0) -> float:
    """Of 20,000 requests by Zipf, while beside each so many other things are asked for once.

    10,000 requests went before, with so many others beside each.
    """
    once = count()
    hits = 0
    for turn, thing in zip(range(30_000), requests(7), strict=False):
        counted = turn >= 10_000
        hits += cache.hits(f"/articles/{thing}") and counted
        for _ in range(scans if counted else scans_before):
            cache.hits(f"/articles?q={next(once)}")
    return hits / 20_000


ENTRIES: Final = 300
BUDGET: Final = ENTRIES * 8_700


def test_a_scan_leaves_the_hit_rate_of_the_others_as_it_was() -> None:
    quiet, scanned = hit_rate(Fifos(BUDGET), 0), hit_rate(Fifos(BUDGET), 20)
    lru_quiet, lru_scanned = hit_rate(Lru(ENTRIES), 0), hit_rate(Lru(ENTRIES), 20)
    assert quiet > lru_quiet
    assert abs(quiet - scanned) < 0.01
    assert lru_quiet - lru_scanned > 0.4


def test_a_store_that_is_filled_during_a_scan_finds_what_is_popular() -> None:
    assert hit_rate(Fifos(BUDGET), 4, 4) > hit_rate(Fifos(BUDGET), 0) - 0.03
    assert hit_rate(Fifos(BUDGET), 4, 4) > hit_rate(Lru(ENTRIES), 4, 4) + 0.3


def test_what_was_asked_for_again_outlives_any_number_of_what_was_not() -> None:
    store = Store[str](200_000)
    filled(store, ["/hot"])
    assert [store.get("/hot"), store.get("/hot")] == ["/hot", "/hot"]
    filled(store, [f"/{number}" for number in range(100_000)], size=100)
    assert kept(store, ["/hot"]) == ["/hot"]


def test_once_more_is_not_yet_again_and_again() -> None:
    store = Store[str](200_000)
    filled(store, ["/once-more", "/twice-more"])
    assert [store.get(key) for key in ("/once-more", "/twice-more", "/twice-more")]
    filled(store, [f"/{number}" for number in range(1_000)])
    assert kept(store, ["/once-more", "/twice-more"]) == ["/twice-more"]


def test_uses_that_brought_an_entry_into_the_main_queue_do_not_keep_it_there() -> None:
    store = Store[str](200_000)
    keys = [f"/{number}" for number in range(500)]
    for key in keys:
        filled(store, [key])
        for _ in range(3 if key == "/0" else 2):
            assert store.get(key) == key
        if not kept(store, ["/0"]):
            break
    assert kept(store, keys) == keys[1 : keys.index(key) + 1]


def test_what_comes_back_soon_after_its_eviction_is_kept_longer() -> None:
    store = Store[str](200_000)
    filled(store, ["/back"])
    filler = (f"/{number}" for number in count())
    while kept(store, ["/back"]):
        filled(store, [next(filler)])
    filled(store, ["/back"])
    filled(store, [next(filler) for _ in range(1_000)])
    assert kept(store, ["/back"]) == ["/back"]


def test_a_popular_entry_that_was_dropped_stays_popular() -> None:
    store = Store[str](200_000)
    filled(store, ["/hot"])
    assert [store.get("/hot"), store.get("/hot")] == ["/hot", "/hot"]
    filler = (f"/{number}" for number in count())
    filled(store, [next(filler) for _ in range(1_000)])
    store.drop(["/hot"])
    filled(store, ["/hot"])
    filled(store, [next(filler) for _ in range(1_000)])
    assert kept(store, ["/hot"]) == ["/hot"]


def test_what_is_no_longer_asked_for_goes_in_the_end() -> None:
    store = Store[str](200_000)
    old, new = [f"/old/{n}" for n in range(50)], [f"/new/{n}" for n in range(500)]
    for key in (*old, *old, *old):
        if store.get(key) is None:
            filled(store, [key])
    for key in (*new, *new):
        filled(store, [key])
        assert [store.get(key), store.get(key), store.get(key)] == [key] * 3
    assert kept(store, old) == []
    assert len(store) > 50


def test_a_million_keys_leave_no_trace_beyond_the_budget() -> None:
    store = Store[str](1_000_000)
    for number in range(50_000):
        store.put(f"/{number}", "", 0, [f"article-{number}"])
        store.alias(f"/?{number}", f"/{number}")
    assert store.bytes <= 1_000_000
    assert len(store._reached) <= 2 * len(store)
    assert len(store._tagged) == len(store) < 1_000
    assert len(store._ghosts) < 200


def rebuilt(store: Store[Answer]) -> Store[Answer]:
    """A new store in which is put what that one is seen to keep."""
    fresh = Store[Answer](1 << 30)
    for key, entry in store._reached.items():
        if entry.value.key == key:
            answer = entry.value
            fresh.put(key, answer, answer.size, answer.tags)
            fresh.grow(key, answer, answer.grown)
    for key, entry in store._reached.items():
        fresh.alias(key, entry.value.key)
    return fresh


def account_is_exact(store: Store[Answer]) -> bool:
    """Whether the store says of itself what a new one with the same in it says."""
    fresh = rebuilt(store)
    same_tags = {tag: len(holders) for tag, holders in store._tagged.items()} == {
        tag: len(holders) for tag, holders in fresh._tagged.items()
    }
    return same_tags and (store.bytes, len(store)) == (fresh.bytes, len(fresh))


class StoreBesideModel(RuleBasedStateMachine):
    """Any sequence of calls, beside a dictionary that never evicts."""

    def __init__(self) -> None:
        super().__init__()
        self.store = Store[Answer](40_000)
        self.answers: dict[str, Answer] = {}
        self.spelled: dict[str, str] = {}

    @rule(key=KEYS, size=st.integers(0, 2_000), tags=st.frozensets(TAGS))
    def put(self, key: str, size: int, tags: frozenset[str]) -> None:
        answer = self.answers[key] = Answer(key, size, tags)
        self.spelled.pop(key, None)
        if self.store.put(key, answer, size, tags):
            assert self.store.get(key) is answer
        else:
            del self.answers[key]

    @rule(key=KEYS, by=st.integers(0, 1_000))
    def grow(self, key: str, by: int) -> None:
        answer = self.answers.get(key)
        if answer is not None and self.store.grow(key, answer, by):
            answer.grown += by
            assert self.store.get(key) is answer

    @rule(raw_key=RAW_KEYS, key=KEYS)
    def alias(self, raw_key: str, key: str) -> None:
        meant = self.spelled.get(key, key)
        if self.store.alias(raw_key, key):
            assert self.store.get(raw_key) is self.answers[meant]
            if raw_key != meant:
                self.spelled[raw_key] = meant

    @rule(key=KEYS | RAW_KEYS)
    def get(self, key: str) -> None:
        assert self.store.get(key) in (None, self._expected(key))

    @rule(keys=st.lists(KEYS, max_size=3))
    def drop(self, keys: list[str]) -> None:
        before = len(self.store)
        dropped = self.store.drop(keys)
        assert before - len(self.store) == dropped
        self._forget(set(keys))

    @rule(tags=st.lists(TAGS, max_size=2))
    def drop_tagged(self, tags: list[str]) -> None:
        before = len(self.store)
        dropped = self.store.drop_tagged(tags)
        assert before - len(self.store) == dropped
        self._forget({key for key, each in self.answers.items() if each.tags & set(tags)})

    @rule()
    def clear(self) -> None:
        self.store.clear()
        self._forget(set(self.answers))

    def _forget(self, keys: set[str]) -> None:
        for key in keys:
            self.answers.pop(key, None)
        self.spelled = {raw: key for raw, key in self.spelled.items() if key not in keys}
        assert not [key for key in self.store._reached if self._expected(key) is None]

    def _expected(self, key: str) -> Answer | None:
        return self.answers.get(self.spelled.get(key, key))

    @invariant()
    def what_is_reached_is_what_was_put(self) -> None:
        for key, entry in self.store._reached.items():
            assert entry.value is self._expected(key)

    @invariant()
    def it_is_within_its_budget_and_its_account_exact(self) -> None:
        assert self.store.bytes <= 40_000
        assert account_is_exact(self.store)

    def teardown(self) -> None:
        self.store.drop(list(self.answers))
        assert (len(self.store), self.store.bytes) == (0, 0)
        assert (self.store._reached, self.store._tagged) == ({}, {})


TestStoreBesideModel = StoreBesideModel.TestCase
TestStoreBesideModel.settings = settings(max_examples=60, stateful_step_count=60, deadline=None)


@pytest.fixture
def hasty() -> Iterator[None]:
    """Threads that take turns a thousand times as often as usual."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(5e-6)
    yield
    sys.setswitchinterval(usual)


class Hammer:
    """Does to the store whatever can be done, at random."""

    def __init__(self, store: Store[Answer], seed: int) -> None:
        self._store = store
        self._chance = random.Random(seed)

    def strike(self, times: int) -> None:
        """Get something and do something, so many times."""
        acts = [self._put] * 4 + [self._alias] * 3 + [self._drop, self._drop_tagged]
        for turn in range(times):
            key = f"/{int(self._chance.paretovariate(0.5)) % 200}"
            found = self._store.get(self._chance.choice((key, f"{key}?")))
            if found is not None:
                assert found.key == key
                self._grow(found)
            self._chance.choice(acts)(key)
            if turn % 1_000 == 999:
                self._store.clear()

    def _put(self, key: str) -> None:
        tags = frozenset(self._tag() for _ in range(self._chance.randrange(4)))
        answer = Answer(key, self._chance.randrange(4_000), tags)
        self._store.put(key, answer, answer.size, tags, since=self._store.drops)

    def _grow(self, found: Answer) -> None:
        with found.growing:
            if self._store.grow(found.key, found, 10):
                found.grown += 10

    def _alias(self, key: str) -> None:
        self._store.alias(f"{key}?", key)

    def _drop(self, key: str) -> None:
        self._store.drop([key])

    def _drop_tagged(self, key: str) -> None:
        self._store.drop_tagged([self._tag()])

    def _tag(self) -> str:
        return f"tag-{self._chance.randrange(9)}"


@pytest.mark.usefixtures("hasty")
def test_threads_that_do_everything_at_once_leave_it_whole() -> None:
    store = Store[Answer](100_000)
    with ThreadPoolExecutor(8) as pool:
        for each in [pool.submit(Hammer(store, seed).strike, 4_500) for seed in range(8)]:
            each.result()
    assert 0 < store.bytes <= 100_000
    assert account_is_exact(store)
    store.drop(list(store._reached))
    assert (len(store), store.bytes, store._reached, store._tagged) == (0, 0, {}, {})


@pytest.mark.usefixtures("hasty")
def test_what_was_computed_before_a_drop_is_never_got_after_it() -> None:
    store = Store[int](ROOMY)
    truth, dropped, over = [0], [0], Event()

    def fill() -> None:
        while not over.is_set():
            since = store.drops
            version = truth[0]
            store.put("/a", version, 10, ["article-1"], since=since)

    def publish() -> None:
        for version in range(1, 3_000):
            truth[0] = version
            store.drop_tagged(["article-1"])
            dropped[0] = version

    def read() -> int:
        reads = 0
        while not over.is_set():
            oldest = dropped[0]
            version = store.get("/a")
            assert version is None or version >= oldest
            reads += version is not None
        return reads

    with ThreadPoolExecutor(4) as pool:
        fillers = [pool.submit(fill) for _ in range(2)]
        reader, publisher = pool.submit(read), pool.submit(publish)
        try:
            publisher.result()
        finally:
            over.set()
        assert reader.result() > 0
        assert all(each.exception() is None for each in fillers)
