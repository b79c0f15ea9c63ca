"""Questions and answers become pairs in every form in which editors write them."""

import pytest

from content.importing.proposals import ProposedSection, SourceFormat
from tests.content.importing.building import article

PAIRS = [
    ("Does it hurt?", "A little, for a moment."),
    ("How many sessions are needed?", "Three to six."),
]
INTRO = "Peels renew the skin. They are done in a clinic by trained staff, and take half an hour."

FORMS: dict[str, tuple[SourceFormat, str]] = {
    "bare lines": (
        "text",
        (
            "FAQs\nDoes it hurt?\nA little, for a moment.\n"
            "How many sessions are needed?\nThree to six."
        ),
    ),
    "bare lines far apart": (
        "text",
        (
            "FAQs About Peels\n\nDoes it hurt?\n\nA little, for a moment."
            "\n\nHow many sessions are needed?\n\nThree to six."
        ),
    ),
    "Q and A": (
        "text",
        (
            "Questions\nQ: Does it hurt?\nA: A little, for a moment.\n"
            "Q: How many sessions are needed?\nA: Three to six."
        ),
    ),
    "Q and A without a heading": (
        "text",
        (
            "Q. Does it hurt?\nA. A little, for a moment.\n"
            "Q. How many sessions are needed?\nA. Three to six."
        ),
    ),
    "Q without A": (
        "text",
        (
            "FAQ\nQ: Does it hurt?\nA little, for a moment.\n"
            "Q: How many sessions are needed?\nThree to six."
        ),
    ),
    "numbers": (
        "text",
        (
            "FREQUENTLY ASKED QUESTIONS\n1. Does it hurt?\nA little, for a moment.\n"
            "2. How many sessions are needed?\nThree to six."
        ),
    ),
    "glued numbers": (
        "text",
        (
            "FAQ\n1Does it hurt?\nA little, for a moment.\n"
            "2How many sessions are needed?\nThree to six."
        ),
    ),
    "one line each": (
        "text",
        ("FAQ\nDoes it hurt? A little, for a moment.\nHow many sessions are needed? Three to six."),
    ),
    "Markdown headings": (
        "markdown",
        (
            "## FAQ\n\n### Does it hurt?\n\nA little, for a moment.\n\n"
            "### How many sessions are needed?\n\nThree to six.\n"
        ),
    ),
    "bold Markdown": (
        "markdown",
        (
            "## FAQ\n\n**Does it hurt?**\n\nA little, for a moment.\n\n"
            "**How many sessions are needed?**\n\nThree to six.\n"
        ),
    ),
    "bold run-in": (
        "markdown",
        (
            "## FAQ\n\n**Does it hurt?** A little, for a moment.\n\n"
            "**How many sessions are needed?** Three to six.\n"
        ),
    ),
    "bold Q and A": (
        "markdown",
        (
            "## FAQ\n\n**Q: Does it hurt?**\n\nA: A little, for a moment.\n\n"
            "**Q: How many sessions are needed?**\n\nA: Three to six.\n"
        ),
    ),
    "headings of one level": (
        "html",
        (
            "<h2>FAQ</h2><h2>Does it hurt?</h2><p>A little, for a moment."
            "</p><h2>How many sessions are needed?</h2><p>Three to six."
        ),
    ),
    "an accordion": (
        "html",
        (
            "<details><summary>Does it hurt?</summary><p>A little, for a moment."
            "</p></details><details><summary>How many sessions are needed?"
            "</summary>Three to six.</details>"
        ),
    ),
    "an accordion with buttons": (
        "html",
        (
            "<h2>FAQ</h2><h3><button>Does it hurt?</button></h3>"
            "<div>A little, for a moment.</div><h3><button>How many "
            "sessions are needed?</button></h3><div>Three to six."
        ),
    ),
    "a list of terms": (
        "html",
        (
            "<h2>FAQ</h2><dl><dt>Does it hurt?</dt><dd>A little, for a moment."
            "</dd><dt>How many sessions are needed?</dt><dd>Three to six.</dd>"
        ),
    ),
}


def faq(source: str, source_format: SourceFormat) -> ProposedSection:
    sections = [each for each in article(source, source_format).sections if each.items]
    assert len(sections) == 1
    return sections[0]


@pytest.mark.parametrize("form", FORMS)
def test_pairs_are_found_in_every_form(form: str) -> None:
    source_format, source = FORMS[form]
    opening = f"<p>{INTRO}</p>" if source_format == "html" else f"{INTRO}\n\n"
    section = faq(opening + source, source_format)
    assert section.type == "faq"
    assert section.body == ""
    assert [(item.question, item.answer) for item in section.items] == PAIRS
    assert [item.type for item in section.items] == ["procedure", "procedure"]


def test_answers_of_several_paragraphs_and_lists_stay_whole() -> None:
    answer = "A little.\n\nWhat helps:\n- ice\n- rest"
    source = f"{INTRO}\n\nFAQ\n\nDoes it hurt?\n\n{answer}\n\nIs it safe?\n\nYes."
    first, second = faq(source, "text").items
    assert first.answer == "A little.\n\nWhat helps:\n\n- ice\n- rest"
    assert second.answer == "Yes."
    assert second.type == "risks"


def test_the_text_before_the_first_question_stays_the_body() -> None:
    section = faq(
        f"# T\n\n{INTRO}\n\n## FAQ\n\nPatients ask this.\n\n### Does it hurt?\n\nNo.\n", "markdown"
    )
    assert section.heading == "FAQ"
    assert section.body == "Patients ask this."
    assert len(section.items) == 1


def test_a_heading_that_does_not_ask_ends_the_questions() -> None:
    source = f"{INTRO}\n\nFAQ\n\nDoes it hurt?\n\nA little.\n\nCaring for the Skin\n\n{INTRO}"
    found = article(source).sections
    assert [(each.heading, len(each.items)) for each in found] == [
        (None, 0), ("FAQ", 1), ("Caring for the Skin", 0),
    ]  # fmt: skip


def test_a_question_heading_elsewhere_stays_a_section() -> None:
    source = f"Peels\n\n{INTRO}\n\nDoes it hurt?\n\n{INTRO}\n\nIs it safe?\n\n{INTRO}"
    found = article(source).sections
    assert [each.heading for each in found] == [None, "Does it hurt?", "Is it safe?"]
    assert all(not each.items for each in found)


def test_folded_text_that_does_not_ask_is_a_section() -> None:
    source = f"<h2>Care</h2><details><summary>The First Day</summary><p>{INTRO}</p></details>"
    assert [each.heading for each in article(source, "html").sections] == ["Care", "The First Day"]


def test_text_behind_an_accordion_is_not_part_of_its_last_answer() -> None:
    source = FORMS["an accordion"][1] + f"<p>{INTRO}</p>"
    found = article(source, "html").sections
    assert [len(each.items) for each in found] == [2, 0]
    assert found[1].body == INTRO


def test_a_question_that_nobody_answers_is_kept() -> None:
    found = article(
        f"{INTRO}\n\nFAQ\n\nDoes it hurt?\n\nA little.\n\nWhat else is there to ask?"
    ).sections
    assert "What else is there to ask?" in found[-1].items[-1].answer


def test_questions_in_a_row_share_an_answer() -> None:
    section = faq(f"{INTRO}\n\nFAQ\n\nDoes it hurt?\n\nWill I bleed?\n\nA little.", "text")
    assert [(each.question, each.answer) for each in section.items] == [
        ("Does it hurt? Will I bleed?", "A little."),
    ]


def test_questions_in_a_markdown_list_become_pairs_with_their_own_places() -> None:
    source = (
        f"# Peels\n\n{INTRO}\n\n## FAQ\n\n- **Does it hurt?** A little, for a moment.\n"
        "- **How many sessions are needed?**\n  Three to six.\n"
    )
    section = faq(source, "markdown")
    assert [(item.question, item.answer) for item in section.items] == PAIRS
    first, second = [source[slice(*item.spans[0])] for item in section.items]
    assert first == "- **Does it hurt?** A little, for a moment.\n"
    assert second.startswith("- **How many")


def test_a_heading_over_nothing_but_questions_announces_them() -> None:
    asked = "".join(f"### {question}\n\n{answer}\n\n" for question, answer in PAIRS)
    section = faq(f"# Peels\n\n{INTRO}\n\n## Good to know\n\n{asked}", "markdown")
    assert section.heading == "Good to know"
    assert [(item.question, item.answer) for item in section.items] == PAIRS


def test_a_heading_that_names_a_type_is_no_announcement() -> None:
    asked = "".join(f"### {question}\n\n{answer}\n\n" for question, answer in PAIRS)
    found = article(f"# Peels\n\n{INTRO}\n\n## Side effects\n\n{asked}", "markdown").sections
    assert all(not each.items for each in found)


@pytest.mark.parametrize(
    "heading",
    ["Questions we hear every week", "Asked all the time", "5 quick questions", "Readers ask",
     "Quick answers", "FAQ's:", "Q & A", "Your questions, answered"],
)  # fmt: skip
def test_headings_of_many_wordings_announce_questions(heading: str) -> None:
    source = f"Peels\n\n{INTRO}\n\n{heading}\n\nDoes it hurt?\n\nNo.\n\nDoes it last?\n\nYes."
    assert len(faq(source, "text").items) == 2


def test_questions_to_ask_others_are_no_announcement() -> None:
    source = f"Peels\n\n{INTRO}\n\nQuestions to ask your doctor\n\n{INTRO}\n\nRisks\n\n{INTRO}"
    assert all(not each.items for each in article(source, "text").sections)


def test_folded_questions_in_markdown_are_answered_by_what_stands_in_them() -> None:
    fold = "<details><summary>{}</summary>\n\n{}\n\n</details>\n\n"
    source = fold.format("Does it hurt?", "A **little**.") + fold.format("Is it safe?", "Mostly.")
    first, last = article(f"# Peels\n\n{INTRO}\n\n{source}{INTRO}\n", "markdown").sections[1:]
    assert [(each.question, each.answer) for each in first.items] == [
        ("Does it hurt?", "A **little**."),
        ("Is it safe?", "Mostly."),
    ]
    assert last.body == INTRO


def test_questions_that_are_links_in_items_keep_their_words_and_plain_answers() -> None:
    item = "<li><a href='#a'>{}</a><div>{}</div></li>"
    items = item.format("Does it hurt?", "No.") + item.format("Is it safe?", "Yes.")
    found = faq(f"<h1>Peels</h1><p>{INTRO}</p><h2>FAQ</h2><ul>{items}</ul>", "html").items
    assert [(each.question, each.answer) for each in found] == [
        ("Does it hurt?", "No."),
        ("Is it safe?", "Yes."),
    ]


def test_the_title_of_a_list_without_a_heading_is_its_first_item() -> None:
    found = article("- Stay out of the sun\n- Drink water\n- Do not pick\n", "text")
    assert found.title == "Stay out of the sun"
