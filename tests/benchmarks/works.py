"""The works that are measured: which requests a front end makes, and what is answered to them."""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Final, NamedTuple
from urllib.parse import urlencode

from tests.benchmarks.asking import Answer, Asking, Request, items
from tests.benchmarks.corpus import queries, zipf
from tests.benchmarks.vocabulary import HEADINGS, PROCEDURES

PAGE: Final = 20
"""Items in each list."""

ARTICLE: Final = "article by slug"
SECTION: Final = "one section"
LISTED: Final = "list of 20 articles"
TYPED: Final = "sections by type and topic"
QUESTIONS: Final = "list of 20 questions"
HUB: Final = "topic hub"
SEARCH: Final = "search, 20 hits"
NARROWED: Final = "search, narrowed"
COMPLETION: Final = "completion"
CHANGES: Final = "page of 20 changes"
NOT_MODIFIED: Final = "article, 304"
COMPRESSED: Final = "article, br"

_DRAWS: Final = 2_048
_PAGES: Final = 10
_QUERIES: Final = 200


class Work(NamedTuple):
    """Requests in the order in which they are made, all answered with `status`."""

    name: str
    requests: Sequence[Request]
    status: int = 200


def works(client: Asking, slugs: Sequence[str], *, searching: bool = True) -> list[Work]:
    """Every work, drawn the same each time; only lists with a full page are asked for.

    A coding that Dermis does not answer with makes no work.
    """
    articles = [Request(f"/api/v1/articles/{slug}") for slug in slugs]
    Random("slugs").shuffle(articles)
    drawn = _draw("articles", articles)
    found = [
        Work(ARTICLE, drawn),
        Work(LISTED, _draw("lists", list(_pages(client)))),
        Work(TYPED, _draw("sections", _full(client, _section_lists()))),
        Work(QUESTIONS, _draw("questions", _full(client, _question_lists()))),
        Work(HUB, _draw("hubs", list(_hubs()))),
        Work(NOT_MODIFIED, _tagged(client, drawn), 304),
        Work(SECTION, _draw("one section", list(_sections(client, articles)))),
        Work(CHANGES, _draw("changes", list(_change_pages(client)))),
    ]
    if searching:
        found.append(searches(client))
    compressed = [each._replace(coding="br") for each in drawn]
    if client.get(compressed[0]).header("content-encoding") == "br":
        found.append(Work(COMPRESSED, compressed))
    return found


def searches(client: Asking) -> Work:
    """The searches alone."""
    return Work(SEARCH, _draw("searches", _full(client, _searches())))


def narrowed_searches(client: Asking) -> Work:
    """Searches narrowed by type or by topic, each as often as the others."""
    random = Random("narrowed searches")
    requests = []
    for number, query in enumerate(queries(_QUERIES)):
        by_type = {"type": random.choice(list(HEADINGS))}
        by_topic = {"topic": random.choice(list(PROCEDURES))}
        narrowed = urlencode({"q": query, **(by_type if number % 2 else by_topic)})
        requests.append(Request(f"/api/v1/search?{narrowed}"))
    return Work(NARROWED, [each for each in requests if items(client, each.target)])


def completions() -> Work:
    """What is asked at every keystroke of some queries."""
    typed = [query[:end] for query in queries(_QUERIES // 4) for end in range(2, len(query) + 1)]
    requests = [Request(f"/api/v1/suggest?{urlencode({'q': each})}") for each in typed]
    return Work(COMPLETION, requests)


def list_requests(client: Asking) -> Iterator[Request]:
    """Every list and hub that the works ask for."""
    for some in (_pages(client), _section_lists(), _question_lists(), _hubs()):
        yield from some


def capture(client: Asking, measured: Iterable[Work]) -> dict[Request, Answer]:
    """The answer to every request; each was asked for once then, so nothing is cold any more."""
    answers: dict[Request, Answer] = {}
    for work in measured:
        for request in dict.fromkeys(work.requests):
            answers[request] = _expected(client, request, work.status)
    return answers


def write_requests(directory: Path, work: Work) -> Path:
    """Write the requests down for the load generators: target, tag and coding, a line each."""
    path = directory / f"{work.name.replace(' ', '-').replace(',', '')}.requests"
    path.write_text("".join("\t".join(request) + "\n" for request in work.requests))
    return path


def mixed(name: str, measured: Iterable[Work]) -> Work:
    """One work of several, in turns."""
    turns = zip(*(work.requests for work in measured), strict=True)
    return Work(name, [request for turn in turns for request in turn])


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


def _hubs() -> Iterator[Request]:
    for topic in PROCEDURES:
        kind, _, key = topic.partition(":")
        yield Request(f"/api/v1/topics/{kind}/{key}")


def _sections(client: Asking, articles: Sequence[Request]) -> Iterator[Request]:
    """A section each of some articles."""
    random = Random("a section")
    for article in articles[: _PAGES * PAGE]:
        inside = json.loads(client.get(article).body)["sections"]
        yield Request(f"/api/v1/sections/{random.choice(inside)['id']}")


def _change_pages(client: Asking) -> Iterator[Request]:
    """Pages from all over the log, each of which is full."""
    head = int(client.get(Request("/api/v1/articles?limit=1")).header("content-sequence"))
    random = Random("pages of changes")
    for since in random.sample(range(head - PAGE), min(_PAGES * PAGE, head - PAGE)):
        yield Request(f"/api/v1/changes?{urlencode({'since': since, 'limit': PAGE})}")


def _searches() -> Iterator[Request]:
    for query in queries(_QUERIES):
        yield Request(f"/api/v1/search?{urlencode({'q': query})}")


def _pages(client: Asking) -> Iterator[Request]:
    """The first pages of the newest articles, as a visitor turns them."""
    target = "/api/v1/articles"
    for _ in range(_PAGES):
        page = json.loads(client.get(Request(target)).body)
        if len(page["items"]) == PAGE:
            yield Request(target)
        if not page["next"]:
            return
        target = f"/api/v1/articles?{urlencode({'cursor': page['next']})}"


def _full(client: Asking, requests: Iterable[Request]) -> list[Request]:
    return [each for each in requests if len(items(client, each.target)) == PAGE]


def _tagged(client: Asking, requests: Sequence[Request]) -> list[Request]:
    tags = {each: client.get(each).header("etag") for each in dict.fromkeys(requests)}
    return [Request(each.target, tags[each]) for each in requests]


def _expected(client: Asking, request: Request, status: int) -> Answer:
    answer = client.get(request)
    if answer.status != status:
        raise RuntimeError(f"{request.target} answers {answer.status}: {answer.body[:300]!r}")
    return answer
