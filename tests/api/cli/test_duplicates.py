"""`dermis duplicates`."""

import json
from typing import Final

import pytest

from content.library import Library
from tests.api.cli.conftest import Dermis
from tests.building import a_draft, a_live_article, a_section

CARE: Final = (
    "Keep the treated skin clean and out of the sun for a full week. Wear a mineral sunscreen "
    "whenever you leave the house, and use nothing but a bland moisturiser in the evening."
)


@pytest.fixture
def filled(dermis: Dermis, shelf: Library) -> Library:
    """A library with an original and a draft that was copied from it."""
    dermis("db", "upgrade")
    a_live_article(shelf, "Needling", sections=[a_section(body=CARE)])
    a_draft(shelf, "Peels", sections=[a_section("risks", None, CARE.replace("full ", ""))])
    return shelf


@pytest.mark.usefixtures("filled")
def test_copies_are_named_in_words(dermis: Dermis) -> None:
    outcome = dermis("duplicates")
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out.splitlines() == [
        "a section without a heading (risks) of 'Peels', a draft (peels):",
        "  84 % the same as 'After the session' (aftercare) of 'Needling' (needling)",
        "Sections that are similar to older ones: 1.",
    ]


@pytest.mark.usefixtures("filled")
def test_the_same_is_printed_as_json(dermis: Dermis) -> None:
    (found,) = json.loads(dermis("duplicates", "--json").out)
    (older,) = found["similar"]
    assert (found["title"], found["live"]) == ("Peels", False)
    assert (older["title"], older["live"], older["relation"]) == ("Needling", True, "same")
    assert older["share"] == pytest.approx(28 / 33)


@pytest.mark.usefixtures("filled")
def test_the_report_is_narrowed(dermis: Dermis) -> None:
    none = "Sections that are similar to older ones: 0.\n"
    assert dermis("duplicates", "--least", "0.9").out == none
    assert dermis("duplicates", "--type", "aftercare").out == none
    assert dermis("duplicates", "--locale", "de").out == none
    assert dermis("duplicates", "--type", "risks", "--type", "cost").out != none


@pytest.mark.usefixtures("filled")
def test_a_rebuilt_shadow_answers_the_same(dermis: Dermis) -> None:
    assert dermis("duplicates").out == dermis("duplicates", "--rebuild").out


def test_an_empty_library_has_no_duplicates(dermis: Dermis) -> None:
    assert dermis("duplicates", "--json").out == "[]\n"


@pytest.mark.parametrize(
    "wrong",
    [
        ["--least", "0.4"],
        ["--least", "80"],
        ["--least", "nan"],
        ["--least", "most"],
        ["--type", "aftermath"],
        ["--locale", "english"],
        ["aftercare"],
    ],
)
def test_a_wrong_option_is_wrong_usage(dermis: Dermis, wrong: list[str]) -> None:
    outcome = dermis("duplicates", *wrong)
    assert outcome.status == 2
    assert outcome.out == ""
    assert "Traceback" not in outcome.err
