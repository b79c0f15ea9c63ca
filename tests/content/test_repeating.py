"""Keys of acts: an act is done once, and its repeats are answered as it was."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from content import editing, repeating
from content.errors import Invalid, KeyReused, ShownOnce, StillRunning
from content.library import Actor, Library
from content.models import Article, KeptAnswer
from content.repeating import KEPT_FOR, Act, ForgetKeys
from tests.building import EDITOR

pytestmark = pytest.mark.xdist_group("postgres")

ACT = Act("one", "POST /articles", "0" * 64)
OTHER = Actor("another editor", publishes=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def any_library(request: pytest.FixtureRequest) -> Library:
    """A migrated library on each database."""
    chosen = "library" if request.param == "sqlite" else "postgres_library"
    library: Library = request.getfixturevalue(chosen)
    return library


def _do(library: Library, act: Act = ACT, by: Actor = EDITOR) -> str:
    """Create an article once; its id."""
    with library.writing(by) as work:
        kept = repeating.begin(work, act)
        if kept is not None:
            return kept.body or ""
        made = editing.create_article(work, title="Once", locale="en")
        repeating.keep(work, act, 201, {"ETag": '"1"'}, made.id)
    return made.id


def _articles(library: Library) -> int:
    with library.reading() as session:
        return session.scalar(select(func.count()).select_from(Article)) or 0


def test_a_repeat_is_answered_as_the_first_time_and_not_done_again(any_library: Library) -> None:
    assert _do(any_library) == _do(any_library)
    assert _articles(any_library) == 1
    with any_library.writing(EDITOR) as work:
        kept = repeating.begin(work, ACT)
    assert kept is not None
    assert (kept.status, kept.headers) == (201, {"ETag": '"1"'})


def test_of_repeats_at_the_same_time_one_acts(any_library: Library) -> None:
    starting = threading.Barrier(8)

    def repeat(_: int) -> str:
        starting.wait()
        return _do(any_library)

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(repeat, range(8)))
    assert len(answers) == 1
    assert _articles(any_library) == 1


def test_a_key_is_another_for_somebody_else(any_library: Library) -> None:
    assert _do(any_library) != _do(any_library, by=OTHER)


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (Act("one", "POST /articles", "1" * 64), "another body"),
        (Act("one", "POST /topics", "0" * 64), "POST /articles"),
    ],
)
def test_a_key_is_not_taken_for_something_else(any_library: Library, act: Act, said: str) -> None:
    _do(any_library)
    with pytest.raises(KeyReused) as caught:
        _do(any_library, act)
    assert said in caught.value.reasons[0].detail
    assert _articles(any_library) == 1


def test_an_act_that_was_refused_has_taken_no_key(any_library: Library) -> None:
    with pytest.raises(Invalid), any_library.writing(EDITOR) as work:  # noqa: PT012 - It is one act.
        repeating.begin(work, ACT)
        editing.create_article(work, title="", locale="en")
    _do(any_library, Act("one", "POST /topics", "1" * 64))


def test_a_key_is_known_for_a_day_with_or_without_the_errand(any_library: Library) -> None:
    begun = datetime(2026, 3, 2, 9, tzinfo=UTC)
    errand = ForgetKeys(any_library)
    with time_machine.travel(begun, tick=False):
        first = _do(any_library)
    with time_machine.travel(begun + KEPT_FOR - timedelta(seconds=1), tick=False):
        assert not errand.run()
        assert _do(any_library) == first
    with time_machine.travel(begun + KEPT_FOR, tick=False):
        second = _do(any_library)
        assert second != first
    with time_machine.travel(begun + 2 * KEPT_FOR, tick=False):
        assert not errand.run()
        with any_library.reading() as session:
            assert session.scalar(select(func.count()).select_from(KeptAnswer)) == 0


def test_an_answer_with_a_secret_is_not_kept_and_its_act_is_named(any_library: Library) -> None:
    with any_library.writing(EDITOR) as work:
        repeating.begin(work, ACT)
        repeating.keep_secret(work, ACT, 201, "the-token")
    with pytest.raises(ShownOnce, match="the-token"), any_library.writing(EDITOR) as work:
        repeating.begin(work, ACT)


def test_an_answer_about_what_is_erased_is_erased(any_library: Library) -> None:
    made = _do(any_library)
    with any_library.writing(EDITOR) as work:
        repeating.forget_about(work, made)
    with pytest.raises(ShownOnce):
        _do(any_library)
    assert _articles(any_library) == 1


def test_who_waits_too_long_for_the_first_is_told(postgres_library: Library) -> None:
    with postgres_library.writing(EDITOR) as work:
        repeating.begin(work, ACT)
        with (  # noqa: PT012 - It is one act.
            pytest.raises(StillRunning),
            postgres_library.writing(EDITOR) as second,
        ):
            second.session.connection().exec_driver_sql("SET LOCAL lock_timeout = '50ms'")
            repeating.begin(second, ACT)


def test_a_first_one_that_fails_leaves_the_act_to_who_waits(any_library: Library) -> None:
    begun, tried = threading.Event(), threading.Event()

    def fail() -> None:
        with any_library.writing(EDITOR) as work:
            repeating.begin(work, ACT)
            begun.set()
            tried.wait(5)
            raise Invalid("No.")

    def wait_for(act: Callable[[], str]) -> str:
        begun.wait(5)
        tried.set()
        return act()

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(fail)
        second = pool.submit(wait_for, lambda: _do(any_library))
        assert isinstance(first.exception(), Invalid)
        assert second.result()
    assert _articles(any_library) == 1
