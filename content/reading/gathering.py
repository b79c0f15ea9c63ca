"""Topics, and what a topic's hub shows in one request."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, func, select

from content.errors import Unknown
from content.projecting import PLACED, PUBLICATION, SECTION, seen
from content.publications import TopicNaming
from content.published import BodyFormat, CountedTopic, PageRequest, PublishedHub, PublishedTopic
from content.reading.counting import articles_by_topic, section_totals
from content.reading.listing import articles
from content.reading.narrowing import Filter
from content.reading.pairing import faqs
from content.showing import Label, preferred_label
from content.statements import AnySelect, Reader, rows_of

_FIRST = PageRequest(20, count=True)

_MOST_NAMED = 500
# Of more topics than that, the names of all are read: no list of values is longer.


def topics(
    session: Reader, locale: str, kind: str | None, *, at: int | None = None
) -> list[CountedTopic]:
    """Every topic that has articles, by kind and key, with their number."""
    names = _names(session, at)
    return [
        CountedTopic(_topic(ref, names.get(ref, ()), locale), articles)
        for ref, articles in sorted(_counted(session, at), key=lambda row: row[0].split(":", 1))
        if kind is None or ref.startswith(f"{kind}:")
    ]


def topic_labels(session: Reader, refs: Sequence[str], locale: str) -> Mapping[str, str]:
    """How those topics are called in a locale, or the nearest that there is, by their refs."""
    some = refs if len(refs) <= _MOST_NAMED else None
    names = _names(session, None, some) if refs else {}
    return {ref: _topic(ref, names.get(ref, ()), locale).label for ref in refs}


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
    labels = _names(session, at, [ref]).get(ref, ())
    topic = _topic(ref, labels, locale)
    return PublishedHub(
        topic=topic,
        also=[
            each["label"]
            for each in labels
            if each["locale"] == locale and each["label"] != topic.label
        ],
        articles=found,
        section_counts=_section_counts(session, wanted, at),
        faqs=faqs(session, wanted, _FIRST, body_format=body_format, at=at),
    )


def _topic(ref: str, labels: Sequence[Label], locale: str) -> PublishedTopic:
    kind, _, key = ref.partition(":")
    label, of = preferred_label(labels, locale, key)
    return PublishedTopic(kind, key, label, of)


def _names(
    session: Reader, at: int | None, refs: Sequence[str] | None = None
) -> dict[str, Sequence[Label]]:
    """The shown labels of those topics, or of all, as they were at that point."""
    values: dict[str, Any] = {} if at is None else {"at": at}
    if refs is not None:
        values["topics"] = list(refs)
    rows = rows_of(session, _naming(now=at is None, some=refs is not None), values)
    return {row.topic: row.labels for row in rows}


@lru_cache
def _naming(*, now: bool, some: bool) -> AnySelect:
    named: Any = TopicNaming.__table__
    newest = select(named.c.topic, func.max(named.c.since).label("since")).group_by(named.c.topic)
    if not now:
        newest = newest.where(named.c.since <= bindparam("at"))
    if some:
        newest = newest.where(named.c.topic.in_(bindparam("topics", expanding=True)))
    of = newest.subquery()
    return select(named.c.topic, named.c.labels).join(
        of, (of.c.topic == named.c.topic) & (of.c.since == named.c.since)
    )


def _counted(session: Reader, at: int | None) -> Sequence[tuple[str, int]]:
    if at is None:
        return articles_by_topic(session)
    return [(row.topic, row.articles) for row in rows_of(session, _counted_once(), {"at": at})]


def _section_counts(session: Reader, wanted: Filter, at: int | None) -> dict[str, int]:
    if at is None:
        return dict(section_totals(session, wanted))
    values = {"topic": wanted.topics[0], "at": at}
    rows = rows_of(session, _sections_counted_once(), values)
    return {row.type: row.sections for row in rows}


@lru_cache
def _counted_once() -> AnySelect:
    """As it was at a point: that is asked so rarely that it may count what there was."""
    return (
        select(PLACED.c.topic, func.count().label("articles"))
        .where(seen(PLACED, 0))
        .group_by(PLACED.c.topic)
    )


@lru_cache
def _sections_counted_once() -> AnySelect:
    return (
        select(SECTION.c.type, func.count().label("sections"))
        .select_from(PLACED)
        .join(PUBLICATION, PUBLICATION.c.id == PLACED.c.publication_id)
        .join(SECTION, SECTION.c.edition_id == PUBLICATION.c.edition_id)
        .where(PLACED.c.topic == bindparam("topic"), seen(PLACED, 0))
        .group_by(SECTION.c.type)
        .order_by(SECTION.c.type)
    )
