"""Schedules and releases."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_PENDING = sa.text("state = 'pending'")


def upgrade() -> None:
    """Make the tables."""
    _make_releases()
    _make_schedules()


def _make_releases() -> None:
    op.create_table(
        "release",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by", sa.Text(), nullable=True),
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_release"),
    )
    op.create_table(
        "release_item",
        sa.Column("release_id", sa.String(length=36), nullable=False),
        sa.Column("article_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["article.id"],
            name="fk_release_item_article_id_article",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["release.id"],
            name="fk_release_item_release_id_release",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("release_id", "article_id", name="pk_release_item"),
    )
    op.create_index("ix_release_item_article_id", "release_item", ["article_id"])


def _make_schedules() -> None:
    op.create_table(
        "schedule",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("article_id", sa.String(length=36), nullable=True),
        sa.Column("release_id", sa.String(length=36), nullable=True),
        sa.Column("edition_id", sa.String(length=36), nullable=True),
        sa.Column("returns_to", sa.String(length=20), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("scheduled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scheduled_by", sa.Text(), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=True),
        sa.Column("token_id", sa.String(length=36), nullable=True),
        sa.Column("try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(article_id IS NULL) <> (release_id IS NULL)", name=op.f("ck_schedule_one_object")
        ),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["article.id"],
            name="fk_schedule_article_id_article",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["release.id"],
            name="fk_schedule_release_id_release",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_schedule"),
    )
    op.create_index("ix_schedule_article_id", "schedule", ["article_id"])
    op.create_index("ix_schedule_release_id", "schedule", ["release_id"])
    op.create_index("ix_schedule_due_at_id", "schedule", ["due_at", "id"])
    _index_pending("ix_schedule_due", ["due_at"], unique=False)
    _index_pending("uq_schedule_article_pending", ["article_id", "action"], unique=True)
    _index_pending("uq_schedule_release_pending", ["release_id"], unique=True)


def _index_pending(name: str, columns: list[str], *, unique: bool) -> None:
    op.create_index(
        name,
        "schedule",
        columns,
        unique=unique,
        sqlite_where=_PENDING,
        postgresql_where=_PENDING,
    )


def downgrade() -> None:
    """Drop the tables; what was scheduled is what it was before."""
    op.execute(
        "UPDATE edition SET state = (SELECT schedule.returns_to FROM schedule "
        "WHERE schedule.edition_id = edition.id AND schedule.state = 'pending') "
        "WHERE state = 'scheduled' AND id IN "
        "(SELECT schedule.edition_id FROM schedule WHERE schedule.state = 'pending' "
        "AND schedule.edition_id IS NOT NULL AND schedule.returns_to IS NOT NULL)"
    )
    op.drop_table("schedule")
    op.drop_table("release_item")
    op.drop_table("release")
