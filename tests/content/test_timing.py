"""Timing: what the clocks of a place show is one instant, or it is said why it is none."""

from datetime import UTC, datetime

import pytest

from content.errors import Invalid
from content.timing import Fold, instant_of

BERLIN = "Europe/Berlin"


def refusals(at: str, zone: str, fold: Fold | None = None) -> dict[str, str]:
    """Why there is no such instant: the sentences, by their codes."""
    with pytest.raises(Invalid) as refused:
        instant_of(at, zone, fold)
    return {reason.code: reason.detail for reason in refused.value.reasons}


@pytest.mark.parametrize(
    ("at", "zone", "instant"),
    [
        ("2026-03-01T09:00:00", BERLIN, datetime(2026, 3, 1, 8, tzinfo=UTC)),
        ("2026-07-01T09:00", BERLIN, datetime(2026, 7, 1, 7, tzinfo=UTC)),
        ("2026-07-01t09:00:00.25", BERLIN, datetime(2026, 7, 1, 7, 0, 0, 250_000, tzinfo=UTC)),
        ("2026-07-01T09:00:00+02:00", BERLIN, datetime(2026, 7, 1, 7, tzinfo=UTC)),
        ("2026-07-01T09:00:00Z", BERLIN, datetime(2026, 7, 1, 9, tzinfo=UTC)),
        ("2026-07-01T09:00:00", "UTC", datetime(2026, 7, 1, 9, tzinfo=UTC)),
        ("2026-07-01T09:00:00", "Asia/Kathmandu", datetime(2026, 7, 1, 3, 15, tzinfo=UTC)),
        ("2026-10-25T02:30:00+02:00", BERLIN, datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-10-25T02:30:00+01:00", BERLIN, datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
    ],
)
def test_a_time_on_the_clocks_is_an_instant(at: str, zone: str, instant: datetime) -> None:
    assert instant_of(at, zone) == instant


@pytest.mark.parametrize(
    ("at", "zone", "before", "after"),
    [
        ("2026-03-29T02:30:00", BERLIN, "2026-03-29T01:59:59+01:00", "2026-03-29T03:00:00+02:00"),
        ("2026-03-29T02:00:00", BERLIN, "2026-03-29T01:59:59+01:00", "2026-03-29T03:00:00+02:00"),
        (
            "2026-10-04T02:15:00",
            "Australia/Lord_Howe",
            "2026-10-04T01:59:59+10:30",
            "2026-10-04T02:30:00+11:00",
        ),
        # Samoa went over the date line, and left out a day.
        (
            "2011-12-30T12:00:00",
            "Pacific/Apia",
            "2011-12-29T23:59:59-10:00",
            "2011-12-31T00:00:00+14:00",
        ),
    ],
)
def test_a_time_that_never_comes_is_refused_with_the_nearest_that_do(
    at: str, zone: str, before: str, after: str
) -> None:
    detail = refusals(at, zone)["no_such_time"]
    assert f"nearest are {before} and {after}." in detail
    assert instant_of(before, zone) < instant_of(after, zone)


def test_a_time_that_comes_twice_must_be_made_explicit() -> None:
    at = "2026-10-25T02:30:00"
    detail = refusals(at, BERLIN)["ambiguous_time"]
    assert "2026-10-25T02:30:00+02:00 or fold 'earlier'" in detail
    assert "2026-10-25T02:30:00+01:00 or fold 'later'" in detail
    assert instant_of(at, BERLIN, "earlier") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert instant_of(at, BERLIN, "later") == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("at", ["2026-10-25T02:00:00", "2026-10-25T02:59:59"])
def test_the_whole_hour_comes_twice(at: str) -> None:
    assert refusals(at, BERLIN).keys() == {"ambiguous_time"}


@pytest.mark.parametrize("at", ["2026-10-25T01:59:59", "2026-10-25T03:00:00"])
@pytest.mark.parametrize("fold", ["earlier", "later"])
def test_what_comes_once_is_the_same_whatever_fold_says(at: str, fold: Fold) -> None:
    assert instant_of(at, BERLIN, fold) == instant_of(at, BERLIN)


@pytest.mark.parametrize(
    ("at", "right"),
    [
        ("2026-07-01T09:00:00+01:00", "2026-07-01T10:00:00+02:00"),
        ("2026-07-01T09:00:00+00:00", "2026-07-01T11:00:00+02:00"),
        ("2026-03-29T02:30:00+01:00", "2026-03-29T03:30:00+02:00"),
    ],
)
def test_an_offset_must_be_that_of_the_zone(at: str, right: str) -> None:
    assert right in refusals(at, BERLIN)["wrong_offset"]


@pytest.mark.parametrize(
    "at",
    [
        "",
        "tomorrow",
        "2026-03-01",
        "2026-02-29T09:00:00",
        "2026-03-01T24:30:00",
        "2026-03-01T09:00:60",
        "2026-03-01T09",
        "2026-03-01T09:00:00+25:00",
        "20260301T090000",
        "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00",
        "٢٠٢٦-03-01T09:00:00",
        "2026-03-01T09:00:00+01:00[Europe/Berlin]",
    ],
)
def test_what_is_no_time_is_refused(at: str) -> None:
    assert refusals(at, BERLIN).keys() == {"malformed_time"}


@pytest.mark.parametrize(
    ("zone", "meant"),
    [
        ("Europe/Berln", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("Europe/Zürich", "Europe/Zurich"),
    ],
)
def test_an_unknown_zone_is_refused_with_the_nearest_known_one(zone: str, meant: str) -> None:
    assert f"did you mean '{meant}'?" in refusals("2026-03-01T09:00:00", zone)["unknown_zone"]


@pytest.mark.parametrize("zone", ["", "../../etc/passwd", "/etc/localtime", "CEST", "a\x00b"])
def test_what_is_no_zone_is_refused(zone: str) -> None:
    assert refusals("2026-03-01T09:00:00", zone).keys() == {"unknown_zone"}


def test_everything_that_is_wrong_is_said_at_once() -> None:
    assert refusals("soon", "Here").keys() == {"malformed_time", "unknown_zone"}
