"""Where a term occurs in drafts and in live articles, as it is written there.

Words are whole words, in small letters or capitals, with whatever space or line break between
them. Offsets are characters of the stored text, which is Markdown in bodies and answers: what is
found can be replaced where it stands.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, selectinload

from content.models import Article, Edition, FaqItem, Section
from content.published import Page, PageRequest

MOST_SEARCHED: Final = 500
"""Articles that are read for one page, at most; it may hold fewer than its limit for that."""

_CHUNK: Final = 50
_BESIDE: Final = 60
# Characters that an excerpt shows on either side.


class Occurrence(NamedTuple):
    """Where a term stands in a text: from `start` up to `end`, in characters."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Spot:
    """A text with the term in it.

    `edition` is `draft` or `live`; `part` is `title`, `summary`, `heading`, `body`, `question` or
    `answer`. `excerpt` is what stands around the first occurrence.
    """

    edition: str
    part: str
    section_id: str | None
    item_id: str | None
    type: str | None
    occurrences: list[Occurrence]
    excerpt: str


@dataclass(frozen=True, slots=True)
class SpottedArticle:
    """An article with every place of a term in its draft and its live edition."""

    id: str
    slug: str
    locale: str
    title: str
    spots: list[Spot]


@dataclass(frozen=True, slots=True)
class SpotQuery:
    """What to look for: a term of one or several words, in articles of a locale or of any."""

    term: str
    locale: str | None = None


def occurrences(text: str, term: str) -> list[Occurrence]:
    """Every place of a term in a text, in order; none where the term has no word."""
    pattern = _pattern(term)
    return [Occurrence(*found.span()) for found in pattern.finditer(text)] if pattern else []


def spot(session: Session, wanted: SpotQuery, page: PageRequest) -> Page[SpottedArticle]:
    """A page of the articles with the term, in the order in which they were made.

    It may hold fewer than its limit, even none, and have a next one all the same.
    """
    found: list[SpottedArticle] = []
    last: str | None = page.after[0] if page.after else None
    for _ in range(MOST_SEARCHED // _CHUNK):
        articles = _candidates(session, wanted, last)
        for article in articles:
            last = article.id
            spots = list(spots_in(article, wanted.term))
            if spots:
                found.append(_spotted(article, spots))
            if len(found) == page.limit:
                return Page(found, [last])
        if len(articles) < _CHUNK:
            return Page(found)
    return Page(found, [last])


def spots_in(article: Article, term: str) -> Iterator[Spot]:
    """Every text of the draft and of the live edition with the term in it."""
    for name, edition in (("draft", article.draft), ("live", article.live)):
        for part, text, section, item in _texts(edition) if edition else ():
            found = occurrences(text, term)
            if found:
                yield Spot(
                    edition=name,
                    part=part,
                    section_id=section.id if section else None,
                    item_id=item.id if item else None,
                    type=section.type if section else None,
                    occurrences=found,
                    excerpt=_excerpt(text, found[0]),
                )


def _texts(edition: Edition) -> Iterator[tuple[str, str, Section | None, FaqItem | None]]:
    yield "title", edition.title, None, None
    yield "summary", edition.summary, None, None
    for section in edition.sections:
        yield "heading", section.heading or "", section, None
        yield "body", section.body, section, None
        for item in section.items:
            yield "question", item.question, section, item
            yield "answer", item.answer, section, item


def _pattern(term: str) -> re.Pattern[str] | None:
    words = term.split()
    if not any(re.search(r"\w", word) for word in words):
        return None
    # A sign at the edge of a term is no part of a word: what stands beside it does not matter.
    before = r"(?<!\w)" if re.match(r"\w", words[0]) else ""
    after = r"(?!\w)" if re.search(r"\w\Z", words[-1]) else ""
    return re.compile(before + r"\s+".join(map(re.escape, words)) + after, re.IGNORECASE)


def _candidates(session: Session, wanted: SpotQuery, last: str | None) -> Sequence[Article]:
    """The next articles that may have the term: the database looks for its longest plain word."""
    statement = (
        select(Article)
        .where(Article.deleted_at.is_(None))
        .order_by(Article.id)
        .limit(_CHUNK)
        .options(*(selectinload(each).selectinload(Edition.sections) for each in _EDITIONS))
    )
    if wanted.locale is not None:
        statement = statement.where(Article.locale == wanted.locale)
    if last is not None:
        statement = statement.where(Article.id > last)
    plain = [word for word in re.findall(r"\w+", wanted.term) if word.isascii()]
    if plain:
        statement = statement.where(_holding(max(plain, key=len)))
    return session.scalars(statement).all()


_EDITIONS: Final[tuple[Any, ...]] = (Article.draft, Article.live)


def _holding(word: str) -> ColumnElement[bool]:
    """That an edition of the article has these letters somewhere."""

    def has(*columns: Any) -> ColumnElement[bool]:
        return or_(*(column.icontains(word, autoescape=True) for column in columns))

    def current(column: Any) -> ColumnElement[bool]:
        return or_(column == Article.draft_id, column == Article.live_id)

    head = select(Edition.id).where(current(Edition.id), has(Edition.title, Edition.summary))
    body = select(Section.id).where(current(Section.edition_id), has(Section.heading, Section.body))
    pair = select(FaqItem.id).where(
        current(FaqItem.edition_id), has(FaqItem.question, FaqItem.answer)
    )
    return or_(*(each.correlate(Article).exists() for each in (head, body, pair)))


def _spotted(article: Article, spots: list[Spot]) -> SpottedArticle:
    edition = article.draft or article.live
    title = edition.title if edition else ""
    return SpottedArticle(article.id, article.slug, article.locale, title, spots)


def _excerpt(text: str, at: Occurrence) -> str:
    start, end = max(0, at.start - _BESIDE), min(len(text), at.end + _BESIDE)
    shown = " ".join(text[start:end].split())
    return f"{'…' if start else ''}{shown}{'…' if end < len(text) else ''}"
