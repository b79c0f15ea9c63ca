"""What of a section the type model looks at: words of heading and body, and the place.

Names of treatments, conditions and body parts are also read as one word each kind, so that what
was learnt from one treatment holds for the next.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, groupby, pairwise
from typing import Final

from whoosh.lang.porter import stem

from content.importing.domain_words import AREAS, CONDITIONS, SUBSTANCES, TREATMENTS

WORDS_READ: Final = 140
"""Words of a body that are read; what a section is about shows before that."""

_HEADING_WORDS: Final = 16
_SPACE_FOR_WORDS: Final = 7 * WORDS_READ
_JOINTS: Final = "-–—‑/\u00a0"
_OUTSIDE: Final = re.compile(r"^[^\w$£€?]+|[^\w%?]+$")
_MONEY: Final = re.compile(r"[$£€]\d|\d+[€£$]")
_NUMBER: Final = re.compile(
    r"^(?:step |part |tip |#)?\(?(?:\d{1,2}(?:[.):]|(?=[a-z])|\s*[-–—]\s)|[ivx]{1,4}[.)])\s*"
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a section stands in its article.

    `first` and `last` are about the article, `parent` and `title` the headings above it,
    `asked_around` how many neighbouring headings in a row are questions as well, itself counted,
    and `in_faq` whether a heading above or the title announces questions.
    """

    first: bool = False
    last: bool = False
    parent: str | None = None
    title: str | None = None
    asked_around: int = 0
    in_faq: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text as they are written, and as they are read: by stem or kind of name."""

    written: Sequence[str]
    read: Sequence[str]


def heading_words(heading: str) -> Words:
    """The words of a heading, its number left out, question marks as words."""
    return _words(_NUMBER.sub("", heading.lower(), count=1).replace("?", " ? "), _HEADING_WORDS)


def body_words(body: str) -> Words:
    """The first words of a plain body."""
    return _words(body[:_SPACE_FOR_WORDS].lower(), WORDS_READ)


def _words(text: str, most: int) -> Words:
    for joint in _JOINTS:
        text = text.replace(joint, " ")
    written = text.replace("’", "'").split()
    read = list(map(_read, written))
    if "" in read:
        written = [word for word, meaning in zip(written, read, strict=True) if meaning]
        read = list(filter(None, read))
    return Words(written[:most], read[:most])


def heading_features(words: Sequence[str]) -> list[str]:
    """Features of a heading: words, neighbours, pairs in order, the beginning and the end."""
    words = [word for word, _ in groupby(words)]
    if not words:
        return []
    found = dict.fromkeys([f"h|{word}" for word in words])
    found |= dict.fromkeys([f"h|{a} {b}" for a, b in pairwise(words)])
    runs = zip(words, words[1:], words[2:], strict=False)
    found |= dict.fromkeys([f"h|{a} {b} {c}" for a, b, c in runs])
    found |= dict.fromkeys(_pairs(words))
    ends = [f"h|^ {words[0]}", f"h|^ {' '.join(words[:2])}", f"h|{words[-1]} $"]
    whole = [f"h|= {' '.join(words[:8])}", f"h|# {min(len(words), 10) // 2}"]
    return [*found, *ends, *whole]


def _pairs(words: Sequence[str]) -> Iterator[str]:
    for number, word in enumerate(words[:10]):
        for other in words[number + 2 : number + 7]:
            yield f"h|{word} * {other}"


def body_features(words: Sequence[str]) -> list[str]:
    """Features of a plain body: its words and neighbouring pairs, and how it begins."""
    opening = [f"^ {word}" for word in words[:1]]
    opening += [f"^ {a} {b}" for a, b in pairwise(words[:4])]
    return list(dict.fromkeys(chain(words, map(" ".join, pairwise(words)), opening)))


@dataclass(frozen=True, slots=True)
class SectionFeatures:
    """The words of a section, and its features in blocks: heading, body, place, title.

    `parent` are those of the heading above it.
    """

    heading: Words
    body: Words
    blocks: tuple[Sequence[str], ...]
    parent: Sequence[str]


def section_features(heading: str, body: str, place: Place) -> SectionFeatures:
    """All that the type model looks at of a section."""
    said, told = heading_words(heading), body_words(body)
    return SectionFeatures(
        said,
        told,
        (
            heading_features(said.read),
            body_features(told.read),
            place_features(heading, body, place),
            _title_features(place.title) if place.title else (),
        ),
        _parent_features(place.parent) if place.parent else (),
    )


@lru_cache(maxsize=1_024)
def _parent_features(parent: str) -> tuple[str, ...]:
    return tuple(heading_features(heading_words(parent).read))


@lru_cache(maxsize=1_024)
def _title_features(title: str) -> tuple[str, ...]:
    words = heading_words(title).read
    return tuple(f"t|{each}" for each in dict.fromkeys([*words, *map(" ".join, pairwise(words))]))


def place_features(heading: str, body: str, place: Place) -> list[str]:
    """Features of the place: where a section stands, and how long it is."""
    headed = "headed" if heading else "bare"
    length = _length(body)
    found = [f"p|{headed}", f"p|words {length}", f"p|{headed} words {length}"]
    found += [f"p|{headed} first"] * place.first + [f"p|{headed} last"] * place.last
    asks = "?" in heading
    if asks:
        found.append(f"p|asks {min(place.asked_around, 4)}")
    if place.in_faq:
        found.append(f"p|faq {'asks' if asks else headed}")
    if heading and heading.strip().lower() == (place.title or "").strip().lower():
        found.append("p|title repeated")
    return found


def _length(body: str) -> str:
    """The length of a body in five steps."""
    count = len(body)
    return next((name for name, most in _LENGTHS if count <= most), "many")


_LENGTHS: Final = (("none", 0), ("few", 60), ("some", 140), ("several", 400))


@lru_cache(maxsize=65_536)
def _read(token: str) -> str:
    """A token's stem, or the kind of name or number that it is; empty for signs."""
    bare = _OUTSIDE.sub("", token)
    if not bare or bare.startswith("?"):
        return bare[:1]
    if bare[0] in "$£€" or bare[0].isdigit():
        return _sign(bare)
    bare = bare.rstrip("%?").removesuffix("'s")
    for kind, names in _NAMES:
        if bare in names or bare.removesuffix("s") in names:
            return kind
    return stem(bare) if bare.isascii() else bare


def _sign(token: str) -> str:
    """What kind of number a token is."""
    if _MONEY.search(token):
        return "<money>"
    if token.endswith("%"):
        return "<percent>"
    return "<year>" if len(token) == 4 and token.isdigit() else "<number>"


_NAMES: Final = (
    ("<treatment>", TREATMENTS),
    ("<condition>", CONDITIONS),
    ("<substance>", SUBSTANCES),
    ("<area>", AREAS),
)

_EMPTY_WORDS: Final = frozenset(
    """
    a an and are as at be been but by can could do does for from had has have he her his if in is
    it its may me more most my no not of on one or our own s she so some than that the their them
    there these they this those to up us was we were what when where which who will with you your
    """.split()  # noqa: SIM905 - A list of words reads better as words.
)
_SIGNS: Final = frozenset("^$=*#?")


def located(feature: str, words: Words) -> range | None:
    """Which words a feature of them stands for; None for one that says little to a reader."""
    names = feature.removeprefix("h|").split()
    sought = [name for name in names if name not in _SIGNS]
    if not sought or "#" in names or all(word in _EMPTY_WORDS for word in sought):
        return None
    skip = 6 if "*" in names else 0
    for number, word in enumerate(words.read):
        if word == sought[0]:
            last = _matched(sought, words.read, number, skip)
            if last is not None:
                return range(number, last + 1)
    return None


def spoken(words: Words, places: range) -> str:
    """Words as they are written, without those at the ends that mean nothing alone."""
    told = [number for number in places if words.read[number] not in _EMPTY_WORDS]
    run = words.written[told[0] : told[-1] + 1] if told else []
    return _OUTSIDE.sub("", " ".join(run))


def _matched(sought: Sequence[str], words: Sequence[str], start: int, skip: int) -> int | None:
    """The last word of a run from `start` that stands for what is sought; None if none does."""
    position = start
    for word in sought[1:]:
        before = words[position]
        position += 1
        while position < len(words) and words[position] == before:
            position += 1
        near = range(position, min(position + skip + 1, len(words)))
        found = next((each for each in near if words[each] == word), None)
        if found is None:
            return None
        position = found
    return position
