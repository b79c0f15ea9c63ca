"""`python -m tests.benchmarks.publisher DATABASE_URL RATE`: publish, again and again.

A process of its own, which changes a section of one article after the other and publishes it, RATE
times a second, until it is told to end. Then it prints as JSON what it did.
"""

import json
import os
import signal
import sys
import threading
import time
from itertools import count
from random import Random
from typing import Final, NamedTuple

from content import editing, publishing
from content.library import Library
from tests.benchmarks.filling import ACTOR, Filled
from tests.benchmarks.keeping import filled_articles

READY: Final = "ready"
"""The line that is printed when it is about to begin."""

_ARTICLES: Final = 2_000
_NICE: Final = 19
# It shares its core with the load: the load must not wait for it.


class Published(NamedTuple):
    """How many articles were published in how many seconds, and how long the slowest took."""

    articles: int
    seconds: float
    slowest: float


def change(library: Library, article: Filled, body: str) -> int:
    """Change the first section of an article and publish it; the sequence number of the change."""
    with library.writing(ACTOR) as work:
        editing.change_section(work, article.article_id, article.section_id, None, {"body": body})
        live = publishing.publish(work, article.article_id, None).live
        if live is None or live.live_from is None:
            raise RuntimeError("An article was published and is not live.")
        return live.live_from


def main() -> None:
    """Publish until SIGTERM."""
    url, rate = sys.argv[1:]
    os.nice(_NICE)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    library = Library(url)
    articles = filled_articles(library, _ARTICLES)
    Random("published").shuffle(articles)
    print(READY, flush=True)
    print(json.dumps(_publish(library, articles, 1 / float(rate), stop)._asdict()))
    library.close()


def _publish(
    library: Library, articles: list[Filled], pause: float, stop: threading.Event
) -> Published:
    begun = time.monotonic()
    slowest = 0.0
    for number in count():
        if stop.wait(max(0.0, begun + number * pause - time.monotonic())):
            return Published(number, time.monotonic() - begun, slowest)
        before = time.monotonic()
        change(library, articles[number % len(articles)], f"It was changed {number + 1} times.")
        slowest = max(slowest, time.monotonic() - before)
    raise AssertionError("Counting has no end.")


if __name__ == "__main__":
    main()
