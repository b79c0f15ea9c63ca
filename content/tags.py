"""Cache tags: by what caches in front know what an answer shows, and are told what is old."""

from collections.abc import Iterable
from typing import Final

WHOLE_LIBRARY: Final = "list"
"""Of what depends on the whole library."""


def article_tag(article_id: str) -> str:
    """Of what shows an article."""
    return f"article-{article_id}"


def topic_tag(topic: str) -> str:
    """Of what stands under a topic, given as `kind:key`."""
    return f"topic-{topic.replace(':', '-', 1)}"


def type_tag(key: str) -> str:
    """Of what shows sections of a type."""
    return f"type-{key}"


def tags_of_change(article_id: str, topics: Iterable[str], types: Iterable[str]) -> list[str]:
    """The tags of all that a change of an article makes old; the others are those it shows in."""
    return [
        article_tag(article_id),
        *(topic_tag(topic) for topic in topics),
        *(type_tag(key) for key in types),
        WHOLE_LIBRARY,
    ]
