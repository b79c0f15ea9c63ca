"""Witnessing: whether a library is what a ledger says, and keeps every invariant of `domain.md`.

It reads the tables themselves beside what readers are answered, so that neither can excuse the
other.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import FromClause, select
from sqlalchemy.orm import Session

from content import depicting, publishing, reading, recalling
from content.agenda import Release, Schedule
from content.errors import Moved, Unknown, Withdrawn
from content.history import SavedPoint, Version
from content.library import Library
from content.models import (
    Article,
    ArticleTopic,
    AuditEntry,
    Change,
    ChangeHead,
    Edition,
    EditionAuthor,
    FaqItem,
    Section,
)
from content.publications import (
    ALL,
    ARTICLES,
    PAIRS,
    Publication,
    PublicationPair,
    PublicationTopic,
    TopicTally,
)
from content.published import PageRequest, PublishedArticle, PublishedSection
from content.reading import Filter
from content.signing import clinical_digest
from tests.content.ledger import Address, Item, Ledger, Part, Piece, Signature, Text

EVERYTHING = PageRequest(100)


class Stored(NamedTuple):
    """What is in the tables, by id."""

    articles: dict[str, Any]
    editions: dict[str, Any]
    texts: dict[str, Text]
    marks: dict[str, tuple[Any, ...]]
    """All that must never change of an edition that was live."""
    revisions: dict[str, dict[str, int]]
    """Of each edition the revisions of its sections."""


class Witness:
    """One who looks at a library after every act, and remembers what was."""

    def __init__(self, library: Library, ledger: Ledger) -> None:
        self.library = library
        self.ledger = ledger
        self.checked: Counter[str] = Counter()
        self._immutable: dict[str, tuple[object, ...]] = {}
        self._tags: dict[tuple[object, ...], object] = {}
        self._ended: dict[str, object] = {}
        self._points: dict[int, dict[str, str]] = {0: {}}
        self._head = -1
        self._anchors: dict[str, set[str]] = defaultdict(set)

    def stored(self, session: Session) -> Stored:
        """Everything that was ever written, as it stands."""
        parts = _parts(session)
        editions = {each.id: each for each in _rows(session, Edition.__table__)}
        texts = {
            key: Text(
                each.title,
                each.summary,
                tuple(part for part, _ in parts[key]),
                tuple(one["id"] for one in each.references),
            )
            for key, each in editions.items()
        }
        marks = {
            key: (texts[key], each.digest, each.word_count, [mark for _, mark in parts[key]])
            for key, each in editions.items()
        }
        revisions = {key: {p.id: int(mark[0]) for p, mark in parts[key]} for key in editions}
        articles = {each.id: each for each in _rows(session, Article.__table__)}
        return Stored(articles, editions, texts, marks, revisions)

    def look(self) -> Stored:
        """Check all of it. Raises AssertionError."""
        with self.library.reading() as session:
            stored = self.stored(session)
            self._editors(session, stored)
            self._live_editions(session, stored)
            self._tags_mean_one_thing(session, stored)
            self._positions(session)
            self._agenda(session)
            self._readers(session)
            self._addresses(session)
            self._log(session)
        return stored

    def _count(self, invariant: str) -> None:
        self.checked[invariant] += 1

    def _editors(self, session: Session, stored: Stored) -> None:
        """Editors find just what the acts made: states, texts, authors, and ids that survive."""
        self._count("articles, drafts and editions are what the acts made")
        known = {each.id: each for each in self.ledger.pieces if not each.purged}
        assert set(stored.articles) == set(known)
        authors = defaultdict(set)
        for row in _rows(session, EditionAuthor.__table__):
            authors[row.edition_id].add(row.identity)
        topics = _topics(session)
        held = defaultdict(list)
        for edition in sorted(stored.editions.values(), key=lambda each: each.number):
            held[edition.article_id].append(edition)
        for key, piece in known.items():
            row = stored.articles[key]
            assert (row.state, row.slug, row.locale) == (piece.state, piece.slug, piece.locale)
            assert (row.deleted_at is None) == (piece.deleted_at is None)
            assert row.redirect_id == (piece.leads_to.id if piece.leads_to else None)
            assert row.original_id == (piece.original.id if piece.original else None)
            assert tuple(topics[key]) == piece.topics
            assert [each.number for each in held[key]] == [each.number for each in piece.versions]
            for edition, version in zip(held[key], piece.versions, strict=True):
                assert edition.state == version.state, (edition.state, version.state)
                assert stored.texts[edition.id] == version.text
                assert authors[edition.id] >= version.authors, "an author was forgotten"
                assert authors[edition.id] == version.authors
                assert (edition.id == row.draft_id) == (version is piece.draft)
                assert (edition.id == row.live_id) == (version is piece.live)

    def _live_editions(self, session: Session, stored: Stored) -> None:
        """What was live once never changes; its digests are those of what is served."""
        self._count("a live edition never changes, and neither does a superseded one")
        for key, edition in stored.editions.items():
            if edition.live_from is None:
                continue
            mark = self._immutable.get(key)
            if mark is None:
                self._immutable[key] = stored.marks[key]
                self._digests(session, key)
            else:
                assert mark == stored.marks[key], "a live edition was changed"
            for part in stored.texts[key].parts:
                self._anchors[part.id].add(part.anchor)
        self._count("section ids keep the anchor that was public")
        for article in stored.articles.values():
            if article.draft_id is not None:
                for part in stored.texts[article.draft_id].parts:
                    known = self._anchors.get(part.id)
                    assert known is None or part.anchor in known, "a public anchor was lost"

    def _digests(self, session: Session, edition_id: str) -> None:
        self._count("digests of a live edition are those of what is served")
        edition = session.get_one(Edition, edition_id)
        article = session.get_one(Article, edition.article_id)
        said = (edition.digest, [each.digest for each in edition.sections])
        assert edition.clinical_digest == clinical_digest(edition)
        with session.no_autoflush:
            around, unshown = depicting.around(session, edition, article.locale, self.ledger.at)
            publishing.render_edition(edition, article.locale, around)
        assert not unshown
        assert said == (edition.digest, [each.digest for each in edition.sections])
        session.expunge_all()

    def _tags_mean_one_thing(self, session: Session, stored: Stored) -> None:
        self._count("an entity tag never means two texts")
        for key, row in stored.articles.items():
            draft = stored.editions.get(row.draft_id)
            told = (row.state, row.slug, row.live_id, row.original_id, row.deleted_at)
            said = (draft.number, draft.state, stored.texts[draft.id]) if draft else None
            self._means((key, row.revision), (told, said))
        for key, edition in stored.editions.items():
            for part in stored.texts[key].parts:
                revision = stored.revisions[key][part.id]
                self._means((edition.article_id, part.id, revision), part)
        pending = {e.release_id for e in _rows(session, Schedule.__table__) if e.state == "pending"}
        for row in _rows(session, Release.__table__):
            self._means((row.id, row.revision), (row.state, row.title, row.id in pending))

    def meaning(self, *tag: object) -> object:
        """What an entity tag was seen to mean, None where it was never seen."""
        return self._tags.get(tag)

    def _means(self, tag: tuple[object, ...], what: object) -> None:
        known = self._tags.setdefault(tag, what)
        assert known == what, f"one entity tag, two meanings: {tag}"

    def _positions(self, session: Session) -> None:
        self._count("positions are 1 to n without gaps, anchors are told apart")
        places, anchors = defaultdict(list), defaultdict(list)
        for row in session.execute(select(Section.edition_id, Section.position, Section.anchor)):
            places[row.edition_id].append(row.position)
            anchors[row.edition_id].append(row.anchor)
        for pair in session.execute(select(FaqItem.edition_id, FaqItem.anchor)):
            anchors[pair.edition_id].append(pair.anchor)
        for found in places.values():
            assert sorted(found) == list(range(1, len(found) + 1))
        for names in anchors.values():
            assert len(names) == len(set(names))

    def _agenda(self, session: Session) -> None:
        """Schedules are what the ledger says; what is over stays so, and was fired once at most."""
        self._count("schedules fire at most once, and what is over stays so")
        rows = {each.id: each for each in _rows(session, Schedule.__table__)}
        for plan in self.ledger.plans:
            row = rows[plan.id]
            assert row.state == plan.state, (row.state, plan.state, row.note, row.reasons)
            if row.state != "pending":
                assert self._ended.setdefault(row.id, tuple(row)) == tuple(row)
        fired = Counter(
            detail["schedule"]
            for detail in session.scalars(
                select(AuditEntry.detail).where(AuditEntry.action == "fire_schedule")
            )
        )
        assert all(times == 1 for times in fired.values())
        assert {each.id for each in rows.values() if each.state == "done"} <= set(fired)
        for piece in self.ledger.pieces:
            planned = self.ledger.pending(piece, "publish")
            scheduled = piece.draft is not None and piece.draft.state == "scheduled"
            assert len(planned) == scheduled, "a scheduled edition has one schedule"

    def _readers(self, session: Session) -> None:
        """Readers see live editions of live articles only, byte for byte what was published."""
        self._count("readers see what was published, byte for byte, and nothing else")
        asked = {"body_format": "markdown", "with_sections": True}
        found = reading.articles(session, Filter(), EVERYTHING, **asked).items  # type: ignore[arg-type]
        live = {each.id: each for each in self.ledger.live}
        assert {each.id for each in found} == set(live)
        for article in found:
            piece = live[article.id]
            assert piece.live is not None
            assert _read(article) == piece.live.text[:3]
            assert article.edition == piece.live.number
            assert (article.slug, article.locale) == (piece.slug, piece.locale)
            assert tuple(f"{each.kind}:{each.key}" for each in article.topics) == piece.topics
            cited = reading.references(session, article.id)
            assert tuple(each.id for each in cited) == piece.live.text.references
            self._signed(article, piece)

    def _signed(self, article: PublishedArticle, piece: Piece) -> None:
        self._count("'reviewed' only with a signature that holds for that clinical text")
        shown, wanted = article.reviewed, piece.review
        assert (shown is None) == (wanted is None), (shown, wanted)
        if shown is not None and wanted is not None:
            assert piece.live is not None
            assert wanted.clinical == piece.live.text.clinical
            assert (
                Signature(wanted.clinical, shown.by, shown.credentials, shown.at, shown.valid_until)
                == wanted
            )

    def _addresses(self, session: Session) -> None:
        self._count("every address leads to the right place in one step")
        ledger = self.ledger
        for address in sorted({*ledger.holders, *ledger.forwarded, *ledger.shown_once}):
            assert _found(session, address) == ledger.found_at(address), address

    def _log(self, session: Session) -> None:
        """Its numbers grow with every change, and replayed from any point it gives the live set."""
        head = session.scalar(select(ChangeHead.sequence))
        assert head == self.ledger.head, f"the log is at {head}, not {self.ledger.head}"
        shown = {each.id: each.digest for each in reading.manifest(session, EVERYTHING).items}
        if head == self._head:
            assert shown == self._points[head], "readers see something that was not logged"
            return
        self._count("the log grows in order, and replayed from any point it gives the live set")
        self._head = head
        self._points[head] = shown
        changes = session.execute(
            select(
                Change.sequence, Change.article_id, Change.kind, Change.digest, Change.slug
            ).order_by(Change.sequence, Change.article_id)
        ).all()
        assert {each.sequence for each in changes} == set(range(1, head + 1))
        for since, then in self._points.items():
            copy = dict(then)
            for change in changes:
                if change.sequence > since and change.kind == "upsert":
                    copy[change.article_id] = change.digest
                elif change.sequence > since:
                    copy.pop(change.article_id, None)
            assert copy == shown, f"replayed from {since}"
        self._says_nothing_private(changes)
        self._projection(session)

    def _says_nothing_private(self, changes: Sequence[Any]) -> None:
        self._count("the log names no address that readers never found")
        seen = {each.slug for each in changes if each.kind == "upsert"}
        assert {each.slug for each in changes} <= seen

    def _projection(self, session: Session) -> None:
        """What readers' queries start from is what the live set alone would make of it."""
        self._count("publications rebuilt are publications stored")
        rows = [e for e in _rows(session, Publication.__table__) if e.until is None]
        shown = {each.article_id: each for each in rows}
        tallies: Counter[tuple[str, str]] = Counter()
        placed, paired, folds = set(), set(), set()
        for article in session.scalars(select(Article).where(Article.live_id.is_not(None))):
            live, row = article.live, shown.pop(article.id)
            assert live is not None
            told = (row.edition_id, row.number, row.slug, row.locale, row.title, row.summary)
            made = (live.id, live.number, article.slug, article.locale, live.title, live.summary)
            assert told == made
            assert row.original_id == (article.original_id or article.id)
            refs = [each.ref for each in article.topics]
            placed |= {(row.id, ref) for ref in refs}
            items = [item for section in live.sections for item in section.items]
            for ref in (ALL, *refs):
                tallies[ref, ARTICLES] += 1
                tallies.update((ref, section.type) for section in live.sections)
                paired |= {(row.id, ref, item.id, item.fold) for item in items}
                folds |= {(ref, item.fold) for item in items}
        tallies.update((ref, PAIRS) for ref, _ in folds)
        assert not shown, "something is shown that is not live"
        under = [e for e in _rows(session, PublicationTopic.__table__) if e.until is None]
        assert {(each.publication_id, each.topic) for each in under} == placed
        pairs = [e for e in _rows(session, PublicationPair.__table__) if e.until is None]
        assert {(e.publication_id, e.topic, e.item_id, e.fold) for e in pairs} == paired
        counted = {(e.topic, e.counted): e.total for e in _rows(session, TopicTally.__table__)}
        assert counted == dict(tallies)

    def look_back(self) -> None:
        """Check all of the history, once, at the end: every point is what the draft was then."""
        with self.library.reading() as session:
            for piece in self.ledger.pieces:
                if not piece.is_there:
                    continue
                self._count("every saved point is what the draft was")
                numbers = session.scalars(
                    select(SavedPoint.number)
                    .where(SavedPoint.article_id == piece.id)
                    .order_by(SavedPoint.number)
                ).all()
                assert list(numbers) == list(range(1, len(piece.points) + 1))
                for number, text in zip(numbers, piece.points, strict=True):
                    version = recalling.point(session, piece.id, str(number)).version
                    assert recalled(version) == text[:3]


def recalled(version: Version) -> tuple[object, ...]:
    """A text of the history, as a ledger has it; without its references."""
    parts = tuple(
        Part(
            *(each.id, each.type, each.heading, each.level, each.anchor, each.body),
            tuple(Item(*(i.id, i.type, i.question, i.answer, i.anchor)) for i in each.items),
        )
        for each in version.sections
    )
    return version.title, version.summary, parts


def _rows(session: Session, table: FromClause) -> Sequence[Any]:
    return session.execute(select(table)).all()


def _parts(session: Session) -> dict[str, list[tuple[Part, tuple[Any, ...]]]]:
    """The sections of each edition in order, each with all that belongs to it and is no text."""
    items = defaultdict(list)
    for row in session.execute(select(FaqItem.__table__).order_by(FaqItem.position)):
        said = Item(row.id, row.type, row.question, row.answer, row.anchor)
        items[row.edition_id, row.section_id].append((said, (row.html, row.text, row.fold)))
    found: dict[str, list[tuple[Part, tuple[Any, ...]]]] = defaultdict(list)
    for row in session.execute(select(Section.__table__).order_by(Section.position)):
        inside = items[row.edition_id, row.id]
        part = Part(
            *(row.id, row.type, row.heading, row.level, row.anchor, row.body),
            tuple(said for said, _ in inside),
        )
        made = [mark for _, mark in inside]
        mark = (row.revision, row.html, row.text, row.word_count, row.digest, made)
        found[row.edition_id].append((part, mark))
    return found


def _topics(session: Session) -> dict[str, list[str]]:
    found = defaultdict(list)
    for link in session.scalars(select(ArticleTopic).order_by(ArticleTopic.position)):
        found[link.article_id].append(link.topic.ref)
    return found


def _read(article: PublishedArticle) -> tuple[object, ...]:
    parts = tuple(_read_part(each) for each in article.sections or ())
    return article.title, article.summary, parts


def _read_part(section: PublishedSection) -> Part:
    items = tuple(
        Item(*(e.id, e.type, e.question, e.answer, e.anchor)) for e in section.items or ()
    )
    said = (section.id, section.type, section.heading, section.level, section.anchor, section.body)
    return Part(*said, items)


def _found(session: Session, address: Address) -> tuple[str, str | None]:
    """What readers find at an address; what they are led to must be there."""
    locale, slug = address
    try:
        return "there", reading.article(session, slug, locale, prefer="en").slug
    except Moved as moved:
        led = moved.slug
    except Withdrawn:
        return "withdrawn", None
    except Unknown:
        return "unknown", None
    assert reading.article(session, led, locale, prefer="en").slug == led
    return "moved", led
