"""What is alike: the texts of sections, filed by the minima that near duplicates share."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the empty tables; the first comparison files what is there."""
    op.create_table(
        "compared_article",
        sa.Column("article_id", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["article.id"],
            name="fk_compared_article_article_id_article",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("article_id", name="pk_compared_article"),
    )
    op.create_table(
        "compared_section",
        sa.Column("id", SEQUENCE, nullable=False),
        sa.Column("article_id", sa.String(length=36), nullable=False),
        sa.Column("edition_id", sa.String(length=36), nullable=False),
        sa.Column("section_id", sa.String(length=36), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["article.id"],
            name="fk_compared_section_article_id_article",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_compared_section"),
    )
    op.create_index("ix_compared_section_article_id", "compared_section", ["article_id"])
    op.create_index("ix_compared_section_section_id", "compared_section", ["section_id"])
    op.create_table(
        "minimum",
        sa.Column("value", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("compared_id", SEQUENCE, nullable=False),
        sa.ForeignKeyConstraint(
            ["compared_id"],
            ["compared_section.id"],
            name="fk_minimum_compared_id_compared_section",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("value", "compared_id", name="pk_minimum"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_minimum_compared_id", "minimum", ["compared_id"])


def downgrade() -> None:
    op.drop_index("ix_minimum_compared_id", "minimum")

    op.drop_table("minimum")
    op.drop_index("ix_compared_section_section_id", "compared_section")
    op.drop_index("ix_compared_section_article_id", "compared_section")

    op.drop_table("compared_section")
    op.drop_table("compared_article")
