"""Archiving: taking a live article away for good, with a way on for its readers; and reopening."""

from collections.abc import Sequence

from sqlalchemy import select, update

from content import changes
from content.drafting import lock_article, open_draft, touch
from content.editing import retire
from content.errors import Conflict, Invalid, Reason
from content.library import Work
from content.models import Article, ArticleState, Redirect
from content.redirecting import target_objections
from content.showing import Address, forward


def archive(
    work: Work, article_id: str, expected: int | None, reason: str, redirect_to: str | None = None
) -> Article:
    """Take a live article away; its readers are led to another live one, or get 410.

    Whoever was led to this article is led on with its readers, so chains and loops cannot be.
    Raises `Conflict` when it is not live, `Invalid` where readers cannot be led.
    """
    _lock_in_order(work, [article_id, redirect_to] if redirect_to else [article_id])
    article = lock_article(work, article_id, expected)
    edition = article.live
    if edition is None:
        raise Conflict("The article is not live.")
    target = work.session.get(Article, redirect_to) if redirect_to is not None else None
    if redirect_to is not None:
        _refuse_target(article, target)
    open_draft(work, article)
    article.redirect_id = target.id if target else None
    led = _lead_on(work, article, target) if target else []
    retire(work, article, edition, ArticleState.ARCHIVED, reason)
    if target is not None and edition.live_until is not None:
        forward(work.session, edition.live_until, led, target.id)
    touch(work, article)
    work.audit("archive", "article", article.id, reason=reason, redirect_to=redirect_to)
    return article


def reopen(work: Work, article_id: str, expected: int | None) -> Article:
    """Make a withdrawn or archived article an unpublished one with a draft.

    Readers go on getting 410, also where an archived one led them elsewhere.
    """
    article = lock_article(work, article_id, expected)
    if article.state not in {ArticleState.WITHDRAWN, ArticleState.ARCHIVED}:
        raise Conflict(f"The article is {article.state}: a withdrawn or archived one is reopened.")
    open_draft(work, article)
    led = article.redirect_id is not None
    article.state = ArticleState.UNPUBLISHED
    article.withdrawal_reason = article.redirect_id = None
    touch(work, article)
    work.session.flush()
    work.audit("reopen", "article", article.id)
    if led:
        addresses = changes.shown_addresses(work.session, article.id)
        changes.append_forwarding(work, article, addresses, leads=False)
    return article


def _lock_in_order(work: Work, ids: Sequence[str]) -> None:
    """Two who archive each other's targets wait for each other, and neither for ever."""
    statement = select(Article.id).where(Article.id.in_(ids)).order_by(Article.id)
    work.session.execute(statement.with_for_update(of=Article))


def _refuse_target(article: Article, target: Article | None) -> None:
    reasons = list(target_objections(target, article.locale, "/redirect_to"))
    if target is article:
        detail = "Lead readers to another article, or to none."
        reasons = [Reason("/redirect_to", "itself", detail)]
    if reasons:
        raise Invalid("Readers cannot be led there.", reasons)


def _lead_on(work: Work, article: Article, target: Article) -> Sequence[Address]:
    """Lead those on who were led to the article; every address that leads to the target now."""
    to = {"article_id": target.id, "revision": Redirect.revision + 1}
    work.session.execute(
        update(Redirect).where(Redirect.article_id == article.id, Redirect.by_hand).values(to)
    )
    work.session.execute(
        update(Article).where(Article.redirect_id == article.id).values(redirect_id=target.id)
    )
    own = changes.shown_addresses(work.session, article.id)
    return sorted({*own, *changes.forwarded_addresses(work.session, article.id)})
