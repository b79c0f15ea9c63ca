"""Changes made together: one sequence number for any number of articles.

The tables are written anew, which both databases do in the same way. Going back, what was changed
together gets numbers of its own, one after the other, and all that came later gets later ones:
whoever goes on from a number of before is told some changes again, and misses none.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SEQUENCE: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SHOWN: Final = sa.text("until IS NULL")
PAST: Final = sa.text("until IS NOT NULL")
EVER: Final = sa.text("article_id <> ''")
KEPT: Final[Mapping[str, Sequence[str]]] = {
    "change": (
        *("sequence", "at", "kind", "article_id", "locale", "slug", "digest"),
        *("sections", "topics", "left_topics", "left_types", "pair_topics"),
    ),
    "publication": (
        *("since", "until", "article_id", "original_id", "edition_id", "number", "locale"),
        *("slug", "title", "summary", "word_count", "digest", "published_at"),
        *("first_published_at", "updated_at", "topics"),
    ),
    "publication_topic": ("since", "topic", "until", "locale", "published_at", "article_id"),
    "publication_pair": ("since", "topic", "item_id", "until", "fold", "type", "article_id"),
}
NUMBERING: Final = sa.table(
    "numbering", *(sa.column(name, SEQUENCE) for name in ("sequence", "article_id", "number"))
)


def upgrade() -> None:
    """Let a number stand for many articles, and give every publication an identity of its own."""
    with _written_anew():
        _make_change("sequence", "article_id")
        _make_publication(
            sa.Column("id", SEQUENCE, nullable=False),
            sa.PrimaryKeyConstraint("id", name="pk_publication"),
            sa.UniqueConstraint("since", "article_id", name="uq_publication_since_article_id"),
        )
        for make in (_make_publication_topic, _make_publication_pair):
            make("publication_id", "id")
        _put_back("change")
        _put_back("publication")
        _put_back("publication_topic", of="publication_id")
        _put_back("publication_pair", of="publication_id")


def downgrade() -> None:
    """Give every change a number of its own again, which then is all that tells publications."""
    with _written_anew():
        _number_apart()
        _make_change("sequence")
        _make_publication(sa.PrimaryKeyConstraint("since", name="pk_publication"))
        for make in (_make_publication_topic, _make_publication_pair):
            make("since", "since")
        for table in KEPT:
            _put_back(table)


@contextmanager
def _written_anew() -> Iterator[None]:
    """Put the rows aside while the tables are made."""
    for table, columns in KEPT.items():
        rows = f"SELECT {', '.join(columns)} FROM {table}"  # noqa: S608 - All names are ours.
        op.execute(f"CREATE TABLE kept_{table} AS {rows}")
    for table in reversed(list(KEPT)):
        op.drop_table(table)
    yield
    for table in KEPT:
        op.drop_table(f"kept_{table}")


def _put_back(table: str, *, of: str | None = None) -> None:
    """Take the rows back; `of` is the column for the publication that each belongs to."""
    columns = KEPT[table]
    kept = sa.table(f"kept_{table}", *(sa.column(name) for name in columns)).alias("kept")
    shown = sa.table("publication", *(sa.column(name) for name in ("id", "since", "article_id")))
    into, rows = [*columns], sa.select(*kept.c)
    if of is not None:
        same = sa.and_(shown.c.since == kept.c.since, shown.c.article_id == kept.c.article_id)
        into, rows = [of, *columns], sa.select(shown.c.id, *kept.c).join(shown, same)
    if "since" in columns:
        rows = rows.order_by(kept.c.since)
    op.execute(sa.insert(sa.table(table, *map(sa.column, into))).from_select(into, rows))


def _number_apart() -> None:
    """Give each change a number of its own: no smaller than the one that it had, in their order.

    To be called while the rows are put aside, where no key stands in the way.
    """
    op.execute(
        "CREATE TABLE numbering AS SELECT sequence, article_id, sequence"
        " + row_number() OVER (ORDER BY sequence, article_id)"
        " - dense_rank() OVER (ORDER BY sequence) AS number FROM kept_change"
    )
    op.create_index("ix_numbering", "numbering", ["sequence", "article_id"])
    _renumber("kept_change", "sequence")
    for table in ("kept_publication", "kept_publication_topic", "kept_publication_pair"):
        _renumber(table, "since")
        _renumber(table, "until")
    _renumber("edition", "live_from")
    _renumber("edition", "live_until")
    _renumber_names()
    _renumber_head()
    op.drop_table("numbering")


def _renumber(table: str, column: str) -> None:
    """Turn a column's numbers into those of the changes of the same article."""
    of = sa.table(table, sa.column(column, SEQUENCE), sa.column("article_id"))
    own = sa.and_(
        NUMBERING.c.sequence == of.c[column],
        NUMBERING.c.article_id == of.c.article_id,
    )
    _set(of, column, sa.select(NUMBERING.c.number).where(own))


def _renumber_names() -> None:
    """A topic is called so from the first of the changes that were made together."""
    named = sa.table("topic_naming", sa.column("since", SEQUENCE))
    first = sa.select(sa.func.min(NUMBERING.c.number))
    # In between they are below zero, where no name has its number yet.
    _set(named, "since", first.where(NUMBERING.c.sequence == named.c.since), sign=-1)
    op.execute(sa.update(named).where(named.c.since < 0).values(since=-named.c.since))


def _renumber_head() -> None:
    head = sa.table("change_head", sa.column("sequence", SEQUENCE))
    last = sa.select(sa.func.max(NUMBERING.c.number))
    _set(head, "sequence", last.where(NUMBERING.c.sequence == head.c.sequence))


def _set(table: sa.TableClause, column: str, to: sa.Select[tuple[int]], *, sign: int = 1) -> None:
    """Give the column another number, where there is one for it."""
    number = to.scalar_subquery()
    op.execute(sa.update(table).where(number.is_not(None)).values({column: sign * number}))


def _make_change(*key: str) -> None:
    op.create_table(
        "change",
        sa.Column("sequence", SEQUENCE, autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("article_id", sa.String(length=36), nullable=False),
        sa.Column("locale", sa.String(length=35), nullable=False),
        sa.Column("slug", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        *(
            sa.Column(name, sa.JSON(), nullable=False)
            for name in ("sections", "topics", "left_topics", "left_types", "pair_topics")
        ),
        sa.PrimaryKeyConstraint(*key, name="pk_change"),
    )
    op.create_index("ix_change_article_id", "change", ["article_id"])


def _make_publication(*identity: sa.schema.SchemaItem) -> None:
    text, instant = sa.Text(), sa.DateTime(timezone=True)
    op.create_table(
        "publication",
        *identity,
        sa.Column("since", SEQUENCE, autoincrement=False, nullable=False),
        sa.Column("until", SEQUENCE, nullable=True),
        sa.Column("article_id", sa.String(length=36), nullable=False),
        sa.Column("original_id", sa.String(length=36), nullable=False),
        sa.Column("edition_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=35), nullable=False),
        sa.Column("slug", sa.String(length=200), nullable=False),
        sa.Column("title", text, nullable=False),
        sa.Column("summary", text, nullable=False),
        sa.Column("word_count", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("published_at", instant, nullable=False),
        sa.Column("first_published_at", instant, nullable=False),
        sa.Column("updated_at", instant, nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        _reference("publication", "article_id", "article", "id"),
        _reference("publication", "edition_id", "edition", "id"),
    )
    table, order = "publication", ["published_at", "article_id"]
    op.create_index("ix_publication_article", table, ["article_id", "since"])
    _index("ix_publication_until", table, ["until"], PAST)
    op.create_index("ix_publication_edition_id", table, ["edition_id"])
    _index("ix_publication_shown_article", table, ["article_id"], SHOWN, unique=True)
    _index("ix_publication_shown_slug", table, ["slug", "locale"], SHOWN, unique=True)
    _index("ix_publication_shown_published", table, order, SHOWN)
    _index("ix_publication_shown_updated", table, ["updated_at", "article_id"], SHOWN)
    _index("ix_publication_shown_title", table, ["title", "article_id"], SHOWN)
    _index("ix_publication_shown_locale", table, ["locale", *order], SHOWN)
    _index("ix_publication_shown_original", table, ["original_id"], SHOWN)
    _index("ix_publication_published", table, order, EVER)
    _index("ix_publication_slug", table, ["slug"], EVER)
    _index("ix_publication_original", table, ["original_id"], EVER)


def _make_publication_topic(key: str, refers_to: str) -> None:
    table, order = "publication_topic", ["topic", "published_at", "article_id"]
    op.create_table(
        table,
        *_identity(key),
        sa.Column("topic", sa.String(length=130), nullable=False),
        sa.Column("until", SEQUENCE, nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("article_id", sa.String(length=36), nullable=False),
        sa.Column("locale", sa.String(length=35), nullable=False),
        sa.PrimaryKeyConstraint(key, "topic", name="pk_publication_topic"),
        _reference(table, key, "publication", refers_to),
    )
    op.create_index("ix_publication_topic_article", table, ["article_id"])
    _index("ix_publication_topic_shown", table, order, SHOWN)
    _index("ix_publication_topic_shown_locale", table, ["topic", "locale", *order[1:]], SHOWN)
    _index("ix_publication_topic_published", table, order, EVER)


def _make_publication_pair(key: str, refers_to: str) -> None:
    table, order = "publication_pair", ["topic", "item_id"]
    op.create_table(
        table,
        *_identity(key),
        sa.Column("topic", sa.String(length=130), nullable=False),
        sa.Column("item_id", sa.String(length=36), nullable=False),
        sa.Column("until", SEQUENCE, nullable=True),
        sa.Column("fold", sa.String(length=64), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=True),
        sa.Column("article_id", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint(key, *order, name="pk_publication_pair"),
        _reference(table, key, "publication", refers_to),
    )
    op.create_index("ix_publication_pair_article", table, ["article_id"])
    _index("ix_publication_pair_shown", table, order, SHOWN)
    _index("ix_publication_pair_shown_fold", table, ["fold", *order], SHOWN)
    _index("ix_publication_pair_topic", table, order, EVER)
    _index("ix_publication_pair_fold", table, ["fold", *order], EVER)


def _identity(key: str) -> Iterator[sa.Column[int]]:
    """The key to the publication, and the number since which it was shown, once if it is that."""
    for name in dict.fromkeys((key, "since")):
        yield sa.Column(name, SEQUENCE, autoincrement=False, nullable=False)


def _reference(table: str, column: str, other: str, key: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.{key}"], name=f"fk_{table}_{column}_{other}", ondelete="CASCADE"
    )


def _index(
    name: str, table: str, columns: list[str], condition: sa.TextClause, *, unique: bool = False
) -> None:
    op.create_index(
        name, table, columns, unique=unique, postgresql_where=condition, sqlite_where=condition
    )
