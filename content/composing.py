"""What an edition is made of: sections and pairs, copied and composed with lasting identities."""

import re
from collections.abc import Callable, Sequence, Set

from slugify import slugify
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.addressing import numbered
from content.drafts import ItemDraft, SectionDraft
from content.library import Work
from content.models import Article, Edition, FaqItem, Section, new_id


def _new_identity(_: ItemDraft) -> str:
    return new_id()


def new_edition(work: Work, article: Article, *, number: int, title: str, summary: str) -> Edition:
    """An empty draft edition of an article."""
    return Edition(
        id=new_id(),
        article_id=article.id,
        number=number,
        title=title,
        summary=summary,
        created_at=work.at,
        created_by=work.actor.name,
    )


def newest_edition(session: Session, article: Article) -> Edition:
    """The edition with the highest number: the one that a new draft starts from."""
    newest = select(func.max(Edition.number)).where(Edition.article_id == article.id)
    return session.scalars(
        select(Edition).where(
            Edition.article_id == article.id, Edition.number == newest.scalar_subquery()
        )
    ).one()


def copied_section(section: Section, edition_id: str) -> Section:
    """The same section for another edition: id, anchor and revision go along."""
    copy = Section(
        edition_id=edition_id,
        **{
            name: getattr(section, name)
            for name in ("id", "position", "level", "type", "heading", "anchor", "body", "revision")
        },
        shared_id=section.shared_id,
        shared_version=section.shared_version,
    )
    copy.items = [
        FaqItem(
            edition_id=edition_id,
            **{
                name: getattr(item, name)
                for name in ("id", "position", "type", "question", "answer", "anchor")
            },
        )
        for item in section.items
    ]
    return copy


def rendered_copy(section: Section, edition_id: str) -> Section:
    """The same section with all that was rendered of it."""
    copy = copied_section(section, edition_id)
    for name in ("html", "text", "word_count", "digest"):
        setattr(copy, name, getattr(section, name))
    for made, item in zip(copy.items, section.items, strict=True):
        made.html, made.text, made.fold = item.html, item.text, item.fold
    return copy


def append_section(draft: Edition, content: SectionDraft) -> Section:
    """Put a new section at the end of a draft, with an anchor that no other there has."""
    section = Section(
        id=new_id(),
        edition_id=draft.id,
        position=len(draft.sections) + 1,
        level=content.level,
        type=content.type,
        heading=content.heading,
        anchor=anchor_for(content.heading or content.type, _taken_anchors(draft)),
        body=content.body,
        revision=1,
    )
    draft.sections.append(section)
    _set_items(section, content.items, _taken_anchors(draft), frozenset())
    return section


def revise_section(
    session: Session,
    draft: Edition,
    section: Section,
    content: SectionDraft,
    identify: Callable[[ItemDraft], str] = _new_identity,
) -> None:
    """Make a section of the draft what `content` says.

    A pair keeps its identity by its id or by its question; `identify` names one that is new.
    Anchors stay from the first publication on, because readers link to them; before that they
    follow the words, because words that were never published must not be read from an address.
    """
    public = _public_anchors(session, section.id)
    taken = _taken_anchors(draft)
    if section.heading != content.heading and section.anchor not in public:
        taken.discard(section.anchor)
        section.anchor = anchor_for(content.heading or content.type, taken)
        taken.add(section.anchor)
    section.type, section.heading = content.type, content.heading
    section.body, section.level = content.body, content.level
    _set_items(section, content.items, taken, public, identify)


def _public_anchors(session: Session, section_id: str) -> set[str]:
    """The anchors that the section and its pairs had in any edition that was ever live."""
    live = select(Edition.id).where(Edition.live_from.is_not(None))
    own = select(Section.anchor).where(Section.id == section_id, Section.edition_id.in_(live))
    pairs = select(FaqItem.anchor).where(
        FaqItem.section_id == section_id, FaqItem.edition_id.in_(live)
    )
    return set(session.scalars(own.union(pairs)))


def _set_items(
    section: Section,
    drafts: Sequence[ItemDraft],
    taken: set[str],
    public: Set[str],
    identify: Callable[[ItemDraft], str] = _new_identity,
) -> None:
    by_id = {item.id: item for item in section.items}
    by_question = {item.question: item for item in section.items}
    items: list[FaqItem] = []
    for position, draft in enumerate(drafts, start=1):
        item = by_id.get(draft.id or "") or by_question.get(draft.question)
        if item is None or item in items:
            item = FaqItem(
                id=identify(draft), edition_id=section.edition_id, anchor="", question=""
            )
        if item.question != draft.question and item.anchor not in public:
            taken.discard(item.anchor)
            item.anchor = anchor_for(draft.question, taken)
            taken.add(item.anchor)
        item.position, item.type = position, draft.type
        item.question, item.answer = draft.question, draft.answer
        items.append(item)
    section.items = items


def as_draft(section: Section) -> SectionDraft:
    """A stored section as its editor would hand it in."""
    return SectionDraft(
        type=section.type,
        heading=section.heading,
        body=section.body,
        level=section.level,
        items=[ItemDraft(item.question, item.answer, item.type, item.id) for item in section.items],
    )


def number_sections(draft: Edition) -> None:
    """Make positions follow the order of the list: 1 to n without gaps."""
    for position, section in enumerate(draft.sections, start=1):
        section.position = position


def _taken_anchors(draft: Edition) -> set[str]:
    """Every anchor of a draft: sections and pairs stand on one page."""
    pairs = {item.anchor for section in draft.sections for item in section.items}
    return pairs | {section.anchor for section in draft.sections}


def anchor_for(text: str, taken: set[str]) -> str:
    """An anchor made of the words, which is none of the taken ones."""
    stem = slugify(re.sub(r"^\d+[.)]\s*", "", text), max_length=80, word_boundary=True)
    return numbered(stem or "section", taken)
