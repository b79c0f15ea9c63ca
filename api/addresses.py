"""Where the site shows what is served here, and where this API is reached itself.

Addresses of the site are made from its URL template, an http or https URL with `{slug}` in its
path or query, and `{locale}` anywhere before the fragment, which it leaves to anchors:
`https://www.example.org/{locale}/{slug}`.
"""

import re
from typing import Final
from urllib.parse import quote, urlsplit

SLUG: Final = "{slug}"
LOCALE: Final = "{locale}"

_BRACES: Final = re.compile(r"\{[^{}]*\}")
# What RFC 3986 lets stand in a URL as it is; everything else is percent-encoded.
_CHARACTERS: Final = re.compile(r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*")
_HOST: Final = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")


def template_objection(template: str) -> str | None:
    """What to write instead, when `template` is not a URL template; None when it is one."""
    unknown = [found for found in _BRACES.findall(template) if found not in {SLUG, LOCALE}]
    if unknown:
        return f"write {SLUG} and {LOCALE} as its only placeholders, not {unknown[0]}"
    plain = _fill(template, "a", "en")
    if not _CHARACTERS.fullmatch(plain):
        return "percent-encode what cannot stand in a URL as it is"
    if not plain.startswith(("http://", "https://")):
        return "start it with http:// or https://"
    if "#" in plain:
        return "leave out the fragment, which belongs to the anchors of sections"
    return _misplaced(template, plain)


def base_objection(base: str) -> str | None:
    """What to write instead, when `base` is not the address of an API; None when it is one."""
    if not _CHARACTERS.fullmatch(base) or not base.startswith(("http://", "https://")):
        return "write a URL that starts with http:// or https://"
    try:
        parts = urlsplit(base)
        known = _HOST.fullmatch(parts.netloc) and parts.port != 0
    except ValueError:  # Brackets that hold no address, or a port beyond 65535.
        known = False
    if not known:
        return "name a host after http:// or https://, without user"
    if parts.query or parts.fragment or base.endswith(("/", "?", "#")):
        return "end it with the host or a path, without a slash, query or fragment"
    return None


def article_url(template: str, slug: str, locale: str) -> str:
    """Where the site shows an article."""
    return _fill(template, quote(slug, safe=""), quote(locale, safe=""))


def section_url(template: str, slug: str, locale: str, anchor: str) -> str:
    """Where the site shows a section or a pair of an article."""
    return f"{article_url(template, slug, locale)}#{quote(anchor, safe='')}"


def site_url(template: str, locale: str) -> str:
    """The root of the site that shows articles in that locale."""
    parts = urlsplit(_fill(template, "", quote(locale, safe="")))
    return f"{parts.scheme}://{parts.netloc}/"


def site_name(template: str, locale: str) -> str:
    """The host of the site: the only name of it that is known."""
    return urlsplit(site_url(template, locale)).netloc


def _fill(template: str, slug: str, locale: str) -> str:
    # Both values are encoded: neither can hold the other's placeholder.
    return template.replace(SLUG, slug).replace(LOCALE, locale)


def _misplaced(template: str, plain: str) -> str | None:
    """Why a URL of the right characters has a wrong host, or no slug where one is needed."""
    try:
        parts, filled = urlsplit(template), urlsplit(plain)
        known = _HOST.fullmatch(filled.netloc) and filled.port != 0
    except ValueError:  # Brackets that hold no address, or a port beyond 65535.
        known = False
    if not known or SLUG in parts.netloc:
        return "name a host after http:// or https://, without user and placeholder of a slug"
    if SLUG not in parts.path + parts.query:
        return f"put {SLUG} in its path or query, such as https://{parts.netloc}/{SLUG}"
    return None
