"""That the benchmark's articles are what they are taken for; nothing is timed here."""

from content.library import Library
from content.sections import SECTION_TYPES
from tests.benchmarks.corpus import SECTIONS, articles
from tests.benchmarks.filling import fill


def test_the_same_articles_are_generated_each_time_and_can_be_published(library: Library) -> None:
    generated = list(articles(3))
    assert generated == list(articles(5))[:3]
    assert all(len(each.sections) == SECTIONS for each in generated)
    assert {section.type for each in generated for section in each.sections} <= set(SECTION_TYPES)
    assert len({each.slug for each in fill(library, generated)}) == 3
