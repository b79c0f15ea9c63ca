"""Answers kept by their keys, previews, an audit that is only added to, and the trash."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_SENTENCE = "The audit is only added to."

_SQLITE = ("UPDATE", "DELETE")
_POSTGRES = (
    f"""
    CREATE FUNCTION refuse_change_of_audit() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '{_SENTENCE}'; END $$
    """,
    """
    CREATE TRIGGER audit_entry_is_only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit()
    """,
)


def upgrade() -> None:
    """Make the tables, the indexes and the triggers."""
    op.create_table(
        "kept_answer",
        sa.Column("identity", sa.String(length=250), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("object_id", sa.String(length=36), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("identity", "key", name="pk_kept_answer"),
    )
    op.create_index("ix_kept_answer_created_at", "kept_answer", ["created_at"])
    op.create_table(
        "preview",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("article_id", sa.String(length=36), nullable=False),
        sa.Column("edition_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name="fk_preview_article_id_article", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["edition.id"], name="fk_preview_edition_id_edition", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_preview"),
    )
    op.create_index("ix_preview_article_id", "preview", ["article_id", "id"])
    op.create_index("ix_preview_edition_id", "preview", ["edition_id"])
    op.create_index("ix_article_deleted_at", "article", ["deleted_at", "id"])
    op.create_index("ix_change_slug", "change", ["slug"])
    op.create_index("ix_audit_entry_actor", "audit_entry", ["actor", "id"])
    if op.get_bind().dialect.name == "sqlite":
        for act in _SQLITE:
            op.execute(
                f"CREATE TRIGGER audit_entry_refuses_{act.lower()} BEFORE {act} ON audit_entry "
                f"BEGIN SELECT RAISE(ABORT, '{_SENTENCE}'); END"
            )
    else:
        for statement in _POSTGRES:
            op.execute(statement)


def downgrade() -> None:
    """Take all of it away."""
    if op.get_bind().dialect.name == "sqlite":
        for act in _SQLITE:
            op.execute(f"DROP TRIGGER audit_entry_refuses_{act.lower()}")
    else:
        op.execute("DROP TRIGGER audit_entry_is_only_added_to ON audit_entry")
        op.execute("DROP FUNCTION refuse_change_of_audit()")
    op.drop_index("ix_audit_entry_actor", "audit_entry")
    op.drop_index("ix_change_slug", "change")
    op.drop_index("ix_article_deleted_at", "article")
    op.drop_table("preview")
    op.drop_table("kept_answer")
