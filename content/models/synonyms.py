"""Expressions that mean the same on a site."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from content.models.columns import Id, Stored, guarded_by, new_id, now


class SynonymGroup(Stored):
    """Expressions that mean the same to a search on this site, the preferred one first.

    With `meanings` it goes one way: from the expressions to them.
    """

    __tablename__ = "synonym_group"
    __table_args__ = (UniqueConstraint("locale", "key"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    locale: Mapped[str] = mapped_column(String(35))
    """Empty where the expressions are used in every locale."""
    key: Mapped[str]
    """The first expression, folded: a group takes the place of a shipped one that has the same."""
    expressions: Mapped[list[str]]
    meanings: Mapped[list[str]]
    revision: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime] = mapped_column(default=now)
    changed_by: Mapped[str]

    __mapper_args__ = guarded_by(revision)
