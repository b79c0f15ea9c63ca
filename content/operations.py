"""What editors do to the sections of a draft as a whole: one thing each, told by ids.

An id is that of a section of the draft, or the name that an operation before it gave to what it
made.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from content.drafts import SectionDraft


@dataclass(frozen=True, slots=True)
class Retype:
    """Another type for a section, or for what a pair asks about.

    The pairs of what was a `faq` become text: only a `faq` has pairs.
    """

    id: str
    type: str


@dataclass(frozen=True, slots=True)
class Retitle:
    """Another heading for a section; None takes it away."""

    id: str
    heading: str | None


@dataclass(frozen=True, slots=True)
class Split:
    """A section made two at a place in its `body`, counted in characters.

    A paragraph, an item or a sentence begins there. What follows becomes a section of `type`;
    pairs go with the half that is a `faq`.
    """

    id: str
    offset: int
    type: str
    heading: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Merge:
    """Sections made one, in this order: the first takes up the others, and keeps id and anchor.

    Their headings stay as bold paragraphs; in a `faq` a question with its text becomes a pair.
    """

    ids: Sequence[str]


@dataclass(frozen=True, slots=True)
class Move:
    """A section put at a position, from 1."""

    id: str
    position: int


@dataclass(frozen=True, slots=True)
class Replace:
    """Another content for a section; its id and its place stay."""

    id: str
    section: SectionDraft


@dataclass(frozen=True, slots=True)
class ExtractFaq:
    """The questions in the text of a section made pairs.

    Headings that ask, lines that begin with "Q:", or, where there are none of these, paragraphs
    that ask. The pairs become a section of their own behind it, or the section itself becomes a
    `faq` where no other text is in it.
    """

    id: str
    heading: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Reorder:
    """All sections in a new order, each named once."""

    order: Sequence[str]


@dataclass(frozen=True, slots=True)
class Remove:
    """A section taken out."""

    id: str


Operation = Retype | Retitle | Split | Merge | Move | Replace | ExtractFaq | Reorder | Remove

OPERATIONS: Final[dict[str, type[Operation]]] = {
    "retype": Retype,
    "retitle": Retitle,
    "split": Split,
    "merge": Merge,
    "move": Move,
    "replace": Replace,
    "extract_faq": ExtractFaq,
    "reorder": Reorder,
    "remove": Remove,
}
"""What each is called."""
