"""Where articles are found: slugs, and the redirects that old ones leave."""

from slugify import slugify
from sqlalchemy import select
from sqlalchemy.orm import Session

from content import changes
from content.errors import Reason, SlugTaken
from content.library import Work
from content.models import Article, Redirect


def free_slug(session: Session, title: str, locale: str) -> str:
    """A slug made from a title that nobody has or had; numbered when others have it."""
    stem = slugify(title, max_length=180, word_boundary=True) or "article"
    taken = set(
        session.scalars(
            select(Article.slug)
            .where(Article.locale == locale, Article.slug.startswith(stem, autoescape=True))
            .union(
                select(Redirect.slug).where(
                    Redirect.locale == locale, Redirect.slug.startswith(stem, autoescape=True)
                )
            )
        )
    )
    return numbered(stem, taken)


def claim_slug(session: Session, article: Article, slug: str) -> None:
    """Raise `SlugTaken` unless `article` may have the slug; its own old slug it may have back."""
    holder = session.scalar(
        select(Article).where(Article.locale == article.locale, Article.slug == slug)
    )
    redirect = session.get(Redirect, (article.locale, slug))
    if redirect and redirect.article_id != article.id:
        holder = session.get_one(Article, redirect.article_id)
    if holder is not None and holder.id != article.id:
        whose = "an article in the trash" if holder.deleted_at else "another article"
        reason = Reason("/slug", "slug_taken", f"'{slug}' belongs to {whose}.")
        raise SlugTaken("The slug is taken.", [reason])
    if redirect:
        session.delete(redirect)


def move(work: Work, article: Article, slug: str) -> None:
    """Give the article another slug; the one that readers knew redirects. Raises `SlugTaken`."""
    claim_slug(work.session, article, slug)
    if changes.has_shown(work.session, article.id, article.slug):
        work.session.add(
            Redirect(
                locale=article.locale,
                slug=article.slug,
                article_id=article.id,
                created_at=work.at,
                created_by=work.actor.name,
            )
        )
    article.slug = slug


def numbered(stem: str, taken: set[str]) -> str:
    """The stem itself, or with the first number from 2 on that nobody has taken."""
    name, number = stem, 1
    while name in taken:
        number += 1
        name = f"{stem}-{number}"
    return name
