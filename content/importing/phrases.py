"""Phrases: patterns for the headings that mark an article's structure.

They are matched against small letters with straight apostrophes.
"""

import re
from typing import Final


def _compiled(lines: str) -> re.Pattern[str]:
    """A pattern of alternatives, one or more on each line."""
    return re.compile("|".join(line.strip() for line in lines.strip().split("\n")))


FAQ_HEADING: Final = _compiled(
    r"""
    \bfaq'?s?\b|\bfrequently[ -]asked\b
    \b(?:common|commonly asked|popular|top|more|other|your|patient|general) (?:\w+ ){0,3}questions\b
    ^questions (?:about|and|&|people|patients|you(?! (?:should|could|can|must|might))|we|from|that)
    ^(?:the )?questions?(?: time)?[:.]?$|\bquestions,? (?:and |our |with )?answe
    ^(?:\d+|two|three|four|five|six|seven|eight|nine|ten) (?:\w+ ){0,3}questions\b(?! to)
    \bq ?(?:&|and|\+|/) ?as?\b|\bquestions answered\b|\bpeople also ask|^(?:quick|short) answers\b
    \b(?:patients|readers|clients|people|customers|you|they) (?:\w+ ){0,2}ask(?: \w+)?[:.]?$
    ^(?!(?:still|do|have|any|got|if|more) )(?:[\w']+ ){1,4}questions[:.]?$
    ^asked\b|\b(?:often|commonly|most|always|usually|get|being|are|we're) asked\b
    """
)
CLOSING_HEADING: Final = _compiled(
    r"""
    ^(?:in )?conclusions?\b|\bconclusion:?$|^(?:in |a )?(?:quick |short |brief )?summary\b
    \bsummary:?$|^final (?:thoughts|words?|verdict|note)|^to (?:sum|wrap|conclude)
    \b(?:key |main )?take[- ]?(?:aways?|home)\b|\bbottom line\b|^wrapping (?:it )?up|^wrap[- ]up
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
