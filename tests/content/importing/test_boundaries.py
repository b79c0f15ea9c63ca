"""Several articles in one source come apart; a normal article does not."""

import pytest

from content.importing.proposals import SourceFormat
from tests.content.importing.building import proposed

TEXT = "The skin may be red for a day or two, and this settles without any treatment at all."
CLOSE = "In summary, the treatment helps many people. Consult a dermatologist about your own skin."
OPEN = "Peeling, also known as chemical exfoliation, is a procedure that renews the skin."


def titles(source: str, source_format: SourceFormat = "text") -> list[str]:
    return [each.title for each in proposed(source, source_format).articles]


def lines(*parts: str) -> str:
    return "\n".join(parts)


def test_an_opening_heading_behind_a_conclusion_begins_an_article() -> None:
    first = ["Understanding Peels", OPEN, "How Peels Work", TEXT, "Conclusion", CLOSE]
    second = ["Understanding Acne Peels", OPEN, "How Peels Work", TEXT, "Conclusion", CLOSE]
    assert titles(lines(*first, *second)) == ["Understanding Peels", "Understanding Acne Peels"]


def test_a_lead_answer_is_an_article_of_its_own() -> None:
    source = lines(OPEN, TEXT, CLOSE, "Understanding Peels", OPEN, "Risks of Peels", TEXT)
    found = proposed(source).articles
    assert [len(each.sections) for each in found] == [2, 2]
    assert found[0].sections[-1].type == "summary"
    assert found[1].title == "Understanding Peels"
    assert found[1].sections[0].heading == "Understanding Peels"


@pytest.mark.parametrize(
    "tail",
    [
        ["FAQs", "Does it hurt?", TEXT, "What is a peel?", TEXT],
        ["References", TEXT],
        ["Next Steps", TEXT],
        ["Costs and Prices", TEXT],
    ],
)
def test_what_may_follow_a_conclusion_stays_with_its_article(tail: list[str]) -> None:
    source = lines("All About Peels", OPEN, "How Peels Work", TEXT, "Conclusion", CLOSE, *tail)
    assert titles(source) == ["All About Peels"]


def test_an_article_with_a_long_introduction_stays_whole() -> None:
    source = lines("All About Peels", OPEN, TEXT, CLOSE, "Understanding Peels", TEXT, "Risks", TEXT)
    assert titles(source) == ["All About Peels"]


def test_an_explaining_heading_in_the_middle_begins_nothing() -> None:
    source = lines("All About Peels", OPEN, "Benefits", TEXT, "Understanding the Risks", TEXT)
    assert titles(source) == ["All About Peels"]


def test_a_second_title_in_markup_begins_an_article() -> None:
    one = f"# Peels\n\n{OPEN}\n\n## Risks\n\n{TEXT}\n\n## Care\n\n{TEXT}\n\n"
    two = f"# Lasers\n\n{OPEN}\n\n## Risks\n\n{TEXT}\n\n## Care\n\n{TEXT}\n"
    assert titles(one + two, "markdown") == ["Peels", "Lasers"]


def test_sections_that_are_all_marked_as_titles_stay_together() -> None:
    names = ["Peels", "How Peels Work", "Benefits", "Risks", "Aftercare"]
    source = "".join(f"<h1>{name}</h1><p>{TEXT}</p>" for name in names)
    assert titles(source, "html") == ["Peels"]


def test_a_title_with_a_date_behind_a_conclusion_begins_an_article() -> None:
    source = lines(
        "All About Peels", OPEN, "Conclusion", CLOSE,
        "Lasers for Everyone", "Updated: May 3, 2025", OPEN, "Conclusion", CLOSE,
    )  # fmt: skip
    assert titles(source) == ["All About Peels", "Lasers for Everyone"]


def test_titles_of_articles_in_one_source_differ() -> None:
    part = ["Understanding Peels", OPEN, "How Peels Work", TEXT, "Conclusion", CLOSE]
    found = titles(lines(*part, *part, *part))
    assert len(found) == len(set(found)) == 3
