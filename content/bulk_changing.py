"""Making changes in bulk as they were planned, and taking them back: all of one, or nothing."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Final

from sqlalchemy import func, select

from content import changes
from content.bulk import BulkChange, BulkHit, BulkText
from content.composing import as_draft, revise_section
from content.drafting import lock_article, open_draft, saved
from content.drafts import SectionDraft, line_objections, section_objections
from content.editing import change_article
from content.errors import Conflict, Invalid, Reason, Unknown
from content.library import Work
from content.models import Article, Edition, Section
from content.replacing import Hit, keeps_structure, replaced

_MOST_REASONS: Final = 100
_AT_ONCE: Final = 50

Pair = tuple[BulkText, str]
"""A text, and what it is to say."""


@dataclass(frozen=True, slots=True)
class Touched:
    """An article whose draft was changed, or whose topics were."""

    article_id: str
    slug: str
    locale: str
    title: str


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What came of a change in bulk, and of which articles."""

    change: BulkChange
    articles: Sequence[Touched]


def apply(work: Work, bulk_id: str, only: Collection[int] | None = None) -> BulkResult:
    """Make the changes that were planned, or `only` those hits; drafts are made where need be.

    Nothing is published by it; topics of live articles alone change for readers at once, which
    takes an actor who publishes. Applied again, it does nothing. Raises `Conflict` with every text
    that was changed since it was planned, `Invalid` for hits that there are none of.
    """
    bulk = _locked(work, bulk_id)
    if bulk.reverted_at is not None:
        raise Conflict("The change was taken back: plan it anew.")
    if bulk.applied_at is None:
        _refuse_unknown(bulk, only)
        _change_all(work, bulk, lambda texts: _planned(work, bulk, texts, only), "bulk")
        bulk.applied_at, bulk.applied_by = work.at, work.actor.name
        _done(work, bulk, "apply")
    return BulkResult(bulk, _touched(work, bulk))


def revert(work: Work, bulk_id: str) -> BulkResult:
    """Put back what was there before, in drafts; readers see it when those are published.

    Reverted again, it does nothing. Raises `Conflict` with every text that was changed since.
    """
    bulk = _locked(work, bulk_id)
    if bulk.applied_at is None:
        raise Conflict("The change was not applied: there is nothing to take back.")
    if bulk.reverted_at is None:
        _change_all(work, bulk, _as_before, "revert")
        bulk.reverted_at, bulk.reverted_by = work.at, work.actor.name
        _done(work, bulk, "revert")
    return BulkResult(bulk, _touched(work, bulk))


def _locked(work: Work, bulk_id: str) -> BulkChange:
    found: BulkChange | None = work.session.scalar(
        select(BulkChange).where(BulkChange.id == bulk_id).with_for_update()
    )
    if found is None:
        raise Unknown("There is no such change.")
    return found


def _refuse_unknown(bulk: BulkChange, only: Collection[int] | None) -> None:
    unknown = [number for number in only or () if not 1 <= number <= bulk.hits]
    if unknown:
        detail = f"The plan has the hits 1 to {bulk.hits}: there is no {unknown[0]}."
        raise Invalid("There is no such hit.", [Reason("/only", "unknown_hit", detail)])


def _done(work: Work, bulk: BulkChange, action: str) -> None:
    bulk.revision += 1
    work.session.flush()
    work.audit(action, "bulk_change", bulk.id, articles=bulk.articles)


def _change_all(
    work: Work,
    bulk: BulkChange,
    wanted: Callable[[Sequence[BulkText]], Iterator[Pair]],
    act: str,
) -> None:
    """Change the texts of some articles at a time; all reasons are told before all is undone."""
    statement = select(BulkText.article_id).where(BulkText.bulk_id == bulk.id).distinct()
    ids = list(work.session.scalars(statement.order_by(BulkText.article_id)))
    reasons: list[Reason] = []
    with changes.together(work):
        for start in range(0, len(ids), _AT_ONCE):
            for article_id, texts in _texts_of(work, bulk, ids[start : start + _AT_ONCE]):
                pairs = list(wanted(texts))
                if pairs:
                    reasons += _change(work, article_id, pairs, act)
            work.session.flush()
        if reasons:
            told = reasons[:_MOST_REASONS]
            raise Conflict("Texts are not what they were: nothing was changed.", told)


def _texts_of(
    work: Work, bulk: BulkChange, ids: Sequence[str]
) -> Iterator[tuple[str, list[BulkText]]]:
    texts = work.session.scalars(
        select(BulkText)
        .where(BulkText.bulk_id == bulk.id, BulkText.article_id.in_(ids))
        .order_by(BulkText.article_id, BulkText.number)
    ).all()
    for article_id, group in groupby(texts, key=lambda each: each.article_id):
        yield article_id, list(group)


def _planned(
    work: Work, bulk: BulkChange, texts: Sequence[BulkText], only: Collection[int] | None
) -> Iterator[Pair]:
    """What each text is to say; `after` is noted, so that it can be taken back."""
    rows = work.session.scalars(
        select(BulkHit)
        .where(BulkHit.bulk_id == bulk.id, BulkHit.text.in_([each.number for each in texts]))
        .order_by(BulkHit.number)
    ).all()
    chosen = None if only is None else frozenset(only)
    for text in texts:
        hits = [
            Hit(row.offset, row.found, row.put)
            for row in rows
            if row.text == text.number and (chosen is None or row.number in chosen)
        ]
        if hits:
            text.after = replaced(text.before, hits)
            yield text, text.after


def _as_before(texts: Sequence[BulkText]) -> Iterator[Pair]:
    return ((text, text.before) for text in texts if text.after is not None)


def _change(work: Work, article_id: str, pairs: Sequence[Pair], act: str) -> list[Reason]:
    """Change texts of one article; why not, where one of them is not what it should be."""
    try:
        article = lock_article(work, article_id, None)
    except Unknown:
        return [Reason("", "gone", f"The article {article_id} was deleted.")]
    topics = [pair for pair in pairs if pair[0].field == "topics"]
    if topics:
        return _retopic(work, article, *topics[0], act)
    draft = open_draft(work, article)
    reasons = [
        reason for pair in pairs for reason in _objections(article, draft, *pair, act)
    ] or list(_write(work, article, draft, pairs))
    if not reasons:
        saved(work, article, act)
        work.audit(act, "article", article.id, texts=len(pairs))
    return reasons


def _retopic(work: Work, article: Article, text: BulkText, put: str, act: str) -> list[Reason]:
    now = " ".join(link.topic.ref for link in article.topic_links)
    if now != _expected(text, act):
        return [_changed(article, text)]
    try:
        change_article(work, article.id, None, topics=put.split())
    except Invalid as error:
        return [_of(article, each) for each in error.reasons]
    return []


def _objections(
    article: Article, draft: Edition, text: BulkText, put: str, act: str
) -> Iterator[Reason]:
    now = _now(draft, text)
    if now is None:
        place = f"the {text.field} of a section"
        yield Reason("", "gone", f"Article '{article.slug}' ({article.id}): {place} was removed.")
    elif now != _expected(text, act):
        yield _changed(article, text)
    elif text.field in {"body", "answer"} and not keeps_structure(now, put, ("code", "urls")):
        # Hits that were left out may have held others up.
        detail = f"the {text.field} would be other Markdown without the hits that are left out."
        yield Reason("", "markup", f"Article '{article.slug}' ({article.id}): {detail}")


def _expected(text: BulkText, act: str) -> str | None:
    return text.after if act == "revert" else text.before


def _changed(article: Article, text: BulkText) -> Reason:
    detail = f"the {text.field} was changed since (text {text.number} of the plan)."
    return Reason("", "text_changed", f"Article '{article.slug}' ({article.id}): {detail}")


def _of(article: Article, reason: Reason) -> Reason:
    detail = f"Article '{article.slug}' ({article.id}): {reason.detail}"
    return Reason(reason.pointer, reason.code, detail)


def _section(draft: Edition, text: BulkText) -> Section | None:
    return next((each for each in draft.sections if each.id == text.section_id), None)


def _now(draft: Edition, text: BulkText) -> str | None:
    """What the text says now; None where it is no longer there."""
    if text.section_id is None:
        return str(getattr(draft, text.field))
    section = _section(draft, text)
    if section is None or section.shared_id is not None:
        return None
    if text.item_id is None:
        return str(getattr(section, text.field) or "")
    item = next((each for each in section.items if each.id == text.item_id), None)
    return str(getattr(item, text.field)) if item else None


def _write(work: Work, article: Article, draft: Edition, pairs: Sequence[Pair]) -> Iterator[Reason]:
    """Put the texts into the draft, unless one cannot be stored."""
    made: dict[str, SectionDraft] = {}
    for text, put in pairs:
        section = _section(draft, text)
        if section is None:
            yield from _put_in_head(article, draft, text, put)
        else:
            made[section.id] = _with(made.get(section.id) or as_draft(section), text, put)
    for section in list(draft.sections):
        content = made.get(section.id)
        if content is None:
            continue
        found = [_of(article, each) for each in section_objections(content, "")]
        if not found:
            revise_section(work.session, draft, section, content)
            section.revision += 1
        yield from found


def _put_in_head(article: Article, draft: Edition, text: BulkText, put: str) -> Iterator[Reason]:
    if text.field == "title":
        found = [_of(article, each) for each in line_objections(put, "/title", "title")]
        if found:
            yield from found
            return
    setattr(draft, text.field, put)


def _with(content: SectionDraft, text: BulkText, put: str) -> SectionDraft:
    if text.item_id is None:
        parts: dict[str, Any] = {text.field: put or None if text.field == "heading" else put}
        return replace(content, **parts)
    items = [
        replace(item, **{text.field: put}) if item.id == text.item_id else item
        for item in content.items
    ]
    return replace(content, items=items)


def _touched(work: Work, bulk: BulkChange) -> list[Touched]:
    changed = select(BulkText.article_id).where(
        BulkText.bulk_id == bulk.id, BulkText.after.is_not(None)
    )
    rows = work.session.execute(
        select(Article.id, Article.slug, Article.locale, Edition.title)
        .join(Edition, Edition.id == func.coalesce(Article.draft_id, Article.live_id))
        .where(Article.id.in_(changed))
        .order_by(Article.id)
    )
    return [Touched(*row) for row in rows]
