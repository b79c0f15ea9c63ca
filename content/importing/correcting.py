"""Editors' corrections of proposals: made, recorded, listed, and given out to learn from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content import cataloguing
from content.errors import Conflict, Invalid
from content.importing import committing
from content.importing.amending import CHOSEN, amend
from content.importing.corrections import Change, Correction
from content.importing.proposals import Proposal, from_document
from content.importing.proposing import remarks_on
from content.importing.recounting import plain_text, recount, section_text, wordings
from content.library import Work
from content.models import RecordedCorrection, StoredProposal, new_id
from content.published import Page, PageRequest
from content.topics import TopicMatcher


@dataclass(frozen=True, slots=True)
class CorrectionQuery:
    """What a list of corrections is narrowed to; `since` is the first instant that counts."""

    actions: Sequence[str] = ()
    type_before: Sequence[str] = ()
    type_after: Sequence[str] = ()
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class SettledSection:
    """A section whose type an editor settled, to be evaluated and trained with.

    `gist` is its plain text, `title` that of its article, `page` names the article, `position`
    counts from 0 in it, and `source` names its source; `also_ok` are types as right as `type`.
    """

    heading: str
    gist: str
    type: str
    also_ok: list[str]
    page: str
    position: int
    source: str
    title: str


def correct(
    work: Work, proposal_id: str, expected: int | None, corrections: Sequence[Correction]
) -> StoredProposal:
    """Make all the corrections in order, or none, and record what each changed.

    Raises `Invalid` with every reason, `Conflict` once the proposal was committed,
    `EditConflict`, `Unknown`.
    """
    stored = committing.lock_proposal(work, proposal_id, expected)
    if stored.committed_at is not None:
        raise Conflict("The proposal is committed: edit the drafts that it became.")
    proposal = from_document(stored.document, stored.source)
    texts, said = _texts(proposal), wordings(proposal)
    names = cataloguing.labels(work.session)
    labels: dict[str, str] = {}
    for ref, label in names:
        labels.setdefault(ref, label)
    changes = amend(proposal, corrections, labels)
    reasons = list(committing.objections(proposal))
    if reasons:
        raise Invalid("What these corrections make cannot be stored.", reasons)
    changed = [each for each in proposal.sections if texts.get(each.id) != section_text(each)]
    committing.compare(work.session, changed, stored.locale)
    chosen = _retopiced(work.session, stored.id, changes)
    recount(proposal, TopicMatcher(names), said, chosen)
    _renew_remarks(proposal)
    stored.document = proposal.as_document()
    stored.revision += 1
    work.session.flush()
    work.session.add_all(_record(work, stored, change) for change in changes)
    work.audit("correct", "proposal", stored.id, corrections=len(changes))
    return stored


def corrections(
    session: Session, wanted: CorrectionQuery, page: PageRequest
) -> Page[RecordedCorrection]:
    """A page of the corrections that editors made, newest first."""
    statement = select(RecordedCorrection)
    if wanted.actions:
        statement = statement.where(RecordedCorrection.action.in_(wanted.actions))
    if wanted.type_before:
        statement = statement.where(RecordedCorrection.type_before.in_(wanted.type_before))
    if wanted.type_after:
        statement = statement.where(RecordedCorrection.type_after.in_(wanted.type_after))
    if wanted.since:
        statement = statement.where(RecordedCorrection.at >= wanted.since)
    total = None
    if page.count:
        total = session.scalar(select(func.count()).select_from(statement.subquery()))
    if page.after:
        statement = statement.where(RecordedCorrection.id < page.after[0])
    ordered = statement.order_by(RecordedCorrection.id.desc())
    found = session.scalars(ordered.limit(page.limit + 1)).all()
    shown = list(found[: page.limit])
    return Page(shown, [shown[-1].id] if len(found) > page.limit else None, total)


def settled(session: Session) -> Iterator[SettledSection]:
    """Every section whose type an editor settled in a proposal, as it is now, oldest first."""
    corrected = select(RecordedCorrection.proposal_id).where(
        RecordedCorrection.type_after.is_not(None)
    )
    statement = (
        select(StoredProposal).where(StoredProposal.id.in_(corrected)).order_by(StoredProposal.id)
    )
    for stored in session.scalars(statement.execution_options(yield_per=20)):
        yield from _settled_in(stored)


def _settled_in(stored: StoredProposal) -> Iterator[SettledSection]:
    for article in from_document(stored.document, stored.source).articles:
        for position, section in enumerate(article.sections):
            if section.evidence == [CHOSEN]:
                yield SettledSection(
                    heading=section.heading or "",
                    gist=plain_text(section_text(section)),
                    type=section.type,
                    also_ok=[],
                    page=f"{stored.id}/{article.id}",
                    position=position,
                    source=stored.source_digest,
                    title=article.title,
                )


def _record(work: Work, stored: StoredProposal, change: Change) -> RecordedCorrection:
    return RecordedCorrection(
        id=new_id(),
        at=work.at,
        actor=work.actor.name,
        proposal_id=stored.id,
        locale=stored.locale,
        action=change.action,
        heading=change.heading,
        before=change.before,
        after=change.after,
        type_before=change.type_before,
        type_after=change.type_after,
        confidence=change.confidence,
    )


def _retopiced(session: Session, proposal_id: str, changes: Sequence[Change]) -> set[str]:
    """The articles whose topics an editor gave, now or in a correction before."""
    statement = select(RecordedCorrection.after).where(
        RecordedCorrection.proposal_id == proposal_id, RecordedCorrection.action == "retopic"
    )
    given = [each.after for each in changes if each.action == "retopic"]
    return {each["id"] for each in [*session.scalars(statement), *given] if "id" in each}


def _renew_remarks(proposal: Proposal) -> None:
    """Remarks on what is there now; titles that an editor gave are not called made up."""
    made = [each for each in proposal.remarks if each.kind == "made_title"]
    found = remarks_on(proposal)
    proposal.remarks = [each for each in found if each.kind != "made_title" or each in made]


def _texts(proposal: Proposal) -> dict[str, str]:
    return {section.id: section_text(section) for section in proposal.sections}
