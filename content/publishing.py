"""What a draft must satisfy to go live, and what becomes of it; and taking it away again."""

from collections.abc import Iterator, Sequence

from content import changes, depicting, folding, planning, rendering
from content.drafting import lock_article, open_draft, touch
from content.drafts import line_objections
from content.editing import retire
from content.errors import Conflict, NotPublishable, Reason
from content.library import Work
from content.models import Article, ArticleState, Edition, EditionState, FaqItem, Section
from content.rendering import Around
from content.sections import OTHER


def publish(work: Work, article_id: str, expected: int | None) -> Article:
    """Make the draft the live edition, rendered once; the log says so in the same transaction.

    Raises `NotPublishable` with every reason at once, `Conflict` when there is no draft,
    `EditConflict`, `Unknown`.
    """
    article = lock_article(work, article_id, expected)
    draft = article.draft
    if draft is None:
        raise Conflict("There is no draft: what is live is the newest edition.")
    # Rendered first, once: what is refused is undone with the rest of the unit of work.
    around, unshown = depicting.around(work.session, draft, article.locale, work.at)
    render_edition(draft, article.locale, around)
    reasons = [*_obstacles(article, draft), *unshown]
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


def _obstacles(article: Article, draft: Edition) -> Iterator[Reason]:
    """Everything that keeps a rendered draft from going live."""
    yield from line_objections(draft.title, "/title", "title")
    if not article.topic_links:
        yield Reason("/topics", "no_topic", "The article needs at least one topic.")
    if not any(_filled(section) for section in draft.sections):
        yield Reason("/sections", "empty", "The article needs a section with text.")
    for index, section in enumerate(draft.sections):
        yield from _section_obstacles(draft.sections, index, section)


def _section_obstacles(
    sections: Sequence[Section], index: int, section: Section
) -> Iterator[Reason]:
    pointer = f"/sections/{index}"
    if section.type == OTHER:
        detail = f"Section {index + 1} is of type 'other': choose the type that it belongs to."
        yield Reason(f"{pointer}/type", "untyped", detail)
    if not _filled(section) and not _has_children(sections, index):
        detail = f"Section {index + 1} has no text: write it, or remove the section."
        yield Reason(f"{pointer}/body", "empty_section", detail)
    for place, item in enumerate(section.items):
        if not item.text:
            detail = f"Question {place + 1} of section {index + 1} has no answer."
            yield Reason(f"{pointer}/items/{place}/answer", "no_answer", detail)
        if item.type == OTHER:
            detail = f"Question {place + 1} of section {index + 1} is of type 'other'."
            yield Reason(f"{pointer}/items/{place}/type", "untyped", detail)


def _filled(section: Section) -> bool:
    return bool(section.items) or bool(section.text)


def _has_children(sections: Sequence[Section], index: int) -> bool:
    following = sections[index + 1 : index + 2]
    return bool(following) and following[0].level > sections[index].level


def render_edition(draft: Edition, locale: str, around: Around) -> None:
    """Make of the text of an edition what readers get: HTML, plain text, digests, word counts."""
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
