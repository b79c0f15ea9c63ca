"""Saved points of drafts, and the texts that they are made of."""

import hashlib
from collections.abc import Sequence
from typing import Any

import orjson
import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_DRAFTS = sa.text(
    "SELECT edition.id, edition.article_id, edition.number, edition.title, edition.summary,"
    " edition.created_by, article.changed_at"
    " FROM article JOIN edition ON edition.id = article.draft_id"
).columns(changed_at=sa.DateTime(timezone=True))
_SECTIONS = sa.text(
    "SELECT id, revision, type, heading, level, anchor, body FROM section"
    " WHERE edition_id = :edition ORDER BY position"
)
_ITEMS = sa.text(
    "SELECT id, type, question, answer, anchor FROM faq_item"
    " WHERE edition_id = :edition AND section_id = :section ORDER BY position"
)


def upgrade() -> None:
    """Make the tables, and keep what drafts are now: the next edit would overwrite it."""
    text = op.create_table(
        "saved_text",
        sa.Column("article_id", sa.String(length=36), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["article.id"],
            name="fk_saved_text_article_id_article",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("article_id", "digest", name="pk_saved_text"),
    )
    kept = op.create_table(
        "saved_revision",
        sa.Column("article_id", sa.String(length=36), nullable=False),
        sa.Column("section_id", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id", "digest"],
            ["saved_text.article_id", "saved_text.digest"],
            name="fk_saved_revision_article_id_saved_text",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("article_id", "section_id", "revision", name="pk_saved_revision"),
    )
    point = op.create_table(
        "saved_point",
        sa.Column("article_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("identity", sa.String(length=250), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("references_digest", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["article.id"],
            name="fk_saved_point_article_id_article",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("article_id", "number", name="pk_saved_point"),
    )
    connection = op.get_bind()
    for draft in connection.execute(_DRAFTS).all():
        places = []
        for section in connection.execute(_SECTIONS, {"edition": draft.id}).all():
            content = _content(connection, draft.id, section)
            digest = _digest(content)
            about = {"article_id": draft.article_id, "digest": digest}
            known = sa.select(text.c.digest).filter_by(**about)
            if connection.execute(known).first() is None:
                op.bulk_insert(text, [{**about, "content": content}])
            op.bulk_insert(
                kept, [{**about, "section_id": section.id, "revision": section.revision}]
            )
            places.append({"id": section.id, "revision": section.revision, "digest": digest})
        op.bulk_insert(point, [_point(draft, places)])


def downgrade() -> None:
    op.drop_table("saved_point")
    op.drop_table("saved_revision")
    op.drop_table("saved_text")


def _content(connection: sa.Connection, edition: str, section: Any) -> dict[str, Any]:
    items = connection.execute(_ITEMS, {"edition": edition, "section": section.id}).all()
    names = ("type", "heading", "level", "anchor", "body")
    return {
        **{name: getattr(section, name) for name in names},
        "items": [list(item) for item in items],
    }


def _digest(content: dict[str, Any]) -> str:
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _point(draft: Any, places: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "article_id": draft.article_id,
        "number": 1,
        "edition": draft.number,
        "at": draft.changed_at,
        "by": draft.created_by,
        "identity": f"name:{draft.created_by}"[:250],
        "act": "found",
        "why": None,
        "title": draft.title,
        "summary": draft.summary,
        "places": places,
        # No edition has references yet.
        "references_digest": None,
    }
