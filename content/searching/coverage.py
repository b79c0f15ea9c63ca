"""How far a text says what a question asks for."""

from collections import defaultdict

from content.searching.languages import ENGLISH
from content.searching.questions import Clause, Terms
from content.searching.words import words


class Said:
    """The terms of a text in a language, with their places."""

    def __init__(self, text: str, language: str = ENGLISH) -> None:
        self._ends: defaultdict[str, dict[int, int]] = defaultdict(dict)
        for word in words(text, language=language):
            self._ends[word.term][word.first] = word.last

    def holds(self, terms: Terms) -> bool:
        """Whether all the terms stand next to each other in this order."""
        ends = self._ends.get(terms[0])
        if ends is None:
            return False
        return any(self._goes_on(terms[1:], last) for last in ends.values())

    def covers(self, clause: Clause) -> bool:
        """Whether it says each word of a clause in some form, or the whole in other words."""
        return any(self.holds(form.terms) for form in clause.synonyms) or all(
            any(self.holds(form.terms) for form in word.forms) for word in clause.words
        )

    def _goes_on(self, terms: Terms, last: int) -> bool:
        for term in terms:
            found = self._ends.get(term, {}).get(last + 1)
            if found is None:
                return False
            last = found
        return True
