"""What importing finds in one source: articles, sections, pairs, and what was set aside."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal

from cattrs import structure

from content.importing.blocks import BlockKind, Span, join_markdown, merged

SourceFormat = Literal["text", "markdown", "html", "docx"]
SOURCE_FORMATS: Final[tuple[SourceFormat, ...]] = ("text", "markdown", "html", "docx")

NOWHERE: Final[Span] = (0, 0)
"""The span of words that stand in no source, because an editor wrote them."""


@dataclass(slots=True)
class ProposedTopic:
    """A topic that a text speaks of, how often, and whether it is proposed as the primary one."""

    kind: str
    key: str
    label: str
    count: int
    primary: bool = False

    @property
    def ref(self) -> str:
        """Its address in parameters: `kind:key`."""
        return f"{self.kind}:{self.key}"


@dataclass(slots=True)
class Piece:
    """A block of a body: its place in the source and its Markdown, without the list marker.

    `kind`, `marker` and `depth` are those of a `Block`, and say how pieces are joined.
    """

    span: Span
    markdown: str
    kind: BlockKind = "paragraph"
    marker: str = "-"
    depth: int = 0

    @property
    def is_item(self) -> bool:
        """Whether the piece belongs to a list of single items."""
        return self.kind in {"list_item", "item_more"}


@dataclass(slots=True)
class ProposedItem:
    """A question and its answer, both Markdown, with the spans that they come from."""

    id: str
    question: str
    answer: str
    spans: list[Span]
    type: str | None
    """The section type of what is asked, never `faq`; None when it was not recognised."""


@dataclass(slots=True)
class ProposedSplit:
    """That a section speaks of two things, one after the other, and where the second begins.

    `offset` counts characters of the section's `body`; a new sentence, item or paragraph begins
    there. `type` and `confidence` are those of what follows, `first_type` of what precedes.
    """

    offset: int
    first_type: str
    type: str
    confidence: float
    evidence: list[str]


@dataclass(slots=True)
class Resemblance:
    """A section of the library that says nearly the same; `share` is 0 to 1."""

    section_id: str
    article_id: str
    article_title: str
    heading: str | None
    type: str
    share: float
    live: bool


@dataclass(slots=True)
class ProposedSection:
    """A heading with what stands under it.

    `id` is unique in the proposal. `heading` is None for an introduction; `level` is 2 for a
    section of the article and grows with depth; `body` is Markdown, the `pieces` joined, empty
    for the parent of deeper sections and for a `faq` that is all pairs. `confidence` is 0 to 1:
    of those at 0.9, nine in ten are right; `evidence` says in words why the type was chosen.
    `spans` partition the source together with all other spans: heading first, then body.
    """

    id: str
    heading: str | None
    heading_spans: list[Span]
    level: int
    pieces: list[Piece]
    type: str
    confidence: float
    runner_up: str | None
    evidence: list[str]
    items: list[ProposedItem] = field(default_factory=list)
    topics: list[ProposedTopic] = field(default_factory=list)
    split: ProposedSplit | None = None
    similar: list[Resemblance] = field(default_factory=list)

    @property
    def body(self) -> str:
        """The Markdown of all pieces."""
        return join_markdown(self.pieces)

    @property
    def spans(self) -> list[Span]:
        """The places of heading and body in the source, neighbours that touch made one."""
        body = merged([piece.span for piece in self.pieces if piece.span != NOWHERE])
        return [*self.heading_spans, *body]


@dataclass(slots=True)
class ProposedArticle:
    """One of the articles in a source, its topics with the primary one first."""

    id: str
    title: str
    title_spans: list[Span]
    """Empty when the title was made from the text, because the source has none."""
    summary: str
    topics: list[ProposedTopic]
    sections: list[ProposedSection]


@dataclass(slots=True)
class SetAside:
    """A piece of the source that is kept with the proposal and never published by itself."""

    id: str
    spans: list[Span]
    text: str
    reason: str
    """One of the keys of `SET_ASIDE_REASONS`."""


@dataclass(slots=True)
class Remark:
    """Something that an editor should look at; `kind` is a key of `REMARKS`."""

    kind: str
    text: str
    spans: list[Span]


REMARKS: Final[dict[str, str]] = {
    "empty_section": "a heading with nothing under it was set aside",
    "repeated_heading": "a heading stands in the article more than once",
    "no_headings": "the article has no headings",
    "made_title": "the source gives no title, so one was made from the text",
    "unknown_type": "the type of a section was not recognised",
    "no_topic": "no topic was recognised in the article",
}

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
    "frame": "the header or footer of the page",
    "sidebar": "a column beside the article",
    "comments": "comments of readers",
    "share": "buttons and links for sharing",
    "advertisement": "an advertisement",
    "form": "a form, or a button or choice of one",
    "hidden": "text that the page does not show",
    "by_editor": "an editor took it out of its article",
}


@dataclass(slots=True)
class Proposal:
    """All that was found in one source."""

    source: str
    format: SourceFormat
    encoding: str
    articles: list[ProposedArticle]
    set_aside: list[SetAside]
    remarks: list[Remark] = field(default_factory=list)
    last_number: int = 0
    """The number of the last id that was given in this proposal."""

    def new_id(self) -> str:
        """An id that no part of this proposal has or had."""
        self.last_number += 1
        return f"p{self.last_number}"

    @property
    def sections(self) -> Iterator[ProposedSection]:
        """Every section of every article, in order."""
        for article in self.articles:
            yield from article.sections

    def spans(self) -> Iterator[Span]:
        """Every span of the proposal, in no particular order."""
        for article in self.articles:
            yield from article.title_spans
            for section in article.sections:
                yield from section.spans
                for item in section.items:
                    yield from item.spans
        for piece in self.set_aside:
            yield from piece.spans

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
        """The proposal as plain data, without the source, ready to be kept as JSON."""
        document = asdict(self)
        del document["source"]
        return document

    def as_answer(self) -> dict[str, Any]:
        """The proposal as plain data to show: bodies and spans instead of pieces."""
        document = self.as_document()
        del document["last_number"]
        for shown, article in zip(document["articles"], self.articles, strict=True):
            shown["sections"] = [_shown(section) for section in article.sections]
        return document


def _shown(section: ProposedSection) -> dict[str, Any]:
    document = asdict(section)
    del document["pieces"], document["heading_spans"]
    return {**document, "body": section.body, "spans": section.spans}


def from_document(document: dict[str, Any], source: str) -> Proposal:
    """The proposal that `Proposal.as_document` was called on."""
    return structure({**document, "source": source}, Proposal)
