"""One table from the domain's errors to status codes, and one shape for all of them (RFC 9457)."""

import logging
import math
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

import orjson
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge

from content import errors
from content.authorising import TokenRefused
from content.signing_in import StateSpent
from content.staffing import EmailTaken, LastAdmin

log = logging.getLogger(__name__)

STATUS: Final[dict[type[errors.DermisError], tuple[int, str]]] = {
    errors.DermisError: (500, "error"),
    errors.Refused: (422, "invalid"),
    errors.Unknown: (404, "not-found"),
    errors.Withdrawn: (410, "withdrawn"),
    errors.PointExpired: (410, "point-expired"),
    errors.Moved: (308, "moved"),
    errors.Invalid: (422, "invalid"),
    errors.Conflict: (409, "conflict"),
    errors.SlugTaken: (409, "slug-taken"),
    errors.TopicTaken: (409, "topic-taken"),
    errors.TopicInUse: (409, "topic-in-use"),
    errors.PictureInUse: (409, "picture-in-use"),
    errors.SharedText: (409, "shared-text"),
    errors.SharedInUse: (409, "shared-in-use"),
    errors.NotPublishable: (409, "not-publishable"),
    errors.KeyReused: (422, "key-reused"),
    errors.StillRunning: (409, "still-running"),
    errors.ShownOnce: (409, "shown-once"),
    errors.PreviewRefused: (404, "preview-refused"),
    errors.NotSubmittable: (409, "not-submittable"),
    errors.NotReviewable: (409, "not-reviewable"),
    errors.MayNotPublish: (403, "may-not-publish"),
    errors.NotPermitted: (403, "not-permitted"),
    errors.SignInRefused: (401, "sign-in-refused"),
    errors.ProviderUnreachable: (503, "provider-unreachable"),
    errors.TooSoon: (429, "too-many-failures"),
    errors.EditConflict: (412, "edit-conflict"),
    errors.MergeConflict: (409, "merge-conflict"),
    errors.SourceRefused: (422, "source-refused"),
    errors.ArchiveRefused: (422, "archive-refused"),
    errors.SearchUnavailable: (503, "search-unavailable"),
    errors.IndexMissing: (503, "search-unavailable"),
    errors.IndexUnreachable: (503, "search-unavailable"),
    errors.LibraryUnavailable: (503, "library-unavailable"),
    errors.LibraryOutdated: (503, "library-outdated"),
    TokenRefused: (401, "unauthenticated"),
    StateSpent: (401, "sign-in-refused"),
    EmailTaken: (409, "email-taken"),
    LastAdmin: (409, "last-admin"),
}
"""Every error of the domain; a test checks that none is missing."""

TITLES: Final[dict[int, str]] = {
    308: "Moved",
    400: "Malformed request",
    401: "Not authenticated",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    406: "Not acceptable",
    409: "The state forbids it",
    410: "Withdrawn",
    412: "Changed in the meantime",
    413: "Too large",
    414: "Address too long",
    415: "Unsupported media type",
    422: "Invalid",
    428: "Precondition required",
    429: "Too many requests",
    500: "Internal error",
    503: "Unavailable",
}

RETRY_AFTER: Final = "5"
"""Seconds; SQLite writers wait longer than that before they give up, PostgreSQL restarts faster."""

_MOST_REPEATED: Final = 1_000
# Characters of the path that an answer repeats; quoted, it may be three times as long.


class Problem(Exception):
    """A refusal that only HTTP knows: a missing header, a malformed body."""

    def __init__(
        self,
        status: int,
        kind: str,
        detail: str,
        entries: Sequence[dict[str, str]] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.detail = detail
        self.entries = list(entries)
        self.headers = headers or {}


def register(app: Flask) -> None:
    """Have every error of the application answered in the one shape."""
    app.register_error_handler(Problem, _answer_problem)
    app.register_error_handler(errors.Moved, _answer_moved)
    app.register_error_handler(errors.DermisError, _answer_domain)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(Exception, _answer_fault)


def status_of(error: errors.DermisError) -> tuple[int, str]:
    """The status code and the problem's kind for an error of the domain."""
    for kind in type(error).__mro__:
        if kind in STATUS:
            return STATUS[kind]
    return STATUS[errors.DermisError]


def problem(
    status: int,
    kind: str,
    detail: str,
    entries: Sequence[dict[str, str]] = (),
    headers: dict[str, str] | None = None,
    *,
    members: Mapping[str, object] | None = None,
) -> Response:
    """An answer of type `application/problem+json`; `entries` become its `errors`.

    `members` are said besides (RFC 9457, section 3.2): plain data or dataclasses.
    """
    document: dict[str, Any] = {
        **(members or {}),
        "type": f"urn:dermis:problem:{kind}",
        "title": TITLES.get(status, "Error"),
        "status": status,
        "detail": detail,
        "instance": quote(request.path[:_MOST_REPEATED]),
        "request_id": g.get("request_id", ""),
    }
    if entries:
        document["errors"] = list(entries)
    body = orjson.dumps(document, default=str)
    response = Response(body, status, mimetype="application/problem+json")
    response.headers["Cache-Control"] = "no-store"
    if status == 503:
        response.headers["Retry-After"] = RETRY_AFTER
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="dermis"'
    response.headers.update(headers or {})
    return response


def reason_entry(reason: errors.Reason) -> dict[str, str]:
    """A reason as an entry of `errors`: a JSON Pointer into the body, or a query parameter."""
    entry = {"detail": reason.detail, "code": reason.code}
    if reason.pointer and not reason.pointer.startswith("/"):
        return {"parameter": reason.pointer, **entry}
    return {"pointer": reason.pointer, **entry}


def _answer_problem(error: Problem) -> Response:
    return problem(error.status, error.kind, error.detail, error.entries, error.headers)


def _answer_moved(error: errors.Moved) -> Response:
    status, kind = STATUS[errors.Moved]
    response = problem(status, kind, str(error))
    path = request.path.replace(f"/articles/{_requested_slug()}", f"/articles/{error.slug}", 1)
    parts = [request.query_string.decode("latin-1")] if request.query_string else []
    if error.ambiguous:
        parts.append(f"locale={error.locale}")
    # Quoted again, because a path comes decoded: it may hold line breaks.
    response.headers["Location"] = "?".join([quote(path), *(["&".join(parts)] if parts else [])])
    return response


def _requested_slug() -> str:
    return str((request.view_args or {}).get("slug", ""))


def _answer_domain(error: errors.DermisError) -> Response:
    status, kind = status_of(error)
    entries = []
    headers = {}
    members: Mapping[str, object] = {}
    if isinstance(error, errors.MergeConflict):
        members = error.members
    if isinstance(error, errors.EditConflict) and error.text is not None:
        members = {"current": error.text}
    if isinstance(error, errors.Refused):
        entries = [reason_entry(reason) for reason in error.reasons]
    if isinstance(error, errors.TooSoon):
        headers["Retry-After"] = str(max(1, math.ceil(error.seconds)))
    if isinstance(error, errors.EditConflict) and error.current:
        headers["ETag"] = f'"{error.current}"'
    if status >= 500:
        log.warning("unavailable", extra={"reason": str(error)})
    return problem(status, kind, str(error), entries, headers, members=members)


def _answer_http(error: HTTPException) -> Response:
    status = error.code or 500
    if status == 500:
        return _answer_fault(getattr(error, "original_exception", None) or error)
    headers = {}
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        headers["Allow"] = ", ".join(sorted(error.valid_methods))
    kind = (error.name or "error").lower().replace(" ", "-")
    detail = error.description or "The request was refused."
    if isinstance(error, RequestEntityTooLarge):
        detail = "The body is larger than this server accepts (DERMIS_MAX_BYTES)."
    if status == 404:
        detail = "There is nothing at this address."
    return problem(status, kind, detail, headers=headers)


def _answer_fault(error: Exception) -> Response:
    log.error("fault", exc_info=error)
    return problem(500, "fault", "Something went wrong here; the log has it by its request id.")
