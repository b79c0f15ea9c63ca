"""Small facts about the wording of a line, for all rules that look at lines."""

import re
from typing import Final

_NUMBER: Final = re.compile(
    r"^(?i:step |part |tip |#)?\(?(\d{1,2})(?:[.):]\s+|\s*[-–—]\s+|(?=[A-Z])\s*)"
)
_NOT_WORD: Final = re.compile(r"[\W_]+")
_SENTENCE_END: Final = re.compile(
    r"(?<=[.!?…])(?<!\b[Vv]s\.)(?<!\b[DM]r\.)(?<!\bMrs\.)(?<!e\.g\.)(?<!i\.e\.)"
    r"[\"'”’)]*\s+(?=[\"'“‘(]?[A-Z0-9])"
)
_SHORT_WORDS: Final = frozenset(
    [
        "a",
        "an",
        "and",
        "as",
        "at",
        "but",
        "by",
        "for",
        "from",
        "in",
        "into",
        "is",
        "it",
        "its",
        "nor",
        "of",
        "off",
        "on",
        "onto",
        "or",
        "over",
        "per",
        "so",
        "than",
        "that",
        "the",
        "to",
        "up",
        "via",
        "vs",
        "vs.",
        "with",
        "without",
        "your",
        "you",
        "are",
        "be",
        "can",
        "do",
        "does",
        "how",
        "after",
        "before",
        "during",
        "between",
    ]
)
_FULL_SENTENCE: Final = re.compile(
    r"\b(?:is|are|was|were|will|would|can|could|should|may|might|must|has|have|had|include|includes|"
    r"including|follows|following|depends?|helps?|need|needs)\b",
    re.IGNORECASE,
)


def folded(text: str) -> str:
    """The line for comparison: small letters, without numbers in front and punctuation."""
    return _NOT_WORD.sub(" ", unnumbered(text).lower()).strip()


def unnumbered(text: str) -> str:
    """The line without the number that it begins with, also when it is glued to the word."""
    match = _NUMBER.match(text)
    return text[match.end() :] if match and match.end() < len(text) else text


def is_numbered(text: str) -> bool:
    """Whether the line begins with a number of its own."""
    return _NUMBER.match(text) is not None


def is_question(text: str) -> bool:
    """Whether the line ends by asking."""
    return text.rstrip("\"'”’)*_ ").endswith("?")


def is_upper(text: str) -> bool:
    """Whether the line is set in capitals: two words or one long one, no small letter."""
    letters = [letter for letter in text if letter.isalpha()]
    return len(letters) >= 4 and all(letter.upper() == letter for letter in letters)


def is_title_case(text: str) -> bool:
    """Whether the words that carry meaning begin with capitals."""
    words = [word for word in re.findall(r"[^\W\d_][\w’'-]*", text) if word not in _SHORT_WORDS]
    capitals = sum(word[0].isupper() for word in words)
    return bool(words) and words[0][0].isupper() and capitals >= 0.75 * len(words)


def is_sentence(text: str) -> bool:
    """Whether the line has the verb of a full statement."""
    return bool(_FULL_SENTENCE.search(text))


def ends_sentence(text: str) -> bool:
    """Whether the line ends the way a paragraph does."""
    return text.rstrip("\"'”’)*_ ").endswith((".", "!", "?", ";"))


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph, as well as punctuation tells."""
    return _SENTENCE_END.split(text)


def sentence_starts(text: str) -> list[int]:
    """Where each sentence of a paragraph starts, the first at 0."""
    return [0, *(match.end() for match in _SENTENCE_END.finditer(text))]
