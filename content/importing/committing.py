"""Proposals in the library: keeping them, and making drafts of what they propose, once."""

import hashlib
from collections.abc import Iterator, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, load_only

from content import cataloguing, comparing, editing, publishing
from content.drafting import open_draft
from content.drafts import ItemDraft, SectionDraft
from content.errors import Conflict, EditConflict, Reason, SourceRefused, Unknown
from content.importing import decoding, formats, phrasing, proposing
from content.importing.proposals import (
    Proposal,
    ProposedArticle,
    ProposedSection,
    Resemblance,
    SourceFormat,
    from_document,
)
from content.importing.proposing import Knowledge
from content.library import Actor, Work
from content.models import (
    Article,
    AuditEntry,
    EditionAuthor,
    StoredProposal,
    Topic,
    new_id,
)
from content.shingles import whole_text
from content.topics import TopicMatcher


def knowledge(session: Session, locale: str) -> Knowledge:
    """What the site knows now that helps to read a text in this locale."""
    matcher = TopicMatcher(cataloguing.labels(session))
    return Knowledge(matcher, locale, phrasing.site_phrases(session, locale))


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

    Without `source_format` the format is recognised from the name or the text. Sections are
    compared with those that are filed: call `filing.catch_up` before. Raises `SourceRefused`.
    """
    decoded = decoding.decode(data, limit)
    known = knowledge(session, locale)
    found = propose_decoded(decoded, known, filename=filename, source_format=source_format)
    compare(session, list(found.sections), locale)
    return found


def propose_decoded(
    decoded: decoding.Decoded,
    known: Knowledge,
    *,
    filename: str | None = None,
    source_format: SourceFormat | None = None,
) -> Proposal:
    """What is found in a decoded source, without a look at the library. Raises `SourceRefused`."""
    chosen = formats.format_of(decoded, filename, source_format)
    found = proposing.propose(decoded.text, chosen, decoded.encoding, known)
    reasons = list(objections(found))
    if reasons:
        raise SourceRefused("What was found in the source cannot be stored.", reasons)
    return found


def compare(session: Session, sections: Sequence[ProposedSection], locale: str) -> None:
    """Tell each section which of the library's say nearly the same."""
    texts = [
        whole_text(each.body, [(item.question, item.answer) for item in each.items])
        for each in sections
    ]
    found = comparing.similar(session, texts, locale=locale)
    for section, similar in zip(sections, found, strict=True):
        section.similar = [_resemblance(each) for each in similar]


def _resemblance(found: comparing.Similar) -> Resemblance:
    return Resemblance(
        section_id=found.section_id,
        article_id=found.article_id,
        article_title=found.title,
        heading=found.heading,
        type=found.type,
        share=round(found.share, 3),
        live=found.live,
    )


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

    Whoever proposed or corrected them is an author of theirs, as is who commits them. With
    `publish` all of them go live as well, or nothing happens. Raises `NotPublishable`,
    `Conflict` when there is no article in it, `EditConflict`, `Unknown`.
    """
    stored = lock_proposal(work, proposal_id, None)
    if stored.committed_at is not None:
        articles = committed_articles(work.session, stored)
        if publish:
            _publish(work, [each for each in articles if each.first_published_at is None])
        return articles
    _refuse_stale(stored, expected)
    proposal = from_document(stored.document, stored.source)
    if not proposal.articles:
        raise Conflict("There is no article in this source.")
    articles = [_create(work, each, stored.locale) for each in proposal.articles]
    for each in articles:
        _note_authors(work, each, stored)
    stored.article_ids = [each.id for each in articles]
    stored.committed_at = work.at
    stored.revision += 1
    work.audit("commit", "proposal", stored.id, articles=stored.article_ids)
    if publish:
        _publish(work, articles)
    return articles


def lock_proposal(work: Work, proposal_id: str, expected: int | None) -> StoredProposal:
    """The proposal, locked until the commit. Raises `EditConflict`, `Unknown`."""
    stored = work.session.scalar(
        select(StoredProposal)
        .where(StoredProposal.id == proposal_id)
        .with_for_update(of=StoredProposal)
    )
    if stored is None:
        raise Unknown("There is no such proposal.")
    _refuse_stale(stored, expected)
    return stored


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
        .options(load_only(StoredProposal.article_ids))
    )
    return next((each for each in found if committed_articles(session, each)), None)


def claim_source(work: Work, source: str) -> None:
    """Have other imports of the very same source wait until this unit of work has ended.

    On SQLite every writer waits anyway.
    """
    if work.session.get_bind().dialect.name == "postgresql":
        number = int(source_digest(source)[:15], 16)
        work.session.execute(select(func.pg_advisory_xact_lock(number)))


def committed_articles(session: Session, stored: StoredProposal) -> list[Article]:
    """The articles that a proposal became, but for those that were deleted since."""
    found = {
        each.id: each
        for each in session.scalars(
            select(Article).where(Article.id.in_(stored.article_ids), Article.deleted_at.is_(None))
        )
    }
    return [found[each] for each in stored.article_ids if each in found]


def source_digest(source: str) -> str:
    """The SHA-256 of a decoded source, in hexadecimal."""
    return hashlib.sha256(source.encode()).hexdigest()


def _refuse_stale(stored: StoredProposal, expected: int | None) -> None:
    if expected is not None and expected != stored.revision:
        raise EditConflict(str(stored.revision))


def _publish(work: Work, articles: Sequence[Article]) -> None:
    for each in articles:
        publishing.publish(work, each.id, None)


def objections(proposal: Proposal) -> Iterator[Reason]:
    """Why what was found could not be stored, with places in the proposal."""
    for number, article in enumerate(proposal.articles):
        sections = [_section(each) for each in article.sections]
        yield from editing.article_objections(article.title, sections, f"/articles/{number}")


def _create(work: Work, proposed: ProposedArticle, locale: str) -> Article:
    return editing.create_article(
        work,
        title=proposed.title,
        locale=locale,
        summary=proposed.summary,
        topics=_known_topics(work.session, [topic.ref for topic in proposed.topics]),
        sections=[_section(each) for each in proposed.sections],
    )


def _note_authors(work: Work, article: Article, stored: StoredProposal) -> None:
    """Have the draft know who made the proposal what it is, as the audit has it."""
    draft = open_draft(work, article)
    acts = select(AuditEntry).where(
        AuditEntry.object_id == stored.id, AuditEntry.object_kind == "proposal"
    )
    known = {each.identity for each in draft.authors}
    for act in work.session.scalars(acts.order_by(AuditEntry.id)):
        who = Actor(act.actor, publishes=False, user_id=act.user_id, token_id=act.token_id)
        if who.identity not in known:
            known.add(who.identity)
            draft.authors.append(EditionAuthor(identity=who.identity, name=who.name, since=act.at))


def _known_topics(session: Session, refs: Sequence[str]) -> list[str]:
    """Those of the topics that there are: one may have been deleted since it was proposed."""
    keys = [ref.partition(":")[2] for ref in refs]
    rows = session.execute(select(Topic.kind, Topic.key).where(Topic.key.in_(keys)))
    known = {f"{row.kind}:{row.key}" for row in rows}
    return [ref for ref in refs if ref in known]


def _section(proposed: ProposedSection) -> SectionDraft:
    return SectionDraft(
        type=proposed.type,
        heading=proposed.heading,
        body=proposed.body,
        level=proposed.level,
        items=[ItemDraft(each.question, each.answer, each.type) for each in proposed.items],
    )
