"""What the tests of importing share: a matcher, and proposals made in one call."""

import tomllib
from pathlib import Path

from content.importing.decoding import decode
from content.importing.formats import format_of
from content.importing.proposals import Proposal, ProposedArticle, SourceFormat
from content.importing.proposing import Knowledge, propose
from content.topics import TopicMatcher

ROOT = Path(__file__).parents[3]
LIMIT = 5_000_000


def vocabulary() -> TopicMatcher:
    """A matcher of the topics that a new library starts with."""
    rows = tomllib.loads((ROOT / "migrations/topics.toml").read_text("utf-8"))["topic"]
    labels = [
        (f"{row['kind']}:{row['key']}", label)
        for row in rows
        for label in [row["label"], *row.get("also", []), *row.get("hidden", [])]
    ]
    return TopicMatcher(labels)


MATCHER = vocabulary()


def proposed(source: str, source_format: SourceFormat = "text", locale: str = "en") -> Proposal:
    """What is proposed for a source."""
    return propose(source, source_format, "utf-8", Knowledge(MATCHER, locale))


def article(source: str, source_format: SourceFormat = "text") -> ProposedArticle:
    """The one article of a source."""
    (only,) = proposed(source, source_format).articles
    return only


def proposed_file(path: Path) -> Proposal:
    """What is proposed for a file."""
    decoded = decode(path.read_bytes(), LIMIT)
    chosen = format_of(decoded, path.name)
    return propose(decoded.text, chosen, decoded.encoding, Knowledge(MATCHER))


def headings(found: ProposedArticle) -> list[tuple[int, str | None]]:
    """Level and heading of every section."""
    return [(section.level, section.heading) for section in found.sections]


def reasons(found: Proposal) -> dict[str, str]:
    """What was set aside, by its text without white space around it; blanks left out."""
    return {
        piece.text.strip(): piece.reason for piece in found.set_aside if piece.reason != "blank"
    }
