"""How well the structure of articles is found: `python -m tests.benchmarks.structure`.

The annotated articles under `tests/content/importing/documents` are rendered into many surface
forms and imported. Every fourth article is kept apart: what is missed in it is never looked at, so
that it says how well the rules serve a text that nobody knows. `--misses FORM` shows what went
wrong in one form, for the other articles.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from html import unescape

from content.importing.decoding import decode
from content.importing.markdown import plain
from content.importing.proposals import Proposal, ProposedArticle, ProposedSection
from content.importing.proposing import Knowledge, propose
from tests.content.importing.annotated import Annotated, annotated_articles
from tests.content.importing.building import MATCHER
from tests.content.importing.rendering_forms import (
    JOINED_FORMS,
    MARKED_FORMS,
    TEXT_FORMS,
    Mark,
    Page,
    Truth,
    joined,
    single,
    words,
)

LIMIT = 50_000_000
_FOURTH = 4
KNOWLEDGE = Knowledge(MATCHER)
UNMARKED_QUESTIONS = frozenset({"bare", "numbered", "reset", "glued", "run-in"})
PARTIAL = frozenset({"blank", "markup", "front_matter", "empty_section"})


@dataclass(slots=True)
class Count:
    """Found rightly, found wrongly, missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def add(self, other: "Count") -> None:
        self.right += other.right
        self.wrong += other.wrong
        self.missed += other.missed

    @property
    def precision(self) -> float:
        found = self.right + self.wrong
        return self.right / found if found else 1.0

    @property
    def recall(self) -> float:
        true = self.right + self.missed
        return self.right / true if true else 1.0

    @property
    def f1(self) -> float:
        return 2 * self.right / max(2 * self.right + self.wrong + self.missed, 1)


@dataclass(slots=True)
class Score:
    """The counts of one form; `lost` are characters in no span or in two."""

    headings: Count = field(default_factory=Count)
    levels: Count = field(default_factory=Count)
    titles: Count = field(default_factory=Count)
    pairs: Count = field(default_factory=Count)
    boundaries: Count = field(default_factory=Count)
    aside: Count = field(default_factory=Count)
    lost: int = 0
    misses: list[str] = field(default_factory=list)

    def add(self, other: "Score") -> None:
        for each in fields(self):
            if each.name not in {"lost", "misses"}:
                getattr(self, each.name).add(getattr(other, each.name))
        self.lost += other.lost
        self.misses += other.misses


def scored(page: Page) -> Score:
    """What the import makes of a page, set against the truth."""
    decoded = decode(page.source.encode(), LIMIT)
    found = propose(decoded.text, page.format, decoded.encoding, KNOWLEDGE)
    score = Score(lost=sum(end - start for start, end in found.unaccounted()))
    _score_headings(score, found, page.truths)
    _score_titles(score, found, page.truths)
    _score_pairs(score, found, page.truths)
    _score_boundaries(score, found, page.truths)
    _score_aside(score, found, page.truths)
    return score


def _sections(found: Proposal) -> Iterator[ProposedSection]:
    for article in found.articles:
        yield from article.sections


def _score_headings(score: Score, found: Proposal, truths: Sequence[Truth]) -> None:
    true = [mark for truth in truths for mark in truth.headings]
    titles = {words(truth.title.text) for truth in truths if truth.title}
    spans = [
        (section.spans[0], section)
        for section in _sections(found)
        if section.heading and words(section.heading) not in titles
    ]
    taken: set[int] = set()
    for mark in true:
        match = next((at for at, (span, each) in enumerate(spans) if at not in taken
                      and _names(span, each, mark)), None)  # fmt: skip
        if match is None:
            score.headings.missed += 1
            score.misses.append(f"heading missed: {mark.text}")
            continue
        taken.add(match)
        score.headings.right += 1
        right = spans[match][1].level == mark.level
        score.levels.right += right
        score.levels.wrong += not right
    empty = [mark for truth in truths for mark in truth.empty]
    for at, (span, section) in enumerate(spans):
        if at not in taken and not any(_names(span, section, mark) for mark in empty):
            score.headings.wrong += 1
            score.misses.append(f"heading wrong:  {section.heading}")


def _names(span: tuple[int, int], section: ProposedSection, mark: Mark) -> bool:
    start, end = span
    found, true = words(section.heading or ""), words(unescape(mark.text))
    return start <= mark.offset < end and found.lstrip("0123456789 ") == true.lstrip("0123456789 ")


def _score_titles(score: Score, found: Proposal, truths: Sequence[Truth]) -> None:
    spans = [span for article in found.articles for span in article.title_spans]
    true = [truth.title.offset for truth in truths if truth.title]
    right = sum(any(start <= at < end for start, end in spans) for at in true)
    score.titles.add(Count(right, len(spans) - right, len(true) - right))
    if right < len(true) or right < len(spans):
        shown = [found.source[start:end].strip() for start, end in spans]
        score.misses.append(f"titles: {len(true)} true, found {shown}")


def _score_pairs(score: Score, found: Proposal, truths: Sequence[Truth]) -> None:
    true = [pair for truth in truths for pair in truth.pairs]
    pairs = [
        (words(plain(item.question)), words(" ".join(map(plain, item.answer.split("\n")))))
        for section in _sections(found)
        for item in section.items
    ]
    for pair in true:
        if pair in pairs:
            pairs.remove(pair)
            score.pairs.right += 1
        else:
            score.pairs.missed += 1
            score.misses.append(f"pair missed: {pair}")
    score.pairs.wrong += len(pairs)
    score.misses += [f"pair wrong:  {pair}" for pair in pairs]


def _score_boundaries(score: Score, found: Proposal, truths: Sequence[Truth]) -> None:
    starts = [min(_article_spans(article)) for article in found.articles][1:]
    for truth in truths[1:]:
        match = next((span for span in starts if span[0] <= truth.start < span[1]), None)
        if match:
            starts.remove(match)
            score.boundaries.right += 1
        else:
            score.boundaries.missed += 1
            title = truth.title.text if truth.title else "?"
            score.misses.append(f"boundary missed: {title}")
    score.boundaries.wrong += len(starts)
    score.misses += [f"boundary wrong:  {found.source[s : s + 60]!r}" for s, _ in starts]


def _article_spans(article: ProposedArticle) -> list[tuple[int, int]]:
    spans = list(article.title_spans)
    for section in article.sections:
        spans += section.spans
        spans += [span for item in section.items for span in item.spans]
    return spans


def _score_aside(score: Score, found: Proposal, truths: Sequence[Truth]) -> None:
    pieces = [
        span for piece in found.set_aside if piece.reason not in PARTIAL for span in piece.spans
    ]

    def is_aside(mark: Mark) -> bool:
        return any(start <= mark.offset < end for start, end in pieces)

    for truth in truths:
        for mark in truth.aside:
            away = is_aside(mark)
            score.aside.right += away
            score.aside.missed += not away
            if not away:
                score.misses.append(f"not set aside:   {mark.text}")
        for mark in truth.kept:
            if is_aside(mark):
                score.aside.wrong += 1
                score.misses.append(f"wrongly aside:   {mark.text}")


def measured(articles: Sequence[Annotated], only: str | None = None) -> dict[str, Score]:
    """The scores by form, or of one form."""
    scores: dict[str, Score] = defaultdict(Score)
    for article in articles:
        for name, page in single(article):
            if only in {None, name}:
                scores[name].add(scored(page))
    for name, how in JOINED_FORMS.items():
        if only not in {None, name}:
            continue
        for number, start in enumerate(range(len(articles) - 3)):
            scores[name].add(scored(joined(articles[start : start + 2 + number % 3], how)))
    return scores


def total(scores: dict[str, Score], names: Sequence[str]) -> Score:
    """The scores of several forms together."""
    result = Score()
    for name in names:
        result.add(scores[name])
    return result


def _line(name: str, score: Score) -> str:
    levels = score.levels.right / max(score.levels.right + score.levels.wrong, 1)
    return (
        f"{name:38} {score.headings.precision:.3f} {score.headings.recall:.3f} "
        f"{score.headings.f1:.3f}  {levels:.3f} {score.titles.f1:.3f}  {score.pairs.f1:.3f}  "
        f"{score.boundaries.precision:.3f} {score.boundaries.recall:.3f}  "
        f"{score.aside.precision:.3f} {score.aside.recall:.3f}  {score.lost}"
    )


def _print(scores: dict[str, Score], part: str) -> None:
    print(f"\n{part:38} heading P R F1     level title  pairs  bound P R    aside P R    lost")
    for name, score in scores.items():
        print(_line(name, score))
    marked_pairs = [
        *MARKED_FORMS,
        *(name for name, form in TEXT_FORMS.items() if form.faq not in UNMARKED_QUESTIONS),
    ]
    groups = {
        "ALL PLAIN TEXT": list(TEXT_FORMS),
        "ALL MARKDOWN AND HTML": list(MARKED_FORMS),
        "ALL WITH MARKED QUESTIONS": [n for n in marked_pairs if "boxes" not in n],
        "ALL JOINED": list(JOINED_FORMS),
        "EVERYTHING": list(scores),
    }
    for name, names in groups.items():
        print(_line(name, total(scores, names)))


def main() -> None:
    """Print the table for both parts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", metavar="FORM", help="show what went wrong in this form")
    parser.add_argument("--part", choices=["known", "unknown", "both"], default="both")
    chosen = parser.parse_args()
    articles = annotated_articles()
    unknown = articles[_FOURTH - 1 :: _FOURTH]
    parts = {"known": [each for each in articles if each not in unknown], "unknown": unknown}
    if chosen.misses:
        for miss in measured(parts["known"], chosen.misses)[chosen.misses].misses:
            print(miss)
        return
    for name, part in parts.items():
        if chosen.part in {name, "both"}:
            _print(measured(part), f"{name} articles ({len(part)})")


if __name__ == "__main__":
    main()
