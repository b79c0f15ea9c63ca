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
    """The first `limit` changes after the point `since`, and all made together with the last."""
    found = changes.after(session, since, limit)
    last, head = found[-1].sequence if found else since, changes.head(session)
    return ChangePage(
        items=[_logged(change) for change in found],
        next=last if found and last < head else None,
        sequence=head,
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
