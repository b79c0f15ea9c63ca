"""Builders with defaults: what a test does not say does not matter to it."""

import io
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from api.settings import Settings
from content import (
    authorising,
    editing,
    illustrating,
    issuing,
    passwords,
    publishing,
    reviewing,
    sharing,
    signing_in,
)
from content.drafts import ItemDraft, SectionDraft
from content.library import Actor, Library
from content.models import Article, Picture, SharedSection, User, new_id
from content.picture_files import PictureFiles
from content.picturing import develop
from content.shared import SharedText

MakeApp = Callable[[Settings], Flask]
EDITOR = Actor("an editor", publishes=True)
TITLE = "Calm skin after needling"
AFTERCARE = SharedText("aftercare", "After needling", "Keep the skin clean for a **week**.")
SEEDS = Path(__file__).parents[2] / "shared" / "seeds"
SAMPLES = Path(__file__).parents[1] / "api" / "samples"


def a_section(
    kind: str = "aftercare",
    heading: str | None = "After the session",
    body: str = "Keep the skin clean and out of the sun for a week.",
    *,
    level: int = 2,
) -> SectionDraft:
    """A section that can be published."""
    return SectionDraft(type=kind, heading=heading, body=body, level=level)


def a_faq(*pairs: tuple[str, str]) -> SectionDraft:
    """A section of questions and answers."""
    chosen = pairs or (("Does it hurt?", "A little, for a moment."),)
    items = [ItemDraft(question, answer, "procedure") for question, answer in chosen]
    return SectionDraft(type="faq", heading="Questions", items=items)


def a_draft(
    library: Library,
    title: str = TITLE,
    *,
    sections: Sequence[SectionDraft] | None = None,
    topics: Sequence[str] = ("procedure:microneedling",),
    locale: str = "en",
    slug: str | None = None,
) -> Article:
    """A stored article that was never published."""
    with library.writing(EDITOR) as work:
        return editing.create_article(
            work,
            title=title,
            locale=locale,
            slug=slug,
            topics=topics,
            sections=sections if sections is not None else [a_section()],
        )


def a_live_article(library: Library, title: str = TITLE, **about: Any) -> Article:
    """A stored article that readers see."""
    article = a_draft(library, title, **about)
    with library.writing(EDITOR) as work:
        return publishing.publish(work, article.id, None)


def a_png(width: int = 4, height: int = 3, **options: Any) -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, "PNG", **options)
    return out.getvalue()


def a_picture(library: Library, files: PictureFiles | None = None, **parts: Any) -> Picture:
    """A stored picture; its bytes are kept where there are files to keep them in."""
    developed = develop(a_png())
    digest = files.keep(developed.data) if files else "0" * 64
    with library.writing(EDITOR) as work:
        return illustrating.add_picture(work, developed, digest, parts)


def an_article_in_review(library: Library, title: str = TITLE, **about: Any) -> Article:
    """A stored article whose draft was submitted."""
    article = a_draft(library, title, **about)
    with library.writing(EDITOR) as work:
        return reviewing.submit(work, article.id, None)


def an_approved_article(
    library: Library,
    title: str = TITLE,
    *,
    by: User | None = None,
    lasting: timedelta | None = None,
    **about: Any,
) -> Article:
    """A stored article whose draft was signed, for as long as reviews last unless told else."""
    article = an_article_in_review(library, title, **about)
    with library.writing(acting(by or a_person(library))) as work:
        until = work.at + lasting if lasting else None
        return reviewing.approve(work, article.id, None, "Sound.", until)


def a_reviewed_article(library: Library, title: str = TITLE, **about: Any) -> Article:
    """A stored article that readers see under a signature; `about` as of an approved one."""
    article = an_approved_article(library, title, **about)
    with library.writing(EDITOR) as work:
        return publishing.publish(work, article.id, None)


def a_shared_section(
    library: Library, text: SharedText = AFTERCARE, *, locale: str = "en"
) -> SharedSection:
    """A stored shared section, whose text is in force as its first version."""
    with library.writing(EDITOR) as work:
        made = sharing.create_shared(work, name="Aftercare of needling", locale=locale, text=text)
        return issuing.publish_shared(work, made.id, None).shared


def a_token(library: Library, *scopes: str) -> str:
    """The secret of a new token."""
    with library.writing(EDITOR) as work:
        return authorising.issue_token(work, "a test", scopes or ("admin",), None)[1]


def a_person(
    library: Library,
    name: str = "Dr Ada Example",
    *roles: str,
    credentials: str | None = "MBBS, FRCP",
    credentials_until: datetime | None = None,
) -> User:
    """A stored person, who may sign reviews unless there are no credentials."""
    person = User(
        id=new_id(),
        email=f"{new_id()}@example.org",
        name=name,
        roles=list(roles or ("reviewer",)),
        credentials=credentials,
        credentials_until=credentials_until,
        created_by=EDITOR.name,
    )
    with library.writing(EDITOR) as work:
        work.session.add(person)
    return person


def a_token_of(library: Library, person: User, *scopes: str) -> str:
    """The secret of a new token of a person; it may sign reviews unless told otherwise."""
    with library.writing(EDITOR) as work:
        stored, secret = authorising.issue_token(work, "a laptop", scopes or ("review",), None)
        stored.user_id = person.id
    return secret


PASSWORD = "a heron over the canal"


@lru_cache
def a_hash(password: str = PASSWORD) -> str:
    """A password as it is kept; made once, because that takes its time."""
    return passwords.hashed(password)


def with_password(library: Library, person: User, password: str = PASSWORD) -> User:
    """The person, who may now sign in with that password."""
    with library.writing(EDITOR) as work:
        stored = work.session.get_one(User, person.id)
        stored.password_hash = a_hash(password)
    return stored


def a_session_of(library: Library, person: User) -> str:
    """The secret of a new session of a person."""
    with library.writing(EDITOR) as work:
        return signing_in.open_session(work, work.session.get_one(User, person.id), "test").secret


def acting(person: User, *, publishes: bool = False, token_id: str | None = None) -> Actor:
    """The person at work."""
    return Actor(person.name, publishes=publishes, user_id=person.id, token_id=token_id)


def bearer(secret: str) -> dict[str, str]:
    """The headers of a request with that token."""
    return {"Authorization": f"Bearer {secret}"}


def etag(client: FlaskClient, path: str, secret: str) -> str:
    """The entity tag that an editor gets with the thing at that address."""
    return client.get(path, headers=bearer(secret)).headers["ETag"]
