"""Making a draft live, which it must be fit for; and taking it away from readers again."""

from collections.abc import Collection

from content import changes, depicting, folding, planning, rendering, using, vetting
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
        *using.objections(work.session, draft),
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


def reissue(work: Work, article: Article, edition: Edition, changed: Collection[str]) -> None:
    """Put another edition, made from the live one, in its place; a draft stays as it is.

    Only the `changed` sections are rendered. Raises `NotPublishable` with every reason at once;
    the state of the edition is not asked about.
    """
    around, unshown = depicting.around(work.session, edition, article.locale, work.at)
    for section in edition.sections:
        if section.id in changed:
            _render_section(section, article.locale, around)
    texts = _sum_up(edition)
    reasons = [*vetting.text_obstacles(article, edition, texts), *unshown]
    if reasons:
        raise NotPublishable("The edition cannot be published.", reasons)
    _log(work, article, edition, _replace_live(work, article, edition))
    touch(work, article)
    work.audit("publish", "article", article.id, edition=edition.number, digest=edition.digest)


def render_edition(draft: Edition, locale: str, around: Around) -> vetting.Texts:
    """Make of the text of an edition what readers get: HTML, plain text, digests, word counts.

    Gives the plain texts.
    """
    for section in draft.sections:
        _render_section(section, locale, around)
    return _sum_up(draft)


def _render_section(section: Section, locale: str, around: Around) -> None:
    rendition = rendering.render(section.body, around)
    section.html, section.text = rendition.html, rendition.text
    words = (_render_item(item, locale, around) for item in section.items)
    section.word_count = rendition.words + sum(words)
    section.digest = rendering.digest(_shown(section))


def _sum_up(draft: Edition) -> vetting.Texts:
    """What an edition is by its rendered sections; the plain texts of them and their pairs."""
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
    article.draft = None
    article.state = ArticleState.LIVE
    article.withdrawal_reason = None
    article.published_at = work.at
    article.first_published_at = article.first_published_at or work.at
    previous = _replace_live(work, article, draft)
    # Before the log is locked, as everybody does who has to do with both.
    planning.drop_publication(work, article, "The draft was published before.")
    _log(work, article, draft, previous)


def _replace_live(work: Work, article: Article, edition: Edition) -> Edition | None:
    """Put the edition in the place of the live one, which is returned if there is one."""
    previous = article.live
    if previous is not None:
        previous.state = EditionState.SUPERSEDED
    edition.state = EditionState.LIVE
    edition.published_by = work.actor.name
    edition.clinical_digest = clinical_digest(edition)
    article.live = edition
    article.updated_at = work.at
    return previous


def _log(work: Work, article: Article, edition: Edition, previous: Edition | None) -> None:
    """Have readers see the edition from now on."""
    work.session.flush()
    edition.live_from = changes.append_upsert(work, article, edition)
    if previous is not None:
        previous.live_until = edition.live_from
