"""Editors' acts on pictures, and their questions about them.

The person in a picture may take the consent back at any time: readers get no byte of it from that
moment on, wherever it stands. The articles that show it stay as they were published, and are told
to whoever asks; the change log has each of them, so that caches let go of the picture as well.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Text, and_, cast, exists, false, func, or_, select
from sqlalchemy.orm import Session

from content import planning
from content.depicting import MAY_SHOW, consent_of
from content.drafting import touch
from content.editing import announce
from content.errors import EditConflict, Invalid, PictureInUse, Reason, Unknown
from content.library import Work
from content.models import Article, Edition, EditionPicture, Picture, new_id
from content.picturing import Developed
from content.published import Page, PageRequest

MAX_ALT: Final = 1_000
"""Characters of an alternative text."""
MAX_NOTE: Final = 2_000
"""Characters of a caption or credit."""

_NAMED: Final = 100
# Users that a refusal names, at most.


@dataclass(frozen=True, slots=True)
class PictureUse:
    """An article that shows a picture; `live` is whether readers see it there."""

    id: str
    slug: str
    locale: str
    title: str
    live: bool
    draft: bool


class Lack(StrEnum):
    """What pictures may lack, or what is to be done about them."""

    NO_ALT = "no_alt"
    UNUSED = "unused"
    CONSENT_MISSING = "consent_missing"
    CONSENT_EXPIRING = "consent_expiring"
    CONSENT_EXPIRED = "consent_expired"
    CONSENT_WITHDRAWN = "consent_withdrawn"


def add_picture(work: Work, developed: Developed, digest: str, parts: Mapping[str, Any]) -> Picture:
    """Add a picture whose bytes are kept under `digest`; `parts` are those of `change_picture`."""
    picture = Picture(
        id=new_id(),
        digest=digest,
        type=developed.type,
        width=developed.width,
        height=developed.height,
        size=len(developed.data),
        alt={},
        decorative=False,
        caption="",
        credit="",
        shows_person=False,
        revision=1,
        created_at=work.at,
        created_by=work.actor.name,
        changed_at=work.at,
    )
    _set(picture, parts)
    work.session.add(picture)
    work.session.flush()
    work.audit("create", "picture", picture.id, digest=digest)
    return picture


def change_picture(
    work: Work, picture_id: str, expected: int | None, parts: Mapping[str, Any]
) -> Picture:
    """Change what is given of `alt`, `decorative`, `caption`, `credit`, `shows_person`, `consent`.

    `alt` has a text for each locale; `consent` is a `Consenting`, or None for none. Words that
    are live stay as they were published until the article is published again; whether the picture
    may be shown counts at once. Raises `Invalid`, `EditConflict`, `Unknown`, and `MayNotPublish`
    where readers see it.
    """
    shown_in = _lock_users(work.session, picture_id)
    picture = _locked(work, picture_id, expected)
    before = consent_of(picture, work.at)
    _set(picture, parts)
    picture.revision += 1
    picture.changed_at = work.at
    after = consent_of(picture, work.at)
    work.session.flush()
    work.audit("change", "picture", picture.id, consent=str(after))
    if (before in MAY_SHOW) != (after in MAY_SHOW):
        for article in shown_in:
            _tell(work, article, picture, shown=after in MAY_SHOW)
    return picture


def _tell(work: Work, article: Article, picture: Picture, *, shown: bool) -> None:
    """Have an article that shows the picture follow from whether it may be shown by now."""
    touch(work, article)
    drafted = article.draft is not None and _shows(article.draft, picture)
    if drafted and not shown:
        planning.drop_publication(work, article, "A picture in it may not be shown any more.")
    work.session.flush()
    if article.live is not None and _shows(article.live, picture):
        announce(work, article)


def _shows(edition: Edition, picture: Picture) -> bool:
    return any(each.picture_id == picture.id for each in edition.pictures)


def remove_picture(work: Work, picture_id: str, expected: int | None) -> None:
    """Delete a picture that no draft and no live article shows.

    Raises `PictureInUse` naming the articles. Its file goes later, when nothing else has the same.
    """
    picture = _locked(work, picture_id, expected)
    users = [*_uses(work.session, picture_id, None, _NAMED + 1)]
    if users:
        reasons = [
            Reason("", "in_use", f"The article '{each.slug}' shows it.") for each in users[:_NAMED]
        ]
        many = f"More than {_NAMED}" if len(users) > _NAMED else str(len(users))
        raise PictureInUse(f"{many} article(s) show this picture.", reasons)
    work.session.delete(picture)
    work.audit("delete", "picture", picture_id, digest=picture.digest)


def picture(session: Session, picture_id: str) -> Picture:
    """One picture. Raises `Unknown`."""
    found = session.get(Picture, picture_id)
    if found is None:
        raise Unknown("There is no such picture.")
    return found


def pictures(
    session: Session, lack: Lack | None, at: datetime, within: timedelta, page: PageRequest
) -> Page[Picture]:
    """A page of pictures, newest first; of those that expire, the ones that do so `within` then."""
    statement = select(Picture)
    if lack is not None:
        statement = statement.where(lacking(lack, at, within))
    total = None
    if page.count:
        total = session.scalar(select(func.count()).select_from(statement.subquery()))
    if page.after:
        statement = statement.where(Picture.id < page.after[0])
    found = session.scalars(statement.order_by(Picture.id.desc()).limit(page.limit + 1)).all()
    shown = list(found[: page.limit])
    return Page(shown, [shown[-1].id] if len(found) > page.limit else None, total)


def uses(session: Session, picture_id: str, page: PageRequest) -> Page[PictureUse]:
    """A page of the articles whose draft or live edition shows a picture. Raises `Unknown`."""
    picture(session, picture_id)
    after = page.after[0] if page.after else None
    found = [*_uses(session, picture_id, after, page.limit + 1)]
    shown = found[: page.limit]
    return Page(shown, [shown[-1].id] if len(found) > page.limit else None)


def lacking(lack: Lack, at: datetime, within: timedelta) -> ColumnElement[bool]:
    """That a picture lacks this."""
    pending = and_(
        Picture.shows_person,
        Picture.consent_withdrawn_at.is_(None),
        Picture.consent_reference.is_not(None),
        Picture.consent_given_at <= at,
    )
    match lack:
        case Lack.NO_ALT:
            return and_(~Picture.decorative, cast(Picture.alt, Text) == "{}")
        case Lack.UNUSED:
            used = select(EditionPicture.picture_id).join(Article, _current())
            return Picture.id.not_in(used)
        case Lack.CONSENT_MISSING:
            given = func.coalesce(Picture.consent_given_at <= at, false())
            kept = and_(Picture.consent_reference.is_not(None), given)
            return and_(Picture.shows_person, Picture.consent_withdrawn_at.is_(None), ~kept)
        case Lack.CONSENT_EXPIRING:
            soon = Picture.consent_until <= at + within
            return and_(pending, Picture.consent_until > at, soon)
        case Lack.CONSENT_EXPIRED:
            return and_(pending, Picture.consent_until <= at)
        case Lack.CONSENT_WITHDRAWN:
            return and_(Picture.shows_person, Picture.consent_withdrawn_at.is_not(None))


def _current() -> ColumnElement[bool]:
    """That an edition with pictures is the draft or live one of an article that is not deleted."""
    edition_id = EditionPicture.edition_id
    standing = or_(edition_id == Article.draft_id, edition_id == Article.live_id)
    return and_(standing, Article.deleted_at.is_(None))


def _uses(session: Session, picture_id: str, after: str | None, limit: int) -> Iterator[PictureUse]:
    statement = (
        select(Article, func.max(Edition.title).label("title"))
        .join(EditionPicture, _current())
        .join(Edition, Edition.id == EditionPicture.edition_id)
        .where(EditionPicture.picture_id == picture_id)
        .group_by(Article.id)
        .order_by(Article.id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(Article.id > after)
    rows = session.execute(statement).all()
    shows = set(
        session.scalars(
            select(EditionPicture.edition_id).where(EditionPicture.picture_id == picture_id)
        )
    )
    for article, title in rows:
        yield PictureUse(
            id=article.id,
            slug=article.slug,
            locale=article.locale,
            title=title,
            live=article.live_id in shows,
            draft=article.draft_id in shows,
        )


def _lock_users(session: Session, picture_id: str) -> Sequence[Article]:
    """The articles that show the picture, locked before it is, as publishing locks them."""
    shown = exists().where(_current(), EditionPicture.picture_id == picture_id)
    statement = select(Article).where(shown).order_by(Article.id)
    return session.scalars(statement.with_for_update(of=Article)).all()


def _locked(work: Work, picture_id: str, expected: int | None) -> Picture:
    found = work.session.scalar(
        select(Picture).where(Picture.id == picture_id).with_for_update(of=Picture)
    )
    if found is None:
        raise Unknown("There is no such picture.")
    if expected is not None and expected != found.revision:
        raise EditConflict(str(found.revision))
    return found


def _set(picture: Picture, parts: Mapping[str, Any]) -> None:
    for name in ("decorative", "caption", "credit", "shows_person"):
        if name in parts:
            setattr(picture, name, parts[name])
    if "alt" in parts:
        picture.alt = dict(sorted(parts["alt"].items()))
    if "consent" in parts:
        picture.consent = parts["consent"]
    reasons = list(_objections(picture))
    if reasons:
        raise Invalid("What was sent is not acceptable.", reasons)


def _objections(picture: Picture) -> Iterator[Reason]:
    for locale, text in picture.alt.items():
        if not text.strip() or len(text) > MAX_ALT:
            detail = f"An alternative text has 1 to {MAX_ALT:,} characters."
            yield Reason(f"/alt/{locale}", "alt_length", detail)
    if picture.decorative and picture.alt:
        detail = "What is decorative has no alternative text: leave one of the two out."
        yield Reason("/decorative", "decorative_with_alt", detail)
    for name in ("caption", "credit"):
        if len(getattr(picture, name)) > MAX_NOTE:
            detail = f"The {name} has more than {MAX_NOTE:,} characters."
            yield Reason(f"/{name}", "too_long", detail)
    yield from _consent_objections(picture)


def _consent_objections(picture: Picture) -> Iterator[Reason]:
    given = picture.consent_given_at
    if picture.consent_reference is not None and not picture.consent_reference.strip():
        detail = "The reference is empty: say where the signed consent is kept."
        yield Reason("/consent/reference", "empty", detail)
    for name, instant in (
        ("valid_until", picture.consent_until),
        ("withdrawn_at", picture.consent_withdrawn_at),
    ):
        if given is not None and instant is not None and instant < given:
            detail = "It cannot be before the consent was given."
            yield Reason(f"/consent/{name}", "before_given", detail)
