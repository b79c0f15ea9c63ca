"""The vocabulary that a library's questions are understood by, read anew only when it changed."""

import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Final

from sqlalchemy import FromClause, select

from content import changes
from content.models import LabelKind, SynonymGroup, Topic, TopicLabel
from content.publications import ARTICLES, TopicTally
from content.searching.synonyms import in_force
from content.searching.vocabulary import Group, NamedTopic, Vocabulary
from content.statements import AnySelect, Reader, rows_of

_TOPIC: Final[FromClause] = Topic.__table__
_LABEL: Final[FromClause] = TopicLabel.__table__
_TALLY: Final[FromClause] = TopicTally.__table__
_GROUP: Final[FromClause] = SynonymGroup.__table__

_REF: Final = _TOPIC.c.kind + ":" + _TOPIC.c.key
# What topics that readers do not see are called, no search may tell or go by. What one of them
# hides is hidden in synonyms all the same, from the next revision on.
_LABELS: Final[AnySelect] = (
    select(
        *(_TOPIC.c.kind, _TOPIC.c.key, _LABEL.c.locale, _LABEL.c.kind.label("of"), _LABEL.c.label),
        _TALLY.c.total.label("articles"),
    )
    .join_from(_TOPIC, _LABEL, _LABEL.c.topic_id == _TOPIC.c.id)
    .outerjoin(_TALLY, (_TALLY.c.topic == _REF) & (_TALLY.c.counted == ARTICLES))
    .where(_TALLY.c.total.is_not(None) | (_LABEL.c.kind == LabelKind.HIDDEN))
    .order_by(_TOPIC.c.kind, _TOPIC.c.key, _LABEL.c.position)
)
_GROUPS: Final[AnySelect] = select(
    _GROUP.c.locale, _GROUP.c.expressions, _GROUP.c.meanings
).order_by(_GROUP.c.locale, _GROUP.c.key)


class Vocabularies:
    """The vocabulary of one library, kept for as long as nobody changes it; safe for threads."""

    def __init__(self) -> None:
        self._reading = threading.Lock()
        self._kept: Vocabulary | None = None

    def current(self, reader: Reader) -> Vocabulary:
        """The vocabulary as the reader's snapshot has it; it costs one small statement."""
        revision = changes.vocabulary(reader)
        kept = self._kept
        if kept is not None and kept.revision == revision:
            return kept
        # One thread makes it, however many ask.
        with self._reading:
            if self._kept is None or self._kept.revision != revision:
                self._kept = vocabulary_of(reader, revision)
            return self._kept


def vocabulary_of(reader: Reader, revision: int) -> Vocabulary:
    """The vocabulary that the snapshot has; `revision` is `changes.vocabulary` of the same."""
    own = (
        Group(tuple(row.expressions), tuple(row.meanings), row.locale or None)
        for row in rows_of(reader, _GROUPS, {})
    )
    return Vocabulary(in_force(own), _topics(rows_of(reader, _LABELS, {})), revision)


def _topics(rows: Iterable[Any]) -> Iterator[NamedTopic]:
    named: defaultdict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in rows:
        named[f"{row.kind}:{row.key}", row.locale].append(row)
    for (ref, locale), labels in named.items():
        shown = [each for each in labels if each.of != LabelKind.HIDDEN]
        preferred = [each for each in labels if each.of == LabelKind.PREFERRED]
        yield NamedTopic(
            ref,
            # A locale without a preferred label has nothing to show.
            preferred[0].label if preferred else "",
            locale,
            tuple(each.label for each in labels if each.articles),
            frozenset(each.label for each in labels if each not in shown),
        )
