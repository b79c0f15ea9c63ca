"""Which other origins may read answers in a browser (CORS, the Fetch standard)."""

from collections.abc import Sequence
from typing import Final

from flask import Flask, Response, request

from api.answers import ANSWER
from api.quotas import HEADERS

EXPOSED: Final = ", ".join(
    (
        "ETag, Link, Content-Sequence, Last-Modified, Location, Retry-After, X-Request-Id",
        *HEADERS,
    )
)
ALLOWED: Final = (
    "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Request-Id"
)
PREFLIGHT_SECONDS: Final = 7200

_EXPOSING: Final = ("Access-Control-Expose-Headers", EXPOSED)
_OPEN: Final = (("Access-Control-Allow-Origin", "*"), _EXPOSING)


class Sharing:
    """Which origins may read what; `*` opens delivery to all, and admin only to those named."""

    def __init__(self, origins: Sequence[str]) -> None:
        self._open = "*" in origins
        self._named = frozenset(origins) - {"*"}
        self.vary = "Accept-Encoding" if self._open else "Accept-Encoding, Origin"
        """What delivery answers depend on; where origins are named, on who asks."""

    def headers(self, origin: str | None, *, admin: bool = False) -> Sequence[tuple[str, str]]:
        """What lets a page of that origin read the answer; nothing, where it may not."""
        if self._open and not admin:
            return _OPEN
        if origin is None or origin not in self._named:
            return ()
        return (("Access-Control-Allow-Origin", origin), _EXPOSING)

    def register(self, app: Flask) -> None:
        """Say it on every answer that comes from the application."""
        app.after_request(self._allow)

    def _allow(self, response: Response) -> Response:
        if ANSWER in request.environ:  # It is sent from elsewhere.
            return response
        admin = request.path.startswith("/api/v1/admin")
        if admin or not self._open:
            # The answer depends on who asks, also where it refuses.
            response.vary.add("Origin")
        allowed = self.headers(request.headers.get("Origin"), admin=admin)
        response.headers.update(allowed)
        if allowed and request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "GET")
            response.headers["Access-Control-Allow-Headers"] = ALLOWED
            response.headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
        return response
