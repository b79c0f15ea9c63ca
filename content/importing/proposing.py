"""The whole walk: a source text → a proposal in which every character has its place."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from content.importing.assembling import Draft, assemble
from content.importing.blocks import Block, merged
from content.importing.boilerplate import mark_boilerplate, mark_contents, mark_promotion
from content.importing.boundaries import split_articles
from content.importing.classifying import NO_PHRASES, UNREAD, SitePhrases
from content.importing.decoding import refuse_empty
from content.importing.formats import parse
from content.importing.headings import assign_levels, mark_headings
from content.importing.proposals import (
    Piece,
    Proposal,
    ProposedArticle,
    ProposedItem,
    ProposedSection,
    ProposedTopic,
    Remark,
    SetAside,
    SourceFormat,
)
from content.importing.questions import Pair
from content.importing.splitting import propose_split
from content.importing.titling import Titles, find_title, made_summary, possible_titles
from content.importing.wording import folded
from content.sections import FAQ, OTHER
from content.topics import TopicMatcher

LANGUAGES: Final = ("en",)
"""Languages whose wording is recognised."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a site knows: the names of its topics, its language, and what its headings say."""

    matcher: TopicMatcher
    locale: str = "en"
    phrases: SitePhrases = NO_PHRASES

    @property
    def reads_words(self) -> bool:
        """Whether the wording of the language is recognised."""
        return self.locale.replace("_", "-").split("-")[0].lower() in LANGUAGES


def propose(
    text: str, source_format: SourceFormat, encoding: str, knowledge: Knowledge
) -> Proposal:
    """The articles found in a decoded source, and what was set aside of it.

    The same text and knowledge give the same proposal. In a language that is not read, every
    section without questions and answers is `other` unless a phrase of the site names it.
    Raises `SourceRefused` for a text without content or with a line too long. That no text is
    lost is checked at the end; a failure of that check is a fault of this program and raises
    `RuntimeError`.
    """
    refuse_empty(text)
    document = parse(text, source_format)
    blocks = document.blocks
    mark_boilerplate(blocks)
    mark_headings(blocks)
    mark_contents(blocks)
    mark_promotion(blocks)
    proposal = Proposal(text, source_format, encoding, [], [])
    _add_articles(proposal, split_articles(blocks), document.title, knowledge)
    _add_set_aside(proposal, blocks)
    proposal.remarks += remarks_on(proposal)
    lost = proposal.unaccounted()
    if lost:
        raise RuntimeError(f"The import lost track of the source at {lost[:5]}.")
    return proposal


def _add_articles(
    proposal: Proposal, pieces: Sequence[list[Block]], hint: str | None, knowledge: Knowledge
) -> None:
    titled, titles = False, Titles()
    for number, blocks in enumerate(pieces):
        title = find_title(blocks, bare=number == 0 or titled)
        titled = titled or (number == 0 and title is not None)
        reader = _Reader(proposal, knowledge, titles, hint if len(pieces) == 1 else None)
        reader.add_article(blocks, title)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Makes proposed articles of blocks: the proposal gives ids, the site what it knows."""

    proposal: Proposal
    knowledge: Knowledge
    titles: Titles
    hint: str | None

    def add_article(self, blocks: Sequence[Block], title: Block | None) -> None:
        """Add one article; none when all its blocks are set aside."""
        body = [block for block in blocks if block is not title]
        assign_levels(body)
        drafts = assemble(body, title.text if title else self.hint, self.knowledge.phrases)
        if title is None and not drafts:
            return
        options = (
            [title.text] if title else possible_titles(body, self.hint, self.knowledge.matcher)
        )
        name = self.titles.take(options)
        article = ProposedArticle(
            id=self.proposal.new_id(),
            title=name,
            title_spans=[title.span] if title else [],
            summary=made_summary(body),
            topics=[],
            sections=[],
        )
        counts: Counter[str] = Counter()
        for draft in drafts:
            article.sections.append(self._section(draft, counts))
        matcher = self.knowledge.matcher
        article.topics = proposed_topics(matcher, matcher.count(name), counts)
        self.proposal.articles.append(article)

    def _section(self, draft: Draft, counts: Counter[str]) -> ProposedSection:
        """One section; the topics that it names are added to the counts of the article."""
        kind = draft.kind or UNREAD
        heading = draft.heading.text if draft.heading else None
        matcher = self.knowledge.matcher
        named = matcher.count(draft.all_text)
        counts.update(named)
        section = ProposedSection(
            id=self.proposal.new_id(),
            heading=heading,
            heading_spans=[draft.heading.span] if draft.heading else [],
            level=draft.level,
            pieces=[_piece(block) for block in draft.blocks],
            type=kind.type,
            confidence=kind.confidence,
            runner_up=kind.runner_up,
            evidence=kind.evidence,
            items=[self._item(pair) for pair in draft.pairs],
            topics=proposed_topics(matcher, matcher.count(heading or ""), named),
        )
        if self.knowledge.reads_words:
            section.split = propose_split(heading, draft.blocks, kind)
        else:
            self._forget_type(section)
        return section

    def _forget_type(self, section: ProposedSection) -> None:
        """Types found by English words say nothing about a text in another language."""
        for item in section.items:
            item.type = None
        if section.type != FAQ and not self.knowledge.phrases.type_of(section.heading or ""):
            section.type, section.confidence, section.runner_up = OTHER, 0.1, None
            locale = self.knowledge.locale
            section.evidence = [f"sections in the language '{locale}' are not read by their words"]

    def _item(self, pair: Pair) -> ProposedItem:
        return ProposedItem(
            id=self.proposal.new_id(),
            question=pair.question,
            answer=pair.answer_markdown,
            spans=merged([block.span for block in pair.blocks]),
            type=pair.type,
        )


def proposed_topics(
    matcher: TopicMatcher, titled: Mapping[str, int], counts: Mapping[str, int]
) -> list[ProposedTopic]:
    """The topics of a text by what its title and the text name how often, as the matcher ranks."""
    found = []
    for number, reference in enumerate(matcher.rank(titled, counts)):
        kind, _, key = reference.partition(":")
        count = titled.get(reference, 0) + counts.get(reference, 0)
        label = matcher.label(reference)
        found.append(ProposedTopic(kind, key, label, count, primary=number == 0))
    return found


def _piece(block: Block) -> Piece:
    return Piece(block.span, block.markdown, block.kind, block.marker, block.depth)


def _add_set_aside(proposal: Proposal, blocks: Sequence[Block]) -> None:
    """What is no part of an article, neighbours of one reason made one piece."""
    for reason, (start, end) in _runs_set_aside(blocks):
        text = proposal.source[start:end]
        proposal.set_aside.append(SetAside(proposal.new_id(), [(start, end)], text, reason))


def _runs_set_aside(blocks: Sequence[Block]) -> list[tuple[str, tuple[int, int]]]:
    runs: list[tuple[str, tuple[int, int]]] = []
    for block in blocks:
        if block.reason is None:
            continue
        start = block.start
        # A heading with nothing under it is one fact; the next such heading is another.
        alone = block.reason == "empty_section"
        if runs and not alone and runs[-1][0] == block.reason and runs[-1][1][1] == start:
            start = runs.pop()[1][0]
        runs.append((block.reason, (start, block.end)))
    return runs


def remarks_on(proposal: Proposal) -> Iterator[Remark]:
    """What an editor should look at, in the order of the articles."""
    for piece in proposal.set_aside:
        if piece.reason == "empty_section":
            yield Remark("empty_section", piece.text.strip(), piece.spans)
    for article in proposal.articles:
        yield from _article_remarks(article)


def _article_remarks(article: ProposedArticle) -> Iterator[Remark]:
    if not article.title_spans:
        yield Remark("made_title", article.title, [])
    if not article.topics:
        yield Remark("no_topic", article.title, [])
    if len(article.sections) > 1 and not any(each.heading for each in article.sections):
        yield Remark("no_headings", article.title, [])
    seen: set[str] = set()
    for section in article.sections:
        name = folded(section.heading or "")
        if name and name in seen:
            yield Remark("repeated_heading", section.heading or "", section.heading_spans)
        seen.add(name)
        if section.type == OTHER:
            yield Remark("unknown_type", section.heading or "", section.spans)
