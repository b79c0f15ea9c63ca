"""What importing finds in one source: articles, sections, pairs, and what was set aside."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal

SourceFormat = Literal["text", "markdown", "html"]
SOURCE_FORMATS: Final[tuple[SourceFormat, ...]] = ("text", "markdown", "html")

Span = tuple[int, int]
"""Start and end (exclusive) in the decoded source, counted in characters (code points)."""


@dataclass(slots=True)
class ProposedItem:
    """A question and its answer, both Markdown, with the spans that they come from."""

    question: str
    answer: str
    spans: list[Span]
    type: str | None
    """The section type of what is asked, never `faq`; None when it was not recognised."""


@dataclass(slots=True)
class ProposedSection:
    """A heading with what stands under it.

    `heading` is None for an introduction; `level` is 2 for a section of the article and grows
    with depth; `body` is Markdown, empty for the parent of deeper sections and for a `faq`
    that is all pairs. `confidence` is 0 to 1; `evidence` says in words why the type was chosen.
    `spans` partition the source together with all other spans: heading first, then body.
    """

    heading: str | None
    level: int
    body: str
    type: str
    confidence: float
    runner_up: str | None
    evidence: list[str]
    spans: list[Span]
    items: list[ProposedItem] = field(default_factory=list)


@dataclass(slots=True)
class ProposedArticle:
    """One of the articles in a source; `topics` are "kind:key", the primary one first."""

    title: str
    title_spans: list[Span]
    """Empty when the title was made from the text, because the source has none."""
    summary: str
    topics: list[str]
    sections: list[ProposedSection]


@dataclass(slots=True)
class SetAside:
    """A piece of the source that is kept with the proposal and never published by itself."""

    span: Span
    text: str
    reason: str
    """One of the keys of `SET_ASIDE_REASONS`."""


SET_ASIDE_REASONS: Final[dict[str, str]] = {
    "blank": "white space before the first text",
    "date": "a date line",
    "byline": "an author or reviewer line",
    "navigation": "navigation or a skip link",
    "contents": "a table of contents",
    "related": "a link to another article",
    "call_to_action": "a call to action",
    "newsletter": "a newsletter line",
    "cookies": "a cookie or privacy banner",
    "disclaimer": "a disclaimer of the page",
    "empty_section": "a heading with nothing under it",
    "markup": "markup that carries no text: scripts, styles, comments, tracking images",
    "front_matter": "the metadata block of a Markdown file",
}


@dataclass(slots=True)
class Proposal:
    """All that was found in one source."""

    source: str
    format: SourceFormat
    encoding: str
    articles: list[ProposedArticle]
    set_aside: list[SetAside]

    def spans(self) -> Iterator[Span]:
        """Every span of the proposal, in no particular order."""
        for article in self.articles:
            yield from article.title_spans
            for section in article.sections:
                yield from section.spans
                for item in section.items:
                    yield from item.spans
        for piece in self.set_aside:
            yield piece.span

    def unaccounted(self) -> list[Span]:
        """The proof: stretches of the source that lie in no span, or in more than one.

        Empty when every character of the source lies in exactly one span.
        """
        wrong: list[Span] = []
        position = 0
        for start, end in sorted(self.spans()):
            if start != position:
                wrong.append((min(start, position), max(start, position)))
            position = max(position, end)
        if position != len(self.source):
            wrong.append((position, len(self.source)))
        return wrong

    def as_document(self) -> dict[str, Any]:
        """The proposal as plain data, without the source, ready for JSON."""
        document = asdict(self)
        del document["source"]
        return document


def from_document(document: dict[str, Any], source: str) -> Proposal:
    """The proposal that `Proposal.as_document` was called on."""
    return Proposal(
        source=source,
        format=document["format"],
        encoding=document["encoding"],
        articles=[_article(each) for each in document["articles"]],
        set_aside=[
            SetAside(_span(each["span"]), each["text"], each["reason"])
            for each in document["set_aside"]
        ],
    )


def _article(document: dict[str, Any]) -> ProposedArticle:
    sections = [_section(each) for each in document["sections"]]
    spans = [_span(each) for each in document["title_spans"]]
    return ProposedArticle(**{**document, "title_spans": spans, "sections": sections})


def _section(document: dict[str, Any]) -> ProposedSection:
    items = [
        ProposedItem(**{**each, "spans": [_span(span) for span in each["spans"]]})
        for each in document["items"]
    ]
    spans = [_span(each) for each in document["spans"]]
    return ProposedSection(**{**document, "spans": spans, "items": items})


def _span(pair: list[int] | Span) -> Span:
    start, end = pair
    return start, end
