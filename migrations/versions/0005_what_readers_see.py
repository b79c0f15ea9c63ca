"""What readers see, and saw: the published projection, filled from the log and the editions."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SHOWN = sa.text("until IS NULL")
PAST = sa.text("until IS NOT NULL")


def upgrade() -> None:
    """Make the tables, and write down every publication that the log tells of."""
    with op.batch_alter_table("article") as batch:
        batch.add_column(sa.Column("original_id", sa.String(length=36), nullable=True))
        batch.create_foreign_key(
            "fk_article_original_id_article",
            "article",
            ["original_id"],
            ["id"],
            ondelete="SET NULL",
        )
        batch.create_index("ix_article_original_id", ["original_id"])
    _add_what_was_left()
    _make_publication()
    _make_publication_topic()
    _make_publication_pair()
    op.create_table(
        "topic_naming",
        sa.Column("topic", sa.String(length=130), nullable=False),
        sa.Column("since", SEQUENCE, autoincrement=False, nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("topic", "since", name="pk_topic_naming"),
    )
    op.create_table(
        "topic_tally",
        sa.Column("topic", sa.String(length=130), nullable=False),
        sa.Column("counted", sa.String(length=64), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("topic", "counted", name="pk_topic_tally"),
    )
    op.create_index("ix_topic_tally_counted", "topic_tally", ["counted", "topic"])
    _fill(op.get_bind())


def downgrade() -> None:
    op.drop_table("topic_tally")
    op.drop_table("topic_naming")
    op.drop_table("publication_pair")
    op.drop_table("publication_topic")
    op.drop_table("publication")
    with op.batch_alter_table("change") as batch:
        batch.drop_column("pair_topics")
        batch.drop_column("left_types")
        batch.drop_column("left_topics")
    with op.batch_alter_table("article") as batch:
        batch.drop_index("ix_article_original_id")
        batch.drop_constraint("fk_article_original_id_article", type_="foreignkey")
        batch.drop_column("original_id")


def _add_what_was_left() -> None:
    names = ("left_topics", "left_types", "pair_topics")
    with op.batch_alter_table("change") as batch:
        for name in names:
            batch.add_column(sa.Column(name, sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("change") as batch:
        for name in names:
            batch.alter_column(name, server_default=None)


def _make_publication() -> None:
    text, instant = sa.Text(), sa.DateTime(timezone=True)
    op.create_table(
        "publication",
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
        sa.PrimaryKeyConstraint("since", name="pk_publication"),
    )
    shown = {
        "article": ["article_id"],
        "slug": ["slug", "locale"],
        "published": ["published_at", "article_id"],
        "updated": ["updated_at", "article_id"],
        "title": ["title", "article_id"],
        "locale": ["locale", "published_at", "article_id"],
        "original": ["original_id"],
    }
    op.create_index("ix_publication_published", "publication", ["published_at", "article_id"])
    op.create_index("ix_publication_article", "publication", ["article_id", "since"])
    op.create_index("ix_publication_slug", "publication", ["slug"])
    op.create_index(
        "ix_publication_until", "publication", ["until"], postgresql_where=PAST, sqlite_where=PAST
    )
    op.create_index("ix_publication_edition_id", "publication", ["edition_id"])
    # Of two that serve alike SQLite takes the index made last: the one without history.
    for name, columns in shown.items():
        unique = name in {"article", "slug"}
        _index_shown(f"ix_publication_shown_{name}", "publication", columns, unique=unique)


def _make_publication_topic() -> None:
    op.create_table(
        "publication_topic",
        sa.Column("since", SEQUENCE, autoincrement=False, nullable=False),
        sa.Column("topic", sa.String(length=130), nullable=False),
        sa.Column("until", SEQUENCE, nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("article_id", sa.String(length=36), nullable=False),
        _reference("publication_topic", "since", "publication", "since"),
        sa.PrimaryKeyConstraint("since", "topic", name="pk_publication_topic"),
    )
    order = ["topic", "published_at", "article_id"]
    op.create_index("ix_publication_topic_published", "publication_topic", order)
    op.create_index("ix_publication_topic_article", "publication_topic", ["article_id"])
    _index_shown("ix_publication_topic_shown", "publication_topic", order)


def _make_publication_pair() -> None:
    op.create_table(
        "publication_pair",
        sa.Column("since", SEQUENCE, autoincrement=False, nullable=False),
        sa.Column("topic", sa.String(length=130), nullable=False),
        sa.Column("item_id", sa.String(length=36), nullable=False),
        sa.Column("until", SEQUENCE, nullable=True),
        sa.Column("fold", sa.String(length=64), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=True),
        sa.Column("article_id", sa.String(length=36), nullable=False),
        _reference("publication_pair", "since", "publication", "since"),
        sa.PrimaryKeyConstraint("since", "topic", "item_id", name="pk_publication_pair"),
    )
    table = "publication_pair"
    op.create_index("ix_publication_pair_topic", table, ["topic", "item_id"])
    op.create_index("ix_publication_pair_fold", table, ["fold"])
    op.create_index("ix_publication_pair_article", table, ["article_id"])
    _index_shown("ix_publication_pair_shown", table, ["topic", "item_id"])
    _index_shown("ix_publication_pair_shown_fold", table, ["fold", "topic", "item_id"])


def _reference(table: str, column: str, other: str, key: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.{key}"], name=f"fk_{table}_{column}_{other}", ondelete="CASCADE"
    )


def _index_shown(name: str, table: str, columns: list[str], *, unique: bool = False) -> None:
    op.create_index(name, table, columns, unique=unique, postgresql_where=SHOWN, sqlite_where=SHOWN)


def _fill(connection: sa.Connection) -> None:
    """Write down, change by change, what the log says that readers saw."""
    tables = sa.MetaData()
    names = ("article", "edition", "section", "faq_item", "change", "topic", "topic_label")
    made = ("publication", "publication_topic", "publication_pair", "topic_naming", "topic_tally")
    tables.reflect(connection, only=[*names, *made])
    filling = _Filling(connection, tables.tables)
    for change in connection.execute(
        sa.select(tables.tables["change"]).order_by(tables.tables["change"].c.sequence)
    ).all():
        filling.take(change)
    _tally(connection, tables.tables)


def _tally(connection: sa.Connection, tables: Any) -> None:
    """Count what is shown: articles, sections by type, and different pairs, by topic and in all."""
    shown, placed, pair, section = (
        tables[name] for name in ("publication", "publication_topic", "publication_pair", "section")
    )
    now = shown.c.until.is_(None)
    places = sa.union_all(
        sa.select(sa.literal("").label("topic"), shown.c.edition_id).where(now),
        sa.select(placed.c.topic, shown.c.edition_id)
        .join(shown, shown.c.since == placed.c.since)
        .where(now),
    ).subquery()
    topic = places.c.topic
    for counted in (
        sa.select(topic, sa.literal(""), sa.func.count()).group_by(topic),
        sa.select(topic, section.c.type, sa.func.count())
        .join(section, section.c.edition_id == places.c.edition_id)
        .group_by(topic, section.c.type),
        sa.select(pair.c.topic, sa.literal("?"), sa.func.count(pair.c.fold.distinct()))
        .where(pair.c.until.is_(None))
        .group_by(pair.c.topic),
    ):
        into = ["topic", "counted", "total"]
        connection.execute(sa.insert(tables["topic_tally"]).from_select(into, counted))


class _Filling:
    """The state of readers' sight while the log is gone through."""

    def __init__(self, connection: sa.Connection, tables: Any) -> None:
        self.connection = connection
        self.tables = tables
        self.labels = dict(self._labels())
        self.named: set[str] = set()
        self.seen: dict[str, Any] = {}
        """The last upsert of each article that readers see."""
        self.first: dict[str, Any] = {}

    def take(self, change: Any) -> None:
        before = self.seen.pop(change.article_id, None)
        if before is not None:
            self._close(before.sequence, change.sequence)
            self._note_left(before, change)
        if change.kind == "upsert":
            self.seen[change.article_id] = change
            self.first.setdefault(change.article_id, change.at)
            self._show(change)
        self._note_pairs(change)

    def _show(self, change: Any) -> None:
        edition = self._edition(change)
        article = self._one("article", change.article_id)
        if edition is None or article is None:
            return
        published = self._instant(edition.live_from) or change.at
        self._insert(
            "publication",
            [
                {
                    "since": change.sequence,
                    "article_id": change.article_id,
                    "original_id": change.article_id,
                    "edition_id": edition.id,
                    "number": edition.number,
                    "locale": change.locale,
                    "slug": change.slug,
                    "title": edition.title,
                    "summary": edition.summary,
                    "word_count": edition.word_count,
                    "digest": change.digest,
                    "published_at": published,
                    "first_published_at": self.first[change.article_id],
                    "updated_at": change.at,
                    "topics": [self._topic(ref, change.locale) for ref in change.topics],
                }
            ],
        )
        self._place(change, edition.id, published)

    def _place(self, change: Any, edition_id: str, published: Any) -> None:
        place = {"since": change.sequence, "article_id": change.article_id}
        self._insert(
            "publication_topic",
            [{**place, "topic": ref, "published_at": published} for ref in change.topics],
        )
        item = self.tables["faq_item"]
        items = self.connection.execute(
            sa.select(item.c.id, item.c.fold, item.c.type).where(
                item.c.edition_id == edition_id, item.c.fold.is_not(None)
            )
        ).all()
        self._insert(
            "publication_pair",
            [
                {**place, "topic": ref, "item_id": each.id, "fold": each.fold, "type": each.type}
                for each in items
                for ref in ("", *change.topics)
            ],
        )
        for ref in set(change.topics) - self.named:
            self.named.add(ref)
            shown = self.labels.get(ref, [])
            self._insert(
                "topic_naming", [{"topic": ref, "since": change.sequence, "labels": shown}]
            )

    def _close(self, since: int, until: int) -> None:
        for name in ("publication", "publication_topic", "publication_pair"):
            table = self.tables[name]
            self.connection.execute(
                sa.update(table).where(table.c.since == since).values(until=until)
            )

    def _note_left(self, before: Any, change: Any) -> None:
        table = self.tables["change"]
        types = {each["type"] for each in before.sections}
        left = types - {each["type"] for each in change.sections}
        self.connection.execute(
            sa.update(table)
            .where(table.c.sequence == change.sequence)
            .values(
                left_topics=sorted(set(before.topics) - set(change.topics)),
                left_types=sorted(left),
            )
        )

    def _note_pairs(self, change: Any) -> None:
        """Note the topics of other articles that have a pair which this one has, or had."""
        table, pair = self.tables["change"], self.tables["publication_pair"]
        own, other = pair.alias("own"), pair.alias("other")
        found = self.connection.scalars(
            sa.select(other.c.topic)
            .join(own, own.c.fold == other.c.fold)
            .where(
                own.c.article_id == change.article_id,
                own.c.topic == "",
                sa.or_(own.c.until.is_(None), own.c.until == change.sequence),
                other.c.article_id != change.article_id,
                other.c.topic != "",
                other.c.until.is_(None),
            )
            .distinct()
            .order_by(other.c.topic)
        ).all()
        if found:
            self.connection.execute(
                sa.update(table)
                .where(table.c.sequence == change.sequence)
                .values(pair_topics=list(found))
            )

    def _edition(self, change: Any) -> Any:
        edition = self.tables["edition"]
        return self.connection.execute(
            sa.select(edition)
            .where(
                edition.c.article_id == change.article_id,
                edition.c.live_from <= change.sequence,
                sa.or_(edition.c.live_until.is_(None), edition.c.live_until > change.sequence),
            )
            .order_by(edition.c.number.desc())
        ).first()

    def _instant(self, sequence: int) -> Any:
        change = self.tables["change"]
        return self.connection.scalar(sa.select(change.c.at).where(change.c.sequence == sequence))

    def _one(self, name: str, key: str) -> Any:
        table = self.tables[name]
        return self.connection.execute(sa.select(table.c.id).where(table.c.id == key)).first()

    def _insert(self, name: str, rows: list[dict[str, Any]]) -> None:
        if rows:
            self.connection.execute(sa.insert(self.tables[name]), rows)

    def _labels(self) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        topic, label = self.tables["topic"], self.tables["topic_label"]
        for each in self.connection.execute(sa.select(topic)).all():
            rows = self.connection.execute(
                sa.select(label.c.locale, label.c.kind, label.c.label)
                .where(label.c.topic_id == each.id, label.c.kind != "hidden")
                .order_by(label.c.kind != "preferred", label.c.position)
            )
            yield f"{each.kind}:{each.key}", [dict(row) for row in rows.mappings()]

    def _topic(self, ref: str, locale: str) -> dict[str, Any]:
        """The topic with the label that the locale has, or else its language, or English."""
        kind, _, key = ref.partition(":")
        preferred = [each for each in self.labels.get(ref, []) if each["kind"] == "preferred"]
        shown = {"label": key, "locale": locale}
        for wanted in (locale, locale.partition("-")[0], "en"):
            found = [each for each in preferred if each["locale"] == wanted]
            if found:
                shown = found[0]
                break
        else:
            shown = preferred[0] if preferred else shown
        return {"kind": kind, "key": key, "label": shown["label"], "locale": shown["locale"]}
