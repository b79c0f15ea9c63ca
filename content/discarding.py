"""The trash: deleted articles, taken back or purged; and the errand that purges them in time.

What was deleted keeps its address, so that it can be taken back to it, until it is purged. Then
nothing of its text is left: the change log alone tells that readers saw something there.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Select, Text, cast, delete, func, select
from sqlalchemy.orm import Session

from content import changes, repeating
from content.drafting import open_draft, touch
from content.editing import announce
from content.errors import Conflict, EditConflict, Reason, Unknown
from content.library import Actor, Library, Work
from content.models import (
    Article,
    Edition,
    RecordedCorrection,
    StoredProposal,
    now,
)
from content.published import Page, PageRequest
from content.rules import Rules
from content.translating import holder

_PURGER: Final = Actor("dermis (trash)", publishes=True)


@dataclass(frozen=True, slots=True)
class Discarded:
    """An article in the trash, with the title that it had last; purged at `purged_at` or later."""

    id: str
    slug: str
    locale: str
    title: str
    state: str
    revision: int
    deleted_at: datetime
    deleted_by: str | None
    purged_at: datetime


def discarded(session: Session, rules: Rules, page: PageRequest) -> Page[Discarded]:
    """A page of the trash, last deleted first."""
    statement = _titled()
    total = None
    if page.count:
        total = session.scalar(select(func.count()).select_from(statement.subquery()))
    if page.after:
        when, last = datetime.fromisoformat(page.after[0]), page.after[1]
        earlier = (Article.deleted_at < when) | ((Article.deleted_at == when) & (Article.id < last))
        statement = statement.where(earlier)
    ordered = statement.order_by(Article.deleted_at.desc(), Article.id.desc())
    found = session.execute(ordered.limit(page.limit + 1)).all()
    shown = [_discarded(article, title, rules) for article, title in found[: page.limit]]
    more = len(found) > page.limit
    return Page(shown, [shown[-1].deleted_at.isoformat(), shown[-1].id] if more else None, total)


def discarded_article(session: Session, rules: Rules, article_id: str) -> Discarded:
    """One article in the trash. Raises `Unknown`."""
    found = session.execute(_titled().where(Article.id == article_id)).first()
    if found is None:
        raise Unknown("There is no such article in the trash.")
    return _discarded(*found, rules)


def take_back(work: Work, article_id: str, expected: int | None) -> Article:
    """Put a deleted article back on the editors' desk, as a draft at its own address.

    Readers go on finding nothing there until it is published. Raises `Conflict` when another
    article is its translation into its own locale by now, `EditConflict`, `Unknown`.
    """
    article = _locked(work, article_id, expected)
    _refuse_second_text(work, article)
    deleted_at = _instant(article)
    article.deleted_at = article.deleted_by = None
    open_draft(work, article)
    touch(work, article)
    work.audit("take back", "article", article.id, deleted_at=deleted_at.isoformat())
    work.session.flush()
    return article


def purge(work: Work, article_id: str, expected: int | None) -> None:
    """Erase a deleted article with all that was made of it; it cannot be undone.

    Proposals that it alone came from go too, and answers that name it. Its tombstone stays in the
    log, so that its address goes on answering 410; its translations are a family of their own.
    What could still be read as it was at an earlier point cannot from now on. Raises
    `EditConflict`, `Unknown`, and `MayNotPublish` when translations are live.
    """
    article = _locked(work, article_id, expected)
    deleted_at = _instant(article)
    noted = {"slug": article.slug, "locale": article.locale, "deleted_at": deleted_at.isoformat()}
    if deleted_at + work.rules.trash_lasts > work.at:
        # Answers about earlier points may be remembered, which its first tombstone left true.
        changes.repeat_tombstone(work, article.id)
    _part_translations(work, article)
    work.session.flush()
    _erase_proposals(work, article_id)
    repeating.forget_about(work, article_id)
    work.session.expunge_all()
    work.session.execute(delete(Article).where(Article.id == article_id))
    work.audit("purge", "article", article_id, **noted)


class EmptyTrash:
    """The errand that purges what has been in the trash for as long as the house keeps it."""

    name = "trash"

    def __init__(self, library: Library) -> None:
        self._library = library

    def run(self) -> bool:
        """Purge one article; whether there was one."""
        with self._library.reading() as session:
            due = session.scalar(_due(self._library.rules))
        if due is None:
            return False
        with self._library.writing(_PURGER) as work:
            # Somebody may have taken it back, or purged it, in between.
            again = _due(work.rules).where(Article.id == due).with_for_update()
            found = work.session.scalar(again)
            if found is not None:
                purge(work, found, None)
        return True


def _due(rules: Rules) -> Select[str]:
    return (
        select(Article.id)
        .where(Article.deleted_at <= now() - rules.trash_lasts)
        .order_by(Article.deleted_at)
        .limit(1)
    )


def _titled() -> Select[Article, str]:
    """Deleted articles, each with the title of its newest edition."""
    newest = (
        select(func.max(Edition.number))
        .where(Edition.article_id == Article.id)
        .correlate(Article)
        .scalar_subquery()
    )
    return (
        select(Article, Edition.title)
        .join(Edition, Edition.article_id == Article.id)
        .where(Article.deleted_at.is_not(None), Edition.number == newest)
    )


def _discarded(article: Article, title: str, rules: Rules) -> Discarded:
    deleted_at = _instant(article)
    return Discarded(
        id=article.id,
        slug=article.slug,
        locale=article.locale,
        title=title,
        state=article.state,
        revision=article.revision,
        deleted_at=deleted_at,
        deleted_by=article.deleted_by,
        purged_at=deleted_at + rules.trash_lasts,
    )


def _instant(article: Article) -> datetime:
    if article.deleted_at is None:
        raise Unknown("There is no such article in the trash.")
    return article.deleted_at


def _locked(work: Work, article_id: str, expected: int | None) -> Article:
    article = work.session.scalar(
        select(Article).where(Article.id == article_id).with_for_update(of=Article)
    )
    if article is None or article.deleted_at is None:
        raise Unknown("There is no such article in the trash.")
    if expected is not None and expected != article.revision:
        raise EditConflict(str(article.revision))
    return article


def _refuse_second_text(work: Work, article: Article) -> None:
    """Refuse where the article has another text in that locale since it was deleted."""
    taken = holder(work.session, article.original_id or article.id, article.locale, article.id)
    if taken is not None:
        detail = f"'{taken}' is the text of the same article in '{article.locale}' by now."
        reason = Reason("", "locale_taken", f"{detail} Make that an original, or delete it.")
        raise Conflict("Another article has taken its place among the translations.", [reason])


def _part_translations(work: Work, article: Article) -> None:
    """Have its oldest translation be what the others translate; readers' families stay whole."""
    translations = work.session.scalars(
        select(Article)
        .where(Article.original_id == article.id)
        .order_by(Article.deleted_at.is_not(None), Article.id)
        .with_for_update(of=Article)
    ).all()
    for each in translations:
        each.original_id = None if each is translations[0] else translations[0].id
        touch(work, each)
    work.session.flush()
    for each in translations:
        if each.live:
            announce(work, each)


def _erase_proposals(work: Work, article_id: str) -> None:
    """Erase the sources that this article came from, and no other that still exists."""
    naming = select(StoredProposal.id, StoredProposal.article_ids).where(
        cast(StoredProposal.article_ids, Text).contains(article_id, autoescape=True)
    )
    for proposal_id, article_ids in work.session.execute(naming).all():
        others = select(Article.id).where(Article.id.in_(article_ids), Article.id != article_id)
        if work.session.scalar(others.limit(1)) is None:
            # The answer to an import shows the whole source.
            repeating.forget_about(work, proposal_id)
            for table, column in (
                (RecordedCorrection, RecordedCorrection.proposal_id),
                (StoredProposal, StoredProposal.id),
            ):
                work.session.execute(delete(table).where(column == proposal_id))
