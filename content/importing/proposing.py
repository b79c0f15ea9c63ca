"""The whole walk: a source text → a proposal in which every character has its place."""

from collections.abc import Sequence
from typing import Final

from content.importing.assembling import Draft, assemble
from content.importing.blocks import Block, merged
from content.importing.boilerplate import mark_boilerplate, mark_contents, mark_promotion
from content.importing.boundaries import split_articles
from content.importing.classifying import Context, classify
from content.importing.decoding import refuse_empty
from content.importing.formats import parse
from content.importing.headings import assign_levels, mark_headings
from content.importing.proposals import (
    Proposal,
    ProposedArticle,
    ProposedItem,
    ProposedSection,
    SetAside,
    SourceFormat,
)
from content.importing.questions import Pair
from content.importing.titling import Titles, find_title, made_summary, possible_titles
from content.sections import FAQ, OTHER
from content.topics import TopicMatcher

LANGUAGES: Final = ("en",)
"""Languages whose wording is recognised."""


def propose(
    text: str, source_format: SourceFormat, encoding: str, matcher: TopicMatcher, locale: str = "en"
) -> Proposal:
    """The articles found in a decoded source, and what was set aside of it.

    The same text gives the same proposal. In a language that is not read, every section without
    questions and answers is `other`. Raises `SourceRefused` for a text without content or with
    a line too long. That no text is lost is checked at the end; a failure of that check is a
    fault of this program and raises `RuntimeError`.
    """
    refuse_empty(text)
    document = parse(text, source_format)
    blocks = document.blocks
    mark_boilerplate(blocks)
    mark_headings(blocks)
    mark_contents(blocks)
    mark_promotion(blocks)
    articles = _articles(split_articles(blocks), document.title, matcher)
    if locale.replace("_", "-").split("-")[0].lower() not in LANGUAGES:
        _forget_types(articles, locale)
    proposal = Proposal(text, source_format, encoding, articles, _set_aside(blocks, text))
    lost = proposal.unaccounted()
    if lost:
        raise RuntimeError(f"The import lost track of the source at {lost[:5]}.")
    return proposal


def _forget_types(articles: Sequence[ProposedArticle], locale: str) -> None:
    """Types found by English words say nothing about a text in another language."""
    evidence = f"sections in the language '{locale}' are not recognised by their words"
    for section in [section for article in articles for section in article.sections]:
        for item in section.items:
            item.type = None
        if section.type != FAQ:
            section.type, section.confidence, section.runner_up = OTHER, 0.1, None
            section.evidence = [evidence]


def _articles(
    pieces: Sequence[list[Block]], hint: str | None, matcher: TopicMatcher
) -> list[ProposedArticle]:
    articles: list[ProposedArticle] = []
    titled, titles = False, Titles()
    for number, blocks in enumerate(pieces):
        title = find_title(blocks, bare=number == 0 or titled)
        titled = titled or (number == 0 and title is not None)
        article = _article(blocks, title, hint if len(pieces) == 1 else None, matcher, titles)
        if article:
            articles.append(article)
    return articles


def _article(
    blocks: Sequence[Block],
    title: Block | None,
    hint: str | None,
    matcher: TopicMatcher,
    titles: Titles,
) -> ProposedArticle | None:
    """One article; None when all its blocks are set aside."""
    body = [block for block in blocks if block is not title]
    assign_levels(body)
    drafts = assemble(body)
    if title is None and not drafts:
        return None
    name = titles.take([title.text] if title else possible_titles(body, hint, matcher))
    words = " ".join(block.text for block in body if block.reason is None)
    return ProposedArticle(
        title=name,
        title_spans=[title.span] if title else [],
        summary=made_summary(body),
        topics=matcher.propose(name, words),
        sections=[_section(draft) for draft in drafts],
    )


def _section(draft: Draft) -> ProposedSection:
    kind = draft.kind or classify(None, draft.text)
    heading = [draft.heading.span] if draft.heading else []
    return ProposedSection(
        heading=draft.heading.text if draft.heading else None,
        level=draft.level,
        body=draft.markdown,
        type=kind.type,
        confidence=kind.confidence,
        runner_up=kind.runner_up,
        evidence=kind.evidence,
        spans=heading + merged([block.span for block in draft.blocks]),
        items=[_item(pair) for pair in draft.pairs],
    )


def _item(pair: Pair) -> ProposedItem:
    kind = classify(pair.question, pair.answer_text, Context(allow_faq=False))
    return ProposedItem(
        question=pair.question,
        answer=pair.answer_markdown,
        spans=merged([block.span for block in pair.blocks]),
        # What a question is about may stay open; a section's type may not.
        type=None if kind.type == OTHER else kind.type,
    )


def _set_aside(blocks: Sequence[Block], source: str) -> list[SetAside]:
    """What is no part of an article, neighbours of one reason made one piece."""
    pieces: list[SetAside] = []
    for block in blocks:
        if block.reason is None:
            continue
        start = block.start
        if pieces and pieces[-1].reason == block.reason and pieces[-1].span[1] == start:
            start = pieces.pop().span[0]
        pieces.append(SetAside((start, block.end), source[start : block.end], block.reason))
    return pieces
