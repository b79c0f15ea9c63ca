"""Translations and the sections that they were made from: what is outdated, missing or extra.

What counts is the text that readers of the original get; of one that is not live, its draft. A
section of it has another revision after each edit, and that is all that is compared: a translation
is outdated as soon as its original was touched, whatever that changed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from content.composing import as_draft
from content.drafting import copied_author, lock_article, open_draft, section_of, touch
from content.editing import create_article
from content.errors import Conflict, Invalid, Reason
from content.inspecting import article as article_of
from content.inspecting import newest_edition
from content.library import Work
from content.models import Article, Edition, Section, TranslatedSection
from content.published import Page, PageRequest
from content.translating import original_of


class Match(StrEnum):
    """How a section of a translation stands to its original."""

    CURRENT = "current"
    OUTDATED = "outdated"
    MISSING = "missing"
    EXTRA = "extra"


@dataclass(frozen=True, slots=True)
class TracedSection:
    """A section of a translation beside that of the original; one of them None where it is not."""

    state: Match
    section: Section | None
    source: Section | None


@dataclass(frozen=True, slots=True)
class Traced:
    """A translation beside its original, section by section, in the original's order."""

    article: Article
    original: Article
    sections: list[TracedSection]


@dataclass(frozen=True, slots=True)
class OutdatedTranslation:
    """A translation with the number of its sections that are outdated, and that are missing."""

    id: str
    slug: str
    locale: str
    title: str
    original_id: str
    original_slug: str
    outdated: int
    missing: int


def start_translation(
    work: Work, article_id: str, locale: str, *, title: str | None = None, slug: str | None = None
) -> Article:
    """A draft in another language: the original's text, to be translated section by section.

    It takes the sections, topics, references and, where there is none given, the title of what
    readers see; of what is not live, of the draft. Whoever wrote that is an author of this as well.
    Raises `Invalid`, `Conflict`, `Unknown`.
    """
    article_of(work.session, article_id)
    original = original_of(work.session, article_id)
    if original is None or original.deleted_at is not None:
        raise Conflict("The original of this article was deleted: take it back first.")
    source = _source_edition(work.session, original)
    made = create_article(
        work,
        title=title if title is not None else source.title,
        locale=locale,
        slug=slug,
        summary=source.summary,
        topics=[link.topic.ref for link in original.topic_links],
        sections=[as_draft(each) for each in source.sections],
        translation_of=original.id,
        references=source.references,
    )
    draft = open_draft(work, made)
    known = {each.identity for each in draft.authors}
    draft.authors += [copied_author(each) for each in source.authors if each.identity not in known]
    for mine, theirs in zip(draft.sections, source.sections, strict=True):
        _note(work, made, mine.id, theirs)
    work.session.flush()
    work.audit("translate", "article", made.id, original=original.id, locale=locale)
    return made


def mark_translated(
    work: Work, article_id: str, section_id: str, expected: int | None, source_id: str | None
) -> Traced:
    """Note that a section says what its section of the original says now.

    `source_id` names that section; None is the one that it has said until now. `expected` is the
    revision of the translation's section that the editor compared.
    """
    article = lock_article(work, article_id, None)
    original = _original(work.session, article)
    # As an edit would find it; but noting what was compared takes no new draft.
    section = section_of(newest_edition(work.session, article), section_id, expected)
    known = work.session.get(TranslatedSection, (article.id, section.id))
    wanted = source_id or (known.source_id if known else None)
    source = next(
        (each for each in _source_edition(work.session, original).sections if each.id == wanted),
        None,
    )
    if source is None:
        detail = "Name a section of the original, as the state of the translation lists them."
        raise Invalid(
            "It is not known what it translates.", [Reason("/source_id", "unknown", detail)]
        )
    _note(work, article, section.id, source)
    touch(work, article)
    work.session.flush()
    work.audit("compare", "article", article.id, section=section.id, source=source.id)
    return trace(work.session, article.id)


def trace(session: Session, article_id: str) -> Traced:
    """A translation beside its original. Raises `Unknown`, and `Conflict` if it translates none."""
    article = article_of(session, article_id)
    original = _original(session, article)
    links = {
        each.section_id: each
        for each in session.scalars(
            select(TranslatedSection).where(TranslatedSection.article_id == article.id)
        )
    }
    mine = newest_edition(session, article).sections
    sources = _source_edition(session, original).sections
    return Traced(article, original, [*_compared(mine, sources, links)])


def outdated(session: Session, page: PageRequest) -> Page[OutdatedTranslation]:
    """A page of the translations that lag behind their originals, in the order they were made."""
    statement = lagging().order_by(Article.id).limit(page.limit + 1)
    if page.after:
        statement = statement.where(Article.id > page.after[0])
    found = [OutdatedTranslation(**row) for row in session.execute(statement).mappings()]
    shown = found[: page.limit]
    total = None
    if page.count:
        total = session.scalar(select(func.count()).select_from(lagging().subquery()))
    return Page(shown, [shown[-1].id] if len(found) > page.limit else None, total)


def lagging() -> Select[Any]:
    """The translations with an outdated or missing section: rows of `OutdatedTranslation`."""
    original = aliased(Article)
    mine, source = aliased(Section), aliased(Section)
    linked = aliased(TranslatedSection)
    is_mine = mine.edition_id == func.coalesce(Article.draft_id, Article.live_id)
    is_source = source.edition_id == func.coalesce(original.live_id, original.draft_id)
    link_of_mine = and_(linked.article_id == Article.id, linked.section_id == mine.id)
    stale = (
        select(func.count())
        .select_from(linked)
        .join(mine, and_(is_mine, link_of_mine))
        .join(source, and_(is_source, source.id == linked.source_id))
        .where(linked.article_id == Article.id, source.revision != linked.source_revision)
        .correlate(Article, original)
        .scalar_subquery()
    )
    said = (
        select(linked.source_id)
        .join(mine, and_(is_mine, link_of_mine))
        .where(linked.article_id == Article.id, linked.source_id == source.id)
        .correlate(Article, original, source)
    )
    missing = (
        select(func.count())
        .select_from(source)
        .where(is_source, ~said.exists())
        .correlate(Article, original)
        .scalar_subquery()
    )
    return (
        select(
            *(Article.id, Article.slug, Article.locale, Edition.title, Article.original_id),
            original.slug.label("original_slug"),
            stale.label("outdated"),
            missing.label("missing"),
        )
        .select_from(Article)
        .join(original, original.id == Article.original_id)
        .join(Edition, Edition.id == func.coalesce(Article.draft_id, Article.live_id))
        .where(
            Article.deleted_at.is_(None),
            original.deleted_at.is_(None),
            or_(_some(stale), _some(missing)),
        )
    )


def _some(counted: Any) -> ColumnElement[bool]:
    more: ColumnElement[bool] = counted > 0
    return more


def _original(session: Session, article: Article) -> Article:
    if article.original_id is None:
        raise Conflict("The article translates none: set 'translation_of' first.")
    return article_of(session, article.original_id)


def _source_edition(session: Session, original: Article) -> Edition:
    return original.live or newest_edition(session, original)


def _note(work: Work, article: Article, section_id: str, source: Section) -> None:
    work.session.merge(
        TranslatedSection(
            article_id=article.id,
            section_id=section_id,
            source_id=source.id,
            source_revision=source.revision,
            at=work.at,
            by=work.actor.name,
        )
    )


def _compared(
    mine: Sequence[Section], sources: Sequence[Section], links: Mapping[str, TranslatedSection]
) -> Iterator[TracedSection]:
    known = {each.id: each for each in sources}
    saying: dict[str, list[Section]] = {each.id: [] for each in sources}
    extra = []
    for each in mine:
        link = links.get(each.id)
        if link is not None and link.source_id in known:
            saying[link.source_id].append(each)
        else:
            extra.append(each)
    for source in sources:
        for each in saying[source.id]:
            same = links[each.id].source_revision == source.revision
            yield TracedSection(Match.CURRENT if same else Match.OUTDATED, each, source)
        if not saying[source.id]:
            yield TracedSection(Match.MISSING, None, source)
    yield from (TracedSection(Match.EXTRA, each, None) for each in extra)
