"""Cursors: where in a list to go on, signed, and bound to the list that they came from."""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from content.errors import Invalid, Reason
from content.published import Key, PageRequest

_SIGNATURE: Final = 12
_NOT_OF_THE_LIST: Final = frozenset(
    {"cursor", "limit", "count", "fields_", "format", "facets", "explain"}
)
"""What may be another from page to page: it says how items are shown, not which."""


@dataclass(frozen=True, slots=True)
class Cursors:
    """Makes and opens cursors with a secret key."""

    key: bytes

    def seal(self, place: Key, list_name: str, query: Mapping[str, Any]) -> str:
        """The cursor that goes on after `place` in that list, narrowed by that query."""
        payload = orjson.dumps(place)
        return _encoded(self._sign(payload, list_name, query) + payload)

    def open(self, cursor: str, list_name: str, query: Mapping[str, Any]) -> Key:
        """The place that a cursor means. Raises `Invalid` unless it was sealed for this list."""
        try:
            sealed = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        except (Base64Error, ValueError) as error:
            raise _refusal() from error
        if _encoded(sealed) != cursor:  # The decoder passes over what does not belong.
            raise _refusal()
        signature, payload = sealed[:_SIGNATURE], sealed[_SIGNATURE:]
        if not hmac.compare_digest(signature, self._sign(payload, list_name, query)):
            raise _refusal()
        place: Key = orjson.loads(payload)
        return place

    def _sign(self, payload: bytes, list_name: str, query: Mapping[str, Any]) -> bytes:
        narrowed = {
            # One order for all spellings: an answer that is kept goes to those of another one.
            name: sorted(set(value)) if isinstance(value, list) else value
            for name, value in query.items()
            if name not in _NOT_OF_THE_LIST
        }
        bound = orjson.dumps([list_name, narrowed], default=str, option=orjson.OPT_SORT_KEYS)
        digest = hmac.new(self.key, bound + b"\0" + payload, hashlib.sha256).digest()
        return digest[:_SIGNATURE]


def _encoded(sealed: bytes) -> str:
    return urlsafe_b64encode(sealed).decode().rstrip("=")


def page_request(cursors: Cursors, list_name: str, query: Mapping[str, Any]) -> PageRequest:
    """The page that a validated query asks for."""
    cursor = query.get("cursor")
    after = cursors.open(cursor, list_name, query) if cursor else None
    return PageRequest(query["limit"], after, query.get("count", False))


def _refusal() -> Invalid:
    detail = "This cursor was not made by this list with these filters: start without a cursor."
    return Invalid("The cursor is not valid.", [Reason("cursor", "invalid_cursor", detail)])
