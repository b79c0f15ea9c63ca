"""The works that are measured: which requests a front end makes, and what is answered to them."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from tests.benchmarks.corpus import queries, zipf
from tests.benchmarks.vocabulary import HEADINGS, PROCEDURES

PAGE: Final = 20
"""Items in each list."""

_DRAWS: Final = 2_048
_PAGES: Final = 10
_QUERIES: Final = 200
_OF_EACH_ANSWER: Final = frozenset({"connection", "date", "server", "transfer-encoding"})


class Request(NamedTuple):
    """A GET of `target`, with the entity tag that the client has already, if any."""

    target: str
    tag: str = ""


class Answer(NamedTuple):
    """What was answered, without the headers that the server itself adds."""

    status: int
    headers: list[tuple[str, str]]
    body: str

    def header(self, name: str) -> str:
        """The header of that name, "" without one."""
        return next((value for each, value in self.headers if each.lower() == name), "")


class Work(NamedTuple):
    """Requests in the order in which they are made, all answered with `status`."""

    name: str
    requests: Sequence[Request]
    status: int = 200


class Client:
    """One connection that is kept open. Raises `OSError` when there is no server."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, request: Request) -> Answer:
        """Make one request."""
        tag = {"If-None-Match": request.tag} if request.tag else {}
        self._connection.request("GET", request.target, headers=tag)
        response = self._connection.getresponse()
        body = response.read().decode()
        kept = [each for each in response.getheaders() if each[0].lower() not in _OF_EACH_ANSWER]
        return Answer(response.status, kept, body)

    def items(self, target: str) -> list[Any]:
        """The items of a list."""
        found: list[Any] = json.loads(self.get(Request(target)).body)["items"]
        return found

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


@contextmanager
def connected(port: int) -> Iterator[Client]:
    """A client, closed at the end."""
    client = Client(port)
    try:
        yield client
    finally:
        client.close()


def works(client: Client, slugs: Sequence[str]) -> list[Work]:
    """Every work, drawn the same each time; only lists with a full page are asked for."""
    articles = [Request(f"/api/v1/articles/{slug}") for slug in slugs]
    Random("slugs").shuffle(articles)
    drawn = _draw("articles", articles)
    return [
        Work("article by slug", drawn),
        Work("sections by type and topic", _draw("sections", _full(client, _section_lists()))),
        Work("list of 20 articles", _draw("lists", list(_pages(client)))),
        Work("search, 20 hits", _draw("searches", _full(client, _searches()))),
        Work("list of 20 questions", _draw("questions", _full(client, _question_lists()))),
        Work("article, 304", _tagged(client, drawn), 304),
    ]


def capture(client: Client, measured: Iterable[Work]) -> dict[Request, Answer]:
    """The answer to every request; each was asked for once then, so nothing is cold any more."""
    answers: dict[Request, Answer] = {}
    for work in measured:
        for request in dict.fromkeys(work.requests):
            answers[request] = _expected(client, request, work.status)
    return answers


def write_answers(path: Path, answers: Mapping[Request, Answer]) -> None:
    """Write the answers down for the bare application."""
    path.write_text(json.dumps([[*request, *answer] for request, answer in answers.items()]))


def check_same(client: Client, answers: Mapping[Request, Answer]) -> None:
    """Raise `RuntimeError` unless the server behind `client` answers the very same."""
    for request, answer in answers.items():
        if client.get(request) != answer:
            raise RuntimeError(f"The bare application answers something else to {request}.")


def _draw(name: str, requests: Sequence[Request]) -> list[Request]:
    if not requests:
        raise RuntimeError(f"Too few articles: there are no {name} with {PAGE} items.")
    return zipf(Random(name), requests, _DRAWS)


def _section_lists() -> Iterator[Request]:
    combinations = [(kind, topic) for topic in PROCEDURES for kind in HEADINGS]
    for kind, topic in combinations:
        yield Request(f"/api/v1/sections?{urlencode({'type': kind, 'topic': topic})}")


def _question_lists() -> Iterator[Request]:
    yield Request("/api/v1/faqs")
    for topic in PROCEDURES:
        yield Request(f"/api/v1/faqs?{urlencode({'topic': topic})}")


def _searches() -> Iterator[Request]:
    for query in queries(_QUERIES):
        yield Request(f"/api/v1/search?{urlencode({'q': query})}")


def _pages(client: Client) -> Iterator[Request]:
    """The first pages of the newest articles, as a visitor turns them."""
    target = "/api/v1/articles"
    for _ in range(_PAGES):
        page = json.loads(client.get(Request(target)).body)
        if len(page["items"]) == PAGE:
            yield Request(target)
        if not page["next"]:
            return
        target = f"/api/v1/articles?{urlencode({'cursor': page['next']})}"


def _full(client: Client, requests: Iterable[Request]) -> list[Request]:
    return [each for each in requests if len(client.items(each.target)) == PAGE]


def _tagged(client: Client, requests: Sequence[Request]) -> list[Request]:
    tags = {each: client.get(each).header("etag") for each in dict.fromkeys(requests)}
    return [Request(each.target, tags[each]) for each in requests]


def _expected(client: Client, request: Request, status: int) -> Answer:
    answer = client.get(request)
    if answer.status != status:
        raise RuntimeError(f"{request.target} answers {answer.status}: {answer.body[:300]}")
    return answer
