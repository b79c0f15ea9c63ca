"""What is asked of an index, once a typed text has been understood: clauses, each with its forms.

A clause is a word, or an expression that the vocabulary knows ("collagen induction therapy").
A section satisfies a clause by any form of its words, by a synonym of the whole, or by standing
under a topic that the expression names.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

Terms = tuple[str, ...]
"""Terms of an index that stand next to each other, in this order; mostly just one."""


Says: TypeAlias = Literal["much", "kind", "little"]
"""What a word tells: what is asked about, or of what kind the answer is, or next to nothing."""


@dataclass(frozen=True, slots=True)
class Form:
    """One way in which a text may say something; `weight` is 1 as typed, less for what is near.

    `written` is a synonym as people read it; empty where it must not be shown.
    """

    terms: Terms
    weight: float = 1.0
    written: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it was typed, and its forms: in each language, joined, taken apart, corrected.

    `corrected` is the word that it was taken for, as it is written, where it seemed misspelt.
    `says` tells how far a section is about what is asked when it has the word.
    """

    typed: str
    forms: tuple[Form, ...]
    corrected: str | None = None
    says: Says = "much"


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing that is asked for.

    `typed` is shown to people; `words` are the typed ones; `synonyms` are other expressions for
    all of them together, weights below 1; `topics` are the refs (`kind:key`) that it names.
    `longer` are expressions of something else that hold this one: where one of them stands, this
    one hardly does. `times` is how often it was typed: long questions repeat what they are about.
    A section need not satisfy every clause, only one, and those that are `required`.
    """

    typed: str
    words: tuple[Word, ...]
    synonyms: tuple[Form, ...] = ()
    topics: tuple[str, ...] = ()
    required: bool = False
    times: int = 1
    longer: tuple[Terms, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """The clauses of a query; without any, nothing is asked and nothing is found.

    `types` are the section types that such a question asks for, the likeliest first.
    """

    clauses: tuple[Clause, ...] = ()
    types: tuple[str, ...] = ()

    def terms(self) -> Iterator[str]:
        """The terms of all forms."""
        for clause in self.clauses:
            for form in (*(form for word in clause.words for form in word.forms), *clause.synonyms):
                yield from form.terms
