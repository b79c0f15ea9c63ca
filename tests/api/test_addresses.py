"""The site's URL template: what may be one, and the addresses that it makes."""

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.addresses import (
    article_url,
    base_objection,
    section_url,
    site_name,
    site_url,
    template_objection,
)

TEMPLATES = [
    "http://localhost:3000/{slug}",
    "https://www.example.org/{locale}/care/{slug}/",
    "https://{locale}.example.org/{slug}.html",
    "https://www.example.org/read?article={slug}&language={locale}",
    "https://www.example.org?article={slug}",
    "http://[::1]:3000/{slug}",
    "https://www.example.org/caf%C3%A9/{slug}",
]


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_url_with_the_place_of_a_slug_is_a_template(template: str) -> None:
    assert template_objection(template) is None


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("", "http://"),
        ("www.example.org/{slug}", "http://"),
        ("ftp://www.example.org/{slug}", "http://"),
        ("javascript:alert(1)//{slug}", "http://"),
        ("HTTPS://www.example.org/{slug}", "http://"),
        ("https://www.example.org/", "{slug}"),
        ("https://www.example.org/{locale}", "{slug}"),
        ("https://www.example.org/{Slug}", "{Slug}"),
        ("https://www.example.org/{slug}/{id}", "{id}"),
        ("https://www.example.org/{slug.__class__}", "{slug.__class__}"),
        ("https://www.example.org/{}{slug}", "{}"),
        ("https://www.example.org/{slug", "percent-encode"),
        ("https://www.example.org/a b/{slug}", "percent-encode"),
        ("https://www.example.org/café/{slug}", "percent-encode"),
        ("https://www.example.org/100%/{slug}", "percent-encode"),
        ('https://www.example.org/"><script>/{slug}', "percent-encode"),
        ("https://www.example.org/\r\n{slug}", "percent-encode"),
        ("https://www.example.org\\@evil.example/{slug}", "percent-encode"),
        ("https://www.example.org/#{slug}", "fragment"),
        ("https://www.example.org/{slug}#top", "fragment"),
        ("https://{slug}.example.org/{slug}", "host"),
        ("https:///{slug}", "host"),
        ("https://?article={slug}", "host"),
        ("https://user:secret@www.example.org/{slug}", "host"),
        ("https://www.example.org:port/{slug}", "host"),
        ("https://www.example.org:70000/{slug}", "host"),
        ("https://www.example.org:0/{slug}", "host"),
        ("https://[nowhere/{slug}", "host"),
        ("https://[1:2]/{slug}", "host"),
    ],
)
def test_anything_else_is_told_what_to_write_instead(template: str, told: str) -> None:
    objection = template_objection(template)
    assert objection is not None
    assert told in objection


def test_an_article_is_where_the_template_says() -> None:
    assert article_url(TEMPLATES[0], "peels", "en") == "http://localhost:3000/peels"
    assert article_url(TEMPLATES[2], "peels", "de-CH") == "https://de-CH.example.org/peels.html"


def test_a_section_is_at_its_anchor_there() -> None:
    assert (
        section_url(TEMPLATES[1], "peels", "en", "after-the-peel")
        == "https://www.example.org/en/care/peels/#after-the-peel"
    )


def test_the_root_of_the_site_has_its_scheme_and_host_alone() -> None:
    assert site_url(TEMPLATES[0], "en") == "http://localhost:3000/"
    assert site_url(TEMPLATES[2], "de") == "https://de.example.org/"
    assert site_url(TEMPLATES[4], "de") == "https://www.example.org/"
    assert site_name(TEMPLATES[0], "en") == "localhost:3000"


ANY = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@settings(deadline=None)
@given(st.sampled_from(TEMPLATES[1:2] + TEMPLATES[3:5]), ANY, ANY, ANY)
def test_no_slug_locale_or_anchor_changes_what_a_url_is(
    template: str, slug: str, locale: str, anchor: str
) -> None:
    parts = urlsplit(section_url(template, slug, locale, anchor))
    assert (parts.scheme, parts.netloc) == ("https", "www.example.org")
    assert quoted_once(slug) in parts.path + parts.query
    assert unquote(parts.fragment) == anchor
    assert parts.geturl().isascii()


def quoted_once(slug: str) -> str:
    """The slug as RFC 3986 writes it in one segment of a path."""
    kept = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
    return "".join(chr(b) if chr(b) in kept else f"%{b:02X}" for b in slug.encode())


@pytest.mark.parametrize(
    "base",
    ["http://127.0.0.1:8000", "https://api.example.org", "https://www.example.org/content/v"],
)
def test_a_url_of_a_host_or_a_path_is_a_base(base: str) -> None:
    assert base_objection(base) is None


@pytest.mark.parametrize(
    ("base", "told"),
    [
        ("", "http://"),
        ("api.example.org", "http://"),
        ("ftp://api.example.org", "http://"),
        ("https://api.example.org/a b", "http://"),
        ("https://api.example.org/{locale}", "http://"),
        ("https://", "host"),
        ("https://user:secret@api.example.org", "host"),
        ("https://api.example.org:70000", "host"),
        ("https://api.example.org:0", "host"),
        ("https://[nowhere", "host"),
        ("https://api.example.org/", "slash"),
        ("https://api.example.org?a=b", "query"),
        ("https://api.example.org?", "query"),
        ("https://api.example.org/a#b", "fragment"),
    ],
)
def test_anything_else_is_no_base_and_told_why(base: str, told: str) -> None:
    objection = base_objection(base)
    assert objection is not None
    assert told in objection
