"""Finished answers, in every coding that is asked for."""

import gzip
import sys
import tracemalloc
from datetime import UTC, datetime
from typing import Final

import brotli
import orjson
import pytest

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

from api.answers import Answer, Form, validators
from api.caching import entity_tag
from api.coding import Coding

JSON: Final = "application/json"
LARGE: Final = b'{"body":"' + b"Keep the skin clean. " * 200 + b'"}'
UNPACK: Final = {
    Coding.BR: brotli.decompress,
    Coding.ZSTD: zstd.decompress,
    Coding.GZIP: gzip.decompress,
    Coding.IDENTITY: bytes,
}


def an_answer(body: bytes = LARGE, media_type: str = JSON) -> Answer:
    return Answer("key", body, media_type, 7, [("Vary", "Accept-Encoding")])


def formed(answer: Answer, coding: Coding) -> Form:
    form, added = answer.make_form(coding)
    assert added >= len(form.body) or form.body is answer.body
    assert answer.form(coding) is form
    return form


@pytest.mark.parametrize("coding", Coding)
def test_each_coding_is_the_same_text_with_a_tag_of_its_own(coding: Coding) -> None:
    answer = an_answer()
    assert answer.form(coding) is None
    form = formed(answer, coding)
    headers = dict(form.headers)
    assert UNPACK[coding](form.body) == LARGE
    assert headers["Content-Length"] == str(len(form.body))
    assert headers.get("Content-Encoding", "identity") == coding
    assert headers["ETag"] == form.tag
    plain = f'"{entity_tag(LARGE)}"'
    assert (form.tag == plain) == (coding is Coding.IDENTITY)
    others = {formed(answer, each).tag for each in Coding if each is not coding}
    assert form.tag not in others


@pytest.mark.parametrize("coding", Coding)
def test_a_304_says_what_a_200_says_but_for_the_body(coding: Coding) -> None:
    form = formed(an_answer(), coding)
    left_out = {name for name, _ in form.headers} - {name for name, _ in form.unchanged}
    assert left_out <= {"Content-Type", "Content-Length", "Content-Encoding", "Accept-Ranges"}
    assert dict(form.unchanged)["ETag"] == form.tag


@pytest.mark.parametrize("body", [b"0", b"{}", b"\x00\xff" * 3])
@pytest.mark.parametrize("coding", [Coding.BR, Coding.GZIP])
def test_what_does_not_get_smaller_is_sent_as_it_is(body: bytes, coding: Coding) -> None:
    form = formed(an_answer(body), coding)
    assert form.body == body
    assert form.tag == f'"{entity_tag(body)}"'
    assert "Content-Encoding" not in dict(form.headers)


@pytest.mark.parametrize("coding", Coding)
def test_what_is_empty_has_no_entity_that_a_tag_could_name(coding: Coding) -> None:
    form = formed(an_answer(b""), coding)
    assert (form.body, form.tag) == (b"", "")
    assert {name for name, _ in form.headers}.isdisjoint({"ETag", "Content-Type", "Content-Length"})


def test_pictures_are_not_packed() -> None:
    assert formed(an_answer(media_type="image/png"), Coding.BR).body == LARGE


def test_what_it_takes_grows_with_all_that_it_holds() -> None:
    small = an_answer(b"{}").size
    assert an_answer().size >= small + len(LARGE) - 2
    many = Answer("key", b"{}", JSON, 7, [("Cache-Tag", "a" * 5_000)], frozenset("abc"))
    assert many.size > small + 5_000


def test_validators_name_each_tag_once_and_in_order() -> None:
    modified = datetime(2026, 5, 6, 7, 8, 9, 999_999, UTC)
    headers = dict(validators(modified=modified, tags=["b", "a", "b"]))
    assert headers == {
        "Last-Modified": "Wed, 06 May 2026 07:08:09 GMT",
        "Surrogate-Key": "a b",
        "Cache-Tag": "a,b",
    }
    assert "Last-Modified" not in dict(validators(modified=None, tags=[]))


PIECE: Final = {"heading": "Aftercare", "body": "Keep it dry for a day. " * 20}


def test_an_answer_holds_no_more_memory_than_it_counts() -> None:
    def answer() -> Answer:
        return Answer("key", orjson.dumps([PIECE] * 70), "application/json", 1, [])

    answer()
    tracemalloc.start()
    try:
        kept = [answer() for _ in range(20)]
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held <= sum(each.size for each in kept)
