"""Which article another one translates: an original, which has one translation into a locale."""

from collections.abc import Iterator

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from content.errors import Reason
from content.models import Article


def original_of(session: Session, article_id: str) -> Article | None:
    """The original of the article with that id, itself if it translates none; None if unknown.

    It is locked until the commit: two who add translations wait for each other. One that was
    deleted meanwhile goes on holding its translations together.
    """
    named = _locked(session, article_id)
    if named is None or named.deleted_at is not None:
        return None
    return _locked(session, named.original_id) if named.original_id else named


def translation_objections(
    session: Session, original: Article | None, locale: str, article_id: str | None = None
) -> Iterator[Reason]:
    """Why an article of that locale cannot be made a translation of `original`.

    `article_id` is None of one that is only being created.
    """
    pointer = "/translation_of"
    if original is None:
        yield Reason(pointer, "unknown_article", "There is no article with this id.")
        return
    if original.id == article_id:
        detail = "An article is no translation of itself, nor of its own translations."
        yield Reason(pointer, "itself", detail)
        return
    if article_id is not None and _has_translations(session, article_id):
        detail = "This article has translations itself: make them translations of the other first."
        yield Reason(pointer, "has_translations", detail)
    taken = holder(session, original.id, locale, article_id)
    if taken is not None:
        detail = f"'{taken}' is the text of that article in '{locale}' already."
        yield Reason(pointer, "locale_taken", detail)


def _locked(session: Session, article_id: str) -> Article | None:
    return session.scalar(
        select(Article).where(Article.id == article_id).with_for_update(of=Article)
    )


def _has_translations(session: Session, article_id: str) -> bool:
    found = select(Article.id).where(
        Article.original_id == article_id, Article.deleted_at.is_(None)
    )
    return session.scalar(found.limit(1)) is not None


def holder(session: Session, original_id: str, locale: str, article_id: str | None) -> str | None:
    """The slug of the article, other than that one, which is the original's text in a locale."""
    statement = select(Article.slug).where(
        or_(Article.id == original_id, Article.original_id == original_id),
        Article.locale == locale,
        Article.deleted_at.is_(None),
    )
    if article_id is not None:
        statement = statement.where(Article.id != article_id)
    return session.scalar(statement.limit(1))
