"""Editors' acts on synonyms: saying which expressions mean the same on this site.

A group adds to the shipped ones. One that begins with the expression that a shipped group begins
with takes its place; with that expression alone it switches it off.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.changes import renew_vocabulary
from content.drafts import line_objections, locale_objections
from content.errors import Conflict, EditConflict, Invalid, Reason, Unknown
from content.library import Work
from content.models import SynonymGroup, new_id
from content.searching.synonyms import shipped
from content.searching.vocabulary import key_of

MOST_GROUPS: Final = 2_000
MOST_EXPRESSIONS: Final = 50
"""Of one group, its meanings included."""

LONGEST: Final = 200
"""Characters of an expression."""


@dataclass(frozen=True, slots=True)
class GroupDraft:
    """Expressions that mean the same; with `meanings` they lead to these, and not back.

    `locale` is None where they are used in every one.
    """

    expressions: list[str]
    meanings: list[str] = field(default_factory=list)
    locale: str | None = None


@dataclass(frozen=True, slots=True)
class GroupInForce:
    """A group that searches go by; one that is shipped has no id, and cannot be changed itself."""

    source: Literal["shipped", "site"]
    expressions: Sequence[str]
    meanings: Sequence[str]
    locale: str | None = None
    id: str | None = None
    revision: int | None = None
    replaces: bool = False
    """Whether it takes the place of a shipped group."""


def groups_in_force(session: Session) -> list[GroupInForce]:
    """What searches go by: the site's groups, then the shipped ones that they leave in place."""
    ordered = select(SynonymGroup).order_by(SynonymGroup.key, SynonymGroup.locale)
    own = [in_force(each) for each in session.scalars(ordered)]
    replaced = {key_of(each.expressions[0]) for each in own}
    return own + [
        GroupInForce("shipped", each.expressions, each.meanings, each.locale)
        for each in shipped()
        if key_of(each.expressions[0]) not in replaced
    ]


def group(session: Session, group_id: str) -> SynonymGroup:
    """One of the site's groups. Raises `Unknown`."""
    found: SynonymGroup | None = session.get(SynonymGroup, group_id)
    if found is None:
        raise Unknown("There is no such group.")
    return found


def in_force(own: SynonymGroup) -> GroupInForce:
    """One of the site's groups as searches go by it."""
    return GroupInForce(
        source="site",
        expressions=own.expressions,
        meanings=own.meanings,
        locale=own.locale or None,
        id=own.id,
        revision=own.revision,
        replaces=own.key in _shipped_keys(),
    )


def create_group(work: Work, draft: GroupDraft) -> SynonymGroup:
    """Create a group.

    Raises `Invalid` with every reason; `Conflict` when another group begins with the same
    expression, or when there are as many as there may be; `MayNotPublish`.
    """
    _refuse_what_is_wrong(draft)
    count = work.session.scalar(select(func.count()).select_from(SynonymGroup)) or 0
    if count >= MOST_GROUPS:
        raise Conflict(f"There are {MOST_GROUPS:,} groups already: no more are kept.")
    _refuse_taken(work.session, draft)
    created = SynonymGroup(id=new_id(), revision=1)
    _fill(work, created, draft)
    work.session.add(created)
    work.session.flush()
    work.audit("create", "synonym_group", created.id, **_noted(created))
    renew_vocabulary(work)
    return created


def change_group(
    work: Work, group_id: str, expected: int | None, draft: GroupDraft
) -> SynonymGroup:
    """Give a group other expressions.

    Raises as `create_group`; `Unknown`; `EditConflict` when `expected` is not its revision.
    """
    _refuse_what_is_wrong(draft)
    found = _locked(work, group_id, expected)
    _refuse_taken(work.session, draft, found.id)
    before = _noted(found)
    _fill(work, found, draft)
    found.revision += 1
    work.session.flush()
    work.audit("change", "synonym_group", found.id, before=before, **_noted(found))
    renew_vocabulary(work)
    return found


def delete_group(work: Work, group_id: str, expected: int | None) -> None:
    """Delete a group; what it took the place of is in force again.

    Raises `Unknown`; `EditConflict` when `expected` is not its revision; `MayNotPublish`.
    """
    found = _locked(work, group_id, expected)
    work.session.delete(found)
    work.session.flush()
    work.audit("delete", "synonym_group", found.id, **_noted(found))
    renew_vocabulary(work)


def _fill(work: Work, stored: SynonymGroup, draft: GroupDraft) -> None:
    stored.locale = draft.locale or ""
    stored.key = key_of(draft.expressions[0])
    stored.expressions = [each.strip() for each in draft.expressions]
    stored.meanings = [each.strip() for each in draft.meanings]
    stored.changed_at = work.at
    stored.changed_by = work.actor.name


def _noted(stored: SynonymGroup) -> dict[str, list[str]]:
    return {"expressions": stored.expressions, "meanings": stored.meanings}


@lru_cache(maxsize=1)
def _shipped_keys() -> frozenset[str]:
    return frozenset(key_of(each.expressions[0]) for each in shipped())


def _locked(work: Work, group_id: str, expected: int | None) -> SynonymGroup:
    found = work.session.scalar(
        select(SynonymGroup).where(SynonymGroup.id == group_id).with_for_update()
    )
    if found is None:
        raise Unknown("There is no such group.")
    if expected is not None and expected != found.revision:
        raise EditConflict(str(found.revision))
    return found


def _refuse_taken(session: Session, draft: GroupDraft, but: str = "") -> None:
    taken = session.scalar(
        select(SynonymGroup).where(
            SynonymGroup.locale == (draft.locale or ""),
            SynonymGroup.key == key_of(draft.expressions[0]),
            SynonymGroup.id != but,
        )
    )
    if taken:
        detail = f"The group {taken.id} begins with '{taken.expressions[0]}': change that one."
        raise Conflict("The group exists already.", [Reason("/expressions/0", "taken", detail)])


def _refuse_what_is_wrong(draft: GroupDraft) -> None:
    reasons = list(_objections(draft))
    if reasons:
        raise Invalid("What was sent is not acceptable.", reasons)


def _objections(draft: GroupDraft) -> Iterator[Reason]:
    if draft.locale is not None:
        yield from locale_objections(draft.locale, "/locale")
    count = len(draft.expressions) + len(draft.meanings)
    if count > MOST_EXPRESSIONS:
        detail = f"A group has at most {MOST_EXPRESSIONS} expressions; these are {count:,}."
        yield Reason("/expressions", "too_many", detail)
        return
    if not draft.expressions:
        yield Reason("/expressions", "empty", "A group has at least one expression.")
    elif count == 1 and key_of(draft.expressions[0]) not in _shipped_keys():
        detail = "One expression alone says nothing: it only switches off a shipped group."
        yield Reason("/expressions", "too_few", detail)
    seen: set[str] = set()
    for name, listed in (("expressions", draft.expressions), ("meanings", draft.meanings)):
        for place, text in enumerate(listed):
            yield from _expression_objections(text, f"/{name}/{place}", seen)


def _expression_objections(text: str, pointer: str, seen: set[str]) -> Iterator[Reason]:
    yield from line_objections(text, pointer, "expression")
    if len(text) > LONGEST:
        yield Reason(pointer, "too_long", f"An expression has at most {LONGEST} characters.")
    key = key_of(text)
    if text.strip() and not key:
        yield Reason(pointer, "no_word", "An expression has at least one letter or digit.")
    if text.strip() in seen:
        yield Reason(pointer, "repeated", f"'{text.strip()}' is there twice.")
    seen.add(text.strip())
