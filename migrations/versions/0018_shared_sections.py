"""Shared sections, their versions and signatures, and which sections of articles use them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the tables and columns."""
    op.create_table(
        "shared_section",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("locale", sa.String(length=35), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("origin_id", sa.String(length=36), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_shared_section"),
    )
    op.create_table(
        "shared_version",
        sa.Column("shared_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Text(), nullable=False),
        _reference("shared_version"),
        sa.PrimaryKeyConstraint("shared_id", "number", name="pk_shared_version"),
    )
    op.create_table(
        "shared_signature",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("shared_id", sa.String(length=36), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reviewer_id", sa.String(length=36), nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=False),
        sa.Column("credentials", sa.String(length=300), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        _reference("shared_signature"),
        sa.PrimaryKeyConstraint("id", name="pk_shared_signature"),
    )
    op.create_index("ix_shared_signature_text", "shared_signature", ["shared_id", "digest"])
    with op.batch_alter_table("section") as batch:
        batch.add_column(sa.Column("shared_id", sa.String(length=36), nullable=True))
        batch.add_column(sa.Column("shared_version", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            "fk_section_shared_id_shared_section",
            "shared_section",
            ["shared_id"],
            ["id"],
            ondelete="SET NULL",
        )
        batch.create_index("ix_section_shared", ["shared_id", "edition_id"])


def downgrade() -> None:
    with op.batch_alter_table("section") as batch:
        batch.drop_index("ix_section_shared")
        batch.drop_constraint("fk_section_shared_id_shared_section", type_="foreignkey")
        batch.drop_column("shared_version")
        batch.drop_column("shared_id")
    for table in ("shared_signature", "shared_version", "shared_section"):
        op.drop_table(table)


def _reference(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_shared_id_shared_section"
    return sa.ForeignKeyConstraint(["shared_id"], ["shared_section.id"], name, ondelete="CASCADE")
