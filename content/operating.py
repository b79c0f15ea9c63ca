"""Operating on the sections of a draft: several acts at once, all of them or none, undoable."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import singledispatchmethod

from content.dividing import halves, nearest_offsets, questions_in
from content.drafting import lock_article, open_draft, saved
from content.drafts import (
    MAX_SECTIONS,
    SectionDraft,
    line_objections,
    misordered,
    section_objections,
    type_objections,
)
from content.errors import Invalid, Reason
from content.history import KeptItem, KeptSection, kept
from content.importing.blocks import escape_inline
from content.importing.cutting import shown_words
from content.importing.wording import is_question
from content.keeping import newest_point, secure
from content.library import Work
from content.models import Article, Section, new_id
from content.operations import (
    ExtractFaq,
    Merge,
    Move,
    Operation,
    Remove,
    Reorder,
    Replace,
    Retitle,
    Retype,
    Split,
)
from content.restoring import lay_out
from content.sections import FAQ


@dataclass(frozen=True, slots=True)
class Operated:
    """What came of operations.

    `before` is the number of the saved point that undoes them, `point` that of what they made,
    and `names` has the id of each section that was given a name.
    """

    article: Article
    before: int
    point: int
    names: Mapping[str, str]
    sections: Sequence[Section]

    @property
    def revision(self) -> int:
        """That of the article."""
        return self.article.revision


def operate(
    work: Work,
    article_id: str,
    expected: int | None,
    operations: Sequence[Operation],
    why: str | None = None,
) -> Operated:
    """Do the operations in order, all of them or none.

    Raises `Invalid` with every reason, pointers from `/operations/0` on; `EditConflict`,
    `Unknown`. Restoring the point `before` undoes them.
    """
    article = lock_article(work, article_id, expected)
    draft = open_draft(work, article)
    before = secure(work, article, draft)
    sections, names = operated([kept(each) for each in draft.sections], operations)
    lay_out(work, article, draft, sections)
    saved(work, article, "operate", why)
    work.audit("operate", "article", article.id, operations=len(operations), before=before.number)
    after = newest_point(work.session, article.id) or before
    return Operated(article, before.number, after.number, names, draft.sections)


def operated(
    sections: Sequence[KeptSection], operations: Sequence[Operation]
) -> tuple[list[KeptSection], dict[str, str]]:
    """What comes of operations on sections, and the ids of those that were given a name.

    Pure. Empty anchors are to be made. Raises `Invalid`.
    """
    desk = _Desk(list(sections))
    reasons: list[Reason] = []
    for number, operation in enumerate(operations):
        pointer = f"/operations/{number}"
        objections = [*_wording_objections(operation, pointer)]
        try:
            if not objections:
                objections = [*desk.done(operation, pointer)]
        except _Impossible as error:
            objections = [Reason(f"{pointer}/{error.member}", error.code, str(error))]
        except _FollowsFailure:
            continue
        if objections:
            desk.failed |= {getattr(operation, "name", None) or ""} - {""}
        reasons += objections
    if reasons:
        raise Invalid("These operations cannot be done.", reasons)
    return desk.sections, desk.names


class _Impossible(Exception):
    """An operation that cannot be done, and which member of it says so."""

    def __init__(self, member: str, code: str, detail: str) -> None:
        super().__init__(detail)
        self.member = member
        self.code = code


class _FollowsFailure(Exception):
    """It works on what one before it would have made: that one's reasons say enough."""


def _wording_objections(operation: Operation, pointer: str) -> Iterator[Reason]:
    """What is wrong with an operation whatever it is applied to."""
    match operation:
        case Retype(type=kind) | Split(type=kind):
            yield from type_objections(kind, f"{pointer}/type")
        case Replace(section=content):
            yield from section_objections(content, f"{pointer}/section")
    match operation:
        case Retitle(heading=str(line)) | Split(heading=str(line)) | ExtractFaq(heading=str(line)):
            yield from line_objections(line, f"{pointer}/heading", "heading")


@dataclass(slots=True)
class _Desk:
    """The sections while they are worked on."""

    sections: list[KeptSection]
    names: dict[str, str] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    """Names of what could not be made."""

    def done(self, operation: Operation, pointer: str) -> Iterator[Reason]:
        """Do it, and say what is wrong with what came of it."""
        before = {id(each) for each in self.sections}
        self.apply(operation)
        for section in self.sections:
            if id(section) not in before:
                yield from section_objections(section.draft, pointer)
        if len(self.sections) > MAX_SECTIONS:
            yield Reason(pointer, "too_many", f"An article has at most {MAX_SECTIONS} sections.")

    @singledispatchmethod
    def apply(self, operation: Operation) -> None:
        """Do one operation. Raises `_Impossible`, before anything was changed."""
        raise NotImplementedError(operation)

    @apply.register
    def _retype(self, wanted: Retype) -> None:
        for section in self.sections:
            if any(item.id == wanted.id for item in section.items):
                self._put(section, _with_item_type(section, wanted))
                return
        section = self._section(wanted.id)
        plain = section if wanted.type == FAQ else _written_out(section)
        self._put(section, replace(plain, type=wanted.type))

    @apply.register
    def _retitle(self, wanted: Retitle) -> None:
        section = self._section(wanted.id)
        anchor = section.anchor if section.heading == wanted.heading else ""
        self._put(section, replace(section, heading=wanted.heading, anchor=anchor))

    @apply.register
    def _split(self, wanted: Split) -> None:
        section = self._section(wanted.id)
        parts = halves(section.body, wanted.offset)
        if parts is None:
            raise _Impossible("offset", "not_a_border", _where_to_cut(section.body, wanted.offset))
        goes = wanted.type == FAQ
        added = KeptSection(
            id=self._new(wanted.name),
            type=wanted.type,
            heading=wanted.heading,
            level=section.level,
            anchor="",
            body=parts[1],
            items=section.items if goes else (),
            revision=0,
        )
        left = replace(section, body=parts[0], items=() if goes else section.items)
        self.sections.insert(self._place(section) + 1, added)
        self._put(section, left)

    @apply.register
    def _merge(self, wanted: Merge) -> None:
        found = [self._section(each, f"ids/{number}") for number, each in enumerate(wanted.ids)]
        if len({each.id for each in found}) < max(len(found), 2):
            detail = "Name two or more sections, each once."
            raise _Impossible("ids", "not_several", detail)
        joined = found[0]
        for number, each in enumerate(found[1:], start=1):
            joined = _joined(joined, each, f"ids/{number}")
        self._put(found[0], joined)
        for each in found[1:]:
            self.sections.remove(each)

    @apply.register
    def _move(self, wanted: Move) -> None:
        section = self._section(wanted.id)
        if not 1 <= wanted.position <= len(self.sections):
            detail = f"A position is 1 to {len(self.sections)} here."
            raise _Impossible("position", "out_of_range", detail)
        self.sections.remove(section)
        self.sections.insert(wanted.position - 1, section)

    @apply.register
    def _replace(self, wanted: Replace) -> None:
        section = self._section(wanted.id)
        items = list(_revised_items(section.items, wanted.section))
        anchor = section.anchor if section.heading == wanted.section.heading else ""
        self._put(section, replace(section.with_draft(wanted.section, items), anchor=anchor))

    @apply.register
    def _extract_faq(self, wanted: ExtractFaq) -> None:
        section = self._section(wanted.id)
        found = questions_in(section.body)
        if found is None:
            detail = (
                "There are no questions with answers in its text: they are headings or paragraphs "
                "that ask, or lines that begin with 'Q:', each with an answer behind it."
            )
            raise _Impossible("id", "no_questions", detail)
        items = tuple(KeptItem(new_id(), None, *pair, anchor="") for pair in found.pairs)
        if section.type == FAQ or not found.rest:
            changed = replace(section, type=FAQ, body=found.rest, items=(*section.items, *items))
            if wanted.heading is not None and wanted.heading != section.heading:
                changed = replace(changed, heading=wanted.heading, anchor="")
            if wanted.name:
                self._name(wanted.name, section.id)
            self._put(section, changed)
            return
        identity = self._new(wanted.name)
        added = KeptSection(identity, FAQ, wanted.heading, section.level, "", "", items, 0)
        self.sections.insert(self._place(section) + 1, added)
        self._put(section, replace(section, body=found.rest))

    @apply.register
    def _reorder(self, wanted: Reorder) -> None:
        order = [self._section(each, f"order/{number}") for number, each in enumerate(wanted.order)]
        known = [each.id for each in self.sections]
        if detail := misordered([each.id for each in order], known):
            raise _Impossible("order", "not_a_permutation", detail)
        self.sections[:] = order

    @apply.register
    def _remove(self, wanted: Remove) -> None:
        self.sections.remove(self._section(wanted.id))

    def _section(self, name: str, member: str = "id") -> KeptSection:
        if name in self.failed:
            raise _FollowsFailure
        wanted = self.names.get(name, name)
        for section in self.sections:
            if section.id == wanted:
                return section
        detail = f"There is no section '{name[:60]}' in the draft at this point."
        raise _Impossible(member, "unknown_id", detail)

    def _new(self, name: str | None) -> str:
        """The id of a new section, which later operations may call by a name."""
        identity = new_id()
        if name:
            self._name(name, identity)
        return identity

    def _name(self, name: str, identity: str) -> None:
        if name in self.names or any(each.id == name for each in self.sections):
            detail = f"'{name[:60]}' names a section already."
            raise _Impossible("name", "name_taken", detail)
        self.names[name] = identity

    def _place(self, section: KeptSection) -> int:
        return next(n for n, each in enumerate(self.sections) if each is section)

    def _put(self, section: KeptSection, changed: KeptSection) -> None:
        self.sections[self._place(section)] = changed


def _with_item_type(section: KeptSection, wanted: Retype) -> KeptSection:
    if wanted.type == FAQ:
        detail = "The type of a pair says what is asked about, which 'faq' does not."
        raise _Impossible("type", "not_of_a_pair", detail)
    items = (
        replace(item, type=wanted.type) if item.id == wanted.id else item for item in section.items
    )
    return replace(section, items=tuple(items))


def _written_out(section: KeptSection) -> KeptSection:
    """The section with its pairs as text."""
    pairs = [
        f"**{escape_inline(item.question)}**\n\n{item.answer}".rstrip() for item in section.items
    ]
    return replace(section, body=_together([section.body, *pairs]), items=())


def _joined(target: KeptSection, section: KeptSection, member: str) -> KeptSection:
    """The target with all of a section behind it."""
    if target.type == FAQ and _asks(section):
        asked = KeptItem(new_id(), None, section.heading or "", section.body, "")
        return replace(target, items=(*target.items, asked))
    taken = section if target.type == FAQ else _written_out(section)
    heading = f"**{escape_inline(section.heading)}**" if section.heading else ""
    body = _together([target.body, heading, taken.body])
    apart = [shown_words(each) for each in (target.body, heading, taken.body)]
    if shown_words(body) != [word for words in apart for word in words]:
        detail = "The text before it ends in markup that would take it up: close that first."
        raise _Impossible(member, "open_markup", detail)
    return replace(target, body=body, items=(*target.items, *taken.items))


def _asks(section: KeptSection) -> bool:
    return bool(section.heading and is_question(section.heading) and section.body.strip()) and not (
        section.items
    )


def _together(parts: Iterable[str]) -> str:
    return "\n\n".join(each for each in parts if each.strip())


def _revised_items(items: Sequence[KeptItem], content: SectionDraft) -> Iterator[KeptItem]:
    """The pairs of a new content: one keeps its identity by its id, or by its question."""
    by_id = {item.id: item for item in items}
    by_question = {item.question: item for item in items}
    used: set[str] = set()
    for draft in content.items:
        known = by_id.get(draft.id or "") or by_question.get(draft.question)
        if known is None or known.id in used:
            known = KeptItem(new_id(), None, "", "", "")
        used.add(known.id)
        anchor = known.anchor if known.question == draft.question else ""
        yield KeptItem(known.id, draft.type, draft.question, draft.answer, anchor)


def _where_to_cut(body: str, offset: int) -> str:
    if not 0 < offset < len(body):
        last = max(len(body) - 1, 1)
        return f"An offset is 1 to {last} here: the body has {len(body)} characters."
    found = nearest_offsets(body, offset)
    if not found:
        return "One sentence, or words that markup holds together: no place to split is near."
    places = " and ".join(map(str, found))
    return f"No paragraph, item or sentence begins there; the nearest that do: {places}."
