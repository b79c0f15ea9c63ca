"""People, authors, states of review, and where an act came from."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the tables and columns."""
    op.create_table(
        "user_account",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("credentials", sa.String(length=300), nullable=True),
        sa.Column("credentials_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_user_account"),
        sa.UniqueConstraint("email", name="uq_user_account_email"),
    )
    op.create_table(
        "edition_author",
        sa.Column("edition_id", sa.String(length=36), nullable=False),
        sa.Column("identity", sa.String(length=250), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"],
            ["edition.id"],
            name="fk_edition_author_edition_id_edition",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("edition_id", "identity", name="pk_edition_author"),
    )
    # Who wrote before there were people: the name is all that is known.
    op.execute(
        "INSERT INTO edition_author (edition_id, identity, name, since) "
        "SELECT id, substr('name:' || created_by, 1, 250), created_by, created_at FROM edition"
    )
    with op.batch_alter_table("edition") as batch:
        batch.alter_column("state", existing_type=sa.String(length=16), type_=sa.String(length=20))
        batch.add_column(sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("submitted_by", sa.Text(), nullable=True))
        batch.add_column(sa.Column("clinical_digest", sa.String(length=64), nullable=True))
    with op.batch_alter_table("article") as batch:
        batch.add_column(sa.Column("redirect_id", sa.String(length=36), nullable=True))
        batch.add_column(sa.Column("deleted_by", sa.Text(), nullable=True))
        batch.create_foreign_key(
            "fk_article_redirect_id_article",
            "article",
            ["redirect_id"],
            ["id"],
            ondelete="SET NULL",
        )
        batch.create_index("ix_article_redirect_id", ["redirect_id"])
    with op.batch_alter_table("token") as batch:
        batch.add_column(sa.Column("user_id", sa.String(length=36), nullable=True))
        batch.add_column(sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True))
        batch.create_foreign_key(
            "fk_token_user_id_user_account",
            "user_account",
            ["user_id"],
            ["id"],
            ondelete="CASCADE",
        )
        batch.create_index("ix_token_user_id", ["user_id"])
    with op.batch_alter_table("audit_entry") as batch:
        batch.add_column(sa.Column("user_id", sa.String(length=36), nullable=True))
        batch.add_column(sa.Column("token_id", sa.String(length=36), nullable=True))
        batch.add_column(sa.Column("address", sa.String(length=45), nullable=True))
        batch.create_index("ix_audit_entry_user_id", ["user_id"])


def downgrade() -> None:
    with op.batch_alter_table("audit_entry") as batch:
        batch.drop_index("ix_audit_entry_user_id")
        batch.drop_column("address")
        batch.drop_column("token_id")
        batch.drop_column("user_id")
    with op.batch_alter_table("token") as batch:
        batch.drop_index("ix_token_user_id")
        batch.drop_constraint("fk_token_user_id_user_account", type_="foreignkey")
        batch.drop_column("last_used_at")
        batch.drop_column("user_id")
    with op.batch_alter_table("article") as batch:
        batch.drop_index("ix_article_redirect_id")
        batch.drop_constraint("fk_article_redirect_id_article", type_="foreignkey")
        batch.drop_column("deleted_by")
        batch.drop_column("redirect_id")
    with op.batch_alter_table("edition") as batch:
        batch.drop_column("clinical_digest")
        batch.drop_column("submitted_by")
        batch.drop_column("submitted_at")
        batch.alter_column("state", existing_type=sa.String(length=20), type_=sa.String(length=16))
    op.drop_table("edition_author")
    op.drop_table("user_account")
