"""A ledger of what editors did, kept in plain Python: what must come of it, and what readers see.

It knows the rules of `domain.md` and nothing of the code. Every act of a `Ledger` says beforehand
how it must end: `done`, or the name of the refusal with the codes of its reasons.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple

DONE: Final = "done"
UNSIGNED: Final = frozenset({"cost", "other"})
"""The types that no reviewer signs."""

TRASH_LASTS: Final = timedelta(days=30)

_CITED: Final = re.compile(r"\[\^ref:([a-z0-9-]+)\]")

Address = tuple[str, str]


class Item(NamedTuple):
    """A pair of question and answer."""

    id: str
    type: str | None
    question: str
    answer: str
    anchor: str


class Part(NamedTuple):
    """A section."""

    id: str
    type: str
    heading: str | None
    level: int
    anchor: str
    body: str
    items: tuple[Item, ...]

    @property
    def written(self) -> tuple[object, ...]:
        """What an editor wrote; the anchor is made of it."""
        pairs = tuple((each.type, each.question, each.answer) for each in self.items)
        return self.type, self.heading, self.level, self.body, pairs

    @property
    def texts(self) -> list[str]:
        """Everything in it that may cite."""
        return [self.body, *(each.answer for each in self.items)]


class Text(NamedTuple):
    """The whole text of an edition."""

    title: str
    summary: str
    parts: tuple[Part, ...]
    references: tuple[str, ...] = ()

    @property
    def written(self) -> tuple[object, ...]:
        """All that editors wrote, with the ids that must survive."""
        return self.title, self.summary, tuple((each.id, each.written) for each in self.parts)

    @property
    def clinical(self) -> tuple[object, ...]:
        """What a reviewer signs."""
        signed = (each for each in self.parts if each.type not in UNSIGNED)
        return (
            *(self.title, self.summary),
            tuple(
                (*each.written[:4], tuple((i.question, i.answer) for i in each.items))
                for each in signed
            ),
        )

    @property
    def words(self) -> list[str]:
        """Every word of its sections, sorted."""
        said = [text for part in self.parts for text in (part.heading or "", *part.texts)]
        asked = [item.question for part in self.parts for item in part.items]
        return sorted(re.findall(r"\w+", " ".join([*said, *asked]).lower()))


@dataclass(frozen=True)
class Person:
    """Somebody who works here."""

    name: str
    identity: str
    publishes: bool = False
    is_person: bool = True
    credentials: str | None = None
    until: datetime | None = None


class Signature(NamedTuple):
    """What a reviewer signed, and for how long."""

    clinical: tuple[object, ...]
    by: str
    credentials: str
    at: datetime
    until: datetime


@dataclass
class Version:
    """An edition."""

    number: int
    text: Text
    authors: set[str]
    state: str = "draft"


@dataclass(eq=False)
class Piece:
    """An article."""

    id: str
    locale: str
    slug: str
    topics: tuple[str, ...]
    versions: list[Version]
    draft: Version | None
    state: str = "unpublished"
    live: Version | None = None
    shown: set[str] = field(default_factory=set)
    """Every slug under which readers found it."""
    review: Signature | None = None
    """What readers are shown."""
    signatures: list[Signature] = field(default_factory=list)
    deleted_at: datetime | None = None
    purged: bool = False
    leads_to: "Piece | None" = None
    original: "Piece | None" = None
    points: list[Text] = field(default_factory=list)

    @property
    def newest(self) -> Version:
        """The edition that an edit starts from."""
        return self.versions[-1]

    @property
    def is_there(self) -> bool:
        """Whether editors see it."""
        return self.deleted_at is None and not self.purged

    def signature(self, clinical: tuple[object, ...], at: datetime) -> Signature | None:
        """The newest signature under that text that holds."""
        held = [each for each in self.signatures if each.clinical == clinical and each.until > at]
        return held[-1] if held else None


@dataclass(eq=False)
class Plan:
    """A schedule, of an article or of a release."""

    id: str
    action: str
    due: datetime
    piece: Piece | None = None
    bundle: "Bundle | None" = None
    version: Version | None = None
    returns_to: str = ""
    state: str = "pending"


@dataclass(eq=False)
class Bundle:
    """A release."""

    id: str
    items: list[tuple[Piece, str]]
    state: str = "open"
    deleted: bool = False


def refusal(kind: str, codes: Iterable[str] = ()) -> str:
    """How a refusal is told: its name, and the codes of its reasons."""
    return " ".join([kind, *sorted(set(codes))])


class Ledger:
    """Everything that was done."""

    def __init__(self, at: datetime, *, review_required: bool) -> None:
        self.at = at
        self.review_required = review_required
        self.pieces: list[Piece] = []
        self.plans: list[Plan] = []
        self.bundles: list[Bundle] = []
        self.holders: dict[Address, tuple[Piece, str]] = {}
        """Whose an address is: `own`, or a `redirect` that it left, or one made by `hand`."""
        self.forwarded: dict[Address, Piece] = {}
        self.head = 0
        self.shown_once: set[Address] = set()
        """Every address that the log names, those of purged articles too."""
        self._together = False

    @property
    def live(self) -> list[Piece]:
        """What readers see."""
        return [each for each in self.pieces if each.live is not None]

    def first(self, piece: Piece, stale: bool) -> str | None:
        """What is said before anything else is looked at."""
        if not piece.is_there:
            return "Unknown"
        return "EditConflict" if stale else None

    # What the text lacks.

    def obstacles(self, piece: Piece, text: Text) -> Iterator[str]:
        """Why a text cannot be submitted."""
        if not piece.topics:
            yield "no_topic"
        if not any(_filled(each) for each in text.parts):
            yield "empty"
        if any(each.type == "other" for each in text.parts):
            yield "untyped"

    def shortcomings(self, piece: Piece, text: Text) -> Iterator[str]:
        """Why a text cannot go live."""
        yield from self.obstacles(piece, text)
        for place, part in enumerate(text.parts):
            following = text.parts[place + 1 : place + 2]
            heads = bool(following) and following[0].level > part.level
            if not _filled(part) and not heads:
                yield "empty_section"
            if any(not item.answer.strip() for item in part.items):
                yield "no_answer"
            cited = {each for said in part.texts for each in _CITED.findall(said)}
            if cited - set(text.references):
                yield "unknown_reference"

    def unpublishable(self, piece: Piece) -> list[str]:
        """Every reason why the draft cannot go live now, whoever asks."""
        draft = piece.draft
        if draft is None:
            return ["conflict"]
        found = list(self.shortcomings(piece, draft.text))
        if piece.state == "archived":
            found.append("archived")
        if draft.state in {"in_review", "changes_requested"}:
            found.append(draft.state)
        elif self.review_required and draft.state not in {"approved", "scheduled"}:
            found.append("not_approved")
        elif self.review_required and piece.signature(draft.text.clinical, self.at) is None:
            found.append("review_expired")
        return found

    def unplannable(self, piece: Piece, due: datetime | None = None) -> list[str]:
        """The same for what is to go live by itself, at an instant if one is given."""
        found = [piece.state] if piece.state in {"withdrawn", "archived"} else []
        if due is not None and self.review_required and piece.draft is not None:
            signed = piece.signature(piece.draft.text.clinical, self.at)
            found += ["review_expires"] if signed is not None and signed.until <= due else []
        return [*found, *self.unpublishable(piece)]

    def unsignable(self, version: Version, who: Person) -> Iterator[str]:
        """Why somebody cannot sign a text."""
        if not who.is_person:
            yield "not_a_person"
        elif not who.credentials:
            yield "no_credentials"
        elif who.until is not None and who.until <= self.at:
            yield "credentials_expired"
        if who.identity in version.authors:
            yield "is_author"

    # What comes of acts.

    def opened(self, piece: Piece) -> Version:
        """The draft, a copy of the newest edition where there is none."""
        if piece.draft is None:
            newest = piece.newest
            piece.draft = Version(newest.number + 1, newest.text, set(newest.authors))
            piece.versions.append(piece.draft)
        return piece.draft

    def written(self, piece: Piece, who: Person) -> None:
        """Somebody changed the text of the draft."""
        draft = self.opened(piece)
        draft.state = "draft"
        draft.authors.add(who.identity)
        self.drop_publication(piece)

    def show(self, piece: Piece) -> None:
        """Readers see the live edition, or see it otherwise than before."""
        assert piece.live is not None
        piece.review = piece.signature(piece.live.text.clinical, self.at)
        piece.shown.add(piece.slug)
        self.log(piece)

    def tell(self, piece: Piece) -> None:
        """Something is told as a change of an article, which readers may not even see."""
        if piece.live is not None:
            self.show(piece)
        else:
            self.log(piece)

    def log(self, piece: Piece) -> None:
        """One more entry; what is done together has one number."""
        self.shown_once.update((piece.locale, slug) for slug in piece.shown)
        if not self._together:
            self.head += 1

    def publish(self, piece: Piece) -> None:
        """The draft goes live."""
        draft = piece.draft
        assert draft is not None
        if piece.live is not None:
            piece.live.state = "superseded"
        draft.state, piece.state = "live", "live"
        piece.live, piece.draft = draft, None
        self.drop_publication(piece)
        self.show(piece)

    def take_away(self, piece: Piece, state: str) -> None:
        """Readers no longer see the article."""
        assert piece.live is not None
        self.drop_all(piece)
        piece.live.state = "superseded"
        piece.live, piece.state, piece.review = None, state, None
        self.log(piece)

    def withdraw(self, piece: Piece) -> None:
        """It is taken away, and its text is a draft again."""
        self.opened(piece)
        self.take_away(piece, "withdrawn")

    def archive(self, piece: Piece, target: Piece | None) -> None:
        """It is taken away for good."""
        self.opened(piece)
        piece.leads_to = target
        if target is not None:
            self._lead_on(piece, target)
        self.take_away(piece, "archived")

    def _lead_on(self, piece: Piece, target: Piece) -> None:
        for each in self.pieces:
            if each.leads_to is piece:
                each.leads_to = target
        for address, (held, how) in self.holders.items():
            if held is piece and how == "hand":
                self.holders[address] = (target, how)
        led = {(piece.locale, slug) for slug in piece.shown}
        led |= {address for address, to in self.forwarded.items() if to is piece}
        self.forwarded.update(dict.fromkeys(led, target))

    def reopen(self, piece: Piece) -> None:
        """A draft again, that leads nowhere."""
        self.opened(piece)
        piece.state = "unpublished"
        if piece.leads_to is not None:
            for slug in piece.shown:
                self.forwarded.pop((piece.locale, slug), None)
            self.log(piece)
        piece.leads_to = None

    def move(self, piece: Piece, slug: str) -> None:
        """It has another address."""
        old = (piece.locale, piece.slug)
        if piece.slug in piece.shown:
            self.holders[old] = (piece, "redirect")
        else:
            del self.holders[old]
        piece.slug = slug
        self.holders[piece.locale, slug] = (piece, "own")

    def delete(self, piece: Piece) -> None:
        """It is in the trash."""
        self.drop_all(piece)
        piece.deleted_at = self.at
        if piece.live is not None:
            self.take_away(piece, "withdrawn")

    def rival(self, piece: Piece) -> bool:
        """Whether another article is its text in that locale by now."""
        first = piece.original or piece
        family = [each for each in self.pieces if each is first or each.original is first]
        return any(
            each.is_there and each is not piece and each.locale == piece.locale for each in family
        )

    def purge(self, piece: Piece) -> None:
        """Nothing is left of it but its tombstone."""
        assert piece.deleted_at is not None
        if piece.deleted_at + TRASH_LASTS > self.at and piece.shown:
            self.log(piece)
        piece.purged = True
        heirs = [each for each in self.pieces if each.original is piece and not each.purged]
        heirs.sort(key=lambda each: (each.deleted_at is not None, each.id))
        for each in heirs:
            each.original = None if each is heirs[0] else heirs[0]
            if each.live is not None:
                self.show(each)
        self._forget(piece)

    def _forget(self, piece: Piece) -> None:
        self.holders = {a: held for a, held in self.holders.items() if held[0] is not piece}
        self.forwarded = {a: to for a, to in self.forwarded.items() if to is not piece}
        self.plans = [each for each in self.plans if each.piece is not piece]
        for bundle in self.bundles:
            bundle.items = [each for each in bundle.items if each[0] is not piece]
        for each in self.pieces:
            if each.leads_to is piece:
                each.leads_to = None

    # The agenda.

    def pending(self, piece: Piece | None, *actions: str) -> list[Plan]:
        """What is pending for an article alone."""
        return [
            each
            for each in self.plans
            if each.piece is piece and each.state == "pending" and each.action in actions
        ]

    def pending_of(self, bundle: Bundle) -> Plan | None:
        """What is pending for a release."""
        found = [e for e in self.plans if e.bundle is bundle and e.state == "pending"]
        return found[0] if found else None

    def cancel(self, plan: Plan, state: str = "cancelled") -> None:
        """Nothing comes of it."""
        plan.state = state
        if plan.piece is None or plan.version is None or plan.version is not plan.piece.draft:
            return
        if plan.version.state == "scheduled":
            plan.version.state = plan.returns_to

    def drop_publication(self, piece: Piece) -> None:
        """What would have published the draft of an article is cancelled."""
        for each in [*self.pending(piece, "publish"), *self._bundled(piece, {"publish"})]:
            self.cancel(each)
        self.drop_vain(piece)

    def drop_vain(self, piece: Piece) -> None:
        """What would take away an article that will not be live by then is cancelled."""
        comes = [each.due for each in self.pending(piece, "publish")]
        for each in self.pending(piece, "withdraw") if piece.live is None else ():
            if not comes or comes[0] >= each.due:
                self.cancel(each)

    def drop_all(self, piece: Piece) -> None:
        """Everything that is planned for an article is cancelled."""
        both = {"publish", "withdraw"}
        for each in [*self.pending(piece, *both), *self._bundled(piece, both)]:
            self.cancel(each)

    def _bundled(self, piece: Piece, actions: Collection[str]) -> list[Plan]:
        return [
            each
            for each in self.plans
            if each.state == "pending"
            and each.bundle is not None
            and any(held is piece and what in actions for held, what in each.bundle.items)
        ]

    def unbundled(self, bundle: Bundle, due: datetime | None = None) -> list[str]:
        """Why a release cannot be published."""
        found = [] if any(piece.is_there for piece, _ in bundle.items) else ["empty"]
        for piece, what in bundle.items:
            if not piece.is_there:
                found.append("unknown_article")
            elif what == "publish":
                found += self.unplannable(piece, due)
            elif piece.live is None:
                found.append("conflict")
        return found

    def carry_out(self, bundle: Bundle) -> None:
        """All that a release says, at one point of the log."""
        self.head += 1
        self._together = True
        for piece, what in bundle.items:
            if what == "publish":
                self.publish(piece)
            else:
                self.withdraw(piece)
        self._together = False
        bundle.state = "published"

    def fire(self, plan: Plan) -> None:
        """What is due is done, or fails."""
        plan.state = "done"
        if plan.bundle is not None:
            if self.unbundled(plan.bundle):
                self.cancel(plan, "failed")
            else:
                self.carry_out(plan.bundle)
            return
        piece = plan.piece
        assert piece is not None
        if plan.action == "withdraw":
            done = piece.live is not None
            act = self.withdraw
        else:
            scheduled = piece.draft is plan.version and plan.version is not None
            due = scheduled and piece.draft is not None and piece.draft.state == "scheduled"
            done = due and not self.unplannable(piece)
            act = self.publish
        if done:
            act(piece)
        else:
            self.cancel(plan, "failed")
            self.drop_vain(piece)

    def due(self) -> Sequence[Plan]:
        """What is to be done by now, the longest overdue first."""
        found = [e for e in self.plans if e.state == "pending" and e.due <= self.at]
        return sorted(found, key=lambda each: (each.due, each.id))

    # What readers find.

    def found_at(self, address: Address) -> tuple[str, str | None]:
        """What must be at an address: `there`, `moved` to a slug, `withdrawn`, or `unknown`."""
        holder = self.holders.get(address)
        piece = holder[0] if holder else self.forwarded.get(address)
        to = piece
        if piece is not None and piece.live is None:
            to = self.forwarded.get(address, piece)
        if to is not None and to.live is not None:
            return ("there" if (to.locale, to.slug) == address else "moved"), to.slug
        seen = address in self.shown_once or address in self.forwarded
        return ("withdrawn" if seen else "unknown"), None


def _filled(part: Part) -> bool:
    return bool(part.items) or bool(part.body.strip())
