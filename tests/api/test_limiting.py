"""How often somebody may ask: by token, by address, with Redis and without."""

import datetime
import itertools
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import redis
import time_machine
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.limiting import FAILURES
from api.proxies import networks
from api.quotas import HEADERS, Quota
from api.settings import Settings
from content import authorising
from content.library import Library
from tests.api.examining import problem
from tests.building import MakeApp, a_person, a_session_of, a_token, bearer
from tests.redis_server import RedisServer

DELIVERY = "/api/v1/articles"
ADMIN = "/api/v1/admin/articles"
THREE = Quota(3, 60)
HERE, THERE = "203.0.113.7", "198.51.100.9"

Limited = Callable[..., FlaskClient]


@pytest.fixture
def limited(make_app: MakeApp, settings: Settings) -> Limited:
    """Makes front ends of an application with limits; three a minute unless told otherwise."""

    def make(**chosen: Any) -> FlaskClient:
        limits = {"rate_limit": THREE, "admin_rate_limit": THREE, **chosen}
        return make_app(replace(settings, cache_bytes=0, **limits)).test_client()

    return make


def ask(client: FlaskClient, path: str = DELIVERY, peer: str = HERE, **headers: str) -> int:
    return get(client, path, peer, headers).status_code


def get(
    client: FlaskClient, path: str = DELIVERY, peer: str = HERE, headers: Any = None
) -> TestResponse:
    return client.get(path, headers=headers, environ_base={"REMOTE_ADDR": peer})


def made_up() -> dict[str, str]:
    """A token that looks like one and that nobody issued."""
    return bearer(f"{authorising.PREFIX}{next(_NUMBERS):043d}")


_NUMBERS = itertools.count()


def refused(answer: TestResponse) -> dict[str, Any]:
    """The document of a 429, after a look at what each must have."""
    document = problem(answer, 429)
    assert document["type"] == "urn:dermis:problem:too-many-requests"
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert answer.headers["RateLimit"].endswith(f";r=0;t={answer.headers['Retry-After']}")
    return document


def test_an_address_that_asks_too_often_is_refused_and_others_are_not(limited: Limited) -> None:
    client = limited()
    assert [ask(client) for _ in range(3)] == [200, 200, 200]
    refused(get(client))
    refused(get(client, "/api/v1/topics"))
    assert ask(client, peer=THERE) == 200


def test_each_answer_tells_what_is_left(limited: Limited) -> None:
    client = limited()
    for remaining in (2, 1, 0, 0):
        answer = get(client)
        assert answer.headers["RateLimit-Policy"] == '"default";q=3;w=60'
        assert answer.headers["RateLimit"].startswith(f'"default";r={remaining};t=')
        assert len(answer.headers.getlist("RateLimit")) == 1


def test_only_a_refusal_tells_when_to_come_back(limited: Limited) -> None:
    client = limited()
    assert "Retry-After" not in get(client).headers


@pytest.mark.parametrize("path", ["/nothing", f"{DELIVERY}/nothing", f"{DELIVERY}?limit=0", "/"])
def test_what_is_refused_for_other_reasons_is_counted_as_well(limited: Limited, path: str) -> None:
    client = limited()
    answers = [get(client, path) for _ in range(4)]
    assert all(HEADERS[1] in answer.headers for answer in answers)
    refused(answers[3])


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "POST", "DELETE"])
def test_every_method_is_counted(limited: Limited, method: str) -> None:
    client = limited()
    for _ in range(3):
        client.open(DELIVERY, method=method)
    assert client.open(DELIVERY, method=method).status_code == 429


def test_a_new_window_lets_everybody_in_again(limited: Limited) -> None:
    client = limited(rate_limit=Quota(1, 1))
    assert [ask(client), ask(client)] == [200, 429]
    time.sleep(1.05)
    assert ask(client) == 200


def test_scripts_of_other_origins_may_read_the_fields(limited: Limited) -> None:
    client = limited(rate_limit=Quota(1, 60))
    for answer in (get(client), get(client)):
        exposed = answer.headers["Access-Control-Expose-Headers"].split(", ")
        assert {*HEADERS, "Retry-After"} <= set(exposed)


def test_an_answer_without_limits_has_none_of_the_fields(limited: Limited) -> None:
    client = limited(rate_limit=None, admin_rate_limit=None)
    answers = [get(client) for _ in range(10)]
    assert {answer.status_code for answer in answers} == {200}
    assert not any(name in answer.headers for answer in answers for name in HEADERS)


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_load_balancers_are_never_refused(limited: Limited, path: str) -> None:
    client = limited()
    assert {ask(client, path) for _ in range(10)} == {200}


def test_an_address_of_ipv6_is_one_with_its_network(limited: Limited) -> None:
    client = limited()
    for number in range(3):
        assert ask(client, peer=f"2001:db8:0:7::{number}") == 200
    assert ask(client, peer="2001:db8:0:7:ffff::1") == 429
    assert ask(client, peer="2001:db8:0:8::1") == 200


def test_a_client_cannot_say_that_it_is_somebody_else(limited: Limited) -> None:
    client = limited()
    spoofed = [get(client, headers={"X-Forwarded-For": f"192.0.2.{n}"}) for n in range(4)]
    refused(spoofed[3])


def test_clients_behind_a_trusted_proxy_are_told_apart(limited: Limited) -> None:
    client = limited(trusted_proxies=networks([THERE]))

    def through(written: str) -> int:
        headers = {"X-Forwarded-For": f"{written}, {HERE}"}
        return get(client, peer=THERE, headers=headers).status_code

    assert [through(f"192.0.2.{number}") for number in range(4)] == [200, 200, 200, 429]
    assert get(client, peer=THERE, headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 200


def test_only_trusted_hosts_are_answered_also_behind_a_proxy(limited: Limited) -> None:
    client = limited(trusted_proxies=networks([THERE]), trusted_hosts=("www.example",))
    good, bad = ({"X-Forwarded-Host": host} for host in ("www.example", "evil.example"))
    assert get(client, peer=THERE, headers=good).status_code == 200
    assert get(client, peer=THERE, headers=bad).status_code == 400
    assert get(client, peer=HERE, headers=good).status_code == 400


def test_editors_are_counted_by_their_token_wherever_they_are(
    limited: Limited, library: Library
) -> None:
    client = limited()
    first, second = bearer(a_token(library, "admin")), bearer(a_token(library, "read"))
    answers = [get(client, ADMIN, f"192.0.2.{n}", first) for n in range(4)]
    assert answers[0].headers["RateLimit-Policy"] == '"admin";q=3;w=60'
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    refused(answers[3])
    assert get(client, ADMIN, headers=second).status_code == 200
    assert ask(client) == 200, "the address has used nothing yet"


@pytest.mark.parametrize("form", ["bearer {}", "BEARER {}", "Bearer   {}", "Bearer {} "])
def test_a_token_is_the_same_however_it_is_written(limited: Limited, token: str, form: str) -> None:
    client = limited()
    for _ in range(3):
        get(client, ADMIN, headers=bearer(token))
    refused(get(client, ADMIN, headers={"Authorization": form.format(token)}))


def test_made_up_tokens_give_readers_no_quotas_of_their_own(limited: Limited) -> None:
    client = limited()
    assert [get(client, headers=made_up()).status_code for _ in range(4)] == [200, 200, 200, 429]


def test_made_up_tokens_give_no_quotas_where_no_token_is_checked(limited: Limited) -> None:
    client = limited()
    asked = [client.options(ADMIN, headers=made_up()).status_code for _ in range(4)]
    assert asked == [200, 200, 200, 429]


def test_a_request_without_a_token_is_counted_by_address_on_admin_too(limited: Limited) -> None:
    client = limited()
    assert [ask(client, ADMIN) for _ in range(4)] == [401, 401, 401, 429]


def _guess_to_the_end(client: FlaskClient) -> None:
    for _ in range(FAILURES.amount):
        assert get(client, ADMIN, headers=made_up()).status_code == 401


def test_tokens_cannot_be_guessed_at_speed(limited: Limited) -> None:
    client = limited()
    _guess_to_the_end(client)
    answer = get(client, ADMIN, headers=made_up())
    refused(answer)
    assert answer.headers["RateLimit-Policy"] == '"failed-authentication";q=30;w=60'
    assert get(client, ADMIN, THERE, made_up()).status_code == 401


def test_a_guess_that_would_be_right_is_refused_like_the_others(
    limited: Limited, token: str
) -> None:
    client = limited()
    _guess_to_the_end(client)
    refused(get(client, ADMIN, headers=bearer(token)))


def test_nonsense_is_a_failed_guess_as_well(limited: Limited) -> None:
    client = limited(rate_limit=Quota(1_000, 60))
    for number in range(FAILURES.amount):
        assert get(client, ADMIN, headers={"Authorization": f"Basic {number}"}).status_code == 401
    refused(get(client, ADMIN, headers={"Authorization": "Basic x"}))
    refused(get(client, ADMIN, headers=made_up()))


def test_whoever_works_already_is_not_locked_out_by_a_script_beside_them(
    limited: Limited, token: str
) -> None:
    client = limited()
    assert get(client, ADMIN, headers=bearer(token)).status_code == 200
    _guess_to_the_end(client)
    refused(get(client, ADMIN, headers=made_up()))
    assert get(client, ADMIN, headers=bearer(token)).status_code == 200


def test_readers_at_the_address_of_a_guesser_go_on(limited: Limited) -> None:
    client = limited()
    _guess_to_the_end(client)
    assert ask(client) == 200


def test_no_quota_for_tokens_still_leaves_no_guesses(limited: Limited, token: str) -> None:
    client = limited(admin_rate_limit=None)
    assert {get(client, ADMIN, headers=bearer(token)).status_code for _ in range(9)} == {200}
    _guess_to_the_end(client)
    refused(get(client, ADMIN, headers=made_up()))


@pytest.mark.parametrize("days", [-365, 365])
def test_a_clock_that_jumps_blocks_nobody_for_longer(limited: Limited, days: int) -> None:
    client = limited(rate_limit=Quota(2, 1))
    ask(client)
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days)):
        assert ask(client) == 200
        assert ask(client) == 429
        time.sleep(1.05)
        assert ask(client) == 200
    assert ask(client) == 200


def test_machines_count_together_in_redis(limited: Limited, redis_server: RedisServer) -> None:
    one, other = (limited(redis_url=redis_server.url) for _ in range(2))
    assert [ask(one), ask(other), ask(one)] == [200, 200, 200]
    answer = get(other)
    refused(answer)
    assert ask(one) == 429


def test_no_token_is_written_to_redis(
    limited: Limited, redis_server: RedisServer, token: str
) -> None:
    client = limited(redis_url=redis_server.url)
    assert get(client, ADMIN, headers=bearer(token)).status_code == 200
    with redis.Redis.from_url(redis_server.url) as store:
        (key,) = store.keys()
    assert key.startswith(b"dermis:quota:admin:")
    assert token.removeprefix(authorising.PREFIX).encode() not in key


def test_requests_go_on_without_limits_while_redis_is_away(
    limited: Limited, redis_server: RedisServer, token: str, caplog: pytest.LogCaptureFixture
) -> None:
    client = limited(redis_url=redis_server.url)
    assert [ask(client) for _ in range(4)] == [200, 200, 200, 429]
    redis_server.kill()
    with caplog.at_level(logging.INFO):
        answers = [get(client) for _ in range(20)]
        assert get(client, ADMIN, headers=bearer(token)).status_code == 200
    assert {answer.status_code for answer in answers} == {200}
    assert not any(name in answer.headers for answer in answers for name in HEADERS)
    assert [record.getMessage() for record in caplog.records] == ["Redis is away: no limits"]


def test_guesses_are_counted_while_redis_is_away(limited: Limited) -> None:
    client = limited(redis_url="redis://127.0.0.1:1/0")
    _guess_to_the_end(client)
    refused(get(client, ADMIN, headers=made_up()))


def test_limits_hold_again_when_redis_is_back(
    limited: Limited, redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.counters._PAUSE_SECONDS", 0.0)
    client = limited(redis_url=redis_server.url)
    assert ask(client) == 200
    redis_server.kill()
    assert ask(client) == 200
    redis_server.start()
    assert [ask(client) for _ in range(4)] == [200, 200, 200, 429]


def test_an_address_that_fails_to_sign_in_is_refused_at_the_door(limited: Limited) -> None:
    client = limited(rate_limit=None, admin_rate_limit=Quota(1_000, 60))
    answers = [
        client.post(
            "/api/v1/admin/sessions",
            json={"email": f"{number}@example.org", "password": "a guess"},
            environ_base={"REMOTE_ADDR": HERE},
        ).status_code
        for number in range(FAILURES.amount + 1)
    ]
    assert answers == [401] * FAILURES.amount + [429]
    # Which is the house of those who guess tokens, too.
    assert ask(client, ADMIN, **made_up()) == 429
    assert ask(client, ADMIN, THERE, **made_up()) == 401


def test_the_session_of_somebody_good_is_heard_from_an_address_that_fails(
    limited: Limited, library: Library
) -> None:
    client = limited(rate_limit=None, admin_rate_limit=Quota(1_000, 60))
    session = bearer(a_session_of(library, a_person(library, "Ada", "author")))
    assert ask(client, ADMIN, **session) == 200
    for _ in range(FAILURES.amount):
        ask(client, ADMIN, **made_up())
    assert (ask(client, ADMIN, **made_up()), ask(client, ADMIN, **session)) == (429, 200)
