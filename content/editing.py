"""Editors' acts on drafts. A live article grows a draft; readers keep the edition they have.

Every act locks its article first, and where `expected` is given refuses with `EditConflict`
when the article or section has another revision by now. None means: whatever it is.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from enum import Enum, auto
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from content import changes, planning
from content.addressing import claim_slug, free_slug, move
from content.composing import (
    append_section,
    as_draft,
    new_edition,
    number_sections,
    revise_section,
)
from content.drafting import draft_section, lock_article, open_draft, saved, touch
from content.drafts import (
    MAX_SECTIONS,
    SectionDraft,
    line_objections,
    locale_objections,
    misordered,
    nearest,
    section_objections,
    slug_objections,
)
from content.errors import Conflict, Invalid, Reason
from content.library import Work
from content.models import (
    Article,
    ArticleState,
    ArticleTopic,
    Edition,
    EditionState,
    Section,
    Topic,
    new_id,
)
from content.translating import original_of, translation_objections


class Kept(Enum):
    """Stands for what an act leaves as it is, where None says that there shall be none."""

    KEPT = auto()


def create_article(
    work: Work,
    *,
    title: str,
    locale: str,
    slug: str | None = None,
    summary: str = "",
    topics: Sequence[str] = (),
    sections: Sequence[SectionDraft] = (),
    translation_of: str | None = None,
    references: Sequence[Mapping[str, Any]] = (),
) -> Article:
    """Create an unpublished article with a first draft; the slug is made from the title if None.

    `references` are as an edition stores them; `translation_of` is the id of the article that it
    translates, and of a translation it is put under the original. Raises `Invalid` with every
    reason at once, and `SlugTaken`.
    """
    reasons = [
        *article_objections(title, sections, ""),
        *locale_objections(locale, "/locale"),
        *(slug_objections(slug, "/slug") if slug is not None else ()),
    ]
    original = original_of(work.session, translation_of) if translation_of is not None else None
    if translation_of is not None:
        reasons += translation_objections(work.session, original, locale)
    known = _known_topics(work.session, topics)
    _refuse([*reasons, *_topic_objections(known, topics)])
    article = Article(
        id=new_id(),
        original_id=original.id if original else None,
        locale=locale,
        slug=slug if slug is not None else free_slug(work.session, title, locale),
        created_at=work.at,
        changed_at=work.at,
    )
    if slug is not None:
        claim_slug(work.session, article, slug)
    work.session.add(article)
    work.session.flush()
    _set_topics(article, known, topics)
    article.draft = new_edition(work, article, number=1, title=title, summary=summary)
    article.draft.references = [dict(each) for each in references]
    for section in sections:
        append_section(article.draft, section)
    saved(work, article, "create")
    work.audit("create", "article", article.id, title=title)
    return article


def change_article(
    work: Work,
    article_id: str,
    expected: int | None,
    *,
    title: str | None = None,
    summary: str | None = None,
    slug: str | None = None,
    topics: Sequence[str] | None = None,
    translation_of: str | Kept | None = Kept.KEPT,
) -> Article:
    """Change what is given and keep the rest; `translation_of` None makes it an original.

    Title and summary belong to the draft and wait for publishing. Slug, topics and the original
    belong to the article itself: on a live article readers see them at once, and the old slug
    redirects. Raises `Invalid`, `SlugTaken`, `EditConflict`, `Unknown`.
    """
    reasons = [
        *(line_objections(title, "/title", "title") if title is not None else ()),
        *(slug_objections(slug, "/slug") if slug is not None else ()),
    ]
    known = _known_topics(work.session, topics or ())
    _refuse([*reasons, *_topic_objections(known, topics or ())])
    article = lock_article(work, article_id, expected)
    edited = title is not None or summary is not None
    if edited:
        draft = open_draft(work, article)
        draft.title = draft.title if title is None else title
        draft.summary = draft.summary if summary is None else summary
    moved = slug is not None and slug != article.slug
    if slug is not None and moved:
        move(work, article, slug)
    if topics is not None:
        if article.live and not topics:
            detail = "A live article keeps at least one topic: publishing asks for it."
            raise Invalid("The topics are missing.", [Reason("/topics", "no_topic", detail)])
        _set_topics(article, known, topics)
        if not topics:
            planning.drop_publication(work, article, "Its topics were taken away.")
    joined = translation_of is not Kept.KEPT and _set_original(work, article, translation_of)
    if edited:
        saved(work, article)
    else:
        touch(work, article)
    work.audit("change", "article", article.id)
    if article.live and (moved or joined or topics is not None):
        work.session.flush()
        announce(work, article)
    return article


def delete_article(work: Work, article_id: str, expected: int | None) -> None:
    """Put an article into the trash; from there it can be taken back, until it is purged."""
    article = lock_article(work, article_id, expected)
    edition = article.live
    article.deleted_at, article.deleted_by = work.at, work.actor.name
    planning.drop_all(work, article, "The article was deleted.")
    if edition:
        retire(work, article, edition, ArticleState.WITHDRAWN, "deleted")
    touch(work, article)
    work.audit("delete", "article", article.id)


def add_section(
    work: Work, article_id: str, expected: int | None, section: SectionDraft, position: int | None
) -> Section:
    """Add a section to the draft, at `position` (from 1) or at the end."""
    _refuse(section_objections(section, "/section"))
    article = lock_article(work, article_id, expected)
    added = insert_section(open_draft(work, article), section, position)
    _edited(work, article, "add", added)
    return added


def insert_section(draft: Edition, section: SectionDraft, position: int | None) -> Section:
    """Put a new section into a draft. Raises `Invalid` where there is no such place, or no room."""
    if len(draft.sections) >= MAX_SECTIONS:
        detail = f"An article has at most {MAX_SECTIONS} sections."
        raise Invalid("The article is full.", [Reason("/section", "too_many", detail)])
    if position is not None and not 1 <= position <= len(draft.sections) + 1:
        detail = f"A position is 1 to {len(draft.sections) + 1} here."
        raise Invalid("The position is not in the article.", [Reason("/position", "range", detail)])
    added = append_section(draft, section)
    if position is not None:
        draft.sections.remove(added)
        draft.sections.insert(position - 1, added)
        number_sections(draft)
    return added


def replace_section(
    work: Work, article_id: str, section_id: str, expected: int | None, content: SectionDraft
) -> Section:
    """Replace what a section holds; its id and its place stay, and its anchor once published."""
    _refuse(section_objections(content, ""))
    article = lock_article(work, article_id, None)
    section = draft_section(work, article, section_id, expected)
    revise_section(work.session, open_draft(work, article), section, content)
    section.revision += 1
    _edited(work, article, "replace", section)
    return section


def change_section(
    work: Work, article_id: str, section_id: str, expected: int | None, parts: Mapping[str, Any]
) -> Section:
    """Replace the given `parts` of a section, named as in `SectionDraft`; the rest stays."""
    article = lock_article(work, article_id, None)
    section = draft_section(work, article, section_id, expected)
    return replace_section(work, article_id, section_id, None, replace(as_draft(section), **parts))


def remove_section(work: Work, article_id: str, section_id: str, expected: int | None) -> None:
    """Take a section out of the draft; earlier editions keep it."""
    article = lock_article(work, article_id, None)
    section = draft_section(work, article, section_id, expected)
    draft = open_draft(work, article)
    draft.sections.remove(section)
    number_sections(draft)
    _edited(work, article, "remove", section)


def order_sections(
    work: Work, article_id: str, expected: int | None, section_ids: Sequence[str]
) -> Article:
    """Put the draft's sections into the given order, which must name each exactly once."""
    article = lock_article(work, article_id, expected)
    draft = open_draft(work, article)
    known = {section.id: section for section in draft.sections}
    if detail := misordered(section_ids, list(known)):
        raise Invalid("The order is not complete.", [Reason("/order", "not_a_permutation", detail)])
    draft.sections[:] = [known[each] for each in section_ids]
    number_sections(draft)
    saved(work, article, "order")
    work.audit("order", "article", article.id)
    return article


def announce(work: Work, article: Article) -> int:
    """Tell readers that a live article changed without a new edition; the sequence number."""
    if article.live is None:
        raise Conflict("The article is not live.")
    article.updated_at = work.at
    return changes.append_upsert(work, article, article.live)


def retire(work: Work, article: Article, edition: Edition, state: str, reason: str) -> None:
    """Take a live article away from readers; nothing that is planned brings it back."""
    planning.drop_all(work, article, f"The article was taken away: {reason}")
    article.live = None
    article.state = state
    article.withdrawal_reason = reason
    edition.state = EditionState.SUPERSEDED
    work.session.flush()
    edition.live_until = changes.append_tombstone(work, article, edition)


def article_objections(
    title: str, sections: Sequence[SectionDraft], pointer: str
) -> Iterator[Reason]:
    """Why an article cannot be stored, each reason with its place below `pointer`."""
    yield from line_objections(title, f"{pointer}/title", "title")
    if len(sections) > MAX_SECTIONS:
        detail = f"An article has at most {MAX_SECTIONS} sections."
        yield Reason(f"{pointer}/sections", "too_many", detail)
    for index, section in enumerate(sections[:MAX_SECTIONS]):
        yield from section_objections(section, f"{pointer}/sections/{index}")


def _refuse(reasons: Iterable[Reason]) -> None:
    found = list(reasons)
    if found:
        raise Invalid("What was sent is not acceptable.", found)


def _known_topics(session: Session, refs: Sequence[str]) -> dict[str, Topic]:
    """Every topic by its ref, where any is asked for."""
    return {topic.ref: topic for topic in session.scalars(select(Topic))} if refs else {}


def _topic_objections(known: Mapping[str, Topic], refs: Sequence[str]) -> Iterable[Reason]:
    for index, ref in enumerate(refs):
        if ref not in known:
            detail = f"There is no topic '{ref[:130]}'{nearest(ref, list(known))}"
            yield Reason(f"/topics/{index}", "unknown_topic", detail)


def _set_original(work: Work, article: Article, translation_of: str | None) -> bool:
    """Have the article translate another one, or none; whether that is news."""
    if translation_of == article.original_id:
        return False
    original = original_of(work.session, translation_of) if translation_of is not None else None
    if translation_of is not None:
        _refuse(translation_objections(work.session, original, article.locale, article.id))
    known, article.original_id = article.original_id, original.id if original else None
    return known != article.original_id


def _set_topics(article: Article, known: Mapping[str, Topic], refs: Sequence[str]) -> None:
    existing = {link.topic_id: link for link in article.topic_links}
    links = []
    for position, ref in enumerate(dict.fromkeys(refs), start=1):
        topic = known[ref]
        link = existing.get(topic.id) or ArticleTopic(topic_id=topic.id, topic=topic)
        link.position = position
        links.append(link)
    article.topic_links = links


def _edited(work: Work, article: Article, action: str, section: Section) -> None:
    saved(work, article, f"{action}_section")
    work.audit(action, "section", section.id, article=article.id)
