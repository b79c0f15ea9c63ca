"""The vocabulary of a site: which expressions mean the same, and which name a topic.

It comes from the labels of topics, the synonyms that are shipped and the site's own. Whoever asks
for an expression is also given what says the same in other words; the texts themselves are indexed
as they are written, so that a change of the vocabulary counts from the next question on.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from content.searching.languages import ENGLISH, language_of
from content.searching.questions import Terms
from content.searching.words import fold, pieces, stop_words, term, term_of, typed_words

LONGEST_ACRONYM: Final = 5
"""Letters and digits of an acronym, at most."""

LONGEST_EXPRESSION: Final = 12
"""Words of an expression that are compared, at most."""

_MOST_JOINED: Final = 3
# Words that may be one word elsewhere: "micro needling".

_LEAST_JOINED: Final = 5
# Letters of such a word; what is shorter is the same by chance.

_ORDINARY: Final = frozenset(
    """
    ace act add age aid ail aim air ale all amp and ant ape arc are ark arm art ash ask ate bad bag
    ban bar bat bay bed bee bet bid big bin bit boa bob bow box boy bra bud bug bus but buy cab can
    cap car cat cop cow cry cup cut dab dad dam day den dew did die dig dim dip dog dot dry due eat
    egg ego elf end era eve eye fad fan far fat fax fed fee few fig fin fit fix flu fly fog for fun
    fur gap gas gel get gin got gum gun gut gym ha had ham has hat her hey hid him hip his hit hop
    hot how hub ice ill ink its jam jar jaw jet job joy key kid kit lab lad lag lap law lay led leg
    let lid lie lip lit lot low mad man map mat may men met mid mix mob mom mud mum nap net new nil
    nip nor not now nut oak odd off oil old one orb our out owe own pad pal pan par pat paw pay pea
    peg pen pet pie pig pin pip pit pop pot pro pub put rag ram ran rat raw ray red rib rid rip rob
    rod rot row rub rug run rut sad sap sat saw say sea see set she sin sip sir sit six ski sky sly
    sob son spa spy sum sun tab tag tan tap tar tax tea ten the tie tin tip toe ton too top toy try
    tub two use van vat vet via wan war was wax way wet who why wig win won yes yet you zip
    acid back ball base bath belt best bite body bone both bump burn call came care case chin clay
    cold come cool cost cure dark date deep died dose down drug each easy face fade fall fast fear
    feel felt fill find fine fire flat foam food foot form free full gain game gave glow gold good
    grow hair hand hard have head heal heat help here high hole hope hour hurt idea into itch jump
    just keep kind knee know lack last late laws lead less life lift like line lips live long look
    lose loss love lump made main make many mark mask mild milk mind mist mole more most move much
    nail near neck need nose note once only open oral over pack pain pair pale part past peel pick
    pink plan poor pore rash rate real rest risk roll rule safe sale salt same scab scan scar seal
    side sign size skin slow soap soft some soon sore spot star stay step stop such sure swim tail
    take talk tape tear tell tend test than that them then they thin time tone took type used very
    wait walk want warm wart wash weak wear week well went what when wide will wind wine wish with
    word work worn year zone am as at be by do go he if in is it me my no of oh ok on or ox so to
    up us we
    """.split()  # noqa: SIM905 - Hundreds of quoted words would be unreadable.
)
"""English words as short as acronyms: written small they are taken for what they are."""


@dataclass(frozen=True, slots=True)
class Group:
    """Expressions that mean the same, the preferred one first.

    With `meanings` it goes one way: who asks for one of the expressions is also given the
    meanings, and nothing else follows: "botox" finds "botulinum toxin", not the other way round.
    `locale` is None where the expressions are used in any, such as names of products.
    """

    expressions: tuple[str, ...]
    meanings: tuple[str, ...] = ()
    locale: str | None = None


class NamedTopic(NamedTuple):
    """A topic in one locale: `label` is the preferred one and the only one to be shown.

    `names` are all of its labels there; `hidden` are those that match but are never shown.
    """

    ref: str
    label: str
    locale: str
    names: tuple[str, ...]
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Expression:
    """A way to say something. `locale` is None for any; a hidden one is never shown."""

    text: str
    locale: str | None = None
    hidden: bool = False

    @property
    def language(self) -> str:
        """The language that it is analysed in."""
        return ENGLISH if self.locale is None else language_of(self.locale)


class Match(NamedTuple):
    """Words `first` to `last` of a text, as an expression: what else says it, what it names.

    `longer` are expressions of something else that hold it: "RF microneedling", "acne scars".
    """

    first: int
    last: int
    synonyms: tuple[Expression, ...]
    meanings: tuple[Expression, ...]
    topics: tuple[str, ...]
    longer: tuple[Expression, ...] = ()


@dataclass(slots=True)
class _Meaning:
    """What an expression is known for."""

    acronym: bool = False
    """Whether it is known as an acronym only."""
    synonyms: dict[Expression, None] = field(default_factory=dict)
    meanings: dict[Expression, None] = field(default_factory=dict)
    topics: dict[str, None] = field(default_factory=dict)
    named: tuple[str, ...] | None = None
    """The topics that it names, else those that a synonym names; once they are known."""
    longer: tuple[Expression, ...] | None = None
    """The expressions of something else that hold it or a synonym; once they are known."""
    names: frozenset[str] = frozenset()
    """How it and its synonyms are written, as one word; known with the longer ones."""


class Vocabulary:
    """What a site's words mean; immutable. Without arguments nothing is known.

    `revision` tells one state of a library's vocabulary from the next.
    """

    def __init__(
        self,
        groups: Iterable[Group] = (),
        topics: Iterable[NamedTopic] = (),
        revision: int = 0,
    ) -> None:
        self.revision = revision
        self._topics = tuple(topics)
        self._known: dict[tuple[str, str], _Meaning] = {}
        self._longest: dict[tuple[str, str], int] = {}
        self._joined: dict[str, _Meaning] = {}
        self._parts: set[tuple[str, str]] = set()
        self._languages: dict[str, None] = {}
        self._forms: dict[tuple[Expression, str], Terms] = {}
        self._expressions: dict[Expression, None] = {}
        self._holding: defaultdict[tuple[str, str], dict[Expression, None]] = defaultdict(dict)
        self._hidden = {key_of(name) for topic in self._topics for name in topic.hidden}
        for group in groups:
            self._add_group(group)
        self._add_topics()
        self._add_holding()

    def match(self, written: Sequence[str]) -> list[Match]:
        """The expressions among words as they were typed, in order, none within another.

        The longest wins, and of those as long the first. Capitals tell acronyms from words.
        """
        found = sorted(self._candidates(written), key=lambda each: (each[0] - each[1], each[0]))
        folded = [fold(word) for word in written]
        taken: set[int] = set()
        kept: dict[int, Match] = {}
        for first, last, meaning in found:
            places = range(first, last + 1)
            if first in kept and kept[first].last == last:
                kept[first] = _both(kept[first], self._match(first, last, meaning, folded))
            elif taken.isdisjoint(places):
                taken.update(places)
                kept[first] = self._match(first, last, meaning, folded)
        return [kept[first] for first in sorted(kept)]

    def terms(self, expression: Expression, language: str) -> Terms:
        """The terms of an expression in texts of a language, which stand next to each other."""
        known = self._forms.get((expression, language))
        if known is None:
            known = self._forms[expression, language] = terms_of(expression.text, language)
        return known

    def words(self) -> Iterator[str]:
        """The words of all expressions that may be shown, folded, each once."""
        seen = {
            fold(word, each.language): None
            for each in self._expressions
            if not each.hidden
            for word in typed_words(each.text)
        }
        return iter(seen)

    def knows(self, word: str, language: str = ENGLISH) -> bool:
        """Whether a word is part of any expression in that language, hidden ones too."""
        return (language, term(word, language)) in self._parts

    def topics(self) -> Sequence[NamedTopic]:
        """Every topic in each of the locales that it has labels in."""
        return self._topics

    def _match(self, first: int, last: int, meaning: _Meaning, folded: Sequence[str]) -> Match:
        longer = self._longer(meaning, _one_word(folded[first : last + 1]))
        said = tuple(meaning.synonyms), tuple(meaning.meanings)
        return Match(first, last, *said, self._named(meaning), longer)

    def _longer(self, meaning: _Meaning, typed: str) -> tuple[Expression, ...]:
        """Expressions that hold this one or a synonym as it is written, and mean something else.

        What was typed with another ending may mean something else: a peel is not peeling.
        """
        if meaning.longer is None:
            same = {*meaning.synonyms, *meaning.meanings}
            meaning.names = frozenset(_one_word(key_of(e.text).split()) for e in meaning.synonyms)
            holding = (
                each
                for other in meaning.synonyms
                for each in self._holding.get((other.language, key_of(other.text)), ())
                if each not in same
            )
            meaning.longer = _shortest(dict.fromkeys(holding))
        return meaning.longer if typed in meaning.names else ()

    def _named(self, meaning: _Meaning) -> tuple[str, ...]:
        """The topics that an expression is a label of; of none, those that a synonym is one of."""
        if meaning.named is None:
            topics = dict(meaning.topics)
            for each in () if topics else (*meaning.synonyms, *meaning.meanings):
                known = self._known.get((each.language, _key(each)))
                if known is not None:
                    topics.update(known.topics)
            meaning.named = tuple(topics)
        return meaning.named

    def _add_group(self, group: Group) -> None:
        expressions = [self._expression(text, group.locale) for text in group.expressions]
        meanings = [self._expression(text, group.locale) for text in group.meanings]
        self._expressions.update(dict.fromkeys([*expressions, *meanings]))
        if len(expressions) + len(meanings) < 2:
            return
        for each in expressions:
            for meaning in self._meanings_of(each):
                if meanings:
                    meaning.meanings.update(dict.fromkeys(meanings))
                else:
                    meaning.synonyms.update(dict.fromkeys(expressions))

    def _expression(self, text: str, locale: str | None) -> Expression:
        """What a topic's hidden label says is hidden wherever it stands."""
        return Expression(text, locale, key_of(text) in self._hidden)

    def _add_topics(self) -> None:
        labels: defaultdict[str, dict[Expression, None]] = defaultdict(dict)
        for topic in self._topics:
            for name in topic.names:
                labels[topic.ref][self._expression(name, topic.locale)] = None
        for ref, expressions in labels.items():
            self._expressions.update(expressions)
            for each in expressions:
                for meaning in self._meanings_of(each):
                    meaning.synonyms.update(expressions)
                    meaning.topics[ref] = None

    def _add_holding(self) -> None:
        """Note which expressions hold others."""
        keys = {each: key_of(each.text) for each in self._expressions}
        names = set(keys.values())
        for each, key in keys.items():
            for name in _parts(key.split()[:LONGEST_EXPRESSION]):
                if name in names:
                    self._holding[each.language, name][each] = None

    def _meanings_of(self, expression: Expression) -> Iterator[_Meaning]:
        """What is known of an expression as it is written, and as one word."""
        written = list(typed_words(expression.text))[:LONGEST_EXPRESSION]
        if not written:
            return
        language = expression.language
        terms = [term(word, language) for word in written]
        self._languages[language] = None
        self._parts.update((language, each) for each in terms)
        key = language, " ".join(terms)
        acronym = is_acronym(expression.text)
        meaning = self._known.setdefault(key, _Meaning(acronym))
        meaning.acronym &= acronym
        first = language, terms[0]
        self._longest[first] = max(self._longest.get(first, 0), len(terms))
        yield meaning
        joined = _one_word(fold(word, language) for word in written)
        if len(written) <= _MOST_JOINED and len(joined) >= _LEAST_JOINED and not acronym:
            yield self._joined.setdefault(joined, _Meaning())
            if len(written) > 1:
                stem = term_of(joined, joined, language)
                self._longest.setdefault((language, stem), 1)
                yield self._known.setdefault((language, stem), _Meaning())

    def _candidates(self, written: Sequence[str]) -> Iterator[tuple[int, int, _Meaning]]:
        shouted = _is_shouted(written)
        for language in self._languages:
            terms = [term(word, language) for word in written]
            for first, begun in enumerate(terms):
                longest = self._longest.get((language, begun), 0)
                for last in range(first, min(first + longest, len(terms))):
                    meaning = self._known.get((language, " ".join(terms[first : last + 1])))
                    if meaning and (
                        not meaning.acronym or self._is_meant(written, first, shouted=shouted)
                    ):
                        yield first, last, meaning
        folded = [fold(word) for word in written] if self._joined else []
        for first in range(len(folded)):
            for last in range(first, min(first + _MOST_JOINED, len(folded))):
                meaning = self._joined.get(_one_word(folded[first : last + 1]))
                if meaning:
                    yield first, last, meaning

    def _is_meant(self, written: Sequence[str], place: int, *, shouted: bool) -> bool:
        """Whether a word that an acronym is written like is meant as one."""
        word = written[place]
        if word.isupper() and not shouted:
            return True
        if not is_ordinary(word):
            return True
        stops = stop_words(ENGLISH)
        folded = fold(word)
        return folded not in stops and all(each == word or fold(each) in stops for each in written)


NO_WORDS: Final = Vocabulary()
"""The vocabulary in which nothing is known."""


def terms_of(text: str, language: str) -> Terms:
    """The terms of a text as they stand next to each other in texts of a language."""
    return tuple(term(piece, language) for word in typed_words(text) for piece in pieces(word))


def key_of(expression: str) -> str:
    """What two spellings of one expression have in common: case and hyphens do not count."""
    return " ".join(fold(word) for word in typed_words(expression))


def is_acronym(text: str) -> bool:
    """Whether an expression is one word of capitals, as CIT or PRP, or several of them: AHAs."""
    capitals = text.removesuffix("s")
    return len(capitals) <= LONGEST_ACRONYM and capitals.isupper() and capitals.isalnum()


def is_ordinary(word: str) -> bool:
    """Whether an acronym is also an English word: texts do not tell them apart."""
    return fold(word) in _ORDINARY


def _is_shouted(written: Sequence[str]) -> bool:
    """Whether capitals say nothing, as everything is written in them."""
    return all(word.upper() == word for word in written) and any(
        len(word) > LONGEST_ACRONYM for word in written
    )


def _one_word(parts: Iterable[str]) -> str:
    return "".join(parts).removesuffix("s")


def _key(expression: Expression) -> str:
    words = list(typed_words(expression.text))[:LONGEST_EXPRESSION]
    return " ".join(term(word, expression.language) for word in words)


def _parts(words: Sequence[str]) -> Iterator[str]:
    """Every run of words that is shorter than the whole."""
    for first in range(len(words)):
        for last in range(first + 1, len(words) + 1):
            if last - first < len(words):
                yield " ".join(words[first:last])


def _shortest(expressions: Iterable[Expression]) -> tuple[Expression, ...]:
    """Those that hold no other one; where the others stand, these are found as well."""
    known = {each: f" {key_of(each.text)} " for each in expressions}
    keys = set(known.values())
    return tuple(
        each
        for each, key in known.items()
        if not any(other in key for other in keys if len(other) < len(key))
    )


def _both(match: Match, other: Match) -> Match:
    """What two meanings of the same words say together."""
    return Match(
        match.first,
        match.last,
        tuple(dict.fromkeys([*match.synonyms, *other.synonyms])),
        tuple(dict.fromkeys([*match.meanings, *other.meanings])),
        tuple(dict.fromkeys([*match.topics, *other.topics])),
        tuple(dict.fromkeys([*match.longer, *other.longer])),
    )
