"""Reviews, the signature that readers see, and redirects that editors make."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SHOWN = sa.text("until IS NULL")


def upgrade() -> None:
    """Make the tables and columns."""
    op.create_table(
        "review",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("article_id", sa.String(length=36), nullable=False),
        sa.Column("edition_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", sa.String(length=36), nullable=True),
        sa.Column("reviewer", sa.Text(), nullable=False),
        sa.Column("credentials", sa.String(length=300), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("clinical_digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        _reference("review", "article_id", "article"),
        _reference("review", "edition_id", "edition"),
        sa.PrimaryKeyConstraint("id", name="pk_review"),
    )
    op.create_index(
        "ix_review_signed", "review", ["article_id", "outcome", "clinical_digest", "valid_until"]
    )
    op.create_index("ix_review_edition_id", "review", ["edition_id"])
    op.create_index("ix_review_reviewer_id", "review", ["reviewer_id"])
    sequence = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "forwarding",
        sa.Column("slug", sa.String(length=200), nullable=False),
        sa.Column("locale", sa.String(length=35), nullable=False),
        sa.Column("since", sequence, nullable=False),
        sa.Column("until", sequence, nullable=True),
        sa.Column("article_id", sa.String(length=36), nullable=False),
        _reference("forwarding", "article_id", "article"),
        sa.PrimaryKeyConstraint("slug", "locale", "since", name="pk_forwarding"),
    )
    for column in ("since", "until", "article_id"):
        op.create_index(f"ix_forwarding_{column}", "forwarding", [column])
    # Columns that may be empty are added in place: no table is copied, no partial index is lost.
    op.add_column("publication", sa.Column("review", sa.JSON(), nullable=True))
    op.add_column(
        "publication", sa.Column("review_until", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_index(
        "ix_publication_shown_review",
        "publication",
        ["review_until"],
        postgresql_where=SHOWN,
        sqlite_where=SHOWN,
    )
    with op.batch_alter_table("redirect") as batch:
        batch.add_column(
            sa.Column("by_hand", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch.add_column(sa.Column("created_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("created_by", sa.Text(), nullable=True))
        batch.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("redirect") as batch:
        batch.alter_column("by_hand", server_default=None)
        batch.alter_column("revision", server_default=None)


def downgrade() -> None:
    op.execute("DELETE FROM redirect WHERE by_hand")
    with op.batch_alter_table("redirect") as batch:
        for column in ("revision", "created_by", "created_at", "by_hand"):
            batch.drop_column(column)
    op.drop_index("ix_publication_shown_review", table_name="publication")
    op.drop_column("publication", "review_until")
    op.drop_column("publication", "review")
    op.drop_table("forwarding")
    op.drop_table("review")


def _reference(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{other}"
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete="CASCADE")
