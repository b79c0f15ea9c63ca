"""Proposals in the library: keeping them, and making drafts of what they propose, once."""

import hashlib
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from content import cataloguing, editing, publishing
from content.drafts import ItemDraft, SectionDraft
from content.errors import Conflict, EditConflict, Unknown
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
    return proposing.propose(decoded.text, chosen, decoded.encoding, matcher, locale)


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
        return _committed(work.session, stored)
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
        for each in articles:
            publishing.publish(work, each.id, None)
    return articles


def proposal(session: Session, proposal_id: str) -> StoredProposal:
    """One stored proposal. Raises `Unknown`."""
    stored: StoredProposal | None = session.get(StoredProposal, proposal_id)
    if stored is None:
        raise Unknown("There is no such proposal.")
    return stored


def committed_before(session: Session, source: str) -> StoredProposal | None:
    """The proposal by which the very same source was committed already, if any."""
    return session.scalar(
        select(StoredProposal)
        .where(
            StoredProposal.source_digest == source_digest(source),
            StoredProposal.committed_at.is_not(None),
        )
        .order_by(StoredProposal.committed_at)
        .limit(1)
    )


def source_digest(source: str) -> str:
    """The SHA-256 of a decoded source, in hexadecimal."""
    return hashlib.sha256(source.encode()).hexdigest()


def _committed(session: Session, stored: StoredProposal) -> list[Article]:
    found = {
        each.id: each
        for each in session.scalars(select(Article).where(Article.id.in_(stored.article_ids)))
    }
    return [found[each] for each in stored.article_ids if each in found]


def _create(work: Work, proposed: ProposedArticle, locale: str) -> Article:
    return editing.create_article(
        work,
        title=proposed.title,
        locale=locale,
        summary=proposed.summary,
        topics=proposed.topics,
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
