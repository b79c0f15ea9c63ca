"""Planning changes in bulk: every place that would be changed, stored and shown before any is."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import singledispatch
from typing import Any, Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, selectinload

from content.bulk import (
    MAX_HITS,
    PLACES,
    BulkChange,
    BulkHit,
    BulkText,
    Replacement,
    Retopicking,
    Retyping,
    Where,
)
from content.composing import newest_edition
from content.drafts import MAX_LINE, nearest, type_objections
from content.errors import Invalid, Reason, Unknown
from content.library import Work
from content.models import Article, ArticleTopic, Edition, FaqItem, Section, Topic, new_id
from content.published import Page, PageRequest
from content.replacing import MAX_FIND, Hit, hits_in_line, hits_in_markdown, pattern

Asked = Replacement | Retyping | Retopicking

_KINDS: Final = {Replacement: "replace", Retyping: "retype", Retopicking: "retopic"}
_AT_ONCE: Final = 50
_MOST_SHARED: Final = 100
_MARKDOWN: Final = frozenset({"body", "answer"})
_PLACE_OF: Final = {"question": "questions", "answer": "answers"}


@dataclass(frozen=True, slots=True)
class PlannedHit:
    """A hit with the text that it is in."""

    hit: BulkHit
    text: BulkText


@dataclass(frozen=True, slots=True)
class _Met:
    """A text that is looked at, and what is to be changed in it."""

    field: str
    before: str
    hits: Sequence[Hit]
    section: Section | None = None
    item: FaqItem | None = None


@dataclass(slots=True)
class _Plan:
    """What was met so far."""

    bulk: BulkChange
    texts: int = 0
    shared: dict[str, None] = field(default_factory=dict)

    def rows(self, article: Article, met: _Met) -> Iterator[BulkText | BulkHit]:
        """The rows of a text with its hits."""
        self.texts += 1
        yield BulkText(
            bulk_id=self.bulk.id,
            number=self.texts,
            article_id=article.id,
            section_id=met.section.id if met.section else None,
            item_id=met.item.id if met.item else None,
            field=met.field,
            before=met.before,
        )
        for hit in met.hits:
            self.bulk.hits += 1
            before, after = hit.context(met.before)
            yield BulkHit(
                bulk_id=self.bulk.id,
                number=self.bulk.hits,
                text=self.texts,
                offset=hit.offset,
                found=hit.found,
                put=hit.put,
                before=before,
                after=after,
            )


def plan(work: Work, asked: Asked, where: Where) -> BulkChange:
    """Look up everything that would be changed, in drafts or else in the newest editions.

    Nothing is changed but that the plan is stored. Raises `Invalid` with every reason, and where
    there is more to change than one plan may hold.
    """
    reasons = [*_where_objections(work.session, where), *_objections(asked, work.session)]
    if reasons:
        raise Invalid("What was sent is not acceptable.", reasons)
    bulk = BulkChange(
        id=new_id(),
        kind=_KINDS[type(asked)],
        request={**asdict(asked), "where": asdict(where)},
        hits=0,
        articles=0,
        shared=[],
        created_at=work.at,
        created_by=work.actor.name,
    )
    work.session.add(bulk)
    work.session.flush()
    found = _Plan(bulk)
    ids = work.session.scalars(_matching(where)).all()
    for start in range(0, len(ids), _AT_ONCE):
        for article in _loaded(work.session, ids[start : start + _AT_ONCE]):
            _look_into(work, found, article, asked, where)
        # Texts are not kept in memory longer than they are looked at.
        work.session.flush()
        work.session.expunge_all()
        work.session.add(bulk)
    bulk.shared = list(found.shared)[:_MOST_SHARED]
    work.audit("plan", "bulk_change", bulk.id, change=bulk.kind, hits=bulk.hits)
    work.session.flush()
    return bulk


def bulk_change(session: Session, bulk_id: str) -> BulkChange:
    """A plan, and what became of it. Raises `Unknown`."""
    found: BulkChange | None = session.get(BulkChange, bulk_id)
    if found is None:
        raise Unknown("There is no such change.")
    return found


def bulk_changes(session: Session, page: PageRequest) -> Page[BulkChange]:
    """A page of all plans, newest first."""
    statement = select(BulkChange)
    total = None
    if page.count:
        total = session.scalar(select(func.count()).select_from(BulkChange))
    if page.after:
        statement = statement.where(BulkChange.id < page.after[0])
    found = list(session.scalars(statement.order_by(BulkChange.id.desc()).limit(page.limit + 1)))
    shown = found[: page.limit]
    return Page(shown, [shown[-1].id] if len(found) > page.limit else None, total)


def hits(session: Session, bulk_id: str, page: PageRequest) -> Page[PlannedHit]:
    """A page of the hits of a plan, by article and in the order of its text."""
    bulk = bulk_change(session, bulk_id)
    statement = (
        select(BulkHit, BulkText)
        .join(BulkText, (BulkText.bulk_id == BulkHit.bulk_id) & (BulkText.number == BulkHit.text))
        .where(BulkHit.bulk_id == bulk_id)
    )
    if page.after:
        statement = statement.where(BulkHit.number > page.after[0])
    rows = session.execute(statement.order_by(BulkHit.number).limit(page.limit + 1)).all()
    shown = [PlannedHit(*row) for row in rows[: page.limit]]
    after = [shown[-1].hit.number] if len(rows) > page.limit else None
    return Page(shown, after, bulk.hits if page.count else None)


def _where_objections(session: Session, where: Where) -> Iterator[Reason]:
    if where.type is not None:
        yield from type_objections(where.type, "/where/type")
    if where.topic is not None:
        yield from _topic_objections(session, [where.topic], "/where/topic")


@singledispatch
def _objections(asked: Asked, session: Session) -> Iterator[Reason]:
    raise NotImplementedError(asked)


@_objections.register
def _(asked: Replacement, session: Session) -> Iterator[Reason]:
    if not asked.find.strip():
        yield Reason("/find", "empty", "Say what is to be looked for.")
    if len(asked.find) > MAX_FIND or len(asked.replace_with) > MAX_LINE:
        detail = f"At most {MAX_FIND} characters are looked for, and put in their place."
        yield Reason("/find", "too_long", detail)
    if "\n" in asked.find or "\n" in asked.replace_with:
        yield Reason("/find", "line_break", "Words are replaced inside of a paragraph only.")
    if asked.find == asked.replace_with:
        yield Reason("/replace_with", "no_change", "It says the same.")
    for place in asked.places:
        if place not in PLACES:
            detail = f"'{place[:60]}' is no place{nearest(place, PLACES)} {', '.join(PLACES)}."
            yield Reason("/in", "unknown_place", detail)
    if not asked.places:
        yield Reason("/in", "empty", f"Name one or more of: {', '.join(PLACES)}.")


@_objections.register
def _(asked: Retyping, session: Session) -> Iterator[Reason]:
    yield from type_objections(asked.old, "/from")
    yield from type_objections(asked.new, "/to")
    if asked.old == asked.new:
        yield Reason("/to", "no_change", "It is the same type.")


@_objections.register
def _(asked: Retopicking, session: Session) -> Iterator[Reason]:
    if not asked.add and not asked.remove:
        yield Reason("/add", "empty", "Name topics to add, or to remove.")
    if set(asked.add) & set(asked.remove):
        yield Reason("/remove", "no_change", "A topic is either added or removed.")
    yield from _topic_objections(session, asked.add, "/add")
    yield from _topic_objections(session, asked.remove, "/remove")


def _topic_objections(session: Session, refs: Sequence[str], pointer: str) -> Iterator[Reason]:
    known = [topic.ref for topic in session.scalars(select(Topic))]
    for ref in refs:
        if ref not in known:
            yield Reason(pointer, "unknown_topic", f"No topic '{ref[:130]}'{nearest(ref, known)}")


def _matching(where: Where) -> Select[Any]:
    statement = select(Article.id).where(Article.deleted_at.is_(None))
    if where.locale is not None:
        statement = statement.where(Article.locale == where.locale)
    if where.articles:
        statement = statement.where(Article.id.in_(where.articles))
    if where.topic is not None:
        kind, _, key = where.topic.partition(":")
        under = (
            select(ArticleTopic.article_id)
            .join(Topic, Topic.id == ArticleTopic.topic_id)
            .where(Topic.kind == kind, Topic.key == key)
        )
        statement = statement.where(Article.id.in_(under))
    return statement.order_by(Article.id)


def _loaded(session: Session, ids: Sequence[str]) -> Iterable[Article]:
    return session.scalars(
        select(Article)
        .where(Article.id.in_(ids))
        .order_by(Article.id)
        .options(
            selectinload(Article.draft).selectinload(Edition.sections),
            selectinload(Article.live).selectinload(Edition.sections),
            selectinload(Article.topic_links),
        )
    )


def _look_into(work: Work, found: _Plan, article: Article, asked: Asked, where: Where) -> None:
    """Store what would be changed of an article."""
    edition = article.draft or newest_edition(work.session, article)
    changed = False
    for met in _met(asked, article, edition, where):
        if not met.hits:
            continue
        if met.section is not None and met.section.shared_id is not None:
            found.shared[met.section.shared_id] = None
            continue
        work.session.add_all(list(found.rows(article, met)))
        changed = True
        _refuse_too_many(found.bulk)
    found.bulk.articles += changed


def _refuse_too_many(bulk: BulkChange) -> None:
    if bulk.hits > MAX_HITS:
        detail = f"There are more than {MAX_HITS:,} places: narrow it with `where`."
        raise Invalid("The change is too large.", [Reason("/where", "too_many", detail)])


@singledispatch
def _met(asked: Asked, article: Article, edition: Edition, where: Where) -> Iterator[_Met]:
    """Every text that is looked at, with what is to be changed in it."""
    raise NotImplementedError(asked)


@_met.register
def _(asked: Replacement, article: Article, edition: Edition, where: Where) -> Iterator[_Met]:
    def look(field: str, text: str, section: Section | None, item: FaqItem | None = None) -> _Met:
        return _Met(field, text, _hits(asked, field, text), section, item)

    if where.type is None:
        yield look("title", edition.title, None)
        yield look("summary", edition.summary, None)
    for section in _sections(edition, where):
        yield look("heading", section.heading or "", section)
        yield look("body", section.body, section)
        for item in section.items:
            yield look("question", item.question, section, item)
            yield look("answer", item.answer, section, item)


@_met.register
def _(asked: Retyping, article: Article, edition: Edition, where: Where) -> Iterator[_Met]:
    for section in _sections(edition, where):
        if section.type == asked.old and not section.items:
            yield _Met("type", section.type, [Hit(0, asked.old, asked.new)], section)


@_met.register
def _(asked: Retopicking, article: Article, edition: Edition, where: Where) -> Iterator[_Met]:
    refs = [link.topic.ref for link in article.topic_links]
    wanted = [ref for ref in refs if ref not in asked.remove]
    wanted += [ref for ref in dict.fromkeys(asked.add) if ref not in wanted]
    if wanted != refs:
        known = " ".join(refs)
        yield _Met("topics", known, [Hit(0, known, " ".join(wanted))])


def _sections(edition: Edition, where: Where) -> Iterator[Section]:
    return (each for each in edition.sections if where.type in {None, each.type})


def _hits(asked: Replacement, field: str, text: str) -> list[Hit]:
    kinds = {"text"} if _PLACE_OF.get(field, field) in asked.places else set()
    if field not in _MARKDOWN:
        wanted = pattern(asked.find, case=asked.case, whole_words=asked.whole_words, markdown=False)
        return hits_in_line(text, wanted, asked.replace_with) if kinds else []
    kinds |= {"code", "urls"} & set(asked.places)
    wanted = pattern(asked.find, case=asked.case, whole_words=asked.whole_words, markdown=True)
    return hits_in_markdown(text, wanted, asked.replace_with, kinds) if kinds else []
