"""The way of an edition from draft to live, and of an article out of readers' sight and back."""

from typing import Any

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from api.auth import guarded
from api.house import house
from api.parsing import StrictParser
from api.v1.admin import workflow_schemas as shapes
from api.v1.admin.answering import matches, reads, writes
from api.v1.admin.schemas import AdminArticleOut, NoQuery
from api.v1.queries import PageQuery
from api.v1.turning import wanted_page
from content import archiving, reviewing, vetting
from content.authorising import Scope
from content.library import Work
from content.models import Article
from content.published import Page
from content.reviews import Review

blueprint = Blueprint(
    "admin-workflow",
    __name__,
    url_prefix="/api/v1/admin/articles",
    description="Review, signatures, archiving",
)
blueprint.ARGUMENTS_PARSER = StrictParser()


@blueprint.get("/<article_id>/check")
@guarded(Scope.READ)
@blueprint.arguments(NoQuery, location="query")
@reads(blueprint, shapes.CheckOut)
def check(session: Session, query: dict[str, Any], article_id: str) -> vetting.Verdict:
    """Check a draft before it is submitted or published

    Everything that would keep it from either now, and what is worth a look. Nothing is changed.
    """
    return vetting.check(session, article_id, house().settings.rules)


@blueprint.post("/<article_id>/submit")
@guarded(Scope.WRITE)
@blueprint.alt_response(409, description="There is no draft, or it cannot be reviewed yet.")
@matches(blueprint)
@writes(blueprint, AdminArticleOut)
def submit(work: Work, article_id: str, expected: int | None) -> Article:
    """Submit the draft for review

    What the reviewer is to sign is fixed by its digest; an edit makes it a draft again. 409 with
    every reason at once.
    """
    return reviewing.submit(work, article_id, expected)


@blueprint.post("/<article_id>/recall")
@guarded(Scope.WRITE)
@blueprint.alt_response(409, description="It is not in review or approved, or is somebody else's.")
@matches(blueprint)
@writes(blueprint, AdminArticleOut)
def recall(work: Work, article_id: str, expected: int | None) -> Article:
    """Recall an edition from review

    By one of its authors: it is a draft again.
    """
    return reviewing.recall(work, article_id, expected)


@blueprint.post("/<article_id>/request-changes")
@guarded(Scope.REVIEW)
@blueprint.alt_response(409, description="The edition is not in review.")
@matches(blueprint)
@blueprint.arguments(shapes.CommentIn)
@writes(blueprint, AdminArticleOut)
def request_changes(
    work: Work, body: dict[str, Any], article_id: str, expected: int | None
) -> Article:
    """Ask for changes of an edition in review

    It goes back to its authors with the comment.
    """
    return reviewing.request_changes(work, article_id, expected, body["comment"])


@blueprint.post("/<article_id>/approve")
@guarded(Scope.REVIEW)
@blueprint.alt_response(409, description="It cannot be signed: by you, as it is, or at all.")
@matches(blueprint)
@blueprint.arguments(shapes.SignatureIn)
@writes(blueprint, AdminArticleOut)
def approve(work: Work, body: dict[str, Any], article_id: str, expected: int | None) -> Article:
    """Approve an edition in review

    A signature under its clinical text, by a person who is not its author and whose credentials
    are on record. Any change of that text ends it. 409 with every reason at once.
    """
    return reviewing.approve(work, article_id, expected, **body)


@blueprint.post("/<article_id>/sign")
@guarded(Scope.REVIEW)
@blueprint.alt_response(409, description="Nothing is live, or you cannot sign it.")
@matches(blueprint)
@blueprint.arguments(shapes.SignatureIn)
@writes(blueprint, AdminArticleOut)
def sign(work: Work, body: dict[str, Any], article_id: str, expected: int | None) -> Article:
    """Sign the live edition anew

    As when its review is due: readers see the new signature at once, and there is no new edition.
    """
    return reviewing.sign_live(work, article_id, expected, **body)


@blueprint.get("/<article_id>/reviews")
@guarded(Scope.READ)
@blueprint.arguments(PageQuery, location="query")
@reads(blueprint, shapes.RecordedReviewPageOut)
def reviews(session: Session, query: dict[str, Any], article_id: str) -> Page[Review]:
    """List the reviews of an article

    Newest first: every signature it ever had, and every time that changes were asked for.
    """
    return reviewing.reviews(session, article_id, wanted_page(query))


@blueprint.post("/<article_id>/archive")
@guarded(Scope.PUBLISH)
@blueprint.alt_response(409, description="The article is not live.")
@matches(blueprint)
@blueprint.arguments(shapes.ArchivalIn)
@writes(blueprint, AdminArticleOut)
def archive(work: Work, body: dict[str, Any], article_id: str, expected: int | None) -> Article:
    """Archive a live article

    At once: its readers are led to another live article of its locale (308), or get 410. Whoever
    was led to this one is led on.
    """
    return archiving.archive(work, article_id, expected, **body)


@blueprint.post("/<article_id>/reopen")
@guarded(Scope.PUBLISH)
@blueprint.alt_response(409, description="The article is neither withdrawn nor archived.")
@matches(blueprint)
@writes(blueprint, AdminArticleOut)
def reopen(work: Work, article_id: str, expected: int | None) -> Article:
    """Reopen a withdrawn or archived article

    It is unpublished, with a draft; readers get 410 until it is published.
    """
    return archiving.reopen(work, article_id, expected)
