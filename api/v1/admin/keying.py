"""Idempotency keys of requests (draft-ietf-httpapi-idempotency-key-header-07)."""

import hashlib
import re
from typing import Any, Final

import orjson
from flask import Request, request

from api.errors import Problem
from api.parsing import body_bytes, json_body
from content.repeating import Act

HEADER: Final = "Idempotency-Key"

_KEY: Final = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?", re.ASCII)
_QUOTED: Final = re.compile(r'"(.*)"')


def sent_act() -> Act | None:
    """What this request asks to be done once; None where it is no POST, or has no key.

    The draft has the key in quotes; without them it is the same key. Raises `Problem` 400 for a
    key that is none.
    """
    sent = request.headers.get(HEADER)
    if sent is None or request.method != "POST":
        return None
    key = _QUOTED.sub(r"\1", sent.strip())
    if not _KEY.fullmatch(key):
        raise Problem(
            400,
            "malformed-idempotency-key",
            f"Send as {HEADER} 1 to 255 printable ASCII characters, such as a UUID.",
        )
    return Act(key, f"{request.method} {request.path}", _digest(request))


def _digest(req: Request) -> str:
    """The SHA-256 of what a request says, however it is spelt."""
    said = _form(req) if req.mimetype == "multipart/form-data" else _document(req)
    return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _document(req: Request) -> Any:
    return json_body(req) if body_bytes(req) else {}


def _form(req: Request) -> Any:
    """Fields and files of a form: how its parts are set apart differs from time to time."""
    files = []
    for name, upload in req.files.items(multi=True):
        upload.stream.seek(0)
        files.append([name, upload.filename, hashlib.sha256(upload.stream.read()).hexdigest()])
        upload.stream.seek(0)
    return [list(req.form.items(multi=True)), files]
