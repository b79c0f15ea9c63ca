"""Which section of an original a section of its translation says in another language."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from content.models.columns import Id, Stored, now


class TranslatedSection(Stored):
    """That a section says what a section of the original said at a revision.

    It belongs to the article, not to an edition: sections keep their ids, and what an editor has
    compared needs no new edition to be noted.
    """

    __tablename__ = "translated_section"

    article_id: Mapped[str] = mapped_column(
        ForeignKey("article.id", ondelete="CASCADE"), primary_key=True
    )
    section_id: Mapped[str] = mapped_column(Id, primary_key=True)
    source_id: Mapped[str] = mapped_column(Id, index=True)
    source_revision: Mapped[int]
    at: Mapped[datetime] = mapped_column(default=now)
    by: Mapped[str]
