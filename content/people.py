"""How people come in: their sessions, invitations, and who they are where they sign in elsewhere.

Of every secret only the SHA-256 is kept: a stolen database opens nothing.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from content.models import Id, Stored, new_id, now


class UserSession(Stored):
    """A person who has signed in; over at `expires_at`, or once unused for `idle_seconds`."""

    __tablename__ = "user_session"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), index=True
    )
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    address: Mapped[str | None] = mapped_column(String(45))
    """From where the person signed in."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_used_at: Mapped[datetime] = mapped_column(default=now)
    """Within a minute."""
    idle_seconds: Mapped[int]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Invitation(Stored):
    """Lets one person set a password, once; a newer one of the same person takes its place."""

    __tablename__ = "invitation"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), unique=True
    )
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by: Mapped[str]
    expires_at: Mapped[datetime]


class UserIdentity(Stored):
    """Who a person is to an OpenID provider, which may give an address to another person later."""

    __tablename__ = "user_identity"
    __table_args__ = (UniqueConstraint("issuer", "user_id"),)

    issuer: Mapped[str] = mapped_column(String(300), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    user_id: Mapped[str] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), index=True
    )
    since: Mapped[datetime] = mapped_column(default=now)


class SpentState(Stored):
    """A state of a sign-in elsewhere that came back; it may not come back again."""

    __tablename__ = "spent_state"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Throttle(Stored):
    """How often signing in failed of late, for an account, an address, or one from the other."""

    __tablename__ = "throttle"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    """A digest: what is typed as an address may be anything."""
    failures: Mapped[int] = mapped_column(default=0)
    touched_at: Mapped[datetime] = mapped_column(default=now, index=True)
    free_at: Mapped[datetime] = mapped_column(default=now)
    """Until then nobody is let in by this key."""
    known_at: Mapped[datetime | None]
    """When it last went well."""
