"""HTML that people save and paste: nothing active comes out, and nothing that shows is lost."""

import re
import time
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from content.importing.blocks import Block, join_markdown, visible
from content.importing.formats import parse
from content.importing.hypertext import parse_html
from content.importing.inline import Line, Style, markdown_runs, plain_runs
from content.importing.inline_html import without_html
from content.importing.markdown import parse_markdown
from content.importing.mojibake import repair

RENDERER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def shown(markdown: str) -> str:
    """What a reader sees of rendered Markdown."""
    return visible(unescape(re.sub(r"<[^>]*>", "", RENDERER.render(markdown))))


def kept(source: str) -> list[Block]:
    """The blocks that are not set aside."""
    return [block for block in parse_html(source).blocks if block.reason is None]


def markdown(source: str) -> str:
    return join_markdown(kept(source))


ACTIVE = [
    "<script>alert('bad')</script>", "<script src='bad.js'>", "<style>.bad{}</style>",
    "<iframe src='bad'>bad</iframe>", "<svg onload='bad()'><text>bad</text></svg>",
    "<object data='bad'>bad</object>", "<embed src='bad'>", "<template><p>bad</p></template>",
    "<noscript>bad</noscript>", "<img src='bad.gif'>", "<img src='bad.gif' alt=''>",
    "<img src='x' width='1' height='1' alt='bad'>", "<img src='x' style='width:1px' alt='bad'>",
    "<img src='x' alt='bad-image.jpg'>", "<img src='x' role='presentation' alt='bad'>",
    "<div hidden>bad</div>", "<div style='display: none'>bad</div>",
    "<span style='visibility:hidden'>bad</span>", "<p hidden>bad<p>", "<!-- bad -->",
    "<span class='sr-only'>bad</span>", "<xml><w:View>bad</w:View></xml>",
    "<select><option>bad</option></select>", "<textarea>bad</textarea>",
    "<video>bad</video>", "<canvas>bad</canvas>", "<link href='bad'>", "<meta content='bad'>",
    "<span style='mso-hide:all'>bad</span>", "<?bad ?>", "<![CDATA[bad]]>", "<!DOCTYPE bad>",
]  # fmt: skip


@pytest.mark.parametrize("piece", ACTIVE)
@pytest.mark.parametrize(
    "page",
    [
        "<p>Good.</p>{}<p>Care.</p>",
        "<p>Good. {} Care.</p>",
        "<ul><li>Good. {}</li><li>Care.</li></ul>",
        "<table><tr><td>Good. {}</td><td>Care.</td></tr></table>",
    ],
)
def test_nothing_active_and_nothing_hidden_comes_out(piece: str, page: str) -> None:
    text = markdown(page.format(piece))
    assert "bad" not in text
    assert "Good." in text
    assert "Care." in text


@pytest.mark.parametrize(
    "tag",
    [
        "<a href='javascript:bad()'>word</a>", "<a href='JaVa&#x09;Script:bad()'>word</a>",
        "<a href=' &#14; javascript:bad()'>word</a>", "<a href='vbscript:bad'>word</a>",
        "<a href='data:text/html;base64,bad'>word</a>", "<a href='file:///bad'>word</a>",
        "<b onclick='bad()'>word</b>", "<p onmouseover=bad()>word</p>",
        "<span style='background:url(bad)'>word</span>", "<a href='#' onclick='bad()'>word</a>",
    ],
)  # fmt: skip
def test_handlers_and_active_links_leave_their_words(tag: str) -> None:
    text = markdown(f"<p>A {tag} here.</p>")
    assert "bad" not in text
    assert "word" in text


@pytest.mark.parametrize(
    "target", ["https://x.org/a", "http://x.org", "mailto:a@x.org", "/care", "care.html", "#top"]
)
def test_harmless_links_stay(target: str) -> None:
    assert markdown(f"<p>See <a href='{target}'>this</a>.</p>") == f"See [this]({target})."


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("A <script>bad()</script>word", "A word"),
        ("A [word](javascript:bad()) here", "A word here"),
        ("A [word](<javascript:bad()>) here", "A word here"),
        ("A [word](data:text/html,bad) here", "A word here"),
        ("A [word](<a b.html>) here", "A [word](a%20b.html) here"),
        ("A ![](https://x.org/bad.gif) word", "A  word"),
        ("A ![face](data:image/png,bad) word", "A face word"),
        ("A <b onclick='bad()'>strong</b> word<br>next", "A **strong** word\\\nnext"),
        ("A <img src=x onerror=bad() alt='face'> word", "A face word"),
        ("[see](/care) <a href='https://x.org'>this</a>", "[see](/care) [this](https://x.org)"),
        ("Code `<b>stays</b>` and <https://x.org>", "Code `<b>stays</b>` and <https://x.org>"),
        ("5 < 6 and a<b", "5 < 6 and a<b"),
    ],
)
def test_markdown_holds_no_tags_and_no_active_links(source: str, expected: str) -> None:
    (block,) = parse_markdown(source).blocks
    assert block.markdown == expected
    assert "bad" not in block.text


def test_html_in_a_markdown_table_does_not_break_its_row() -> None:
    (block,) = parse_markdown("| a | b |\n|---|---|\n| one<br>two | <i>x</i> |\n").blocks
    assert block.markdown.endswith("| one two | *x* |")


LISTS = """<ol start="3"><li>three<ul><li>dot</li></ul></li><li value="7">seven</li><li>eight
</ol><table><tr><th>Day</th><th colspan="2">Skin</th></tr><tr><td rowspan="2">1</td><td>red</td>
<td>dry</td></tr><tr><td>calm</td><td><ul><li>a</li><li>b</li></ul></td></tr></table>"""


def test_lists_and_tables_keep_their_numbers_and_columns() -> None:
    assert markdown(LISTS) == (
        "3. three\n    - dot\n7. seven\n8. eight\n\n"
        "| Day | Skin |  |\n| --- | --- | --- |\n| 1 | red | dry |\n|  | calm | a; b |"
    )


def test_the_caption_of_a_table_stands_before_it() -> None:
    source = "<table><caption>Stitches</caption><tr><td>a</td><td>b</td></tr></table>"
    assert [block.kind for block in kept(source)] == ["paragraph", "table"]


def test_marks_are_read_again_also_inside_of_words() -> None:
    source = "<p><b>Note:</b>the <i>bio</i>film <s>old</s> <b>&ldquo;quoted&rdquo;</b>text</p>"
    assert shown(markdown(source)) == "Note:the biofilm old “quoted”text"
    assert "**Note**:the" in markdown(source)
    assert "~~old~~" in markdown(source)


WORD_PASTE = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head>
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->
<style><!-- p.MsoNormal {margin:0cm} --></style></head><body lang=EN-GB>
<p class=MsoTitle>Peels at home<o:p></o:p></p>
<p class=MsoNormal><b style='mso-bidi-font-weight:normal'>Before</b><o:p></o:p></p>
<p class=MsoNormal><span style='mso-fareast-font-family:"Times"'>Wash your&nbsp;face.</span></p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'>
<![if !supportLists]><span style='font-family:Symbol'><span style='mso-list:Ignore'>·<span
style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span></span></span><![endif]>Gloves</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level2 lfo1'><!--[if !supportLists]--><span
style='mso-list:Ignore'>o<span>&nbsp; </span></span><!--[endif]-->Thin ones</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>4.<span>
&nbsp;</span></span>A <b><span style='font-weight:normal'>timer</span></b></p>
<p class=MsoListParagraph>§&nbsp;&nbsp; A towel</p>
<p class=MsoNormal>• A mirror</p>
</body></html>"""


def test_what_word_pastes_becomes_clean_paragraphs_and_lists() -> None:
    found = kept(WORD_PASTE)
    assert [(block.kind, block.markdown, block.marker, block.depth) for block in found] == [
        ("heading", "Peels at home", "-", 0),
        ("paragraph", "**Before**", "-", 0),
        ("paragraph", "Wash your face.", "-", 0),
        ("list_item", "Gloves", "-", 0),
        ("list_item", "Thin ones", "-", 1),
        ("list_item", "A timer", "4.", 0),
        ("list_item", "A towel", "-", 0),
        ("list_item", "A mirror", "-", 0),
    ]
    assert [block.text for block in found if block.bold] == ["Before"]


def test_the_wrapper_of_google_docs_is_not_bold_but_its_spans_are() -> None:
    source = (
        "<b style='font-weight:normal;' id='docs-internal-guid-1'><p dir='ltr'><span "
        "style='font-weight:400'>Plain </span><span style='font-weight:700'>loud</span> "
        "<span style='font-style:italic'>slanted</span></p></b>"
    )
    assert markdown(source) == "Plain **loud** *slanted*"


def test_a_box_with_the_role_of_a_heading_is_one() -> None:
    heading, text = kept("<div role='heading' aria-level='3'>Care</div><div>Rest.</div>")
    assert (heading.kind, heading.level, text.kind) == ("heading", 3, "paragraph")


def test_buttons_that_fold_text_ask_and_other_buttons_do_not_show() -> None:
    fold, answer = kept("<button class='accordion'>Does it hurt?</button><div>No.</div>")
    assert (fold.kind, fold.text, answer.text) == ("summary", "Does it hurt?", "No.")
    assert markdown("<p>Rest.</p><button>Send</button>") == "Rest."


@pytest.mark.parametrize(
    "title", ["class='accordion-title'", "role='button'", "class='faq__question'"]
)
def test_a_box_that_folds_text_and_asks_is_the_title_of_it(title: str) -> None:
    fold, answer = kept(f"<div {title}>Does it hurt?</div><div>No.</div>")
    assert (fold.kind, fold.text, answer.text) == ("summary", "Does it hurt?", "No.")
    box, _ = kept(f"<div {title}>It may hurt.</div><div>A little.</div>")
    assert box.kind == "paragraph"


def test_a_table_of_one_column_with_paragraphs_only_places_them() -> None:
    cell = "A peel renews the skin.<br><br><b>Risks</b><br>Redness.<br><br>Scars."
    blocks = kept(f"<table><tr><td>Peels</td></tr><tr><td>{cell}</td></tr></table>")
    assert [block.kind for block in blocks] == ["paragraph"] * 5
    assert [block.kind for block in kept(f"<table><tr><td>1</td><td>{cell}</td></tr></table>")] == [
        "table"
    ]


def test_what_stands_below_the_heading_of_an_item_is_no_item() -> None:
    item = "<li><h3>Does it hurt?</h3><p>A little:</p><ul><li>ice</li><li>cream</li></ul></li>"
    assert markdown(f"<ul>{item}</ul>") == "Does it hurt?\n\nA little:\n\n- ice\n- cream"


@pytest.mark.parametrize("tag", ["button", "button type='button'", "button aria-expanded='false'"])
def test_a_button_that_asks_stands_over_its_answer(tag: str) -> None:
    fold, answer = kept(f"<div><{tag}>Does it hurt?</button></div><div><p>No.</p></div>")
    assert (fold.kind, fold.text, answer.text) == ("summary", "Does it hurt?", "No.")


def test_buttons_that_stand_over_boxes_of_text_are_headings() -> None:
    text = "The skin may be red for a day or two, and this settles by itself."
    fold = "<div><button type='button'>{}</button><div>{}</div></div>"
    blocks = kept(fold.format("Side effects", text) + fold.format("Cost", text))
    assert [block.kind for block in blocks] == ["summary", "paragraph"] * 2


@pytest.mark.parametrize(
    "source",
    [
        "<p>One.</p><button>Was this page helpful?</button><p>Two.</p>",
        "<p>One.</p><button>Any questions?</button><a href='/ask'>Two.</a>",
        "<div>One.<button>Send</button></div><div>Two.<button>Send</button></div>",
        "<p>One.</p><button>More</button><div>Two.</div>",
    ],
)
def test_buttons_that_do_something_do_not_show(source: str) -> None:
    assert [block.text for block in kept(source) if block.text[-1] != "."] == []


DAMAGED = {
    "isnâ€™t": "isn’t", "â€œyesâ€\u009d": "“yes”", "25Â°C": "25°C", "Â£90": "£90",
    "cafÃ©": "café", "10 â€“ 12": "10 – 12", "Ã¢â‚¬â„¢": "’", "â€œHelloâ€ there": "“Hello” there",
    "GrÃ¶ÃŸe": "Größe",
}  # fmt: skip


@pytest.mark.parametrize("text", DAMAGED)
def test_text_that_was_read_in_the_wrong_encoding_is_mended(text: str) -> None:
    assert repair(text) == DAMAGED[text]


@pytest.mark.parametrize(
    "text", ["café", "MENÜ“", "„AMANHÔ", "Âge", "âge", "Pâté à la carte", "Ångström", "NÃO", "5 €"]
)
def test_text_that_only_looks_damaged_stays_as_it_is(text: str) -> None:
    assert repair(text) == text


@given(
    st.text(
        st.characters(min_codepoint=0xA1, max_codepoint=0x2FFF, exclude_categories=["Cs", "Cc"])
    )
)
def test_mending_never_fails_and_mends_once_for_all(text: str) -> None:
    assert repair(repair(repair(text))) == repair(repair(repair(repair(text))))


@pytest.mark.parametrize("source_format", ["text", "markdown", "html"])
def test_blocks_are_mended_in_every_format_and_the_source_is_not(source_format: str) -> None:
    source = "<p>It isnâ€™t CafÃ©</p>" if source_format == "html" else "It isnâ€™t CafÃ©"
    blocks = parse(source, source_format).blocks  # type: ignore[arg-type]
    assert [block.text for block in blocks if block.text] == ["It isn’t Café"]
    assert [block.markdown for block in blocks if block.text] == ["It isn’t Café"]
    assert blocks[-1].end == len(source)


TEXTS = st.text("ab .,;:*_~[]()!`<>&#-“”é\n", min_size=1, max_size=6)
STYLES = st.builds(
    Style, st.booleans(), st.booleans(), st.booleans(), st.sampled_from([None, "/x"])
)


@given(st.lists(st.tuples(TEXTS, STYLES), min_size=1, max_size=6))
def test_a_line_in_any_styles_renders_as_it_was_written(parts: list[tuple[str, Style]]) -> None:
    line = Line()
    for text, style in parts:
        line.add(text, style)
    assert shown(markdown_runs(line.runs)).replace(" ", "") == plain_runs(line.runs).replace(
        " ", ""
    )


@given(st.text("ab<>/!-'\"=`[]()\\ \n", max_size=60))
def test_taking_html_out_of_markdown_never_fails(text: str) -> None:
    assert len(without_html(text)) <= 8 * len(text) + 8


UNITS = {
    "paragraphs": "<p class='x'>A <b>soft</b> <a href='/x'>peel</a>.</p>\n",
    "open boxes": "<div class='nav sidebar'>x",
    "open spans": "<span style='font-weight:bold'>x",
    "breaks": "word<br>",
    "comments in a line": "x<!-- -->",
    "strays": "<div>x</nav></section>",
    "hidden": "<p hidden>x",
    "crossed marks": "<b><i>x</b>",
    "cells": "<td>x",
    "links": "<a href='/x'>x",
    "buttons": "<div><button>x</button>",
    "word items": "<p class=MsoListParagraph style='mso-list:l0 level1'>x",
}


@pytest.mark.parametrize("unit", UNITS)
def test_the_cost_grows_with_the_length_alone(unit: str) -> None:
    def seconds(times: int) -> float:
        source = f"<html><body><table><tr>{UNITS[unit] * times}"
        start = time.process_time()
        parse_html(source)
        return time.process_time() - start

    seconds(100)
    small, large = (min(seconds(times) for _ in range(3)) for times in (2_000, 16_000))
    assert large < 24 * small + 0.5
