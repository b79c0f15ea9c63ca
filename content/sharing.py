"""Sharing a text among articles: shared sections, and the sections of articles that use them.

An act on an article locks what it shares before the article, as publishing a version does.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from content import rendering
from content.composing import as_draft
from content.drafting import draft_section, lock_article, open_draft, saved
from content.drafts import SectionDraft, line_objections, locale_objections, section_objections
from content.editing import add_section as add_own_section
from content.editing import insert_section
from content.errors import (
    Conflict,
    EditConflict,
    Invalid,
    NotPublishable,
    Reason,
    SharedInUse,
    Unknown,
)
from content.library import Work
from content.models import (
    Article,
    Edition,
    Section,
    SharedSection,
    SharedVersion,
    new_id,
)
from content.published import Page, PageRequest
from content.sections import OTHER
from content.shared import SharedText, SharedUse, as_text, with_ids
from content.using import Said, fill

_MOST_NAMED = 100
# Users that a refusal names; there is a list of all.


@dataclass(frozen=True, slots=True)
class Use:
    """That a section of an article's draft or live edition uses a shared one."""

    article_id: str
    slug: str
    locale: str
    title: str
    edition: int
    state: str
    section_id: str
    anchor: str
    version: int | None
    """None where it follows the newest."""


def create_shared(work: Work, *, name: str, locale: str, text: SharedText) -> SharedSection:
    """Create a shared section, which no article can use before a version of it is published.

    Raises `Invalid` with every reason at once.
    """
    reasons = [*locale_objections(locale, "/locale"), *_objections(name, text)]
    if reasons:
        raise Invalid("What was sent is not acceptable.", reasons)
    return _created(work, name, locale, with_ids(text), [_author(work)])


def change_shared(
    work: Work,
    shared_id: str,
    expected: int | None,
    *,
    name: str | None = None,
    parts: Mapping[str, Any] | None = None,
) -> SharedSection:
    """Change what is given; the `parts` of the text, named as in `SharedText`, wait for publishing.

    Pairs keep their identity by their id or their question. Raises `Invalid`, `EditConflict`.
    """
    shared = locked_shared(work, shared_id, expected)
    known = as_text(shared.content)
    text = with_ids(replace(known, **(parts or {})), known.items)
    reasons = list(_objections(name if name is not None else shared.name, text))
    if reasons:
        raise Invalid("What was sent is not acceptable.", reasons)
    shared.name = name if name is not None else shared.name
    if text != known:
        shared.content, shared.digest = text.content, text.digest
        _note_author(work, shared)
    _touch(work, shared)
    work.audit("change", "shared_section", shared.id, digest=text.digest)
    return shared


def delete_shared(work: Work, shared_id: str, expected: int | None) -> None:
    """Delete a shared section that no article uses; what used it once keeps the text as its own.

    Raises `SharedInUse` with the articles that do, by their drafts or live editions.
    """
    shared = locked_shared(work, shared_id, expected)
    users = usage(work.session, shared_id, PageRequest(_MOST_NAMED)).items
    if users:
        raise SharedInUse("Articles use the shared section.", [_in_use(each) for each in users])
    work.audit("delete", "shared_section", shared.id, name=shared.name)
    work.session.delete(shared)
    work.session.flush()


def shared_section(session: Session, shared_id: str) -> SharedSection:
    """A shared section. Raises `Unknown`."""
    found: SharedSection | None = session.get(SharedSection, shared_id)
    if found is None:
        raise Unknown("There is no such shared section.")
    return found


def shared_sections(session: Session, locale: str | None, page: PageRequest) -> Page[SharedSection]:
    """A page of the shared sections, newest first."""
    statement = select(SharedSection)
    if locale is not None:
        statement = statement.where(SharedSection.locale == locale)
    total = None
    if page.count:
        total = session.scalar(select(func.count()).select_from(statement.subquery()))
    if page.after:
        statement = statement.where(SharedSection.id < page.after[0])
    ordered = statement.order_by(SharedSection.id.desc()).limit(page.limit + 1)
    found = list(session.scalars(ordered))
    shown = found[: page.limit]
    return Page(shown, [shown[-1].id] if len(found) > page.limit else None, total)


def versions(session: Session, shared_id: str, page: PageRequest) -> Page[SharedVersion]:
    """A page of the versions of a shared section, newest first."""
    statement = select(SharedVersion).where(
        SharedVersion.shared_id == shared_section(session, shared_id).id
    )
    if page.after:
        statement = statement.where(SharedVersion.number < page.after[0])
    ordered = statement.order_by(SharedVersion.number.desc()).limit(page.limit + 1)
    found = list(session.scalars(ordered))
    shown = found[: page.limit]
    return Page(shown, [shown[-1].number] if len(found) > page.limit else None)


def version(session: Session, shared_id: str, number: str) -> SharedVersion:
    """One version. Raises `Unknown`."""
    # Ten digits may be more than an integer of the database.
    known = number.isascii() and number.isdigit() and len(number) < 10
    found = session.get(SharedVersion, (shared_id, int(number))) if known else None
    if found is None:
        raise Unknown("There is no such version of a shared section.")
    return found


def usage(session: Session, shared_id: str, page: PageRequest) -> Page[Use]:
    """A page of where a shared section is used, in drafts and live editions."""
    statement = (
        select(
            *(Article.id, Article.slug, Article.locale, Edition.title, Edition.number),
            *(Edition.state, Section.id, Section.anchor, Section.shared_version),
        )
        .join(Edition, Edition.id == Section.edition_id)
        .join(Article, or_(Article.draft_id == Edition.id, Article.live_id == Edition.id))
        .where(
            Section.shared_id == shared_section(session, shared_id).id,
            Article.deleted_at.is_(None),
        )
    )
    total = None
    if page.count:
        total = session.scalar(select(func.count()).select_from(statement.subquery()))
    if page.after:
        article_id, number, section_id = page.after
        statement = statement.where(
            or_(
                Article.id > article_id,
                (Article.id == article_id) & (Edition.number > number),
                (Article.id == article_id) & (Edition.number == number) & (Section.id > section_id),
            )
        )
    ordered = statement.order_by(Article.id, Edition.number, Section.id).limit(page.limit + 1)
    found = [Use(*row) for row in session.execute(ordered)]
    shown = found[: page.limit]
    last = shown[-1] if len(found) > page.limit else None
    return Page(shown, [last.article_id, last.edition, last.section_id] if last else None, total)


def add_section(
    work: Work,
    article_id: str,
    expected: int | None,
    content: SectionDraft | SharedUse,
    position: int | None,
) -> Section:
    """Add a section to the draft, with a text of its own or a shared one.

    It goes to `position` (from 1) or to the end. Raises `Invalid`, `EditConflict`, `Unknown`.
    """
    if isinstance(content, SectionDraft):
        return add_own_section(work, article_id, expected, content, position)
    shared = _shared_to_use(work, content, "/shared/id")
    article = lock_article(work, article_id, expected)
    chosen = shared, _version_to_use(work, article, shared, content)
    text = as_text(chosen[1].content)
    draft = open_draft(work, article)
    own = SectionDraft(text.type, text.heading, level=text.level or 2)
    section = insert_section(draft, own, position)
    _use(work, article, section, content, chosen)
    saved(work, article, "share")
    work.audit("add", "section", section.id, article=article.id, shared=shared.id)
    return section


def share(
    work: Work,
    article_id: str,
    section_id: str,
    expected: int | None,
    *,
    name: str | None = None,
    use: SharedUse | None = None,
) -> Section:
    """Have a section of the draft share its text, which becomes the first version of a new one.

    With `use` it says what that says instead; its id and place stay, and a public anchor. That
    may be the one that it shares already, by another version. Raises `Invalid`,
    `NotPublishable`, `Conflict` for a section that shares something else, `EditConflict`,
    `Unknown`.
    """
    shared = _shared_to_use(work, use, "/shared/id") if use else None
    article = lock_article(work, article_id, None)
    section = draft_section(work, article, section_id, expected)
    if section.shared_id not in {None, shared.id if shared else None}:
        detail = "It shares another text already: unshare it first."
        raise Conflict("The section cannot be shared.", [Reason("", "shared", detail)])
    if shared is None or use is None:
        shared, use = _made_of(work, article, section, name), None
    chosen = _version_to_use(work, article, shared, use or SharedUse(shared.id))
    _use(work, article, section, use or SharedUse(shared.id), (shared, chosen))
    saved(work, article, "share")
    work.audit("share", "section", section.id, article=article.id, shared=shared.id)
    return section


def unshare(work: Work, article_id: str, section_id: str, expected: int | None) -> Section:
    """Make the text of a section of the draft its own. Raises `Conflict` where it is already."""
    article = lock_article(work, article_id, None)
    section = draft_section(work, article, section_id, expected)
    shared_id = section.shared_id
    if shared_id is None:
        raise Conflict("The section shares no text: what it says is its own.")
    section.shared_id = section.shared_version = None
    section.revision += 1
    saved(work, article, "unshare")
    work.audit("unshare", "section", section.id, article=article.id, shared=shared_id)
    return section


def locked_shared(work: Work, shared_id: str, expected: int | None) -> SharedSection:
    """The shared section, locked until the commit; refused when it has another revision."""
    found: SharedSection | None = work.session.scalar(
        select(SharedSection)
        .where(SharedSection.id == shared_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise Unknown("There is no such shared section.")
    if expected is not None and expected != found.revision:
        raise EditConflict(str(found.revision))
    return found


def new_version(work: Work, shared: SharedSection) -> SharedVersion:
    """Put what is written now into force, as the next version."""
    newest = select(func.max(SharedVersion.number)).where(SharedVersion.shared_id == shared.id)
    made = SharedVersion(
        shared_id=shared.id,
        number=(work.session.scalar(newest) or 0) + 1,
        content=shared.content,
        digest=shared.digest,
        authors=shared.authors,
        published_at=work.at,
        published_by=work.actor.name,
    )
    work.session.add(made)
    shared.version = made.number
    work.session.flush()
    return made


def obstacles(text: SharedText) -> Iterator[Reason]:
    """Everything in a text that would keep articles from saying it to readers."""
    if text.type == OTHER:
        detail = "It is of type 'other': choose the type that it belongs to."
        yield Reason("/draft/type", "untyped", detail)
    if not text.items and not rendering.render(text.body).text:
        yield Reason("/draft/body", "empty_section", "It has no text.")
    for place, item in enumerate(text.items):
        if not rendering.render(item.answer).text:
            detail = f"Question {place + 1} has no answer."
            yield Reason(f"/draft/items/{place}/answer", "no_answer", detail)
        if item.type == OTHER:
            detail = f"Question {place + 1} is of type 'other'."
            yield Reason(f"/draft/items/{place}/type", "untyped", detail)


def _objections(name: str, text: SharedText) -> Iterator[Reason]:
    yield from line_objections(name, "/name", "name")
    yield from section_objections(text.section(2), "/draft")


def _created(
    work: Work, name: str, locale: str, text: SharedText, authors: Sequence[dict[str, Any]]
) -> SharedSection:
    created = SharedSection(
        id=new_id(),
        locale=locale,
        name=name,
        content=text.content,
        digest=text.digest,
        authors=list(authors),
        revision=1,
        created_at=work.at,
        created_by=work.actor.name,
        changed_at=work.at,
        changed_by=work.actor.name,
    )
    work.session.add(created)
    work.session.flush()
    work.audit("create", "shared_section", created.id, name=name, digest=text.digest)
    return created


def _made_of(work: Work, article: Article, section: Section, name: str | None) -> SharedSection:
    """A new shared section that says what a section of an article does, and its first version."""
    own = as_draft(section)
    text = SharedText(own.type, own.heading, own.body, None, tuple(own.items))
    called = name if name is not None else own.heading or own.type
    reasons = list(line_objections(called, "/name", "name"))
    if reasons:
        raise Invalid("What was sent is not acceptable.", reasons)
    found = list(obstacles(text))
    if found:
        raise NotPublishable("The text cannot be shared yet.", found)
    authors = [
        {"identity": each.identity, "name": each.name} for each in open_draft(work, article).authors
    ]
    made = _created(work, called, article.locale, text, authors)
    made.origin_id = section.id
    new_version(work, made)
    return made


def _use(work: Work, article: Article, section: Section, use: SharedUse, said: Said) -> None:
    section.shared_id, section.shared_version = use.id, use.version
    work.session.flush()
    fill(work.session, article, open_draft(work, article), section, said)


def _shared_to_use(work: Work, use: SharedUse, pointer: str) -> SharedSection:
    """What an article is to share, kept as it is until the commit."""
    found: SharedSection | None = work.session.scalar(
        select(SharedSection).where(SharedSection.id == use.id).with_for_update(read=True)
    )
    if found is None:
        detail = "There is no such shared section."
        raise Invalid("It cannot be shared.", [Reason(pointer, "unknown", detail)])
    return found


def _version_to_use(
    work: Work, article: Article, shared: SharedSection, use: SharedUse
) -> SharedVersion:
    if shared.locale.partition("-")[0] != article.locale.partition("-")[0]:
        detail = f"It is in '{shared.locale}', and the article in '{article.locale}'."
        raise Invalid("It cannot be shared.", [Reason("/shared/id", "other_language", detail)])
    number = use.version if use.version is not None else shared.version
    if number is None:
        detail = "No version of it was published yet."
        raise Invalid("It cannot be shared.", [Reason("/shared/id", "unpublished", detail)])
    found = work.session.get(SharedVersion, (shared.id, number))
    if found is None:
        detail = f"It has no version {number}; the newest is {shared.version}."
        raise Invalid("It cannot be shared.", [Reason("/shared/version", "unknown", detail)])
    return found


def _author(work: Work) -> dict[str, Any]:
    return {"identity": work.actor.identity, "name": work.actor.name}


def _note_author(work: Work, shared: SharedSection) -> None:
    author = _author(work)
    if all(each["identity"] != author["identity"] for each in shared.authors):
        shared.authors = [*shared.authors, author]


def _touch(work: Work, shared: SharedSection) -> None:
    shared.revision += 1
    shared.changed_at, shared.changed_by = work.at, work.actor.name
    work.session.flush()


def _in_use(use: Use) -> Reason:
    detail = f"'{use.title}' ({use.article_id}) uses it in edition {use.edition}, {use.state}."
    return Reason("", "in_use", detail)
