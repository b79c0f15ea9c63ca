"""The whole walk: nothing of a source is lost, whatever it holds, and no source is slow."""

import re
import time
from html import unescape
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from content.errors import SourceRefused
from content.importing.blocks import visible
from content.importing.proposals import (
    SET_ASIDE_REASONS,
    Proposal,
    SourceFormat,
    from_document,
)
from content.sections import SECTION_TYPES
from tests.content.importing.building import article, proposed

TEXT = "The skin may be red for a day or two, and this settles without any treatment at all."

WORDS = [
    "Microneedling is a treatment for scars.", "How It Works", "Understanding Peels",
    "Conclusion", "FAQs", "Does it hurt?", "Q: Is it safe?", "A: Yes.", "Updated: May 3, 2025",
    "By Jane Roe", "Contents", "Book now", "Pros:", "- one", "• two", "1. three",
    "2) Does it last?", "a | b", "a\tb", "In summary, it helps. Consult a doctor.",
    "These include:", "Sun: It harms.", "* * *", "é ü 皮", "\u200b", TEXT,
]  # fmt: skip
MARKDOWN = [
    *WORDS, "# Peels", "## FAQ", "### Is it safe?", "**Bold**", "**Does it hurt?** No.", "---",
    "===", "> quoted", "```", "| a | b |\n|---|---|", "[x]: https://x.org", "![](x.png)",
    "<!-- note -->", "<details><summary>Why?</summary>", "</details>", "    code", "title: x",
    "[", "*", "\\",
]  # fmt: skip
HTML = [
    *WORDS, "<h1>", "</h1>", "<h2>", "</h2>", "<p>", "</p>", "<div>", "</div>", "<ul>", "<li>",
    "</ul>", "<table>", "<tr>", "<td>", "</td>", "</table>", "<details>", "<summary>",
    "</summary>", "</details>", "<b>", "</b>", "<br>", "<img>", "<img alt='face'>",
    "<a href='/x'>", "</a>", "<nav>", "</nav>", "<!--", "-->", "<script>", "</script>",
    "<blockquote>", "&amp;", "&nbsp;", "<", ">", "<dt>", "<hr>",
]  # fmt: skip
GAPS = st.sampled_from(["", " ", "\n", "\n\n", "\n  "])


def documents(pieces: list[str]) -> st.SearchStrategy[str]:
    parts = st.tuples(st.sampled_from(pieces), GAPS).map("".join)
    return st.lists(parts, min_size=1, max_size=25).map("".join)


def assert_whole(source: str, source_format: SourceFormat) -> None:
    try:
        found = proposed(source, source_format)
    except SourceRefused:
        assert not visible(source)
        return
    spans = sorted(found.spans())
    assert "".join(source[start:end] for start, end in spans) == source
    assert all(end == following for (_, end), (following, _) in pairwise(spans))
    assert found.unaccounted() == []
    assert_sound(found)


def assert_sound(found: Proposal) -> None:
    titles = [each.title for each in found.articles]
    assert len(set(titles)) == len(titles)
    assert all(each.title.strip() and len(each.summary) <= 300 for each in found.articles)
    assert {each.reason for each in found.set_aside} <= set(SET_ASIDE_REASONS)
    for section in [section for each in found.articles for section in each.sections]:
        assert section.type in SECTION_TYPES
        assert 2 <= section.level <= 6
        assert section.heading or section.body or section.items
        assert not section.items or section.type == "faq"
        assert all(item.question and item.answer and item.type != "faq" for item in section.items)


@given(documents(WORDS))
def test_every_character_of_a_text_is_in_exactly_one_place(source: str) -> None:
    assert_whole(source, "text")


@given(documents(MARKDOWN))
def test_every_character_of_markdown_is_in_exactly_one_place(source: str) -> None:
    assert_whole(source, "markdown")


@given(documents(HTML))
def test_every_character_of_html_is_in_exactly_one_place(source: str) -> None:
    assert_whole(source, "html")


@given(st.text(max_size=200), st.sampled_from(["text", "markdown", "html"]))
def test_any_characters_at_all_are_accounted_for(source: str, source_format: SourceFormat) -> None:
    assert_whole(source, source_format)


@given(documents(WORDS))
def test_every_word_of_a_text_reaches_the_reader(source: str) -> None:
    """Set against the source: all that is proposed or set aside, rendered, is what was written."""
    render = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).render
    try:
        found = proposed(source)
    except SourceRefused:
        return
    pieces = [(each.spans[0], each.text) for each in found.set_aside]
    for each in found.articles:
        pieces += [(span, source[slice(*span)]) for span in each.title_spans]
        for section in each.sections:
            body = unescape(re.sub(r"<[^>]*>", " ", render(section.body)))
            pieces.append((section.spans[0] if section.spans else (0, 0), section.heading or ""))
            pieces.append(((0, 0), body))
            pieces += [((0, 0), item.question) for item in section.items]
            pieces += [
                ((0, 0), re.sub(r"<[^>]*>", " ", render(item.answer))) for item in section.items
            ]
    told = sorted(re.findall(r"[^\W\d_]{2,}", visible(" ".join(text for _, text in pieces))))
    assert told == sorted(re.findall(r"[^\W\d_]{2,}", visible(source)))


BOMBS: dict[str, tuple[SourceFormat, str]] = {
    "nested boxes": ("html", "<div>" * 20_000 + "skin" + "</div>" * 20_000),
    "nested lists": ("html", "<ul><li>x" * 20_000),
    "nested tables": ("html", "<table><tr><td>x" * 20_000),
    "brackets in Markdown": ("markdown", "[" * 20_000),
    "brackets in HTML": ("html", "[" * 20_000),
    "brackets in text": ("text", "[" * 20_000),
    "open tags": ("html", "<a " * 20_000),
    "open quotes": ("html", '<a "' * 20_000),
    "open comments": ("html", "<!--" * 20_000 + ">"),
    "open scripts": ("html", "<script>" * 20_000),
    "quotes in quotes": ("markdown", "> " * 20_000 + "x"),
    "one line of HTML": ("html", "<p>" + "word " * 200_000),
    "stars": ("markdown", "*" * 20_000 + "x"),
    "headings": ("markdown", "# Conclusion\n\nx\n\n" * 5_000),
    "questions": ("text", "FAQ\n" + "Is it?\n" * 10_000),
    "marked questions": ("text", "Q: Is it?\n" * 5_000),
    "titles": ("text", "Understanding Peels\nText.\nConclusion\nText.\n" * 1_000),
    "repeated contents": ("text", "How It Works\n" * 10_000),
    "letters": ("text", ("x" * 90_000 + "\n") * 10),
    "spaces": ("text", "a" + " " * 90_000 + "b"),
    "bullets": ("text", "- x\n" * 20_000),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_no_source_is_slow(bomb: str) -> None:
    source_format, source = BOMBS[bomb]
    start = time.perf_counter()
    found = proposed(source, source_format)
    assert time.perf_counter() - start < 8
    assert found.unaccounted() == []


def test_a_line_of_a_megabyte_is_refused_at_once() -> None:
    with pytest.raises(SourceRefused) as caught:
        proposed("x" * 1_000_000)
    assert caught.value.reasons[0].code == "line_too_long"


def test_a_blank_source_is_refused() -> None:
    with pytest.raises(SourceRefused) as caught:
        proposed(" \n\u200b\n")
    assert caught.value.reasons[0].code == "empty"


def test_the_same_source_gives_the_same_proposal() -> None:
    source = f"All About Peels\n{TEXT}\nFAQ\nDoes it hurt?\nNo.\nConclusion\n{TEXT}"
    assert proposed(source) == proposed(source)


def test_a_proposal_survives_being_stored() -> None:
    source = f"All About Peels\n{TEXT}\nFAQ\nDoes it hurt?\nNo.\nBook now"
    found = proposed(source)
    assert from_document(found.as_document(), source) == found


def test_the_title_and_the_summary_are_plain() -> None:
    body = "A **peel** renews. It takes [time](https://x.org)."
    source = f"# Peels & *more*\n\n{body}\n\n## Care\n\n{TEXT}\n"
    found = article(source, "markdown")
    assert found.title == "Peels & more"
    assert found.summary == "A peel renews. It takes time."
    assert found.sections[0].body == body


def test_a_title_is_made_when_the_source_has_none() -> None:
    asks = f"We look at the question of whether peels can cause scars. {TEXT}\n{TEXT}"
    assert article(asks).title == "Whether peels can cause scars"
    topics = "A chemical peel can fade acne scars. Acne scars need several chemical peels."
    assert article(topics).title == "Chemical peels and acne scars"
    plain = "Nobody knows why it happens to some of us, although many have looked into it closely."
    assert article(plain).title == "Nobody knows why it happens to some of us"
    assert article(plain).title_spans == []


def test_metadata_names_an_article_without_a_title() -> None:
    page = f"<title>Peels for beginners | A Clinic</title><p>{TEXT}</p>"
    assert article(page, "html").title == "Peels for beginners"
    assert article(f"---\ntitle: Peels\n---\n\n{TEXT}\n", "markdown").title == "Peels"


def test_a_lead_of_several_kinds_becomes_several_sections() -> None:
    source = (
        "Peeling, also known as exfoliation, is a popular procedure.\n"
        "Many people want it.\n"
        "Clinical studies have shown that it is effective, and results last for months.\n"
        f"Risks of Peels\n{TEXT}"
    )
    assert [(each.heading, each.type) for each in article(source).sections][:2] == [
        (None, "overview"),
        (None, "effectiveness"),
    ]


def test_text_in_another_language_keeps_its_structure_but_has_no_types() -> None:
    source = f"# Peeling\n\n{TEXT}\n\n## FAQ\n\n### Tut es weh?\n\nNein.\n"
    (found,) = proposed(source, "markdown", "de").articles
    assert [(each.type, len(each.items)) for each in found.sections] == [("other", 0), ("faq", 1)]
    assert "de" in found.sections[0].evidence[0]
