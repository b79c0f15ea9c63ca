"""The leaflet of an article: its aftercare and its risks, on paper to take home.

One page that needs nothing else: its style is inline, and only that style may run. What is not
the article's own text is in English and marked as such.
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Final

from api import addresses
from api.v1 import typesetting
from content.published import PublishedArticle, PublishedReview, PublishedSection

KINDS: Final = ("aftercare", "risks")
"""The types of the sections that a leaflet holds, and of those whose base type they are."""

_STYLE: Final = Path(__file__).with_name("leaflet.css").read_text(encoding="utf-8")

POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-"
    f"{b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'; img-src 'self' https:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The content security policy of a leaflet: its own style, and the pictures of its text."""


def leaflet(article: PublishedArticle, template: str) -> bytes | None:
    """The leaflet as an HTML page (UTF-8); None for an article that says nothing of either.

    `template` is the site's URL template; the bodies of the article's sections must be HTML.
    """
    sections = [_headed(each) for each in article.sections or () if each.base_type in KINDS]
    if not any(_says_something(each) for each in sections):
        return None
    url = addresses.article_url(template, article.slug, article.locale)
    title = escape(article.title)
    # The words around the text are few and in one language: better marked than guessed.
    page = f"""<!DOCTYPE html>
<html lang="{escape(article.locale)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<link rel="canonical" href="{escape(url)}">
<style>{_STYLE}</style>
</head>
<body>
<article>
<header>
<p class="kind" lang="en">{_kind(sections)}</p>
<h1 dir="auto">{title}</h1>
</header>
<main dir="auto">
{typesetting.sections_html(sections)}
</main>
<footer lang="en">
<dl>
{_facts(article, url)}
</dl>
</footer>
</article>
</body>
</html>
"""
    return page.encode()


def _headed(section: PublishedSection) -> PublishedSection:
    """The section with a heading: cut out of its article, it must say what it is about."""
    return replace(section, heading=section.heading or section.type_label)


def _says_something(section: PublishedSection) -> bool:
    return bool(section.body.strip() or section.items)


def _kind(sections: list[PublishedSection]) -> str:
    held = {each.base_type for each in sections}
    return " and ".join(kind for kind in KINDS if kind in held)


def _facts(article: PublishedArticle, url: str) -> str:
    """What tells one print from another: whoever holds the leaflet can see how old it is."""
    facts = {
        "Edition": f"{article.edition}, published on {_day(article.published_at)}",
        "Review": " ".join(_review(article.reviewed)),
        "Article": f'<a href="{escape(url)}">{escape(url)}</a>',
    }
    return "\n".join(f"<dt>{name}</dt><dd>{told}</dd>" for name, told in facts.items())


def _review(review: PublishedReview | None) -> Iterator[str]:
    if review is None:
        yield '<span class="unreviewed">This text has not been medically reviewed.</span>'
        return
    signed = ", ".join(escape(part) for part in (review.by, review.credentials) if part)
    yield f"Medically reviewed by {signed} on {_day(review.at)};"
    yield f"valid until {_day(review.valid_until)}."


def _day(at: datetime) -> str:
    return f'<time datetime="{at.date().isoformat()}">{at.day} {at:%B %Y}</time>'
