"""Redirects by hand: slugs that no article has, and that lead readers to one."""

from typing import Any

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from api.auth import guarded
from api.parsing import StrictParser
from api.v1.admin import workflow_schemas as shapes
from api.v1.admin.answering import matches, reads, writes
from api.v1.admin.schemas import NoQuery
from api.v1.turning import wanted_page
from content import redirecting
from content.authorising import Scope
from content.library import Work
from content.models import Redirect
from content.published import Page

blueprint = Blueprint(
    "admin-redirects",
    __name__,
    url_prefix="/api/v1/admin/redirects",
    description="Old addresses, and where they lead",
)
blueprint.ARGUMENTS_PARSER = StrictParser()


@blueprint.get("")
@guarded(Scope.READ)
@blueprint.arguments(shapes.RedirectsQuery, location="query")
@reads(blueprint, shapes.RedirectPageOut)
def redirects(session: Session, query: dict[str, Any]) -> Page[Redirect]:
    """List redirects

    By locale and slug, those that articles left behind when they moved included.
    """
    page = wanted_page(query)
    return redirecting.redirects(session, page, locale=query.get("locale"), slug=query.get("slug"))


@blueprint.post("")
@guarded(Scope.PUBLISH)
@blueprint.alt_response(409, description="An article has the slug, had it, or it leads to one.")
@blueprint.arguments(shapes.NewRedirectIn)
@writes(blueprint, shapes.RedirectOut, status=201)
def create_redirect(work: Work, body: dict[str, Any]) -> Redirect:
    """Create a redirect

    Readers of the slug are led to the article's present address (308) at once.
    """
    return redirecting.create_redirect(work, **body)


@blueprint.get("/<locale>/<old_slug>")
@guarded(Scope.READ)
@blueprint.arguments(NoQuery, location="query")
@reads(blueprint, shapes.RedirectOut)
def redirect(session: Session, query: dict[str, Any], locale: str, old_slug: str) -> Redirect:
    """Get a redirect

    Its ETag guards edits of it.
    """
    return redirecting.redirect(session, locale, old_slug)


@blueprint.patch("/<locale>/<old_slug>")
@guarded(Scope.PUBLISH)
@blueprint.alt_response(409, description="An article had the slug itself.")
@matches(blueprint)
@blueprint.arguments(shapes.RedirectTargetIn)
@writes(blueprint, shapes.RedirectOut)
def change_redirect(
    work: Work, body: dict[str, Any], locale: str, old_slug: str, expected: int | None
) -> Redirect:
    """Have a redirect lead to another article

    At once.
    """
    return redirecting.change_redirect(work, locale, old_slug, expected, body["article_id"])


@blueprint.delete("/<locale>/<old_slug>")
@guarded(Scope.PUBLISH)
@blueprint.alt_response(409, description="An article had the slug itself.")
@matches(blueprint)
@writes(blueprint, None, status=204)
def delete_redirect(work: Work, locale: str, old_slug: str, expected: int | None) -> None:
    """Delete a redirect

    Readers of the slug get 404 from then on.
    """
    redirecting.delete_redirect(work, locale, old_slug, expected)
