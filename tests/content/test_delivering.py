"""Delivering: every change is told, in order, whatever receivers and machines do."""

import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
import time_machine
from sqlalchemy import select, text, update
from standardwebhooks import Webhook

from content import changes, delivering, editing, publishing, subscribing
from content.delivering import Deliveries, OldDeliveries, pause_after
from content.errors import Unknown
from content.library import Library
from content.messaging import OVERLAP, Keys, secret_shown
from content.models import AuditEntry, Stored
from content.outbound import Outbound
from content.published import ChangedArticle, Dependants, LoggedChange
from content.subscribing import EndpointDraft
from content.webhooks import Delivery, Endpoint, Replay
from tests.building import EDITOR, a_live_article, a_section
from tests.receiving import LOOPBACK, Received, Receiver, Reply, receiver

KEYS: Final = Keys(b"k" * 32, "purge-token")
MONDAY: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)

pytestmark = pytest.mark.xdist_group("postgres")


@pytest.fixture(params=["sqlite", "postgresql"])
def any_library(request: pytest.FixtureRequest) -> Library:
    """A migrated library on each database."""
    chosen = "library" if request.param == "sqlite" else "postgres_library"
    library: Library = request.getfixturevalue(chosen)
    return library


@pytest.fixture
def hook() -> Iterator[Receiver]:
    """A receiver that takes everything."""
    with receiver() as made:
        yield made


def subscribe(library: Library, url: str, **about: Any) -> Endpoint:
    """An endpoint that is told from now on."""
    with library.writing(EDITOR) as work:
        return subscribing.create_endpoint(work, EndpointDraft("A site", url, **about))


def errand(library: Library, seconds: float = 5) -> Deliveries:
    """A deliverer that may call this machine."""
    return Deliveries(library, Outbound(LOOPBACK, seconds=seconds), KEYS)


def deliver(library: Library) -> None:
    """Tell all that is due now."""
    telling = errand(library)
    while telling.run():
        telling.wait()


def publish(library: Library, count: int) -> list[str]:
    """So many articles, each of them a change; their ids."""
    return [a_live_article(library, f"Article {number}").id for number in range(count)]


def state(library: Library, endpoint: Endpoint) -> Endpoint:
    """The endpoint as it is now."""
    with library.reading() as session:
        return session.get_one(Endpoint, endpoint.id)


def log(library: Library, *, failed: bool = False) -> list[Delivery]:
    """The attempts, oldest first."""
    with library.reading() as session:
        found = session.scalars(select(Delivery).order_by(Delivery.id)).all()
    return [each for each in found if not (failed and each.delivered)]


def test_an_event_is_signed_and_says_what_the_log_says(
    any_library: Library, hook: Receiver
) -> None:
    endpoint = subscribe(any_library, hook.url)
    (article_id,) = publish(any_library, 1)
    deliver(any_library)
    (request,) = hook.received
    secret = secret_shown(KEYS, endpoint)
    assert secret is not None
    told = Webhook(secret).verify(request.body, dict(request.headers))
    assert request.method == "POST"
    assert told["type"] == "article.upsert"
    assert told["timestamp"] == told["data"]["at"]
    assert told["data"]["article"]["id"] == article_id
    assert told["data"]["tags"] == [
        f"article-{article_id}",
        "topic-procedure-microneedling",
        "type-aftercare",
        "list",
    ]


def test_changes_are_told_once_each_and_in_order(any_library: Library, hook: Receiver) -> None:
    endpoint = subscribe(any_library, hook.url)
    ids = publish(any_library, 3)
    with any_library.writing(EDITOR) as work:
        publishing.withdraw(work, ids[0], None, "Wrong.")
    deliver(any_library)
    deliver(any_library)
    assert [each.told for each in hook.received] == [*enumerate(ids, 1), (4, ids[0])]
    assert hook.received[-1].document["type"] == "article.tombstone"
    assert len({each.id for each in hook.received}) == 4
    assert state(any_library, endpoint).sequence == 4
    assert [each.delivered for each in log(any_library)] == [True] * 4


def test_what_was_before_an_endpoint_is_not_told(library: Library, hook: Receiver) -> None:
    publish(library, 2)
    subscribe(library, hook.url)
    (third,) = publish(library, 1)
    deliver(library)
    assert [each.told for each in hook.received] == [(3, third)]


@pytest.mark.parametrize(
    ("filters", "told"),
    [
        ({}, [1, 2, 3, 4]),
        ({"topics": ["condition:acne"]}, [2, 4]),
        ({"topics": ["condition:acne", "procedure:microneedling"]}, [1, 2, 3, 4]),
        ({"types": ["risks"]}, [1]),
        ({"locale": "de"}, [3]),
        ({"events": ["article.tombstone"]}, [4]),
        ({"topics": ["condition:acne"], "events": ["article.upsert"]}, [2]),
        ({"topics": ["device:pen"]}, []),
    ],
)
def test_an_endpoint_is_told_what_it_wants_and_passes_over_the_rest(
    library: Library, hook: Receiver, filters: dict[str, Any], told: list[int]
) -> None:
    endpoint = subscribe(library, hook.url, **filters)
    a_live_article(library, "One", sections=[a_section(), a_section("risks", "Risks")])
    acne = a_live_article(library, "Two", topics=["condition:acne"])
    a_live_article(library, "Three", locale="de")
    with library.writing(EDITOR) as work:
        publishing.withdraw(work, acne.id, None, "Wrong.")
    deliver(library)
    assert [each.told[0] for each in hook.received] == told
    assert state(library, endpoint).sequence == 4
    assert len(log(library)) == len(told)


def test_who_wanted_a_topic_is_told_that_an_article_left_it(
    library: Library, hook: Receiver
) -> None:
    article = a_live_article(library, topics=["condition:acne"])
    subscribe(library, hook.url, topics=["condition:acne"])
    with library.writing(EDITOR) as work:
        editing.change_article(work, article.id, None, topics=["procedure:microneedling"])
    a_live_article(library, "Another", topics=["procedure:microneedling"])
    deliver(library)
    assert [each.told for each in hook.received] == [(2, article.id)]


def test_a_receiver_that_fails_for_a_day_loses_nothing_and_keeps_the_order(
    any_library: Library, hook: Receiver
) -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        endpoint = subscribe(any_library, hook.url)
        hook.reply = lambda _request: Reply(500, body=b"Out of\x00 order")
        ids = publish(any_library, 3)
        while datetime.now(UTC) < MONDAY + timedelta(days=1):
            deliver(any_library)
            clock.shift(timedelta(minutes=10))
        assert {each.told for each in hook.received} == {(1, ids[0])}
        assert len({each.id for each in hook.received}) == 1
        failing = state(any_library, endpoint)
        assert failing.failing_since == MONDAY
        assert failing.failures == len(hook.received) == len(log(any_library))
        assert 8 < failing.failures < 40
        assert log(any_library)[-1].answer == "Out of\ufffd order"
        assert log(any_library)[-1].error == "The receiver answered 500."
        hook.received.clear()
        hook.reply = lambda _request: Reply()
        clock.shift(delivering.LONGEST_PAUSE)
        deliver(any_library)
    assert [each.told for each in hook.received] == list(enumerate(ids, 1))
    well = state(any_library, endpoint)
    assert (well.failures, well.failing_since, well.paused_at) == (0, None, None)


def test_after_three_days_it_is_paused_and_goes_on_when_resumed(
    any_library: Library, hook: Receiver
) -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        endpoint = subscribe(any_library, hook.url)
        hook.reply = lambda _request: Reply(503)
        ids = publish(any_library, 2)
        while state(any_library, endpoint).paused_at is None:
            deliver(any_library)
            clock.shift(timedelta(hours=1))
        paused = state(any_library, endpoint)
        assert paused.paused_at is not None
        assert timedelta(days=3) <= paused.paused_at - MONDAY < timedelta(days=3, hours=8)
        assert paused.pause_reason == (
            "It took nothing since 2026-03-02 09:00 UTC, at last: The receiver answered 503."
        )
        assert paused.revision == endpoint.revision + 1
        with any_library.reading() as session:
            (noted,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "pause"))
        assert noted.detail == {"reason": paused.pause_reason}
        hook.received.clear()
        hook.reply = lambda _request: Reply()
        clock.shift(timedelta(days=30))
        deliver(any_library)
        assert hook.received == []
        with any_library.writing(EDITOR) as work:
            subscribing.resume(work, endpoint.id)
        deliver(any_library)
    assert [each.told for each in hook.received] == list(enumerate(ids, 1))


def test_a_receiver_that_has_gone_is_paused_at_once(library: Library, hook: Receiver) -> None:
    endpoint = subscribe(library, hook.url)
    hook.reply = lambda _request: Reply(410)
    publish(library, 2)
    deliver(library)
    assert len(hook.received) == 1
    assert "410" in (state(library, endpoint).pause_reason or "")


@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [("3600", 3_600, 3_600), ("999999999", 21_600, 21_600), ("0", 2, 5), ("nonsense", 2, 5)],
)
def test_a_receiver_is_left_alone_for_as_long_as_it_asks_within_bounds(
    library: Library, hook: Receiver, asked: str, least: int, most: int
) -> None:
    endpoint = subscribe(library, hook.url)
    hook.reply = lambda _request: Reply(429, {"Retry-After": asked})
    publish(library, 1)
    with time_machine.travel(MONDAY, tick=False):
        deliver(library)
    again = state(library, endpoint).next_attempt_at
    assert again is not None
    assert timedelta(seconds=least) <= again - MONDAY <= timedelta(seconds=most)


def test_pauses_grow_and_end_growing() -> None:
    for failures in range(1, 2_000):
        doubled = min(5.0 * 2 ** min(failures - 1, 30), 21_600.0)
        assert doubled / 2 <= pause_after(failures).total_seconds() <= doubled
    assert len({pause_after(5) for _ in range(10)}) > 1


def test_a_redirect_is_a_failure_and_nobody_else_is_called(
    library: Library, hook: Receiver
) -> None:
    subscribe(library, hook.url)
    hook.reply = lambda _request: Reply(307, {"Location": "http://169.254.169.254/latest/"})
    publish(library, 1)
    deliver(library)
    assert [each.error for each in log(library)] == ["The receiver answered 307."]
    assert len(hook.received) == 1


def test_an_address_that_may_not_be_called_is_a_failure_with_its_reason(library: Library) -> None:
    subscribe(library, "https://169.254.169.254/latest/meta-data")
    publish(library, 1)
    deliver(library)
    (attempt,) = log(library)
    assert "no public address" in (attempt.error or "")
    assert (attempt.status, attempt.duration_ms) == (None, None)


def test_a_receiver_that_hangs_keeps_nobody_waiting(any_library: Library, hook: Receiver) -> None:
    never = threading.Event()
    hook.reply = lambda _request: Reply(before=lambda: never.wait(60))
    with receiver() as other:
        hanging = subscribe(any_library, hook.url)
        subscribe(any_library, other.url)
        publish(any_library, 1)
        telling = errand(any_library, seconds=2)
        assert telling.run()
        hook.wait_for(1)
        other.wait_for(1)
        publish(any_library, 2)
        while len(other.received) < 3:
            telling.run()
        telling.wait()
        never.set()
    assert [each.error for each in log(any_library, failed=True)] == [
        "The receiver did not answer in time."
    ]
    assert state(any_library, hanging).sequence == 0


def test_more_endpoints_than_threads_all_have_their_turn(library: Library, hook: Receiver) -> None:
    for _ in range(5):
        subscribe(library, hook.url)
    publish(library, 1)
    telling = Deliveries(library, Outbound(LOOPBACK), KEYS, most_at_once=2)
    while telling.run():
        telling.wait()
    assert len({each.id for each in hook.received}) == 5


def test_two_deliverers_at_once_tell_nothing_twice(any_library: Library, hook: Receiver) -> None:
    with ExitStack() as exits:
        other = Library(any_library.url)
        exits.callback(other.close)
        seconds = exits.enter_context(receiver())
        for each in (hook, seconds):
            subscribe(any_library, each.url)
        both = [errand(any_library), errand(other)]
        stop = threading.Event()

        def attend(telling: Deliveries) -> None:
            while not stop.is_set():
                telling.run()

        threads = [threading.Thread(target=attend, args=(each,)) for each in both]
        for thread in threads:
            thread.start()
        ids = publish(any_library, 25)
        for each in (hook, seconds):
            each.wait_for(25)
        stop.set()
        for thread in threads:
            thread.join()
        for telling in both:
            telling.wait()
        for each in (hook, seconds):
            assert [request.told for request in each.received] == list(enumerate(ids, 1))


def _expire_leases(library: Library) -> None:
    """As if the time of a lease had passed."""
    with library.writing(EDITOR) as work:
        work.session.execute(
            update(Endpoint).values(leased_until=None).execution_options(synchronize_session=False)
        )


_CHILD: Final = """
import sys
from tests.content.test_delivering import deliver
from content.library import Library
deliver(Library(sys.argv[1]))
"""


def test_deliverers_that_are_killed_lose_nothing(any_library: Library, hook: Receiver) -> None:
    endpoint = subscribe(any_library, hook.url)
    ids = publish(any_library, 60)
    chance = random.Random(7)
    for _ in range(6):
        goal = len(hook.received) + chance.randrange(1, 15)
        command = [sys.executable, "-c", _CHILD, any_library.url]
        with subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(Path.cwd())}) as child:
            hook.wait_for(min(goal, 60), seconds=60)
            child.send_signal(signal.SIGKILL)
        _expire_leases(any_library)
    deliver(any_library)
    told = [each.told for each in hook.received]
    assert list(dict.fromkeys(told)) == list(enumerate(ids, 1))
    assert len({each.id for each in hook.received}) == 60
    assert len(told) - 60 <= 6 * 17
    assert state(any_library, endpoint).sequence == 60


def test_what_goes_wrong_here_counts_as_a_failure_and_is_tried_more_and_more_rarely(
    any_library: Library, hook: Receiver
) -> None:
    endpoint = subscribe(any_library, hook.url)
    publish(any_library, 1)
    _set_by_hand(any_library, flavour="later")
    with time_machine.travel(MONDAY, tick=False) as clock:
        for failures in (1, 2):
            deliver(any_library)
            left = state(any_library, endpoint)
            assert (left.failures, left.failing_since, left.lease) == (failures, MONDAY, None)
            assert left.next_attempt_at is not None
            assert left.next_attempt_at > datetime.now(UTC)
            clock.move_to(left.next_attempt_at)
        clock.move_to(MONDAY + delivering.PATIENCE)
        deliver(any_library)
        assert "log of this site" in (state(any_library, endpoint).pause_reason or "")
        _set_by_hand(any_library, flavour="standard")
        with any_library.writing(EDITOR) as work:
            subscribing.resume(work, endpoint.id)
        deliver(any_library)
    assert len(hook.received) == 1


def _set_by_hand(library: Library, **values: Any) -> None:
    """As no editor can."""
    with library.writing(EDITOR) as work:
        work.session.execute(
            update(Endpoint).values(**values).execution_options(synchronize_session=False)
        )


def test_while_a_lease_lasts_nobody_else_tells(library: Library, hook: Receiver) -> None:
    endpoint = subscribe(library, hook.url)
    publish(library, 1)
    with library.writing(EDITOR) as work:
        held = {"lease": "another", "leased_until": work.at + timedelta(seconds=20)}
        work.session.execute(
            update(Endpoint).values(held).execution_options(synchronize_session=False)
        )
    deliver(library)
    assert hook.received == []
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=40)):
        deliver(library)
    assert len(hook.received) == 1
    assert state(library, endpoint).sequence == 1


def test_who_lost_its_lease_writes_nothing_down(library: Library, hook: Receiver) -> None:
    endpoint = subscribe(library, hook.url)
    publish(library, 1)

    def steal() -> None:
        with library.writing(EDITOR) as work:
            work.session.execute(
                update(Endpoint)
                .values(lease="another")
                .execution_options(synchronize_session=False)
            )

    hook.reply = lambda _request: Reply(before=steal)
    telling = errand(library)
    telling.run()
    telling.wait()
    assert len(hook.received) == 1
    assert (state(library, endpoint).sequence, log(library)) == (0, [])


def test_a_pause_is_heeded_while_it_is_being_told(library: Library, hook: Receiver) -> None:
    endpoint = subscribe(library, hook.url)
    publish(library, 40)

    def pause(request: Received) -> Reply:
        if request.told[0] == 1:
            with library.writing(EDITOR) as work:
                subscribing.pause(work, endpoint.id)
        return Reply()

    hook.reply = pause
    deliver(library)
    told = len(hook.received)
    assert 1 <= told <= 16
    assert state(library, endpoint).sequence == told
    with library.writing(EDITOR) as work:
        subscribing.resume(work, endpoint.id)
    deliver(library)
    assert [each.told[0] for each in hook.received] == list(range(1, 41))


def test_an_endpoint_may_be_deleted_while_it_is_being_told(
    library: Library, hook: Receiver
) -> None:
    endpoint = subscribe(library, hook.url)
    publish(library, 1)

    def delete() -> None:
        with library.writing(EDITOR) as work:
            subscribing.delete_endpoint(work, endpoint.id, None)

    hook.reply = lambda _request: Reply(before=delete)
    deliver(library)
    assert log(library) == []


def test_what_changes_of_an_endpoint_holds_for_what_comes_next(
    library: Library, hook: Receiver
) -> None:
    with receiver() as moved:
        endpoint = subscribe(library, hook.url)
        hook.reply = lambda _request: Reply(404)
        ids = publish(library, 2)
        deliver(library)
        with library.writing(EDITOR) as work:
            subscribing.change_endpoint(work, endpoint.id, 1, {"url": moved.url})
        deliver(library)
        assert [each.told for each in moved.received] == list(enumerate(ids, 1))


def test_both_secrets_sign_for_a_day_after_a_rotation(library: Library, hook: Receiver) -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        endpoint = subscribe(library, hook.url)
        with library.writing(EDITOR) as work:
            rotated = subscribing.rotate(work, endpoint.id)
        publish(library, 1)
        deliver(library)
        clock.shift(OVERLAP)
        a_live_article(library, "Later")
        deliver(library)
        counts = [each.headers["webhook-signature"].count("v1,") for each in hook.received]
        new = secret_shown(KEYS, rotated)
        assert new is not None
        assert new != secret_shown(KEYS, endpoint)
        Webhook(new).verify(hook.received[1].body, dict(hook.received[1].headers))
    assert counts == [2, 1]


def test_a_replay_tells_a_range_again_under_the_same_ids(
    any_library: Library, hook: Receiver
) -> None:
    endpoint = subscribe(any_library, hook.url)
    publish(any_library, 5)
    deliver(any_library)
    with any_library.writing(EDITOR) as work:
        subscribing.replay(work, endpoint.id, 2, 4)
    deliver(any_library)
    first, again = hook.received[:5], hook.received[5:]
    assert [each.told for each in again] == [each.told for each in first[1:4]]
    assert [each.id for each in again] == [each.id for each in first[1:4]]
    with any_library.reading() as session:
        (replay,) = session.scalars(select(Replay)).all()
    assert replay.finished_at is not None
    assert replay.sequence == 4
    assert state(any_library, endpoint).sequence == 5
    assert [each.replay_id for each in log(any_library)] == [None] * 5 + [replay.id] * 3


def test_a_replay_waits_for_what_is_new_and_goes_on_after_a_failure(
    library: Library, hook: Receiver
) -> None:
    endpoint = subscribe(library, hook.url)
    publish(library, 3)
    deliver(library)
    with library.writing(EDITOR) as work:
        subscribing.replay(work, endpoint.id, 1, 3)
    a_live_article(library, "New")
    hook.received.clear()
    hook.reply = lambda request: Reply(200 if len(hook.received) != 3 else 500)
    with time_machine.travel(datetime.now(UTC)) as clock:
        deliver(library)
        assert [each.told[0] for each in hook.received] == [4, 1, 2]
        clock.shift(timedelta(minutes=1))
        deliver(library)
    assert [each.told[0] for each in hook.received] == [4, 1, 2, 2, 3]


def test_a_trial_tells_what_came_of_it_and_leaves_the_checkpoint(
    library: Library, hook: Receiver
) -> None:
    endpoint = subscribe(library, hook.url)
    publish(library, 1)
    tried = delivering.try_out(library, Outbound(LOOPBACK), KEYS, endpoint.id)
    with library.writing(EDITOR) as work:
        noted = delivering.note_trial(work, tried)
    assert (noted.event, noted.delivered, noted.status) == ("webhook.ping", True, 200)
    assert hook.received[0].document["type"] == "webhook.ping"
    assert state(library, endpoint).sequence == 0
    with pytest.raises(Unknown):
        delivering.try_out(library, Outbound(LOOPBACK), KEYS, "nobody")


def test_old_attempts_are_forgotten(any_library: Library, hook: Receiver) -> None:
    subscribe(any_library, hook.url)
    with time_machine.travel(MONDAY):
        publish(any_library, 2)
        deliver(any_library)
    with time_machine.travel(MONDAY + timedelta(days=29)):
        a_live_article(any_library, "Later")
        deliver(any_library)
        OldDeliveries(any_library).run()
        assert len(log(any_library)) == 3
    with time_machine.travel(MONDAY + timedelta(days=31)):
        assert OldDeliveries(any_library).run() is False
    assert len(log(any_library)) == 1


def test_no_secret_is_in_the_database(library: Library, hook: Receiver) -> None:
    endpoint = subscribe(library, hook.url)
    publish(library, 1)
    deliver(library)
    secret = secret_shown(KEYS, endpoint)
    assert secret is not None
    with library.reading() as session:
        stored = [
            repr(row)
            for table in Stored.metadata.sorted_tables
            for row in session.execute(text(f"SELECT * FROM {table.name}"))
        ]
    held = "\n".join(stored)
    assert endpoint.id in held
    for hidden in (secret, secret.removeprefix("whsec_"), "k" * 32, "purge-token"):
        assert hidden not in held


class Seen:
    """A watch that says what it is told to say."""

    number = 0

    def version(self) -> object:
        """The number."""
        return self.number


def test_what_a_watch_has_seen_is_told_at_once(library: Library, hook: Receiver) -> None:
    watch = Seen()
    telling = Deliveries(library, Outbound(LOOPBACK), KEYS, watch)
    subscribe(library, hook.url)
    assert telling.run() is False
    publish(library, 1)
    watch.number += 1
    assert telling.run() is True
    hook.wait_for(1)
    telling.wait()


def test_news_that_a_watch_has_missed_are_told_soon(library: Library, hook: Receiver) -> None:
    telling = Deliveries(library, Outbound(LOOPBACK), KEYS, Seen())
    subscribe(library, hook.url)
    telling.run()
    publish(library, 1)
    while not telling.run():
        pass
    hook.wait_for(1)
    telling.wait()


def _change(sequence: int, article_id: str) -> LoggedChange:
    article = ChangedArticle(article_id, "a", "en", "0")
    return LoggedChange(sequence, MONDAY, "upsert", article, [], [], Dependants([], []))


def test_a_number_of_the_log_is_passed_when_all_its_articles_were_told() -> None:
    told = [_change(4, "a"), _change(5, "a"), _change(5, "b"), _change(5, "c"), _change(6, "a")]
    endpoint = Endpoint(sequence=3, article_id=None)
    stretch = delivering._Stretch(endpoint, told, 3, None)
    places = [stretch.place(index) for index in range(-1, 5)]
    assert places == [(3, None), (4, None), (4, "a"), (4, "b"), (5, None), (6, None)]
    begun = delivering._Stretch(endpoint, told[2:], 4, "a")
    assert [begun.place(index) for index in range(-1, 2)] == [(4, "a"), (4, "b"), (5, None)]


def test_what_was_published_together_is_told_article_by_article(
    any_library: Library, hook: Receiver
) -> None:
    with any_library.writing(EDITOR) as work:
        drafts = [
            editing.create_article(
                work,
                title=f"Article {number}",
                locale="en",
                sections=[a_section()],
                topics=["procedure:microneedling"],
            ).id
            for number in range(5)
        ]
    endpoint = subscribe(any_library, hook.url)
    with any_library.writing(EDITOR) as work, changes.together(work):
        for article_id in reversed(drafts):
            publishing.publish(work, article_id, None)
    hook.reply = lambda _request: Reply(200 if len(hook.received) != 3 else 500)
    with time_machine.travel(datetime.now(UTC)) as clock:
        deliver(any_library)
        failing = state(any_library, endpoint)
        assert (failing.sequence, failing.article_id) == (0, drafts[1])
        clock.shift(timedelta(minutes=1))
        deliver(any_library)
    told = [1, 2, 3, 3, 4, 5]
    assert [each.told for each in hook.received] == [(1, drafts[place - 1]) for place in told]
    assert len({each.id for each in hook.received}) == 5
    well = state(any_library, endpoint)
    assert (well.sequence, well.article_id) == (1, None)
