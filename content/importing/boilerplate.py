"""What of a page is no part of any article: dates, bylines, banners, links to elsewhere.

Each rule is narrow, because losing content is worse than keeping a line too many; a sentence of
medical advice is never set aside.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from content.importing.blocks import Block
from content.importing.markdown import plain
from content.importing.wording import folded

_MONTH: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DATE: Final = (
    rf"(?:{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}|\d{{1,2}}(?:st|nd|rd|"
    rf"th)? {_MONTH},? \d{{4}}|"
    rf"{_MONTH} \d{{4}}|\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}})"
)
_PART: Final = r"[A-Z][\w.'’-]{0,30}"
_NAME: Final = (
    rf"(?:(?i:dr|mr|mrs|ms|prof)\.? )?{_PART}(?:,? {_PART}){{0,5}}"
    rf"(?:,? and (?:(?i:dr)\.? )?{_PART}(?: {_PART}){{0,3}})?"
)
_CREDENTIAL: Final = r"(?:[,–|—-] ?.{1,80})?"


@dataclass(frozen=True, slots=True)
class _Rule:
    """A reason, what the whole block must look like, and how long it may be at most."""

    reason: str
    pattern: re.Pattern[str]
    longest: int


def _rule(reason: str, pattern: str, longest: int = 160, *, case: bool = False) -> _Rule:
    return _Rule(reason, re.compile(pattern, 0 if case else re.IGNORECASE), longest)


_RULES: Final = (
    _rule(
        "date",
        r"(?:(?:last )?(?:updated|modified|published|posted|reviewed|date)(?: on|"
        r" at)?:? ?(?:on )?){0,3}"
        rf"{_DATE}(?: (?:at )?\d{{1,2}}:\d{{2}}(?: ?[ap]m)?)?(?: ?[|"
        rf"·•–-] ?\d+ min(?:ute)?s?(?: read)?)?\.?$",
        80,
    ),
    _rule(
        "date",
        r"\d+[ -]min(?:ute)?s?(?: of)? read(?:ing)?(?: time)?$|reading time:? \d+ min\w*$",
        40,
    ),
    _rule(
        "byline",
        rf"(?i:(?:medically |clinically )?(?:reviewed|written|posted|published|authored|edited|"
        rf"fact[- ]checked) by:? ?|by |author:? ?|reviewer:? ?|reviewed by:? ?){_NAME}"
        rf"{_CREDENTIAL}(?:{_DATE})?\.?$",
        140,
        case=True,
    ),
    _rule(
        "byline",
        rf"by \w[\w.' -]{{2,50}}[,|·•–-]? ?(?:on )?{_DATE}$|{_DATE} (?:off )?by \S.{{1,40}}$",
        100,
    ),
    _rule("navigation", r"skip to (?:the )?(?:main )?content\b.{0,30}$", 60),
    _rule("navigation", r"(?:home|blog|start)(?: ?[>›»/|→] ?[\w&' -]{2,60}){1,6}$", 200),
    _rule(
        "navigation",
        r"(?:back to (?:top|blog|home)|main menu|menu|search|(?:previous|next) (?:post|"
        r"article)\b.{0,80})$",
        120,
    ),
    _rule(
        "newsletter",
        r"(?:get updated with|subscribe\b(?! to a skin)|sign up (?:for|to) (?:our|"
        r"the)\b.*(?:newsletter|list|e-?mails?|updates)|"
        r"join (?:our|the) (?:newsletter|mailing list)|enter your e-?mail|stay (?:updated|"
        r"up to date|in the loop)\b|"
        r"get (?:the latest|our latest|more) .{0,50}(?:inbox|newsletter)|don['’]t miss (?:our|"
        r"an?) (?:next )?(?:update|post|issue))",
        200,
    ),
    _rule(
        "cookies",
        r".*\b(?:(?:we|this (?:web)?site|our (?:web)?site) uses? cookies|"
        r"accept (?:all )?cookies|cookie (?:policy|settings|consent|preferences)|"
        r"use of cookies)\b",
        500,
    ),
    _rule(
        "disclaimer",
        r"(?:(?:medical )?disclaimer\b|(?:please note(?: that)?,? )?(?:this|the|all|"
        r"any) (?:\w+ ){0,6}"
        r"(?:is|are) (?:(?:provided|intended|meant) )?(?:for|solely for|purely for|"
        r"only for) (?:\w+ ){0,3}"
        r"(?:informational|information|educational|general)|"
        r"(?:this|the) (?:\w+ ){0,6}(?:is|does|are|should) not (?:\w+ ){0,4}(?:medical advice|"
        r"a substitute|substitute|replace))",
        700,
    ),
    _rule(
        "disclaimer",
        r"(?:©|\(c\)|copyright\b).{0,120}(?:rights reserved|\d{4}).{0,60}$|"
        r"all rights reserved\b.{0,60}$",
        240,
    ),
    _rule(
        "related",
        r"(?:related(?: (?:articles?|posts?|reading|stor(?:y|ies)|links?|content|blogs?))?|"
        r"read (?:more|next|also)|also read|see also|"
        r"further reading|more from (?:the|our) blog|you (?:may|might|['’]ll) (?:also )?(?:like|"
        r"enjoy)|recommended (?:reading|for you)|"
        r"more (?:articles|posts|stories)|keep reading|continue reading|popular (?:posts|"
        r"articles)|recent posts|latest (?:posts|articles))(?::.*|…)?$",
        200,
    ),
    _rule(
        "related",
        r".*\b(?:read|check out|see|visit|have a look at|"
        r"head (?:over )?to) (?:\w+ ){0,3}(?:blog|article|guide|post)\b.{0,120}"
        r"(?:find out|learn|know|discover|here|more|!$|\.$)",
        320,
    ),
    _rule(
        "related",
        r"(?:follow (?:us|me) (?:on|at)\b.{0,80}|share (?:this|on|via|article)\b.{0,60}|(?:like|"
        r"enjoyed?) this (?:article|post)\?.{0,80}|tags?:.{1,120}|filed under:?.{1,100}|"
        r"leave a (?:comment|reply)\b.{0,40})$",
        160,
    ),
    _rule(
        "call_to_action",
        r"(?:(?:call|contact|text|e-?mail|message|visit|ask) (?:us|our (?:clinic|team|office|"
        r"experts?))\b|"
        r"(?:book|schedule|request|reserve|arrange|claim|get) (?:now|online|here|today|(?:your|"
        r"an?|my) (?:free |complimentary |no-obligation )*"
        r"(?:\w+ ){0,4}(?:appointment|consultation|session|visit|quote)\b)|"
        r"(?:ready to|want to|interested in) .{3,80}\? ?(?:book|call|contact|schedule|"
        r"get in touch|reach out)|get in touch\b|reach out to (?:us|our)|"
        r"(?:shop|buy|order) (?:now|here|online|our)\b|(?:click|tap) here\b)",
        240,
    ),
    _rule("call_to_action", r"(?:tel|phone|call|telephone)\.?:? ?\+?[\d\s()./-]{7,20}$", 60),
)
_ADVICE: Final = re.compile(
    r"\b(?:appointment|visit|consultation) with (?:a|an|your) (?:\w+ ){0,3}?"
    r"(?:dermatologist|doctor|physician|surgeon|professional|specialist|gp)s?\b|"
    r"\b(?:consult|speak (?:to|with)|talk (?:to|with)|see|seek|ask|contact|call) (?:\w+[ -]){0,6}?"
    r"(?:dermatologist|doctor|physician|surgeon|professional|practitioner|specialist|provider|"
    r"aesthetician|"
    r"esthetician|pharmacist|nurse|gp|medical (?:help|care|advice|attention|team)|emergency)s?\b",
    re.IGNORECASE,
)
_DISCLAIMS: Final = re.compile(
    r"\b(?:informational|educational|substitute for|medical advice|disclaimer)\b", re.IGNORECASE
)
_CONTENTS: Final = re.compile(
    r"(?:table of )?contents?(?: of this (?:article|page))?:?$|(?:in this (?:article|post|guide|"
    r"blog)|on this page|"
    r"what(?:['’]s| is) (?:in this (?:article|post)|inside)|jump to|quick links)\b:?.{0,20}$",
    re.IGNORECASE,
)
_PROMOTIONAL_HEADING: Final = re.compile(
    r"(?:why (?:choose|visit|trust|us\b|our\b)(?! (?:\w+ ){0,3}(?:botox|microneedling|filler|"
    r"peel|laser|treatment))|"
    r"(?:book|schedule|request|reserve) (?:your|an?|my|now|online|today)\b|contact\b|"
    r"get in touch|visit (?:us|our)|"
    r"about (?:us|our|the (?:author|clinic|reviewer))|(?:our|follow) (?:clinic|locations?|team|"
    r"us)\b|get an? .{0,40}consultation with|"
    r"ready to (?:book|get started|begin|try|schedule))",
    re.IGNORECASE,
)
_OURS: Final = re.compile(r"\b(?:we|us|our|clinic)\b", re.IGNORECASE)
_OPINION: Final = re.compile(r"^[^.?!]{1,200}[.?!](?:\s|$)")


def mark_boilerplate(blocks: Sequence[Block]) -> None:
    """Give every line that is no part of an article its reason."""
    for block in blocks:
        if block.reason is None and block.kind != "code":
            block.reason = boilerplate_reason(block.text, titled=block.marked)


def boilerplate_reason(text: str, *, titled: bool = False) -> str | None:
    """A key of `SET_ASIDE_REASONS` for a line that stands for itself, or None.

    `titled` says that the line is a heading by its markup: then only rules that cannot be
    mistaken for the heading of a section are asked.
    """
    for rule in _RULES:
        if len(text) <= rule.longest and rule.pattern.match(text):
            if titled and rule.reason not in {"related", "newsletter", "date"}:
                return None
            return None if _is_advice(text, rule.reason) else rule.reason
    return None


def mark_contents(blocks: Sequence[Block]) -> None:
    """Set aside tables of contents: a contents line, or a run that repeats later headings."""
    shown = [block for block in blocks if block.reason is None]
    last = {folded(block.text): at for at, block in enumerate(shown) if block.kind == "heading"}
    position = 0
    while position < len(shown):
        end = _contents_end(shown, position, last)
        for block in shown[position:end]:
            block.reason = "contents"
        position = max(end, position + 1)


def _contents_end(shown: Sequence[Block], position: int, last: Mapping[str, int]) -> int:
    """Where the table of contents that starts here ends; `position` when none starts here."""
    first = shown[position]
    titled = bool(_CONTENTS.match(first.text)) and len(first.text) <= 60
    end = position + titled
    entries = 0
    while end < len(shown) and (found := _entries(shown[end], end, last)):
        entries += found
        end += 1
    return end if entries >= (1 if titled else 3) else position


def _entries(block: Block, position: int, last: Mapping[str, int]) -> int:
    """How many headings that come further down the block names; 0 when it says more than that."""
    if block.kind != "list":
        return int(last.get(folded(block.text), -1) > position)
    lines = [folded(plain(line)) for line in block.markdown.split("\n")]
    lines = [line for line in lines if line]
    known = sum(last.get(line, -1) > position for line in lines)
    return known if known >= len(lines) * 0.6 else 0


def mark_promotion(blocks: Sequence[Block]) -> None:
    """Set aside headings like "Why choose our clinic" with what stands under them."""
    shown = [block for block in blocks if block.reason is None]
    for position, block in enumerate(shown):
        if block.kind != "heading" or not _PROMOTIONAL_HEADING.match(block.text):
            continue
        body = _body_after(shown, position)
        if _is_promotion(body):
            for each in [block, *body]:
                each.reason = "call_to_action"


def _body_after(shown: Sequence[Block], position: int) -> list[Block]:
    body = []
    for block in shown[position + 1 :]:
        if block.kind == "heading":
            break
        body.append(block)
    return body


def _is_promotion(body: Sequence[Block]) -> bool:
    """A body that speaks of the house and gives no advice."""
    text = " ".join(block.text for block in body)
    if len(text) > 1_500 or any(_is_advice(block.text, "") for block in body):
        return False
    return not text or bool(_OURS.search(text))


def _is_advice(text: str, reason: str) -> bool:
    """Whether the text tells the reader to see a professional, and is more than small print."""
    if not _ADVICE.search(text):
        return False
    opening = _OPINION.match(text)
    return not (reason == "disclaimer" and opening and _DISCLAIMS.search(opening.group()))
