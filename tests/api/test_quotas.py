"""Quotas as they are written in settings, and as clients are told of them."""

import pytest

from api.quotas import Quota, Standing

MINUTE = Quota(100, 60)


@pytest.mark.parametrize(
    ("written", "quota"),
    [
        ("1/second", Quota(1, 1)),
        ("100/minute", MINUTE),
        ("5000/hour", Quota(5000, 3600)),
        ("999999999/day", Quota(999_999_999, 86_400)),
    ],
)
def test_a_quota_is_written_with_its_unit(written: str, quota: Quota) -> None:
    assert Quota.parse(written) == quota


@pytest.mark.parametrize(
    "written",
    [
        *("", "100", "100/", "/minute", "0/minute", "-1/minute", "1.5/minute", "100/Minute"),
        *("100 / minute", "100/minute\n", "100/minutes", "\u0661/minute", "1000000000/minute"),
    ],
)
def test_nothing_else_is_a_quota(written: str) -> None:
    with pytest.raises(ValueError, match="is not a quota"):
        Quota.parse(written)


def test_a_client_is_told_its_policy_and_what_is_left_of_it() -> None:
    assert Standing("default", MINUTE, used=58, left=16.2).headers() == (
        ("RateLimit-Policy", '"default";q=100;w=60'),
        ("RateLimit", '"default";r=42;t=17'),
    )


@pytest.mark.parametrize(("used", "exceeded", "remaining"), [(99, False, 1), (100, False, 0)])
def test_the_last_request_of_a_quota_is_within_it(
    used: int, exceeded: bool, remaining: int
) -> None:
    standing = Standing("default", MINUTE, used, 1.0)
    assert standing.exceeded == exceeded
    assert f"r={remaining};" in dict(standing.headers())["RateLimit"]


def test_what_is_beyond_a_quota_leaves_nothing_and_never_less() -> None:
    standing = Standing("default", MINUTE, 1_000, 30.0)
    assert standing.exceeded
    assert "r=0;" in dict(standing.headers())["RateLimit"]


@pytest.mark.parametrize(("left", "reset"), [(-5.0, 1), (0.0, 1), (0.01, 1), (59.9, 60), (1e9, 60)])
def test_nobody_is_told_to_come_back_at_once_or_after_more_than_a_window(
    left: float, reset: int
) -> None:
    assert Standing("default", MINUTE, 1, left).reset == reset
