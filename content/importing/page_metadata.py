"""What a page says of itself for machines (JSON-LD): a hint, never text of an article."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any, Final

from content.importing.blocks import visible
from content.importing.tags import Piece
from content.importing.wording import folded

_LONGEST: Final = 500_000
_MOST_NODES: Final = 20_000
_JSON_LD: Final = re.compile(r"<script\b[^>]*application/ld\+json", re.IGNORECASE)
_TAG: Final = re.compile(r"<[^<>]*>")
_ARTICLES: Final = frozenset(
    {"Article", "BlogPosting", "NewsArticle", "MedicalWebPage", "MedicalScholarlyArticle", "Report"}
)


@dataclass(slots=True)
class Metadata:
    """The headline of a page, and its questions with their answers, both folded."""

    headline: str | None = None
    answers: dict[str, str] = field(default_factory=dict)


def read_metadata(source: str, pieces: Sequence[Piece]) -> Metadata:
    """The metadata of a page; what is broken, too large or of no use is passed over."""
    found = Metadata()
    for piece in pieces:
        if piece.name == "script" and _JSON_LD.match(source, piece.start, piece.end):
            for node in _nodes(_parsed(source[piece.start : piece.end])):
                _note(node, found)
    return found


def _parsed(script: str) -> Any:
    content = script.partition(">")[2].rpartition("<")[0]
    if len(content) > _LONGEST:
        return None
    try:
        return json.loads(content.strip().removeprefix("<!--").removesuffix("-->"))
    except (ValueError, RecursionError):
        return None


def _nodes(document: Any) -> Iterator[dict[str, Any]]:
    """Every object in a document, however deep."""
    waiting = [document]
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        current = waiting.pop()
        if isinstance(current, dict):
            yield current
            waiting.extend(current.values())
        elif isinstance(current, list):
            waiting.extend(current)


def _note(node: dict[str, Any], found: Metadata) -> None:
    types = node.get("@type")
    names = {types} if isinstance(types, str) else set(_texts(types))
    headline = node.get("headline")
    if names & _ARTICLES and isinstance(headline, str) and found.headline is None:
        found.headline = _shown(headline) or None
    answer = node.get("acceptedAnswer") or node.get("suggestedAnswer")
    for given in answer if isinstance(answer, list) else [answer]:
        if "Question" in names and isinstance(given, dict):
            asked, told = node.get("name"), given.get("text")
            if isinstance(asked, str) and isinstance(told, str):
                found.answers[folded(_shown(asked))] = folded(_shown(told))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        yield from (each for each in value if isinstance(each, str))


def _shown(text: str) -> str:
    return visible(unescape(_TAG.sub(" ", unescape(text))))
