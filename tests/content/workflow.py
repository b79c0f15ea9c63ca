"""The whole workflow as a state machine: every act of editors, in any order, by anybody.

`python -m tests.content.workflow --steps 20000` runs it on libraries of its own, and says what was
done, what was refused, and how often each invariant was looked at: none was broken, or the exit
status is 1. A `Ledger` says beforehand how each act must end, a `Witness` looks after each step.
"""

import argparse
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import time_machine
from hypothesis import HealthCheck, Phase, Verbosity, seed
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from content import (
    archiving,
    cataloguing,
    citing,
    discarding,
    editing,
    operating,
    publishing,
    reconciling,
    redirecting,
    releasing,
    restoring,
    reviewing,
    scheduling,
    tracing,
)
from content.agenda import Action
from content.cataloguing import LabelDraft
from content.discarding import EmptyTrash
from content.drafts import ItemDraft, SectionDraft
from content.errors import DermisError, Refused
from content.expiring import ExpiredSignatures
from content.firing import Schedules
from content.library import Actor, Library, Work
from content.models import User, new_id
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
from content.references import Reference
from content.releasing import ItemWish
from content.rules import Rules
from content.scheduling import Time
from migrations import upgrading
from tests.building import EDITOR
from tests.content.ledger import (
    DONE,
    TRASH_LASTS,
    Bundle,
    Ledger,
    Part,
    Person,
    Piece,
    Plan,
    Signature,
    Text,
    Version,
    refusal,
)
from tests.content.witnessing import Witness

START: Final = datetime(2026, 3, 1, 9, tzinfo=UTC)
LASTS: Final = timedelta(days=90)
"""How long a signature holds that says nothing else."""

MOST: Final = 6
"""Articles that there are at once: few, so that acts often meet."""

SLUGS: Final = ("calm", "glow", "clear", "even", "soft")
TOPICS: Final = ("procedure:microneedling", "condition:acne-scars", "device:any-pen")
LOCALES: Final = ("en", "en", "en", "de")
SOURCES: Final = ("lancet", "cochrane")
HOURS: Final = (0, 1, 5, 24, 24 * 31, 24 * 100)

SECTIONS: Final = (
    SectionDraft("aftercare", "After the session", "Keep it clean. Stay out of the sun.\n\nRest."),
    SectionDraft("risks", "What can go wrong", "Redness fades. Scars do not."),
    SectionDraft("cost", "The price", "It depends.\n\nAsk first."),
    SectionDraft("overview", "What it is", "", 2),
    SectionDraft("mechanism", "How it works", "Tiny wounds heal [^ref:lancet].", 3),
    SectionDraft("effectiveness", None, "It was shown twice [^ref:lancet], [^ref:cochrane]."),
    SectionDraft("other", "Odds", "An editor has to decide."),
    SectionDraft(
        "procedure", "Steps", "## Does it sting?\n\nFor a moment.\n\n## How long?\n\nAn hour."
    ),
    SectionDraft(
        *("faq", "Questions", "", 2),
        items=[
            ItemDraft("Does it hurt?", "A little.", "procedure"),
            ItemDraft("Why?", "It works."),
        ],
    ),
    SectionDraft("faq", "More questions", "Ask us.", 2, [ItemDraft("Is it safe?", "Mostly.")]),
)
TYPES: Final = ("aftercare", "risks", "cost", "faq", "overview")

PICK: Final = st.sampled_from(range(60))
LIKELY: Final = st.sampled_from([True, True, True, False])
RARELY: Final = st.sampled_from([False] * 19 + [True])
SECTION: Final = st.sampled_from([0, 1, 2, 7, 8, 9, *range(len(SECTIONS))])
"""Those oftener that can go live."""

TOPIC_COUNT: Final = st.sampled_from([1, 1, 2, 2, 3, 3, 0])

PEOPLE: Final = {
    "ada": ("Ada", ["author"], None, None),
    "bob": ("Bob", ["author", "reviewer"], "MD", None),
    "rae": ("Dr Rae", ["reviewer"], "MBBS, FRCP", None),
    "ned": ("Ned", ["reviewer"], None, None),
    "xen": ("Dr Xen", ["reviewer"], "MD", START + timedelta(days=60)),
    "pat": ("Pat", ["publisher"], None, None),
    "max": ("Max", ["admin"], "MD", None),
}
PUBLISHERS: Final = frozenset({"publisher", "admin"})
WRITERS: Final = st.sampled_from(["ada", "ada", "bob", "pat", "max", "script"])
REVIEWERS: Final = st.sampled_from(
    ["rae", "rae", "rae", "bob", "xen", "ned", "ada", "max", "script"]
)
DESK: Final = st.sampled_from(["pat", "pat", "max", "ada"])
"""Who publishes; one of them may not."""


Foretold = tuple[Operation, list[tuple[object, ...]] | None, list[str]]

_FORETOLD: Final = 4
"""Kinds of operations up to this one leave what is plain."""


def some(*states: str) -> Callable[["Workflow"], bool]:
    """Whether there is an article in one of those states, or with a draft in it."""
    return lambda machine: any(map(machine.in_state, states))


def room(machine: "Workflow") -> bool:
    """Whether there may be one more article."""
    return len([each for each in machine.ledger.pieces if not each.purged]) < MOST


def enough(machine: "Workflow") -> bool:
    """Whether there are so many articles that one of them may go."""
    return not room(machine) or len(machine.ledger.live) > 2


def discarded(machine: "Workflow") -> bool:
    """Whether there is something in the trash."""
    return any(e.deleted_at is not None and not e.purged for e in machine.ledger.pieces)


def planned(machine: "Workflow") -> bool:
    """Whether something is pending."""
    return any(each.state == "pending" for each in machine.ledger.plans)


def bundled(machine: "Workflow") -> bool:
    """Whether there is a release."""
    return bool(machine.ledger.bundles)


def led_by_hand(machine: "Workflow") -> bool:
    """Whether somebody made a redirect."""
    return any(how == "hand" for _, how in machine.ledger.holders.values())


class Tally:
    """What was done so far, by every machine of this run."""

    def __init__(self) -> None:
        self.steps = 0
        self.acts: Counter[str] = Counter()
        self.done: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        self.checked: Counter[str] = Counter()


class Workflow(RuleBasedStateMachine):
    """Editors of one library, the errands that work for it, and the time that passes."""

    template: Path
    """A migrated, empty database, to be copied."""
    place: Path
    """Where the copy is put."""
    library: Library
    """One for all machines: its file is put in the place of the one before."""
    tally = Tally()

    def __init__(self) -> None:
        super().__init__()
        self.clock = time_machine.travel(START, tick=False)
        self.now = self.clock.start()
        self.people: dict[str, tuple[Person, Actor]] = {}

    @initialize(required=st.booleans())
    def open(self, required: bool) -> None:
        """A library with a staff, and a first article."""
        shutil.copy(self.template, self.place / "library.db")
        rules = Rules(review_required=required, review_lasts=LASTS, trash_lasts=TRASH_LASTS)
        self.library.rules = rules
        self.ledger = Ledger(START, review_required=required)
        self.witness = Witness(self.library, self.ledger)
        self._hire()
        for locale in ("en", "de"):
            self._create("ada", locale, None, 1, [0, 1])

    def _hire(self) -> None:
        with self.library.writing(EDITOR) as work:
            cataloguing.create_topic(work, "device", "any-pen", [LabelDraft("Any pen")])
            for key, (name, roles, credentials, until) in PEOPLE.items():
                user = User(
                    id=new_id(),
                    email=f"{key}@example.org",
                    name=name,
                    roles=list(roles),
                    credentials=credentials,
                    credentials_until=until,
                    created_by=EDITOR.name,
                )
                work.session.add(user)
                publishes = not PUBLISHERS.isdisjoint(roles)
                actor = Actor(name, publishes=publishes, user_id=user.id)
                person = Person(name, actor.identity, publishes, True, credentials, until)
                self.people[key] = (person, actor)
        script = Actor("a script", publishes=False, token_id=new_id())
        self.people["script"] = (Person("a script", script.identity, is_person=False), script)

    def teardown(self) -> None:
        """Look at all of the history once, and give everything back."""
        try:
            if self.people:
                self.witness.look_back()
                self.tally.checked += self.witness.checked
        finally:
            self.clock.stop()
            self.library.close()
            for left in self.place.glob("library.db*"):
                left.unlink()

    @invariant()
    def holds(self) -> None:
        """Every invariant, after every step."""
        if self.people:
            self.stored = self.witness.look()

    # How an act is done.

    def _act(
        self, name: str, who: str, expected: str | Sequence[str], act: Callable[[Work], Any]
    ) -> Any:
        """Do it, and compare how it ended; what it gave back, None where it was refused."""
        self.tally.steps += 1
        self.tally.acts[name] += 1
        found = None
        try:
            with self.library.writing(self.people[who][1]) as work:
                found = act(work)
            ended = DONE
        except DermisError as error:
            codes = [each.code for each in error.reasons] if isinstance(error, Refused) else []
            ended = refusal(type(error).__name__, codes)
            self.tally.refusals[ended] += 1
        wanted = [expected] if isinstance(expected, str) else expected
        assert ended in wanted, f"{name} ended as '{ended}', not as '{' or '.join(wanted)}'"
        if ended != DONE:
            return None
        self.tally.done[name] += 1
        return found

    def _piece(self, pick: int) -> Piece:
        there = [each for each in self.ledger.pieces if each.is_there]
        chosen = there if there and pick < 57 else self.ledger.pieces
        return chosen[pick % len(chosen)]

    def _plain(self, piece: Piece, stale: bool, refused: str | None = None) -> str:
        """How an act ends that has one reason at most to be refused."""
        return self.ledger.first(piece, stale) or refused or DONE

    def _revision(self, piece: Piece, stale: bool) -> int:
        row = self.stored.articles.get(piece.id)
        return (row.revision if row is not None else 1) - stale

    def _person(self, who: str) -> Person:
        return self.people[who][0]

    def _may(self, who: str) -> str | None:
        return None if self._person(who).publishes else "MayNotPublish"

    def _took_down(self, piece: Piece, *, lost_no_word: bool = False) -> Text:
        """Write down what the draft says now, as an act has left it, with its new points."""
        assert piece.draft is not None
        before = piece.draft.text
        with self.library.reading() as session:
            stored = self.witness.stored(session)
        key = stored.articles[piece.id].draft_id
        after = stored.texts[key]
        if lost_no_word:
            lost = Counter(before.words) - Counter(after.words)
            assert not lost, f"words were lost: {lost}"
        piece.draft.text = after
        piece.points.append(after)
        return after

    def _wrote(
        self,
        piece: Piece,
        who: str,
        parts: Sequence[tuple[object, ...]] | None = None,
        *,
        title: str | None = None,
        summary: str | None = None,
    ) -> None:
        """The ledger's side of a text that was changed; what is given is as it must be now."""
        text = self.ledger.opened(piece).text
        self.ledger.written(piece, self._person(who))
        assert self._took_down(piece).written == (
            text.title if title is None else title,
            text.summary if summary is None else summary,
            text.written[2] if parts is None else tuple(parts),
        )

    def _parts(self, piece: Piece) -> list[Part]:
        """The sections that an edit begins with."""
        return list((piece.draft or piece.newest).text.parts)

    # Acts of authors.

    @precondition(room)
    @rule(
        who=WRITERS,
        locale=st.sampled_from(LOCALES),
        slug=st.sampled_from([None, *SLUGS]),
        topics=TOPIC_COUNT,
        sections=st.lists(SECTION, min_size=1, max_size=3),
    )
    def create(
        self, who: str, locale: str, slug: str | None, topics: int, sections: list[int]
    ) -> None:
        """A new article, as long as there are few."""
        self._create(who, locale, slug, topics, sections)

    def _create(
        self, who: str, locale: str, slug: str | None, topics: int, sections: list[int]
    ) -> None:
        taken = slug is not None and (locale, slug) in self.ledger.holders
        refs = TOPICS[:topics]
        title = f"Title {len(self.ledger.pieces)}"
        made = self._act(
            "create",
            who,
            "SlugTaken slug_taken" if taken else DONE,
            lambda work: editing.create_article(
                work,
                title=title,
                locale=locale,
                slug=slug,
                topics=refs,
                sections=[SECTIONS[each] for each in sections],
            ),
        )
        if made is not None:
            piece = self._enter(who, made, refs, title)
            self._took_down(piece)
            assert [each.written for each in piece.newest.text.parts] == [
                _written(SECTIONS[each]) for each in sections
            ]

    def _enter(self, who: str, made: Any, topics: tuple[str, ...], title: str) -> Piece:
        """Put a new article into the ledger."""
        draft = Version(1, Text(title, "", ()), {self._person(who).identity})
        piece = Piece(made.id, made.locale, made.slug, topics, [draft], draft)
        address = (piece.locale, piece.slug)
        assert address not in self.ledger.holders, "a slug that was not free"
        self.ledger.holders[address] = (piece, "own")
        self.ledger.pieces.append(piece)
        return piece

    @rule(pick=PICK, who=WRITERS, stale=RARELY, number=st.integers(0, 3))
    def retitle(self, pick: int, who: str, stale: bool, number: int) -> None:
        """Another title, or another summary."""
        piece = self._piece(pick)
        title = f"Title {number}" if number % 2 else None
        summary = None if number % 2 else f"Summary {number}."
        made = self._act(
            "retitle",
            who,
            self._plain(piece, stale),
            lambda work: editing.change_article(
                *(work, piece.id, self._revision(piece, stale)), title=title, summary=summary
            ),
        )
        if made is not None:
            self._wrote(piece, who, title=title, summary=summary)

    @rule(pick=PICK, who=WRITERS, stale=RARELY, which=SECTION, first=st.booleans())
    def add(self, pick: int, who: str, stale: bool, which: int, first: bool) -> None:
        """One more section."""
        piece, section = self._piece(pick), SECTIONS[which % len(SECTIONS)]
        parts = self._parts(piece)
        if len(parts) >= 5:
            return
        made = self._act(
            "add a section",
            who,
            self._plain(piece, stale),
            lambda work: editing.add_section(
                work, piece.id, self._revision(piece, stale), section, 1 if first else None
            ),
        )
        if made is not None:
            new = (made.id, _written(section))
            rest = [(each.id, each.written) for each in parts]
            self._wrote(piece, who, [new, *rest] if first else [*rest, new])

    @rule(pick=PICK, who=WRITERS, stale=RARELY, place=PICK, which=SECTION)
    def replace(self, pick: int, who: str, stale: bool, place: int, which: int) -> None:
        """Another text for a section."""
        piece, section = self._piece(pick), SECTIONS[which % len(SECTIONS)]
        parts = self._parts(piece)
        if not parts:
            return
        chosen = parts[place % len(parts)]
        made = self._act(
            "replace a section",
            who,
            self._plain(piece, stale),
            lambda work: editing.replace_section(
                work, piece.id, chosen.id, self._section_revision(piece, chosen, stale), section
            ),
        )
        if made is not None:
            self._wrote(
                piece,
                who,
                [(e.id, _written(section) if e is chosen else e.written) for e in parts],
            )

    def _section_revision(self, piece: Piece, part: Part, stale: bool) -> int:
        row = self.stored.articles.get(piece.id)
        if row is None:
            return 1
        newest = max(
            (each for each in self.stored.editions.values() if each.article_id == piece.id),
            key=lambda each: each.number,
        )
        return self.stored.revisions[newest.id][part.id] - stale

    @rule(pick=PICK, who=WRITERS, stale=RARELY, place=PICK)
    def remove(self, pick: int, who: str, stale: bool, place: int) -> None:
        """One section less."""
        piece = self._piece(pick)
        parts = self._parts(piece)
        if not parts:
            return
        chosen = parts[place % len(parts)]
        self._act(
            "remove a section",
            who,
            self._plain(piece, stale),
            lambda work: editing.remove_section(
                work, piece.id, chosen.id, self._section_revision(piece, chosen, stale)
            ),
        )
        if self._plain(piece, stale) == DONE:
            self._wrote(piece, who, [(e.id, e.written) for e in parts if e is not chosen])

    @rule(pick=PICK, who=WRITERS, stale=RARELY, complete=LIKELY)
    def reorder(self, pick: int, who: str, stale: bool, complete: bool) -> None:
        """Its sections backwards; or an order that names not all of them."""
        piece = self._piece(pick)
        parts = self._parts(piece)[::-1]
        order = [each.id for each in parts][not complete :]
        wrong = None if complete or not parts else "Invalid not_a_permutation"
        made = self._act(
            "reorder",
            who,
            self._plain(piece, stale, wrong),
            lambda work: editing.order_sections(
                work, piece.id, self._revision(piece, stale), order
            ),
        )
        if made is not None:
            self._wrote(piece, who, [(each.id, each.written) for each in parts])

    @rule(pick=PICK, who=WRITERS, kind=st.integers(0, 8), place=PICK, which=PICK)
    def operate(self, pick: int, who: str, kind: int, place: int, which: int) -> None:
        """An operation; of those whose text is hard to foretell no word may be lost."""
        piece = self._piece(pick)
        parts = self._parts(piece)
        if not parts or len(parts) >= 6:
            return
        chosen = parts[place % len(parts)]
        operation, wanted, ends = _operation(kind, which, parts, chosen)
        first = self.ledger.first(piece, stale=False)
        made = self._act(
            f"operate: {type(operation).__name__.lower()}",
            who,
            [first] if first else ends,
            lambda work: operating.operate(work, piece.id, None, [operation]),
        )
        if made is None:
            return
        self.ledger.opened(piece)
        if wanted is not None:
            self._wrote(piece, who, wanted)
        else:
            self.ledger.written(piece, self._person(who))
            self._took_down(piece, lost_no_word=True)

    @rule(pick=PICK, who=WRITERS, place=PICK, back=st.integers(0, 2))
    def merge(self, pick: int, who: str, place: int, back: int) -> None:
        """What was written beside somebody else's edits."""
        piece = self._piece(pick)
        parts = self._parts(piece)
        if not parts or not piece.is_there:
            return
        chosen = parts[place % len(parts)]
        revision = self._section_revision(piece, chosen, False)
        base = revision - back
        known = self._text_at(piece, chosen.id, base)
        begun = known or chosen
        mark = f"Mark{self.tally.steps}."
        mine = SectionDraft(
            *(begun.type, begun.heading, f"{begun.body}\n\n{mark}".strip(), begun.level),
            items=[ItemDraft(e.question, e.answer, e.type, e.id) for e in begun.items],
        )
        ends = ["Invalid unknown_revision"] if known is None else [DONE, "MergeConflict"]
        if known is not None and known.written == chosen.written:
            ends = [DONE]
        made = self._act(
            "merge an edit",
            who,
            ends,
            lambda work: reconciling.merge_section(work, piece.id, chosen.id, base, mine),
        )
        if made is not None:
            self.ledger.written(piece, self._person(who))
            after = self._took_down(piece)
            assert mark in next(each.body for each in after.parts if each.id == chosen.id)

    def _text_at(self, piece: Piece, section_id: str, revision: int) -> Part | None:
        found = self.witness.meaning(piece.id, section_id, revision)
        return found if isinstance(found, Part) else None

    @rule(pick=PICK, who=WRITERS, stale=RARELY, sources=st.sets(st.sampled_from(SOURCES)))
    def cite(self, pick: int, who: str, stale: bool, sources: set[str]) -> None:
        """Other references."""
        piece = self._piece(pick)
        chosen = sorted(sources)
        made = self._act(
            "set references",
            who,
            self._plain(piece, stale),
            lambda work: citing.set_references(
                work,
                piece.id,
                self._revision(piece, stale),
                [Reference(each, each.title()) for each in chosen],
            ),
        )
        if made is not None:
            self._wrote(piece, who)
            assert piece.draft is not None
            assert piece.draft.text.references == tuple(chosen)

    @rule(pick=PICK, who=WRITERS, stale=RARELY, number=PICK, of_points=st.booleans())
    def restore(self, pick: int, who: str, stale: bool, number: int, of_points: bool) -> None:
        """The draft made what an edition, or a point, was."""
        piece = self._piece(pick)
        known: Sequence[Any] = piece.points if of_points else piece.versions
        number = number % (len(known) + 1) + 1
        there = number <= len(known)
        act = restoring.restore_point if of_points else restoring.restore_edition
        made = self._act(
            f"restore {'a point' if of_points else 'an edition'}",
            who,
            self._plain(piece, stale, None if there else "Unknown"),
            lambda work: act(work, piece.id, str(number), self._revision(piece, stale)),
        )
        if made is None:
            return
        text = piece.points[number - 1] if of_points else piece.versions[number - 1].text
        self.ledger.opened(piece)
        self.ledger.written(piece, self._person(who))
        after = self._took_down(piece)
        assert (after.written, after.references) == (text.written, text.references)

    @rule(pick=PICK, who=WRITERS, slug=st.sampled_from(SLUGS), stale=RARELY)
    def move(self, pick: int, who: str, slug: str, stale: bool) -> None:
        """Another address, which readers see at once."""
        piece = self._piece(pick)
        held = self.ledger.holders.get((piece.locale, slug))
        moved = slug != piece.slug
        wrong = "SlugTaken slug_taken" if moved and held and held[0] is not piece else None
        if moved and piece.live is not None:
            wrong = wrong or self._may(who)
        made = self._act(
            "change the slug",
            who,
            self._plain(piece, stale, wrong),
            lambda work: editing.change_article(
                work, piece.id, self._revision(piece, stale), slug=slug
            ),
        )
        if made is not None and moved:
            self.ledger.move(piece, slug)
            if piece.live is not None:
                self.ledger.show(piece)

    @rule(pick=PICK, who=WRITERS, topics=TOPIC_COUNT, stale=RARELY)
    def retopic(self, pick: int, who: str, topics: int, stale: bool) -> None:
        """Other topics, which readers see at once."""
        piece = self._piece(pick)
        wrong = None
        if piece.live is not None:
            wrong = self._may(who) if topics else "Invalid no_topic"
        refs = TOPICS[::-1][:topics]
        made = self._act(
            "change topics",
            who,
            self._plain(piece, stale, wrong),
            lambda work: editing.change_article(
                work, piece.id, self._revision(piece, stale), topics=refs
            ),
        )
        if made is not None:
            piece.topics = refs
            if not refs:
                self.ledger.drop_publication(piece)
            if piece.live is not None:
                self.ledger.show(piece)

    @precondition(room)
    @rule(pick=PICK, who=WRITERS, locale=st.sampled_from(["de", "fr", "en"]))
    def translate(self, pick: int, who: str, locale: str) -> None:
        """A draft in another language, made of the text of the original."""
        piece = self._piece(pick)
        original = piece.original or piece
        family = [e for e in self.ledger.pieces if e is original or e.original is original]
        taken = any(each.is_there and each.locale == locale for each in family)
        ends = "Invalid locale_taken" if taken else DONE
        if not original.is_there:
            ends = "Conflict"
        made = self._act(
            "translate",
            who,
            ends if piece.is_there else "Unknown",
            lambda work: tracing.start_translation(work, piece.id, locale),
        )
        if made is None:
            return
        source = original.live or original.draft or original.newest
        new = self._enter(who, made, original.topics, source.text.title)
        new.original = original
        assert new.draft is not None
        new.draft.authors |= source.authors
        after = self._took_down(new)
        assert [e.written for e in after.parts] == [e.written for e in source.text.parts]
        assert after.references == source.text.references

    # Acts of reviewers.

    @rule(pick=PICK, who=WRITERS, stale=RARELY)
    def submit(self, pick: int, who: str, stale: bool) -> None:
        """Handed in."""
        self._submit(self._in_state(pick, "draft"), who, stale=stale)

    def _submit(self, piece: Piece, who: str, *, stale: bool) -> None:
        draft = piece.draft
        wrong = None if draft else "Conflict"
        if draft is not None:
            codes = list(self.ledger.obstacles(piece, draft.text))
            if draft.state not in {"draft", "changes_requested"}:
                codes.append(draft.state)
            wrong = refusal("NotSubmittable", codes) if codes else None
        made = self._act(
            "submit",
            who,
            self._plain(piece, stale, wrong),
            lambda work: reviewing.submit(work, piece.id, self._revision(piece, stale)),
        )
        if made is not None and draft is not None:
            self.ledger.drop_publication(piece)
            draft.state = "in_review"

    @precondition(some("in_review", "approved"))
    @rule(pick=PICK, who=WRITERS, stale=RARELY)
    def recall(self, pick: int, who: str, stale: bool) -> None:
        """Taken back."""
        piece = self._in_state(pick, "approved" if pick % 2 else "in_review")
        draft = piece.draft
        wrong = None if draft else "Conflict"
        if draft is not None:
            if draft.state not in {"in_review", "changes_requested", "approved"}:
                wrong = refusal("Conflict", [draft.state])
            elif self._person(who).identity not in draft.authors:
                wrong = "Conflict not_author"
        made = self._act(
            "recall",
            who,
            self._plain(piece, stale, wrong),
            lambda work: reviewing.recall(work, piece.id, self._revision(piece, stale)),
        )
        if made is not None and draft is not None:
            self.ledger.drop_publication(piece)
            draft.state = "draft"

    @precondition(some("in_review"))
    @rule(pick=PICK, who=REVIEWERS, stale=RARELY)
    def request_changes(self, pick: int, who: str, stale: bool) -> None:
        """Given back."""
        piece = self._in_state(pick, "in_review")
        draft = piece.draft
        wrong = None if draft else "Conflict"
        if draft is not None and draft.state != "in_review":
            wrong = "NotReviewable not_in_review"
        made = self._act(
            "request changes",
            who,
            self._plain(piece, stale, wrong),
            lambda work: reviewing.request_changes(
                work, piece.id, self._revision(piece, stale), "Say more."
            ),
        )
        if made is not None and draft is not None:
            draft.state = "changes_requested"

    @precondition(some("in_review"))
    @rule(pick=PICK, who=REVIEWERS, stale=RARELY, days=st.sampled_from([None, 1, 40]), old=RARELY)
    def approve(self, pick: int, who: str, stale: bool, days: int | None, old: bool) -> None:
        """Signed; `old` is a digest of another text."""
        self._approve(self._in_state(pick, "in_review"), who, days, stale=stale, old=old)

    def _approve(
        self,
        piece: Piece,
        who: str,
        days: int | None = None,
        *,
        stale: bool = False,
        old: bool = False,
    ) -> None:
        draft = piece.draft
        wrong = None if draft else "Conflict"
        if draft is not None:
            codes = [*self.ledger.unsignable(draft, self._person(who)), *["text_changed"] * old]
            codes += [] if draft.state == "in_review" else ["not_in_review"]
            wrong = refusal("NotReviewable", codes) if codes else None
        until = self.ledger.at + timedelta(days=days) if days else None
        made = self._act(
            "approve",
            who,
            self._plain(piece, stale, wrong),
            lambda work: reviewing.approve(
                *(work, piece.id, self._revision(piece, stale), "Sound.", until),
                digest="0" * 64 if old else None,
            ),
        )
        if made is not None and draft is not None:
            draft.state = "approved"
            self._signed(piece, draft, who, until)

    @precondition(some("live"))
    @rule(pick=PICK, who=REVIEWERS, stale=RARELY, days=st.sampled_from([None, 1, 40]))
    def sign(self, pick: int, who: str, stale: bool, days: int | None) -> None:
        """What is live signed anew."""
        piece = self._in_state(pick, "live")
        live = piece.live
        wrong = None if live else "Conflict"
        if live is not None:
            codes = list(self.ledger.unsignable(live, self._person(who)))
            wrong = refusal("NotReviewable", codes) if codes else None
        until = self.ledger.at + timedelta(days=days) if days else None
        made = self._act(
            "sign what is live",
            who,
            self._plain(piece, stale, wrong),
            lambda work: reviewing.sign_live(
                work, piece.id, self._revision(piece, stale), "Still sound.", until
            ),
        )
        if made is not None and live is not None:
            self._signed(piece, live, who, until)

    def _signed(self, piece: Piece, version: Version, who: str, until: datetime | None) -> None:
        person = self._person(who)
        clinical, at = version.text.clinical, self.ledger.at
        signed = Signature(clinical, person.name, person.credentials or "", at, until or at + LASTS)
        piece.signatures.append(signed)
        if piece.live is not None and piece.live.text.clinical == clinical:
            self.ledger.show(piece)

    def in_state(self, state: str) -> list[Piece]:
        """Those whose draft, or which themselves, are in that state."""
        return [
            each
            for each in self.ledger.pieces
            if each.is_there and state in {each.state, each.draft.state if each.draft else ""}
        ]

    def _in_state(self, pick: int, state: str) -> Piece:
        """One in that state, if there is any; now and then another one."""
        found = self.in_state(state)
        return found[pick % len(found)] if found and pick < 54 else self._piece(pick)

    # Acts of publishers.

    @rule(pick=PICK, who=DESK, stale=RARELY, ready=LIKELY)
    def publish(self, pick: int, who: str, stale: bool, ready: bool) -> None:
        """Live, now."""
        self._publish(self._in_state(pick, "approved" if ready else "draft"), who, stale=stale)

    @rule(
        picks=st.lists(PICK, min_size=1, max_size=2),
        left_out=st.sampled_from([0, 1, 2, 3, 3, 3]),
        how=st.sampled_from(["now", "now", "later", "together", "together later"]),
        hours=st.sampled_from([1, 4, 24]),
    )
    def carry_through(self, picks: list[int], left_out: int, how: str, hours: int) -> None:
        """From the desk to readers, all at once; now and then with something left out."""
        chosen = list(dict.fromkeys(self._in_state(pick, "draft") for pick in picks))
        for piece in chosen:
            if left_out != 0:
                self._submit(piece, "ada", stale=False)
                self.holds()
            if left_out != 1:
                self._approve(piece, "rae")
                self.holds()
        due = self.ledger.at + timedelta(hours=hours)
        if left_out == 2:
            return
        if how.startswith("together"):
            self._make_release([(each, False) for each in chosen], "pat")
            self.holds()
            if self.ledger.bundles:
                self._go(self.ledger.bundles[-1], due if how.endswith("later") else None)
            return
        for piece in chosen:
            if how == "now":
                self._publish(piece, "pat", stale=False)
            else:
                self._schedule(piece, "pat", Action.PUBLISH, due)
                self.holds()
                self._schedule(piece, "pat", Action.WITHDRAW, due + timedelta(hours=hours))
            self.holds()

    def _go(self, bundle: Bundle, due: datetime | None) -> None:
        if due is None:
            self._publish_bundle(bundle)
        else:
            self._schedule_bundle(bundle, due)

    def _publish(self, piece: Piece, who: str, *, stale: bool) -> None:
        wrong = self._may(who)
        codes = self.ledger.unpublishable(piece)
        if piece.draft is None:
            wrong = "Conflict"
        elif codes:
            wrong = refusal("NotPublishable", codes)
        made = self._act(
            "publish",
            who,
            self._plain(piece, stale, wrong),
            lambda work: publishing.publish(work, piece.id, self._revision(piece, stale)),
        )
        if made is not None:
            self.ledger.publish(piece)

    @precondition(some("live"))
    @rule(pick=PICK, who=DESK, stale=RARELY)
    def withdraw(self, pick: int, who: str, stale: bool) -> None:
        """Away, now."""
        piece = self._in_state(pick, "live") if pick % 2 else self._piece(pick)
        made = self._act(
            "withdraw",
            who,
            self._plain(piece, stale, self._may(who) if piece.live else "Conflict"),
            lambda work: publishing.withdraw(
                work, piece.id, self._revision(piece, stale), "Wrong."
            ),
        )
        if made is not None:
            self.ledger.withdraw(piece)

    @precondition(some("live"))
    @rule(pick=PICK, who=DESK, stale=RARELY, to=st.one_of(st.none(), PICK))
    def archive(self, pick: int, who: str, stale: bool, to: int | None) -> None:
        """Away for good, with a way on or without."""
        piece = self._in_state(pick, "live")
        target = None if to is None else self._in_state(to, "live")
        wrong = self._may(who)
        if target is piece:
            wrong = "Invalid itself"
        elif target is not None and (codes := _unfit(target, piece.locale)):
            wrong = refusal("Invalid", codes)
        made = self._act(
            "archive",
            who,
            self._plain(piece, stale, wrong if piece.live else "Conflict"),
            lambda work: archiving.archive(
                *(work, piece.id, self._revision(piece, stale), "Old."),
                target.id if target else None,
            ),
        )
        if made is not None:
            self.ledger.archive(piece, target)

    @precondition(some("withdrawn", "archived"))
    @rule(pick=PICK, who=DESK, stale=RARELY)
    def reopen(self, pick: int, who: str, stale: bool) -> None:
        """A draft again."""
        piece = self._in_state(pick, "archived" if pick % 2 else "withdrawn")
        wrong = self._may(who) if piece.leads_to else None
        if piece.state not in {"withdrawn", "archived"}:
            wrong = "Conflict"
        made = self._act(
            "reopen",
            who,
            self._plain(piece, stale, wrong),
            lambda work: archiving.reopen(work, piece.id, self._revision(piece, stale)),
        )
        if made is not None:
            self.ledger.reopen(piece)

    @precondition(some("live"))
    @rule(pick=PICK, who=DESK, locale=st.sampled_from(LOCALES), slug=st.sampled_from(SLUGS))
    def redirect(self, pick: int, who: str, locale: str, slug: str) -> None:
        """A slug that leads to an article, or to another one now."""
        target = self._in_state(pick, "live")
        held = self.ledger.holders.get((locale, slug))
        codes, wrong = _unfit(target, locale), self._may(who)
        new = held is None or held[1] == "own"
        if held is not None and held[1] == "redirect":
            wrong = "Conflict own_slug"
        elif codes:
            wrong = refusal("Invalid", codes)
        elif new and held is not None:
            wrong = "SlugTaken slug_taken"
        made = self._act(
            "redirect by hand",
            who,
            wrong or DONE,
            lambda work: (
                redirecting.create_redirect(work, locale, slug, target.id)
                if new
                else redirecting.change_redirect(work, locale, slug, None, target.id)
            ),
        )
        if made is not None:
            self.ledger.holders[locale, slug] = (target, "hand")
            self.ledger.forwarded[locale, slug] = target
            self.ledger.tell(target)

    @precondition(led_by_hand)
    @rule(who=DESK, locale=st.sampled_from(LOCALES), slug=st.sampled_from(SLUGS))
    def lead_nowhere(self, who: str, locale: str, slug: str) -> None:
        """A redirect by hand taken away."""
        held = self.ledger.holders.get((locale, slug))
        wrong = "Unknown" if held is None or held[1] == "own" else self._may(who)
        if held is not None and held[1] == "redirect":
            wrong = "Conflict own_slug"
        self._act(
            "take a redirect away",
            who,
            wrong or DONE,
            lambda work: redirecting.delete_redirect(work, locale, slug, None),
        )
        if wrong is None and held is not None:
            del self.ledger.holders[locale, slug]
            self.ledger.forwarded.pop((locale, slug), None)
            self.ledger.tell(held[0])

    @precondition(enough)
    @rule(pick=PICK, who=st.sampled_from(["max", "max", "ada"]), stale=RARELY)
    def delete(self, pick: int, who: str, stale: bool) -> None:
        """Into the trash."""
        piece = self._piece(pick)
        wrong = self._may(who) if piece.live else None
        ends = self._plain(piece, stale, wrong)
        self._act(
            "delete",
            who,
            ends,
            lambda work: editing.delete_article(work, piece.id, self._revision(piece, stale)),
        )
        if ends == DONE:
            self.ledger.delete(piece)

    def _discarded(self, pick: int) -> Piece:
        found = [e for e in self.ledger.pieces if e.deleted_at is not None and not e.purged]
        return found[pick % len(found)] if found else self._piece(pick)

    @precondition(discarded)
    @rule(pick=PICK, who=DESK, stale=RARELY)
    def take_back(self, pick: int, who: str, stale: bool) -> None:
        """Out of the trash again."""
        piece = self._discarded(pick)
        ends = "Conflict locale_taken" if self.ledger.rival(piece) else DONE
        ends = "EditConflict" if stale else ends
        made = self._act(
            "take back",
            who,
            ends if piece.deleted_at is not None and not piece.purged else "Unknown",
            lambda work: discarding.take_back(work, piece.id, self._revision(piece, stale)),
        )
        if made is not None:
            piece.deleted_at = None
            self.ledger.opened(piece)

    @precondition(discarded)
    @rule(pick=PICK)
    def purge(self, pick: int) -> None:
        """Gone for ever."""
        piece = self._discarded(pick)
        there = piece.deleted_at is not None and not piece.purged
        self._act(
            "purge",
            "max",
            DONE if there else "Unknown",
            lambda work: discarding.purge(work, piece.id, None),
        )
        if there:
            self.ledger.purge(piece)

    # The agenda.

    @rule(
        pick=PICK,
        who=st.sampled_from(["pat", "max"]),
        stale=RARELY,
        hours=st.sampled_from([1, 4, 4, 24, 24, 24 * 30, -1]),
        action=st.sampled_from([Action.PUBLISH, Action.PUBLISH, Action.WITHDRAW]),
    )
    def schedule(self, pick: int, who: str, stale: bool, hours: int, action: Action) -> None:
        """An article published or withdrawn at an instant."""
        away = action is Action.WITHDRAW
        piece = self._in_state(pick, "live" if away else "approved" if pick % 2 else "draft")
        due = self.ledger.at + timedelta(hours=hours)
        self._schedule(piece, who, action, due, stale=stale)

    def _schedule(
        self, piece: Piece, who: str, action: Action, due: datetime, *, stale: bool = False
    ) -> None:
        away = action is Action.WITHDRAW
        ends = self._plain(piece, stale, self._unschedulable(piece, action, due))
        made = self._act(
            f"schedule: {action}",
            who,
            "Invalid past" if due <= self.ledger.at else ends,
            lambda work: scheduling.schedule(
                *(work, piece.id, self._revision(piece, stale), action, _time(due)),
                reason="Over." if away else None,
            ),
        )
        if made is not None:
            self._planned(piece, made.id, action, due)

    def _unschedulable(self, piece: Piece, action: Action, due: datetime) -> str | None:
        if action is Action.WITHDRAW:
            before = self.ledger.pending(piece, "publish")
            fine = piece.live is not None or any(each.due < due for each in before)
            return None if fine else "Conflict"
        codes = self.ledger.unplannable(piece, due)
        return refusal("NotPublishable", codes) if codes else None

    def _planned(self, piece: Piece, schedule_id: str, action: Action, due: datetime) -> None:
        for each in self.ledger.pending(piece, action):
            self.ledger.cancel(each)
        plan = Plan(schedule_id, action, due, piece)
        if action is Action.PUBLISH and piece.draft is not None:
            plan.version, plan.returns_to = piece.draft, piece.draft.state
            piece.draft.state = "scheduled"
        self.ledger.plans.append(plan)
        self.ledger.drop_vain(piece)

    @precondition(planned)
    @rule(pick=PICK, stale=RARELY)
    def unschedule(self, pick: int, stale: bool) -> None:
        """All that is planned for an article alone is cancelled."""
        known = [each.piece for each in self.ledger.plans if each.piece and each.state == "pending"]
        piece = known[pick % len(known)] if known else self._piece(pick)
        found = self.ledger.pending(piece, "publish", "withdraw")
        ends = self._plain(piece, stale, None if found else "Conflict")
        self._act(
            "unschedule",
            "pat",
            ends,
            lambda work: scheduling.unschedule(work, piece.id, self._revision(piece, stale)),
        )
        if ends == DONE:
            for each in found:
                self.ledger.cancel(each)

    @precondition(planned)
    @rule(pick=PICK)
    def cancel(self, pick: int) -> None:
        """One schedule is cancelled, if it is not over."""
        if not self.ledger.plans:
            return
        plan = self.ledger.plans[-1 - pick % min(4, len(self.ledger.plans))]
        ends = DONE if plan.state == "pending" else "Conflict"
        if plan.piece is not None and not plan.piece.is_there:
            ends = "Unknown"
        self._act("cancel", "pat", ends, lambda work: scheduling.cancel(work, plan.id))
        if ends == DONE:
            self.ledger.cancel(plan)
            if plan.piece is not None:
                self.ledger.drop_vain(plan.piece)

    @rule(
        picks=st.lists(st.tuples(PICK, st.booleans()), min_size=0, max_size=3),
        who=st.sampled_from(["pat", "max"]),
    )
    def make_release(self, picks: list[tuple[int, bool]], who: str) -> None:
        """A new release."""
        wanted = [
            (self._in_state(pick, "live" if away else "approved" if pick % 2 else "draft"), away)
            for pick, away in picks
        ]
        self._make_release(wanted, who)

    def _make_release(self, wanted: list[tuple[Piece, bool]], who: str) -> None:
        chosen = [each for each, _ in wanted]
        codes = [] if all(each.is_there for each in chosen) else ["unknown_article"]
        if len({each.id for each in chosen}) < len(chosen):
            codes.append("repeated")
        wishes = [
            ItemWish(each.id, Action.WITHDRAW, "Over.") if away else ItemWish(each.id)
            for each, away in wanted
        ]
        made = self._act(
            "make a release",
            who,
            refusal("Invalid", codes) if codes else DONE,
            lambda work: releasing.create_release(work, "Spring", items=wishes),
        )
        if made is not None:
            items = [(each, "withdraw" if away else "publish") for each, away in wanted]
            self.ledger.bundles.append(Bundle(made.id, items))

    def _bundle(self, pick: int) -> Bundle | None:
        found = self.ledger.bundles[-3:]
        return found[pick % len(found)] if found else None

    def _unbundled(self, bundle: Bundle, due: datetime | None = None) -> str | None:
        if bundle.deleted:
            return "Unknown"
        if bundle.state != "open":
            return "Conflict"
        codes = self.ledger.unbundled(bundle, due)
        return refusal("NotPublishable", codes) if codes else None

    @precondition(bundled)
    @rule(pick=PICK)
    def publish_bundle(self, pick: int) -> None:
        """All of a release, now."""
        bundle = self._bundle(pick)
        if bundle is not None:
            self._publish_bundle(bundle)

    def _publish_bundle(self, bundle: Bundle) -> None:
        wrong = self._unbundled(bundle)
        made = self._act(
            "publish a release",
            "pat",
            wrong or DONE,
            lambda work: releasing.publish_release(work, bundle.id, None),
        )
        if made is not None:
            pending = self.ledger.pending_of(bundle)
            if pending is not None:
                self.ledger.cancel(pending)
            self.ledger.carry_out(bundle)

    @precondition(bundled)
    @rule(pick=PICK, hours=st.sampled_from([1, 4, 24]))
    def schedule_bundle(self, pick: int, hours: int) -> None:
        """All of a release at an instant."""
        bundle = self._bundle(pick)
        if bundle is not None:
            self._schedule_bundle(bundle, self.ledger.at + timedelta(hours=hours))

    def _schedule_bundle(self, bundle: Bundle, due: datetime) -> None:
        made = self._act(
            "schedule a release",
            "pat",
            self._unbundled(bundle, due) or DONE,
            lambda work: releasing.schedule_release(work, bundle.id, None, _time(due)),
        )
        if made is not None:
            pending = self.ledger.pending_of(bundle)
            if pending is not None:
                self.ledger.cancel(pending)
            self.ledger.plans.append(Plan(made.id, "publish", due, bundle=bundle))

    @precondition(bundled)
    @rule(pick=PICK, delete=st.booleans())
    def drop_bundle(self, pick: int, delete: bool) -> None:
        """A release taken off the agenda, or deleted."""
        bundle = self._bundle(pick)
        if bundle is None:
            return
        pending = self.ledger.pending_of(bundle)
        wrong = None if (pending is None) == delete else "Conflict"
        if bundle.deleted or bundle.state != "open":
            wrong = "Unknown" if bundle.deleted else "Conflict"
        act = releasing.delete_release if delete else releasing.unschedule_release
        self._act(
            "delete a release" if delete else "unschedule a release",
            "pat",
            wrong or DONE,
            lambda work: act(work, bundle.id, None),
        )
        if wrong is None:
            bundle.deleted = delete
            self.ledger.plans = [
                e for e in self.ledger.plans if not delete or e.bundle is not bundle
            ]
            if pending is not None:
                self.ledger.cancel(pending)

    @rule(hours=st.sampled_from(HOURS), somebody=LIKELY)
    def pass_time(self, hours: int, somebody: bool) -> None:
        """Time passes, and what has become due is done if somebody is there to do it."""
        self.tally.steps += 1
        self._happened("time passes")
        self.ledger.at += timedelta(hours=hours, seconds=1)
        self.now.move_to(self.ledger.at, tick=False)
        if somebody:
            self._attend()

    def _happened(self, what: str) -> None:
        self.tally.acts[what] += 1
        self.tally.done[what] += 1

    def _attend(self) -> None:
        for errand in (Schedules, ExpiredSignatures, EmptyTrash):
            while errand(self.library).run():
                continue
        for plan in self.ledger.due():
            if plan.state == "pending":
                self._happened("fire a schedule")
                self.ledger.fire(plan)
        for piece in self.ledger.live:
            if piece.review is not None and piece.review.until <= self.ledger.at:
                self._happened("a signature expires")
                self.ledger.show(piece)
        for piece in self.ledger.pieces:
            gone = piece.deleted_at is not None and not piece.purged
            if gone and piece.deleted_at + TRASH_LASTS <= self.ledger.at:  # type: ignore[operator]
                self._happened("the trash is emptied")
                self.ledger.purge(piece)


def _written(section: SectionDraft) -> tuple[object, ...]:
    """A section as a ledger compares it."""
    pairs = tuple((each.type, each.question, each.answer) for each in section.items)
    return section.type, section.heading, section.level, section.body, pairs


def _time(instant: datetime) -> Time:
    return Time(instant.isoformat(), "UTC")


def _unfit(target: Piece, locale: str) -> list[str]:
    """Why readers of that locale cannot be led to an article."""
    if not target.is_there:
        return ["unknown_article"]
    codes = [] if target.live else ["not_live"]
    return codes if target.locale == locale else [*codes, "other_locale"]


def _operation(kind: int, which: int, parts: list[Part], chosen: Part) -> Foretold:
    """An operation, the sections that it must leave where that is plain, and how it may end."""
    told: list[tuple[object, ...]] = [(each.id, each.written) for each in parts]
    if kind <= _FORETOLD:
        return _plain_operation(kind, which, told, parts.index(chosen))
    heading, other = f"Heading {which % 4}", parts[which % len(parts)]
    offset = max(chosen.body.find("\n\n") + 2, 1)
    alone = ["Invalid not_several"]
    operations: Sequence[tuple[Operation, list[str]]] = (
        (Retype(chosen.id, TYPES[which % len(TYPES)]), [DONE]),
        (Split(chosen.id, offset, TYPES[which % 3], heading), [DONE, "Invalid not_a_border"]),
        (
            Merge([chosen.id, other.id]),
            alone if other is chosen else [DONE, "Invalid open_markup"],
        ),
        (ExtractFaq(chosen.id), [DONE, "Invalid no_questions"]),
    )
    operation, ends = operations[kind - _FORETOLD - 1]
    return operation, None, ends


def _plain_operation(kind: int, which: int, told: list[tuple[object, ...]], place: int) -> Foretold:
    """One whose outcome is plain."""
    chosen: Any = told[place]
    before, after = told[:place], told[place + 1 :]
    others, to = [*before, *after], which % len(told)
    heading, section = f"Heading {which % 4}", SECTIONS[which % len(SECTIONS)]
    named = (chosen[1][0], heading, *chosen[1][2:])
    operations: Sequence[tuple[Operation, list[tuple[object, ...]]]] = (
        (Move(chosen[0], to + 1), [*others[:to], chosen, *others[to:]]),
        (Reorder([str(each[0]) for each in told[::-1]]), told[::-1]),
        (Remove(chosen[0]), others),
        (Retitle(chosen[0], heading), [*before, (chosen[0], named), *after]),
        (Replace(chosen[0], section), [*before, (chosen[0], _written(section)), *after]),
    )
    operation, left = operations[kind]
    return operation, left, [DONE]


def migrated(path: Path) -> Path:
    """A migrated, empty database at that path."""
    library = Library(f"sqlite:///{path}")
    with library.migrating() as connection:
        upgrading.upgrade(connection)
    library.close()
    return path


def walk(
    template: Path, place: Path, *, examples: int, steps: int, number: int, shrink: bool = False
) -> Tally:
    """Run so many machines of so many steps each; what they did. Raises what the first broke."""

    class Walked(Workflow):
        tally = Tally()

    Walked.template, Walked.place = template, place
    Walked.library = Library(f"sqlite:///{place / 'library.db'}")
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    chosen = hypothesis_settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        derandomize=False,
        phases=phases,
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.normal,
        report_multiple_bugs=False,
    )
    try:
        run_state_machine_as_test(seed(number)(Walked), settings=chosen)
    finally:
        Workflow.tally = Walked.tally
    return Walked.tally


def main() -> None:
    """Walk, and report."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--each", type=int, default=60, help="Steps of one library.")
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--shrink", action="store_true", help="Look for a short way to a failure.")
    options = parser.parse_args()
    started, failed, number = time.monotonic(), 0, options.seed
    whole = Tally()
    with tempfile.TemporaryDirectory() as place:
        template = migrated(Path(place) / "template.db")
        while whole.steps < options.steps and not failed:
            wanted = -(-(options.steps - whole.steps) // options.each)
            try:
                walk(
                    *(template, Path(place)),
                    examples=min(wanted, 10),
                    steps=options.each,
                    number=number,
                    shrink=options.shrink,
                )
            except Exception:
                traceback.print_exc()
                failed += 1
            for name in ("acts", "done", "refusals", "checked"):
                setattr(whole, name, getattr(whole, name) + getattr(Workflow.tally, name))
            whole.steps += Workflow.tally.steps
            number += 1
            print(f"{whole.steps} steps, {time.monotonic() - started:.0f} s", flush=True)
    _report(whole, failed, time.monotonic() - started)
    sys.exit(bool(failed))


def _report(whole: Tally, failed: int, seconds: float) -> None:
    print(f"{whole.steps} steps in {seconds:.0f} s")
    print("done, of how often tried:")
    for what, times in whole.acts.most_common():
        print(f"  {whole.done[what]:6} of {times:6} {what}")
    for title, counted in (("refused", whole.refusals), ("looked at", whole.checked)):
        print(f"{title}, {counted.total()} times:")
        for what, times in counted.most_common():
            print(f"  {times:6} {what}")
    print(f"broken: {failed}")


if __name__ == "__main__":
    main()
