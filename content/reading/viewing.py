"""Pictures, and the works that a text rests on, as far as a live article shows them."""

from datetime import datetime
from functools import lru_cache
from typing import Final

from sqlalchemy import FromClause, bindparam, select

from content.depicting import MAY_SHOW, consent_of
from content.errors import Unknown
from content.models import Edition, EditionPicture, Picture
from content.projecting import PUBLICATION, point_values, seen
from content.published import PublishedPicture
from content.references import Reference, from_stored
from content.statements import AnySelect, Reader, rows_of

_PICTURE: Final[FromClause] = Picture.__table__
_SHOWN: Final[FromClause] = EditionPicture.__table__
_EDITION: Final[FromClause] = Edition.__table__


def picture(session: Reader, picture_id: str, now: datetime) -> PublishedPicture:
    """A picture that a live article shows, and that may be shown at this moment.

    Raises `Unknown` alike for what is not there and for what may not be seen.
    """
    rows = rows_of(session, _showing(), {"picture": picture_id})
    if not rows or consent_of(rows[0], now) not in MAY_SHOW:
        raise Unknown("There is no such picture.")
    first = rows[0]
    return PublishedPicture(
        id=picture_id,
        digest=first.digest,
        type=first.type,
        shows_person=first.shows_person,
        articles=[row.article_id for row in rows],
        updated_at=first.created_at,
    )


def references(session: Reader, article_id: str, *, at: int | None = None) -> list[Reference]:
    """What the text of an article rests on, in order."""
    values = {"article": article_id, **point_values(at)}
    rows = rows_of(session, _references(now=at is None), values)
    return from_stored(rows[0].references) if rows else []


@lru_cache
def _showing() -> AnySelect:
    consent = ("consent_reference", "consent_given_at", "consent_until", "consent_withdrawn_at")
    columns = ("digest", "type", "created_at", "shows_person", *consent)
    return (
        select(PUBLICATION.c.article_id, *(_PICTURE.c[name] for name in columns))
        .join(_SHOWN, _SHOWN.c.edition_id == PUBLICATION.c.edition_id)
        .join(_PICTURE, _PICTURE.c.id == _SHOWN.c.picture_id)
        .where(_SHOWN.c.picture_id == bindparam("picture"), seen(PUBLICATION, None))
        .order_by(PUBLICATION.c.article_id)
    )


@lru_cache
def _references(*, now: bool) -> AnySelect:
    return (
        select(_EDITION.c.references)
        .join(PUBLICATION, PUBLICATION.c.edition_id == _EDITION.c.id)
        .where(
            PUBLICATION.c.article_id == bindparam("article"), seen(PUBLICATION, None if now else 0)
        )
    )
