"""How quickly text is split: `python -m tests.benchmarks.splitting`.

Prints the sections and pairs that one core proposes in a second of its time, with and without
typing them, and the time of documents that double in length up to 10 MB: linear when the last
column stays near 1.
"""

import argparse
import time
from collections.abc import Sequence
from typing import Final

from content.importing.boilerplate import mark_boilerplate, mark_contents, mark_promotion
from content.importing.boundaries import split_articles
from content.importing.formats import parse
from content.importing.headings import mark_headings
from content.importing.proposals import Proposal
from content.importing.proposing import Knowledge, propose
from tests.benchmarks.corpus import articles, as_plain_text
from tests.content.importing.building import MATCHER

LARGEST: Final = 10_000_000
"""Characters of the longest document."""

_KNOWLEDGE: Final = Knowledge(MATCHER)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="up to 300 KB only")
    largest = 300_000 if parser.parse_args(arguments).quick else LARGEST
    texts = [as_plain_text(article) for article in articles(300)]
    whole, structure, found = _speeds(texts)
    print(f"{found} sections and pairs, {sum(map(len, texts)) / found:.0f} characters each")
    print(f"proposed: {whole:,.0f} a second; their structure alone: {structure:,.0f}")
    for size, seconds, growth in growths("\n\n".join(texts), largest):
        print(
            f"{size / 1e6:6.2f} MB  {seconds:7.2f} s  {growth:5.2f} of the time for half, doubled"
        )


def _speeds(texts: Sequence[str]) -> tuple[float, float, int]:
    """Sections and pairs a second of processor time, whole and structure alone; how many."""
    propose(texts[0], "text", "utf-8", _KNOWLEDGE)
    begun = time.process_time()
    found = sum(_count(propose(text, "text", "utf-8", _KNOWLEDGE)) for text in texts)
    between = time.process_time()
    for text in texts:
        _structure(text)
    ended = time.process_time()
    return found / (between - begun), found / (ended - between), found


def growths(text: str, largest: int) -> list[tuple[int, float, float]]:
    """Characters, seconds, and seconds against twice those of half the length."""
    measured: list[tuple[int, float, float]] = []
    size = largest // 32
    while size <= largest:
        source = (text * (size // len(text) + 1))[:size]
        begun = time.process_time()
        propose(source, "text", "utf-8", _KNOWLEDGE)
        seconds = time.process_time() - begun
        before = measured[-1][1] if measured else seconds / 2
        measured.append((size, seconds, seconds / (2 * before)))
        size *= 2
    return measured


def _structure(text: str) -> None:
    blocks = parse(text, "text").blocks
    mark_boilerplate(blocks)
    mark_headings(blocks)
    mark_contents(blocks)
    mark_promotion(blocks)
    split_articles(blocks)


def _count(proposal: Proposal) -> int:
    sections = [section for article in proposal.articles for section in article.sections]
    return len(sections) + sum(len(section.items) for section in sections)


if __name__ == "__main__":
    main()
