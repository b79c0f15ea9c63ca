"""Misspelt words of a query: what was most likely meant.

A word is put right only when nothing knows it, so that no name is ever taken for another that is
more common. How many edits are believed depends on its length; among what they reach, the likelier
slip of the fingers or of the ear comes first, and then what more sections say.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, takewhile
from math import log10
from typing import Final, NamedTuple

from content.searching.lexicon import LONGEST, Lexicon
from content.searching.questions import Question, Word
from content.searching.words import fold, words

MOST_CORRECTED: Final = 5
"""Words of one query that are looked up; the time that a query takes is bounded by it."""

Known = Callable[[Word], bool]
"""Whether any form of a word is in the index, or in the vocabulary."""

_SLIP: Final = 0.5
# A letter too many or too few of two equal ones, or two letters swapped.
_ALIKE: Final = 0.6
# One letter for another that sounds like it, or that lies beside it.
_SILENT: Final = 0.8
# A vowel or an h too many or too few.
_BLUNT: Final = 1.0
_FIRST: Final = 0.7
# Few people get the first letter wrong.
_NAMED: Final = 0.25
_TENFOLD: Final = 0.15
# What a word gains by standing in the vocabulary, and by each tenfold number of sections.
_MOST_COST: Final = 1.75
# Two changes that nothing explains are another word.

_FEWEST_SPLIT: Final = 7
_PART: Final = 3
_MOST_SPLITS: Final = 8
# Parts of run-together words that are looked up, each about as dear as a word.

_RARE: Final = 1_000
# So many times as frequent must a word be to be offered in place of one that is known.

_KEYS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_SOUNDS: Final = ("aeiouy", "ckqs", "sxz", "bp", "dt", "fv", "vw", "gj", "mn")


@dataclass(frozen=True, slots=True)
class Corrections:
    """Words as they were typed, folded, with what was meant; two words where it was run together.

    `used` is what to search for. `shown` is what to tell people: without what is known from
    hidden labels alone, and with what is offered but not searched for.
    """

    used: Mapping[str, str] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)


class _Reading(NamedTuple):
    """What a word, or the one beside it, may stand for; the cheapest is the likeliest."""

    cost: float
    typed: str
    meant: str
    shown: bool


def corrections(question: Question, known: Known, lexicon: Lexicon) -> Corrections:
    """What was meant by words that nothing knows, and by rare ones that look like a slip.

    Words of quoted phrases stay as they are, and so do words of less than four letters and
    those with digits.
    """
    typed = [each for clause in question.clauses if not clause.required for each in clause.words]
    lost = [not known(each) for each in typed]
    doubtful = [place for place in range(len(typed)) if lost[place]][:MOST_CORRECTED]
    readings: dict[int, _Reading] = {}
    settled: set[int] = set()
    for place in doubtful:
        if place in settled:
            continue
        beside = place + 1 < len(typed) and lost[place + 1]
        pair = _of_pair(typed[place].typed, typed[place + 1].typed, lexicon) if beside else None
        found = pair or _likeliest([each.typed for each in typed], place, lexicon)
        settled |= {place, place + 1} if pair else {place}
        if found:
            readings[place] = found
    offered = _offered(typed, lost, MOST_CORRECTED - len(doubtful), lexicon)
    return Corrections(
        {each.typed: each.meant for each in readings.values()},
        offered | {each.typed: each.meant for each in readings.values() if each.shown},
    )


def did_you_mean(text: str, shown: Mapping[str, str]) -> str | None:
    """The text with the words put right, all else as it was typed; None when nothing changes."""
    pieces, end = [], 0
    for word in words(text):
        typed = text[word.start : word.end]
        meant = shown.get(fold(typed)) if word.first == word.last else None
        if meant is not None:
            pieces += [text[end : word.start], _written(meant, typed)]
            end = word.end
    return "".join([*pieces, text[end:]]) if pieces else None


def edits_of(word: str) -> int:
    """How many edits are believed of a word of its length; none of what has digits."""
    if not word.isalpha() or not 4 <= len(word) <= LONGEST:
        return 0
    return 1 if len(word) < 8 else 2


def slip(typed: str, meant: str) -> float:
    """How unlikely it is that someone who means a word types another: about 1 for each edit."""
    start = _equal(typed, meant)
    end = _equal(typed[start:][::-1], meant[start:][::-1])
    cost = _alignment(typed, meant, start, end)
    return cost + (_FIRST if typed[:1] != meant[:1] else 0.0)


def _likeliest(typed: Sequence[str], place: int, lexicon: Lexicon) -> _Reading | None:
    word = typed[place]
    found = _of_word(word, lexicon)
    if found and found.cost < _BLUNT:
        return found
    found = min(filter(None, [found, _of_two(word, lexicon)]), default=None)
    if found is None:
        return _with_neighbours(typed, place, lexicon)
    return found


def _of_word(word: str, lexicon: Lexicon) -> _Reading | None:
    """The likeliest word of those near."""
    return min(_near(word, edits_of(word), lexicon), default=None)


def _near(word: str, edits: int, lexicon: Lexicon) -> Iterator[_Reading]:
    for each in lexicon.near(word, edits) if edits else ():
        cost = slip(word, each.word)
        if cost <= _MOST_COST and _begins_alike(word, each.word):
            gain = _TENFOLD * log10(1 + each.count) + (_NAMED if each.named else 0.0)
            yield _Reading(cost - gain, word, each.word, each.shown)


def _begins_alike(typed: str, meant: str) -> bool:
    """Whether the beginning is right, at least when swapped; a long word says enough without."""
    return len(typed) > 5 or typed[0] == meant[0] or typed[:2] == meant[:2][::-1]


def _of_two(word: str, lexicon: Lexicon) -> _Reading | None:
    """Two words run together, one of them misspelt, that stand together in some section."""
    if len(word) < _FEWEST_SPLIT or not edits_of(word):
        return None
    found: list[_Reading] = []
    for first, second in islice(_halves(word, lexicon), _MOST_SPLITS):
        ahead = lexicon.holds(first)
        for each in _near(second if ahead else first, 1, lexicon):
            parts = (first, each.meant) if ahead else (each.meant, second)
            if lexicon.said(*parts):
                found.append(_Reading(each.cost, word, " ".join(parts), each.shown))
    return min(found, default=None)


def _halves(word: str, lexicon: Lexicon) -> Iterator[tuple[str, str]]:
    """Ways to take a word apart of which one half is known and the other can be corrected."""
    for place in range(_PART, len(word) - _PART + 1):
        first, second = word[:place], word[place:]
        correctable = edits_of(second) if lexicon.holds(first) else edits_of(first)
        if correctable and (lexicon.holds(first) or lexicon.holds(second)):
            yield first, second


def _of_pair(first: str, second: str, lexicon: Lexicon) -> _Reading | None:
    """One word that was typed as two, one of them misspelt: that one, as it should have been.

    Put right it is found, because two words are also looked for as one.
    """
    joined = first + second
    found: list[_Reading] = []
    for each in _near(joined, edits_of(joined), lexicon):
        rest = each.meant.removeprefix(first)
        if rest != each.meant and len(rest) >= _PART:
            found.append(each._replace(typed=second, meant=rest))
        rest = each.meant.removesuffix(second)
        if rest != each.meant and len(rest) >= _PART:
            found.append(each._replace(typed=first, meant=rest))
    return min(found, default=None)


def _with_neighbours(typed: Sequence[str], place: int, lexicon: Lexicon) -> _Reading | None:
    """What the word is as a part of one that was typed as two."""
    pairs = [typed[at : at + 2] for at in (place - 1, place) if 0 <= at < len(typed) - 1]
    found = filter(None, (_of_pair(first, second, lexicon) for first, second in pairs))
    return min((each for each in found if each.typed == typed[place]), default=None)


def _offered(
    typed: Sequence[Word], lost: Sequence[bool], most: int, lexicon: Lexicon
) -> dict[str, str]:
    """Words that one section or so has, beside one that differs by a slip and is everywhere.

    Names of the vocabulary are what they are. Letters that are other letters are no slip here:
    drugs and brands differ by them.
    """
    offered: dict[str, str] = {}
    known = [each.typed for each, is_lost in zip(typed, lost, strict=True) if not is_lost]
    rare = (word for word in known if len(word) > 4 and edits_of(word) and not lexicon.names(word))
    for word in islice(rare, most):
        count = lexicon.said(word)
        meant = max(
            (
                each
                for each in lexicon.near(word, 1)
                if each.shown and slip(word, each.word) <= _SLIP
            ),
            key=lambda each: (each.count, each.word),
            default=None,
        )
        if meant and 0 < _RARE * count <= meant.count:
            offered[word] = meant.word
    return offered


def _written(meant: str, typed: str) -> str:
    """The word in the capitals of the one that it takes the place of."""
    if len(typed) > 1 and typed.isupper():
        return meant.upper()
    return meant[:1].upper() + meant[1:] if typed[:1].isupper() else meant


def _equal(typed: str, meant: str) -> int:
    """How many letters at the beginning are equal."""
    pairs = zip(typed, meant, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _alignment(typed: str, meant: str, start: int, end: int) -> float:
    """The least cost of edits between two words that are equal up to `start` and from `-end`."""
    across = range(start, len(meant) - end + 1)
    before: list[float] = []
    above = [sum((_extra(meant, at) for at in range(start, to)), 0.0) for to in across]
    for row in range(start, len(typed) - end):
        here = [above[0] + _extra(typed, row)]
        for place, column in enumerate(across[:-1]):
            least = min(
                above[place] + _other(typed[row], meant[column]),
                above[place + 1] + _extra(typed, row),
                here[place] + _extra(meant, column),
            )
            if (
                row > start
                and place
                and typed[row - 1 : row + 1] == meant[column - 1 : column + 1][::-1]
            ):
                least = min(least, before[place - 1] + _SLIP)
            here.append(least)
        before, above = above, here
    return above[-1]


def _extra(word: str, place: int) -> float:
    """A letter that the other word lacks."""
    letter = word[place]
    doubled = letter in (word[place - 1 : place], word[place + 1 : place + 2])
    return _SLIP if doubled else _SILENT if letter in "aeiouh" else _BLUNT


def _other(typed: str, meant: str) -> float:
    if typed == meant:
        return 0.0
    return _ALIKE if typed in _confused.get(meant, "") else _BLUNT


def _confusions() -> Mapping[str, str]:
    """The letters that are taken for each: by the ear, or by a finger that lands beside a key."""
    near: defaultdict[str, str] = defaultdict(str)
    for group in _SOUNDS:
        for letter in group:
            near[letter] += group
    for row, keys in enumerate(_KEYS):
        for place, key in enumerate(keys):
            below = _KEYS[row + 1][max(0, place - 1) : place + 1] if row < 2 else ""
            for other in (*keys[place + 1 : place + 2], *below):
                near[key] += other
                near[other] += key
    return near


_confused: Final = _confusions()
