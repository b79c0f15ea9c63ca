"""The change log as readers get it."""

from typing import Any

from content import changes
from content.published import (
    ChangedArticle,
    ChangedSection,
    ChangePage,
    Dependants,
    LoggedChange,
)
from content.statements import Reader


def changes_since(session: Reader, since: int, limit: int) -> ChangePage:
    """At most `limit` changes after the point `since` of the log."""
    found = changes.after(session, since, limit + 1)
    shown = found[:limit]
    return ChangePage(
        items=[_logged(change) for change in shown],
        next=shown[-1].sequence if len(found) > len(shown) else None,
        sequence=changes.head(session),
    )


def _logged(change: Any) -> LoggedChange:
    sections: list[dict[str, Any]] = change.sections
    types = {each["type"] for each in sections}
    return LoggedChange(
        sequence=change.sequence,
        at=change.at,
        kind=change.kind,
        article=ChangedArticle(change.article_id, change.slug, change.locale, change.digest),
        sections=[ChangedSection(each["id"], each["type"], each["digest"]) for each in sections],
        topics=change.topics,
        dependants=Dependants(
            topics=sorted({*change.topics, *change.left_topics, *change.pair_topics}),
            types=sorted({*types, *change.left_types}),
        ),
    )
