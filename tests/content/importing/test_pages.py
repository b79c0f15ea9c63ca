"""Whole pages come apart as their writers say: what is content, and what is set aside, and why.

Beside each page stands what must come out of it and what must not. Texts of the page that are set
aside carry a reason that the writer accepts.
"""

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.importing.blocks import visible
from content.importing.markdown import plain
from content.importing.proposals import Proposal
from tests.content.importing.building import proposed, reasons

PAGES = sorted(Path(__file__).with_name("pages").glob("*.html"))
WORDS = "peel glow calm acid frost linen amber quiet river stone maple ember"
CONTENT = "The {} helps the skin to settle after a few quiet days of rest at home."
FURNITURE = [
    "<nav><ul><li><a href='/a'>{0} one</a></li><li><a href='/b'>{0} two</a></li></ul></nav>",
    "<footer class='site-footer'><p>{0} house, High Street. All rights reserved.</p></footer>",
    "<div class='related-posts'><h3>Related</h3><a href='/r'>{0} a</a> <a href='/s'>b</a></div>",
    "<div id='comments'><h3>Comments</h3><div><p>I liked the {0} a lot, thank you.</p></div></div>",
    "<form action='/s'><label>{0} name</label><input name='q'><button>Send {0}</button></form>",
    "<div class='cookie-banner'><p>We use cookies for {0} reasons.</p><button>Fine</button></div>",
    "<div class='newsletter'><p>Get the {0} letter.</p><input type='email'></div>",
    "<div style='display:none'><p>The {0} was never shown.</p></div>",
    "<script>var {0} = 1;</script>",
]


def expected(page: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(page.with_suffix(".json").read_text("utf-8"))
    return document


def found(page: Path) -> Proposal:
    return proposed(page.read_text("utf-8"), "html")


def told(proposal: Proposal) -> str:
    """All that readers would see of a proposal."""
    parts: list[str] = []
    for article in proposal.articles:
        parts.append(article.title)
        for section in article.sections:
            parts += [section.heading or "", section.body]
            parts += [text for item in section.items for text in (item.question, item.answer)]
    return visible(plain("\n\n".join(parts)).replace("|", " ").replace("\\", ""))


def reason_of(proposal: Proposal, text: str) -> str | None:
    """Why a text was set aside, None when it was not."""
    for piece in proposal.set_aside:
        shown = visible(unescape(re.sub(r"<[^>]*>", " ", piece.text)))
        if text in shown or text in piece.text:
            return piece.reason
    return None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_nothing_of_the_article_is_lost(page: Path) -> None:
    proposal = found(page)
    text = told(proposal)
    assert [fact for fact in expected(page)["content"] if fact not in text] == []
    assert [article.title for article in proposal.articles] == [expected(page)["title"]]
    assert proposal.unaccounted() == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_is_set_aside_has_a_reason_that_fits(page: Path) -> None:
    proposal = found(page)
    given = {text: reason_of(proposal, text) for text in expected(page)["set_aside"]}
    wrong = {
        text: reason
        for text, reason in given.items()
        if reason and reason not in expected(page)["set_aside"][text]
    }
    assert wrong == {}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_nothing_active_comes_out_of_a_page(page: Path) -> None:
    text = told(found(page))
    for sign in ("javascript:", "<script", "onclick", "dataLayer", "@context", "display:none"):
        assert sign not in text


def test_nearly_all_that_belongs_to_the_page_is_set_aside() -> None:
    missed = [
        text
        for page in PAGES
        for text in expected(page)["set_aside"]
        if reason_of(found(page), text) is None
    ]
    labels = sum(len(expected(page)["set_aside"]) for page in PAGES)
    assert len(missed) <= 0.05 * labels, missed


def test_the_questions_of_an_accordion_are_pairs_also_when_they_are_folded_away() -> None:
    page = next(page for page in PAGES if page.stem == "faq_accordion")
    (article,) = found(page).articles
    pairs = [item for section in article.sections for item in section.items]
    assert [pair.question for pair in pairs] == expected(page)["questions"]
    assert pairs[1].answer == "It feels like a small pinch. Ice before the needle helps."


def test_questions_that_only_json_ld_names_are_pairs_and_their_text_is_told_once() -> None:
    page = """<html><head><script type="application/ld+json">{"@type": "FAQPage", "mainEntity": [
    {"@type": "Question", "name": "Does it sting?", "acceptedAnswer": {"text": "A little."}},
    {"@type": "Question", "name": "Can I drive?", "acceptedAnswer": {"text": "Yes, at once."}}]}
    </script></head><body><h1>Peels</h1><p>A peel renews the upper layer of the skin.</p>
    <div><div>Does it sting?</div><div>A little.</div><div>Can I drive?</div>
    <div>Yes, at once.</div></div></body></html>"""
    (article,) = proposed(page, "html").articles
    pairs = [(item.question, item.answer) for each in article.sections for item in each.items]
    assert pairs == [("Does it sting?", "A little."), ("Can I drive?", "Yes, at once.")]


@pytest.mark.parametrize("script", ["{", "[" * 50_000, '{"@type": 3}', "null", '"x"'])
def test_broken_metadata_is_passed_over(script: str) -> None:
    page = f'<script type="application/ld+json">{script}</script><p>A peel renews the skin.</p>'
    assert told(proposed(page, "html")).endswith("A peel renews the skin.")


def test_the_headline_of_the_metadata_names_an_article_without_a_title() -> None:
    page = (
        '<title>Home</title><script type="application/ld+json">'
        '{"@graph": [{"@type": ["Article"], "headline": "Peels &amp; scars"}]}</script>'
        "<p>A peel renews the upper layer of the skin and takes a week to heal.</p>"
    )
    assert proposed(page, "html").articles[0].title == "Peels & scars"


@pytest.mark.parametrize(
    "wrapper",
    [
        '<div class="has-sidebar">{}</div>', '<div class="comments-open">{}</div>',
        '<form id="aspnetForm">{}</form>', "<aside>{}</aside>", '<div class="related">{}</div>',
        '<div class="page no-cookie-banner">{}</div>', '<div class="newsletter-2024">{}</div>',
        '<div style="display:none">{}</div>', "<header>{}</header>", '<div role="dialog">{}</div>',
    ],
)  # fmt: skip
def test_an_element_that_holds_the_article_is_never_set_aside(wrapper: str) -> None:
    body = "<h2>Care</h2>" + "".join(f"<p>{CONTENT.format(word)}</p>" for word in WORDS.split())
    text = told(proposed(wrapper.format(f"<h1>Peels</h1>{body}"), "html"))
    assert all(CONTENT.format(word) in text for word in WORDS.split())
    assert CONTENT.format("peel") in told(proposed(wrapper.format(body), "html"))


def test_callouts_inside_of_an_article_belong_to_it() -> None:
    page = (
        "<html><body><article><h1>Peels</h1><p>A peel renews the skin.</p>"
        "<aside class='callout'><p>Tell us when you are pregnant.</p></aside>"
        "<header><h2>Care</h2><p>Stay out of the sun.</p></header></article></body></html>"
    )
    text = told(proposed(page, "html"))
    assert "Tell us when you are pregnant." in text
    assert "Stay out of the sun." in text


def test_sources_are_kept_although_they_are_nothing_but_links() -> None:
    links = "".join(f"<li><a href='https://x.org/{n}'>Study {n}</a></li>" for n in range(5))
    page = f"<h1>Peels</h1><p>A peel renews.</p><h2>References</h2><ul>{links}</ul>"
    assert "Study 3" in told(proposed(page, "html"))
    elsewhere = page.replace("References", "Other pages")
    assert "Study 3" not in told(proposed(elsewhere, "html"))


WORD = st.sampled_from(WORDS.split())


@given(
    words=st.lists(WORD, min_size=4, max_size=12, unique=True),
    furniture=st.lists(st.tuples(st.sampled_from(FURNITURE), WORD), max_size=6),
    frame=st.sampled_from(["<main>{}</main>", "<div>{}</div>", "<article>{}</article>", "{}"]),
    before=st.booleans(),
)
def test_every_sentence_comes_out_and_every_word_has_a_place(
    words: list[str], furniture: list[tuple[str, str]], frame: str, *, before: bool
) -> None:
    body = "".join(f"<h2>About {word}</h2><p>{CONTENT.format(word)}</p>" for word in words)
    around = "".join(piece.format(word) for piece, word in furniture)
    article = frame.format(f"<h1>Peels</h1>{body}")
    inner = around + article if before else article + around
    proposal = proposed(f"<html><body>{inner}</body></html>", "html")
    text = told(proposal)
    assert proposal.unaccounted() == []
    assert all(CONTENT.format(word) in text for word in words)
    aside = " ".join(reasons(proposal))
    for piece, word in furniture:
        shown = visible(re.sub(r"<[^>]*>", " ", piece.format(word)))
        assert all(part in aside or part in text for part in shown.split())
