"""What every table is made of: identities, instants and revisions."""

from datetime import UTC, datetime
from typing import Any

import uuid_utils
from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
)
from sqlalchemy.orm import DeclarativeBase, Mapped


class Instant(TypeDecorator[datetime]):
    """An instant in UTC; SQLite keeps it without its zone, so the zone is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse an instant without a zone: it would mean another moment on each machine."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back the zone that SQLite does not keep."""
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


def new_id() -> str:
    """A UUIDv7 (RFC 9562): opaque to callers, and in order of creation, which indexes like."""
    return str(uuid_utils.uuid7())


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)


def guarded_by(revision: Mapped[int]) -> dict[str, Any]:
    """Have every UPDATE ask for the revision that was read; acts count it up themselves.

    Counting by hand lets a section keep its revision when a new draft copies it, so that an
    entity tag never means two texts.
    """
    return {"version_id_col": revision, "version_id_generator": False}


Id = String(36)
Key = String(64)
Sequence = BigInteger().with_variant(Integer, "sqlite")


class Stored(DeclarativeBase):
    """The root of all that is stored; names of constraints are fixed so that they migrate."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.
        str: Text,
        datetime: Instant,
        dict[str, Any]: JSON,
        list[str]: JSON,
        list[dict[str, Any]]: JSON,
    }
