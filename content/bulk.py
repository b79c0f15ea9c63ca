"""Changes in bulk: what is asked for, and each as it was planned, made and taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from content.models import Id, Stored, guarded_by, new_id

MAX_HITS: Final = 10_000
"""Hits of one plan."""

PLACES: Final = ("title", "summary", "heading", "body", "questions", "answers", "code", "urls")
"""Where words can be replaced; the last two say that code and addresses in Markdown are, too."""

USUAL_PLACES: Final = PLACES[:6]


@dataclass(frozen=True, slots=True)
class Where:
    """Which articles, and which of their sections; None and nothing for all."""

    topic: str | None = None
    type: str | None = None
    """Of sections: nothing else of an article is changed then."""
    locale: str | None = None
    articles: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Replacement:
    """Words to be put in the place of others."""

    find: str
    replace_with: str
    case: bool = False
    whole_words: bool = True
    places: Sequence[str] = USUAL_PLACES


@dataclass(frozen=True, slots=True)
class Retyping:
    """Sections of one type to be of another; those with pairs are left as they are."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Retopicking:
    """Topics to be added behind those that articles have, and to be taken away."""

    add: Sequence[str] = ()
    remove: Sequence[str] = ()


class BulkChange(Stored):
    """A plan, and what became of it; what it asks for is never changed."""

    __tablename__ = "bulk_change"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(16))
    """`replace`, `retype` or `retopic`."""
    request: Mapped[dict[str, Any]]
    hits: Mapped[int] = mapped_column(default=0)
    articles: Mapped[int] = mapped_column(default=0)
    shared: Mapped[list[str]] = mapped_column(default=list)
    """Shared sections that it would meet; they are changed where they are shared."""
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    applied_at: Mapped[datetime | None]
    applied_by: Mapped[str | None]
    reverted_at: Mapped[datetime | None]
    reverted_by: Mapped[str | None]
    revision: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = guarded_by(revision)

    @property
    def state(self) -> str:
        """How far it has come."""
        if self.reverted_at is not None:
            return "reverted"
        return "applied" if self.applied_at is not None else "planned"


class BulkText(Stored):
    """A text that a plan met: what it said then, and what it was made."""

    __tablename__ = "bulk_text"
    __table_args__ = (Index("ix_bulk_text_article", "bulk_id", "article_id"),)

    bulk_id: Mapped[str] = mapped_column(
        ForeignKey("bulk_change.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    """Counts the texts of a plan from 1."""
    article_id: Mapped[str] = mapped_column(
        ForeignKey("article.id", ondelete="CASCADE"), index=True
    )
    section_id: Mapped[str | None] = mapped_column(Id)
    item_id: Mapped[str | None] = mapped_column(Id)
    field: Mapped[str] = mapped_column(String(16))
    """`title`, `summary`, `heading`, `body`, `question`, `answer`, `type` or `topics`."""
    before: Mapped[str]
    """Of topics their refs, parted by spaces."""
    after: Mapped[str | None]
    """None until it is changed, and where it was left out."""


class BulkHit(Stored):
    """One place of a text that a plan would change; `number` is its id in the plan."""

    __tablename__ = "bulk_hit"

    bulk_id: Mapped[str] = mapped_column(
        ForeignKey("bulk_change.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[int]
    """The number of the text that it is in."""
    offset: Mapped[int]
    """In characters."""
    found: Mapped[str]
    put: Mapped[str]
    before: Mapped[str]
    """What stands in front of it, as far as is shown; so is what stands behind."""
    after: Mapped[str]
