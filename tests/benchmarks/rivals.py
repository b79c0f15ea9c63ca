"""Other content systems, where they are set up and running beside us.

A directory `shared/peers` beside the repository says in `peers.json` which systems there are, where
they answer and how each work is asked of them; its own scripts set them up with a corpus of the
same size, and start them. Nothing of it is needed for the rest of the benchmark.
"""

import json
import os
from collections.abc import Iterator, Mapping
from functools import partial
from http.client import HTTPException
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit

from tests.benchmarks.asking import Request, connected
from tests.benchmarks.comparing import Contestant
from tests.benchmarks.processes import family
from tests.benchmarks.servers import ROOT
from tests.benchmarks.works import ARTICLE, LISTED, PAGE, SEARCH, TYPED, Work, write_requests

PEERS: Final = ROOT.parent / "shared" / "peers"

SYSTEMS: Final = (
    "payload",
    "directus",
    "directus-cached",
    "strapi",
    "wagtail",
    "wagtail-pg",
    "ghost",
)
"""Content systems with editors, drafts and an API, by their names in `peers.json`."""

OTHERS: Final = ("datasette",)
"""Measured beside them, but no content system: it serves a file that nobody edits."""

_WORKS: Final = {ARTICLE: "article", LISTED: "list", TYPED: "sections", SEARCH: "search"}


def rivals(directory: Path, peers: Path = PEERS) -> list[Contestant]:
    """Those that run, with their requests written to `directory`; none where there are none."""
    try:
        plan = json.loads((peers / "peers.json").read_text())["peers"]
    except FileNotFoundError:
        return []
    chosen = [each for each in plan if each["name"] in {*SYSTEMS, *OTHERS} and _runs(each)]
    return [each for peer in chosen if (each := _contestant(directory, peer)).requests]


def _runs(peer: Mapping[str, Any]) -> bool:
    try:
        return all(Path(f"/proc/{pid}").exists() for pid in _roots(peer))
    except FileNotFoundError:
        return False


def _roots(peer: Mapping[str, Any]) -> list[int]:
    return [int(pid) for pid in Path(peer["pid"]).read_text().split()]


def _contestant(directory: Path, peer: Mapping[str, Any]) -> Contestant:
    place = directory / peer["name"]
    place.mkdir()
    port = urlsplit(peer["url"]).port or 80
    works = [work for work in _works(peer) if _answers(port, work)]
    requests = {work.name: write_requests(place, work) for work in works}
    return Contestant(peer["name"], port, partial(_processes, _roots(peer)), requests, foreign=True)


def _works(peer: Mapping[str, Any]) -> Iterator[Work]:
    """Every work that its corpus has requests for; that lies where it keeps its process ids."""
    corpus = Path(os.environ.get("CORPUS", Path(peer["pid"]).parents[1] / "corpus.json"))
    drawn = json.loads(corpus.read_text())["requests"]
    for name, theirs in _WORKS.items():
        if theirs in peer["work"]:
            template = peer["work"][theirs]["path"]
            yield Work(name, [Request(_target(template, values)) for values in drawn[theirs]])


def _target(template: str, values: Mapping[str, Any]) -> str:
    offset = (values.get("page", 1) - 1) * PAGE
    named = {**values, "offset": offset}
    return template.format(**{name: quote(str(value), safe="") for name, value in named.items()})


def _answers(port: int, work: Work) -> bool:
    try:
        with connected(port) as client:
            return client.get(work.requests[0]).status == work.status
    except (OSError, HTTPException):
        return False


def _processes(roots: list[int]) -> list[int]:
    return [pid for root in roots for pid in family(root)]
