"""Replacing words: all of them, and nothing that is not words."""

import pytest

from content import rendering
from content.replacing import hits_in_line, hits_in_markdown, pattern, replaced


def markdown(text: str, find: str, put: str, *kinds: str, **match: bool) -> str:
    wanted = pattern(
        find,
        case=match.get("case", False),
        whole_words=match.get("whole_words", True),
        markdown=True,
    )
    return replaced(text, hits_in_markdown(text, wanted, put, kinds or ("text",)))


@pytest.mark.parametrize(
    ("text", "find", "put", "made"),
    [
        ("Rest for a week.", "week", "month", "Rest for a month."),
        ("Weekly, week by WEEK", "week", "day", "Weekly, day by day"),
        ("*Rest* for **a week**.", "a week", "two days", "*Rest* for **two days**."),
        ("a [week](https://x.org/week)", "week", "day", "a [day](https://x.org/week)"),
        ("![a week](week.png)", "week", "day", "![a day](week.png)"),
        ("`week` and week", "week", "day", "`week` and day"),
        ("```\nweek\n```\n\nweek", "week", "day", "```\nweek\n```\n\nday"),
        ("    week\n\nweek", "week", "day", "    week\n\nday"),
        ("<https://week.org/week> week", "week", "day", "<https://week.org/week> day"),
        ("[week]\n\n[week]: /there", "week", "day", "[week]\n\n[week]: /there"),
        ('[a](/b "a week") week', "week", "day", '[a](/b "a week") day'),
        ("for a\nweek", "a week", "2 days", "for 2 days"),
        ("for a\n\nweek", "a week", "2 days", "for a\n\nweek"),
        ("5 \\* 3 and 5 * 3", "5 * 3", "15", "15 and 15"),
        ("see it", "it", "*it*", "see \\*it\\*"),
        ("see it", "it", "[it](/x)", "see \\[it\\](/x)"),
        ("it", "it", "# it", "\\# it"),
        ("it\nis", "it", "1. it", "it\nis"),
        (
            "| it | is |\n|---|---|\n| a | it |",
            "it",
            "a|b",
            "| a\\|b | is |\n|---|---|\n| a | a\\|b |",
        ),
        ("**it** is it", "it", "", "**it** is "),
        ("a straße", "straße", "road", "a road"),
        ("cafe\u0301s and café", "café", "bar", "cafe\u0301s and bar"),
        ("&amp; co", "co", "inc", "&amp; inc"),
        ("AT&amp;T", "amp", "x", "AT&amp;T"),
    ],
)
def test_words_are_replaced_and_markup_stays(text: str, find: str, put: str, made: str) -> None:
    assert markdown(text, find, put) == made


def test_code_and_addresses_are_replaced_where_that_is_asked_for() -> None:
    text = "`week` [week](/week)"
    assert markdown(text, "week", "day", "code") == "`day` [week](/week)"
    assert markdown(text, "week", "day", "urls") == "`week` [week](/day)"
    assert markdown(text, "week", "day", "text", "code", "urls") == "`day` [day](/day)"


@pytest.mark.parametrize(
    ("find", "match", "made"),
    [
        ("peel", {}, "x peels PEEL-off x"),
        ("peel", {"case": True}, "Peel peels PEEL-off x"),
        ("peel", {"whole_words": False}, "x xs x-off x"),
        ("eel", {}, "Peel peels PEEL-off peel"),
        ("-off", {}, "Peel peels PEELx peel"),
    ],
)
def test_case_and_words_are_minded_as_asked(find: str, match: dict[str, bool], made: str) -> None:
    text = "Peel peels PEEL-off peel"
    settled = {"case": False, "whole_words": True, **match}
    wanted = pattern(find, markdown=False, **settled)
    if find == "peel" and not match:
        made = "x peels x-off x"
    assert replaced(text, hits_in_line(text, wanted, "x")) == made


@pytest.mark.parametrize("find", ["(a+)+$", "a" * 300, ".*", "[", "\\", "a b c " * 40])
def test_nothing_that_is_looked_for_takes_for_ever(find: str) -> None:
    text = "a" * 50_000 + " " * 50_000 + "b"
    wanted = pattern(find, case=False, whole_words=True, markdown=True)
    assert len(hits_in_markdown(text, wanted, "x", ("text",))) == 0


def test_what_is_shown_otherwise_is_what_was_replaced() -> None:
    text = "# One *two* three\n\n- three\n- `three`\n\n> three [three](/three)\n"
    before, after = (rendering.render(each).text for each in (text, markdown(text, "three", "3")))
    assert after == before.replace("three", "3").replace("- 3\n- 3", "- 3\n- three")
