"""Which pairs of question and answer are one and the same, though not letter by letter.

Each pair is brought into a canonical form, and pairs whose forms are equal fold into one. The form
is a function of the text and its language alone: the same on every machine, in whatever order the
pairs were published.

Everything is kept that is not listed here as of no weight. Numbers, units, negations, modal verbs,
names, signs of comparison, commas, brackets and the shape of lists all stay, in their order, so
that two texts that differ in any of them never fold. Two that say the same in other words do not
fold either: a hub that shows a question twice is a blemish, one that hides a dose is a danger.
What counts as weightless is a matter of the language, and only English's is known here: elsewhere
case, spacing, quotation marks and closing signs are all that may differ.

Whoever changes a rule must recompute what is stored, as migration 0006 does.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from content import english
from content.rendering import digest

Tokens = list[str]

_SIGNS: Final = str.maketrans(
    {
        **dict.fromkeys("’ʼ‘‚‛`´", "'"),
        **dict.fromkeys("“”„‟«»", '"'),
        **dict.fromkeys("‐‑−", "-"),
        **dict.fromkeys("\u00ad\u200b\u2060\ufe0f\ufeff", None),
        "\u03bc": "\u00b5",  # Two characters for one letter: the micro of units.
    }
)
_QUOTES: Final = re.compile(r"""(?<!\d)"|(?<![\w'])'|(?<=[^\W\d_])'(?![^\W_])""")
# After a digit they are inches or minutes, and inside of a word an apostrophe.
_TOKEN: Final = re.compile(r"(?:(?<!\S)[.,])?\d+(?:[.,]\d+)*|[^\W\d_]+(?:['-][^\W\d_]+)*|\S")
_RANGE: Final = re.compile(r"(?<=\d)( ?)[-–‒]\1(?=\d)")
_DASH: Final = re.compile(r"(?<=\s)[-–—](?=\s)|—")
_ATTACHED: Final = re.compile(r"(?<=\d)(?:-[^\W\d_]+)+")
_PERCENT: Final = re.compile(r"(?<=\d)\s*(?:%|per ?cent\b)", re.IGNORECASE)
_NUMBERED: Final = re.compile(r"^\s*\d{1,2}[.)]\s+(?=[A-Z])")
_INDENT: Final = re.compile(r"( *)(- )?")
_AS_IT_IS: Final = re.compile(r"<(?:s|img|blockquote|table|pre|code)\b")
# What plain text does not tell: struck out, pictured, quoted, or laid out in columns.

_BREAK: Final = "¶"
_ITEM: Final = "•"
_TO: Final = "‒"
_ENDS: Final = frozenset(".!?…。！？")
_CLOSING: Final = _ENDS - {"?", "？"} | {_BREAK}
_STARTS: Final = _ENDS | {_BREAK, _ITEM, ":"}


def fold(question: str, text: str, html: str, locale: str) -> str:
    """A digest that is equal for pairs that say the same: 64 hexadecimal digits.

    `text` and `html` are the answer as it is rendered.
    """
    return digest(canonical(question, text, html, locale))


def canonical(question: str, text: str, html: str, locale: str) -> list[object]:
    """The canonical form of a pair, as plain data."""
    language = locale.partition("-")[0].lower()
    shape = html if _AS_IT_IS.search(html) else ""
    asked = " ".join(question.split())  # It is one line.
    if language == "en":
        return [language, _english_question(asked), _english_answer(text), shape]
    return [language, _closed(_plain(asked), asks=True), _closed(_plain(text)), shape]


def _plain(text: str) -> Tokens:
    """The tokens of a text in any language."""
    tokens: Tokens = []
    for token in _tokens(text):
        tokens.append(_cased(token, tokens))
    return tokens


def _tokens(text: str) -> Iterator[str]:
    """Words, numbers and signs as they are written; where lines break and lists begin, marks."""
    text = unicodedata.normalize("NFC", text).translate(_SIGNS)
    last, listed = "", False
    for line in text.split("\n"):
        indent, mark = _INDENT.match(line).groups()  # type: ignore[union-attr]  # Matches all.
        found = _TOKEN.findall(_spelt(line[len(indent) + len(mark or "") :]))
        if not found:
            continue
        apart = bool(mark or indent or listed)
        # Where a sentence ends, it does not matter whether a paragraph does, except in lists.
        if last and (apart or last not in _ENDS):
            yield _BREAK
        if apart:
            yield from [">"] * len(indent)
            yield from [_ITEM] if mark else []
        yield from found
        last, listed = found[-1], bool(mark or indent)


def _spelt(line: str) -> str:
    """The line with one sign for what is written with several."""
    line = _QUOTES.sub("", " ".join(line.split()))
    line = _DASH.sub(" — ", _RANGE.sub(f" {_TO} ", f" {line} "))
    return _PERCENT.sub(" %", line)


def _cased(token: str, before: Sequence[str]) -> str:
    """The token in small letters, except where they make another unit: mJ and MJ, mg and Mg."""
    unit = bool(before) and _is_number(before[-1]) and len(token) <= 3
    return token if unit and token.isalpha() else token.lower()


def _is_number(token: str) -> bool:
    return token[-1].isdigit()


def _closed(tokens: Tokens, *, asks: bool = False) -> Tokens:
    """Without the signs at the end; a question mark tells nothing at the end of a question."""
    closing = _ENDS | _CLOSING if asks else _CLOSING
    while tokens and tokens[-1] in closing:
        tokens.pop()
    return tokens


def _english_question(question: str) -> Tokens:
    """A question asks of things in general: one or many, `is` or `are`, is the same to it."""
    tokens = _english(_NUMBERED.sub("", question))
    closed = _closed([english.AGREEING.get(token, _singular(token)) for token in tokens], asks=True)
    return _turned(closed)


def _english_answer(text: str) -> Tokens:
    return _closed(_after_verdict(_english(text)))


def _english(text: str) -> Tokens:
    # "A 6-month course" is "a 6 month course", but "30-year-old scars" are no "30 year-old scars".
    spaced = _ATTACHED.sub(lambda chain: chain[0].replace("-", " "), text.translate(_SIGNS))
    written = [*_tokens(spaced)]
    tokens: Tokens = []
    for place, token in enumerate(written):
        following = written[place + 1] if place + 1 < len(written) else ""
        if not _is_idle_article(token, tokens, following):
            tokens += _words(token, tokens)
    return list(_stops(_without_last_comma(_joined(tokens))))


def _is_idle_article(word: str, before: Sequence[str], following: str) -> bool:
    """Whether it is an article, and one that could as well be missing.

    It could not in "a few", "half the dose", "vitamin A", "the pill".
    """
    if word.lower() not in english.ARTICLES or not following[:1].isalnum():
        return False
    last = before[-1] if before else _BREAK
    if word == "A" and last not in _STARTS:
        return False
    return (
        last not in english.COUNTED_AFTER
        and following.lower().split("-")[0] not in english.COUNTED_BEFORE
    )


def _words(token: str, before: Sequence[str]) -> Tokens:
    """What one written word stands for."""
    if before and _is_number(before[-1]):
        unit = english.UNITS.get(token) or english.UNITS.get(
            token.lower() if len(token) > 3 else ""
        )
        if unit:
            return [unit]
    cased = _cased(token, before)
    if "-" in cased[1:]:
        return _compound(cased, before)
    return [
        english.NUMBERS.get(each, _modern(each))
        for each in english.CONTRACTIONS.get(cased, _parts(cased))
    ]


def _compound(written: str, before: Sequence[str]) -> Tokens:
    """The parts of a compound. In "30 year-old scars" the hyphen says what is counted."""
    if written in english.HYPHENED:
        return [english.HYPHENED[written]]
    parts = [part for each in written.split("-") for part in _words(each, ())]
    if before and _is_number(before[-1]) and parts[0] not in english.PREFIXES:
        return [part for each in parts for part in ("-", each)][1:]
    return parts


def _parts(word: str) -> Tokens:
    """A word with `not`, `will`, `are`, `am`, `have` or `is` drawn into it, in full."""
    stem, apostrophe, ending = word.rpartition("'")
    if not apostrophe:
        return [word]
    if ending == "t" and stem.endswith("n"):
        return [stem[:-1], "not"]
    if ending == "s" and stem in english.PRONOUNS:
        return [stem, "is"]
    return [stem, english.DRAWN[ending]] if ending in english.DRAWN else [word]


@lru_cache(maxsize=65_536)
def _modern(word: str) -> str:
    """The one of several spellings that stands for all."""
    for pattern, spelling in english.SPELLINGS:
        word = pattern.sub(spelling, word)
    return english.SPELT.get(word, word)


def _joined(tokens: Iterable[str]) -> Tokens:
    """Compounds that are written apart, together."""
    joined: Tokens = []
    for token in tokens:
        last = joined[-1] if joined else ""
        if token.isalpha() and (last in english.PREFIXES or f"{last}+{token}" in english.PAIRS):
            joined[-1] = last + token
        else:
            joined.append(token)
    return joined


def _without_last_comma(tokens: Tokens) -> Iterator[str]:
    """A comma before `and` is a habit in "red, warm, and dry"; elsewhere it may part sentences."""
    for place, sign in enumerate(tokens):
        habit = (
            sign == ","
            and place >= 3
            and tokens[place - 2] == ","
            and all(tokens[each].isalpha() for each in (place - 3, place - 1))
            and tokens[place + 1 : place + 2] in (["and"], ["or"])
        )
        if not habit:
            yield sign


def _stops(tokens: Iterable[str]) -> Iterator[str]:
    """One sign for the end of a sentence, once."""
    last = ""
    for token in tokens:
        stop = "." if token in {"!", ";"} else token
        if not stop == last == ".":
            yield stop
        last = stop


def _after_verdict(tokens: Tokens) -> Tokens:
    """ "Yes, it does" and "Yes. It does" are one; "No aspirin" is not "No, aspirin"."""
    verdict, sign = (*tokens[:2], "", "")[:2]
    if sign in {".", ",", "—"}:
        if verdict == "yes":
            return [verdict, *tokens[2:]]
        if verdict == "no":
            return [verdict, ",", *tokens[2:]]
    return tokens


def _singular(word: str) -> str:
    if len(word) <= 3 or word in english.NO_PLURALS or not word.isalpha() or not word.endswith("s"):
        return word
    if word.endswith(("ss", "us", "is")):
        return word
    for ending, singular in (("ies", "y"), ("ches", "ch"), ("shes", "sh"), ("xes", "x")):
        if word.endswith(ending):
            return word.removesuffix(ending) + singular
    return word[:-1]


def _turned(question: Tokens) -> Tokens:
    """ "After a peel, can I swim" as "Can I swim after a peel"; not where there are two times."""
    comma = question.index(",") if question.count(",") == 1 else 0
    lead, rest = question[:comma], question[comma + 1 :]
    if (
        2 <= len(lead) <= 4
        and lead[0] in english.TIMES
        and all(word.isalpha() and word not in english.NEGATIONS for word in lead)
        and rest
        and rest[0] in english.OPENERS
        and english.TIMES.isdisjoint(rest)
        and _ENDS.isdisjoint(rest)
    ):
        return [*rest, *lead]
    return question
