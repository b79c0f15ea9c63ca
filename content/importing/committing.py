"""Proposals in the library: keeping them, and making drafts of what they propose, once."""

import hashlib
from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from content import cataloguing, editing, publishing
from content.drafts import ItemDraft, SectionDraft
from content.errors import Conflict, EditConflict, Reason, SourceRefused, Unknown
from content.importing import decoding, formats, proposing
from content.importing.proposals import (
    Proposal,
    ProposedArticle,
    ProposedSection,
    SourceFormat,
    from_document,
)
from content.library import Work
from content.models import Article, StoredProposal, new_id
from content.topics import TopicMatcher


def propose_source(
    session: Session,
    data: bytes,
    *,
    limit: int,
    locale: str,
    filename: str | None = None,
    source_format: SourceFormat | None = None,
) -> Proposal:
    """What is found in a source of at most `limit` bytes; nothing is stored.

    Without `source_format` the format is recognised from the name or the text. Raises
    `SourceRefused`.
    """
    decoded = decoding.decode(data, limit)
    chosen = source_format or formats.recognise_format(filename, decoded.text)
    matcher = TopicMatcher(cataloguing.labels(session))
    found = proposing.propose(decoded.text, chosen, decoded.encoding, matcher, locale)
    reasons = list(_objections(found))
    if reasons:
        raise SourceRefused("What was found in the source cannot be stored.", reasons)
    return found


def keep(work: Work, proposal: Proposal, *, locale: str, filename: str | None) -> StoredProposal:
    """Store a proposal, to be looked at and committed later."""
    stored = StoredProposal(
        id=new_id(),
        filename=filename,
        locale=locale,
        source=proposal.source,
        source_digest=source_digest(proposal.source),
        document=proposal.as_document(),
        created_at=work.at,
        created_by=work.actor.name,
        article_ids=[],
        revision=1,
    )
    work.session.add(stored)
    work.session.flush()
    work.audit("propose", "proposal", stored.id, filename=filename)
    return stored


def commit(
    work: Work, proposal_id: str, expected: int | None, *, publish: bool = False
) -> Sequence[Article]:
    """Make a draft of every proposed article; committing again answers the same articles.

    With `publish` all of them go live as well, or nothing happens. Raises `NotPublishable`,
    `Conflict` when there is no article in it, `EditConflict`, `Unknown`.
    """
    stored = work.session.scalar(
        select(StoredProposal)
        .where(StoredProposal.id == proposal_id)
        .with_for_update(of=StoredProposal)
    )
    if stored is None:
        raise Unknown("There is no such proposal.")
    if stored.committed_at is not None:
        articles = _committed(work.session, stored)
        if publish:
            _publish(work, [each for each in articles if each.first_published_at is None])
        return articles
    if expected is not None and expected != stored.revision:
        raise EditConflict(str(stored.revision))
    proposal = from_document(stored.document, stored.source)
    if not proposal.articles:
        raise Conflict("There is no article in this source.")
    articles = [_create(work, each, stored.locale) for each in proposal.articles]
    stored.article_ids = [each.id for each in articles]
    stored.committed_at = work.at
    stored.revision += 1
    work.audit("commit", "proposal", stored.id, articles=stored.article_ids)
    if publish:
        _publish(work, articles)
    return articles


def proposal(session: Session, proposal_id: str) -> StoredProposal:
    """One stored proposal. Raises `Unknown`."""
    stored: StoredProposal | None = session.get(StoredProposal, proposal_id)
    if stored is None:
        raise Unknown("There is no such proposal.")
    return stored


def committed_before(session: Session, source: str) -> StoredProposal | None:
    """The proposal by which the very same source was committed already, if any.

    One of which every article was deleted does not count.
    """
    found = session.scalars(
        select(StoredProposal)
        .where(
            StoredProposal.source_digest == source_digest(source),
            StoredProposal.committed_at.is_not(None),
        )
        .order_by(StoredProposal.committed_at)
    )
    return next((each for each in found if _committed(session, each)), None)


def source_digest(source: str) -> str:
    """The SHA-256 of a decoded source, in hexadecimal."""
    return hashlib.sha256(source.encode()).hexdigest()


def _committed(session: Session, stored: StoredProposal) -> list[Article]:
    found = {
        each.id: each
        for each in session.scalars(
            select(Article).where(Article.id.in_(stored.article_ids), Article.deleted_at.is_(None))
        )
    }
    return [found[each] for each in stored.article_ids if each in found]


def _publish(work: Work, articles: Sequence[Article]) -> None:
    for each in articles:
        publishing.publish(work, each.id, None)


def _objections(proposal: Proposal) -> Iterator[Reason]:
    """Why what was found could not be stored, with places in the proposal."""
    for number, article in enumerate(proposal.articles):
        sections = [_section(each) for each in article.sections]
        yield from editing.article_objections(article.title, sections, f"/articles/{number}")


def _create(work: Work, proposed: ProposedArticle, locale: str) -> Article:
    known = {topic.ref for topic in cataloguing.topics(work.session)}
    return editing.create_article(
        work,
        title=proposed.title,
        locale=locale,
        summary=proposed.summary,
        # A topic may have been deleted since; publishing asks for one anyway.
        topics=[ref for ref in proposed.topics if ref in known],
        sections=[_section(each) for each in proposed.sections],
    )


def _section(proposed: ProposedSection) -> SectionDraft:
    return SectionDraft(
        type=proposed.type,
        heading=proposed.heading,
        body=proposed.body,
        level=proposed.level,
        items=[ItemDraft(each.question, each.answer, each.type) for each in proposed.items],
    )
