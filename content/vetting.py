"""Vetting: all that keeps a draft from being submitted or published, and what is worth a look."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from content import depicting, rendering
from content.drafts import line_objections
from content.errors import Reason, Unknown
from content.library import Work
from content.models import Article, ArticleState, Edition, EditionState, Section, now
from content.rules import Rules
from content.sections import OTHER
from content.signing import clinical_digest, signature, signatures

LONG_TITLE: Final = 70
"""Characters of a title beyond which search engines cut it."""

Texts = Mapping[str, str]
"""The plain texts of sections and pairs, by their ids."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What keeps a draft from submission, what from publication, and what is worth a look."""

    submission: Sequence[Reason]
    publication: Sequence[Reason]
    warnings: Sequence[Reason]


def check(session: Session, article_id: str, rules: Rules) -> Verdict:
    """What would be said of the draft now; nothing is changed. Raises `Unknown`."""
    article: Article | None = session.get(Article, article_id)
    if article is None or article.deleted_at is not None:
        raise Unknown("There is no such article.")
    draft = article.draft
    if draft is None:
        missing = [Reason("", "no_draft", "There is no draft: what is live is the newest edition.")]
        return Verdict(missing, missing, [])
    texts = texts_of(draft)
    return Verdict(
        submission=[
            *submission_state_obstacles(draft),
            *submission_obstacles(article, draft, texts),
        ],
        publication=[
            *state_obstacles(article, draft, rules, now()),
            *text_obstacles(article, draft, texts),
            *depicting.around(session, draft, article.locale, now())[1],
        ],
        warnings=list(_warnings(article, draft)),
    )


def texts_of(edition: Edition) -> Texts:
    """The texts of an edition that need not have been rendered; it stays as it is."""
    return {
        **{each.id: rendering.render(each.body).text for each in edition.sections},
        **{
            item.id: rendering.render(item.answer).text
            for each in edition.sections
            for item in each.items
        },
    }


def submission_state_obstacles(draft: Edition) -> Iterator[Reason]:
    """Why an edition in its state cannot be submitted."""
    if draft.state not in {EditionState.DRAFT, EditionState.CHANGES_REQUESTED}:
        detail = f"The edition is {_in_words(draft.state)} already."
        yield Reason("/draft/state", draft.state, detail)


def submission_obstacles(article: Article, draft: Edition, texts: Texts) -> Iterator[Reason]:
    """Everything in its text that keeps a draft from being submitted."""
    yield from _head_obstacles(article, draft, texts)
    for index, section in enumerate(draft.sections):
        yield from _type_obstacles(index, section)


def state_obstacles(
    article: Article, draft: Edition, rules: Rules, at: datetime
) -> Iterator[Reason]:
    """Why an edition in its state cannot go live at that instant, whatever its text."""
    if article.state == ArticleState.ARCHIVED:
        detail = "The article is archived: reopen it first."
        yield Reason("/state", "archived", detail)
    approved = draft.state in {EditionState.APPROVED, EditionState.SCHEDULED}
    if draft.state in {EditionState.IN_REVIEW, EditionState.CHANGES_REQUESTED}:
        # An edit, too, takes it back from review.
        way = "" if rules.review_required else ", or recalled or edited, which makes it a draft"
        detail = f"The edition is {_in_words(draft.state)}: it has to be approved{way}."
        yield Reason("/draft/state", draft.state, detail)
    elif rules.review_required and not approved:
        detail = "No reviewer has approved the edition: submit it for review."
        yield Reason("/draft/state", "not_approved", detail)
    elif rules.review_required and signature(article, clinical_digest(draft), at) is None:
        detail = "The signature has expired: recall the edition and submit it for review again."
        yield Reason("/draft/state", "review_expired", detail)


def lapses(work: Work, article: Article, at: datetime) -> Iterator[Reason]:
    """What the draft has now of all that publishing asks for, and will not have at an instant."""
    draft = article.draft
    if draft is None:
        return
    signed = signature(article, clinical_digest(draft), work.at)
    ends = signed.valid_until if signed else None
    if work.rules.review_required and ends is not None and ends <= at:
        detail = f"The signature holds until {ends.isoformat()}: choose an earlier instant."
        yield Reason("/at", "review_expires", detail)
    unshown = depicting.around(work.session, draft, article.locale, work.at)[1]
    for reason in depicting.around(work.session, draft, article.locale, at)[1]:
        if reason not in unshown:
            yield Reason("/at", reason.code, f"By then: {reason.detail}")


def text_obstacles(article: Article, draft: Edition, texts: Texts) -> Iterator[Reason]:
    """Everything in its text that keeps a draft from going live."""
    yield from _head_obstacles(article, draft, texts)
    for index, section in enumerate(draft.sections):
        yield from _section_obstacles(draft.sections, index, section, texts)


def _head_obstacles(article: Article, draft: Edition, texts: Texts) -> Iterator[Reason]:
    yield from line_objections(draft.title, "/title", "title")
    if not article.topic_links:
        yield Reason("/topics", "no_topic", "The article needs at least one topic.")
    if not any(_filled(section, texts) for section in draft.sections):
        yield Reason("/sections", "empty", "The article needs a section with text.")


def _section_obstacles(
    sections: Sequence[Section], index: int, section: Section, texts: Texts
) -> Iterator[Reason]:
    pointer = f"/sections/{index}"
    if not _filled(section, texts) and not _has_children(sections, index):
        detail = f"Section {index + 1} has no text: write it, or remove the section."
        yield Reason(f"{pointer}/body", "empty_section", detail)
    for place, item in enumerate(section.items):
        if not texts[item.id]:
            detail = f"Question {place + 1} of section {index + 1} has no answer."
            yield Reason(f"{pointer}/items/{place}/answer", "no_answer", detail)
    yield from _type_obstacles(index, section)


def _type_obstacles(index: int, section: Section) -> Iterator[Reason]:
    pointer = f"/sections/{index}"
    if section.type == OTHER:
        detail = f"Section {index + 1} is of type 'other': choose the type that it belongs to."
        yield Reason(f"{pointer}/type", "untyped", detail)
    for place, item in enumerate(section.items):
        if item.type == OTHER:
            detail = f"Question {place + 1} of section {index + 1} is of type 'other'."
            yield Reason(f"{pointer}/items/{place}/type", "untyped", detail)


def _warnings(article: Article, draft: Edition) -> Iterator[Reason]:
    if not draft.summary.strip():
        yield Reason("/summary", "no_summary", "Lists and search engines show the summary.")
    if len(draft.title) > LONG_TITLE:
        detail = f"Search engines cut titles after some {LONG_TITLE} characters."
        yield Reason("/title", "long_title", detail)
    for index, section in enumerate(draft.sections):
        if not section.heading:
            detail = f"Section {index + 1} has no heading."
            yield Reason(f"/sections/{index}/heading", "no_heading", detail)
    if signature(article, clinical_digest(draft), now()) is None:
        ended = any(signatures(article))
        detail = "No signature holds for this text: it would go live as not reviewed."
        changed = "The clinical text was changed, which ends the signature it had."
        yield Reason(
            "", "review_invalidated" if ended else "not_reviewed", changed if ended else detail
        )


def _filled(section: Section, texts: Texts) -> bool:
    return bool(section.items) or bool(texts[section.id])


def _has_children(sections: Sequence[Section], index: int) -> bool:
    following = sections[index + 1 : index + 2]
    return bool(following) and following[0].level > sections[index].level


def _in_words(state: str) -> str:
    return state.replace("_", " ")
