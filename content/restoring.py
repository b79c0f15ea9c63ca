"""Making a draft what a text of the history was, section by section, with lasting identities."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from content.composing import anchor_for, number_sections
from content.drafting import lock_article, open_draft, saved
from content.history import KeptItem, KeptSection, Version, kept, version_of
from content.keeping import next_revision, secure
from content.library import Work
from content.models import Article, Edition, FaqItem, Section, SharedSection
from content.recalling import edition, point
from content.references import as_stored
from content.using import refill


def restore_edition(
    work: Work, article_id: str, number: str, expected: int | None, why: str | None = None
) -> Article:
    """Make the draft what an edition was; what is live is not touched.

    What the draft was before is a point of the history. Section ids and pairs come back as they
    were, and so do anchors, but for those that readers know by another name since. Raises
    `EditConflict`, `Unknown`.
    """
    article = lock_article(work, article_id, expected)
    version = version_of(edition(work.session, article_id, number))
    return _restore(work, article, version, f"edition:{number}", why)


def restore_point(
    work: Work, article_id: str, number: str, expected: int | None, why: str | None = None
) -> Article:
    """Make the draft what it was at a saved point; the same holds."""
    article = lock_article(work, article_id, expected)
    version = point(work.session, article_id, number).version
    return _restore(work, article, version, f"point:{number}", why)


def _restore(
    work: Work, article: Article, version: Version, reference: str, why: str | None
) -> Article:
    draft = open_draft(work, article)
    secure(work, article, draft)
    draft.title, draft.summary = version.title, version.summary
    draft.references = as_stored(version.references)
    lay_out(work, article, draft, version.sections)
    # What was shared then may have become another since.
    refill(work.session, article, draft)
    saved(work, article, f"restore {reference}", why)
    work.audit("restore", "article", article.id, version=reference, why=why)
    return article


def lay_out(
    work: Work, article: Article, draft: Edition, wanted: Sequence[KeptSection]
) -> Sequence[Section]:
    """Make these the sections of a draft, in this order; revisions only grow.

    Their own revisions do not matter: a section that says what it says already keeps the one
    that it has, any other gets one that it never had. Empty anchors are made; an anchor that
    readers know stays.
    """
    settled = _with_anchors(work, article, wanted)
    there = {section.id: section for section in draft.sections}
    same = {
        each.id
        for each in settled
        if each.id in there and kept(there[each.id]).content == each.content
    }
    _clear(work, draft, same, {each.id for each in settled})
    draft.sections[:] = [
        there[each.id] if each.id in same else _made(work, draft, each, there.get(each.id))
        for each in settled
    ]
    number_sections(draft)
    work.session.flush()
    return draft.sections


def _clear(work: Work, draft: Edition, same: set[str], staying: set[str]) -> None:
    """Take out what goes, and free the anchors of what changes: two may change places."""
    for section in draft.sections:
        if section.id not in same:
            section.items = []
            section.anchor = f"~{section.id}"
    draft.sections[:] = [each for each in draft.sections if each.id in staying]
    work.session.flush()


def _made(work: Work, draft: Edition, wanted: KeptSection, there: Section | None) -> Section:
    section = there if there is not None else Section(id=wanted.id, edition_id=draft.id, position=1)
    section.type, section.heading, section.level = wanted.type, wanted.heading, wanted.level
    section.anchor, section.body = wanted.anchor, wanted.body
    section.revision = next_revision(work.session, draft.article_id, wanted.id)
    _share(work, section, wanted.shared)
    section.items = [
        _made_item(draft, item, position) for position, item in enumerate(wanted.items, start=1)
    ]
    return section


def _share(work: Work, section: Section, shared: Mapping[str, Any] | None) -> None:
    """Have it share what it did, where that is still there."""
    there = shared is not None and work.session.get(SharedSection, shared["id"]) is not None
    section.shared_id = shared["id"] if shared and there else None
    section.shared_version = shared["version"] if shared and there else None


def _made_item(draft: Edition, item: KeptItem, position: int) -> FaqItem:
    return FaqItem(
        edition_id=draft.id,
        id=item.id,
        position=position,
        type=item.type,
        question=item.question,
        answer=item.answer,
        anchor=item.anchor,
    )


def _with_anchors(work: Work, article: Article, wanted: Sequence[KeptSection]) -> list[KeptSection]:
    """The sections with an anchor each, of which no two are the same, their pairs included.

    An anchor that was public comes first: readers link to it. Then those that are given; the
    rest is made of the words.
    """
    public = _public_anchors(work, article)
    things: list[KeptSection | KeptItem] = []
    for section in wanted:
        things += [section, *section.items]
    wishes = [(each.id, each.anchor) for each in things if each.anchor in public.get(each.id, ())]
    wishes += [(each.id, anchor) for each in things for anchor in public.get(each.id, ())[:1]]
    wishes += [(each.id, each.anchor) for each in things if each.anchor]
    chosen: dict[str, str] = {}
    taken: set[str] = set()
    for identity, anchor in wishes:
        if identity not in chosen and anchor not in taken:
            chosen[identity] = anchor
            taken.add(anchor)
    for each in things:
        if each.id not in chosen:
            chosen[each.id] = anchor_for(_words(each), taken)
            taken.add(chosen[each.id])
    return [_anchored(section, chosen) for section in wanted]


def _words(thing: KeptSection | KeptItem) -> str:
    return thing.question if isinstance(thing, KeptItem) else thing.heading or thing.type


def _anchored(section: KeptSection, chosen: dict[str, str]) -> KeptSection:
    items = tuple(replace(item, anchor=chosen[item.id]) for item in section.items)
    return replace(section, anchor=chosen[section.id], items=items)


def _public_anchors(work: Work, article: Article) -> dict[str, list[str]]:
    """Of each section and pair the anchors that readers have known, the newest first."""
    live = select(Edition.id, Edition.number).where(
        Edition.article_id == article.id, Edition.live_from.is_not(None)
    )
    found: dict[str, list[str]] = {}
    editions = live.subquery()
    for kind in (Section, FaqItem):
        rows = work.session.execute(
            select(kind.id, kind.anchor)
            .join(editions, editions.c.id == kind.edition_id)
            .order_by(editions.c.number.desc())
        )
        for row in rows:
            found.setdefault(row.id, []).append(row.anchor)
    return found
