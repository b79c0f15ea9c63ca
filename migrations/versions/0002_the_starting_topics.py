"""The starting topics: the field's procedures, conditions, concerns and their names."""

import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import op

from content.models import new_id

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

VOCABULARY = Path(__file__).parents[1] / "topics.toml"

topic = sa.table(
    "topic",
    sa.column("id", sa.String),
    sa.column("kind", sa.String),
    sa.column("key", sa.String),
    sa.column("revision", sa.Integer),
)
topic_label = sa.table(
    "topic_label",
    sa.column("id", sa.String),
    sa.column("topic_id", sa.String),
    sa.column("locale", sa.String),
    sa.column("kind", sa.String),
    sa.column("label", sa.String),
    sa.column("position", sa.Integer),
)


def upgrade() -> None:
    """Put the topics in; from here on they are the site's own to change."""
    entries = tomllib.loads(VOCABULARY.read_text(encoding="utf-8"))["topic"]
    topics = [
        {"id": new_id(), "kind": entry["kind"], "key": entry["key"], "revision": 1}
        for entry in entries
    ]
    op.bulk_insert(topic, topics)
    op.bulk_insert(
        topic_label,
        [
            label
            for row, entry in zip(topics, entries, strict=True)
            for label in labels(row["id"], entry)
        ],
    )


def downgrade() -> None:
    """Take the topics out with all that refers to them; the next step drops the tables anyway."""
    for table in ("article_topic", "topic_label", "topic"):
        op.execute(sa.delete(sa.table(table)))


def labels(topic_id: str, entry: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The rows of one topic's labels, the preferred one first."""
    named = [("preferred", entry["label"])]
    named += [("alternative", label) for label in entry.get("also", [])]
    named += [("hidden", label) for label in entry.get("hidden", [])]
    for position, (kind, label) in enumerate(named, start=1):
        yield {
            "id": new_id(),
            "topic_id": topic_id,
            "locale": "en",
            "kind": kind,
            "label": label,
            "position": position,
        }
