"""What caches need with a delivery answer: validators, lifetimes, and tags to purge by."""

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime
from functools import singledispatch
from typing import Any, Final

from flask import Response, request

from content.finding import FoundSection
from content.published import (
    Page,
    PublishedArticle,
    PublishedFaq,
    PublishedHub,
    PublishedSection,
    PublishedTopic,
)

STALE: Final = 86_400
"""Seconds that a cache may go on with an old answer while it asks for a new one (RFC 5861)."""

_CODING: Final = re.compile(r"(?:[:;-](?:br|gzip|zstd|deflate))$")


def entity_tag(body: bytes) -> str:
    """A strong entity tag of these very bytes: the same on every worker and machine."""
    return hashlib.blake2b(body, digest_size=16).hexdigest()


def same_entity(sent: str, current: str) -> bool:
    """Whether a tag that a client sent back means `current`.

    Proxies weaken tags and append their content coding; both are taken off first, and the
    revision in the database remains the real guard.
    """
    return bare_tag(sent) == current


def bare_tag(sent: str) -> str:
    """The tag without its quotes, weakness and content coding."""
    return _CODING.sub("", sent.strip().removeprefix("W/").strip('"')).rstrip('"')


def finish(
    response: Response,
    *,
    max_age: int,
    sequence: int,
    modified: datetime | None,
    tags: Iterable[str],
) -> Response:
    """Put the validators on an answer, and make it a 304 when the client has it already.

    Only `If-None-Match` is honoured: `If-Modified-Since` counts whole seconds, and two editions
    may be published in one.
    """
    tag = entity_tag(response.get_data())
    response.set_etag(tag)
    if modified is not None:
        response.last_modified = modified
    response.headers["Cache-Control"] = (
        f"public, max-age={max_age}, stale-while-revalidate={STALE}, stale-if-error={STALE}"
    )
    response.vary.add("Accept-Encoding")
    # A range of it is answered with the whole (RFC 9110, section 14.3).
    response.headers["Accept-Ranges"] = "none"
    response.headers["Content-Sequence"] = str(sequence)
    ordered = sorted(set(tags))
    response.headers["Surrogate-Key"] = " ".join(ordered)
    response.headers["Cache-Tag"] = ",".join(ordered)
    if _client_has(tag):
        response.status_code = 304
        response.set_data(b"")
        del response.headers["Content-Type"]
        response.headers.pop("Content-Length", None)
    return response


def _client_has(tag: str) -> bool:
    sent = request.headers.get("If-None-Match", "")
    return any(each.strip() == "*" or same_entity(each, tag) for each in sent.split(","))


@singledispatch
def tags_of(found: Any) -> Iterable[str]:
    """The cache tags of what an answer shows; `list` for what depends on the whole library."""
    return ["list"]


@tags_of.register
def _(found: PublishedArticle) -> Iterable[str]:
    yield f"article-{found.id}"
    yield from _topic_tags(found.topics)
    for section in found.sections or ():
        yield f"type-{section.type}"


@tags_of.register
def _(found: PublishedSection) -> Iterable[str]:
    yield f"article-{found.article.id}"
    yield f"type-{found.type}"
    yield from _topic_tags(found.topics)


@tags_of.register
def _(found: FoundSection) -> Iterable[str]:
    return tags_of(found.section)


@tags_of.register
def _(found: PublishedFaq) -> Iterable[str]:
    yield from (f"article-{place.id}" for place in found.articles)


@tags_of.register
def _(found: PublishedHub) -> Iterable[str]:
    yield "list"
    yield from _topic_tags([found.topic])
    yield from tags_of(found.articles)
    yield from tags_of(found.faqs)


@tags_of.register
def _(found: Page) -> Iterable[str]:  # type: ignore[type-arg]  # Dispatch needs the bare class.
    yield "list"
    for item in found.items:
        yield from tags_of(item)


def _topic_tags(topics: Iterable[PublishedTopic]) -> Iterable[str]:
    return (f"topic-{topic.kind}-{topic.key}" for topic in topics)
