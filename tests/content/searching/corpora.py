"""A corpus in memory, for tests and measurements of ranking: small, plain, and obviously right."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from content.searching.corpus import Documents, Held, Places, Postings, Weights
from content.searching.documents import SectionDocument
from content.searching.questions import Terms
from content.searching.tuning import HEADING, TEXT, TITLE
from content.searching.words import words

_GAP = 16


def section(
    text: str,
    *,
    section_id: str = "",
    article: str = "",
    kind: str = "description",
    topics: Sequence[str] = (),
    title: str = "",
    heading: str | None = None,
    locale: str = "en",
) -> SectionDocument:
    """A section that is as short as a test wants it; by default an article of its own."""
    name = section_id or text
    return SectionDocument(
        section_id=name,
        article_id=article or name,
        locale=locale,
        slug=article or name,
        type=kind,
        topics=tuple(topics),
        title=title,
        heading=heading,
        text=text,
    )


class MemoryCorpus:
    """The sections in the order given; None leaves a number that is not live."""

    def __init__(self, sections: Sequence[SectionDocument | None]) -> None:
        self._sections = sections
        self._places = [_places(each) if each else {} for each in sections]
        self._holding: defaultdict[str, list[int]] = defaultdict(list)
        self._under: defaultdict[str, list[int]] = defaultdict(list)
        live = [each for each in sections if each]
        for number, places in enumerate(self._places):
            for term in places:
                self._holding[term].append(number)
            for topic in each.topics if (each := sections[number]) else ():
                self._under[topic].append(number)
        self._known: dict[Terms, Postings] = {}
        self.size = len(sections)
        self.count = len(live)
        self.type_keys: Sequence[str] = sorted({each.type for each in live})
        self.languages: Sequence[str] = [
            language for language, _ in Counter(each.locale[:2] for each in live).most_common()
        ]
        ids = sorted({each.article_id for each in live})
        articles = {article: number for number, article in enumerate(ids)}
        self.articles: NDArray[np.int32] = np.array(
            [articles[each.article_id] if each else -1 for each in sections], np.int32
        )
        self.types: NDArray[np.int16] = np.array(
            [self.type_keys.index(each.type) if each else -1 for each in sections], np.int16
        )
        weighed = [sum(map(sum, map(dict.values, each.values()))) for each in self._places]
        self.lengths: Weights = np.array(weighed, np.float32)
        self.average_length = sum(weighed) / len(live) if live else 1.0

    def foresee(self, terms: Iterable[str]) -> None:
        """Everything is here."""

    def section_id(self, document: int) -> str:
        found = self._sections[document]
        assert found is not None
        return found.section_id

    def section_ids(self, documents: Documents) -> NDArray[np.bytes_]:
        return np.array([self.section_id(each).encode() for each in documents.tolist()], np.bytes_)

    def postings(self, terms: Terms) -> Postings:
        if terms not in self._known:
            self._known[terms] = self._look_up(terms)
        return self._known[terms]

    def holding(self, terms: Sequence[str]) -> NDArray[np.int64]:
        return np.array([len(self._holding.get(term, ())) for term in terms], np.int64)

    def frequencies(self, terms: Sequence[str], documents: Documents) -> Weights:
        places = [self._places[document] for document in documents.tolist()]
        found = [[sum(each.get(term, {}).values()) for each in places] for term in terms]
        return np.array(found, np.float32).reshape(len(terms), len(documents))

    def under(self, topic: str) -> Documents:
        return np.array(self._under.get(topic, []), np.uint32)

    def places(self, term: str, documents: Documents) -> Places:
        found = [
            (document, place)
            for document in documents.tolist()
            for place in sorted(self._places[document].get(term, ()))
        ]
        return Places(
            np.array([document for document, _ in found], np.uint32),
            np.array([place for _, place in found], np.int32),
        )

    def terms_of(self, documents: Sequence[int]) -> Held:
        found = [
            (holder, term, sum(places.values()))
            for holder, document in enumerate(documents)
            for term, places in sorted(self._places[document].items())
        ]
        terms = sorted({term for _, term, _ in found})
        return Held(
            terms,
            np.array([holder for holder, _, _ in found], np.intp),
            np.array([terms.index(term) for _, term, _ in found], np.intp),
            np.array([weight for _, _, weight in found], np.float32),
        )

    def _look_up(self, terms: Terms) -> Postings:
        found = {
            number: weight
            for number in self._holding.get(terms[0], ())
            if (weight := self._weight(number, terms))
        }
        return Postings(
            np.array(list(found), np.uint32), np.array(list(found.values()), np.float32)
        )

    def _weight(self, number: int, terms: Terms) -> float:
        places = self._places[number]
        following = [places.get(term, {}) for term in terms[1:]]
        return sum(
            weight
            for place, weight in places[terms[0]].items()
            if all(place + beyond in each for beyond, each in enumerate(following, 1))
        )


def _places(each: SectionDocument) -> dict[str, dict[int, float]]:
    """For each term its places, and what an occurrence there weighs."""
    found: defaultdict[str, dict[int, float]] = defaultdict(dict)
    for term, place, weight in _standing(each):
        found[term][place] = weight
    return dict(found)


def _standing(each: SectionDocument) -> Iterator[tuple[str, int, float]]:
    base = 0
    for text, weight in (
        (each.title, TITLE),
        (each.heading or "", HEADING),
        (each.text, TEXT),
    ):
        last = -1
        for word in words(text):
            yield word.term, base + word.first, weight
            last = max(last, word.last)
        base += last + 1 + _GAP
