"""Slowing down whoever guesses."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import event, func, select

from content import throttling
from content.errors import LibraryUnavailable, TooSoon
from content.library import Library, Work
from content.people import Throttle
from content.throttling import ACCOUNT, ADDRESS, ONE_FROM_ANOTHER, Keys, Policy
from tests.building import EDITOR

HERE = Keys.of("ada@example.org", "203.0.113.7")


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("postgres"))]
)
def any_library(request: pytest.FixtureRequest) -> Library:
    """A library on each database."""
    chosen = "library" if request.param == "sqlite" else "postgres_library"
    library: Library = request.getfixturevalue(chosen)
    return library


def fail(library: Library, keys: Keys = HERE) -> float:
    """Fail once; the seconds to wait when that came too soon."""
    try:
        with library.writing(EDITOR) as work:
            throttling.claim(work, keys)
    except TooSoon as refusal:
        return refusal.seconds
    return 0.0


def succeed(library: Library, keys: Keys = HERE) -> None:
    with library.writing(EDITOR) as work:
        throttling.succeed(work, keys, throttling.claim(work, keys))


def fail_until_refused(library: Library, next_keys: Callable[[int], Keys]) -> int:
    for count in range(100):
        if fail(library, next_keys(count)):
            return count
    raise AssertionError("Nobody was refused.")


@pytest.mark.parametrize("policy", [ONE_FROM_ANOTHER, ACCOUNT, ADDRESS])
def test_waits_grow_and_are_bounded(policy: Policy) -> None:
    waits = [policy.wait(count).total_seconds() for count in range(2_000)]
    assert waits == sorted(waits)
    assert waits[policy.free] == 0
    assert waits[policy.free + 1 : policy.free + 4] == [1, 2, 4]
    assert waits[-1] == policy.longest <= 900


def test_one_account_from_one_address_has_five_free_failures(any_library: Library) -> None:
    with time_machine.travel(0, tick=False) as clock:
        # The sixth has to be waited for by the seventh.
        assert fail_until_refused(any_library, lambda _count: HERE) == 6
        for seconds in (1, 2, 4, 8):
            clock.shift(seconds - 0.1)
            assert fail(any_library) == pytest.approx(0.1)
            clock.shift(0.1)
            assert fail(any_library) == 0


def test_one_account_is_guarded_against_many_addresses(any_library: Library) -> None:
    with time_machine.travel(0, tick=False):
        refused = fail_until_refused(
            any_library, lambda count: Keys.of("ada@example.org", f"198.51.100.{count}")
        )
    assert refused == ACCOUNT.free + 1


def test_one_address_cannot_try_every_account(library: Library) -> None:
    with time_machine.travel(0, tick=False):
        refused = fail_until_refused(
            library, lambda count: Keys.of(f"{count}@example.org", "203.0.113.7")
        )
    assert refused == ADDRESS.free + 1


def test_whoever_has_a_network_of_ipv6_has_one_address_of_it(library: Library) -> None:
    with time_machine.travel(0, tick=False):
        refused = fail_until_refused(
            library, lambda count: Keys.of(f"{count}@example.org", f"2001:db8:0:1::{count + 1:x}")
        )
        assert refused == ADDRESS.free + 1
        assert fail(library, Keys.of("ada@example.org", "2001:db8:0:2::1")) == 0


def test_where_the_owner_signed_in_before_others_do_not_slow_them_down(library: Library) -> None:
    with time_machine.travel(0, tick=False):
        succeed(library)
        fail_until_refused(library, lambda count: Keys.of("ada@example.org", f"198.51.100.{count}"))
        elsewhere = Keys.of("ada@example.org", "192.0.2.1")
        assert 0 < fail(library, elsewhere) <= ACCOUNT.longest
        succeed(library)


def test_a_refusal_is_not_counted(library: Library) -> None:
    with time_machine.travel(0, tick=False) as clock:
        fail_until_refused(library, lambda _count: HERE)
        waits = {fail(library) for _ in range(20)}
        assert waits == {1.0}
        clock.shift(1)
        assert fail(library) == 0


def test_success_lets_one_fail_anew(library: Library) -> None:
    with time_machine.travel(0, tick=False):
        for _ in range(5):
            assert fail(library) == 0
        succeed(library)
        assert fail_until_refused(library, lambda _count: HERE) == 6


def test_failures_are_forgotten_after_a_day(library: Library) -> None:
    with time_machine.travel(0, tick=False) as clock:
        for _ in range(6):
            fail(library)
        clock.shift(timedelta(days=1, seconds=1))
        assert fail_until_refused(library, lambda _count: HERE) == 6


def test_what_was_made_up_is_not_kept_for_ever(library: Library) -> None:
    with time_machine.travel(0, tick=False) as clock:
        for count in range(10):
            fail(library, Keys.of(f"{count}@example.org", f"198.51.100.{count}"))
        clock.shift(timedelta(days=2))
        fail(library)
    with library.reading() as session:
        assert session.scalar(select(func.count()).select_from(Throttle)) == 3


def test_guesses_at_the_same_moment_are_all_counted(any_library: Library) -> None:
    def guess(_number: int) -> bool:
        while True:
            try:
                return fail(any_library) == 0
            except LibraryUnavailable:
                continue

    with ThreadPoolExecutor(8) as pool:
        let_through = sum(pool.map(guess, range(40)))
    # One more for each second that it took, doubled each time.
    assert 6 <= let_through <= 10


def test_what_is_typed_is_not_stored(library: Library) -> None:
    fail(library)
    with library.reading() as session:
        keys = session.scalars(select(Throttle.key)).all()
    assert all(len(key) == 64 and "ada" not in key for key in keys)


def test_forgetting_waits_for_nobody_who_is_at_it(postgres_library: Library) -> None:
    """Each holds what the other would forget: neither may wait for the other."""
    there = Keys.of("bea@example.org", "198.51.100.1")
    with time_machine.travel(0, tick=False) as clock:
        fail(postgres_library)
        fail(postgres_library, there)
        clock.shift(timedelta(days=2))
        with postgres_library.writing(EDITOR) as first:
            first.session.connection().exec_driver_sql("SET LOCAL lock_timeout = '500ms'")
            _touched(first, HERE)
            with postgres_library.writing(EDITOR) as second:
                second.session.connection().exec_driver_sql("SET LOCAL lock_timeout = '500ms'")
                throttling.claim(second, there)
            throttling.claim(first, HERE)


def test_what_somebody_comes_for_is_not_forgotten_meanwhile(postgres_library: Library) -> None:
    others: list[float] = []

    def come(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith("SELECT") and "FOR UPDATE" in statement and not others:
            others.append(-1.0)
            others.append(fail(postgres_library, Keys.of("bea@example.org", "198.51.100.1")))

    with time_machine.travel(0, tick=False) as clock:
        fail(postgres_library)
        clock.shift(timedelta(days=2))
        event.listen(postgres_library.engine, "before_cursor_execute", come)
        assert fail(postgres_library) == 0
    assert others == [-1.0, 0.0]


def _touched(work: Work, keys: Keys) -> None:
    """Hold the rows of these keys, as an attempt does that is not over."""
    listed = (keys.pair, keys.account, keys.address)
    work.session.execute(select(Throttle).where(Throttle.key.in_(listed)).with_for_update()).all()
