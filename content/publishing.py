"""Making a draft live, which it must be fit for; and taking it away from readers again."""

from content import changes, depicting, folding, planning, rendering, vetting
from content.drafting import lock_article, open_draft, touch
from content.editing import retire
from content.errors import Conflict, NotPublishable
from content.library import Work
from content.models import Article, ArticleState, Edition, EditionState, FaqItem, Section
from content.rendering import Around
from content.signing import clinical_digest


def publish(work: Work, article_id: str, expected: int | None) -> Article:
    """Make the draft the live edition, rendered once; the log says so in the same transaction.

    It must have been approved, unless the house asks for no reviews and nobody was asked for one.
    Raises `NotPublishable` with every reason at once, `Conflict` when there is no draft,
    `EditConflict`, `Unknown`.
    """
    article = lock_article(work, article_id, expected)
    draft = article.draft
    if draft is None:
        raise Conflict("There is no draft: what is live is the newest edition.")
    depicting.hold_pictures(work.session, draft)
    # Rendered first, once: what is refused is undone with the rest of the unit of work.
    around, unshown = depicting.around(work.session, draft, article.locale, work.at)
    texts = render_edition(draft, article.locale, around)
    reasons = [
        *vetting.state_obstacles(article, draft, work.rules, work.at),
        *vetting.text_obstacles(article, draft, texts),
        *unshown,
    ]
    if reasons:
        raise NotPublishable("The draft cannot be published yet.", reasons)
    _switch(work, article, draft)
    touch(work, article)
    work.audit("publish", "article", article.id, edition=draft.number, digest=draft.digest)
    return article


def withdraw(work: Work, article_id: str, expected: int | None, reason: str) -> Article:
    """Take a live article away from readers at once; its text becomes a draft again."""
    article = lock_article(work, article_id, expected)
    edition = article.live
    if edition is None:
        raise Conflict("The article is not live.")
    open_draft(work, article)
    retire(work, article, edition, ArticleState.WITHDRAWN, reason)
    touch(work, article)
    work.audit("withdraw", "article", article.id, reason=reason)
    return article


def render_edition(draft: Edition, locale: str, around: Around) -> vetting.Texts:
    """Make of the text of an edition what readers get: HTML, plain text, digests, word counts.

    Gives the plain texts.
    """
    for section in draft.sections:
        rendition = rendering.render(section.body, around)
        section.html, section.text = rendition.html, rendition.text
        words = (_render_item(item, locale, around) for item in section.items)
        section.word_count = rendition.words + sum(words)
        section.digest = rendering.digest(_shown(section))
    draft.word_count = sum(section.word_count for section in draft.sections)
    shown: list[object] = [
        *(draft.title, draft.summary, [[each.id, each.digest] for each in draft.sections])
    ]
    draft.digest = rendering.digest([*shown, draft.references] if draft.references else shown)
    items = (item for each in draft.sections for item in each.items)
    return {each.id: each.text for each in draft.sections} | {each.id: each.text for each in items}


def _render_item(item: FaqItem, locale: str, around: Around) -> int:
    rendition = rendering.render(item.answer, around)
    item.html, item.text = rendition.html, rendition.text
    item.fold = folding.fold(item.question, item.text, item.html, locale)
    return rendition.words + rendering.count_words(item.question)


def _shown(section: Section) -> list[object]:
    return [
        section.type,
        section.level,
        section.heading,
        section.anchor,
        section.body,
        section.html,
        section.text,
        [
            [item.id, item.type, item.question, item.answer, item.html, item.text, item.anchor]
            for item in section.items
        ],
    ]


def _switch(work: Work, article: Article, draft: Edition) -> None:
    previous = article.live
    if previous is not None:
        previous.state = EditionState.SUPERSEDED
    draft.state = EditionState.LIVE
    draft.published_by = work.actor.name
    draft.clinical_digest = clinical_digest(draft)
    article.live, article.draft = draft, None
    article.state = ArticleState.LIVE
    article.withdrawal_reason = None
    article.published_at = article.updated_at = work.at
    article.first_published_at = article.first_published_at or work.at
    planning.drop_publication(work, article, "The draft was published before.")
    work.session.flush()
    draft.live_from = changes.append_upsert(work, article, draft)
    if previous is not None:
        previous.live_until = draft.live_from
