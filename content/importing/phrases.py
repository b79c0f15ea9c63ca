"""Phrases: patterns that speak for a section type, and the marks of an article's structure.

Patterns are matched against small letters with straight apostrophes. In them, SOME stands for up
to six words, FEW for up to three.
"""

import re
from dataclasses import dataclass
from typing import Final

_SOME: Final = r"(?:[\w'/&-]+ ){0,6}?"
_FEW: Final = r"(?:[\w'/&-]+ ){0,3}?"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A pattern that speaks for a section type, and how loudly."""

    type: str
    weight: float
    pattern: re.Pattern[str]


def phrase(key: str, weight: float, lines: str) -> Phrase:
    """A phrase for the section type `key`; each line holds one or more alternatives."""
    return Phrase(key, weight, _compiled(lines))


def _compiled(lines: str) -> re.Pattern[str]:
    pattern = "|".join(line.strip() for line in lines.strip().split("\n"))
    return re.compile(pattern.replace("SOME", _SOME).replace("FEW", _FEW))


FAQ_HEADING: Final = _compiled(
    r"""
    \bfaqs?\b|\bfrequently[ -]asked\b
    \b(?:common|commonly asked|popular|top|more|other|your|patient|general) (?:\w+ ){0,3}questions\b
    ^questions (?:about|and|&|people|patients|you)|^(?:the )?questions?(?: time)?:?$
    \bq ?(?:&|and) ?as?\b|\bquestions answered\b|^people also ask
    """
)
CLOSING_HEADING: Final = _compiled(
    r"""
    ^(?:in )?conclusions?\b|\bconclusion:?$|^(?:in |a )?(?:quick |short |brief )?summary\b
    \bsummary:?$|^final (?:thoughts|words?|verdict|note)|^to (?:sum|wrap|conclude)
    \b(?:key |main )?take[- ]?aways?\b|\bbottom line\b|^wrapping (?:it )?up|^wrap[- ]up
    \bverdict\b|^in (?:short|closing|a nutshell|brief)\b|^closing (?:thoughts|words|remarks)
    ^tl;? ?dr|^embracing\b|^the last word|^last(?:ing)? words?\b|^key points\b|^abstract\b
    ^parting (?:thoughts|words)|\bsum(?:ming)? it (?:all )?up\b|^what (?:to|you should) remember
    ^the short (?:answer|version)|^final$
    """
)
OPENING_HEADING: Final = _compiled(
    r"""
    ^(?:understanding|introduction|an? introduction|introducing|overview|an overview|what (?:is
    are)\b|a guide|the (?:ultimate|complete|essential) guide|guide to)
    """
)
AFTER_CONCLUSION: Final = _compiled(
    r"""
    ^(?:references?|sources?|citations?|bibliography|further reading|related|about|disclaimer
    author|notes?\b|next steps?|resources|contact|book|schedule|glossary|appendix|read|share
    comments?|why choose|ready to|footnotes?)
    """
)
DEFINITION: Final = _compiled(
    r"""
    ^[\w'/ -]{2,60}(?: ?\([^)]{1,40}\))?(?:, [^,.]{3,80},)? (?:is|are) (?:a|an|the|one of|not one)\b
    """
)
HOW_OR_WHY: Final = re.compile(r"\b(?:how|why|science|mechanism|behind|role)\b")
