"""Articles and their sections for editors: drafts and live editions side by side."""

from typing import Any

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from api.auth import guarded
from api.house import house
from api.parsing import StrictParser
from api.v1.admin import schemas
from api.v1.admin.answering import matches, reads, writes
from api.v1.admin.shared_schemas import NewSectionIn
from api.v1.turning import wanted_page
from content import editing, inspecting, publishing, sharing
from content.authorising import Scope
from content.drafts import SectionDraft
from content.library import Work
from content.models import Article, ArticleState, Section
from content.published import Page
from content.reviews import Freshness

blueprint = Blueprint(
    "admin-articles",
    __name__,
    url_prefix="/api/v1/admin/articles",
    description="Drafts, and what is live: edit, publish, withdraw",
)
blueprint.ARGUMENTS_PARSER = StrictParser()


@blueprint.get("")
@guarded(Scope.READ)
@blueprint.arguments(schemas.AdminArticlesQuery, location="query")
@reads(blueprint, schemas.AdminArticlePageOut)
def articles(session: Session, query: dict[str, Any]) -> Page[Article]:
    """List articles in every state

    Newest first, each with the heads of its draft and live editions. What has stood for long is
    found with `sort=published_at`, or `published_before`.
    `freshness=overdue,due_soon` finds what has to be reviewed again.
    """
    wanted = inspecting.ArticleQuery(
        state=ArticleState(query["state"]) if "state" in query else None,
        slug=query.get("slug"),
        locale=query.get("locale"),
        published_before=query.get("published_before"),
        lacks=query.get("lacks"),
        freshness=[Freshness(each) for each in query.get("freshness", ())],
        rules=house().settings.rules,
    )
    return inspecting.articles(session, wanted, wanted_page(query), query["sort"])


@blueprint.post("")
@guarded(Scope.WRITE)
@blueprint.alt_response(409, description="Another article has the slug, or had it.")
@blueprint.arguments(schemas.NewArticleIn)
@writes(blueprint, schemas.AdminArticleOut, status=201)
def create_article(work: Work, body: dict[str, Any]) -> Article:
    """Create an article

    As an unpublished draft. Without a slug one is made from the title. `translation_of` names the
    article that it translates; of a translation, it is put under the original.
    """
    return editing.create_article(
        work, **{**body, "locale": body["locale"] or house().settings.locale}
    )


@blueprint.get("/<article_id>")
@guarded(Scope.READ)
@blueprint.arguments(schemas.NoQuery, location="query")
@reads(blueprint, schemas.AdminArticleOut)
def article(session: Session, query: dict[str, Any], article_id: str) -> Article:
    """Get an article with its draft and its live edition

    Its ETag guards edits of the article, and publishing.
    """
    return inspecting.article(session, article_id)


@blueprint.patch("/<article_id>")
@guarded(Scope.WRITE)
@blueprint.alt_response(409, description="Another article has the slug, or had it.")
@matches(blueprint)
@blueprint.arguments(schemas.ArticlePatchIn)
@writes(blueprint, schemas.AdminArticleOut)
def change_article(
    work: Work, body: dict[str, Any], article_id: str, expected: int | None
) -> Article:
    """Change title, summary, slug, topics or what it translates

    Title and summary wait for publishing. Slug, topics and `translation_of` of a live article
    change for readers at once, which takes the scope `publish` as well; the old slug redirects.
    """
    return editing.change_article(work, article_id, expected, **body)


@blueprint.delete("/<article_id>")
@guarded(Scope.PUBLISH)
@matches(blueprint)
@writes(blueprint, None, status=204)
def delete_article(work: Work, article_id: str, expected: int | None) -> None:
    """Delete an article

    Readers of a live one get 410 from then on; its editions stay stored.
    """
    editing.delete_article(work, article_id, expected)


@blueprint.post("/<article_id>/publish")
@guarded(Scope.PUBLISH)
@blueprint.alt_response(409, description="There is no draft, or it cannot go live yet.")
@matches(blueprint)
@writes(blueprint, schemas.AdminArticleOut)
def publish(work: Work, article_id: str, expected: int | None) -> Article:
    """Publish the draft

    409 with every reason at once when the draft does not satisfy what publishing asks for. Where
    reviews are required it must have been approved; what is in review is never published.
    """
    return publishing.publish(work, article_id, expected)


@blueprint.post("/<article_id>/withdraw")
@guarded(Scope.PUBLISH)
@blueprint.alt_response(409, description="The article is not live.")
@matches(blueprint)
@blueprint.arguments(schemas.WithdrawalIn)
@writes(blueprint, schemas.AdminArticleOut)
def withdraw(work: Work, body: dict[str, Any], article_id: str, expected: int | None) -> Article:
    """Withdraw a live article

    At once: readers get 410, search forgets it, the change log has its tombstone.
    """
    return publishing.withdraw(work, article_id, expected, body["reason"])


@blueprint.post("/<article_id>/sections")
@guarded(Scope.WRITE)
@matches(blueprint)
@blueprint.arguments(NewSectionIn)
@writes(blueprint, schemas.AdminSectionOut, status=201)
def add_section(work: Work, body: dict[str, Any], article_id: str, expected: int | None) -> Section:
    """Add a section to the draft

    With a text of its own or a shared one, at a position or at the end. The article's ETag guards
    it.
    """
    return sharing.add_section(work, article_id, expected, **body)


@blueprint.get("/<article_id>/sections/<section_id>")
@guarded(Scope.READ)
@blueprint.arguments(schemas.NoQuery, location="query")
@reads(blueprint, schemas.AdminSectionOut)
def section(session: Session, query: dict[str, Any], article_id: str, section_id: str) -> Section:
    """Get a section as an edit would find it

    From the draft, or from the newest edition. Its ETag guards edits of this section alone, so
    that two people can work on one article.
    """
    return inspecting.section(session, article_id, section_id)


@blueprint.put("/<article_id>/sections/<section_id>")
@guarded(Scope.WRITE)
@blueprint.alt_response(409, description="The text is that of a shared section.")
@matches(blueprint)
@blueprint.arguments(schemas.SectionIn)
@writes(blueprint, schemas.AdminSectionOut)
def replace_section(
    work: Work, body: SectionDraft, article_id: str, section_id: str, expected: int | None
) -> Section:
    """Replace a section

    Its id, anchor and place stay. A live article grows a draft; readers keep what is live.
    """
    return editing.replace_section(work, article_id, section_id, expected, body)


@blueprint.patch("/<article_id>/sections/<section_id>")
@guarded(Scope.WRITE)
@blueprint.alt_response(409, description="The text is that of a shared section.")
@matches(blueprint)
@blueprint.arguments(schemas.SectionPatchIn)
@writes(blueprint, schemas.AdminSectionOut)
def change_section(
    work: Work, body: dict[str, Any], article_id: str, section_id: str, expected: int | None
) -> Section:
    """Change parts of a section

    What is left out stays.
    """
    return editing.change_section(work, article_id, section_id, expected, body)


@blueprint.delete("/<article_id>/sections/<section_id>")
@guarded(Scope.WRITE)
@matches(blueprint)
@writes(blueprint, None, status=204)
def remove_section(work: Work, article_id: str, section_id: str, expected: int | None) -> None:
    """Remove a section from the draft

    Earlier editions keep it.
    """
    editing.remove_section(work, article_id, section_id, expected)


@blueprint.put("/<article_id>/section-order")
@guarded(Scope.WRITE)
@matches(blueprint)
@blueprint.arguments(schemas.OrderIn)
@writes(blueprint, schemas.AdminArticleOut)
def order_sections(
    work: Work, body: dict[str, Any], article_id: str, expected: int | None
) -> Article:
    """Reorder the sections of the draft

    Every section is named once.
    """
    return editing.order_sections(work, article_id, expected, body["order"])
