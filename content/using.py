"""Using shared sections: sections of drafts that say what a shared one does, and only that."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from content.composing import revise_section
from content.drafts import ItemDraft
from content.errors import Reason
from content.keeping import next_revision
from content.models import (
    Article,
    Edition,
    EditionAuthor,
    Section,
    SharedSection,
    SharedVersion,
    new_id,
)
from content.shared import SharedText, as_text, pair_id

Said = tuple[SharedSection, SharedVersion]
"""A shared section, and which version of it is said."""

Used = Mapping[str, Said]
"""Of each section that uses a shared one, by its id, what it says."""


def used(session: Session, sections: Iterable[Section]) -> Used:
    """What these sections share, where they share anything."""
    users = [each for each in sections if each.shared_id is not None]
    if not users:
        return {}
    shared = {
        each.id: each
        for each in session.scalars(
            select(SharedSection).where(SharedSection.id.in_({each.shared_id for each in users}))
        )
    }
    wanted = {
        each.id: (each.shared_id, each.shared_version or shared[each.shared_id].version or 0)
        for each in users
        if each.shared_id in shared
    }
    key = tuple_(SharedVersion.shared_id, SharedVersion.number)
    versions = {
        (each.shared_id, each.number): each
        for each in session.scalars(select(SharedVersion).where(key.in_(set(wanted.values()))))
    }
    return {
        section_id: (shared[version.shared_id], version)
        for section_id, found in wanted.items()
        if (version := versions.get(found)) is not None
    }


def objections(session: Session, edition: Edition) -> Iterator[Reason]:
    """Where sections of an edition say something else than what they share."""
    known = used(session, edition.sections)
    for index, section in enumerate(edition.sections):
        if section.id in known and not as_text(known[section.id][1].content).is_said_by(section):
            shared = known[section.id][0]
            detail = (
                f"Section {index + 1} is the shared section '{shared.name}' ({shared.id}): "
                "change it there, or unshare this one first."
            )
            yield Reason(f"/sections/{index}", "shared", detail)


def refill(session: Session, article: Article, edition: Edition) -> list[Section]:
    """Have all sections of an unpublished edition say what they share; those that did not."""
    known = used(session, edition.sections)
    changed = [
        each
        for each in edition.sections
        if each.id in known and not as_text(known[each.id][1].content).is_said_by(each)
    ]
    for section in changed:
        fill(session, article, edition, section, known[section.id])
    return changed


def fill(
    session: Session, article: Article, edition: Edition, section: Section, said: Said
) -> None:
    """Have a section of an unpublished edition say a version of what it shares.

    Its id and anchor stay, pairs are known again by those of the shared section, and whoever
    wrote that is an author of the edition as well.
    """
    shared, version = said
    text = _text_in(section, shared, as_text(version.content))
    revision = next_revision(session, article.id, section.id)
    # Pairs of its own go first: the shared ones may need their anchors.
    ids = {each.id for each in text.items}
    section.items = [item for item in section.items if item.id in ids]
    session.flush()
    revise_section(session, edition, section, text.section(section.level), _given_id)
    section.revision = revision
    _note_authors(edition, version)


def _given_id(item: ItemDraft) -> str:
    return item.id or new_id()


def _text_in(section: Section, shared: SharedSection, text: SharedText) -> SharedText:
    items = [
        replace(each, id=pair_id(shared, section.id, each.id)) for each in text.items if each.id
    ]
    return replace(text, items=tuple(items))


def _note_authors(edition: Edition, version: SharedVersion) -> None:
    known = {each.identity for each in edition.authors}
    for author in version.authors:
        if author["identity"] not in known:
            noted = EditionAuthor(**author, since=version.published_at)
            edition.authors.append(noted)
