"""What is no part of an article is set aside with its reason; advice never is."""

import time

import pytest

from content.importing.boilerplate import boilerplate_reason
from tests.content.importing.building import article, headings, proposed, reasons

TEXT = "The skin may be red for a day or two, and this settles without any treatment at all."


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Updated: April 19, 2023", "date"),
        ("Last updated on 3 March 2026", "date"),
        ("2026-03-03", "date"),
        ("Published May 2024 · 6 min read", "date"),
        ("5 min read", "date"),
        ("By Dr. Jane Roe, MD", "byline"),
        ("Medically reviewed by: Jane Roe", "byline"),
        ("Written by Jane Roe and John Doe", "byline"),
        ("By Jane Roe March 3, 2026", "byline"),
        ("Skip to main content", "navigation"),
        ("Home > Blog > Peels", "navigation"),
        ("Back to top", "navigation"),
        ("Get updated with beauty resources, tips, and news", "newsletter"),
        ("Subscribe to our newsletter for more.", "newsletter"),
        ("We use cookies to improve your visit. Accept all cookies", "cookies"),
        ("Disclaimer: this page is not medical advice.", "disclaimer"),
        (("This page is for informational purposes only and is no substitute for medical advice. "
         "Always consult a doctor."), "disclaimer"),
        ("© 2026 A Clinic. All rights reserved.", "disclaimer"),
        ("Related: Which Peel Is Right for You?", "related"),
        ("Related articles", "related"),
        ("Wondering if facials help with scars? read the blog Do Facials Help, to find out more!",
         "related"),
        ("Share this article", "related"),
        ("Book your free consultation today!", "call_to_action"),
        ("Call us on 020 7946 0000 to book.", "call_to_action"),
        ("Ready to try a peel? Book now", "call_to_action"),
    ],
)  # fmt: skip
def test_lines_of_the_page_have_their_reason(line: str, reason: str) -> None:
    assert boilerplate_reason(line) == reason


@pytest.mark.parametrize(
    "line",
    [
        "Consult a dermatologist before you use strong acids.",
        "Contact your doctor at once if the pain grows.",
        "Call us or see a doctor if you have a fever after the procedure.",
        "By the third day, the skin begins to flake.",
        "Reviewed studies show that scars become flatter.",
        "May is a good month to begin, since the sun is still mild.",
        "Read the label of every product before you use it.",
        "This treatment is not suitable during pregnancy.",
        "Home care matters more than the number of sessions.",
        "Search for redness, warmth and swelling every day.",
        "Related conditions such as rosacea may flare.",
        "Book an appointment with a dermatologist if the mole changes.",
        "In 2019 a study of 60 people found the same.",
        "Sign up for a patch test two days before.",
    ],
)
def test_sentences_of_articles_are_kept(line: str) -> None:
    assert boilerplate_reason(line) is None


@pytest.mark.parametrize(
    "line",
    ["By " + "A" * 134 + "!", "By " + "Aa" * 67 + "!", "Written by " + "A." * 60 + "!",
     "Home" + " > aa" * 30 + "!", "Updated " + "date " * 14, "Read " + "the " * 60 + "blog"],
)  # fmt: skip
def test_no_line_keeps_a_rule_busy(line: str) -> None:
    start = time.perf_counter()
    boilerplate_reason(line)
    assert time.perf_counter() - start < 1


def test_what_is_set_aside_stays_with_the_proposal() -> None:
    source = (
        f"Peels Explained\nBy Jane Roe\nUpdated: May 3, 2025\n{TEXT}\n"
        f"Risks of Peels\n{TEXT}\nBook now"
    )
    found = proposed(source)
    assert reasons(found) == {
        "By Jane Roe": "byline", "Updated: May 3, 2025": "date", "Book now": "call_to_action",
    }  # fmt: skip
    assert headings(found.articles[0]) == [(2, None), (2, "Risks of Peels")]


def test_a_table_of_contents_is_set_aside() -> None:
    contents = "How Peels Work\nRisks of Peels\nCare at Home"
    body = f"How Peels Work\n{TEXT}\nRisks of Peels\n{TEXT}\nCare at Home\n{TEXT}"
    titled = proposed(f"Peels Explained\n{TEXT}\nContents\n{contents}\n{body}")
    untitled = proposed(f"Peels Explained\n{TEXT}\n{contents}\n{body}")
    for found in (titled, untitled):
        assert {piece.reason for piece in found.set_aside} == {"contents"}
        assert [heading for _, heading in headings(found.articles[0])] == [
            None, "How Peels Work", "Risks of Peels", "Care at Home",
        ]  # fmt: skip


def test_a_list_of_contents_in_markdown_is_set_aside() -> None:
    source = (
        f"# Peels\n\n## Table of contents\n\n- [How it works](#how)\n- [Risks](#risks)\n\n"
        f"## How it works\n\n{TEXT}\n\n## Risks\n\n{TEXT}\n"
    )
    found = proposed(source, "markdown")
    assert {piece.reason for piece in found.set_aside} == {"contents"}
    assert headings(found.articles[0]) == [(2, "How it works"), (2, "Risks")]


def test_praise_of_the_house_is_set_aside_but_not_how_to_choose_one() -> None:
    source = (
        f"Peels Explained\n{TEXT}\nWhy Choose Our Clinic\nWe have the finest rooms in town.\n"
        f"How to Choose a Provider\n{TEXT}"
    )
    found = proposed(source)
    assert set(reasons(found).values()) == {"call_to_action"}
    assert headings(found.articles[0]) == [(2, None), (2, "How to Choose a Provider")]


def test_praise_that_gives_advice_is_kept() -> None:
    source = (
        f"Peels Explained\n{TEXT}\nWhy Choose Our Clinic\n"
        f"We care. Always consult a dermatologist about moles.\nRisks of Peels\n{TEXT}"
    )
    assert reasons(proposed(source)) == {}


def test_an_empty_heading_that_is_no_parent_is_set_aside() -> None:
    source = f"Peels Explained\n{TEXT}\nThe Benefits of Peels\nConclusion\n{TEXT}"
    found = proposed(source)
    assert reasons(found) == {"The Benefits of Peels": "empty_section"}
    assert headings(found.articles[0]) == [(2, None), (2, "Conclusion")]


def test_white_space_before_the_text_and_metadata_are_set_aside() -> None:
    blank, *_ = proposed(f"\n\n  {TEXT}").set_aside
    assert (blank.spans, blank.reason) == ([(0, 2)], "blank")
    matter, *_ = proposed(f"---\ntitle: Peels\n---\n{TEXT}\n", "markdown").set_aside
    assert matter.reason == "front_matter"
    markup, *_ = proposed(f"<!DOCTYPE html><title>x</title><p>{TEXT}", "html").set_aside
    assert markup.reason == "markup"


def test_a_page_of_nothing_but_boilerplate_holds_no_article() -> None:
    found = proposed("Book now\nSkip to content\n")
    assert found.articles == []
    assert found.unaccounted() == []


def test_dates_in_the_title_stay() -> None:
    source = f"Can Peels Cause Scars? September 2023\n\nUpdated: May 3, 2025\n\n{TEXT}"
    found = article(source)
    assert found.title == "Can Peels Cause Scars? September 2023"
    assert found.title_spans == [(0, 39)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("First published 12/03/2021", "date"),
        ("Published: 2 June 2025 | Updated: 9 June 2025", "date"),
        ("Page last reviewed: 4 May 2025", "date"),
        ("Dr Lena Fischer", "byline"),
        ("Prof. Ada Holm, FRCP", "byline"),
        ("M. Adeyemi, J. Castellanos, R. Thorne", "byline"),
        ("Words: Camille Durand", "byline"),
        ("Treatments Prices Team Blog Contact", "navigation"),
        ("Call today to arrange your visit", "call_to_action"),
    ],
)
def test_more_lines_of_the_page_have_their_reason(line: str, reason: str) -> None:
    assert boilerplate_reason(line) == reason


@pytest.mark.parametrize(
    "line",
    [
        "Call us the same day if",
        "Contact our clinic at once if one side becomes hot and red.",
        "Prices and Results",
        "Before and After",
        "Dr. Google is wrong about most of this, and here is why.",
        "Text neck is a fold that comes from looking down.",
    ],
)
def test_lines_that_begin_like_those_of_the_page_are_kept(line: str) -> None:
    assert boilerplate_reason(line) is None


def test_links_that_read_like_headings_go_with_their_list() -> None:
    links = "More from our blog\nIs LED Worth the Hype?\nHow to Choose Stockings"
    found = proposed(f"Peels Explained\n{TEXT}\nRisks of Peels\n{TEXT}\n{links}")
    assert set(reasons(found).values()) == {"related"}
    assert headings(found.articles[0]) == [(2, None), (2, "Risks of Peels")]


def test_a_heading_behind_a_list_of_links_stays() -> None:
    links = "Related articles\nIs LED Worth the Hype?"
    found = proposed(f"Peels Explained\n{TEXT}\n{links}\nRisks of Peels\n{TEXT}")
    assert headings(found.articles[0]) == [(2, None), (2, "Risks of Peels")]


def test_lines_that_come_again_are_no_contents_when_they_are_sentences() -> None:
    lines = "It is safe.\nIt is quick.\nIt is cheap.\n"
    assert reasons(proposed(f"Peels Explained\n{lines}{TEXT}\n{lines}{TEXT}")) == {}
