"""Libraries for the benchmark, filled by the functions that editors use."""

from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from content import editing, publishing
from content.library import Actor, Library, Work
from migrations import upgrading
from tests.benchmarks.corpus import GeneratedArticle

ACTOR: Final = Actor("the benchmark", publishes=True)
_BATCH: Final = 50
# Articles in one unit of work: one commit each would measure the disk.


class Filled(NamedTuple):
    """A live article, and the first of its sections."""

    article_id: str
    slug: str
    section_id: str


def new_library(home: Path) -> Library:
    """An empty library of the newest schema in a new `home`."""
    home.mkdir()
    library = Library(f"sqlite:///{home / 'library.db'}")
    with library.writing(ACTOR) as work:
        upgrading.upgrade(work.session.connection())
    return library


def fill(library: Library, articles: Iterable[GeneratedArticle]) -> list[Filled]:
    """Create and publish all of them."""
    filled: list[Filled] = []
    remaining = iter(articles)
    while batch := list(islice(remaining, _BATCH)):
        filled += _publish(library, batch)
    return filled


def _publish(library: Library, articles: Sequence[GeneratedArticle]) -> list[Filled]:
    with library.writing(ACTOR) as work:
        return [_published(work, each) for each in articles]


def _published(work: Work, generated: GeneratedArticle) -> Filled:
    article = editing.create_article(
        work,
        title=generated.title,
        locale="en",
        summary=generated.summary[:250],
        topics=generated.topics,
        sections=generated.sections,
    )
    live = publishing.publish(work, article.id, None).live
    if live is None:
        raise RuntimeError("An article was published and is not live.")
    return Filled(article.id, article.slug, live.sections[0].id)
