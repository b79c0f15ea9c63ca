"""What editors change in a proposal: one thing each, told by the ids of the proposal."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

Place = Literal["end", "beginning"]
PLACES: Final[tuple[Place, ...]] = ("end", "beginning")


@dataclass(frozen=True, slots=True)
class Retype:
    """Another type for a section, or for what a question asks about."""

    id: str
    type: str


@dataclass(frozen=True, slots=True)
class Retitle:
    """Another title for an article, or another heading for a section; None takes it away."""

    id: str
    text: str | None


@dataclass(frozen=True, slots=True)
class Split:
    """A section made two at a place in its `body`, counted in characters.

    What follows becomes a section of `type`. Pairs go with the half that is a `faq`.
    """

    id: str
    offset: int
    type: str
    heading: str | None = None


@dataclass(frozen=True, slots=True)
class Merge:
    """A section joined to another of its article: to the one before it, unless `into` is given.

    Its heading stays as a bold paragraph; in a `faq` a question with its text becomes a pair.
    """

    id: str
    into: str | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A section put at a position, from 1, of an article; at the end without a position."""

    id: str
    article: str
    position: int | None = None


@dataclass(frozen=True, slots=True)
class MoveToNewArticle:
    """A section made the first of a new article, which follows the one that it stood in."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class TakeBack:
    """A piece that was set aside, put at the end or the beginning of a section."""

    id: str
    into: str
    place: Place = "end"


@dataclass(frozen=True, slots=True)
class TakeBackAsSection:
    """A piece that was set aside, made a section of `article`, or of a new one with this `title`.

    One of the two is given; the new article becomes the last. Where the piece begins with the
    very words of `heading`, they become the heading.
    """

    id: str
    type: str
    article: str | None = None
    title: str | None = None
    heading: str | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True)
class SetAside:
    """A section taken out of its article, and kept with the proposal."""

    id: str


@dataclass(frozen=True, slots=True)
class Retopic:
    """The topics of an article as "kind:key", the primary one first."""

    id: str
    topics: Sequence[str]


Correction = (
    Retype
    | Retitle
    | Split
    | Merge
    | Move
    | MoveToNewArticle
    | TakeBack
    | TakeBackAsSection
    | SetAside
    | Retopic
)

ACTIONS: Final[dict[str, type[Correction]]] = {
    "retype": Retype,
    "retitle": Retitle,
    "split": Split,
    "merge": Merge,
    "move": Move,
    "move_to_new_article": MoveToNewArticle,
    "take_back": TakeBack,
    "take_back_as_section": TakeBackAsSection,
    "set_aside": SetAside,
    "retopic": Retopic,
}
"""What each correction is called where it is sent and recorded."""


def action_of(correction: Correction) -> str:
    """The name of a correction in `ACTIONS`."""
    return next(name for name, kind in ACTIONS.items() if type(correction) is kind)


@dataclass(frozen=True, slots=True)
class Change:
    """What a correction did, to be learned from.

    `heading` is that of the section, or the title of the article, before; `before` and `after`
    are plain JSON. `type_before`, `type_after` and `confidence`, that of the type before, are
    given where a type was chosen for what had one.
    """

    action: str
    heading: str | None
    before: dict[str, Any]
    after: dict[str, Any]
    type_before: str | None = None
    type_after: str | None = None
    confidence: float | None = None
