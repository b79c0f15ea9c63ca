"""Sessions, invitations, sign-ins elsewhere, and how often signing in failed."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "user_session",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=True),
        _instant("created_at"),
        _instant("last_used_at"),
        sa.Column("idle_seconds", sa.Integer(), nullable=False),
        _instant("expires_at"),
        _instant("ended_at", nullable=True),
        _user("user_session"),
        sa.PrimaryKeyConstraint("id", name="pk_user_session"),
        sa.UniqueConstraint("hash", name="uq_user_session_hash"),
    )
    op.create_index("ix_user_session_user_id", "user_session", ["user_id"])
    op.create_table(
        "invitation",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        _instant("created_at"),
        sa.Column("created_by", sa.Text(), nullable=False),
        _instant("expires_at"),
        _user("invitation"),
        sa.PrimaryKeyConstraint("id", name="pk_invitation"),
        sa.UniqueConstraint("user_id", name="uq_invitation_user_id"),
        sa.UniqueConstraint("hash", name="uq_invitation_hash"),
    )
    op.create_table(
        "user_identity",
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        _instant("since"),
        _user("user_identity"),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_user_identity"),
        sa.UniqueConstraint("issuer", "user_id", name="uq_user_identity_issuer_user_id"),
    )
    op.create_index("ix_user_identity_user_id", "user_identity", ["user_id"])
    op.create_table(
        "spent_state",
        sa.Column("hash", sa.String(length=64), nullable=False),
        _instant("expires_at"),
        sa.PrimaryKeyConstraint("hash", name="pk_spent_state"),
    )
    op.create_index("ix_spent_state_expires_at", "spent_state", ["expires_at"])
    op.create_table(
        "throttle",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        _instant("touched_at"),
        _instant("free_at"),
        _instant("known_at", nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_throttle"),
    )
    op.create_index("ix_throttle_touched_at", "throttle", ["touched_at"])


def downgrade() -> None:
    """Drop them: whoever had signed in signs in again."""
    for table in ("throttle", "spent_state", "user_identity", "invitation", "user_session"):
        op.drop_table(table)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _user(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["user_id"],
        ["user_account.id"],
        name=f"fk_{table}_user_id_user_account",
        ondelete="CASCADE",
    )
