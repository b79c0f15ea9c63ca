"""What a shared section says, whichever article says it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID, uuid5

from content import rendering
from content.drafts import ItemDraft, SectionDraft
from content.models import Section, SharedSection, new_id


@dataclass(frozen=True, slots=True)
class SharedUse:
    """That a section says what a shared one does: a version of it, or the newest for None."""

    id: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class SharedText:
    """The text of a shared section; without a `level` each article has its own."""

    type: str
    heading: str | None = None
    body: str = ""
    level: int | None = None
    items: Sequence[ItemDraft] = ()

    @property
    def digest(self) -> str:
        """The SHA-256, in hexadecimal, of all that it says; ids of pairs say nothing."""
        return rendering.digest(
            [self.type, self.heading, self.level, self.body, [_worded(each) for each in self.items]]
        )

    @property
    def content(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "type": self.type,
            "heading": self.heading,
            "level": self.level,
            "body": self.body,
            "items": [asdict(each) for each in self.items],
        }

    def section(self, level: int) -> SectionDraft:
        """The same as a section of an article, which has that level where the text has none."""
        return SectionDraft(self.type, self.heading, self.body, self.level or level, self.items)

    def is_said_by(self, section: Section) -> bool:
        """Whether a section says just this."""
        said = [(item.type, item.question, item.answer) for item in section.items]
        return (
            (self.type, self.heading, self.body) == (section.type, section.heading, section.body)
            and self.level in {None, section.level}
            and [_worded(each) for each in self.items] == said
        )


def as_text(content: Mapping[str, Any]) -> SharedText:
    """A text as it was stored."""
    items = [ItemDraft(**each) for each in content["items"]]
    return SharedText(**{**content, "items": tuple(items)})


def with_ids(text: SharedText, known: Sequence[ItemDraft] = ()) -> SharedText:
    """The same with an id for every pair: its own if it is a known one's, or by its question."""
    ids = {each.id for each in known}
    by_question = {each.question: each.id for each in known}
    used: set[str | None] = set()
    items: list[ItemDraft] = []
    for item in text.items:
        identity = item.id if item.id in ids else by_question.get(item.question)
        if identity is None or identity in used:
            identity = new_id()
        used.add(identity)
        items.append(replace(item, id=identity))
    return replace(text, items=tuple(items))


def pair_id(shared: SharedSection, section_id: str, shared_pair_id: str) -> str:
    """The id that a pair of a shared section has in a section that uses it: always the same."""
    if section_id == shared.origin_id:
        return shared_pair_id
    return str(uuid5(UUID(section_id), shared_pair_id))


def _worded(item: ItemDraft) -> tuple[str | None, str, str]:
    return item.type, item.question, item.answer
