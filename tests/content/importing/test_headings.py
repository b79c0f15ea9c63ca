"""Headings are found without markup, and lines that only look like headings are not."""

import pytest

from content.importing.headings import mark_headings
from content.importing.plain_text import parse_text
from tests.content.importing.building import article, headings

BODY = "The skin may be red for a day or two, and this settles without any treatment at all."


def found(source: str) -> list[str]:
    blocks = parse_text(source).blocks
    mark_headings(blocks)
    return [block.text for block in blocks if block.kind == "heading"]


@pytest.mark.parametrize(
    "line",
    [
        "How It Works",
        "What to expect after the session",
        "Is it painful?",
        "2. Can it cause scars? Are there any other risks?",
        "1What Makes It Fade?",
        "BEFORE YOU COME",
        "Pros:",
        "To sum it up...",
        "Conclusion",
        "Step 3: Cooling the skin",
        "✨ Aftercare Tips",
        "Peels vs. Lasers: Which Is Better for Scars",
    ],
)
def test_a_line_without_markup_is_a_heading(line: str) -> None:
    assert found(f"{BODY}\n{line}\n{BODY}") == [line]


@pytest.mark.parametrize(
    "line",
    [
        "However, certain factors can influence how long it lasts. These include:",
        "Results depend on many things.",
        "It is usually mild, and it passes within a day or so",
        "Infection: If the skin becomes infected, see a doctor.",
        "Is it painful? Most people say that it is not, and need no cream.",
    ],
)
def test_a_line_of_text_is_no_heading(line: str) -> None:
    assert found(f"{BODY}\n{line}\n{BODY}") == []


def test_labelled_lines_behind_a_colon_are_its_list() -> None:
    source = (
        f"Causes\n{BODY} These include:\nSun: It breaks collagen.\nAge: It thins skin.\n"
        f"Summary\n{BODY}"
    )
    blocks = parse_text(source).blocks
    mark_headings(blocks)
    assert [block.kind for block in blocks] == [
        "heading", "paragraph", "list_item", "list_item", "heading", "paragraph",
    ]  # fmt: skip


def test_short_lines_behind_a_colon_are_its_list() -> None:
    source = (
        f"{BODY}\nFor a week, stay away from:\nRetinol Creams\nHot Baths\nStrong Sun\n"
        f"What Comes Next\n{BODY}"
    )
    assert found(source) == ["What Comes Next"]


def test_a_numbered_line_is_a_heading_only_with_text_under_it() -> None:
    assert found(f"1. Stay Hydrated\n{BODY}\n2. Avoid the Sun\n{BODY}") == [
        "1. Stay Hydrated",
        "2. Avoid the Sun",
    ]
    assert found(f"{BODY}\n1. Cleanse\n2. Numb\n3. Needle\n{BODY}") == []


def test_cells_in_a_column_are_no_headings() -> None:
    cells = "Day One\nSome Redness\nDay Two\nLight Swelling\nDay Three\nFirst Flaking"
    assert found(f"{BODY}\n{cells}\n{BODY}") in (
        [],
        ["First Flaking"],
        ["Day One", "First Flaking"],
    )


def test_a_short_answer_under_a_question_is_no_heading() -> None:
    assert found(f"Does it hurt?\nOnly a little bit\n{BODY}") == ["Does it hurt?"]


def test_a_heading_over_headings_is_their_parent() -> None:
    source = "\n\n".join(
        ["All About Peels", BODY, "The Day Itself", "Before You Come", "• Sleep well.",
         "On the Couch", "• Lie still.", "Risks and Limits", "Redness", "• It fades.",
         "Common Questions", "Does it hurt?", BODY, "Conclusion", BODY]
    )  # fmt: skip
    assert headings(article(source)) == [
        (2, None),
        (2, "The Day Itself"),
        (3, "Before You Come"),
        (3, "On the Couch"),
        (2, "Risks and Limits"),
        (3, "Redness"),
        (2, "Common Questions"),
        (2, "Conclusion"),
    ]


def test_levels_of_markup_begin_at_two_and_have_no_gaps() -> None:
    source = f"# Title\n\n{BODY}\n\n### Care\n\n{BODY}\n\n##### Sun\n\n{BODY}\n"
    assert headings(article(source, "markdown")) == [(2, None), (2, "Care"), (3, "Sun")]


def test_bold_lines_are_headings_below_those_of_markup() -> None:
    source = f"<h2>Care</h2><p><b>The First Day</b></p><p>{BODY}</p><h2>Risks</h2><p>{BODY}</p>"
    assert headings(article(source, "html")) == [(2, "Care"), (3, "The First Day"), (2, "Risks")]


def test_a_bold_first_line_of_a_paragraph_is_a_heading() -> None:
    source = f"<p>{BODY}</p><p><strong>How long it lasts</strong><br>{BODY}</p>"
    assert headings(article(source, "html")) == [(2, None), (2, "How long it lasts")]


def test_a_whole_paragraph_marked_as_heading_is_text() -> None:
    long = BODY * 5
    assert headings(article(f"<h2>Care</h2><h3>{long}</h3>", "html")) == [(2, "Care")]


@pytest.mark.parametrize(
    "name", ["Aftercare", "Risks", "How it works", "Does it come back?", "Cost"]
)
def test_a_line_that_names_a_type_is_a_heading_over_a_short_text(name: str) -> None:
    source = f"Chemical peels\n\nA peel removes the outer layers.\n\n{name}\n\nRead this first.\n"
    assert name in found(source)


def test_a_short_line_that_names_nothing_is_none_over_a_short_text() -> None:
    source = "Chemical peels\n\nA peel removes the outer layers.\n\nLetters\n\nRead this first.\n"
    assert "Letters" not in found(source)


STOPPED = ["What it can do.", "What it cannot do.", "How it feels.", "My verdict."]


def test_short_sentences_are_headings_where_all_headings_end_with_a_stop() -> None:
    assert found("\n\n".join(f"{line}\n\n{BODY}" for line in STOPPED)) == STOPPED


def test_a_short_sentence_among_other_headings_is_text() -> None:
    heads = ["How It Works", "Before You Come", "On the Day", "Risks"]
    source = "\n\n".join(f"{head}\n\nIt depends on you.\n\n{BODY}" for head in heads)
    assert found(source) == heads


def test_lines_with_a_colon_are_headings_where_most_stand_over_text() -> None:
    heads = ["How the shape stays:", "What the light does to spots:", "The science, briefly:"]
    assert found("\n\n".join(f"{head}\n\n{BODY}" for head in heads)) == heads


def test_items_without_bullets_are_no_headings() -> None:
    items = "active acne\nEczema of the face\nWarts\nBlood thinners"
    source = f"{BODY}\n\nWhen to leave it\n\n{items}\n\nHow often it helps\n\n{BODY}"
    assert found(source) == ["When to leave it", "How often it helps"]


def test_cells_on_lines_of_their_own_are_no_headings() -> None:
    cells = "Depth\nAcid\nDays off\nSuperficial\nGlycolic\n0 to 2\nDeep\nPhenol\n14 or more"
    source = f"The Kinds\n\n{BODY}\n\n{cells}\n\nHow It Works\n\n{BODY}"
    assert found(source) == ["The Kinds", "How It Works"]


def test_an_answer_without_a_stop_is_no_heading() -> None:
    source = f"{BODY}\n\nFAQ\n\nDoes it hurt?\n\nOnly for a moment\n\nWill it scar?\n\n{BODY}"
    assert found(source) == ["FAQ", "Does it hurt?", "Will it scar?"]


def test_numbered_lines_that_go_on_counting_are_headings() -> None:
    source = f"1. The idea\n{BODY}\n2. The day\n3. First hour\n{BODY}\n4. Later on\n{BODY}"
    assert found(source) == ["1. The idea", "2. The day", "3. First hour", "4. Later on"]


def test_what_a_list_of_contents_names_is_a_heading() -> None:
    names = ["why it fades, and when", "a word on sun", "what else there is to know of it"]
    body = "\n\n".join(f"{name}\n\n{BODY}" for name in names)
    assert found("In this article:\n" + "\n".join(names) + f"\n\n{body}") == names


def test_a_page_with_a_top_heading_only_is_read_like_text() -> None:
    source = f"<h1>Peels</h1><div>{BODY}</div><div>How it works</div><div>{BODY}</div>"
    assert headings(article(source, "html")) == [(2, None), (2, "How it works")]


def test_numbers_of_headings_in_markdown_stay_also_above_underlines() -> None:
    hashes = "# Peels\n\nText.\n\n## 1. Risks\n\nText.\n\n"
    source = f"{hashes}2. Care\n-------\n\nText.\n\n3. Cost\n---\n\nText."
    found = article(source, "markdown")
    assert headings(found)[1:] == [(2, "1. Risks"), (2, "2. Care"), (2, "3. Cost")]


def test_a_rule_behind_a_numbered_list_underlines_nothing() -> None:
    source = "# Peels\n\n## Steps\n\n1. Wash\n2. Dry\n\n3. Rest\n---\n\nText.\n"
    assert headings(article(source, "markdown")) == [(2, "Steps")]


def test_several_questions_in_a_row_are_a_paragraph() -> None:
    asked = "Are you pregnant? Do you get cold sores? Have you used retinoids?"
    found = article(
        f"Peels for Dark Skin\n\nWhat to Think About\n\n{asked}\n\nWho should you ask?\n\nUs."
    )
    assert headings(found) == [(2, "What to Think About"), (2, "Who should you ask?")]


def test_a_row_of_links_is_no_title() -> None:
    bar = "<div><a href='/'>Home</a> <a href='/b'>Blog</a> <a href='/c'>Prices</a></div>"
    assert (
        article(f"{bar}<div><b>Peels</b></div><p>A peel renews the skin.</p>", "html").title
        == "Peels"
    )


def test_items_that_a_word_processor_sets_behind_tabs_are_a_list_and_no_table() -> None:
    items = "•\tRedness\no\taround the eyes\n1)\tRest\n2)\tWait\n"
    (section,) = article(f"Peels\n\nA peel renews the skin.\n{items}").sections
    assert section.body.endswith("\n\n- Redness\n- around the eyes\n1. Rest\n2. Wait")


def test_rows_with_numbers_of_their_own_are_a_table() -> None:
    found = article("Peels\n\nA peel renews the skin.\n1.\tFace\t£90\n2.\tNeck\t£70\n").sections
    assert found[0].body.endswith("| 1. | Face | £90 |\n| --- | --- | --- |\n| 2. | Neck | £70 |")
