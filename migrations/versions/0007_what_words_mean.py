"""What words mean to a search: a site's own synonyms, and a count of all changes of them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the table, and begin to count."""
    op.create_table(
        "synonym_group",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("locale", sa.String(length=35), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("expressions", sa.JSON(), nullable=False),
        sa.Column("meanings", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_synonym_group"),
        sa.UniqueConstraint("locale", "key", name="uq_synonym_group_locale_key"),
    )
    with op.batch_alter_table("change_head") as batch:
        batch.add_column(
            sa.Column("vocabulary", sa.BigInteger(), nullable=False, server_default="0")
        )
    with op.batch_alter_table("change_head") as batch:
        batch.alter_column("vocabulary", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("change_head") as batch:
        batch.drop_column("vocabulary")
    op.drop_table("synonym_group")
