"""Who may do what, and who did it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from content.models.columns import Id, Stored, guarded_by, new_id, now


class User(Stored):
    """A person who works on the library; the password is kept as its Argon2id hash (RFC 9106)."""

    __tablename__ = "user_account"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    """In small letters."""
    name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str | None]
    """None of somebody who signs in elsewhere."""
    roles: Mapped[list[str]]
    credentials: Mapped[str | None] = mapped_column(String(300))
    """The qualification that reviews are signed with, such as a title with a register number."""
    credentials_until: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(default=now)
    revision: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = guarded_by(revision)


class Token(Stored):
    """A bearer token; only its SHA-256 is kept, so a stolen database opens nothing."""

    __tablename__ = "token"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200))
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by: Mapped[str]
    user_id: Mapped[str | None] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), index=True
    )
    """Whose it is: it allows nothing that its owner may not do. None for machines of the house."""
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    """Within a minute."""
    revoked_at: Mapped[datetime | None]


class AuditEntry(Stored):
    """Who did what to which object; written in the transaction of the act.

    Triggers of the database refuse to change or delete an entry.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_actor", "actor", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    actor: Mapped[str]
    user_id: Mapped[str | None] = mapped_column(Id, index=True)
    token_id: Mapped[str | None] = mapped_column(Id)
    address: Mapped[str | None] = mapped_column(String(45))
    """Where the request came from: an IPv4 or IPv6 address; None for the command line."""
    action: Mapped[str] = mapped_column(String(64))
    object_kind: Mapped[str] = mapped_column(String(32))
    object_id: Mapped[str] = mapped_column(Id, index=True)
    request_id: Mapped[str | None]
    detail: Mapped[dict[str, Any]]
