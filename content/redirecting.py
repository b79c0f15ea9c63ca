"""Redirects by hand: slugs that no article has, and that lead readers to one all the same.

Readers see each at once, so the log says so: as a change of the article that a slug leads to.
"""

from collections.abc import Iterable, Iterator

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from content import changes
from content.drafting import lock_article
from content.drafts import locale_objections, slug_objections
from content.errors import Conflict, EditConflict, Invalid, Reason, SlugTaken, Unknown
from content.library import Work
from content.models import Article, Redirect
from content.published import Page, PageRequest


def redirects(
    session: Session, page: PageRequest, *, locale: str | None = None, slug: str | None = None
) -> Page[Redirect]:
    """A page of all redirects by locale and slug, those that articles left behind included."""
    statement = select(Redirect)
    if locale is not None:
        statement = statement.where(Redirect.locale == locale)
    if slug is not None:
        statement = statement.where(Redirect.slug == slug)
    total = None
    if page.count:
        total = session.scalar(select(func.count()).select_from(statement.subquery()))
    key = tuple_(Redirect.locale, Redirect.slug)
    if page.after:
        statement = statement.where(key > tuple_(*page.after))
    ordered = statement.order_by(Redirect.locale, Redirect.slug).limit(page.limit + 1)
    found = session.scalars(ordered).all()
    shown = list(found[: page.limit])
    last = [shown[-1].locale, shown[-1].slug] if len(found) > page.limit else None
    return Page(shown, last, total)


def redirect(session: Session, locale: str, slug: str) -> Redirect:
    """The redirect of that slug. Raises `Unknown`."""
    found: Redirect | None = session.get(Redirect, (locale, slug))
    if found is None:
        raise Unknown("There is no such redirect.")
    return found


def create_redirect(work: Work, locale: str, slug: str, article_id: str) -> Redirect:
    """Lead readers of a slug that no article has or had to a live article of that locale.

    Raises `Invalid` with every reason at once, `SlugTaken`.
    """
    target = _locked(work, article_id)
    _refuse(
        [
            *locale_objections(locale, "/locale"),
            *slug_objections(slug, "/slug"),
            *target_objections(target, locale, "/article_id"),
        ]
    )
    _refuse_taken(work.session, locale, slug)
    made = Redirect(
        locale=locale,
        slug=slug,
        article_id=article_id,
        by_hand=True,
        created_at=work.at,
        created_by=work.actor.name,
    )
    work.session.add(made)
    _led(work, made, article_id)
    work.audit("create", "redirect", article_id, locale=locale, slug=slug)
    return made


def change_redirect(
    work: Work, locale: str, slug: str, expected: int | None, article_id: str
) -> Redirect:
    """Lead readers of the slug to another live article.

    Raises `Invalid`, `Unknown`, `EditConflict`, `Conflict` for a slug that an article had itself.
    """
    target = _locked(work, article_id)
    found = _by_hand(work, locale, slug, expected)
    _refuse(target_objections(target, locale, "/article_id"))
    found.article_id = article_id
    found.revision += 1
    _led(work, found, article_id)
    work.audit("change", "redirect", article_id, locale=locale, slug=slug)
    return found


def delete_redirect(work: Work, locale: str, slug: str, expected: int | None) -> None:
    """Have the slug lead nowhere. Raises as `change_redirect`."""
    known = redirect(work.session, locale, slug)
    # Locked in the order in which all do it; what readers see of the article is then settled.
    article = work.session.scalars(
        select(Article).where(Article.id == known.article_id).with_for_update(of=Article)
    ).one()
    found = _by_hand(work, locale, slug, expected)
    if found.article_id != article.id:
        raise EditConflict(str(found.revision))
    work.session.delete(found)
    work.session.flush()
    changes.append_forwarding(work, article, [(locale, slug)], leads=False)
    work.audit("delete", "redirect", article.id, locale=locale, slug=slug)


def target_objections(target: Article | None, locale: str, pointer: str) -> Iterator[Reason]:
    """Why readers of that locale cannot be led to the article."""
    if target is None or target.deleted_at is not None:
        yield Reason(pointer, "unknown_article", "There is no article with this id.")
        return
    if target.live_id is None:
        detail = "Readers do not see that article: lead them to a live one."
        yield Reason(pointer, "not_live", detail)
    if target.locale != locale:
        detail = f"That article is in '{target.locale}': lead readers to one in '{locale}'."
        yield Reason(pointer, "other_locale", detail)


def _locked(work: Work, article_id: str) -> Article | None:
    try:
        return lock_article(work, article_id, None)
    except Unknown:
        return None


def _by_hand(work: Work, locale: str, slug: str, expected: int | None) -> Redirect:
    found = work.session.scalar(
        select(Redirect)
        .where(Redirect.locale == locale, Redirect.slug == slug)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise Unknown("There is no such redirect.")
    if expected is not None and expected != found.revision:
        raise EditConflict(str(found.revision))
    if not found.by_hand:
        detail = "An article had this slug itself: it goes on leading to that article."
        raise Conflict("The redirect cannot be changed.", [Reason("/slug", "own_slug", detail)])
    return found


def _led(work: Work, made: Redirect, article_id: str) -> None:
    work.session.flush()
    target = work.session.get_one(Article, article_id)
    changes.append_forwarding(work, target, [(made.locale, made.slug)], leads=True)


def _refuse_taken(session: Session, locale: str, slug: str) -> None:
    holder = select(Article.id).where(Article.locale == locale, Article.slug == slug)
    if session.get(Redirect, (locale, slug)) or session.scalar(holder.limit(1)):
        reason = Reason("/slug", "slug_taken", f"'{slug}' belongs to an article, or leads to one.")
        raise SlugTaken("The slug is taken.", [reason])


def _refuse(reasons: Iterable[Reason]) -> None:
    found = list(reasons)
    if found:
        raise Invalid("What was sent is not acceptable.", found)
