"""The first schema."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "article",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("locale", sa.String(length=35), nullable=False),
        sa.Column("slug", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("draft_id", sa.String(length=36), nullable=True),
        sa.Column("live_id", sa.String(length=36), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawal_reason", sa.Text(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'live') = (live_id IS NOT NULL)", name=op.f("ck_article_live_has_edition")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_article"),
        sa.UniqueConstraint("locale", "slug", name="uq_article_locale_slug"),
    )
    op.create_index("ix_article_draft_id", "article", ["draft_id"])
    op.create_index("ix_article_live_id", "article", ["live_id"])
    op.create_index("ix_article_published", "article", ["published_at", "id"])

    op.create_table(
        "audit_entry",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("object_kind", sa.String(length=32), nullable=False),
        sa.Column("object_id", sa.String(length=36), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entry"),
    )
    op.create_index("ix_audit_entry_at", "audit_entry", ["at"])
    op.create_index("ix_audit_entry_object_id", "audit_entry", ["object_id"])

    op.create_table(
        "change",
        sa.Column("sequence", SEQUENCE, autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("article_id", sa.String(length=36), nullable=False),
        sa.Column("locale", sa.String(length=35), nullable=False),
        sa.Column("slug", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("sections", sa.JSON(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_change"),
    )
    op.create_index("ix_change_article_id", "change", ["article_id"])

    op.create_table(
        "change_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sequence", SEQUENCE, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_change_head_one_row")),
        sa.PrimaryKeyConstraint("id", name="pk_change_head"),
    )
    op.create_table(
        "proposal",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("filename", sa.Text(), nullable=True),
        sa.Column("locale", sa.String(length=35), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_digest", sa.String(length=64), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("article_ids", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_proposal"),
    )
    op.create_index("ix_proposal_source_digest", "proposal", ["source_digest"])

    op.create_table(
        "token",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_token"),
        sa.UniqueConstraint("hash", name="uq_token_hash"),
    )
    op.create_table(
        "topic",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_topic"),
        sa.UniqueConstraint("kind", "key", name="uq_topic_kind_key"),
    )
    op.create_table(
        "article_topic",
        sa.Column("article_id", sa.String(length=36), nullable=False),
        sa.Column("topic_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["article.id"],
            name="fk_article_topic_article_id_article",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name="fk_article_topic_topic_id_topic"),
        sa.PrimaryKeyConstraint("article_id", "topic_id", name="pk_article_topic"),
    )
    op.create_index("ix_article_topic_topic_id", "article_topic", ["topic_id"])

    op.create_table(
        "edition",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("article_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("word_count", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("published_by", sa.Text(), nullable=True),
        sa.Column("live_from", SEQUENCE, nullable=True),
        sa.Column("live_until", SEQUENCE, nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name="fk_edition_article_id_article", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_edition"),
        sa.UniqueConstraint("article_id", "number", name="uq_edition_article_id_number"),
    )
    op.create_table(
        "redirect",
        sa.Column("locale", sa.String(length=35), nullable=False),
        sa.Column("slug", sa.String(length=200), nullable=False),
        sa.Column("article_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["article.id"],
            name="fk_redirect_article_id_article",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("locale", "slug", name="pk_redirect"),
    )
    op.create_index("ix_redirect_article_id", "redirect", ["article_id"])

    op.create_table(
        "topic_label",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("topic_id", sa.String(length=36), nullable=False),
        sa.Column("locale", sa.String(length=35), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["topic.id"], name="fk_topic_label_topic_id_topic", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_topic_label"),
        sa.UniqueConstraint(
            "topic_id", "locale", "label", name="uq_topic_label_topic_id_locale_label"
        ),
    )
    op.create_table(
        "section",
        sa.Column("edition_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("heading", sa.Text(), nullable=True),
        sa.Column("anchor", sa.String(length=100), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("word_count", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.CheckConstraint("position >= 1", name=op.f("ck_section_position_from_one")),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["edition.id"], name="fk_section_edition_id_edition", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("edition_id", "id", name="pk_section"),
        sa.UniqueConstraint("edition_id", "anchor", name="uq_section_edition_id_anchor"),
    )
    op.create_index("ix_section_id", "section", ["id"])
    op.create_index("ix_section_type", "section", ["type", "edition_id"])

    op.create_table(
        "faq_item",
        sa.Column("edition_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("section_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("anchor", sa.String(length=100), nullable=False),
        sa.Column("fold", sa.String(length=64), nullable=True),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id", "section_id"],
            ["section.edition_id", "section.id"],
            name="fk_faq_item_edition_id_section_id_section",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("edition_id", "id", name="pk_faq_item"),
        sa.UniqueConstraint("edition_id", "anchor", name="uq_faq_item_edition_id_anchor"),
    )
    op.create_index("ix_faq_item_fold", "faq_item", ["fold"])
    op.create_index("ix_faq_item_section", "faq_item", ["edition_id", "section_id"])

    with op.batch_alter_table("article") as article:
        article.create_foreign_key("fk_article_draft_id_edition", "edition", ["draft_id"], ["id"])
        article.create_foreign_key("fk_article_live_id_edition", "edition", ["live_id"], ["id"])
    op.execute("INSERT INTO change_head (id, sequence) VALUES (1, 0)")


def downgrade() -> None:
    with op.batch_alter_table("article") as article:
        article.drop_constraint("fk_article_draft_id_edition", type_="foreignkey")
        article.drop_constraint("fk_article_live_id_edition", type_="foreignkey")
    op.drop_index("ix_faq_item_section", "faq_item")
    op.drop_index("ix_faq_item_fold", "faq_item")

    op.drop_table("faq_item")
    op.drop_index("ix_section_type", "section")
    op.drop_index("ix_section_id", "section")

    op.drop_table("section")
    op.drop_table("topic_label")
    op.drop_index("ix_redirect_article_id", "redirect")

    op.drop_table("redirect")
    op.drop_table("edition")
    op.drop_index("ix_article_topic_topic_id", "article_topic")

    op.drop_table("article_topic")
    op.drop_table("topic")
    op.drop_table("token")
    op.drop_index("ix_proposal_source_digest", "proposal")

    op.drop_table("proposal")
    op.drop_table("change_head")
    op.drop_index("ix_change_article_id", "change")

    op.drop_table("change")
    op.drop_index("ix_audit_entry_object_id", "audit_entry")
    op.drop_index("ix_audit_entry_at", "audit_entry")

    op.drop_table("audit_entry")
    op.drop_index("ix_article_published", "article")
    op.drop_index("ix_article_live_id", "article")
    op.drop_index("ix_article_draft_id", "article")

    op.drop_table("article")
