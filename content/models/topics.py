"""What articles are about, and the names of it."""

from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from content.models.columns import Id, Key, Stored, guarded_by, new_id


class LabelKind(StrEnum):
    """A hidden label is matched but never shown: misspellings, prescription-only brands."""

    PREFERRED = "preferred"
    ALTERNATIVE = "alternative"
    HIDDEN = "hidden"


class Topic(Stored):
    """What articles are about: a procedure, a condition, a concern, an ingredient..."""

    __tablename__ = "topic"
    __table_args__ = (UniqueConstraint("kind", "key"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(Key)
    key: Mapped[str] = mapped_column(Key)
    revision: Mapped[int] = mapped_column(default=1)

    labels: Mapped[list["TopicLabel"]] = relationship(
        order_by="TopicLabel.position", cascade="all, delete-orphan"
    )

    __mapper_args__ = guarded_by(revision)

    @property
    def ref(self) -> str:
        """Its address in parameters: `kind:key`."""
        return f"{self.kind}:{self.key}"


class TopicLabel(Stored):
    """A name of a topic in one locale."""

    __tablename__ = "topic_label"
    __table_args__ = (UniqueConstraint("topic_id", "locale", "label"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    topic_id: Mapped[str] = mapped_column(ForeignKey("topic.id", ondelete="CASCADE"))
    locale: Mapped[str] = mapped_column(String(35))
    kind: Mapped[str] = mapped_column(String(16))
    label: Mapped[str] = mapped_column(String(200))
    position: Mapped[int]
