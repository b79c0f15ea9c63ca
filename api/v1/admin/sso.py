"""Signing in elsewhere: two addresses that a browser visits, on its way there and back.

They are no operations of the API, and not in its document: nobody calls them but by being sent.
"""

from typing import TYPE_CHECKING, Final

import orjson
from flask import Blueprint, Response, request

from api.auth import public, visitor
from api.errors import Problem
from api.house import house
from api.v1.admin.people_schemas import OpenedOut
from content import signing_in

if TYPE_CHECKING:  # What it needs is an extra.
    from api.openid import Provider

PREFIX: Final = "/api/v1/admin/sso"
CALLBACK: Final = f"{PREFIX}/callback"
_SECONDS: Final = 600

blueprint = Blueprint("sso", __name__, url_prefix=PREFIX)
_OPENED: Final = OpenedOut()


@blueprint.get("")
@public
def depart() -> Response:
    """Send the browser to the provider, with the state in a cookie that it brings back."""
    departure = _provider().depart()
    response = Response(status=302, headers={"Location": departure.address})
    response.headers["Cache-Control"] = "no-store"
    # Of the same site only: a page elsewhere must not sign somebody in as somebody else.
    response.set_cookie(
        _cookie(), departure.state, _SECONDS, secure=_secure(), httponly=True, samesite="Lax"
    )
    return response


@blueprint.get("/callback")
@public
def come_back() -> Response:
    """Sign in whom the provider vouches for; the answer is that of signing in with a password."""
    library = house().library
    back = _provider().returned(request.args, request.cookies.get(_cookie(), ""))
    signing_in.spend_state(library, visitor(), back.state, back.until)
    opened = signing_in.sign_in_as(library, visitor(), _provider().identity(back))
    response = Response(orjson.dumps(_OPENED.dump(opened)), mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    response.delete_cookie(_cookie(), secure=_secure(), httponly=True, samesite="Lax")
    return response


def _provider() -> "Provider":
    found = house().provider
    if found is None:
        raise Problem(404, "not-found", "This site has no provider to sign in at.")
    return found


def _secure() -> bool:
    return house().settings.public_url.startswith("https://")


def _cookie() -> str:
    """With the prefix no other host of the domain can set it (RFC 6265bis)."""
    return "__Host-dermis-sso" if _secure() else "dermis-sso"
