"""Corrections and heading phrases; stored proposals get ids, pieces and counted topics."""

from collections.abc import Callable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from alembic import op

from content.importing.blocks import join_markdown

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BATCH = 50
Document = dict[str, Any]

proposal = sa.table("proposal", sa.column("id", sa.String), sa.column("document", sa.JSON))


def upgrade() -> None:
    """Make the tables; bring every proposal into the form that can be corrected."""
    op.create_table(
        "correction",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("proposal_id", sa.String(length=36), nullable=False),
        sa.Column("locale", sa.String(length=35), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("heading", sa.Text(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("type_before", sa.String(length=64), nullable=True),
        sa.Column("type_after", sa.String(length=64), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name="fk_correction_proposal_id_proposal"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_correction"),
    )
    op.create_index("ix_correction_at", "correction", ["at"])
    op.create_index("ix_correction_proposal_id", "correction", ["proposal_id"])
    op.create_table(
        "heading_phrase",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("locale", sa.String(length=35), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("phrase", sa.String(length=80), nullable=False),
        sa.Column("folded", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_heading_phrase"),
        sa.UniqueConstraint("locale", "folded", name="uq_heading_phrase_locale_folded"),
    )
    rewrite(with_ids)


def downgrade() -> None:
    rewrite(without_ids)
    op.drop_table("heading_phrase")
    op.drop_index("ix_correction_proposal_id", "correction")
    op.drop_index("ix_correction_at", "correction")
    op.drop_table("correction")


def rewrite(form: Callable[[Document], Document]) -> None:
    """Put another form in the place of every proposal's document, a few at a time."""
    connection = op.get_bind()
    last = ""
    while True:
        some = sa.select(proposal).where(proposal.c.id > last).order_by(proposal.c.id).limit(BATCH)
        rows = connection.execute(some).all()
        if not rows:
            return
        for row in rows:
            one = sa.update(proposal).where(proposal.c.id == row.id)
            connection.execute(one.values(document=form(row.document)))
        last = rows[-1].id


def with_ids(document: Document) -> Document:
    """The form of now; each body, which was one text, becomes one piece."""
    if "last_number" in document:
        return document
    numbers = iter(range(1, 1 << 31))
    articles = [article_with_ids(each, numbers) for each in document["articles"]]
    set_aside = [
        {"id": f"p{next(numbers)}", "spans": [each["span"]]}
        | {name: each[name] for name in ("text", "reason")}
        for each in document["set_aside"]
    ]
    return {
        "format": document["format"],
        "encoding": document["encoding"],
        "articles": articles,
        "set_aside": set_aside,
        "remarks": [],
        "last_number": next(numbers) - 1,
    }


def article_with_ids(article: Document, numbers: Iterator[int]) -> Document:
    identity = f"p{next(numbers)}"
    return {
        **article,
        "id": identity,
        "topics": [topic(ref, position) for position, ref in enumerate(article["topics"])],
        "sections": [section_with_ids(each, numbers) for each in article["sections"]],
    }


def topic(ref: str, position: int) -> Document:
    kind, _, key = ref.partition(":")
    return {"kind": kind, "key": key, "label": key, "count": 0, "primary": position == 0}


def section_with_ids(section: Document, numbers: Iterator[int]) -> Document:
    kept = {name: value for name, value in section.items() if name not in {"body", "spans"}}
    identity = f"p{next(numbers)}"
    spans = list(section["spans"])
    heading_spans = spans[:1] if section["heading"] is not None else []
    rest = spans[len(heading_spans) :]
    pieces = []
    if section["body"]:
        span = rest.pop(0) if rest else [0, 0]
        pieces = [
            {
                "span": span,
                "markdown": section["body"],
                "kind": "paragraph",
                "marker": "-",
                "depth": 0,
            }
        ]
    return {
        **kept,
        "id": identity,
        # A piece has one span; others of the same body are kept where a section has several.
        "heading_spans": heading_spans + rest,
        "pieces": pieces,
        "items": [{"id": f"p{next(numbers)}", **each} for each in section["items"]],
        "topics": [],
        "split": None,
        "similar": [],
    }


def without_ids(document: Document) -> Document:
    """The form of before; what it has no place for is dropped, never a text or a span."""
    return {
        "format": document["format"],
        "encoding": document["encoding"],
        "articles": [article_without_ids(each) for each in document["articles"]],
        "set_aside": [
            {"span": span, "text": each["text"] if not number else "", "reason": each["reason"]}
            for each in document["set_aside"]
            for number, span in enumerate(each["spans"])
        ],
    }


def article_without_ids(article: Document) -> Document:
    kept = ("title", "title_spans", "summary")
    return {
        **{name: article[name] for name in kept},
        "topics": [f"{each['kind']}:{each['key']}" for each in article["topics"]],
        "sections": [section_without_ids(each) for each in article["sections"]],
    }


def section_without_ids(section: Document) -> Document:
    kept = ("heading", "level", "type", "confidence", "runner_up", "evidence")
    pieces = [
        SimpleNamespace(**each, is_item=each["kind"] in {"list_item", "item_more"})
        for each in section["pieces"]
    ]
    spans = [*section["heading_spans"], *(each["span"] for each in section["pieces"])]
    return {
        **{name: section[name] for name in kept},
        "body": join_markdown(pieces),
        "spans": [span for span in spans if list(span) != [0, 0]],
        "items": [
            {name: each[name] for name in ("question", "answer", "type", "spans")}
            for each in section["items"]
        ],
    }
