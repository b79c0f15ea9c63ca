"""`python -m tests.benchmarks.typing`: what it costs to complete and to correct what is typed.

Sections are those of the other benchmarks, but that most titles, many headings and half of the
questions name one of thousands of invented places, as those of clinics do; so there are tens of
thousands of different ones. Every beginning of real queries is completed, as they are typed and
with a wrong letter; then words are corrected by a lexicon of as many words as sections. Times are
those of the processor, which do not depend on what else the machine does.
"""

import argparse
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, pairwise
from random import Random
from typing import Final, NamedTuple, TypeVar

import numpy as np

from content.searching.completing import Completions, Part
from content.searching.completion_tables import CompletionSegment, completion_arrays
from content.searching.documents import SectionDocument
from content.searching.lexicon import Lexicon, LexiconSegment, Names, lexicon_arrays
from content.searching.questions import Clause, Question, Word
from content.searching.spelling import corrections
from content.searching.vocabulary import NamedTopic, Vocabulary
from tests.benchmarks.corpus import MOST_ARTICLES, SECTIONS, articles, queries
from tests.benchmarks.table import print_figure

_LONGEST: Final = 20
# Characters typed of a query; those that follow change little.

_PLACES: Final = 20_000
_SYLLABLES: Final = (
    *("al", "ant", "cap", "cel", "der", "ex", "fo", "gen", "hy", "ic", "in", "li", "lo", "ma"),
    *("mic", "ne", "oid", "on", "pep", "ri", "ro", "sa", "scar", "sul", "ter", "to", "ty", "vas"),
)
_Asked = TypeVar("_Asked")


class Times(NamedTuple):
    """Milliseconds of the processor."""

    median: float
    p99: float
    most: float


def sections(count: int) -> Iterator[SectionDocument]:
    """So many sections of articles in English, every tenth in German."""
    draw = Random("sections")
    names = [place.title() for place in islice(invented(draw), _PLACES)]
    written = list(articles(min(MOST_ARTICLES, -(-count // SECTIONS))))
    for number in range(count):
        article, place = divmod(number, SECTIONS)
        found = written[article % len(written)]
        section = found.sections[place]
        yield SectionDocument(
            section_id=f"{number:08}",
            article_id=f"{article:08}",
            locale="en" if article % 10 else "de",
            slug=f"article-{article}",
            type=section.type,
            topics=found.topics,
            title=f"{found.title} in {names[article % len(names)]}",
            heading=_placed(section.heading or "", 0.4, draw, names),
            text=section.body,
            questions=tuple(_placed(each.question, 0.5, draw, names) for each in section.items),
        )


def vocabulary_of(documents: Sequence[SectionDocument]) -> Vocabulary:
    """Every topic of the documents by its key."""
    refs = sorted({ref for each in documents for ref in each.topics})
    labels = ((ref, ref.partition(":")[2].replace("-", " ")) for ref in refs)
    return Vocabulary(topics=[NamedTopic(ref, label, "en", (label,)) for ref, label in labels])


def completions(documents: Sequence[SectionDocument], segments: int) -> tuple[Completions, int]:
    """Of these documents, each segment half as large as the one before; and the arrays' bytes."""
    halves = [len(documents) - len(documents) // 2**each for each in range(segments)]
    parts, size = [], 0
    for first, end in pairwise([*halves, len(documents)]):
        arrays = completion_arrays(documents[first:end])
        size += sum(each.nbytes for each in arrays.values())
        parts.append(Part(CompletionSegment(arrays), np.ones(end - first, np.bool_), first))
    return Completions(parts, lambda number: documents[number].section_id), size


def beginnings(count: int) -> list[str]:
    """Every beginning of so many queries."""
    return [query[:end] for query in queries(count) for end in range(1, _LONGEST + 1)]


def misspelt(words: Sequence[str]) -> list[str]:
    """Each with a letter dropped, doubled, swapped with the next one, or changed."""
    draw = Random("slips")
    return [_misspelt(word, draw) for word in words if len(word) > 3]


def invented(draw: Random) -> Iterator[str]:
    """Words without end, none of them twice."""
    known: set[str] = set()
    while True:
        word = "".join(draw.choices(_SYLLABLES, k=draw.randint(2, 5)))
        if word not in known:
            known.add(word)
            yield word


def lexicon(count: int) -> tuple[Lexicon, list[str]]:
    """Of so many words, which are also given."""
    draw = Random("lexicon")
    words = list(islice(invented(draw), count))
    counts = Counter({word: draw.randint(1, 1_000) for word in words})
    segment = LexiconSegment(lexicon_arrays(counts))
    return Lexicon([segment], Names(Vocabulary()), lambda said: counts[" ".join(said)], list), words


def corrected(found: Lexicon, text: str) -> dict[str, str]:
    """What is meant by words none of which is known."""
    question = Question(tuple(Clause(each, (Word(each, ()),)) for each in text.split()))
    return dict(corrections(question, lambda word: False, found).used)


def timed(ask: Callable[[_Asked], object], asked: Sequence[_Asked]) -> Times:
    """What each question costs."""
    taken = []
    for each in asked:
        begun = time.process_time()
        ask(each)
        taken.append(1000 * (time.process_time() - begun))
    taken.sort()
    return Times(taken[len(taken) // 2], taken[len(taken) * 99 // 100], taken[-1])


def main() -> None:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.typing", description=__doc__)
    parser.add_argument("--sections", type=int, default=100_000)
    parser.add_argument("--segments", type=int, nargs="+", default=[1, 8])
    options = parser.parse_args()
    documents = list(sections(options.sections))
    for segments in options.segments:
        _measure_completions(documents, segments)
    _measure_corrections(options.sections)


def _measure_completions(documents: Sequence[SectionDocument], segments: int) -> None:
    print(f"\n{len(documents):,} sections in {segments} segments")
    begun = time.process_time()
    found, size = completions(documents, segments)
    print_figure("arrays made", f"{time.process_time() - begun:.1f} s, {size / 1e6:.1f} MB")
    known = vocabulary_of(documents)
    for name, locale in (("first answer", None), ("first answer in a locale", "de")):
        begun = time.process_time()
        found.complete("m", known, locale, 8)
        print_figure(name, f"{1000 * (time.process_time() - begun):.1f} ms")
    typed = beginnings(150)
    for name, asked in (("a completion", typed), ("a misspelt one", misspelt(typed))):
        _print_times(name, timed(lambda text: found.complete(text, known, None, 8), asked))


def _measure_corrections(count: int) -> None:
    print(f"\n{count:,} words")
    found, words = lexicon(count)
    draw = Random("asked")
    slips = misspelt(draw.sample(words, min(len(words), 500)))
    _print_times("a misspelt word", timed(lambda text: corrected(found, text), slips))
    several = [" ".join(draw.choices(slips, k=16)) for _ in range(100)]
    _print_times("16 misspelt words", timed(lambda text: corrected(found, text), several))


def _print_times(name: str, times: Times) -> None:
    told = f"median {times.median:.2f}, p99 {times.p99:.2f}, at most {times.most:.2f} ms"
    print_figure(name, told)


def _placed(text: str, share: float, draw: Random, names: Sequence[str]) -> str:
    if draw.random() > share:
        return text
    place = draw.choice(names)
    return f"{text[:-1]} in {place}?" if text.endswith("?") else f"{text} in {place}"


def _misspelt(word: str, draw: Random) -> str:
    place = draw.randrange(1, len(word) - 1)
    before, letter, after = word[:place], word[place], word[place + 1 :]
    slips = (
        after,
        letter * 2 + after,
        after[:1] + letter + after[1:],
        draw.choice("aeirst") + after,
    )
    return before + draw.choice(slips)


if __name__ == "__main__":
    main()
