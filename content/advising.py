"""Advising who found nothing: what to ask instead, of which it is known that there is something.

Nothing is made up, and it costs two further searches at the most.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from content import reading
from content.published import CountedTopic
from content.searching import SearchIndex, SearchQuery
from content.searching.words import words
from content.statements import Reader

Ground = Literal["without_filters", "without_quotes", "topic", "topics"]
GROUNDS: Final[tuple[Ground, ...]] = ("without_filters", "without_quotes", "topic", "topics")

_MOST_TOPICS: Final = 5
_QUOTES: Final = re.compile(r'["“”„«»]')


@dataclass(frozen=True, slots=True)
class Way:
    """A way on, and how much is there.

    `query` is another search with `total` sections: without filters but for the locale, without
    any, or without quotation marks as well. `topic` is one that the words name, with `total`
    articles. With neither, it is the list of all topics, `total` of them.
    """

    ground: Ground
    total: int
    query: SearchQuery | None = None
    topic: CountedTopic | None = None


def ways_on(session: Reader, index: SearchIndex, query: SearchQuery, locale: str) -> list[Way]:
    """What leads on from a query that found nothing; empty only where nothing is published.

    Topics are called as in `locale`. Raises `SearchUnavailable`.
    """
    ways = [*_looser(index, query), *_topics(session, query.text, locale)]
    if not ways:
        topics = reading.topics(session, locale, None)
        ways = [Way("topics", len(topics))] if topics else []
    return ways


def _looser(index: SearchIndex, query: SearchQuery) -> Iterator[Way]:
    """The nearest query that has hits."""
    plain = " ".join(_QUOTES.sub(" ", query.text).split())
    unquoted: Ground = "without_filters" if plain == _spaced(query.text) else "without_quotes"
    steps: tuple[tuple[Ground, SearchQuery], ...] = (
        ("without_filters", SearchQuery(query.text, locale=query.locale, limit=1)),
        (unquoted, SearchQuery(plain, limit=1)),
    )
    tried = [_asked(query)]
    for ground, looser in steps:
        if _asked(looser) not in tried:
            tried.append(_asked(looser))
            total = index.search(looser).total
            if total:
                yield Way(ground, total, query=looser)
                return


def _asked(query: SearchQuery) -> tuple[object, ...]:
    """What of a query decides whether anything is found."""
    narrowed = (tuple(query.types), tuple(query.topics), query.locale, query.article)
    return (_spaced(query.text), *narrowed)


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _topics(session: Reader, text: str, locale: str) -> list[Way]:
    """The topics that the words name, the longest names first."""
    typed = {word.term for word in words(text)}
    if not typed:
        return []
    named = {}
    for ref, names in reading.topic_names(session).items():
        fitting = [len(terms) for name in names if (terms := _terms(name)) and terms <= typed]
        if fitting:
            named[ref] = max(fitting)
    found = [each for each in reading.topics(session, locale, None) if each.topic.ref in named]
    found.sort(key=lambda each: (-named[each.topic.ref], -each.articles, each.topic.ref))
    return [Way("topic", each.articles, topic=each) for each in found[:_MOST_TOPICS]]


def _terms(name: str) -> set[str]:
    return {word.term for word in words(name) if word.first == word.last}
