"""What says the same: pairs fold by canonical form; and indexes that are taken as meant.

Those of what is shown now and those of all that ever was had the same columns, and the planner of
SQLite took the wrong ones.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa
from alembic import op

from content.folding import fold
from content.rendering import digest

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SHOWN = sa.text("until IS NULL")
EVER = sa.text("article_id <> ''")
OF_ALL: Final = {
    "ix_publication_published": ("publication", ["published_at", "article_id"]),
    "ix_publication_slug": ("publication", ["slug"]),
    "ix_publication_topic_published": (
        "publication_topic",
        ["topic", "published_at", "article_id"],
    ),
    "ix_publication_pair_topic": ("publication_pair", ["topic", "item_id"]),
    "ix_publication_pair_fold": ("publication_pair", ["fold", "topic", "item_id"]),
}
BATCH: Final = 1_000

ITEM = sa.table(
    "faq_item",
    *(sa.column(name) for name in ("edition_id", "id", "question", "text", "html", "fold")),
)
PAIR = sa.table(
    "publication_pair",
    *(sa.column(name) for name in ("since", "until", "topic", "item_id", "fold")),
)
TALLY = sa.table("topic_tally", *(sa.column(name) for name in ("topic", "counted", "total")))
PUBLICATION = sa.table(
    "publication", *(sa.column(name) for name in ("since", "edition_id", "locale"))
)
EDITION = sa.table("edition", sa.column("id"), sa.column("article_id"))
ARTICLE = sa.table("article", sa.column("id"), sa.column("locale"))
PLACED = sa.table("publication_topic", sa.column("since"), sa.column("locale"))


def upgrade() -> None:
    """Recompute what pairs fold by, place topics by locale, and part present and past."""
    with op.batch_alter_table("publication_topic") as batch:
        batch.add_column(
            sa.Column("locale", sa.String(length=35), nullable=False, server_default="")
        )
    with op.batch_alter_table("publication_topic") as batch:
        batch.alter_column("locale", server_default=None)
    of = sa.select(PUBLICATION.c.locale).where(PUBLICATION.c.since == PLACED.c.since)
    op.execute(sa.update(PLACED).values(locale=of.scalar_subquery()))
    op.create_index(
        "ix_publication_topic_shown_locale",
        "publication_topic",
        ["topic", "locale", "published_at", "article_id"],
        postgresql_where=SHOWN,
        sqlite_where=SHOWN,
    )
    _index_anew(EVER, OF_ALL)
    op.create_index(
        "ix_publication_original",
        "publication",
        ["original_id"],
        postgresql_where=EVER,
        sqlite_where=EVER,
    )
    _refold(op.get_bind(), lambda row: fold(row.question, row.text, row.html, row.locale))


def downgrade() -> None:
    _refold(op.get_bind(), lambda row: digest([_folded(row.question), _folded(row.text)]))
    _index_anew(None, {**OF_ALL, "ix_publication_pair_fold": ("publication_pair", ["fold"])})
    op.drop_index("ix_publication_original", "publication")
    op.drop_index("ix_publication_topic_shown_locale", "publication_topic")
    with op.batch_alter_table("publication_topic") as batch:
        batch.drop_column("locale")


def _index_anew(
    condition: sa.TextClause | None, indexes: Mapping[str, tuple[str, list[str]]]
) -> None:
    for name, (table, columns) in indexes.items():
        op.drop_index(name, table)
        op.create_index(name, table, columns, postgresql_where=condition, sqlite_where=condition)


def _folded(text: str) -> str:
    """As it was before: without case, spacing and closing signs."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(plain.split()).rstrip(" .!?…")


def _refold(connection: sa.Connection, folded: Callable[[Any], str]) -> None:
    """Give every pair that was ever rendered its fold, and so to wherever it was shown."""
    update = (
        sa.update(ITEM)
        .where(ITEM.c.edition_id == sa.bindparam("of"), ITEM.c.id == sa.bindparam("item"))
        .values(fold=sa.bindparam("to"))
    )
    last = ("", "")
    while rows := _batch(connection, last):
        connection.execute(
            update, [{"of": row.edition_id, "item": row.id, "to": folded(row)} for row in rows]
        )
        last = (rows[-1].edition_id, rows[-1].id)
    new = (
        sa.select(ITEM.c.fold)
        .join(PUBLICATION, PUBLICATION.c.edition_id == ITEM.c.edition_id)
        .where(PUBLICATION.c.since == PAIR.c.since, ITEM.c.id == PAIR.c.item_id)
    )
    connection.execute(sa.update(PAIR).values(fold=new.scalar_subquery()))
    _recount(connection)


def _recount(connection: sa.Connection) -> None:
    """Count the different pairs that are shown anew: others fold now."""
    connection.execute(sa.delete(TALLY).where(TALLY.c.counted == "?"))
    counted = (
        sa.select(PAIR.c.topic, sa.literal("?"), sa.func.count(PAIR.c.fold.distinct()))
        .where(PAIR.c.until.is_(None))
        .group_by(PAIR.c.topic)
    )
    connection.execute(sa.insert(TALLY).from_select(["topic", "counted", "total"], counted))


def _batch(connection: sa.Connection, last: tuple[str, str]) -> Sequence[Any]:
    key = sa.tuple_(ITEM.c.edition_id, ITEM.c.id)
    after = sa.tuple_(sa.literal(last[0]), sa.literal(last[1]))
    return connection.execute(
        sa.select(*(ITEM.c[name] for name in ("edition_id", "id", "question", "text", "html")))
        .add_columns(ARTICLE.c.locale)
        .join(EDITION, EDITION.c.id == ITEM.c.edition_id)
        .join(ARTICLE, ARTICLE.c.id == EDITION.c.article_id)
        .where(ITEM.c.fold.is_not(None), key > after)
        .order_by(ITEM.c.edition_id, ITEM.c.id)
        .limit(BATCH)
    ).all()
