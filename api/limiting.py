"""Limits of how often somebody may ask: by token where one is asked for, else by address.

Counted are the requests that reach Flask: what the cache of finished answers sends costs next to
nothing. No library counts here, because those at hand (limits 5.8, and flask-limiter 4.1 on it)
go by the clock of the wall, keep every key that ever asked, and look through all of them in a
thread of its own every ten milliseconds.
"""

import hashlib
import re
from typing import Final

from flask import Flask, Response, current_app, g, request

from api.auth import ACCESS, PUBLIC
from api.counters import Counter, MemoryCounter, RedisCounter, Window
from api.errors import Problem
from api.proxies import client_address
from api.quotas import Quota, Standing
from api.settings import Settings
from content.authorising import PREFIX

FAILURES: Final = Quota(30, 60)
"""How often an address may send a token that is not known, or fail to sign in."""

_UNCOUNTED: Final = frozenset({"/healthz", "/readyz", "/metrics"})
# Load balancers and Prometheus ask all the time, and a full quota must not look like a dead
# process to them.
_ADMIN: Final = "/api/v1/admin/"

_TOKEN: Final = re.compile(rf"(?i:bearer) +({PREFIX}[A-Za-z0-9_-]{{16,100}}) *")
_REMEMBERED_SECONDS: Final = 3_600


def register(app: Flask, settings: Settings) -> None:
    """Count requests and refuse those beyond the quotas of the settings, where there are any."""
    counter = RedisCounter(settings.redis_url) if settings.redis_url else MemoryCounter()
    if settings.rate_limit or settings.admin_rate_limit:
        limits = _Limits(counter, settings.rate_limit, settings.admin_rate_limit)
        app.before_request(limits.admit)
        app.after_request(limits.tell)


class _Limits:
    """What is counted of whom, and what follows from it.

    Failed authentication is counted in this process, also beside Redis: a guard that ends when
    Redis does is none. A token that was good within the hour is heard even from an address that
    fails, so that one broken script does not lock out the house that it runs in.
    """

    def __init__(self, counter: Counter, default: Quota | None, admin: Quota | None) -> None:
        self._counter = counter
        self._default = default
        self._admin = admin
        self._failures = MemoryCounter()
        self._recognised = MemoryCounter()

    def admit(self) -> None:
        """Count the request. Raises `Problem` 429 when it is one too many."""
        if request.path in _UNCOUNTED:
            return
        # Only where the token is then checked: else each made-up one would have its own quota.
        digest = None
        if "Authorization" in request.headers and _is_guarded():
            g.token_digest = digest = _token_digest(request.headers["Authorization"])
            self._refuse_guess(digest)
        elif _is_door():
            self._refuse_guess(None)
        if digest is None:
            self._count("default", self._default, client_address(request.environ))
        else:
            self._count("admin", self._admin, digest)

    def tell(self, response: Response) -> Response:
        """Put where the client stands on the answer, and learn from how its token was received.

        These fields are of one client: what keeps answers for others leaves `quotas.HEADERS` out.
        """
        if "token_digest" in g:
            if "grant" in g:
                self._recognised.count(g.token_digest, _REMEMBERED_SECONDS)
            elif response.status_code == 401:
                self._failures.count(client_address(request.environ), FAILURES.seconds)
        elif response.status_code == 401 and _is_door():
            self._failures.count(client_address(request.environ), FAILURES.seconds)
        if "standing" in g:
            response.headers.extend(g.standing.headers())
        return response

    def _count(self, policy: str, quota: Quota | None, key: str) -> None:
        window = self._counter.count(f"{policy}:{key}", quota.seconds) if quota else None
        if quota and window:
            _admit_within(policy, quota, window)

    def _refuse_guess(self, digest: str | None) -> None:
        window = self._failures.peek(client_address(request.environ))
        if window and window.used >= FAILURES.amount and not self._is_recognised(digest):
            _admit_within("failed-authentication", FAILURES, Window(window.used + 1, window.left))

    def _is_recognised(self, digest: str | None) -> bool:
        return digest is not None and self._recognised.peek(digest) is not None


def _is_door() -> bool:
    """Whether people come in here: what is public of the admin side."""
    return request.path.startswith(_ADMIN) and not _is_guarded()


def _is_guarded() -> bool:
    """Whether the route checks a token; a preflight is answered by itself."""
    view = current_app.view_functions.get(request.endpoint or "")
    return request.method != "OPTIONS" and getattr(view, ACCESS, PUBLIC) != PUBLIC


def _token_digest(header: str) -> str | None:
    """The SHA-256 of the token, which itself goes nowhere; None for what cannot be one."""
    sent = _TOKEN.fullmatch(header)
    return hashlib.sha256(sent[1].encode()).hexdigest() if sent else None


def _admit_within(policy: str, quota: Quota, window: Window) -> None:
    standing = g.standing = Standing(policy, quota, *window)
    if standing.exceeded:
        raise Problem(
            429,
            "too-many-requests",
            f"More than {quota.amount} requests in {quota.seconds} seconds: wait until there is "
            "a new window, as Retry-After says.",
            headers={"Retry-After": str(standing.reset)},
        )
