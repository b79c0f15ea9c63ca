"""That the limits send what Dermis sends, and that what is counted is what was worked out."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from api.settings import Settings
from content.library import Library
from tests.benchmarks.asking import Answer, Request, read_answers, write_answers
from tests.benchmarks.bare import ANSWERS, create_app, create_flask_app
from tests.benchmarks.corpus import articles
from tests.benchmarks.dropping import drop
from tests.benchmarks.filling import fill
from tests.benchmarks.growth import WITHOUT_CACHE
from tests.benchmarks.in_process import Application, application
from tests.benchmarks.works import Work, mixed, write_requests

PLAIN = Request("/api/v1/articles/a?format=html")
KNOWN = Request("/api/v1/articles/a", '"1"', "br")
SENT = {
    PLAIN: Answer(200, [("Content-Type", "application/json")], b"{}"),
    KNOWN: Answer(304, [("ETag", '"1"')], b""),
    Request(PLAIN.target, coding="br"): Answer(200, [("Content-Type", "a/b")], b"\xff\x00"),
}


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that the limits answer from."""
    path = tmp_path / "answers.json"
    write_answers(path, SENT)
    monkeypatch.setenv(ANSWERS, str(path))
    return path


def test_answers_are_kept_as_they_were_bytes_that_are_no_text_included(written: Path) -> None:
    assert read_answers(written) == SENT


@pytest.mark.usefixtures("written")
def test_both_limits_send_what_was_captured() -> None:
    flask = Application(create_flask_app())
    bare = Application(create_app())
    for request, answer in SENT.items():
        assert _without_length(flask.get(request)).same_as(answer)
        assert bare.get(request).same_as(answer)


def test_the_load_generators_read_the_tag_and_the_coding_of_a_request(tmp_path: Path) -> None:
    path = write_requests(tmp_path, mixed("two, mixed", [Work("a", [PLAIN]), Work("b", [KNOWN])]))
    assert path.read_text() == f'{PLAIN.target}\t\t\n{KNOWN.target}\t"1"\tbr\n'


def test_the_request_id_alone_may_differ_in_the_same_answer() -> None:
    one = Answer(200, [("X-Request-Id", "1"), ("ETag", '"1"')], b"{}")
    assert one.same_as(Answer(200, [("etag", '"1"'), ("x-request-id", "2")], b"{}"))
    assert not one.same_as(Answer(200, [("etag", '"2"'), ("x-request-id", "2")], b"{}"))


@pytest.mark.parametrize(("chosen", "dispatched"), [({}, 1), (WITHOUT_CACHE, 3)])
def test_what_is_remembered_does_not_reach_the_dispatch(
    library: Library, settings: Settings, chosen: Mapping[str, str], dispatched: int
) -> None:
    first, *_ = fill(library, articles(2))
    with application(settings.home, chosen) as app:
        for _ in range(3):
            assert app.get(Request(f"/api/v1/articles/{first.slug}")).status == 200
        assert app.dispatched == dispatched


def test_what_shows_the_published_article_is_worked_out_anew(
    library: Library, settings: Settings
) -> None:
    first, *_ = fill(library, articles(3))
    found = drop(library, settings.home, first, 1_000)
    # The article, its eight sections, and the list that it stands in are the least.
    assert 10 <= found.worked_out - found.in_vain <= found.worked_out < found.cached


def _without_length(answer: Answer) -> Answer:
    """A framework states the length by itself."""
    kept = [each for each in answer.headers if each[0] != "Content-Length"]
    return answer._replace(headers=kept)
