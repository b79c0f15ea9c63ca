"""Advising who found nothing: what to ask instead, of which it is known that there is something.

Nothing is made up, and it costs two further searches at the most.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from content import reading
from content.published import CountedTopic
from content.searching import SearchIndex, SearchQuery
from content.searching.vocabulary import Vocabulary
from content.searching.words import typed_words
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


def ways_on(
    session: Reader, index: SearchIndex, query: SearchQuery, vocabulary: Vocabulary, locale: str
) -> list[Way]:
    """What leads on from a query that found nothing; empty only where nothing is published.

    Topics are called as in `locale`. Raises `SearchUnavailable`.
    """
    named = _named(query.text, vocabulary)
    ways = [*_looser(index, query, vocabulary), *_topics(session, named, locale)]
    if not ways:
        topics = reading.topics(session, locale, None)
        ways = [Way("topics", len(topics))] if topics else []
    return ways


def _looser(index: SearchIndex, query: SearchQuery, vocabulary: Vocabulary) -> Iterator[Way]:
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
            total = index.search(looser, vocabulary).total
            if total:
                yield Way(ground, total, query=looser)
                return


def _asked(query: SearchQuery) -> tuple[object, ...]:
    """What of a query decides whether anything is found."""
    narrowed = (tuple(query.types), tuple(query.topics), query.locale, query.article)
    return (_spaced(query.text), *narrowed)


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _named(text: str, vocabulary: Vocabulary) -> list[str]:
    """The refs of the topics that the words name, in their order; hidden names count as well."""
    matches = vocabulary.match(list(typed_words(text)))
    return list(dict.fromkeys(ref for match in matches for ref in match.topics))


def _topics(session: Reader, refs: Sequence[str], locale: str) -> list[Way]:
    """Those of the topics that have articles."""
    if not refs:
        return []
    found = {each.topic.ref: each for each in reading.topics(session, locale, None)}
    known = [found[ref] for ref in refs if ref in found]
    return [Way("topic", each.articles, topic=each) for each in known[:_MOST_TOPICS]]
