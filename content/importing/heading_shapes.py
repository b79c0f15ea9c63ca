"""What a line looks like by itself: a heading for sure, perhaps one, or text."""

import re
from functools import lru_cache
from typing import Final, Literal

from content.importing.blocks import Block
from content.importing.phrases import CLOSING_HEADING, FAQ_HEADING, OPENING_HEADING
from content.importing.wording import (
    is_numbered,
    is_question,
    is_sentence,
    is_title_case,
    is_upper,
    sentences,
    unnumbered,
)

Shape = Literal["body", "open", "plain", "sure", "question", "colon", "stop"]
"""`sure` is a heading wherever text follows, `question` one that asks; `plain` is one only by its
neighbours, `colon` and `stop` only where other headings end like it. `open` is a line without an
end, such as a cell or an item: no heading, yet no paragraph either. `body` is text."""

LONGEST_HEADING: Final = 160
"""Characters; no heading of an article is longer, even one that asks two questions."""

LONGEST_OPEN: Final = 100
"""Characters of a cell or an item that stands alone on its line."""

_MOST_ASKED: Final = 2
"""Questions in one heading; more of them in a row are a paragraph."""

_REMEMBERED: Final = 4_096
# Every stage asks the same of the same headings.

SUBTITLE: Final = re.compile(r"(?<=\w\w)(?::| [–—|-]) .*$")
"""What stands behind the topic in a title of two parts."""

LABEL: Final = re.compile(r"[A-Z0-9][^.:?!]{1,58}:\s+\S")
_ANSWER_LABEL: Final = re.compile(r"(?:q|a|question|answer)\s*\d*\s*[.:)]", re.IGNORECASE)
_CUT_OFF: Final = re.compile(
    r"\b(?:from|to|with|of|by|as|like|the|these|this|your|a|an|and|or|includ\w+|if you|"
    r"follow\w*):$",
    re.IGNORECASE,
)
_LEADS_IN: Final = re.compile(
    r",|\b(?:for|are|is|if):$|^(?:these|this|those|here|there|they|it|we|you|i)\b", re.IGNORECASE
)
_LEADING_SIGNS: Final = re.compile(r"^[^\w(\"'“‘]+")
_ASKING_WORD: Final = re.compile(
    r"(?:what|how|why|when|who|whom|which|where|if|whether|things|signs|ways|reasons)\b",
    re.IGNORECASE,
)
_ENDS: Final = frozenset("?.…!;:,")
_QUOTES: Final = "\"'”’)*_ "
_PLAIN_NUMBER: Final = re.compile(r"^\(?\d{1,2}[.):]?\s*")


@lru_cache(_REMEMBERED)
def plain(text: str) -> str:
    """The heading in small letters, without numbers and signs in front, apostrophes straight."""
    straight = text.replace("’", "'").lower()
    return _PLAIN_NUMBER.sub("", _LEADING_SIGNS.sub("", straight))


@lru_cache(_REMEMBERED)
def is_faq_heading(text: str) -> bool:
    """Whether the heading announces questions and answers."""
    return FAQ_HEADING.search(plain(text)) is not None


@lru_cache(_REMEMBERED)
def is_closing_heading(text: str) -> bool:
    """Whether the heading announces the end of an article."""
    return CLOSING_HEADING.search(plain(text)) is not None


def is_opening_heading(text: str) -> bool:
    """Whether the heading could be the first of an article."""
    return OPENING_HEADING.search(plain(text)) is not None


def is_bold_heading(text: str) -> bool:
    """Whether a line that is all bold is a heading."""
    words = len(text.split())
    if words > 22 or len(text) > LONGEST_HEADING or text[0] in "-–—":
        return False
    return not text.endswith((".", ";", ",")) or words <= (9 if text.endswith(".") else 6)


def reads_as_heading(text: str) -> bool:
    """Whether a numbered line is short and open enough for a heading."""
    short = len(text) <= LONGEST_HEADING and len(text.split()) <= 22
    return short and not text.endswith((".", ";", ",")) and not LABEL.match(text)


def may_be_title(block: Block) -> bool:
    """Whether a line at the place of a title can be one: short, and no sentence."""
    text = block.text
    if block.kind != "paragraph" or not text or len(text) > LONGEST_HEADING:
        return False
    return len(text.split()) <= 22 and text[-1] not in ".,;:" and not text[0].islower()


def shape_of(block: Block) -> Shape:
    """What the block looks like, whatever stands around it."""
    text = block.text
    if block.kind != "paragraph" or len(text) > LONGEST_HEADING or not text:
        return "body"
    if _ANSWER_LABEL.match(text) or text[0] in "-–—":
        return "body"
    last = text.rstrip(_QUOTES)[-1:]
    if last == "?" and _only_asks(text):
        return "question"
    if block.bold:
        return "sure" if is_bold_heading(text) else "body"
    return _shape_of_open(text) if last not in _ENDS else _shape_of_ended(text, last)


def leads_in(text: str) -> bool:
    """Whether a line that ends in a colon may announce a list in the middle of a sentence."""
    return _LEADS_IN.search(text) is not None or is_cut_off(text)


def is_cut_off(text: str) -> bool:
    """Whether a line that ends in a colon cannot end there."""
    return _CUT_OFF.search(text) is not None


def _only_asks(text: str) -> bool:
    asked = sentences(unnumbered(_LEADING_SIGNS.sub("", text)))
    short = len(text.split()) <= 24 and len(asked) <= _MOST_ASKED
    return short and all(is_question(each) for each in asked)


def _shape_of_ended(text: str, last: str) -> Shape:
    words = len(text.split())
    shape: Shape = "sure"
    if last == ":":
        found, shape = _is_short_lead(text), "colon"
    elif text.endswith(("...", "…")):
        found = words <= 8
    elif last == "!":
        found = words <= 10 and is_title_case(text)
    else:
        found, shape = last == "." and _is_short_sentence(text, words), "stop"
    return shape if found else "body"


def _is_short_sentence(text: str, words: int) -> bool:
    if words > (6 if "," in text else 10) or LABEL.match(text) or len(sentences(text)) > 1:
        return False
    begins = unnumbered(_LEADING_SIGNS.sub("", text))[:1]
    return begins.isupper() or begins.isdigit()


def _is_short_lead(text: str) -> bool:
    return len(text.split()) <= 12 and len(sentences(text)) == 1


def _shape_of_open(raw: str) -> Shape:
    line = _LEADING_SIGNS.sub("", raw)
    text = unnumbered(line)
    words = len(text.split())
    if not text or words > 22:
        return "body"
    if words <= 10 and is_numbered(line) and reads_as_heading(text):
        return "sure"
    rest: Shape = "open" if len(raw) <= LONGEST_OPEN else "body"
    if not (text[0].isupper() or text[0] in "\"“'‘" or (text[0].isdigit() and words > 2)):
        return rest
    first, *others = sentences(text)
    if others:
        return "sure" if is_question(first) and is_title_case(text) and words > 4 else rest
    if _has_title_shape(text, words):
        return "sure"
    return "plain" if _may_head(text, words) else rest


def _has_title_shape(text: str, words: int) -> bool:
    if words <= 8 and (is_faq_heading(text) or is_closing_heading(text)):
        return True
    if words > 16:
        return False
    return is_upper(text) or (words >= 2 and is_title_case(text))


def _may_head(text: str, words: int) -> bool:
    """Whether a line in small letters may be a heading if its place is that of one."""
    if words > 12 or (words > 8 and "," in text):
        return False
    return words <= 6 or not is_sentence(text) or _ASKING_WORD.match(text) is not None
