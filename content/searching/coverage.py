"""How far a text says what a question asks for, and where."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from content.searching.languages import ENGLISH
from content.searching.questions import Clause, Terms
from content.searching.vocabulary import terms_of
from content.searching.words import typed_words, words

_BETWEEN = 2
# Words that may stand between those of one expression: "scars left by acne" says "acne scars", but
# "dark hair on pale skin" does not say "dark skin".


class Said:
    """The terms of a text in a language, with their places, counted in words."""

    def __init__(self, text: str, language: str = ENGLISH) -> None:
        self._language = language
        self._ends: defaultdict[str, dict[int, int]] = defaultdict(dict)
        for word in words(text, language=language):
            self._ends[word.term][word.first] = word.last

    def holds(self, terms: Terms) -> bool:
        """Whether all the terms stand next to each other in this order."""
        return any(True for _ in self._standing(terms))

    def covers(self, clause: Clause) -> bool:
        """Whether it says each word of a clause near the others, or the whole in other words."""
        return bool(self.places(clause))

    def places(self, clause: Clause) -> list[int]:
        """Where it says a clause, and not something else whose name holds it."""
        others = {
            place
            for terms in clause.longer
            for first in self._standing(terms)
            for place in range(first, first + len(terms))
        }
        return [place for place in self._said_at(clause) if place not in others]

    def _said_at(self, clause: Clause) -> list[int]:
        found = [place for form in clause.synonyms for place in self._standing(form.terms)]
        typed = list(typed_words(clause.typed))
        if len(clause.words) == 1 and len(typed) > 1:
            # Of "at home" nothing but "home" is searched for, and a take-home message has that.
            return found + list(self._standing(terms_of(clause.typed, self._language)))
        each = [
            [place for form in word.forms for place in self._standing(form.terms)]
            for word in clause.words
        ]
        return found + together(each, len(each) - 1 + _BETWEEN)

    def _standing(self, terms: Terms) -> Iterator[int]:
        for first, last in self._ends.get(terms[0], {}).items() if terms else ():
            if self._goes_on(terms[1:], last):
                yield first

    def _goes_on(self, terms: Terms, last: int) -> bool:
        for term in terms:
            found = self._ends.get(term, {}).get(last + 1)
            if found is None:
                return False
            last = found
        return True


def together(places: Sequence[Sequence[int]], reach: int) -> list[int]:
    """Those of the first places that have one of each of the others within reach."""
    if not places:
        return []
    return [
        first
        for first in places[0]
        if all(any(abs(other - first) <= reach for other in others) for others in places[1:])
    ]
