"""Expiry: a signature is taken from readers when its time is over, through the change log."""

from typing import Final

from sqlalchemy import select

from content.editing import announce
from content.errors import EditConflict, LibraryUnavailable
from content.library import Actor, Library, Work
from content.models import Article, now
from content.publications import Publication

AT_ONCE: Final = 50
"""Articles that one look takes up; each is a unit of work of its own."""

_ACTOR: Final = Actor("the expiry of reviews", publishes=True)


class ExpiredSignatures:
    """An errand: what readers see of a signature ends with it, or the next one takes its place.

    Any number of processes may run it. Each article is locked and looked at again, so a signature
    that was renewed or taken away meanwhile is left alone.
    """

    name = "the expiry of reviews"

    def __init__(self, library: Library) -> None:
        self._library = library

    def run(self) -> bool:
        """Take away what has expired by now; whether there was any.

        What goes wrong with one keeps no other waiting; it is raised where nothing else was done.
        """
        with self._library.reading() as session:
            expired = session.scalars(
                select(Publication.article_id)
                .where(Publication.until.is_(None), Publication.review_until <= now())
                .order_by(Publication.review_until)
                .limit(AT_ONCE)
            ).all()
        # Each is tried, whatever became of the one before.
        faults = [fault for fault in map(self._fault, expired) if fault is not None]
        if faults and len(faults) == len(expired):
            raise faults[0]
        return bool(expired)

    def _fault(self, article_id: str) -> Exception | None:
        """Take up one article; what went wrong for no reason that the next look could mend."""
        try:
            with self._library.writing(_ACTOR) as work:
                _end(work, article_id)
        except LibraryUnavailable:
            raise
        except EditConflict:
            return None  # Somebody was there at the same moment: the next look finds out.
        except Exception as fault:
            return fault
        return None


def _end(work: Work, article_id: str) -> None:
    article = work.session.scalar(
        select(Article).where(Article.id == article_id).with_for_update(of=Article)
    )
    if article is not None and _shows_expired(work, article_id):
        announce(work, article)
        work.audit("expire_review", "article", article_id)


def _shows_expired(work: Work, article_id: str) -> bool:
    found = select(Publication.since).where(
        Publication.article_id == article_id,
        Publication.until.is_(None),
        Publication.review_until <= work.at,
    )
    return work.session.scalar(found) is not None
