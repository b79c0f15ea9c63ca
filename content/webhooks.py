"""Webhooks: who is told of changes, how far each has been told, and what came of it.

No secret is stored: what signs is derived from the key of the house, and what purges is a
setting.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from content.models import Id, Sequence, Stored, guarded_by, new_id, now

UPSERT: Final = "article.upsert"
TOMBSTONE: Final = "article.tombstone"
EVENTS: Final = (UPSERT, TOMBSTONE)
"""What there is to be told of, as the change log has it."""

PING: Final = "webhook.ping"
"""The event of a trial, which tells of no change."""

MOST_TOLD: Final = 500
"""Characters of an error or an answer that are kept."""


class Flavour(StrEnum):
    """What a receiver takes: signed events (Standard Webhooks), or purges of a cache by tags."""

    STANDARD = "standard"
    FASTLY = "fastly"
    CLOUDFLARE = "cloudflare"
    VARNISH = "varnish"


class Endpoint(Stored):
    """Who is told of changes, and how far: columns from `sequence` on are the deliverer's."""

    __tablename__ = "webhook"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200))
    url: Mapped[str]
    flavour: Mapped[str] = mapped_column(String(16))
    events: Mapped[list[str]]
    """Some of `EVENTS`; all when it is empty, as below."""
    topics: Mapped[list[str]]
    """`kind:key` of each; changes of what stands, or stood until then, under one of them."""
    types: Mapped[list[str]]
    """Types of sections, likewise."""
    locale: Mapped[str | None] = mapped_column(String(35))
    secret_version: Mapped[int] = mapped_column(default=1)
    rotated_at: Mapped[datetime | None]
    """When the version before was replaced: it signs too for some time."""
    paused_at: Mapped[datetime | None]
    pause_reason: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(default=now)
    revision: Mapped[int] = mapped_column(default=1)
    sequence: Mapped[int] = mapped_column(Sequence)
    """The checkpoint: everything up to this point of the log was told, or did not concern it."""
    article_id: Mapped[str | None] = mapped_column(Id)
    """Of the next number the last article that was told, in the order of their ids."""
    failures: Mapped[int] = mapped_column(default=0)
    """Attempts that failed since the last one that did not."""
    failing_since: Mapped[datetime | None]
    next_attempt_at: Mapped[datetime | None]
    """Not before; None for at once."""
    delivered_at: Mapped[datetime | None]
    lease: Mapped[str | None] = mapped_column(Id)
    """Who is telling it now, if `leased_until` lies ahead; nobody else does meanwhile."""
    leased_until: Mapped[datetime | None]
    replays: Mapped[list["Replay"]] = relationship(
        viewonly=True,
        order_by="Replay.id",
        primaryjoin="and_(Replay.webhook_id == Endpoint.id, Replay.finished_at.is_(None))",
    )
    """Those that are not finished."""

    __mapper_args__ = guarded_by(revision)


class Replay(Stored):
    """A part of the log that is told once more, after all that is new."""

    __tablename__ = "webhook_replay"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    webhook_id: Mapped[str] = mapped_column(ForeignKey("webhook.id", ondelete="CASCADE"))
    first: Mapped[int] = mapped_column(Sequence)
    last: Mapped[int] = mapped_column(Sequence)
    sequence: Mapped[int] = mapped_column(Sequence)
    """Its own checkpoint, with `article_id` as that of an endpoint."""
    article_id: Mapped[str | None] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by: Mapped[str]
    finished_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_webhook_replay_webhook_id", "webhook_id", "finished_at"),)


class Delivery(Stored):
    """One attempt to tell, and what came of it."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        Index("ix_webhook_delivery_webhook_id", "webhook_id", "id"),
        Index("ix_webhook_delivery_failed", "webhook_id", "delivered", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    webhook_id: Mapped[str] = mapped_column(ForeignKey("webhook.id", ondelete="CASCADE"))
    message_id: Mapped[str] = mapped_column(String(64))
    """The same in every attempt, and in a replay."""
    event: Mapped[str] = mapped_column(String(32))
    """One of `EVENTS`, `PING`, or `purge` of what may be several changes."""
    sequence: Mapped[int | None] = mapped_column(Sequence)
    """The last change that it told of."""
    article_id: Mapped[str | None] = mapped_column(Id)
    attempt: Mapped[int]
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    delivered: Mapped[bool]
    status: Mapped[int | None]
    duration_ms: Mapped[int | None]
    """None where nobody was reached."""
    error: Mapped[str | None]
    answer: Mapped[str | None]
    """The first characters of what a receiver answered that did not take it."""
    replay_id: Mapped[str | None] = mapped_column(Id)
