"""Corrections → a corrected proposal in which every character of the source keeps its place."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import singledispatchmethod
from typing import Any, Final

from content.drafts import line_objections, nearest, type_objections
from content.errors import Invalid, Reason
from content.importing.blocks import Block, Span, escape_inline, merged
from content.importing.corrections import (
    Change,
    Correction,
    Merge,
    Move,
    MoveToNewArticle,
    Retitle,
    Retopic,
    Retype,
    SetAside,
    Split,
    TakeBack,
    TakeBackAsSection,
    action_of,
)
from content.importing.cutting import cut, find_border, led, nearest_borders
from content.importing.formats import parse
from content.importing.headings import TOP_LEVEL
from content.importing.plain_text import parse_text
from content.importing.proposals import (
    NOWHERE,
    Piece,
    Proposal,
    ProposedArticle,
    ProposedItem,
    ProposedSection,
    ProposedTopic,
)
from content.importing.proposals import SetAside as Aside
from content.importing.recounting import plain_text
from content.importing.titling import made_summary
from content.importing.wording import folded, is_question
from content.sections import FAQ, OTHER

CHOSEN: Final = "an editor chose it"
"""The evidence for a type that an editor settled."""

BY_EDITOR: Final = "by_editor"
MOST_TOPICS: Final = 50

_SEEN: Final = 300
# Characters of a body that are recorded: the proposal itself keeps the rest.


class _Impossible(Exception):
    """A correction that cannot be done, and which member of it says so."""

    def __init__(self, member: str, code: str, detail: str) -> None:
        super().__init__(detail)
        self.member = member
        self.code = code


def amend(
    proposal: Proposal, corrections: Sequence[Correction], labels: Mapping[str, str]
) -> list[Change]:
    """Apply the corrections in order to this very proposal, and say what each did.

    `labels` names every topic that there is by its "kind:key". Raises `Invalid` with every
    reason, pointers from `/corrections/0` on; then the proposal is half changed and is to be
    thrown away. That no text is lost is checked at the end; a failure of that check is a fault
    of this program and raises `RuntimeError`.
    """
    desk = _Desk(proposal, labels)
    changes: list[Change] = []
    reasons: list[Reason] = []
    for number, correction in enumerate(corrections):
        pointer = f"/corrections/{number}"
        reasons += _wording_objections(correction, pointer, labels)
        try:
            changes.append(desk.apply(correction))
        except _Impossible as error:
            reasons.append(Reason(f"{pointer}/{error.member}", error.code, str(error)))
    if reasons:
        raise Invalid("These corrections cannot be made.", reasons)
    lost = proposal.unaccounted()
    if lost:
        raise RuntimeError(f"The corrections lost track of the source at {lost[:5]}.")
    return changes


def _wording_objections(
    correction: Correction, pointer: str, labels: Mapping[str, str]
) -> Iterator[Reason]:
    """What is wrong with a correction whatever it is applied to."""
    match correction:
        case Retype(type=kind) | Split(type=kind) | TakeBackAsSection(type=kind):
            yield from type_objections(kind, f"{pointer}/type")
    match correction:
        case MoveToNewArticle(title=str(line)) | TakeBackAsSection(title=str(line)):
            yield from line_objections(line, f"{pointer}/title", "title")
    match correction:
        case Split(heading=str(line)) | TakeBackAsSection(heading=str(line)):
            yield from line_objections(line, f"{pointer}/heading", "heading")
        case Retitle(text=str(line)):
            yield from line_objections(line, f"{pointer}/text", "text")
        case Retopic(topics=refs):
            yield from _topic_objections(refs, f"{pointer}/topics", labels)


def _topic_objections(
    refs: Sequence[str], pointer: str, labels: Mapping[str, str]
) -> Iterator[Reason]:
    if len(refs) > MOST_TOPICS:
        yield Reason(pointer, "too_many", f"An article has at most {MOST_TOPICS} topics.")
    for index, ref in enumerate(refs[:MOST_TOPICS]):
        if ref not in labels:
            detail = f"There is no topic '{ref[:130]}'{nearest(ref, list(labels))}"
            yield Reason(f"{pointer}/{index}", "unknown_topic", detail)


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where a proposal lies while it is corrected, with the topics that there are."""

    proposal: Proposal
    labels: Mapping[str, str]
    whole: list[Block] = field(default_factory=list)
    """The blocks of the whole source, once they were asked for."""

    @singledispatchmethod
    def apply(self, correction: Correction) -> Change:
        """Do one correction. Raises `_Impossible`, before anything was changed."""
        raise NotImplementedError(correction)

    @apply.register
    def _retype(self, wanted: Retype) -> Change:
        item = self._item(wanted.id)
        if item:
            return _retype_item(item, wanted)
        _, section = self._section(wanted.id)
        before, confidence = seen(section), section.confidence
        kind = section.type
        if kind != wanted.type:
            section.runner_up = kind
        section.type, section.confidence, section.evidence = wanted.type, 1.0, [CHOSEN]
        if wanted.type != FAQ:
            _write_out_pairs(section)
        after = seen(section)
        return Change("retype", section.heading, before, after, kind, wanted.type, confidence)

    @apply.register
    def _retitle(self, wanted: Retitle) -> Change:
        article = self._article_or_none(wanted.id)
        if article is None:
            _, section = self._section(wanted.id)
            before, section.heading = section.heading, wanted.text
            return Change("retitle", before, {"heading": before}, {"heading": wanted.text})
        if wanted.text is None:
            raise _Impossible("text", "empty", "An article has a title.")
        title, article.title = article.title, wanted.text
        return Change("retitle", title, {"title": title}, {"title": wanted.text})

    @apply.register
    def _split(self, wanted: Split) -> Change:
        article, section = self._section(wanted.id)
        before, kind, confidence = seen(section), section.type, section.confidence
        first, second = self._halves(section, wanted)
        added = ProposedSection(
            id=self.proposal.new_id(),
            heading=wanted.heading,
            heading_spans=[],
            level=section.level,
            pieces=second,
            type=wanted.type,
            confidence=1.0,
            runner_up=kind if kind != wanted.type else section.runner_up,
            evidence=[CHOSEN],
        )
        section.pieces, section.split = first, None
        if wanted.type == FAQ:
            added.items, section.items = section.items, []
        article.sections.insert(article.sections.index(section) + 1, added)
        after = {"sections": [seen(section), seen(added)]}
        return Change("split", section.heading, before, after, kind, wanted.type, confidence)

    def _halves(self, section: ProposedSection, wanted: Split) -> tuple[list[Piece], list[Piece]]:
        offset = wanted.offset
        if wanted.type == FAQ and section.items and section.pieces and offset == len(section.body):
            return section.pieces, []
        border = find_border(section.pieces, offset)
        if border is None:
            raise _Impossible("offset", "not_a_border", _where_to_cut(section, offset))
        return cut(section.pieces, border, self.proposal.source, self.proposal.format)

    @apply.register
    def _merge(self, wanted: Merge) -> Change:
        article, section = self._section(wanted.id)
        target = self._target(article, section, wanted.into)
        before = {"sections": [seen(target), seen(section)]}
        first = article.sections.index(section) < article.sections.index(target)
        article.sections.remove(section)
        if target.type == FAQ and section.pieces and _asks(section):
            _join_items(target, [self._as_item(section)], first=first)
        else:
            _absorb(target, section, first=first)
        target.split = None
        return Change("merge", section.heading, before, seen(target))

    def _target(
        self, article: ProposedArticle, section: ProposedSection, into: str | None
    ) -> ProposedSection:
        if into is not None:
            home, target = self._section(into, "into")
            if home is not article or target is section:
                detail = f"'{into[:60]}' is not another section of the same article."
                raise _Impossible("into", "not_in_the_article", detail)
            return target
        index = article.sections.index(section)
        if index == 0:
            detail = "It is the first section of its article: say with 'into' which to join it to."
            raise _Impossible("id", "no_section_before", detail)
        return article.sections[index - 1]

    def _as_item(self, section: ProposedSection) -> ProposedItem:
        """A section with a question for a heading, as a pair."""
        return ProposedItem(
            id=self.proposal.new_id(),
            question=escape_inline(section.heading or ""),
            answer=section.body,
            spans=merged(section.spans),
            type=section.type if section.type not in {FAQ, OTHER} else None,
        )

    @apply.register
    def _move(self, wanted: Move | MoveToNewArticle) -> Change:
        article, section = self._section(wanted.id)
        before = _place(article, section)
        if isinstance(wanted, Move):
            target = self._article(wanted.article)
            most = len(target.sections) + (target is not article)
            position = _checked_position(wanted.position, most)
        else:
            target, position = self._new_article(wanted.title), 1
            self._add_article(target, section, self.proposal.articles.index(article) + 1)
        article.sections.remove(section)
        target.sections.insert(position - 1, section)
        self._drop_if_empty(article)
        return Change(action_of(wanted), section.heading, before, _place(target, section))

    def _new_article(self, title: str) -> ProposedArticle:
        """An article with nothing in it, which is not among the others yet."""
        identity = self.proposal.new_id()
        return ProposedArticle(identity, title, title_spans=[], summary="", topics=[], sections=[])

    def _add_article(self, article: ProposedArticle, section: ProposedSection, index: int) -> None:
        """Put a new article among the others; the section is what it begins with."""
        article.summary = _summary(section)
        article.topics = list(section.topics)
        self.proposal.articles.insert(index, article)

    @apply.register
    def _take_back(self, wanted: TakeBack) -> Change:
        aside = self._aside(wanted.id)
        _, section = self._section(wanted.into, "into")
        blocks, bare = self._blocks(aside)
        pieces = [_piece(block) for block in blocks]
        before = _seen_aside(aside)
        self.proposal.set_aside.remove(aside)
        pair = (section.pieces, pieces) if wanted.place == "end" else (pieces, section.pieces)
        section.pieces, section.split = [*led(pair[0]), *pair[1]], None
        section.heading_spans = section.heading_spans + bare
        return Change("take_back", section.heading, before, seen(section))

    @apply.register
    def _take_back_as_section(self, wanted: TakeBackAsSection) -> Change:
        aside = self._aside(wanted.id)
        article = self._home(wanted)
        position = _checked_position(wanted.position, len(article.sections) + 1)
        blocks, bare = self._blocks(aside)
        section = ProposedSection(
            id=self.proposal.new_id(),
            heading=wanted.heading,
            heading_spans=[],
            level=_level_at(article, position),
            pieces=[],
            type=wanted.type,
            confidence=1.0,
            runner_up=None,
            evidence=[CHOSEN],
        )
        if wanted.heading and folded(blocks[0].text) == folded(wanted.heading):
            section.heading_spans = [blocks.pop(0).span]
        section.heading_spans += bare
        section.pieces = led([_piece(block) for block in blocks])
        self.proposal.set_aside.remove(aside)
        if wanted.title is not None:
            self._add_article(article, section, len(self.proposal.articles))
        article.sections.insert(position - 1, section)
        before, after = _seen_aside(aside), seen(section)
        return Change(
            "take_back_as_section", section.heading, before, after, type_after=section.type
        )

    def _home(self, wanted: TakeBackAsSection) -> ProposedArticle:
        """The article that a piece goes to; a new one is not among the others yet."""
        match wanted:
            case TakeBackAsSection(article=str(known), title=None):
                return self._article(known)
            case TakeBackAsSection(article=None, title=str(title)):
                return self._new_article(title)
        detail = "Give either the 'article' that it goes to or the 'title' of a new one."
        raise _Impossible("article", "one_of_two", detail)

    @apply.register
    def _set_aside(self, wanted: SetAside) -> Change:
        article, section = self._section(wanted.id)
        before = seen(section)
        article.sections.remove(section)
        spans = [*section.spans, *(span for item in section.items for span in item.spans)]
        self._put_aside(spans)
        self._drop_if_empty(article)
        return Change("set_aside", section.heading, before, {"reason": BY_EDITOR})

    @apply.register
    def _retopic(self, wanted: Retopic) -> Change:
        article = self._article(wanted.id, "id")
        before = {"id": article.id, "topics": [topic.ref for topic in article.topics]}
        known = {
            topic.ref: topic.count
            for topic in [*(each for s in article.sections for each in s.topics), *article.topics]
        }
        refs = list(dict.fromkeys(wanted.topics))
        article.topics = [
            _topic(ref, self.labels.get(ref, ref), known.get(ref, 0), primary=number == 0)
            for number, ref in enumerate(refs)
        ]
        return Change("retopic", article.title, before, {"id": article.id, "topics": refs})

    def _drop_if_empty(self, article: ProposedArticle) -> None:
        """An article without sections is none; the words of its title are set aside."""
        if not article.sections:
            self.proposal.articles.remove(article)
            self._put_aside(article.title_spans)

    def _put_aside(self, spans: Sequence[Span]) -> None:
        joined = merged(spans)
        if joined:
            source = self.proposal.source
            text = "\n".join(source[start:end] for start, end in joined)
            aside = Aside(self.proposal.new_id(), joined, text, BY_EDITOR)
            self.proposal.set_aside.append(aside)
            self.proposal.set_aside.sort(key=lambda each: each.spans)

    def _blocks(self, aside: Aside) -> tuple[list[Block], list[Span]]:
        """What was set aside, read as text of the article, and spans without any words."""
        blocks: list[Block] = []
        for span in aside.spans:
            for block in self._parsed(span):
                _gather(blocks, block)
        worded = [block for block in blocks if block.text]
        if not worded:
            raise _Impossible("id", "no_text", "There are no words in this piece, only markup.")
        return worded, [block.span for block in blocks if not block.text]

    def _parsed(self, span: Span) -> list[Block]:
        """The blocks of a stretch: of the whole source where its borders are theirs.

        Links that are defined elsewhere and open lists are known there alone.
        """
        source, source_format = self.proposal.source, self.proposal.format
        start, end = span
        if not self.whole:
            self.whole.extend(parse(source, source_format).blocks)
        # Copies: whoever asks may stretch them.
        blocks = [replace(each) for each in self.whole if start <= each.start and each.end <= end]
        if blocks and (blocks[0].start, blocks[-1].end) == span and _has_words(blocks):
            return blocks
        blocks = parse(source[start:end], source_format).blocks
        if source_format == "markdown" and not _has_words(blocks):
            blocks = parse_text(source[start:end]).blocks
        for block in blocks:
            block.start, block.end = block.start + start, block.end + start
        return blocks

    def _item(self, item_id: str) -> ProposedItem | None:
        items = (item for section in self.proposal.sections for item in section.items)
        return next((item for item in items if item.id == item_id), None)

    def _section(
        self, section_id: str, member: str = "id"
    ) -> tuple[ProposedArticle, ProposedSection]:
        for article in self.proposal.articles:
            for section in article.sections:
                if section.id == section_id:
                    return article, section
        raise self._unknown(member, "section", section_id)

    def _article(self, article_id: str, member: str = "article") -> ProposedArticle:
        article = self._article_or_none(article_id)
        if article is None:
            raise self._unknown(member, "article", article_id)
        return article

    def _article_or_none(self, article_id: str) -> ProposedArticle | None:
        return next((each for each in self.proposal.articles if each.id == article_id), None)

    def _aside(self, aside_id: str) -> Aside:
        for aside in self.proposal.set_aside:
            if aside.id == aside_id:
                return aside
        raise self._unknown("id", "piece set aside", aside_id)

    def _unknown(self, member: str, what: str, unknown: str) -> _Impossible:
        kind = dict(_kinds(self.proposal)).get(unknown)
        hint = f": it is {kind}." if kind else "."
        detail = f"There is no {what} '{unknown[:60]}' in this proposal{hint}"
        return _Impossible(member, "unknown_id", detail)


def seen(section: ProposedSection) -> dict[str, Any]:
    """What is recorded of a section."""
    return {
        "id": section.id,
        "heading": section.heading,
        "type": section.type,
        "spans": [list(span) for span in section.spans],
        "text": section.body[:_SEEN],
        "pairs": len(section.items),
    }


def _seen_aside(aside: Aside) -> dict[str, Any]:
    spans = [list(span) for span in aside.spans]
    return {"reason": aside.reason, "spans": spans, "text": aside.text[:_SEEN]}


def _place(article: ProposedArticle, section: ProposedSection) -> dict[str, Any]:
    position = article.sections.index(section) + 1
    return {"article": article.id, "title": article.title, "position": position}


def _kinds(proposal: Proposal) -> Iterator[tuple[str, str]]:
    """Every id with what it belongs to."""
    for article in proposal.articles:
        yield article.id, "an article"
        for section in article.sections:
            yield section.id, "a section"
            yield from ((item.id, "a question with its answer") for item in section.items)
    yield from ((aside.id, "a piece that is set aside") for aside in proposal.set_aside)


def _retype_item(item: ProposedItem, wanted: Retype) -> Change:
    if wanted.type == FAQ:
        detail = "The type of a pair says what is asked about, which 'faq' does not."
        raise _Impossible("type", "not_of_a_pair", detail)
    kind, item.type = item.type, wanted.type
    before, after = {"question": item.question, "type": kind}, {"type": wanted.type}
    return Change("retype", item.question, before, after, kind, wanted.type)


def _level_at(article: ProposedArticle, position: int) -> int:
    """The level of what stands there now, so that no section loses its parent."""
    following = article.sections[position - 1 : position]
    return following[0].level if following else TOP_LEVEL


def _checked_position(position: int | None, most: int) -> int:
    if position is None:
        return most
    if not 1 <= position <= most:
        raise _Impossible("position", "out_of_range", f"A position is 1 to {most} here.")
    return position


def _where_to_cut(section: ProposedSection, offset: int) -> str:
    length = len(section.body)
    if not 0 < offset < length:
        return f"An offset is 1 to {max(length - 1, 1)} here: the body has {length} characters."
    found = nearest_borders(section.pieces, offset)
    if not found:
        return "One sentence, or words that markup holds together: no place to split is near."
    places = " and ".join(map(str, found))
    return f"No paragraph, item or sentence begins there; the nearest that do: {places}."


def _summary(section: ProposedSection) -> str:
    """The summary of an article that begins with this section."""
    blocks = [Block(each.kind, 0, plain_text(each.markdown), "") for each in section.pieces]
    answers = [Block("paragraph", 0, plain_text(each.answer), "") for each in section.items]
    return made_summary([*blocks, *answers])


def _asks(section: ProposedSection) -> bool:
    return section.heading is not None and is_question(section.heading) and not section.items


def _join_items(target: ProposedSection, items: Sequence[ProposedItem], *, first: bool) -> None:
    target.items = [*items, *target.items] if first else [*target.items, *items]


def _absorb(target: ProposedSection, section: ProposedSection, *, first: bool) -> None:
    """Put all of a section into another, before what is there or behind it."""
    if target.type == FAQ:
        _join_items(target, section.items, first=first)
    else:
        _write_out_pairs(section)
    pieces = _with_heading(section)
    target.pieces = [*pieces, *target.pieces] if first else [*target.pieces, *pieces]
    target.heading_spans = target.heading_spans + section.heading_spans


def _with_heading(section: ProposedSection) -> list[Piece]:
    """The pieces of a section after its heading as a bold paragraph, which takes its span."""
    if section.heading is None:
        return section.pieces
    span = section.heading_spans.pop(0) if section.heading_spans else NOWHERE
    return [Piece(span, f"**{escape_inline(section.heading)}**"), *section.pieces]


def _write_out_pairs(section: ProposedSection) -> None:
    """Pairs as text: only a `faq` has pairs."""
    for item in section.items:
        span, *more = item.spans or [NOWHERE]
        text = f"**{item.question}**\n\n{item.answer}".rstrip()
        section.pieces = [*section.pieces, Piece(span, text)]
        section.heading_spans = section.heading_spans + more
    section.items = []


def _has_words(blocks: Sequence[Block]) -> bool:
    return any(block.text for block in blocks)


def _gather(blocks: list[Block], block: Block) -> None:
    """Add a block; one without words is joined to the neighbour that it touches."""
    last = blocks[-1] if blocks else None
    if last and last.end == block.start and not block.text:
        last.end = block.end
    elif last and last.end == block.start and not last.text:
        block.start = last.start
        blocks[-1] = block
    else:
        blocks.append(block)


def _piece(block: Block) -> Piece:
    if block.kind in {"heading", "summary"}:
        return Piece(block.span, f"**{block.markdown}**")
    return Piece(block.span, block.markdown, block.kind, block.marker, block.depth)


def _topic(ref: str, label: str, count: int, *, primary: bool) -> ProposedTopic:
    kind, _, key = ref.partition(":")
    return ProposedTopic(kind, key, label, count, primary)
