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


KINDS = ["What Is It?", "Who Is It For?", "Before You Come", "Side Effects", "What It Costs"]


def sections(word: str) -> list[str]:
    return [line for kind in KINDS for line in (kind, f"The {word} and its {word}ing. {TEXT}")]


def test_a_dated_title_begins_an_article_without_a_conclusion() -> None:
    first = ["All About Peels", OPEN, *sections("peel")]
    second = ["Lasers for Everyone", "Updated: May 3, 2025", OPEN, *sections("laser")]
    assert titles(lines(*first, *second)) == ["All About Peels", "Lasers for Everyone"]


def test_a_date_at_the_end_begins_nothing() -> None:
    first = ["All About Peels", OPEN, *sections("peel"), "Last Things to Do", TEXT]
    assert titles(lines(*first, "Updated: May 3, 2025", "By Jane Roe")) == ["All About Peels"]


def test_a_comparison_with_the_same_headings_twice_stays_whole() -> None:
    heads = ["How it works", "Benefits", "Side effects", "Cost"]
    part = "".join(f"### {head}\n\n{TEXT}\n\n" for head in heads)
    source = f"# Peel or Laser\n\n{OPEN}\n\n## Peel\n\n{part}## Laser\n\n{part}## Verdict\n\n{TEXT}"
    assert titles(source, "markdown") == ["Peel or Laser"]


def test_takeaways_at_the_top_conclude_nothing() -> None:
    source = lines("All About Peels", OPEN, "Key Takeaways", TEXT, "What Is a Peel?", OPEN,
                   *sections("peel"), "Conclusion", CLOSE)  # fmt: skip
    assert titles(source) == ["All About Peels"]


def test_sections_below_several_top_headings_are_articles() -> None:
    one = f"<h1>Peels</h1><p>{OPEN}</p><h2>Risks</h2><p>{TEXT}</p><h2>Care</h2><p>{TEXT}</p>"
    assert titles(one + one.replace("Peels", "Lasers"), "html") == ["Peels", "Lasers"]


def test_a_top_heading_behind_the_conclusion_of_a_titled_article_begins_the_next() -> None:
    one = f"# What Peels Do\n\n{OPEN}\n\n## Care\n\n{TEXT}\n\n## Conclusion\n\n{CLOSE}\n\n"
    assert titles(f"{one}# A Laser\n\n{OPEN}\n", "markdown") == ["What Peels Do", "A Laser"]


def test_a_top_heading_over_the_sources_begins_nothing() -> None:
    one = f"# What Peels Do\n\n{OPEN}\n\n## Care\n\n{TEXT}\n\n## Conclusion\n\n{CLOSE}\n\n"
    assert titles(f"{one}# References\n\n{TEXT}\n", "markdown") == ["What Peels Do"]


PEEL_HEADS = ["Why it peels", "What you feel", "Staying out of the sun", "Choosing a strength"]
LASER_HEADS = ["Light and colour", "Goggles and gel", "Counting pulses", "Dark skin"]


PEELING = "Fruit acids loosen dead cells overnight, leaving flakes"
FLASHING = "Short flashes shatter pigment granules beneath skin"


def told(title: str, heads: list[str], words: str) -> list[str]:
    return [title, f"{words}.", *(line for head in heads for line in (head, f"{words}. {words}."))]


@pytest.mark.parametrize(
    ("heads", "title"),
    [
        (PEEL_HEADS, "Lasers: what light can remove"),
        (PEEL_HEADS, "Removing Old Tattoos With Lasers"),
        ([f"{n}. {head}" for n, head in enumerate(PEEL_HEADS, 1)], "Tattoos and lasers"),
    ],
)
def test_a_heading_that_is_set_like_a_title_begins_an_article(heads: list[str], title: str) -> None:
    source = lines(*told("About peels", heads, PEELING), *told(title, LASER_HEADS, FLASHING))
    assert titles(source) == ["About peels", title]


def test_a_heading_that_is_set_like_the_others_begins_nothing() -> None:
    heads = [*PEEL_HEADS, "Tattoos and lasers"]
    source = lines(*told("About peels", heads, PEELING), *told("Lasers", LASER_HEADS, FLASHING))
    assert titles(source) == ["About peels"]
