"""Suggestions as readers get them: the index completes, the library says where each leads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from content import reading
from content.published import ArticleAddress, SectionAddress
from content.scopes import EVERYTHING, WORDS, Scope
from content.searching import Completion, CompletionKind, SearchIndex
from content.searching.completing import MAX_CHARACTERS, MAX_LIMIT, marked
from content.searching.completion_tables import folded
from content.searching.vocabulary import Vocabulary
from content.statements import Reader

MOST_TYPED: Final = MAX_CHARACTERS
MOST_SUGGESTIONS: Final = MAX_LIMIT


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a person may be about to type, and where it leads.

    `highlight` is the text as safe HTML with what was typed in `<mark>`; None where it was put
    right first. A title leads to its article, a heading or a question to its section, of several
    to the oldest, and a topic to its hub. `sections` counts those that it stands for.
    """

    text: str
    kind: CompletionKind
    highlight: str | None
    sections: int
    topic: str | None = None
    section: SectionAddress | None = None
    article: ArticleAddress | None = None


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The best suggestions first; `sequence` is the point of the log that the index reflects."""

    items: list[Suggestion]
    sequence: int
    scopes: tuple[Scope, ...] = (EVERYTHING, WORDS)


def suggest(
    session: Reader,
    index: SearchIndex,
    vocabulary: Vocabulary,
    text: str,
    *,
    locale: str | None = None,
    limit: int = 8,
) -> Suggestions:
    """Suggestions for a text that is being typed; for an empty one, the most frequent topics.

    The library has the last word: what the index has not yet forgotten is left out. Raises
    `SearchUnavailable`.
    """
    # Asked first, so that nothing is told to be newer than it is.
    sequence = index.checkpoint()
    completions = index.complete(text, vocabulary, locale, limit)
    ids = [each.ref for each in completions if each.kind != "topic"]
    places = reading.section_addresses(session, ids) if ids else {}
    found = (_suggestion(each, places, text) for each in completions)
    return Suggestions([each for each in found if each is not None], sequence)


def _suggestion(
    completion: Completion, places: Mapping[str, SectionAddress], typed: str
) -> Suggestion | None:
    highlight = marked(completion.text, typed)
    said = completion.text, completion.kind, highlight, completion.sections
    if completion.kind == "topic":
        return Suggestion(*said, topic=completion.ref)
    place = places.get(completion.ref)
    if place is None or not _still_says(place, completion):
        return None
    section = None if completion.kind == "title" else place
    return Suggestion(*said, section=section, article=place.article)


def _still_says(place: SectionAddress, completion: Completion) -> bool:
    """Whether the title or the heading has not changed since the index read it."""
    if completion.kind == "title":
        return folded(place.article.title) == folded(completion.text)
    if completion.kind == "heading":
        return folded(place.heading or "") == folded(completion.text)
    return True
