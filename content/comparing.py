"""Comparing texts with the sections of the library, so that editors reuse instead of copying.

Compared are the current texts: of drafts and live editions of articles that are not deleted,
within one locale. Where to look is known from what `filing` has filed: call `filing.catch_up`
before. Of each text the most promising sections are then read and compared word by word, so that
every share that is told is exact. One may be overlooked, as was tried: of edited copies one in
ten thousand; of texts that stand in one of three times their length one in a hundred, of five
times one in twenty, of ten times one in five.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from content import filing
from content.models import Article, ComparedSection, Edition, Minimum, Section
from content.published import Page, PageRequest
from content.shingles import MINIMA, Relation, Words, likeness, shingles, sketches, words

MOST_SIMILAR: Final = 3
"""Sections that are told of one text, at most."""

MOST_COMPARED: Final = 1_000
"""Sections that are compared with all older ones for one page of a report, at most."""

_LOOKED_AT: Final = 20
# Candidates of one text that are read: those with the most minima in common.

_PROMISE: Final = 0.6
# A candidate is read when its estimated share is at least this part of the share asked for.

_CHUNK: Final = 50
# Texts that are looked up at a time: 1,600 minima in one statement.

_NOT_GONE: Final = (
    Article.deleted_at.is_(None),
    or_(
        ComparedSection.edition_id == Article.live_id,
        ComparedSection.edition_id == Article.draft_id,
    ),
)
# What was filed may have been deleted or superseded since.

_STORED: Final = and_(
    Section.edition_id == ComparedSection.edition_id, Section.id == ComparedSection.section_id
)


@dataclass(frozen=True, slots=True)
class ComparedPlace:
    """A section that was compared, and where it stands.

    `title` is that of the edition which the text is in; `live` says that readers see the text.
    """

    section_id: str
    article_id: str
    slug: str
    locale: str
    title: str
    type: str
    heading: str | None
    live: bool

    @property
    def name(self) -> str:
        """What it is called in a sentence."""
        heading = f"'{self.heading}'" if self.heading else "a section without a heading"
        return f"{heading} ({self.type}) of '{self.title}'{'' if self.live else ', a draft'}"


@dataclass(frozen=True, slots=True)
class Similar(ComparedPlace):
    """A section that a text is similar to.

    `share` is 0 to 1: of what both say together when they are much the `same`; of the text when
    it is a `part` of the section; of the section when the text is the `whole` around it.
    """

    relation: Relation
    share: float

    @property
    def sentence(self) -> str:
        """The finding in words, its share rounded down."""
        percent = f"{int(self.share * 100 + 1e-9)} %"
        match self.relation:
            case "same":
                return f"{percent} the same as {self.name}"
            case "part":
                return f"{percent} of it stands in {self.name}"
            case "whole":
                return f"it holds {percent} of {self.name}"


@dataclass(frozen=True, slots=True)
class Duplicate(ComparedPlace):
    """A section with the older ones that it is similar to, best first."""

    similar: list[Similar]


@dataclass(frozen=True, slots=True)
class ReportQuery:
    """What a report is narrowed to: sections of some types, in a locale; none given means all."""

    least: float = 0.8
    types: Sequence[str] = ()
    locale: str | None = None


class _Asked(NamedTuple):
    """A text that candidates are looked for, in one locale; of a filed one only older ones."""

    size: int
    locale: str
    sketch: Sequence[int]
    section_id: str | None = None


class _Filed(NamedTuple):
    """What is known of a filed text without reading it."""

    compared_id: int
    section_id: str
    size: int
    locale: str


class _Current(NamedTuple):
    """A filed section as its text stands now."""

    text: frozenset[str]
    place: ComparedPlace


def similar(
    session: Session, written: Sequence[str], *, locale: str, least: float = 0.6
) -> list[list[Similar]]:
    """Of each text the sections that it is similar to, best first, at most `MOST_SIMILAR`.

    The texts are Markdown, of questions and answers as `shingles.whole_text` puts them. One that
    is too short to be compared is similar to none. `least` is the smallest share that is told.
    """
    texts = [words(each) for each in written]
    some = [texts[start : start + _CHUNK] for start in range(0, len(texts), _CHUNK)]
    return [found for each in some for found in _similar(session, each, locale, least)]


def report(session: Session, wanted: ReportQuery, page: PageRequest) -> Page[Duplicate]:
    """A page of the sections that are similar to older ones, the youngest first.

    So each pair of similar sections is told with the younger of the two. A section is not
    compared with another state of itself. At most `MOST_COMPARED` sections are compared for one
    page: it may hold fewer than its limit, even none, and have a next one all the same.
    """
    found: list[Duplicate] = []
    last: str | None = page.after[0] if page.after else None
    for _ in range(MOST_COMPARED // _CHUNK):
        section_ids = _next_sections(session, wanted, last)
        if not section_ids:
            return Page(found)
        found += _duplicates_among(session, wanted, section_ids)
        last = section_ids[-1]
        if len(found) >= page.limit:
            return Page(found[: page.limit], [found[: page.limit][-1].section_id])
    return Page(found, [last])


def duplicates(session: Session, wanted: ReportQuery) -> Iterator[Duplicate]:
    """The whole report, in its order."""
    last = None
    while section_ids := _next_sections(session, wanted, last):
        yield from _duplicates_among(session, wanted, section_ids)
        last = section_ids[-1]


def _similar(
    session: Session, texts: Sequence[Words], locale: str, least: float
) -> list[list[Similar]]:
    long = {number: text for number, text in enumerate(texts) if text}
    asked = {
        number: _Asked(len(long[number]), locale, sketch)
        for number, sketch in zip(long, sketches(list(long.values())), strict=True)
    }
    candidates = _candidates(session, asked, least)
    current = _current(session, {each for ids in candidates.values() for each in ids})
    found: list[list[Similar]] = [[] for _ in texts]
    for number, ids in candidates.items():
        others = (current[each] for each in ids if each in current)
        found[number] = _best(shingles(texts[number]), others, least)
    return found


def _next_sections(session: Session, wanted: ReportQuery, last: str | None) -> Sequence[str]:
    statement = (
        select(ComparedSection.section_id)
        .distinct()
        .join(Article, Article.id == ComparedSection.article_id)
        .where(*_NOT_GONE)
        .order_by(ComparedSection.section_id.desc())
        .limit(_CHUNK)
    )
    if last is not None:
        statement = statement.where(ComparedSection.section_id < last)
    if wanted.locale is not None:
        statement = statement.where(Article.locale == wanted.locale)
    if wanted.types:
        statement = statement.join(Section, _STORED).where(Section.type.in_(wanted.types))
    return session.scalars(statement).all()


def _duplicates_among(
    session: Session, wanted: ReportQuery, section_ids: Sequence[str]
) -> Iterator[Duplicate]:
    """The duplicates among these sections, in their order."""
    candidates = _candidates(session, _as_asked(session, section_ids), wanted.least)
    compared = {*candidates, *(each for ids in candidates.values() for each in ids)}
    current = _current(session, compared)
    found: dict[str, Duplicate] = {}
    for number in candidates.keys() & current.keys():
        text, place = current[number]
        others = (current[each] for each in candidates[number] if each in current)
        best = _best(text, others, wanted.least)
        before = found.get(place.section_id)
        # Draft and live edition of one section may both be similar: the better one is told.
        if best and (before is None or _rank(before.similar[0]) > _rank(best[0])):
            found[place.section_id] = Duplicate(**_members(place), similar=best)
    yield from (found[each] for each in section_ids if each in found)


def _as_asked(session: Session, section_ids: Sequence[str]) -> dict[int, _Asked]:
    """All texts of these sections, by the numbers under which they are filed."""
    filed = _filed(session, ComparedSection.section_id.in_(section_ids))
    numbers: defaultdict[int, list[int]] = defaultdict(list)
    statement = select(Minimum.compared_id, Minimum.value).where(Minimum.compared_id.in_(filed))
    for compared_id, value in session.execute(statement):
        numbers[compared_id].append(value)
    return {
        each.compared_id: _Asked(each.size, each.locale, numbers[each.compared_id], each.section_id)
        for each in filed.values()
    }


def _candidates(
    session: Session, asked: Mapping[int, _Asked], least: float
) -> dict[int, list[int]]:
    """For each text the numbers of the filed ones that are worth reading, where there are any."""
    equal = _equal_minima(session, asked)
    numbers = sorted({each for counts in equal.values() for each in counts})
    filed: dict[int, _Filed] = {}
    for start in range(0, len(numbers), filing.MOST_PARAMETERS):
        some = numbers[start : start + filing.MOST_PARAMETERS]
        filed |= _filed(session, ComparedSection.id.in_(some))
    found = {
        number: _promising(asked[number], counts, filed, least) for number, counts in equal.items()
    }
    return {number: ids for number, ids in found.items() if ids}


def _equal_minima(session: Session, asked: Mapping[int, _Asked]) -> dict[int, dict[int, int]]:
    """How many minima each text has in common with filed ones, where it is more than one."""
    owners: defaultdict[int, list[int]] = defaultdict(list)
    for number, each in asked.items():
        for value in each.sketch:
            owners[value].append(number)
    equal: defaultdict[int, Counter[int]] = defaultdict(Counter)
    statement = select(Minimum.value, Minimum.compared_id).where(Minimum.value.in_(owners))
    for value, compared_id in session.execute(statement):
        for number in owners[value]:
            equal[number][compared_id] += 1
    return {
        number: {compared_id: count for compared_id, count in counts.items() if count > 1}
        for number, counts in equal.items()
    }


def _promising(
    asked: _Asked, equal: Mapping[int, int], filed: Mapping[int, _Filed], least: float
) -> list[int]:
    found = [
        compared_id
        for compared_id, count in equal.items()
        if (each := filed.get(compared_id))
        and each.locale == asked.locale
        and (asked.section_id is None or each.section_id < asked.section_id)
        and _promise(count, each.size, asked.size) >= least * _PROMISE
    ]
    return sorted(found, key=lambda each: (-equal[each], each))[:_LOOKED_AT]


def _promise(equal: int, size: int, other: int) -> float:
    """How much of the smaller of two texts stands in the other, estimated from equal minima.

    Equal minima tell the share of all shingles of both; their two sizes tell how many that is.
    """
    return equal * (size + other) / (MINIMA + equal) / min(size, other)


def _filed(session: Session, condition: ColumnElement[bool]) -> dict[int, _Filed]:
    statement = (
        select(ComparedSection.id, ComparedSection.section_id, ComparedSection.size, Article.locale)
        .join(Article, Article.id == ComparedSection.article_id)
        .where(*_NOT_GONE, condition)
    )
    return {row.id: _Filed(*row) for row in session.execute(statement)}


def _current(session: Session, compared_ids: Collection[int]) -> dict[int, _Current]:
    """Filed sections as they stand now, by number; what is gone is left out."""
    statement = (
        select(
            ComparedSection.id.label("compared_id"),
            ComparedSection.edition_id,
            ComparedSection.section_id,
            Article.id.label("article_id"),
            Article.slug,
            Article.locale,
            Edition.title,
            Section.type,
            Section.heading,
            func.coalesce(Article.live_id == Edition.id, false()).label("live"),
        )
        .join(Article, Article.id == ComparedSection.article_id)
        .join(Edition, Edition.id == ComparedSection.edition_id)
        .join(Section, _STORED)
        .where(*_NOT_GONE, ComparedSection.id.in_(compared_ids))
    )
    rows = session.execute(statement).all()
    stored = filing.texts(session, [(row.edition_id, row.section_id) for row in rows])
    return {
        row.compared_id: _Current(
            shingles(words(stored[row.edition_id, row.section_id])), ComparedPlace(**_members(row))
        )
        for row in rows
    }


def _members(place: Any) -> dict[str, Any]:
    """What a `ComparedPlace` has, of such a one or of a row."""
    return {each.name: getattr(place, each.name) for each in fields(ComparedPlace)}


def _best(text: frozenset[str], others: Iterable[_Current], least: float) -> list[Similar]:
    """The best of the others, each section once."""
    found = [
        Similar(**_members(other.place), relation=like.relation, share=like.share)
        for other in others
        if (like := likeness(text, other.text, least))
    ]
    once = {each.section_id: each for each in sorted(found, key=_rank, reverse=True)}
    return sorted(once.values(), key=_rank)[:MOST_SIMILAR]


def _rank(found: Similar) -> tuple[float, bool, str]:
    """The greater share first; of equal ones what readers see, and then what is older."""
    return -found.share, not found.live, found.section_id
