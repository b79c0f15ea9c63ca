"""Pictures, and in which editions they are shown."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from content.models.columns import Id, Stored, guarded_by, new_id, now


@dataclass(frozen=True, slots=True)
class Consenting:
    """What the person in a picture agreed to: `reference` is where the house keeps the paper."""

    reference: str
    given_at: datetime
    valid_until: datetime | None = None
    withdrawn_at: datetime | None = None


class Picture(Stored):
    """A picture: what its bytes are, what is said of it, and what the person in it agreed to.

    The bytes never change; they lie in a file that is named by their digest.
    """

    __tablename__ = "picture"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    digest: Mapped[str] = mapped_column(String(64), index=True)
    """The SHA-256 of the bytes, in hexadecimal; two pictures may have the same bytes."""
    type: Mapped[str] = mapped_column(String(32))
    """The media type, such as `image/jpeg`."""
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]
    """Bytes."""
    alt: Mapped[dict[str, Any]]
    """What it shows, in words, by locale."""
    decorative: Mapped[bool] = mapped_column(default=False)
    """That it tells nothing which the text does not: it needs no words."""
    caption: Mapped[str] = mapped_column(default="")
    credit: Mapped[str] = mapped_column(default="")
    shows_person: Mapped[bool] = mapped_column(default=False)
    consent_reference: Mapped[str | None] = mapped_column(String(300))
    """Where the house keeps the signed consent."""
    consent_given_at: Mapped[datetime | None]
    consent_until: Mapped[datetime | None]
    consent_withdrawn_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(default=now)

    __mapper_args__ = guarded_by(revision)

    @property
    def consent(self) -> Consenting | None:
        """What its columns say of the consent; None where there is none on record."""
        if self.consent_reference is None or self.consent_given_at is None:
            return None
        until, withdrawn = self.consent_until, self.consent_withdrawn_at
        return Consenting(self.consent_reference, self.consent_given_at, until, withdrawn)

    @consent.setter
    def consent(self, given: Consenting | None) -> None:
        self.consent_reference = given.reference if given else None
        self.consent_given_at = given.given_at if given else None
        self.consent_until = given.valid_until if given else None
        self.consent_withdrawn_at = given.withdrawn_at if given else None


class EditionPicture(Stored):
    """That the text of an edition names a picture, whether there is such a one or not."""

    __tablename__ = "edition_picture"

    edition_id: Mapped[str] = mapped_column(
        ForeignKey("edition.id", ondelete="CASCADE"), primary_key=True
    )
    picture_id: Mapped[str] = mapped_column(Id, primary_key=True, index=True)
