"""That marks by what an index knows are those that reading the text would give."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import pytest

from content.searching.documents import SectionDocument
from content.searching.passages import MAX_SEARCHED, Mark, marks_in
from content.searching.questions import Terms
from content.searching.sentences import sentences
from content.searching.whoosh_index import WhooshIndex
from tests.content.searching.corpora import section

WORDS = [
    *("acne", "scars", "skin", "Peel,", "micro-needling", "sun", "cream.", "0.5mm", "co2?"),
    *("crème", "the", "patient’s\n"),
]
SOUGHT: list[Terms] = [
    *(("acn",), ("peel",), ("microneedl",), ("needl",), ("0.5",), ("mm",), ("co2",), ("unheard",)),
    *(("acn", "scar"), ("micro", "needl"), ("sun", "cream"), ("scar", "unheard"), ("scar", "scar")),
    *(("patient", "scar"), ("cream", "0.5", "mm"), ("the",), ("creme",)),
]


def documents() -> list[SectionDocument]:
    random = Random("marks")
    return [
        section(
            " ".join(random.choices(WORDS, k=random.choice([0, 3, 40, 80]))),
            section_id=f"{number:03d}",
            title=" ".join(random.choices(WORDS, k=4)),
            heading=" ".join(random.choices(WORDS, k=random.randrange(4))) or None,
        )
        for number in range(60)
    ]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WhooshIndex]:
    index = WhooshIndex(tmp_path_factory.mktemp("index"))
    first, second = documents()[:40], documents()[40:]
    index.rebuild(first, 1)
    index.apply([each.article_id for each in second], second, 2)
    yield index
    index.close()


def test_an_index_knows_where_terms_stand(index: WhooshIndex) -> None:
    corpus = index._fresh().corpus
    written = {each.section_id: each for each in documents()}
    numbers = [
        number for number in (corpus.document(each) for each in written) if number is not None
    ]
    assert len(numbers) == 60
    found = corpus.written(numbers[::-1], SOUGHT)
    for document, each in zip(list(written.values())[::-1], found, strict=True):
        assert (each.heading, each.text) == (document.heading or "", document.text)
        assert stretches(each.heading_marks) == stretches(marks_in(each.heading, SOUGHT))
        assert stretches(each.marks) == stretches(marks_in(each.text, SOUGHT))
        assert each.sentences == (sentences(each.text) if each.marks else [])


def stretches(marks: Sequence[Mark]) -> list[tuple[int, int]]:
    """Where they stand: of two that are equally long either may be kept."""
    return [(each.start, each.end) for each in marks]


@pytest.mark.parametrize(
    ("locale", "text", "sought"),
    [
        ("de", "Die Narbe. Viele Narben!", [("narb",)]),
        ("ja", "ニキビ跡の治療。日焼け止め", [("治療",), ("日",), ("日焼", "焼け")]),
        ("en", f"scar {'word ' * 5_000}scar", [("scar",)]),
        ("en", f"{'x' * (MAX_SEARCHED - 6)} scars scars", [("scar",)]),
        ("en", f"scar {'y' * 70_000}", [("scar",), ("y" * 64,)]),
    ],
)
def test_words_are_marked_in_any_language_up_to_a_bound(
    tmp_path: Path, locale: str, text: str, sought: list[Terms]
) -> None:
    index = WhooshIndex(tmp_path)
    index.rebuild([section(text, section_id="one", locale=locale)], 1)
    [written] = index._fresh().corpus.written([0], sought)
    assert written.marks == marks_in(text, sought, locale)
    index.close()
