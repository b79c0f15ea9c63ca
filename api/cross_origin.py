"""Which other origins may read answers in a browser (CORS, the Fetch standard)."""

from collections.abc import Sequence
from typing import Final

from flask import Flask, Response, request

from api.quotas import HEADERS

EXPOSED: Final = ", ".join(
    (
        "ETag, Link, Content-Sequence, Last-Modified, Location, Retry-After, X-Request-Id",
        *HEADERS,
    )
)
ALLOWED: Final = "Authorization, Content-Type, If-Match, If-None-Match, X-Request-Id"
PREFLIGHT_SECONDS: Final = 7200


def register(app: Flask, origins: Sequence[str]) -> None:
    """Allow the origins; `*` opens delivery to all, and admin never to more than those named."""

    def allow(response: Response) -> Response:
        origin = request.headers.get("Origin")
        open_to_all = "*" in origins and not request.path.startswith("/api/v1/admin")
        if open_to_all:
            response.headers["Access-Control-Allow-Origin"] = "*"
        else:
            # The answer depends on who asks, also where it refuses.
            response.vary.add("Origin")
            if origin is None or origin not in origins:
                return response
            response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = EXPOSED
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "GET")
            response.headers["Access-Control-Allow-Headers"] = ALLOWED
            response.headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
        return response

    app.after_request(allow)
