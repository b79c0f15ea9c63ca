"""Shared sections over HTTP: texts that many articles say, and where."""

from typing import Any

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from api.auth import guarded
from api.house import house
from api.parsing import StrictParser
from api.v1.admin import shared_schemas as shapes
from api.v1.admin.answering import matches, reads, writes
from api.v1.admin.schemas import AdminSectionOut, NoQuery
from api.v1.admin.workflow_schemas import SignatureIn
from api.v1.queries import PageQuery
from api.v1.turning import wanted_page
from content import issuing, sharing
from content.authorising import Scope
from content.library import Work
from content.models import Section, SharedSection, SharedVersion
from content.published import Page

blueprint = Blueprint(
    "admin-sharing",
    __name__,
    url_prefix="/api/v1/admin",
    description="Texts that articles share",
)
blueprint.ARGUMENTS_PARSER = StrictParser()

_SHARED = "/shared-sections/<shared_id>"
_SECTION = "/articles/<article_id>/sections/<section_id>"


@blueprint.get("/shared-sections")
@guarded(Scope.READ)
@blueprint.arguments(shapes.SharedSectionsQuery, location="query")
@reads(blueprint, shapes.SharedSectionPageOut)
def shared_sections(session: Session, query: dict[str, Any]) -> Page[SharedSection]:
    """List shared sections

    Newest first.
    """
    return sharing.shared_sections(session, query.get("locale"), wanted_page(query))


@blueprint.post("/shared-sections")
@guarded(Scope.WRITE)
@blueprint.arguments(shapes.NewSharedSectionIn)
@writes(blueprint, shapes.SharedSectionOut, status=201)
def create_shared_section(work: Work, body: dict[str, Any]) -> SharedSection:
    """Create a shared section

    Articles can use it once a version of it is published.
    """
    locale = body["locale"] or house().settings.locale
    return sharing.create_shared(work, name=body["name"], locale=locale, text=body["draft"])


@blueprint.get(_SHARED)
@guarded(Scope.READ)
@blueprint.arguments(NoQuery, location="query")
@reads(blueprint, shapes.SharedSectionOut)
def shared_section(session: Session, query: dict[str, Any], shared_id: str) -> SharedSection:
    """Get a shared section as it is written now"""
    return sharing.shared_section(session, shared_id)


@blueprint.patch(_SHARED)
@guarded(Scope.WRITE)
@matches(blueprint)
@blueprint.arguments(shapes.SharedSectionPatchIn)
@writes(blueprint, shapes.SharedSectionOut)
def change_shared_section(
    work: Work, body: dict[str, Any], shared_id: str, expected: int | None
) -> SharedSection:
    """Change the name or the text of a shared section

    What is left out stays. Articles go on saying the version in force until the next one is
    published.
    """
    return sharing.change_shared(work, shared_id, expected, **body)


@blueprint.delete(_SHARED)
@guarded(Scope.WRITE)
@blueprint.alt_response(409, description="Drafts or live editions use it; the answer names them.")
@matches(blueprint)
@writes(blueprint, None, status=204)
def delete_shared_section(work: Work, shared_id: str, expected: int | None) -> None:
    """Delete a shared section that is not in use

    Editions that used it once keep its text as their own.
    """
    sharing.delete_shared(work, shared_id, expected)


@blueprint.get(f"{_SHARED}/versions")
@guarded(Scope.READ)
@blueprint.arguments(PageQuery, location="query")
@reads(blueprint, shapes.SharedVersionPageOut)
def shared_versions(session: Session, query: dict[str, Any], shared_id: str) -> Page[SharedVersion]:
    """List the versions of a shared section

    Newest first; none is ever changed.
    """
    return sharing.versions(session, shared_id, wanted_page(query))


@blueprint.get(f"{_SHARED}/versions/<version_number>")
@guarded(Scope.READ)
@blueprint.arguments(NoQuery, location="query")
@reads(blueprint, shapes.SharedVersionOut)
def shared_version(
    session: Session, query: dict[str, Any], shared_id: str, version_number: str
) -> SharedVersion:
    """Get a version of a shared section"""
    return sharing.version(session, shared_id, version_number)


@blueprint.get(f"{_SHARED}/usage")
@guarded(Scope.READ)
@blueprint.arguments(PageQuery, location="query")
@reads(blueprint, shapes.UsePageOut)
def shared_usage(session: Session, query: dict[str, Any], shared_id: str) -> Page[sharing.Use]:
    """List where a shared section is used

    Every section of a draft or a live edition that says it.
    """
    return sharing.usage(session, shared_id, wanted_page(query))


@blueprint.post(f"{_SHARED}/sign")
@guarded(Scope.REVIEW)
@blueprint.alt_response(409, description="The text cannot be signed, or not by this person.")
@matches(blueprint)
@blueprint.arguments(SignatureIn)
@writes(blueprint, shapes.SharedSectionOut)
def sign_shared_section(
    work: Work, body: dict[str, Any], shared_id: str, expected: int | None
) -> SharedSection:
    """Sign what is written now

    Under the rules of a review. Where reviews are required, a version is published only so; the
    articles that say it are reviewed each for itself.
    """
    return issuing.sign_shared(work, shared_id, expected, **body)


@blueprint.post(f"{_SHARED}/publish")
@guarded(Scope.PUBLISH)
@blueprint.alt_response(409, description="It cannot be published, or nothing was changed.")
@matches(blueprint)
@writes(blueprint, shapes.IssuedOut, rehearsed=True)
def publish_shared_section(work: Work, shared_id: str, expected: int | None) -> issuing.Issued:
    """Publish what is written now

    As the next version. Every live article that follows gets a new edition, all at one number of
    the change log; its drafts say the new text as well and are no longer approved. All articles
    must be fit for it, or none is changed. `dry_run` tells which would be.
    """
    return issuing.publish_shared(work, shared_id, expected)


@blueprint.post(f"{_SECTION}/share")
@guarded(Scope.WRITE)
@blueprint.alt_response(409, description="It shares another text, or has none to be shared.")
@matches(blueprint)
@blueprint.arguments(shapes.ShareIn)
@writes(blueprint, AdminSectionOut)
def share_section(
    work: Work, body: dict[str, Any], article_id: str, section_id: str, expected: int | None
) -> Section:
    """Share the text of a section of the draft

    It becomes the first version of a new shared section, which this one follows. Or the section
    says what an existing one says, at its own address.
    """
    return sharing.share(work, article_id, section_id, expected, **body)


@blueprint.post(f"{_SECTION}/unshare")
@guarded(Scope.WRITE)
@blueprint.alt_response(409, description="The section shares no text.")
@matches(blueprint)
@writes(blueprint, AdminSectionOut)
def unshare_section(work: Work, article_id: str, section_id: str, expected: int | None) -> Section:
    """Make the text of a section its own

    It stays as it is, and follows no longer.
    """
    return sharing.unshare(work, article_id, section_id, expected)
