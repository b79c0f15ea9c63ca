"""Content codings: what clients ask for in every odd way, and bodies that come back the same."""

import gzip
import sys
import tracemalloc
from typing import Final

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.coding import Coding, encoded, negotiated, worth

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

BR, ZSTD, GZIP, IDENTITY = Coding
WEIGHTS: Final = st.integers(0, 1000)
OURS: Final = st.sampled_from([*Coding, "*"])


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        (None, IDENTITY),
        ("", IDENTITY),
        ("  ", IDENTITY),
        ("gzip, deflate, br, zstd", BR),
        ("gzip, deflate, zstd", ZSTD),
        ("gzip, deflate", GZIP),
        ("deflate, compress", IDENTITY),
        ("identity", IDENTITY),
        ("identity, gzip", GZIP),
        ("br;q=0.5, gzip;q=0.8", GZIP),
        ("br;q=0.5, gzip;q=0.5, zstd;q=0.5", BR),
        ("gzip;q=0.001", GZIP),
        ("gzip;q=0.5, identity;q=0.6", IDENTITY),
        ("gzip;q=1., br;q=0.", GZIP),
        ("gzip;q=1.000, br;q=0.999", GZIP),
    ],
)
def test_what_is_liked_best_is_chosen_and_of_equals_our_first(
    header: str | None, coding: Coding
) -> None:
    assert negotiated(header) is coding


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        ("*", BR),
        ("br;q=0, *", ZSTD),
        ("*;q=0.5, gzip", GZIP),
        ("*;q=0, gzip", GZIP),
        ("br;q=0, zstd;q=0, gzip;q=0.3, *;q=0.5", IDENTITY),
        ("*;q=0, identity", IDENTITY),
        ("*;q=0, identity;q=0.1, gzip;q=0.2", GZIP),
    ],
)
def test_the_asterisk_is_what_is_not_named(header: str, coding: Coding) -> None:
    assert negotiated(header) is coding


@pytest.mark.parametrize(
    "header",
    [
        "identity;q=0",
        "*;q=0",
        "*;q=0.000",
        "identity;q=0, gzip;q=0",
        "identity;q=0, deflate",
        "*;q=0, deflate",
        "gzip;q=0, *;q=0, br;q=0",
    ],
)
def test_a_client_that_accepts_nothing_of_ours_is_told_so(header: str) -> None:
    assert negotiated(header) is None


def test_identity_is_acceptable_until_it_is_refused() -> None:
    assert negotiated("gzip;q=0") is IDENTITY
    assert negotiated("gzip;q=0, br;q=0.0, zstd;q=0.00") is IDENTITY
    assert negotiated("identity;q=0, gzip;q=0.1") is GZIP


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        ("GZip", GZIP),
        ("X-GZIP", GZIP),
        ("x-gzip;q=0.5, br;q=0.4", GZIP),
        ("x-br", IDENTITY),
        ("gzıp", IDENTITY),
        ("gzip;Q=0.5", GZIP),
        (" \tgzip\t ;\t q=0.5 , br ; q=0.6\t", BR),
        (",,gzip,, ,", GZIP),
        ("gzip\x00, br;q=0.1", BR),
    ],
)
def test_case_spaces_and_old_names_do_not_matter(header: str, coding: Coding) -> None:
    assert negotiated(header) is coding


@pytest.mark.parametrize(
    "member",
    [
        "br;q=1.5",
        "br;q=abc",
        "br;q=",
        "br;q",
        "br;",
        "br;q=-1",
        "br;q=+1",
        "br;q=0.1234",
        "br;q=1.001",
        "br;q=.5",
        "br;q=1e0",
        "br;q=١",
        "br;q = 1",
        "br;level=11",
        "br;q=1;q=1",
        "br;q=1 1",
        'br;q="1"',
        "br gzip",
        "br/1",
        "brr",
        "b r",
        '"br"',
        "=br",
        ";q=1",
        "*br",
        "**",
    ],
)
def test_malformed_members_are_ignored_and_the_others_are_not(member: str) -> None:
    assert negotiated(member) is IDENTITY
    assert negotiated(f"{member}, gzip;q=0.2") is GZIP
    assert negotiated(f"gzip;q=0.2,{member}") is GZIP


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        ("gzip, gzip;q=0", IDENTITY),
        ("gzip;q=0, gzip", IDENTITY),
        ("x-gzip;q=0, gzip", IDENTITY),
        ("br;q=0.9, gzip;q=0.5, br;q=0.1", GZIP),
    ],
)
def test_of_a_repeated_name_the_lowest_weight_counts(header: str, coding: Coding) -> None:
    assert negotiated(header) is coding


@given(st.dictionaries(OURS, WEIGHTS))
def test_weights_are_obeyed(asked: dict[str, int]) -> None:
    header = ", ".join(f"{name};q={weight / 1000:.3f}" for name, weight in asked.items())
    weights = {each: asked.get(each, asked.get("*", 0)) for each in Coding}
    if not {"identity", "*"} & set(asked):
        weights[IDENTITY] = 0.5  # type: ignore[assignment]  # Below every weight that is said.
    chosen = negotiated(header)
    if chosen is None:
        assert not any(weights.values())
    else:
        best = max(weights.values())
        assert chosen is next(each for each in Coding if weights[each] == best)
        assert best > 0


@given(st.text() | st.text(alphabet='gzipbrstd*;q=01. \t,x-"'))
def test_no_rubbish_makes_it_fail(header: str) -> None:
    assert negotiated(header) in {*Coding, None}


def test_thousands_of_members_are_read_as_far_as_is_bearable() -> None:
    others = ", ".join(f"coding-{number};q=0.5" for number in range(50_000))
    assert negotiated(f"zstd, {others}") is ZSTD
    assert negotiated(f"{others}, zstd") is IDENTITY
    assert negotiated("gzip" + " " * 100_000 + "x, br") is IDENTITY
    assert negotiated("zstd," * 50_000) is ZSTD


def test_a_member_that_is_cut_off_in_a_long_header_does_not_count() -> None:
    for filling in range(2_000, 2_100):
        header = "x" * filling + ", br;q=0.001, gzip;q=0.002" + "," * 2_000
        assert negotiated(header) in {IDENTITY, BR, GZIP}
        refused = "zstd;q=0.5," + "x" * filling + ",zstd;q=0.001,gzip;q=0.7" + "," * 2_000
        assert negotiated(refused) in {ZSTD, GZIP}
        assert negotiated("x" * filling + ",br;q=0.0, " + "," * 2_000) is IDENTITY


@pytest.mark.parametrize("filling", ["", "x" * 200])
def test_ever_new_headers_do_not_fill_the_memory(filling: str) -> None:
    for number in range(1_000):
        negotiated(f"gzip, {filling}{number:0100d}")
    tracemalloc.start()
    try:
        for number in range(20_000):
            assert negotiated(f"br, {filling}{number:0100d}") is BR
        assert tracemalloc.get_traced_memory()[0] < 500_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("body", [b"", b"{}", b'{"items": []}' * 10_000, bytes(range(256)) * 99])
def test_a_body_comes_back_as_it_was(body: bytes) -> None:
    assert encoded(body, IDENTITY) is body
    assert brotli.decompress(encoded(body, BR)) == body
    assert zstd.decompress(encoded(body, ZSTD)) == body
    assert gzip.decompress(encoded(body, GZIP)) == body


@pytest.mark.parametrize("coding", [BR, ZSTD, GZIP])
def test_what_repeats_itself_gets_smaller(coding: Coding) -> None:
    body = b'{"heading": "After the session", "body": "Keep the skin clean."}' * 100
    assert len(encoded(body, coding)) < len(body) / 20


def test_a_gzip_header_names_no_time_and_no_system() -> None:
    assert encoded(b"the same", GZIP)[3:10] == bytes([0, 0, 0, 0, 0, 0, 255])


def test_a_zstd_frame_fits_into_the_window_that_every_browser_has() -> None:
    packed = encoded(b"0123456789" * 2_000_000, ZSTD)  # RFC 9659: at most 8 MB.
    options: dict[int, int] = {zstd.DecompressionParameter.window_log_max: 23}
    assert len(zstd.decompress(packed, options=options)) == 20_000_000


@pytest.mark.parametrize(
    "media_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        "Application/JSON",
        "application/problem+json",
        "application/ld+json",
        "application/feed+json",
        "application/atom+xml",
        "application/xml",
        "application/javascript",
        "text/html;charset=utf-8",
        "text/css",
        "image/svg+xml",
    ],
)
def test_large_text_is_worth_it_and_small_text_is_not(media_type: str) -> None:
    assert worth(8_000, media_type)
    assert worth(1_024, media_type)
    assert not worth(1_023, media_type)
    assert not worth(0, media_type)


@pytest.mark.parametrize(
    "media_type",
    [
        "image/png",
        "image/jpeg",
        "image/webp",
        "font/woff2",
        "video/mp4",
        "application/zip",
        "application/gzip",
        "application/pdf",
        "application/octet-stream",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/jsonish",
        "",
        ";",
    ],
)
def test_what_is_compressed_already_or_unknown_is_sent_as_it_is(media_type: str) -> None:
    assert not worth(1_000_000, media_type)
