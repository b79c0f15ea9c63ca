"""Previews: an edition, a draft as well, shown to whoever has a signed link to it.

Nothing of `content.reading` can reach a draft, and nothing here is used by it: this is the one way
around, and whoever takes it has a link. A link is bound to one edition, which is shown with the
text that it has at that moment. What the link's secret is made of is stored, but the key that
makes it is not: the database alone opens nothing.
"""

import hashlib
import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content import depicting
from content.depicting import MAY_SHOW, consent_of
from content.drafting import lock_article
from content.drafts import line_objections
from content.errors import Conflict, Invalid, Moved, PreviewRefused, Reason, Unknown
from content.library import Work
from content.models import (
    Article,
    Edition,
    FaqItem,
    Picture,
    Preview,
    Section,
    Topic,
    new_id,
    now,
)
from content.projecting import review_of
from content.published import (
    ArticleAddress,
    BodyFormat,
    Page,
    PageRequest,
    PublishedArticle,
    PublishedItem,
    PublishedPicture,
    PublishedSection,
    PublishedTopic,
)
from content.publishing import render_edition
from content.references import Reference, from_stored
from content.sections import FAQ
from content.showing import preferred_label, shown_labels
from content.signing import shown_signature

PREFIX: Final = "dermis_preview_"
"""Lets secret scanners recognise a link that was committed somewhere by mistake."""

LONGEST: Final = timedelta(days=30)
USUAL: Final = timedelta(days=7)
MAX_NOTE: Final = 300

PARAMETER: Final = "preview"
"""What the secret of a link is called in an address."""

_PURPOSE: Final = b"dermis preview 1\0"
_ID_BYTES: Final = 16
_PICTURE: Final = re.compile(rf'(<img src="{re.escape(depicting.ADDRESS)}[^"?]*)"')


@dataclass(frozen=True, slots=True)
class Previewed:
    """An edition as readers would get it, and what its text rests on."""

    article: PublishedArticle
    references: Sequence[Reference]


@dataclass(frozen=True, slots=True)
class Previews:
    """Makes and opens links with the signing key of the house."""

    signing_key: bytes

    def secret(self, of: Preview) -> str:
        """The secret of a link, the same each time."""
        return PREFIX + _encoded(UUID(of.id).bytes + self._signature(of))

    def is_signed(self, secret: str, of: Preview) -> bool:
        """Whether that is the secret of the link."""
        return hmac.compare_digest(secret.encode(), self.secret(of).encode())

    def _signature(self, of: Preview) -> bytes:
        bound = f"{of.id} {of.edition_id} {of.expires_at.timestamp():.6f}"
        return hmac.new(self.signing_key, _PURPOSE + bound.encode(), hashlib.sha256).digest()


def share(
    work: Work, article_id: str, number: int | None, lasting: timedelta, note: str | None
) -> Preview:
    """A new link to an edition by its number, or to the draft; for at most `LONGEST`.

    Raises `Invalid` with every reason, `Conflict` when there is no draft, `Unknown`.
    """
    reasons = list(line_objections(note, "/note", "note")) if note is not None else []
    if note is not None and len(note) > MAX_NOTE:
        detail = f"A note has at most {MAX_NOTE} characters."
        reasons.append(Reason("/note", "too_long", detail))
    if not timedelta(0) < lasting <= LONGEST:
        detail = f"A link is open for 1 second to {LONGEST.days} days."
        reasons.append(Reason("/expires_in", "out_of_range", detail))
    if reasons:
        raise Invalid("What was sent is not acceptable.", reasons)
    article = lock_article(work, article_id, None)
    edition = _edition(work.session, article, number)
    preview = Preview(
        id=new_id(),
        article_id=article.id,
        edition_id=edition.id,
        number=edition.number,
        note=note,
        created_at=work.at,
        created_by=work.actor.name,
        expires_at=work.at + lasting,
    )
    work.session.add(preview)
    work.session.flush()
    expires = preview.expires_at.isoformat()
    told = {"article": article.id, "edition": edition.number, "expires_at": expires}
    work.audit("share", "preview", preview.id, **told)
    return preview


def shared(session: Session, article_id: str, page: PageRequest) -> Page[Preview]:
    """A page of the links to an article, newest first, also those that open nothing any more.

    Raises `Unknown`.
    """
    _not_deleted(session.get(Article, article_id))
    statement = select(Preview).where(Preview.article_id == article_id)
    total = None
    if page.count:
        total = session.scalar(select(func.count()).select_from(statement.subquery()))
    if page.after:
        statement = statement.where(Preview.id < page.after[0])
    found = session.scalars(statement.order_by(Preview.id.desc()).limit(page.limit + 1)).all()
    shown = list(found[: page.limit])
    return Page(shown, [shown[-1].id] if len(found) > page.limit else None, total)


def revoke(work: Work, article_id: str, preview_id: str) -> None:
    """Close a link at once; its row stays, so that it can be told who had it. Raises `Unknown`."""
    preview: Preview | None = work.session.get(Preview, preview_id)
    if preview is None or preview.article_id != article_id:
        raise Unknown("There is no such preview of this article.")
    if preview.revoked_at is None:
        preview.revoked_at, preview.revoked_by = work.at, work.actor.name
    work.audit("revoke", "preview", preview.id, article=article_id)


def previewed(
    session: Session,
    previews: Previews,
    secret: str,
    slug: str,
    *,
    body_format: BodyFormat = "html",
    types: tuple[str, ...] = (),
) -> Previewed:
    """The edition that a link is bound to, as readers would get it; nothing of it is stored.

    It is signed where its text is, whoever sees it. The addresses of pictures in its HTML have
    the link, without which nobody gets those of a draft. Raises `PreviewRefused` for what opens
    nothing, whatever is at the slug; `Moved` when the article has another slug than the link was
    sent to.
    """
    edition, article = _opened(session, previews, secret)
    if slug != article.slug:
        raise Moved(article.slug, article.locale)
    with session.no_autoflush:
        if edition.live_from is None:
            around, _ = depicting.around(session, edition, article.locale, now())
            render_edition(edition, article.locale, around)
        _show_pictures(edition, secret)
        shown = Previewed(
            _projected(article, edition, body_format, types), from_stored(edition.references)
        )
        # What was made here must not be written by whoever asks next.
        session.expunge_all()
    return shown


def previewed_picture(
    session: Session, previews: Previews, secret: str, picture_id: str
) -> PublishedPicture:
    """A picture that the edition of a link shows, and that may be shown at this moment.

    Raises `PreviewRefused` for what opens nothing, and `Unknown` for every other picture.
    """
    edition, article = _opened(session, previews, secret)
    for shown in edition.pictures:
        if shown.picture_id == picture_id:
            picture = session.get_one(Picture, picture_id)
            if consent_of(picture, now()) in MAY_SHOW:
                return _picture(picture, article)
    raise Unknown("There is no such picture in what this link shows.")


def _picture(picture: Picture, article: Article) -> PublishedPicture:
    return PublishedPicture(
        id=picture.id,
        digest=picture.digest,
        type=picture.type,
        shows_person=picture.shows_person,
        articles=[article.id],
        updated_at=picture.created_at,
    )


def _show_pictures(edition: Edition, secret: str) -> None:
    for section in edition.sections:
        section.html = _with_link(section.html, secret)
        for item in section.items:
            item.html = _with_link(item.html, secret)


def _with_link(html: str, secret: str) -> str:
    """The text with the link in the address of each picture."""
    return _PICTURE.sub(rf'\1?{PARAMETER}={secret}"', html)


def _opened(session: Session, previews: Previews, secret: str) -> tuple[Edition, Article]:
    preview = session.get(Preview, _named(secret))
    if preview is None or not previews.is_signed(secret, preview):
        raise PreviewRefused("This is no link to a preview: ask for a new one.")
    # Who has the signed link may know what became of it.
    if preview.revoked_at is not None:
        raise PreviewRefused("This link to a preview was revoked: ask for a new one.")
    if preview.expires_at <= now():
        raise PreviewRefused("This link to a preview has expired: ask for a new one.")
    article = session.get_one(Article, preview.article_id)
    if article.deleted_at is not None:
        raise PreviewRefused("What this link showed was deleted.")
    return session.get_one(Edition, preview.edition_id), article


def _named(secret: str) -> str:
    """The id of the link that a secret is of; of what is none, one that no link has."""
    sealed = secret.removeprefix(PREFIX)
    try:
        opened = urlsafe_b64decode(sealed.encode("ascii") + b"=" * (-len(sealed) % 4))
        return str(UUID(bytes=opened[:_ID_BYTES]))
    except (Base64Error, ValueError):
        return ""


def _encoded(sealed: bytes) -> str:
    return urlsafe_b64encode(sealed).decode().rstrip("=")


def _not_deleted(article: Article | None) -> Article:
    if article is None or article.deleted_at is not None:
        raise Unknown("There is no such article.")
    return article


def _edition(session: Session, article: Article, number: int | None) -> Edition:
    if number is None:
        if article.draft is None:
            raise Conflict("There is no draft: name the edition to show.")
        return article.draft
    found = session.scalar(
        select(Edition).where(Edition.article_id == article.id, Edition.number == number)
    )
    if found is None:
        detail = f"The article has no edition {number}."
        raise Invalid("There is no such edition.", [Reason("/edition", "unknown_edition", detail)])
    return found


def _projected(
    article: Article, edition: Edition, body_format: BodyFormat, types: tuple[str, ...]
) -> PublishedArticle:
    topics = [_topic(link.topic, article.locale) for link in article.topic_links]
    address = ArticleAddress(article.id, article.slug, edition.title, article.locale)
    published_at = article.published_at or now()
    return PublishedArticle(
        id=article.id,
        slug=article.slug,
        locale=article.locale,
        title=edition.title,
        summary=edition.summary,
        topics=topics,
        edition=edition.number,
        published_at=published_at,
        first_published_at=article.first_published_at or published_at,
        updated_at=article.changed_at,
        word_count=edition.word_count,
        digest=edition.digest or "",
        reviewed=review_of(shown_signature(article, edition, now())),
        original_id=article.original_id or article.id,
        sections=[
            _section(section, address, topics, article, body_format)
            for section in edition.sections
            if not types or section.type in types
        ],
    )


def _topic(topic: Topic, locale: str) -> PublishedTopic:
    label, of = preferred_label(shown_labels(topic.labels), locale, topic.key)
    return PublishedTopic(topic.kind, topic.key, label, of)


def _section(
    section: Section,
    address: ArticleAddress,
    topics: list[PublishedTopic],
    article: Article,
    body_format: BodyFormat,
) -> PublishedSection:
    return PublishedSection(
        id=section.id,
        type=section.type,
        heading=section.heading,
        level=section.level,
        anchor=section.anchor,
        position=section.position,
        format=body_format,
        body=_body(section, section.body, body_format),
        word_count=section.word_count,
        items=[_item(each, body_format) for each in section.items] if section.type == FAQ else None,
        article=address,
        topics=topics,
        updated_at=article.changed_at,
    )


def _item(item: FaqItem, body_format: BodyFormat) -> PublishedItem:
    shown = _body(item, item.answer, body_format)
    return PublishedItem(item.id, item.type, item.question, shown, item.anchor)


def _body(of: Section | FaqItem, markdown: str, body_format: BodyFormat) -> str:
    return {"html": of.html, "text": of.text, "markdown": markdown}[body_format]
