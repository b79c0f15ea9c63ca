"""Saved points: what a draft was after every change, kept so that one edit stores one text.

The texts of sections are kept once for each article, by their digest. A point lists them in order
and is never changed; with the editions it is the history of an article.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from content import rendering
from content.drafts import ItemDraft, SectionDraft
from content.models import Edition, FaqItem, Id, Section, Stored
from content.references import Reference, from_stored


class SavedText(Stored):
    """What a section of an article said at some time: all but its revision and its place.

    Or what its text rested on: then `references` is all that its content has.
    """

    __tablename__ = "saved_text"

    article_id: Mapped[str] = mapped_column(
        ForeignKey("article.id", ondelete="CASCADE"), primary_key=True
    )
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[dict[str, Any]]


class SavedRevision(Stored):
    """What an entity tag of a section means: one text, for ever."""

    __tablename__ = "saved_revision"
    __table_args__ = (
        ForeignKeyConstraint(
            ["article_id", "digest"],
            ["saved_text.article_id", "saved_text.digest"],
            ondelete="CASCADE",
        ),
    )

    article_id: Mapped[str] = mapped_column(Id, primary_key=True)
    section_id: Mapped[str] = mapped_column(Id, primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))


class SavedPoint(Stored):
    """What a draft was at some time, and who made it that, when and why."""

    __tablename__ = "saved_point"

    article_id: Mapped[str] = mapped_column(
        ForeignKey("article.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    """Counts the points of an article from 1."""
    edition: Mapped[int]
    """The number of the edition that was drafted."""
    at: Mapped[datetime]
    by: Mapped[str]
    identity: Mapped[str] = mapped_column(String(250))
    act: Mapped[str] = mapped_column(String(40))
    why: Mapped[str | None]
    title: Mapped[str]
    summary: Mapped[str]
    places: Mapped[list[dict[str, Any]]]
    """Of each section in order its `id`, `revision` and the `digest` of its text."""
    references_digest: Mapped[str | None] = mapped_column(String(64))
    """The digest of what has its references; None where there were none."""


@dataclass(frozen=True, slots=True)
class KeptItem:
    """A pair as it was."""

    id: str
    type: str | None
    question: str
    answer: str
    anchor: str


@dataclass(frozen=True, slots=True)
class KeptSection:
    """A section as it was; `anchor` is empty where one is still to be made."""

    id: str
    type: str
    heading: str | None
    level: int
    anchor: str
    body: str
    items: tuple[KeptItem, ...]
    revision: int
    shared: Mapping[str, Any] | None = None
    """The shared section that it says, as `{id, version}`."""

    @property
    def content(self) -> dict[str, Any]:
        """All that its digest is made of."""
        shared = {"shared": dict(self.shared)} if self.shared else {}
        return shared | {
            "type": self.type,
            "heading": self.heading,
            "level": self.level,
            "anchor": self.anchor,
            "body": self.body,
            "items": [
                [item.id, item.type, item.question, item.answer, item.anchor] for item in self.items
            ],
        }

    @property
    def digest(self) -> str:
        """The SHA-256, in hexadecimal, of its content."""
        return rendering.digest(self.content)

    @property
    def draft(self) -> SectionDraft:
        """The same as its editor would hand it in."""
        items = [ItemDraft(each.question, each.answer, each.type, each.id) for each in self.items]
        return SectionDraft(self.type, self.heading, self.body, self.level, items)

    def with_draft(self, wanted: SectionDraft, items: Sequence[KeptItem]) -> "KeptSection":
        """The same section with other text, and the pairs that its own became."""
        return replace(
            self,
            type=wanted.type,
            heading=wanted.heading,
            level=wanted.level,
            body=wanted.body,
            items=tuple(items),
        )


@dataclass(frozen=True, slots=True)
class Version:
    """A whole text: that of an edition, or of a draft at a saved point."""

    title: str
    summary: str
    sections: tuple[KeptSection, ...]
    references: tuple[Reference, ...] = ()


def kept(section: Section) -> KeptSection:
    """A stored section as it is now."""
    return KeptSection(
        id=section.id,
        type=section.type,
        heading=section.heading,
        level=section.level,
        anchor=section.anchor,
        body=section.body,
        items=tuple(_kept_item(item) for item in section.items),
        revision=section.revision,
        shared=section.shared,
    )


def _kept_item(item: FaqItem) -> KeptItem:
    return KeptItem(item.id, item.type, item.question, item.answer, item.anchor)


def as_kept(section_id: str, revision: int, content: Mapping[str, Any]) -> KeptSection:
    """A section made of a text that was saved."""
    return KeptSection(
        id=section_id,
        revision=revision,
        **{**content, "items": tuple(KeptItem(*item) for item in content["items"])},
    )


def version_of(edition: Edition) -> Version:
    """The text of an edition as it is now."""
    return Version(
        edition.title,
        edition.summary,
        tuple(map(kept, edition.sections)),
        tuple(from_stored(edition.references)),
    )


def references_content(edition: Edition) -> dict[str, Any] | None:
    """What is kept of the references of an edition; None where it has none."""
    return {"references": list(edition.references)} if edition.references else None
