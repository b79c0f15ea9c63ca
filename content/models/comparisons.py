"""Sections that are filed for comparing."""

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from content.models.columns import Id, Sequence, Stored


class ComparedArticle(Stored):
    """That the sections of an article are filed for comparing, as they were at a revision."""

    __tablename__ = "compared_article"

    article_id: Mapped[str] = mapped_column(
        ForeignKey("article.id", ondelete="CASCADE"), primary_key=True
    )
    revision: Mapped[int]
    method: Mapped[str] = mapped_column(String(32))
    """How the minima were taken; those of two methods cannot be compared."""


class ComparedSection(Stored):
    """One text of a section that is filed; draft and live edition have one where they agree."""

    __tablename__ = "compared_section"

    id: Mapped[int] = mapped_column(Sequence, primary_key=True)
    article_id: Mapped[str] = mapped_column(
        ForeignKey("article.id", ondelete="CASCADE"), index=True
    )
    edition_id: Mapped[str] = mapped_column(Id)
    section_id: Mapped[str] = mapped_column(Id, index=True)
    size: Mapped[int]
    """Its number of words."""


class Minimum(Stored):
    """One of the minima of a filed text: alike texts have many in common."""

    __tablename__ = "minimum"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy reads it.

    value: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    compared_id: Mapped[int] = mapped_column(
        ForeignKey("compared_section.id", ondelete="CASCADE"), primary_key=True, index=True
    )
