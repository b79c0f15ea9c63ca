"""The corpus follows its form, and what does not is refused by file and line."""

from pathlib import Path

import pytest

from content.sections import SECTION_TYPES
from content.training.pages import read_corpus, read_lists


def written(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_page_is_read_section_by_section(tmp_path: Path) -> None:
    text = "== Peels: a guide [peel]\n@ overview |\nA peel.\nIt renews.\n@ cost +summary | Price\n"
    (page,) = read_corpus(written(tmp_path, "a.txt", text))
    assert page.title == "Peels: a guide"
    assert [(each.type, each.heading, each.body) for each in page.sections] == [
        ("overview", "", "A peel. It renews."),
        ("cost", "Price", ""),
    ]
    assert page.sections[1].also_ok == ["summary"]


def test_single_lines_take_their_type_from_the_name_of_the_file(tmp_path: Path) -> None:
    written(tmp_path, "cost_headings.txt", "Prices\nFees +summary\n\n")
    written(tmp_path, "recurrence_factors_sentences_openings.txt", "It comes back.\n")
    found = [(each.type, each.also_ok, each.heading, each.body) for each in read_lists(tmp_path)]
    assert found == [
        ("cost", [], "Prices", ""),
        ("cost", ["summary"], "Fees", ""),
        ("recurrence_factors", [], "", "It comes back."),
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("A line.\n", "line 1"),
        ("== T [x]\nA line.\n", "line 2"),
        ("== T [x]\n@ cost Price\n", "line 2"),
        ("== T [x]\n@ costs | Price\n", "line 2"),
        ("== T [x]\n@ cost +sum | Price\n", "line 2"),
    ],
)
def test_what_does_not_follow_the_form_is_refused(tmp_path: Path, text: str, place: str) -> None:
    with pytest.raises(ValueError, match=f"a.txt, {place}"):
        read_corpus(written(tmp_path, "a.txt", text))


def test_a_list_must_be_named_after_its_type(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="prices_headings"):
        read_lists(written(tmp_path, "prices_headings.txt", "Fees\n"))


def test_every_type_is_taught_on_pages_and_in_lists() -> None:
    pages = {section.type for page in read_corpus() for section in page.sections}
    assert pages == set(SECTION_TYPES)
    assert {each.type for each in read_lists()} == set(SECTION_TYPES)
