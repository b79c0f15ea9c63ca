"""How near to each other the words of a question stand in a section."""

from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from typing import Final

from content.searching.corpus import Corpus
from content.searching.evidence import Evidence, rarity
from content.searching.tuning import Tuning

_MOST_PLACES: Final = 128
# Of a word in a section: a text of one word a thousand times must not cost more than another.

_Sought = tuple[tuple[str, ...], float]


def nearness(
    corpus: Corpus, given: Sequence[Evidence], documents: Sequence[int], tuning: Tuning
) -> list[float]:
    """What each of these documents gains by neighbouring words that stand near each other."""
    sought = list(_sought(corpus, given))[: tuning.pairs + 1]
    if len(sought) < 2:
        return [0.0] * len(documents)
    return [_gain(corpus, sought, document, tuning) for document in documents]


def _sought(corpus: Corpus, given: Sequence[Evidence]) -> Iterator[_Sought]:
    """The words of a question that occur: their terms, and what the word weighs."""
    for each in given:
        for word, postings, _ in each.typed:
            terms = [form.terms[0] for form in word.forms if len(form.terms) == 1]
            held = tuple(term for term in terms if corpus.postings((term,)).documents.size)
            if held:
                yield held, rarity(corpus, postings.documents.size)


def _gain(corpus: Corpus, sought: Sequence[_Sought], document: int, tuning: Tuning) -> float:
    places = [_places(corpus, terms, document) for terms, _ in sought]
    gain = 0.0
    for (first, (_, weight)), (second, (_, other)) in pairwise(zip(places, sought, strict=True)):
        distance = _distance(first, second)
        if distance and distance <= tuning.reach:
            gain += tuning.nearness * min(weight, other) / distance
    return gain


def _places(corpus: Corpus, terms: Sequence[str], document: int) -> list[int]:
    found = [corpus.places(term, document)[:_MOST_PLACES].tolist() for term in terms]
    return found[0] if len(found) == 1 else sorted(chain.from_iterable(found))


def _distance(first: list[int], second: list[int]) -> int:
    """The least distance of any two different places; 0 when there is none."""
    least = here = there = 0
    while here < len(first) and there < len(second):
        distance = second[there] - first[here]
        if distance and (not least or abs(distance) < least):
            least = abs(distance)
        if distance > 0:
            here += 1
        else:
            there += 1
    return least
