"""Reconciling what two people made of one section of a draft."""

from dataclasses import asdict
from typing import Final

from content.composing import as_draft, newest_edition
from content.drafting import lock_article
from content.drafts import SectionDraft, section_objections
from content.editing import replace_section
from content.errors import Invalid, MergeConflict, Reason, Unknown
from content.history import KeptSection, kept
from content.library import Work
from content.merging import Merged, merge
from content.models import Article, Section
from content.recalling import last_text, section_at

_SENTENCE: Final = "Both of you changed the same words: choose for each conflict, and merge again."


def merge_section(
    work: Work, article_id: str, section_id: str, base: int | SectionDraft, mine: SectionDraft
) -> Section:
    """Merge what was made of a section beside somebody else's edits, and store it.

    `base` is the revision that `mine` was made of, or its text. Needs no precondition: what is
    stored now is one of the three texts. Raises `MergeConflict` with each conflict as base,
    theirs and mine, and with all else merged; also when the section was removed, with its last
    text. Raises `Invalid` for an unknown revision, `Unknown`.
    """
    reasons = [*section_objections(mine, "/mine")]
    if isinstance(base, SectionDraft):
        reasons += section_objections(base, "/base")
    if reasons:
        raise Invalid("What was sent is not acceptable.", reasons)
    article = lock_article(work, article_id, None)
    theirs = _present(work, article, section_id)
    begun = base if isinstance(base, SectionDraft) else _known(work, article, section_id, base)
    merged = merge(begun, as_draft(theirs), mine)
    if merged.clashes:
        raise MergeConflict(_SENTENCE, _told(merged, kept(theirs)))
    if merged.section == as_draft(theirs):
        return theirs
    return replace_section(work, article_id, section_id, None, merged.section)


def _present(work: Work, article: Article, section_id: str) -> Section:
    newest = article.draft or newest_edition(work.session, article)
    for section in newest.sections:
        if section.id == section_id:
            return section
    last = last_text(work.session, article.id, section_id)
    if last is None:
        raise Unknown("There is no such section in this article.")
    sentence = "The section was removed since you read it; its last text is here."
    raise MergeConflict(sentence, {"removed": last})


def _known(work: Work, article: Article, section_id: str, revision: int) -> SectionDraft:
    found = section_at(work.session, article.id, section_id, revision)
    if found is None:
        detail = (
            f"The section never had the revision {revision}; send the text that you began with."
        )
        raise Invalid("The base is not known.", [Reason("/base", "unknown_revision", detail)])
    return found.draft


def _told(merged: Merged, current: KeptSection) -> dict[str, object]:
    return {
        "current": current,
        "merged": asdict(merged.section),
        "conflicts": [asdict(clash) for clash in merged.clashes],
    }
