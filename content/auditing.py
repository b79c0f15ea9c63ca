"""The audit, read: who did what to which object, from which token and address, and when.

Entries are written by `Work.audit` in the unit of work of the act. Their ids are UUIDv7 (RFC
9562): in their order the acts are in the order of time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from content.library import Library
from content.models import AuditEntry
from content.published import Page, PageRequest

BATCH: Final = 500
"""Entries that an export reads at once; it keeps no snapshot open while somebody is slow."""


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """What the audit is narrowed to; `until` is exclusive."""

    actor: str | None = None
    user_id: str | None = None
    token_id: str | None = None
    action: str | None = None
    object_kind: str | None = None
    object_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def entries(session: Session, wanted: AuditQuery, page: PageRequest) -> Page[AuditEntry]:
    """A page of entries, newest first."""
    statement = _narrowed(wanted)
    total = None
    if page.count:
        total = session.scalar(select(func.count()).select_from(statement.subquery()))
    if page.after:
        statement = statement.where(AuditEntry.id < page.after[0])
    found = session.scalars(statement.order_by(AuditEntry.id.desc()).limit(page.limit + 1)).all()
    shown = list(found[: page.limit])
    return Page(shown, [shown[-1].id] if len(found) > page.limit else None, total)


def exported(library: Library, wanted: AuditQuery) -> Iterator[AuditEntry]:
    """Every entry, oldest first.

    Read batch by batch, each in a snapshot of its own: nothing is ever changed or taken away, so
    that together they are as one. Raises `LibraryUnavailable`.
    """
    last = ""
    while True:
        statement = _narrowed(wanted).where(AuditEntry.id > last).order_by(AuditEntry.id)
        with library.reading() as session:
            batch = session.scalars(statement.limit(BATCH)).all()
        yield from batch
        if len(batch) < BATCH:
            return
        last = batch[-1].id


def _narrowed(wanted: AuditQuery) -> Select[AuditEntry]:
    statement = select(AuditEntry)
    for name in ("actor", "user_id", "token_id", "action", "object_kind", "object_id"):
        value: Any = getattr(wanted, name)
        if value is not None:
            statement = statement.where(getattr(AuditEntry, name) == value)
    if wanted.since is not None:
        statement = statement.where(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(AuditEntry.at < wanted.until)
    return statement
