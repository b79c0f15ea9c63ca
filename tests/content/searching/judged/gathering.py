"""The documents of the judged set: what importing and publishing the articles of ours gives.

The articles are the samples of the demo, and those that the tests of importing know by heart.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.cli.preparing import samples
from content.expanding import Vocabularies
from content.importing.committing import commit, keep, propose_source
from content.importing.proposals import SourceFormat
from content.library import Library
from content.models import FaqItem
from content.searching.documents import SectionDocument, all_live_documents
from tests.building import EDITOR
from tests.content.importing.annotated import annotated_articles
from tests.content.importing.rendering_forms import MarkedForm, Page, render_marked

SET: Final = Path(__file__).parent
DOCUMENTS: Final = SET / "documents.jsonl"
TOPICS: Final = SET / "topics.jsonl"

_LIMIT: Final = 100_000


def publish_articles(library: Library) -> None:
    """Import every article into a migrated library, and publish what is found."""
    for path in samples():
        _publish(library, path.read_bytes(), path.name)
    for article in annotated_articles():
        page = Page("markdown")
        render_marked(article, MarkedForm("markdown"), page)
        _publish(library, page.source.encode(), article.name, "markdown")


def _publish(
    library: Library, source: bytes, name: str, source_format: SourceFormat | None = None
) -> None:
    with library.writing(EDITOR) as work:
        found = propose_source(
            work.session,
            source,
            limit=_LIMIT,
            locale="en",
            filename=name,
            source_format=source_format,
        )
        stored = keep(work, found, locale="en", filename=name)
        work.session.flush()
        commit(work, stored.id, None, publish=True)


def documents(session: Session) -> Iterator[tuple[str, SectionDocument]]:
    """The live sections, each with its name: the slug of its article, and its place there."""
    places: Counter[str] = Counter()
    for each in all_live_documents(session):
        places[each.slug] += 1
        yield f"{each.slug}/{places[each.slug]}", each


def lines(session: Session) -> list[str]:
    """The documents as the judged set keeps them, one a line, by name of article and place."""
    questions: dict[str, list[str]] = {}
    pairs = select(FaqItem.section_id, FaqItem.question).order_by(FaqItem.position)
    for section_id, question in session.execute(pairs):
        questions.setdefault(section_id, []).append(question)
    rows = [_row(name, each, questions) for name, each in documents(session)]
    # Stable: the sections of an article stay in their order.
    rows.sort(key=lambda row: str(row["article"]))
    return [json.dumps(row, ensure_ascii=False) for row in rows]


def topic_lines(session: Session) -> list[str]:
    """The topics of a library and what they are called, as the judged set keeps them."""
    topics = Vocabularies().current(session).topics()
    rows = (
        {"ref": each.ref, "locale": each.locale, "labels": each.names}
        for each in topics
        if each.names
    )
    return [json.dumps(row, ensure_ascii=False) for row in rows]


def _row(name: str, document: SectionDocument, questions: dict[str, list[str]]) -> dict[str, Any]:
    row = {
        "id": name,
        "article": document.slug,
        "locale": document.locale,
        "title": document.title,
        "type": document.type,
        "topics": list(document.topics),
        "heading": document.heading,
        "text": document.text,
    }
    asked = questions.get(document.section_id)
    return {**row, "questions": asked} if asked else row
