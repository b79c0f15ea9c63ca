"""Topics, and what a topic's hub shows in one request."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, func, select

from content.errors import Unknown
from content.projecting import PLACED, PUBLICATION, SECTION, seen
from content.publications import TopicNaming
from content.published import BodyFormat, CountedTopic, PageRequest, PublishedHub, PublishedTopic
from content.reading.listing import articles
from content.reading.narrowing import Filter
from content.reading.pairing import faqs
from content.showing import Label, preferred_label
from content.statements import AnySelect, Reader, rows_of

_FIRST = PageRequest(20, count=True)


def topics(
    session: Reader, locale: str, kind: str | None, *, at: int | None = None
) -> list[CountedTopic]:
    """Every topic that has articles, by kind and key, with their number."""
    values = {} if at is None else {"at": at}
    counted = rows_of(session, _counted(now=at is None), values)
    names = _names(session, at)
    return [
        CountedTopic(_topic(row.topic, names.get(row.topic, ()), locale), row.articles)
        for row in sorted(counted, key=lambda row: row.topic.split(":", 1))
        if kind is None or row.topic.startswith(f"{kind}:")
    ]


def hub(
    session: Reader,
    kind: str,
    key: str,
    locale: str,
    body_format: BodyFormat = "html",
    *,
    at: int | None = None,
) -> PublishedHub:
    """A topic with first pages of its articles and pairs. Raises `Unknown`.

    A topic without articles is unknown to readers.
    """
    ref = f"{kind}:{key}"
    wanted = Filter(topics=[ref])
    found = articles(session, wanted, _FIRST, at=at)
    if not found.items:
        raise Unknown("There is no such topic with published articles.")
    labels = _names(session, at, ref).get(ref, ())
    topic = _topic(ref, labels, locale)
    counts = rows_of(
        session,
        _section_counts(now=at is None),
        {"topic": ref, **({} if at is None else {"at": at})},
    )
    return PublishedHub(
        topic=topic,
        also=[
            each["label"]
            for each in labels
            if each["locale"] == locale and each["label"] != topic.label
        ],
        articles=found,
        section_counts={row.type: row.sections for row in counts},
        faqs=faqs(session, wanted, _FIRST, body_format=body_format, at=at),
    )


def _topic(ref: str, labels: Sequence[Label], locale: str) -> PublishedTopic:
    kind, _, key = ref.partition(":")
    label, of = preferred_label(labels, locale, key)
    return PublishedTopic(kind, key, label, of)


def _names(session: Reader, at: int | None, ref: str | None = None) -> dict[str, Sequence[Label]]:
    """The shown labels of topics, as they were at that point."""
    values = {name: value for name, value in (("at", at), ("topic", ref)) if value is not None}
    rows = rows_of(session, _naming(now=at is None, one=ref is not None), values)
    return {row.topic: row.labels for row in rows}


@lru_cache
def _naming(*, now: bool, one: bool) -> AnySelect:
    named: Any = TopicNaming.__table__
    newest = select(named.c.topic, func.max(named.c.since).label("since")).group_by(named.c.topic)
    if not now:
        newest = newest.where(named.c.since <= bindparam("at"))
    if one:
        newest = newest.where(named.c.topic == bindparam("topic"))
    of = newest.subquery()
    return select(named.c.topic, named.c.labels).join(
        of, (of.c.topic == named.c.topic) & (of.c.since == named.c.since)
    )


@lru_cache
def _counted(*, now: bool) -> AnySelect:
    return (
        select(PLACED.c.topic, func.count().label("articles"))
        .where(seen(PLACED, None if now else 0))
        .group_by(PLACED.c.topic)
    )


@lru_cache
def _section_counts(*, now: bool) -> AnySelect:
    return (
        select(SECTION.c.type, func.count().label("sections"))
        .select_from(PLACED)
        .join(PUBLICATION, PUBLICATION.c.since == PLACED.c.since)
        .join(SECTION, SECTION.c.edition_id == PUBLICATION.c.edition_id)
        .where(PLACED.c.topic == bindparam("topic"), seen(PLACED, None if now else 0))
        .group_by(SECTION.c.type)
    )
