"""Who is asking, and what they may do: declared on each route, checked before anything else."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeVar

from flask import Flask, g, request

from api.errors import Problem
from api.house import house
from api.proxies import client_address
from content.authorising import Grant, Scope, TokenRefused, recognise
from content.library import Actor

View = TypeVar("View", bound=Callable[..., Any])

ACCESS: Final = "dermis_access"
PUBLIC: Final = "public"

_PLACEHOLDER: Final = re.compile(r"<(?:[^:<>]+:)?(\w+)>")


def public(view: View) -> View:
    """Declare that everybody may use this route."""
    setattr(view, ACCESS, PUBLIC)
    return view


def guarded(scope: Scope) -> Callable[[View], View]:
    """Declare that this route needs a token, or a session, with that scope.

    Put it above every other decorator: body and query are read only for those who may.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(*args: Any, **kwargs: Any) -> Any:
            g.grant = _grant(scope)
            return view(*args, **kwargs)

        setattr(checked, ACCESS, scope)
        return checked  # type: ignore[return-value]  # The wrapper has the view's signature.

    return decorate


def grant() -> Grant:
    """What whoever asks has shown, on a guarded route."""
    found: Grant = g.grant
    return found


def visitor() -> Actor:
    """Who acts on a public route: somebody of whom only the address is known."""
    address = client_address(request.environ)
    return Actor("a visitor", publishes=False, request_id=g.request_id, address=address)


def actor() -> Actor:
    """Who acts in this request, on a guarded route."""
    shown = grant()
    return Actor(
        shown.name,
        publishes=Scope.PUBLISH in shown.scopes,
        request_id=g.request_id,
        user_id=shown.user_id,
        token_id=shown.token_id,
        address=client_address(request.environ),
    )


def check_declarations(app: Flask) -> None:
    """Stop the start when a route declares no access. Raises `RuntimeError` naming it."""
    for endpoint, view in app.view_functions.items():
        if not hasattr(view, ACCESS):
            raise RuntimeError(f"The route '{endpoint}' declares no access rule.")


def declared(app: Flask) -> dict[tuple[str, str], str]:
    """The access that each route declares, by method and path as OpenAPI writes them.

    It is a scope, or `PUBLIC`.
    """
    return {
        (method.lower(), _PLACEHOLDER.sub(r"{\1}", rule.rule)): str(
            getattr(app.view_functions[rule.endpoint], ACCESS)
        )
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    }


def _grant(scope: Scope) -> Grant:
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not secret.strip():
        raise TokenRefused("Send a token as 'Authorization: Bearer <token>'.")
    with house().library.reading() as session:
        found = recognise(session, secret.strip())
    house().uses.note(found.token_id)
    if scope not in found.scopes:
        header = f'Bearer realm="dermis", error="insufficient_scope", scope="{scope}"'
        raise Problem(
            403,
            "insufficient-scope",
            f"This token lacks the scope '{scope}'.",
            headers={"WWW-Authenticate": header},
        )
    return found
