"""What the parts of web pages are called: by their classes, and by the line they open with."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """What a part of a page must be like for its name to be believed.

    `share` is that of all words on the page that are no links; `linked` the least share of link
    text in the part; `characters` and `sentences` the most that the part has beside links.
    """

    share: float = 0.5
    linked: float = 0.0
    characters: int = 100_000
    sentences: int = 1_000
    controls: int = 0


LIMITS: Final[dict[str, Limits]] = {
    "cookies": Limits(characters=4_000),
    "comments": Limits(share=0.85),
    "related": Limits(linked=0.3),
    "navigation": Limits(linked=0.5),
    "contents": Limits(linked=0.5),
    "share": Limits(characters=300, sentences=2),
    "newsletter": Limits(characters=1_200, sentences=8),
    "byline": Limits(characters=1_500, sentences=8),
    "advertisement": Limits(characters=1_200, sentences=8),
    "call_to_action": Limits(characters=600, sentences=5, controls=1),
    "form": Limits(share=0.4, characters=2_500),
    "sidebar": Limits(share=0.35),
    "frame": Limits(share=0.35),
}
"""By reason; one that is not listed is never believed."""

_SUFFIX: Final = (
    r"(?:-(?:wrap(?:per)?|container|outer|inner|box|block|area|section|bar|list|items?|links?|"
    r"buttons?|icons?|content|body|top|bottom|left|right|primary|secondary|main|mobile|desktop|"
    r"sticky|fixed|row|col(?:umn)?s?|group|widget|panel|module|region|holder|card|cards|grid|"
    r"title|header|heading|text|component|banner|strip|teaser|footer|v?\d+))*"
)


def _name(reason: str, stems: str) -> tuple[str, re.Pattern[str]]:
    return reason, re.compile(rf"(?:.*-)?(?:{stems}){_SUFFIX}$")


_CLASS_NAMES: Final = (
    _name(
        "cookies",
        r"cookies?|cookie-?(?:consent|notice|banner|bar|popup|law|policy-bar|modal|message)|gdpr|"
        r"ccpa|cookiebot|cookieyes|cookiehub|cky-consent|onetrust(?:-.*)?|didomi(?:-.*)?|"
        r"usercentrics(?:-.*)?|cc-window|cmplz(?:-.*)?|moove-gdpr.*|consent-(?:banner|popup|bar|"
        r"manager|notice|dialog|modal)|privacy-(?:banner|notice-bar|popup)|qc-cmp2?(?:-.*)?",
    ),
    _name(
        "comments",
        r"(?:post|article|entry|user|reader|blog)-comments?|comments|comment-?(?:list|respond|"
        r"form|thread|reply|section|area|wrap|meta|author|body|text|count)|respond|replies|disqus"
        r"(?:-.*)?|fb-comments|livefyre|commento|giscus|utterances",
    ),
    _name(
        "related",
        r"related|related-?(?:posts?|articles?|content|stories|reading|topics|pages|treatments?|"
        r"entries|news|blogs?|products|services|procedures|conditions)|(?:recommended|suggested|"
        r"popular|trending|recent|latest|similar|next)-?(?:posts?|articles?|stories|reads?|reading|"
        r"content|news|entries|pages|blogs?)|more-(?:posts|articles|stories|news|reads|like-this|"
        r"from.*)|you-(?:may|might)(?:-also)?-like|also-like|read-(?:next|also)|keep-reading|"
        r"up-next|jp-relatedposts|yarpp(?:-.*)?|crp-related|taboola(?:-.*)?|outbrain(?:-.*)?|"
        r"most-read|most-popular|see-also|further-reading|post-nav(?:igation)?|nav-links|"
        r"prev(?:ious)?-next|next-prev",
    ),
    _name(
        "navigation",
        r"nav|navi|navbar|navigation|breadcrumbs?|crumbs?|pagination|pager|pagenavi|menu|submenu|"
        r"sub-menu|mega-?menu|menubar|dropdown-menu|sitemap|skip-?(?:link|links|nav|to-content)|"
        r"top-?bar|back-to-top|scroll-top|off-?canvas|hamburger|quick-?links|site-links|"
        r"language-switcher|lang-switcher|tab-?list|tag-?cloud|tags|post-tags|tags-links|"
        r"cat-links|categories|post-categories",
    ),
    _name(
        "share",
        r"share|sharing|share-?this|sharedaddy|social|socials|social-?(?:media|share|sharing|"
        r"icons|links|follow|buttons)|addtoany(?:-.*)?|a2a-kit|addthis(?:-.*)?|follow-us|"
        r"post-share|article-tools|like-button|print-(?:button|page|link)",
    ),
    _name(
        "newsletter",
        r"newsletter|newsletter-.*|e?mail-?(?:signup|subscribe|capture|optin)|subscribe|"
        r"subscription|mailchimp|mc-embed.*|mc4wp(?:-.*)?|sign-?up(?:-(?:form|box))?|opt-?in|"
        r"klaviyo(?:-.*)?|convertkit(?:-.*)?|mailing-list|sib-form|ml-form.*",
    ),
    _name(
        "byline",
        r"author|authors|author-?(?:bio|info|meta|name|details?|profile|avatar|about|desc|"
        r"description|byline)|about-(?:the-)?(?:author|writer|reviewer)|byline|by-line|"
        r"(?:post|entry|article|blog|single|product)-?(?:meta|info|byline|author|date|details)|"
        r"posted-(?:on|by|in)|(?:medical(?:ly)?-)?reviewer|reviewed-by|written-by|published-on|"
        r"last-(?:updated|reviewed|modified)|entry-date|publish-date|contributor",
    ),
    _name(
        "advertisement",
        r"ads?|advert|adverts|advertisement|advertising|ad-?(?:slot|unit|container|wrapper|banner|"
        r"block|label|space|zone|placement)|adsbygoogle|dfp|dfp-.*|gpt-ad.*|google-?ads?|sponsor|"
        r"sponsored|sponsored-?(?:content|post|message)|sponsors|promoted|native-ad|leaderboard-ad|"
        r"mpu",
    ),
    _name(
        "call_to_action",
        r"cta|call-?to-?action|book-now|book-online|booking-(?:bar|banner|cta|strip|prompt)|"
        r"contact-(?:bar|banner|cta|strip)|promo|promo-?(?:banner|strip|message)|offer-banner|"
        r"sticky-(?:footer|book)|"
        r"popups?|pop-up|modal-?(?:popup|overlay)?|lightbox|exit-intent|interstitial|"
        r"chat-(?:widget|button|bubble)|whatsapp.*",
    ),
    _name(
        "contents",
        r"toc|table-of-contents|ez-toc(?:-.*)?|lwptoc(?:-.*)?|rank-math-toc|jump-?links|"
        r"jump-to|on-this-page|in-page-nav|page-contents|article-contents|contents-list|"
        r"anchor-links|in-this-article",
    ),
    _name("sidebar", r"sidebar|side-bar|sidebars|side-column|side-col|widget-area|right-rail|rail"),
    _name(
        "frame",
        r"(?:site|global|app|master|wp|main)-?(?:header|footer|head|foot)|masthead|colophon|"
        r"footer|page-?footer|footer-?(?:widgets?|menu|nav|copyright|info|legal|address|brand)|"
        r"copyright|header-?(?:top|bar|nav|logo|contact)|site-?(?:branding|info|title|"
        r"description|logo|identity)|announcement(?:-bar)?|(?:promo|offer|notification|utility)-bar|"
        r"entry-footer|post-footer|opening-(?:hours|times)-bar",
    ),
    _name(
        "form",
        r"feedback|helpful|rate-this|search|search-?(?:form|box|bar|overlay)|contact-form|wpcf7(?:-.*)?|gform.*",
    ),
)
_NEGATION: Final = re.compile(r"^(?:.*-)?(?:no|not|has|have|with|without|hide|disable|is)-")
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SEPARATORS: Final = re.compile(r"[_:/.]+|-{2,}")

_ROLES: Final = {
    "navigation": "navigation",
    "menu": "navigation",
    "menubar": "navigation",
    "tablist": "navigation",
    "search": "form",
    "form": "form",
    "banner": "frame",
    "contentinfo": "frame",
    "complementary": "sidebar",
    "dialog": "call_to_action",
    "alertdialog": "call_to_action",
}
_ELEMENTS: Final = {
    "nav": "navigation",
    "form": "form",
    "header": "frame",
    "footer": "frame",
    "aside": "sidebar",
    "dialog": "call_to_action",
}


def _opener(reason: str, pattern: str) -> tuple[str, re.Pattern[str]]:
    return reason, re.compile(rf"(?:{pattern})\W*$", re.IGNORECASE)


_WORKS: Final = (
    r"(?:articles?|posts?|reading|reads?|stor(?:y|ies)|news|topics?|pages?|blogs?|blog posts?|"
    r"content|guides?|links?|treatments?|procedures?|services|conditions|videos?)"
)
_OPENERS: Final = (
    _opener(
        "related",
        rf"(?:related|recommended|popular|trending|recent|latest|more|similar|other|further) "
        rf"(?:\w+ ){{0,2}}{_WORKS}|you (?:may|might) (?:also )?(?:like|enjoy|be interested in|want "
        r"to read)|(?:read|up|what to read) next|keep reading|also read|read also|see also|"
        r"people also (?:read|viewed)|readers also (?:like|liked|read)|recommended for you|"
        r"more (?:from|on|like|in|about) .{1,60}|from (?:our|the) (?:blog|journal|magazine)|"
        r"explore (?:more|our) .{0,60}|most (?:read|popular)|editor['’]s picks|"
        r"around the web|latest from .{1,40}|related",
    ),
    _opener(
        "comments",
        r"(?:\d+ |\w+ )?(?:reader )?(?:comments?|replies|responses)(?: \(?\d+\)?)?|"
        r"(?:\d+|one|two|three|four|five) (?:comments?|thoughts?|replies|responses) (?:on|to) .*|"
        r"leave a (?:comment|reply)|join the (?:conversation|discussion)|"
        r"(?:post|add|write) (?:a|your) comment|what do you think\?|"
        r"no comments yet|be the first to comment",
    ),
    _opener(
        "share",
        r"share|share (?:this|on|via|the|with).{0,40}|follow us.{0,40}|spread the word|"
        r"find us on .{0,40}|connect with us|tell your friends",
    ),
    _opener(
        "byline",
        r"about (?:the|our|this) (?:author|writer|reviewer|expert|contributor)s?|meet the author|"
        r"author|the author|expert reviewer",
    ),
    _opener(
        "newsletter",
        r"(?:subscribe|sign up (?:to|for)|join (?:our|the) .*(?:list|newsletter|community)|"
        r"get (?:our|the latest|skin|more) .*(?:inbox|newsletter|e-?mail|tips|updates)|"
        r"stay (?:in touch|up to date|updated|informed|in the loop)|.{0,30}newsletter|"
        r"never miss|don['’]t miss|wait!).{0,80}",
    ),
    _opener(
        "form",
        r"(?:(?:was|is) this (?:page|article|information) (?:useful|helpful)|did this .{0,20}help|"
        r"(?:give|send) (?:us )?"
        r"(?:your )?feedback|feedback|(?:contact|ask|message|write to) us\b.{0,40}|"
        r"(?:send (?:us )?)?(?:an? )?(?:enquiry|inquiry|question)|request an? .{0,40}|"
        r"book (?:an? )?(?:appointment|consultation|online|now).{0,40}|get in touch|"
        r"search(?: .{0,30})?|log ?in|sign in)\??",
    ),
    _opener(
        "advertisement",
        r"advert|advertisement|ads?|sponsored(?: content| by .{1,40})?|promoted(?: by .{1,40})?|"
        r"promotion|paid (?:content|partnership)|adverts by .{1,30}",
    ),
    _opener(
        "contents",
        r"(?:table of )?contents|on this page|in this (?:article|guide|post|page)|jump to.{0,30}|"
        r"quick links|page contents|what['’]s (?:inside|in this article)|skip to.{0,30}",
    ),
)

_COOKIES: Final = re.compile(r"\bcookies?\b", re.IGNORECASE)
_CONSENT: Final = re.compile(
    r"\b(?:we|this (?:web)?site|our (?:web)?site|partners) (?:\w+ ){0,3}uses? (?:\w+ ){0,4}cookies|"
    r"\b(?:accept|reject|allow|manage|decline) (?:all|cookies|optional|essential)|"
    r"\bcookie (?:policy|settings|preferences|notice)",
    re.IGNORECASE,
)
_MAIL: Final = re.compile(r"\b(?:newsletter|subscribe|sign up|e-?mail|inbox)\b", re.IGNORECASE)


def reason_by_element(name: str, role: str) -> str | None:
    """What an element says of itself by its name or its ARIA role."""
    return _ROLES.get(role) or _ELEMENTS.get(name)


@lru_cache(maxsize=8_192)
def reasons_by_class(names: str) -> tuple[str, ...]:
    """What the class names or the id of an element say of it, each reason once."""
    return tuple(dict.fromkeys(_said(names)))


def _said(names: str) -> Iterator[str]:
    for name in names[:1_000].split()[:40]:
        simple = _SEPARATORS.sub("-", _CAMEL.sub("-", name[:80])).lower().strip("-")
        if _NEGATION.match(simple):
            continue
        yield from (reason for reason, pattern in _CLASS_NAMES if pattern.match(simple))


def reason_by_opening(text: str) -> str | None:
    """What the first line of a part says of it."""
    if len(text) > 120:
        return None
    return next((reason for reason, pattern in _OPENERS if pattern.match(text)), None)


def asks_for_consent(text: str) -> bool:
    """Whether a part of a page speaks of the cookies of this page."""
    return bool(_COOKIES.search(text)) and bool(_CONSENT.search(text))


def asks_for_mail(text: str) -> bool:
    """Whether a part of a page wants an e-mail address."""
    return bool(_MAIL.search(text))
