"""What a question asks: its parts with their weights, and the kind of answer that it wants."""

import re
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from content.searching.coverage import Said
from content.searching.intents import NAMING, Intent, intent_of
from content.searching.languages import ENGLISH
from content.searching.queries import parse
from content.searching.questions import Clause, Question
from content.searching.vocabulary import Vocabulary
from content.searching.words import fold, stop_words, typed_words

_ABOUT: Final = ("overview", "mechanism")
# What somebody wants who names a thing and says no more.

_LITTLE: Final = 0.25
# The weight of a word that says little of what is asked for.

_SAYS_LITTLE: Final = frozenset(
    """
    get got getting have having take takes taking make makes go goes going put use used using need
    needs look looks feel feels start starts keep like still much many more most long often soon
    good better best bad well time times thing things way day days week weeks month months year
    years people person someone everyone men man treatment treatments session sessions procedure
    skin face area today now again ever always never really actually normal ok okay able work
    works working do doing done think say says tell mean help helps try trying come coming
    while during when after before since until till later per via too also very only vs versus
    next between another other others same someone somebody anything something everything
    afterwards beforehand possible potential advice tips facts typical usual
    """.split()  # noqa: SIM905 - A hundred quoted words would be unreadable.
)
"""Words that a question may have and its answer may lack."""

_URGENT: Final = frozenset(
    """
    breathe breathing breath choking choke swallow swallowing tongue faint fainted fainting
    unconscious collapsed collapse seizure seizures fit stroke chest blind blindness vision sight
    eyesight anaphylaxis anaphylactic emergency ambulance hospital suicide suicidal overdose
    overdosed poisoned poisoning dying die died necrosis blanching paralysed paralyzed sepsis
    """.split()  # noqa: SIM905 - As above.
)
"""Words of somebody who may need help at once."""

_NEGATING: Final = frozenset(
    """
    not no never cant cannot dont doesnt didnt isnt arent wont shouldnt mustnt without unsafe
    dangerous danger risky harmful harm bad worse worst wrong avoid stop stopped
    """.split()  # noqa: SIM905 - As above.
)
"""Words that turn what Yes and No mean."""

_KINDS: Final = (
    ("time", r"how soon|how long (?:\w+ ){0,3}(?:until|till|before|after|take|takes|to)\b"),
    ("time", r"(?:^|\bsince )when|when$|when (?:can|could|do|does|did|will|should|is|are|may)\b"),
    ("duration", r"how long(?! (?:\w+ ){0,3}(?:until|till|before|after|take|takes|to)\b)"),
    ("duration", r"longevity|lasts?|lasting|stays?"),
    ("duration", r"how many (?:hours|days|weeks|months|years)"),
    ("number", r"how many|how much|how often|how far apart"),
    ("degree", r"how (?:well|good|bad|effective|safe|painful|common|likely|big|deep|strong)"),
    ("degree", r"(?<!how )(?:do|does|will) (?:\w+ ){1,5}(?:work|help)|any good|worth"),
    (
        "manner",
        r"how (?:do|does|did|is|are|can|would|will) (?:\w+ ){1,5}work|how (?:it|they) works?",
    ),
    ("reason", r"why|how come"),
    ("person", r"who|whom|whose"),
    ("place", r"where"),
)
_kinds = tuple((kind, re.compile(rf"\b(?:{pattern})\b")) for kind, pattern in _KINDS)


class Part(NamedTuple):
    """A clause of a question with its weight; `asks` where it only asks for a type."""

    clause: Clause
    weight: float
    asks: bool

    def is_among(self, words: Set[str]) -> bool:
        """Whether all that it says is among folded words."""
        return words >= set(_typed(self.clause))

    @property
    def is_number(self) -> bool:
        """Whether it is nothing but a number."""
        return all(each.replace(".", "").isdigit() for each in _typed(self.clause))

    @property
    def is_urgent(self) -> bool:
        """Whether it may be said by somebody who needs help at once."""
        return not _URGENT.isdisjoint(_typed(self.clause))


@dataclass(frozen=True)
class Asked:
    """A question as it is compared: its clauses, what type they ask for, and its words.

    `corrected` counts the words that were taken for others than those that were typed; it is
    `doubtful` if one of weight was taken for one of none, as "dogs" for "does".
    """

    question: Question
    intent: Intent
    words: Said
    text: str
    corrected: int = 0
    doubtful: bool = False

    @cached_property
    def parts(self) -> list[Part]:
        """All that is asked for."""
        naming = self.intent.words & NAMING
        # Sections of procedures are of many things: "how often" has to be answered as such.
        broad = self.intent.said and self.intent.types[0] == "procedure"
        aspects = self.intent.words - NAMING if broad else frozenset()
        return [
            Part(
                clause=each,
                weight=1.0 if aspects.intersection(_typed(each)) else _weight(each),
                asks=not each.topics and naming.issuperset(_typed(each)),
            )
            for each in self.question.clauses
        ]

    @property
    def is_about_something(self) -> bool:
        """Whether it says what it is about: "does it hurt" does not, nor does a word or two."""
        if self.doubtful:
            return False
        if any(part.clause.topics for part in self.parts):
            return True
        said = [
            part
            for part in self.parts
            if part.weight == 1 and self.intent.words.isdisjoint(_typed(part.clause))
        ]
        return len(said) >= (1 if self.intent.types else 2)

    @property
    def types(self) -> tuple[str, ...]:
        """The types that are asked for; a thing that is only named is to be explained."""
        named = len(self.question.clauses) == 1 and self.question.clauses[0].topics
        return _ABOUT if named and not self.intent.types else self.intent.types

    @cached_property
    def kinds(self) -> frozenset[str]:
        """What it wants to be told, by its English question words: a time, a number, a reason."""
        kinds = {kind for kind, pattern in _kinds if pattern.search(self.text)}
        # How much something costs is asked of the price.
        return frozenset(kinds - {"number"} if "cost" in self.intent.types else kinds)

    @cached_property
    def is_turned(self) -> bool:
        """Whether Yes means No to it, as for "is it dangerous" beside "is it safe"."""
        return sum(word in _NEGATING for word in self.text.split()) % 2 == 1


def asked_by(
    text: str,
    vocabulary: Vocabulary,
    languages: Sequence[str] = (ENGLISH,),
    typed: str | None = None,
) -> Asked:
    """What a text asks, of texts in these languages, the main one first.

    `typed` is the text before it was put right. Raises `Invalid`.
    """
    words = _folded(text)
    were = _folded(text if typed is None else typed)
    put, gone = _missing(words, were), _missing(were, words)
    return Asked(
        parse(text, vocabulary, languages),
        intent_of(words),
        Said(text, languages[0]),
        " ".join(words),
        corrected=len(put),
        doubtful=not (stop_words(languages[0]).isdisjoint(put) or _SAYS_LITTLE.issuperset(gone)),
    )


def _missing(words: Sequence[str], others: Sequence[str]) -> list[str]:
    """The words that others lack."""
    return list((Counter(words) - Counter(others)).elements())


def _folded(text: str) -> list[str]:
    return [fold(word) for word in typed_words(text)]


def _weight(clause: Clause) -> float:
    little = _SAYS_LITTLE | stop_words(ENGLISH)
    return _LITTLE if not clause.topics and little.issuperset(_typed(clause)) else 1.0


def _typed(clause: Clause) -> list[str]:
    """The words of a clause that say something: of "how long does it last", "long" and "last"."""
    return [part for word in clause.words for part in _folded(word.typed)]
