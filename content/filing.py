"""Filing texts for comparison: a shadow of all current sections, by the minima of their texts.

The shadow is kept by article. Every edit counts an article's revision up, so an article is filed
as it is exactly when its revision is the one that was filed; nothing that edits has to know of
the shadow, and what was not told cannot be forgotten. Before a comparison `catch_up` files the
articles that have changed since the last one, a bounded number in each unit of work. To ask
whether there are any costs milliseconds.

What is filed only says where to look: a comparison reads the texts themselves in its own
snapshot. So a shadow that lags, even by a crash, may leave out what was just written, but shows
nothing that is gone and no share that is not true; and it can be thrown away at any time.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy import delete, insert, literal, or_, select, tuple_
from sqlalchemy.orm import Session

from content.library import Actor, Library, Work
from content.models import (
    Article,
    ComparedArticle,
    ComparedSection,
    FaqItem,
    Minimum,
    Section,
)
from content.shingles import METHOD, Words, sketches, whole_text, words

BATCH: Final = 50
"""Articles filed in one unit of work: other writers wait for no more than that."""

MOST_PARAMETERS: Final = 10_000
"""Values in one statement; databases take no more than some thirty thousand."""

Place = tuple[str, str]
"""Where a text stands: an edition and a section, by their ids."""

_ACTOR: Final = Actor("the comparison", publishes=False)


def catch_up(library: Library, batch: int = BATCH) -> int:
    """File all articles that have changed since they were filed; how many there were.

    An article that is being edited in this moment is left to the next call. Raises
    `LibraryUnavailable`.
    """
    filed = 0
    while count := _file_some(library, batch):
        filed += count
    return filed


def rebuild(library: Library, batch: int = BATCH) -> int:
    """Throw away all that is filed and file every article anew; how many there were."""
    with library.writing(_ACTOR) as work:
        for each in (Minimum, ComparedSection, ComparedArticle):
            work.session.execute(delete(each))
    return catch_up(library, batch)


def texts(session: Session, places: Sequence[Place]) -> dict[Place, str]:
    """The stored text of each section that there is at one of the places."""
    found: dict[Place, str] = {}
    for start in range(0, len(places), MOST_PARAMETERS // 2):
        found |= _some_texts(session, places[start : start + MOST_PARAMETERS // 2])
    return found


def _some_texts(session: Session, places: Sequence[Place]) -> dict[Place, str]:
    sections = select(Section.edition_id, Section.id, Section.body).where(
        tuple_(Section.edition_id, Section.id).in_(places)
    )
    pairs = (
        select(FaqItem.edition_id, FaqItem.section_id, FaqItem.question, FaqItem.answer)
        .where(tuple_(FaqItem.edition_id, FaqItem.section_id).in_(places))
        .order_by(FaqItem.position)
    )
    asked: defaultdict[Place, list[tuple[str, str]]] = defaultdict(list)
    for edition_id, section_id, question, answer in session.execute(pairs):
        asked[edition_id, section_id].append((question, answer))
    return {
        (edition_id, section_id): whole_text(body, asked[edition_id, section_id])
        for edition_id, section_id, body in session.execute(sections)
    }


def _file_some(library: Library, batch: int) -> int:
    """Nothing is locked to find that there is nothing to do."""
    changed = (
        select(Article)
        .outerjoin(ComparedArticle, ComparedArticle.article_id == Article.id)
        .where(
            or_(
                ComparedArticle.article_id.is_(None),
                ComparedArticle.revision != Article.revision,
                ComparedArticle.method != METHOD,
            )
        )
        .limit(batch)
    )
    with library.reading() as session:
        if session.scalar(changed.with_only_columns(literal(1)).limit(1)) is None:
            return 0
    with library.writing(_ACTOR) as work:
        # Editors lock their article first: locked here, its text stays as it is meanwhile.
        locked = changed.with_for_update(of=Article, skip_locked=True)
        articles = work.session.scalars(locked).all()
        _file(work, articles)
        return len(articles)


def _file(work: Work, articles: Sequence[Article]) -> None:
    session = work.session
    ids = [each.id for each in articles]
    session.execute(delete(ComparedSection).where(ComparedSection.article_id.in_(ids)))
    session.execute(delete(ComparedArticle).where(ComparedArticle.article_id.in_(ids)))
    session.add_all(
        ComparedArticle(article_id=each.id, revision=each.revision, method=METHOD)
        for each in articles
    )
    filed = list(_distinct(session, articles))
    session.add_all(section for section, _ in filed)
    session.flush()
    rows = [
        {"value": value, "compared_id": section.id}
        for (section, _), sketch in zip(filed, sketches([text for _, text in filed]), strict=True)
        for value in sketch
    ]
    if rows:
        session.execute(insert(Minimum), rows)


def _distinct(
    session: Session, articles: Sequence[Article]
) -> Iterator[tuple[ComparedSection, Words]]:
    """Every text to be filed; one for draft and live where they are equal."""
    editions = {
        edition_id: article.id
        for article in articles
        if article.deleted_at is None
        for edition_id in (article.live_id, article.draft_id)
        if edition_id is not None
    }
    places = select(Section.edition_id, Section.id).where(Section.edition_id.in_(editions))
    found = texts(session, [(row.edition_id, row.id) for row in session.execute(places)])
    order = {edition_id: number for number, edition_id in enumerate(editions)}
    seen: set[tuple[str, Words]] = set()
    for place in sorted(found, key=lambda each: (order[each[0]], each[1])):
        (edition_id, section_id), text = place, words(found[place])
        if text and (section_id, text) not in seen:
            seen.add((section_id, text))
            yield (
                ComparedSection(
                    article_id=editions[edition_id],
                    edition_id=edition_id,
                    section_id=section_id,
                    size=len(text),
                ),
                text,
            )
