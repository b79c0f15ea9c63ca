"""What a person typed, as what is asked of the index.

There is no syntax to get wrong: everything is words, and a quoted phrase must occur as such.
Nothing typed can name a field, expand to many terms or nest, so the work is bounded by the
number of words.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, NamedTuple

from content.errors import Invalid, Reason
from content.searching.intents import NAMING, intent_of
from content.searching.languages import ENGLISH
from content.searching.questions import Clause, Form, Question, Says, Terms, Word
from content.searching.vocabulary import (
    Expression,
    Match,
    Vocabulary,
    is_acronym,
    is_ordinary,
    terms_of,
)
from content.searching.words import (
    fold,
    pieces,
    slight_words,
    stop_words,
    term,
    term_of,
    typed_words,
)

MAX_CHARACTERS: Final = 1_000
"""Longer texts are refused."""

MAX_WORDS: Final = 32
"""Different words that are searched for; what is typed after them is not."""

MAX_DEMANDING: Final = 12
"""Words of a text in which quotation marks demand; who writes more quotes titles and terms."""

JOINED_WEIGHT: Final = 0.9
"""Of two typed words as one: "micro needling" as "microneedling"."""

APART_WEIGHT: Final = 0.9
"""Of a typed word as two: "sunscreen" as "sun screen"."""

OTHER_LANGUAGE_WEIGHT: Final = 0.9
"""Of a word as another language than the question's would fold it."""

SYNONYM_WEIGHT: Final = 0.9
"""Of another expression that means the same."""

MEANING_WEIGHT: Final = 0.7
"""Of an expression that the typed one leads to, but not the other way round."""

_MOST_SYNONYMS: Final = 64
# Of one clause; a site may have put more together.

_MOST_LONGER: Final = 24
# Longer expressions that are looked up of one clause.

_SHORTEST_PART: Final = 3
# Compounds are taken apart into words of at least this many letters ("sun screen").

_LONGEST_COMPOUND: Final = 24
# Longer words are no parts of others, nor taken apart: each way to do so costs a look-up.

_VOWELS: Final = frozenset("aeiouy")

_quotes = re.compile(r'["“”„«»]')


@dataclass(frozen=True, slots=True)
class _Typed:
    """A word as it was typed or corrected, in its run, and as what it is searched for."""

    written: str
    typed: str
    before: str = ""
    after: str = ""
    corrected: str | None = None


class _Asked(NamedTuple):
    """Words that ask for one thing, and those of them that have some weight, if any have."""

    words: Sequence[_Typed]
    kept: Sequence[_Typed]
    carries: bool
    match: Match | None
    times: int = 1


def parse(
    text: str,
    vocabulary: Vocabulary,
    languages: Sequence[str] = (ENGLISH,),
    corrections: Mapping[str, str] | None = None,
) -> Question:
    """What is asked by `text`, of an index that has texts in `languages`, the main one first.

    Words such as "what", "do" and "the" are left out when others remain; of the others the first
    `MAX_WORDS` are kept. In texts of up to `MAX_DEMANDING` words, what stands in quotation marks
    must occur as it stands. `corrections` say for misspelt words, folded, what they are taken for.
    Raises `Invalid` when the text has more than `MAX_CHARACTERS`.
    """
    refuse_too_long(text)
    plain, quoted = _demanded(unicodedata.normalize("NFC", text))
    runs = [_typed(run, corrections or {}) for run in plain]
    intent = intent_of([fold(each.written) for run in runs for each in run])
    asking = intent.words & NAMING
    reading = _Reading(vocabulary, _asked_in(runs, languages or (ENGLISH,)), asking)
    phrases = [phrase for phrase in map(_words_of, quoted) if phrase]
    asked = [each for run in runs for each in reading.asked(run)]
    kept = [each for each in asked if each.carries]
    if not kept and not phrases:
        kept = asked
    clauses = [*map(reading.phrase, phrases[:MAX_WORDS]), *map(reading.clause, _first(kept))]
    return Question(tuple(dict.fromkeys(clauses)), intent.types)


def refuse_too_long(text: str) -> None:
    """Raise `Invalid` when the text has more than `MAX_CHARACTERS`."""
    if len(text) > MAX_CHARACTERS:
        detail = f"has {len(text):,} characters; at most {MAX_CHARACTERS:,} are searched for"
        raise Invalid("This cannot be searched for.", [Reason("q", "too_long", detail)])


def _demanded(text: str) -> tuple[list[str], list[str]]:
    """The text and what it demands to stand as quoted: in long texts nothing."""
    plain, quoted = _runs(text)
    if quoted and len(_words_of(text)) > MAX_DEMANDING:
        return _quotes.split(text), []
    return plain, quoted


def _runs(text: str) -> tuple[list[str], list[str]]:
    """The text outside of quotation marks, and inside; a mark that is never closed is none."""
    pieces_of_text = _quotes.split(text)
    if len(pieces_of_text) % 2 == 0:
        pieces_of_text[-2:] = [" ".join(pieces_of_text[-2:])]
    return pieces_of_text[::2], pieces_of_text[1::2]


def _words_of(text: str) -> list[str]:
    return list(typed_words(text))


def _typed(run: str, corrections: Mapping[str, str]) -> list[_Typed]:
    """The words of a run, those that are misspelt as what they are taken for."""
    found = []
    for written in _words_of(run):
        typed = fold(written)
        corrected = corrections.get(typed)
        if corrected is None:
            found.append(_Typed(written, typed))
        else:
            taken_for = _words_of(corrected)
            found += [_Typed(each, typed, corrected=corrected) for each in taken_for]
    padded = ["", *(fold(each.written) for each in found), ""]
    return [
        replace(each, before=padded[place], after=padded[place + 2])
        for place, each in enumerate(found)
    ]


def _asked_in(runs: Iterable[Sequence[_Typed]], languages: Sequence[str]) -> list[str]:
    """The languages, that of the question first: it is told by the small words that it has."""
    if len(languages) == 1:
        return list(languages)
    words = [each.written for run in runs for each in run]
    counts = {
        language: sum(fold(word, language) in stop_words(language) for word in words)
        for language in languages
    }
    return sorted(counts, key=lambda language: -counts[language])


@dataclass(frozen=True, slots=True)
class _Reading:
    """How typed words are understood: by a vocabulary, in languages, the question's first.

    `asking` are the words, folded, that only tell of what kind the answer is.
    """

    vocabulary: Vocabulary
    languages: Sequence[str]
    asking: frozenset[str]

    def phrase(self, words: Sequence[str]) -> Clause:
        """What must occur as it stands in quotation marks."""
        text = " ".join(words)
        typed = " ".join(map(fold, words))
        forms = tuple(self._in_languages(terms_of(text, each) for each in self.languages))
        return Clause(typed, (Word(typed, forms),), required=True)

    def asked(self, run: Sequence[_Typed]) -> Iterator[_Asked]:
        """What some words next to each other ask for, those of no weight, too."""
        matches = {each.first: each for each in self.vocabulary.match([w.written for w in run])}
        place = 0
        while place < len(run):
            match = matches.get(place)
            words = run[place : match.last + 1 if match else place + 1]
            kept = [each for each in words if not self._is_stop(each)]
            yield _Asked(words, kept or words, bool(kept or match), match)
            place += len(words)

    def clause(self, asked: _Asked) -> Clause:
        """One thing that is asked for, with all the ways to say it."""
        typed = " ".join(each.typed for each in asked.words)
        words = tuple(map(self._word, asked.kept))
        if asked.match is None:
            return Clause(typed, words, times=asked.times)
        synonyms = self._synonyms(asked.words, asked.match)
        topics, longer = asked.match.topics, self._longer(asked.match)
        return Clause(typed, words, synonyms, topics, times=asked.times, longer=longer)

    def _longer(self, match: Match) -> tuple[Terms, ...]:
        main = self.languages[0]
        forms = (
            self.vocabulary.terms(each, main) for each in match.longer if each.language == main
        )
        return tuple(dict.fromkeys(forms))[:_MOST_LONGER]

    def _synonyms(self, words: Sequence[_Typed], match: Match) -> tuple[Form, ...]:
        text = " ".join(each.written for each in words)
        said = {terms_of(text, each) for each in self.languages}
        forms = [
            *self._forms(match.synonyms, SYNONYM_WEIGHT),
            *self._forms(match.meanings, MEANING_WEIGHT),
        ]
        return tuple(_distinct(each for each in forms if each.terms not in said)[:_MOST_SYNONYMS])

    def _forms(self, expressions: Iterable[Expression], weight: float) -> Iterator[Form]:
        for each in expressions:
            if is_acronym(each.text) and is_ordinary(each.text):
                continue  # "LED" would find "has led to": an index does not tell them apart.
            written = "" if each.hidden else each.text
            own = each.language if each.locale and each.language in self.languages else None
            for language in self.languages if own is None else (own,):
                yield Form(self.vocabulary.terms(each, language), weight, written)

    def _word(self, word: _Typed) -> Word:
        main = self.languages[0]
        forms = list(self._in_languages((term(word.written, each),) for each in self.languages))
        apart = pieces(word.written)
        if len(apart) > 1:
            forms += [Form(tuple(term(each, main) for each in apart), APART_WEIGHT)]
        folded = fold(word.written)
        forms += (
            Form((term(first + second, main),), JOINED_WEIGHT)
            for first, second in ((word.before, folded), (folded, word.after))
            if self._may_be_joined(first) and self._may_be_joined(second)
        )
        forms += (Form(each, APART_WEIGHT) for each in _taken_apart(folded, main))
        return Word(word.typed, tuple(_distinct(forms)), word.corrected, self._says(folded))

    def _says(self, folded: str) -> Says:
        if folded in slight_words(self.languages[0]):
            return "little"
        return "kind" if folded in self.asking else "much"

    def _may_be_joined(self, part: str) -> bool:
        """Whether a folded word may be a part of a compound: "micro" and "i", but not "to"."""
        if len(part) > _LONGEST_COMPOUND or not part.isalnum():
            return False
        return len(part) == 1 or part not in stop_words(self.languages[0])

    def _in_languages(self, terms: Iterable[Terms]) -> Iterator[Form]:
        for place, each in enumerate(terms):
            if each:
                yield Form(each, OTHER_LANGUAGE_WEIGHT if place else 1.0)

    def _is_stop(self, word: _Typed) -> bool:
        main = self.languages[0]
        return fold(word.written, main) in stop_words(main)


def _distinct(forms: Iterable[Form]) -> list[Form]:
    """The forms, each terms once, by the heaviest of them."""
    heaviest: dict[Terms, Form] = {}
    for form in forms:
        known = heaviest.get(form.terms)
        if known is None or known.weight < form.weight:
            heaviest[form.terms] = form
    return list(heaviest.values())


def _first(asked: Iterable[_Asked]) -> Iterator[_Asked]:
    """What is asked for in its order, each once, until that are `MAX_WORDS` words."""
    alike: defaultdict[tuple[str, ...], list[_Asked]] = defaultdict(list)
    for each in asked:
        alike[tuple(term(word.written) for word in each.kept)].append(each)
    words = 0
    for first, *again in alike.values():
        words += len(first.kept)
        if words > MAX_WORDS:
            return
        yield first._replace(times=1 + len(again))


@lru_cache(maxsize=4_096)
def _taken_apart(word: str, language: str) -> tuple[Terms, ...]:
    """Every way to write a word as two; the index soon says which of them exist."""
    if not word.isalpha() or len(word) > _LONGEST_COMPOUND:
        return ()
    stops = stop_words(language)
    parts = (
        (word[:place], word[place:])
        for place in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1)
    )
    return tuple(
        tuple(term_of(part, part, language) for part in both)
        for both in parts
        if stops.isdisjoint(both) and all(map(_is_speakable, both))
    )


def _is_speakable(part: str) -> bool:
    """Whether it can be a word: in our letters every word has a vowel."""
    return not part.isascii() or not _VOWELS.isdisjoint(part)
