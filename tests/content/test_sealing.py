"""Sealing: what the reference library of the specification verifies."""

from datetime import UTC, datetime

import pytest
import time_machine
from standardwebhooks import Webhook, WebhookVerificationError

from content.sealing import PREFIX, sealed, secret_of, shown

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
BODY = b'{"type":"article.upsert"}'


def _headers(*secrets: bytes, body: bytes = BODY) -> dict[str, str]:
    timestamp = int(AT.timestamp())
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sealed(secrets, "msg_1", timestamp, body),
    }


@time_machine.travel(AT, tick=False)
def test_the_reference_library_verifies_what_is_sealed() -> None:
    secret = secret_of(b"k" * 32, "endpoint", 1)
    told = Webhook(shown(secret)).verify(BODY, _headers(secret))
    assert told == {"type": "article.upsert"}


@time_machine.travel(AT, tick=False)
def test_while_two_secrets_sign_a_receiver_may_have_either() -> None:
    old, new = (secret_of(b"k" * 32, "endpoint", version) for version in (1, 2))
    headers = _headers(new, old)
    for secret in (old, new):
        Webhook(shown(secret)).verify(BODY, headers)


@time_machine.travel(AT, tick=False)
@pytest.mark.parametrize(
    "other", [(b"k" * 32, "endpoint", 2), (b"k" * 32, "another", 1), (b"x" * 32, "endpoint", 1)]
)
def test_another_secret_does_not_verify(other: tuple[bytes, str, int]) -> None:
    headers = _headers(secret_of(b"k" * 32, "endpoint", 1))
    with pytest.raises(WebhookVerificationError):
        Webhook(shown(secret_of(*other))).verify(BODY, headers)


@time_machine.travel(AT, tick=False)
def test_a_body_that_was_changed_does_not_verify() -> None:
    secret = secret_of(b"k" * 32, "endpoint", 1)
    with pytest.raises(WebhookVerificationError):
        Webhook(shown(secret)).verify(b"{}", _headers(secret))


def test_a_secret_is_shown_as_the_specification_has_it() -> None:
    secret = secret_of(b"k" * 32, "endpoint", 1)
    assert shown(secret).startswith(PREFIX)
    assert 24 <= len(secret) <= 64
