"""Pictures, what texts rest on, and what translations were made from."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the tables and the column."""
    op.create_table(
        "picture",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("alt", sa.JSON(), nullable=False),
        sa.Column("decorative", sa.Boolean(), nullable=False),
        sa.Column("caption", sa.Text(), nullable=False),
        sa.Column("credit", sa.Text(), nullable=False),
        sa.Column("shows_person", sa.Boolean(), nullable=False),
        sa.Column("consent_reference", sa.String(length=300), nullable=True),
        sa.Column("consent_given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("consent_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("consent_withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_picture"),
    )
    op.create_index("ix_picture_digest", "picture", ["digest"])
    op.create_table(
        "edition_picture",
        sa.Column("edition_id", sa.String(length=36), nullable=False),
        sa.Column("picture_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"],
            ["edition.id"],
            name="fk_edition_picture_edition_id_edition",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("edition_id", "picture_id", name="pk_edition_picture"),
    )
    op.create_index("ix_edition_picture_picture_id", "edition_picture", ["picture_id"])
    op.create_table(
        "translated_section",
        sa.Column("article_id", sa.String(length=36), nullable=False),
        sa.Column("section_id", sa.String(length=36), nullable=False),
        sa.Column("source_id", sa.String(length=36), nullable=False),
        sa.Column("source_revision", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["article.id"],
            name="fk_translated_section_article_id_article",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("article_id", "section_id", name="pk_translated_section"),
    )
    op.create_index("ix_translated_section_source_id", "translated_section", ["source_id"])
    with op.batch_alter_table("edition") as batch:
        batch.add_column(sa.Column("references", sa.JSON(), nullable=True))
    op.execute("""UPDATE edition SET "references" = '[]'""")
    with op.batch_alter_table("edition") as batch:
        batch.alter_column("references", existing_type=sa.JSON(), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("edition") as batch:
        batch.drop_column("references")
    op.drop_table("translated_section")
    op.drop_table("edition_picture")
    op.drop_table("picture")
