"""What lines look like that are no part of an article: one narrow rule for each sort of line."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

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
_LABELLED: Final = (
    r"(?:(?:page |first |last |originally |next )*(?:updated?|modified|published|posted|reviewed|"
    r"review(?: due)?|checked|written|created|date)(?: on| at)?:? ?(?:on )?){0,2}"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """A reason, what the whole block must look like, and how long it may be at most.

    A cheap look comes first: `holds` are pieces of which a block has one, in small letters.
    """

    reason: str
    pattern: re.Pattern[str]
    longest: int
    holds: tuple[str, ...]


def _rule(
    reason: str, pattern: str, longest: int = 160, *, holds: str = "", case: bool = False
) -> Rule:
    flags = 0 if case else re.IGNORECASE
    return Rule(reason, re.compile(pattern, flags), longest, tuple(filter(None, holds.split("|"))))


_DATES: Final = (
    _rule(
        "date",
        rf"(?:{_LABELLED}{_DATE}(?: (?:at )?\d{{1,2}}:\d{{2}}(?: ?[ap]m)?)?(?: ?[|·•–-] ?)?){{1,3}}"
        r"(?:\d+[ -]min(?:ute)?s?(?: read)?)?\.?$",
        100,
    ),
)
_MINUTES: Final = (
    _rule(
        "date",
        r"\d+[ -]min(?:ute)?s?(?: of)? read(?:ing)?(?: time)?$|reading time:? \d+ min\w*$",
        40,
    ),
)
_BYLINES: Final = (
    _rule(
        "byline",
        rf"(?i:(?:medically |clinically )?(?:reviewed|written|posted|published|authored|edited|"
        rf"checked|fact[- ]checked|approved) by:? ?|by |author:? ?|reviewer:? ?|reviewed by:? ?|"
        rf"(?:words|text|story|editor|medical reviewer|medical review):? (?:by )?){_NAME}"
        rf"{_CREDENTIAL}(?:{_DATE})?\.?$",
        140,
        case=True,
    ),
    _rule(
        "byline",
        rf"by \w[\w.' -]{{2,50}}[,|·•–-]? ?(?:on )?{_DATE}$|{_DATE} (?:off )?by \S.{{1,40}}$",
        100,
    ),
)
_DATED_BYLINES: Final = _BYLINES[1:]
_NAMES: Final = (
    _rule(
        "byline",
        rf"(?:Dr|Prof|Professor|Nurse)\.? {_PART}(?: {_PART}){{0,3}}"
        r"(?:, (?:[A-Z][\w.()]{1,14}|(?:consultant |specialist )?[a-z]+ ?[a-z]*)){0,4}$",
        90,
        case=True,
    ),
)
_INITIALS: Final = re.compile(
    r"(?:[A-Z]\.[ -]?){1,3}[A-Z][\w'’-]+"
    r"(?:(?:, | and | & |, and )(?:[A-Z]\.[ -]?){1,3}[A-Z][\w'’-]+){0,12}$"
)
_NAVIGATION: Final = (
    _rule("navigation", r"skip to (?:the )?(?:main )?content\b.{0,30}$", 60),
    _rule("navigation", r"(?:home|blog|start)(?: ?[>›»/|→] ?[\w&' -]{2,60}){1,6}$", 200),
    _rule(
        "navigation",
        r"(?:back to (?:top|blog|home)|main menu|menu|search|(?:previous|next) (?:post|"
        r"article)\b.{0,80})$",
        120,
    ),
)
_NEWSLETTERS: Final = (
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
)
_COOKIES: Final = (
    _rule(
        "cookies",
        r".*\b(?:(?:we|this (?:web)?site|our (?:web)?site) uses? cookies|"
        r"accept (?:all )?cookies|cookie (?:policy|settings|consent|preferences)|"
        r"use of cookies)\b",
        500,
        holds="cookie",
    ),
)
_DISCLAIMERS: Final = (
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
        holds="information|disclaimer|medical advice|substitute|replace|educational|general",
    ),
)
_COPYRIGHTS: Final = (
    _rule(
        "disclaimer",
        r"(?:©|\(c\)|copyright\b).{0,120}(?:rights reserved|\d{4}).{0,60}$|"
        r"all rights reserved\b.{0,60}$",
        240,
    ),
)
_LINKS: Final = (
    _rule(
        "related",
        r"(?:related(?: (?:articles?|posts?|reading|stor(?:y|ies)|links?|content|blogs?|"
        r"topics?))?|"
        r"read (?:more|next|also)|also read|see also|also (?:interesting|of interest)|"
        r"further reading|more from (?:the|our) (?:blog|journal|magazine)|"
        r"you (?:may|might|['’]ll) (?:also )?(?:like|enjoy)|recommended (?:reading|for you)|"
        r"more (?:articles|posts|stories)|keep reading|continue reading|popular (?:posts|"
        r"articles)|recent (?:posts|articles)|latest (?:posts|articles))(?::.*|…)?$",
        200,
    ),
    _rule(
        "related",
        r"(?:follow (?:us|me) (?:on|at)\b.{0,80}|share (?:this|on|via|article)\b.{0,60}|(?:like|"
        r"enjoyed?) this (?:article|post)\?.{0,80}|tags?:.{1,120}|filed under:?.{1,100}|"
        r"leave a (?:comment|reply)\b.{0,40})$",
        160,
    ),
)
_MENTIONS: Final = (
    _rule(
        "related",
        r".*\b(?:read|check out|see|visit|have a look at|"
        r"head (?:over )?to) (?:\w+ ){0,3}(?:blog|article|guide|post)\b.{0,120}"
        r"(?:find out|learn|know|discover|here|more|!$|\.$)",
        320,
        holds=" blog| article| guide| post",
    ),
)
_CALLS: Final = (
    _rule(
        "call_to_action",
        r"(?:(?:call|contact|text|e-?mail|message|visit|ask) (?:us|our (?:clinic|team|office|"
        r"experts?))\b(?!.*\b(?:if|at once|immediately|right away|straight away|same (?:day|hour)|"
        r"fever|urgent\w*)\b)|call (?:today|now)\b|"
        r"(?:book|schedule|request|reserve|arrange|claim|get) (?:now|online|here|today|(?:your|"
        r"an?|my) (?:free |complimentary |no-obligation )*"
        r"(?:\w+ ){0,4}(?:appointment|consultation|session|visit|quote)\b)|"
        r"(?:ready to|want to|interested in) .{3,80}\? ?(?:book|call|contact|schedule|"
        r"get in touch|reach out)|get in touch\b|reach out to (?:us|our)|"
        r"(?:shop|buy|order) (?:now|here|online|our)\b|(?:click|tap) here\b)",
        240,
    ),
)
_NUMBERS: Final = (
    _rule("call_to_action", r"(?:tel|phone|call|telephone)\.?:? ?\+?[\d\s()./-]{7,20}$", 60),
)


def _by_first_word(*groups: tuple[str, Sequence[Rule]]) -> dict[str, list[Rule]]:
    """Which rules are asked about a block, by the word or sign that it begins with."""
    found: dict[str, list[Rule]] = {}
    for first_words, rules in groups:
        for word in first_words.split():
            found.setdefault(word, []).extend(rules)
    return found


_BY_FIRST_WORD: Final = _by_first_word(
    (
        """last first page originally next updated update modified published posted reviewed review
        checked written created date jan january feb february mar march apr april may june july jun
        jul aug august sep sept september oct october nov november dec december 0""",
        _DATES,
    ),
    ("0 reading", _MINUTES),
    (
        """medically clinically reviewed written posted published authored edited checked fact
        approved by author reviewer words text story editor medical""",
        _BYLINES,
    ),
    (
        """0 jan january feb february march april may june july august september october november
        december""",
        _DATED_BYLINES,
    ),
    ("dr prof professor nurse", _NAMES),
    ("skip home blog start back main menu search previous next", _NAVIGATION),
    ("get subscribe sign join enter stay don", _NEWSLETTERS),
    ("medical disclaimer please this the all any", _DISCLAIMERS),
    ("© ( copyright all", _COPYRIGHTS),
    (
        """related read also see further more you recommended keep continue popular recent latest
        follow share like enjoy enjoyed tag tags filed leave""",
        _LINKS,
    ),
    (
        """call contact text email e message visit ask book schedule request reserve arrange claim
        get ready want interested reach shop buy order click tap""",
        _CALLS,
    ),
    ("tel phone call telephone", _NUMBERS),
)
_ANYWHERE: Final = (*_COOKIES, *_MENTIONS)
_FIRST_WORD: Final = re.compile(r"[a-z]+|\d|[©(]")
_MENU: Final = frozenset(
    [
        "about",
        "account",
        "blog",
        "body",
        "book",
        "booking",
        "careers",
        "cart",
        "clinic",
        "contact",
        "face",
        "faq",
        "faqs",
        "gallery",
        "hair",
        "home",
        "injectables",
        "laser",
        "location",
        "locations",
        "login",
        "menu",
        "news",
        "price",
        "prices",
        "pricing",
        "reviews",
        "search",
        "services",
        "shop",
        "skin",
        "team",
        "treatment",
        "treatments",
        "us",
    ]
)
_JOINING: Final = frozenset({"our", "and", "the", "us"})
_WORDS: Final = re.compile(r"[a-z]+")


def rules_for(small: str) -> Iterator[Rule]:
    """The rules that can match a line, given in small letters, by the word it begins with."""
    first = _FIRST_WORD.match(small)
    word = first.group() if first else ""
    return chain(_BY_FIRST_WORD.get("0" if word.isdigit() else word, ()), _ANYWHERE)


def is_author_list(text: str) -> bool:
    """Whether the line holds nothing but names, each with its initials."""
    return text[1:2] == "." and _INITIALS.match(text) is not None


def is_menu(small: str) -> bool:
    """Whether the line, in small letters, is four or more names of pages and nothing else."""
    first = _FIRST_WORD.match(small)
    if first is None or first.group() not in _MENU:
        return False
    words = set(_WORDS.findall(small[:120])) - _JOINING
    return len(words) >= 4 and words <= _MENU
