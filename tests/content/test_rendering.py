"""Markdown to safe HTML and plain text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content import rendering


@pytest.mark.parametrize(
    "markdown",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[a](javascript:alert(1))",
        "[a](JaVaScRiPt:alert(1))",
        "[a](data:text/html;base64,PHNjcmlwdD4=)",
        "![a](javascript:alert(1))",
        "<javascript:alert(1)>",
        '[a](https://example.org "x\\" onmouseover=\\"alert(1)")',
        "<svg/onload=alert(1)>",
        "<a href='vbscript:x'>a</a>",
        "[a]: javascript:alert(1)\n\n[a]",
        "<iframe src=//example.org>",
        "`</code><script>alert(1)</script>`",
    ],
)
def test_nothing_active_comes_through(markdown: str) -> None:
    html = rendering.render(markdown).html
    tags = [part.split(">")[0].lower() for part in html.split("<")[1:]]
    assert not any(
        tag.startswith(("script", "svg", "iframe")) or "javascript:" in tag or "vbscript:" in tag
        for tag in tags
    )
    assert not any(f" {handler}=" in tag for tag in tags for handler in ("onerror", "onload"))
    assert not any("data:" in tag for tag in tags)


def test_what_editors_write_comes_through() -> None:
    markdown = (
        "Use *gentle* **care**, [as told](https://example.org/a).\n\n- one\n- two\n\n1. first\n\n"
        "| day | skin |\n|---|---|\n| 1 | red |\n\n> quoted"
    )
    html = rendering.render(markdown).html
    for tag in ("<em>", "<strong>", '<a href="https://example.org/a"', "<ul>", "<ol>", "<table>"):
        assert tag in html
    assert "<blockquote>" in html


def test_columns_keep_their_alignment() -> None:
    html = rendering.render("| day | cost |\n|:--|--:|\n| 1 | 9 |").html
    assert '<td align="right">9</td>' in html


def test_a_heading_in_a_body_stands_below_the_title() -> None:
    assert rendering.render("# Big").html == "<h2>Big</h2>"


def test_plain_text_keeps_the_shape_of_lists_and_tables() -> None:
    markdown = "Do:\n\n- rest\n- drink\n  - water\n\n2. second\n3. third\n\n|a|b|\n|-|-|\n|1|2|"
    expected = "Do:\n\n- rest\n- drink\n  - water\n\n2. second\n3. third\n\na | b\n1 | 2"
    assert rendering.render(markdown).text == expected


def test_words_are_counted_as_readers_count_them() -> None:
    assert rendering.count_words("It’s a follow-up: 3.5 mm, don't rub.") == 7


@pytest.mark.parametrize(
    "markdown",
    ["[" * 20_000, "<" * 20_000, "> " * 30 + "x", "- " * 40 + "x", "x" * 200_001],
    ids=["brackets", "angles", "quotations", "lists", "length"],
)
def test_what_would_cost_too_much_or_lose_text_is_refused(markdown: str) -> None:
    assert rendering.objection(markdown)


@given(st.text(alphabet="[]()*_`#>-+|!<&\\ a1.\n~:", max_size=300))
def test_any_text_that_is_accepted_renders_to_safe_html(markdown: str) -> None:
    if rendering.objection(markdown) is None:
        html = rendering.render(markdown).html
        assert rendering.render(markdown).html == html
        assert "<script" not in html


@pytest.mark.parametrize("unit", ["*a ", "a**b", "`", "![", "&amp;", "[a](", "~~a", "_a_"])
def test_hard_markdown_is_refused_or_rendered_and_never_hangs(unit: str) -> None:
    markdown = (unit * 100_000)[: rendering.MAX_BODY]
    assert rendering.objection(markdown) or rendering.render(markdown).html


def test_digests_do_not_depend_on_the_order_of_members() -> None:
    assert rendering.digest({"a": 1, "b": 2}) == rendering.digest({"b": 2, "a": 1})
