"""Sources become blocks whose spans cover them."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from content.errors import SourceRefused
from content.importing.blocks import escape, visible
from content.importing.decoding import LONGEST_LINE
from content.importing.formats import parse, recognise_format
from content.importing.hypertext import parse_html
from content.importing.inline import safe_link
from content.importing.markdown import parse_markdown, plain
from content.importing.plain_text import parse_text
from content.importing.tags import attributes, pieces

RENDERER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def shown(markdown: str) -> str:
    """What a reader sees of rendered Markdown."""
    return visible(unescape(re.sub(r"<[^>]*>", "", RENDERER.render(markdown))))


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("peel.md", "<p>x</p>", "markdown"),
        ("peel.MARKDOWN", "x", "markdown"),
        ("peel.txt", "# x", "text"),
        ("peel.html", "x", "html"),
        ("peel.htm", "x", "html"),
        (None, "<!DOCTYPE html><title>x</title>", "html"),
        ("pasted", "<h2>A</h2><p>b</p>", "html"),
        (None, "# Peels\n\nText", "markdown"),
        (None, "Peels\n=====\n\n**Text** and [more](https://example.org)", "markdown"),
        (None, "Peels\n\n- one\n- two\n\nSkin < 30 and a * b", "text"),
        ("peel.doc", "Just words.", "text"),
    ],
)
def test_the_format_is_the_suffix_or_what_the_text_looks_like(
    name: str | None, text: str, expected: str
) -> None:
    assert recognise_format(name, text) == expected


def test_a_very_long_line_is_refused_except_in_html() -> None:
    line = "word " * (LONGEST_LINE // 4)
    assert parse(f"<p>{line}</p>", "html").blocks
    for source_format in ("text", "markdown"):
        with pytest.raises(SourceRefused) as caught:
            parse(line, source_format)
        assert caught.value.reasons[0].code == "line_too_long"


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60))
def test_escaped_text_renders_as_it_was_written(text: str) -> None:
    line = visible(text)
    assert shown(escape(line)) == line


@pytest.mark.parametrize(
    "line",
    [
        "# of sessions", "2 * 3 * 4", "snake_case_here", "<b>bold</b>", "a < b", "[link](x)", "`x`",
        "- minus", "+ plus", "> 18 years", "1. One", "12) Twelve", "---", "***", "~~~", "~~gone~~",
        "Q&amp;A", "a\\b", "![x](y)", "a | b", "http://example.org", "=====", "\\", "<https://x.org>",
    ],
)  # fmt: skip
def test_characters_that_markdown_reads_are_made_literal(line: str) -> None:
    assert shown(escape(line)) == line


def test_each_line_of_plain_text_is_a_block() -> None:
    blocks = parse_text("One line here.\nAnother line there.\n\nA third.").blocks
    assert [block.text for block in blocks] == ["One line here.", "Another line there.", "A third."]
    assert [block.gap for block in blocks] == [True, False, True]


def test_hard_wrapped_lines_are_joined() -> None:
    source = (
        "The skin may be red for a day or two after the session, which\n"
        "is normal and settles without any treatment. Keep it clean and\n"
        "stay out of the sun.\n"
        "\n"
        "A cool cloth helps against the warmth, and so does a bland cream\n"
        "from the fridge. Wait a week before you use acids again.\n"
    )
    first, second = parse_text(source).blocks
    assert first.text.endswith("two after the session, which is normal and settles without any "
                               "treatment. Keep it clean and stay out of the sun.")  # fmt: skip
    assert second.text.startswith("A cool cloth helps")


@pytest.mark.parametrize("bullet", ["-", "*", "•", "–", "·", "●", "✓"])
def test_bullets_of_every_shape_are_list_items(bullet: str) -> None:
    block = parse_text(f"  {bullet}  Keep *cool*").blocks[-1]
    assert (block.kind, block.markdown, block.marker) == ("list_item", r"Keep \*cool\*", "-")


def test_numbers_and_depth_of_text_lists_are_kept() -> None:
    blocks = parse_text("1. Cleanse\n2) Numb\n   - face\n   - neck\n3. Needle").blocks
    assert [(block.marker, block.depth) for block in blocks] == [
        ("1.", 0), ("2.", 0), ("-", 1), ("-", 1), ("3.", 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "source", ["Day | Skin\n--- | ---\n1 | red\n2 | dry", "Day\tSkin\n1\tred\n2\tdry"]
)
def test_tables_in_text_become_pipe_tables(source: str) -> None:
    (block,) = parse_text(source).blocks
    assert block.markdown == "| Day | Skin |\n| --- | --- |\n| 1 | red |\n| 2 | dry |"


def test_markdown_keeps_the_source_of_each_block() -> None:
    source = (
        "# Title *here*\n\nA *soft* [peel](https://x.org).\n\n- one\n  - two\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n> Quoted.\n\n```\ncode # no heading\n```\n\nSub\n---\n"
    )
    blocks = parse_markdown(source).blocks
    assert [(block.kind, block.level) for block in blocks] == [
        ("heading", 1), ("paragraph", 0), ("list", 0), ("table", 0), ("quote", 0), ("code", 0),
        ("heading", 2),
    ]  # fmt: skip
    assert blocks[0].text == "Title here"
    assert blocks[1].markdown == "A *soft* [peel](https://x.org)."
    assert blocks[1].text == "A soft peel."
    assert blocks[2].markdown == "- one\n  - two"
    assert blocks[5].markdown == "```\ncode # no heading\n```"


def test_front_matter_is_set_aside_and_names_the_title() -> None:
    document = parse_markdown('---\ntitle: "Peels: a guide"\ndate: 2026-01-01\n---\n\nText.\n')
    assert document.title == "Peels: a guide"
    assert document.blocks[0].reason == "front_matter"
    assert document.blocks[1].text == "Text."


def test_link_definitions_travel_with_the_blocks_that_use_them() -> None:
    blocks = parse_markdown("See [the study][1].\n\nNo link.\n\n[1]: https://x.org/a\n").blocks
    assert '<a href="https://x.org/a">the study</a>' in RENDERER.render(blocks[0].markdown)
    assert blocks[1].markdown == "No link."


def test_a_bold_first_line_of_markdown_is_a_block_of_its_own() -> None:
    first, second = parse_markdown("**Does it hurt?**\nA little.\n").blocks
    assert (first.text, first.bold) == ("Does it hurt?", True)
    assert second.text == "A little."


def test_plain_text_of_markdown_is_what_a_reader_sees() -> None:
    markdown = "> **Bold** _and_ `code`, ![a face](x.png) [link](y) &amp; 5 \\* 3"
    assert plain(markdown) == "Bold and code, a face link & 5 * 3"


def test_html_becomes_blocks_of_markdown() -> None:
    source = (
        "<h1>Peels &amp; more</h1><div><p>A <strong>soft</strong> <em>peel</em>, 2 * 3.</p>"
        "<ul><li>one<ul><li>two</li></ul></li></ul><ol><li><p>first</p></li><li>second</li></ol>"
        "<blockquote>Said.</blockquote><p>One<br>two</p></div>"
    )
    blocks = parse_html(source).blocks
    assert [(block.kind, block.markdown, block.depth) for block in blocks] == [
        ("heading", "Peels & more", 0),
        ("paragraph", r"A **soft** *peel*, 2 \* 3.", 0),
        ("list_item", "one", 0),
        ("list_item", "two", 1),
        ("list_item", "first", 0),
        ("list_item", "second", 0),
        ("quote", "> Said.", 0),
        ("paragraph", "One\\\ntwo", 0),
    ]
    assert [block.marker for block in blocks if block.kind == "list_item"] == ["-", "-", "1.", "2."]


def test_html_tables_become_pipe_tables_and_layout_tables_vanish() -> None:
    (table,) = parse_html(
        "<table><tr><th>Day</th><th>Skin</th></tr><tr><td>1</td><td>red|dry</td></tr></table>"
    ).blocks
    assert table.markdown == "| Day | Skin |\n| --- | --- |\n| 1 | red\\|dry |"
    layout = parse_html("<table><tr><td><h2>Care</h2><p>Rest.</p></td></tr></table>").blocks
    assert [block.kind for block in layout] == ["heading", "paragraph"]


def test_scripts_comments_and_pictures_without_words_are_set_aside() -> None:
    source = (
        "<!-- note --><style>p{}</style><p>Skin.</p><script>alert('<p>x</p>')</script>"
        '<img src="pixel.gif"><p><img src="a.jpg" alt="A calm face"></p>'
    )
    blocks = parse_html(source).blocks
    assert [block.text for block in blocks if block.reason is None] == ["Skin.", "A calm face"]
    assert {block.reason for block in blocks} == {None, "markup"}


def test_navigation_is_set_aside_but_not_when_it_is_never_closed() -> None:
    closed = parse_html("<nav><a href='/'>Home</a></nav><p>Skin.</p>").blocks
    assert [block.reason for block in closed] == ["navigation", None]
    torn = parse_html("<nav><p>Skin.</p><p>More skin.</p>").blocks
    assert [block.reason for block in torn] == [None, None]


@pytest.mark.parametrize(
    ("target", "kept"),
    [
        ("https://x.org/a", "https://x.org/a"),
        ("/care", "/care"),
        ("#top", "#top"),
        ("mailto:a@x.org", "mailto:a@x.org"),
        ("a (b).html", "a%20%28b%29.html"),
        ("javascript:alert(1)", None),
        ("java\tscript:alert(1)", None),
        (" JAVASCRIPT:alert(1)", None),
        ("data:text/html,x", None),
        ("", None),
    ],
)
def test_only_harmless_links_are_kept(target: str, kept: str | None) -> None:
    assert safe_link(target) == kept


def test_a_link_in_html_becomes_a_link_in_markdown() -> None:
    (block,) = parse_html('<p>See <a href="https://x.org/?a=1&amp;b=2">the [study]</a>.</p>').blocks
    assert block.markdown == r"See [the \[study\]](https://x.org/?a=1&b=2)."


def test_attributes_are_read_with_every_kind_of_quote() -> None:
    found = attributes("<a HREF='/x' title=\"a &lt; b\" download class=plain>")
    assert found == {"href": "/x", "title": "a < b", "download": "", "class": "plain"}


@given(st.lists(st.sampled_from(["<p>", "</p>", "<", ">", '"', "'", "<!--", "-->", "<a href=", "x ",
                                 "<script>", "</script>", "<!", "</", "<title>"])))  # fmt: skip
def test_the_pieces_of_any_html_cover_it(parts: list[str]) -> None:
    source = "".join(parts)
    found = list(pieces(source))
    assert "".join(source[piece.start : piece.end] for piece in found) == source


def test_a_page_title_is_known_when_the_text_has_none() -> None:
    assert parse_html("<title>Peels | A Clinic</title><p>Skin.</p>").title == "Peels | A Clinic"
