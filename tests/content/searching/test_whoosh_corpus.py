"""A corpus of segments, of which much is deleted, beside one in memory that is obviously right."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import numpy as np
import pytest

from content.searching.corpus import Documents
from content.searching.documents import SectionDocument
from content.searching.questions import Terms
from content.searching.whoosh_corpus import WhooshCorpus
from content.searching.whoosh_index import WhooshIndex
from tests.content.searching.corpora import MemoryCorpus, section

WORDS = "acne scars skin laser peel micro-needling sun cream redness a the crème".split()  # noqa: SIM905
TOPICS = ("procedure:prp", "condition:acne", "concern:redness")
TERMS: Sequence[Terms] = [
    *((term,) for term in ("acn", "scar", "micro", "microneedl", "creme", "the", "unheard")),
    ("acn", "scar"),
    ("micro", "needl"),
    ("sun", "cream", "sun"),
    ("scar", "scar"),
    ("scar", "unheard"),
]


def articles(random: Random, count: int) -> Iterator[list[SectionDocument]]:
    """Articles of a few sections each, made of few words."""
    for article in range(count):
        topics = random.sample(TOPICS, random.randrange(3))
        title = said(random, 3)
        yield [
            section(
                said(random, random.choice([0, 5, 40])),
                section_id=f"{article}-{place}-{random.random()}",
                article=f"article {article}",
                kind=random.choice(["overview", "risks", "faq"]),
                title=title,
                heading=random.choice([None, said(random, 2)]),
                topics=topics,
            )
            for place in range(random.randint(1, 4))
        ]


def said(random: Random, count: int) -> str:
    return " ".join(random.choices(WORDS, k=count))


@pytest.fixture(scope="module", params=range(4))
def corpora(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[WhooshCorpus, MemoryCorpus]]:
    """The same documents in an index with a history, and in memory."""
    random = Random(request.param)
    index = WhooshIndex(tmp_path_factory.mktemp("index"))
    live = {each[0].article_id: each for each in articles(random, 30)}
    index.rebuild([document for each in live.values() for document in each], 1)
    for sequence in range(2, 9):
        changed = random.sample(list(articles(random, 33)), 3)
        for each in changed:
            live[each[0].article_id] = each
        gone = random.choice(list(live))
        del live[gone]
        ids = [gone, *(each[0].article_id for each in changed)]
        taken = [document for each in changed for document in each if each[0].article_id in live]
        index.apply(ids, taken, sequence)
        if sequence == 5:
            index.optimise(1)
    memory = MemoryCorpus([document for each in live.values() for document in each])
    yield index._fresh().corpus, memory
    index.close()


def ids(corpus: WhooshCorpus | MemoryCorpus, documents: Documents) -> list[str]:
    return [corpus.section_id(document) for document in documents.tolist()]


def everything(corpus: WhooshCorpus | MemoryCorpus) -> list[int]:
    """The numbers of the live documents, in the order of their sections."""
    live = corpus.live if isinstance(corpus, WhooshCorpus) else np.ones(corpus.size, np.bool_)
    return sorted(np.flatnonzero(live).tolist(), key=corpus.section_id)


def test_it_has_several_segments_and_deleted_documents(
    corpora: tuple[WhooshCorpus, MemoryCorpus],
) -> None:
    corpus, memory = corpora
    assert len(corpus.parts) > 2
    assert corpus.size > corpus.count == memory.count


@pytest.mark.parametrize("terms", TERMS)
def test_postings_are_those_of_the_live_documents(
    corpora: tuple[WhooshCorpus, MemoryCorpus], terms: Terms
) -> None:
    found, wanted = (frequencies(each, terms) for each in corpora)
    assert found == wanted
    numbers = corpora[0].postings(terms).documents.tolist()
    assert numbers == sorted(set(numbers))


def frequencies(corpus: WhooshCorpus | MemoryCorpus, terms: Terms) -> dict[str, float]:
    found = corpus.postings(terms)
    return dict(zip(ids(corpus, found.documents), found.frequencies.tolist(), strict=True))


@pytest.mark.parametrize("topic", [*TOPICS, "procedure:unheard"])
def test_documents_under_a_topic(corpora: tuple[WhooshCorpus, MemoryCorpus], topic: str) -> None:
    found, wanted = (sorted(ids(each, each.under(topic))) for each in corpora)
    assert found == wanted


@pytest.mark.parametrize("term", ["scar", "peel", "unheard"])
def test_places_are_counted_in_each_document(
    corpora: tuple[WhooshCorpus, MemoryCorpus], term: str
) -> None:
    found, wanted = (steps(each, term) for each in corpora)
    assert found == wanted
    assert bool(found) == (term != "unheard")


def steps(corpus: WhooshCorpus | MemoryCorpus, term: str) -> list[tuple[str, int]]:
    """From one place to the next, where that is not over a gap: these differ."""
    some = np.array(sorted(everything(corpus)[::2]), np.uint32)
    found = corpus.places(term, some)
    near = np.flatnonzero(found.documents[1:] == found.documents[:-1])
    steps = found.places[near + 1] - found.places[near]
    assert np.all(steps > 0)
    same = zip(ids(corpus, found.documents[near]), steps.tolist(), strict=True)
    return sorted((section_id, step) for section_id, step in same if step < 16)


def test_a_compound_stands_at_the_places_of_its_parts(tmp_path: Path) -> None:
    index = WhooshIndex(tmp_path)
    index.rebuild([section("Once micro-needling, then micro needling.")], 1)
    found = index._fresh().corpus.places("microneedl", np.array([0], np.uint32))
    assert found.places.tolist() == [1, 2]
    index.close()


def test_the_terms_of_documents_come_in_the_order_of_these(
    corpora: tuple[WhooshCorpus, MemoryCorpus],
) -> None:
    found, wanted = (held(each, everything(each)[::3]) for each in corpora)
    assert found == wanted
    assert held(corpora[0], []) == []
    one = everything(corpora[0])[:1]
    assert held(corpora[0], one) == held(corpora[1], everything(corpora[1])[:1])


def held(
    corpus: WhooshCorpus | MemoryCorpus, documents: Sequence[int]
) -> list[tuple[int, str, float]]:
    found = corpus.terms_of(documents)
    terms = [found.terms[place] for place in found.held.tolist()]
    assert found.holders.tolist() == sorted(found.holders.tolist())
    return sorted(zip(found.holders.tolist(), terms, found.frequencies.tolist(), strict=True))


def test_terms_are_counted_in_all_documents_and_in_some(
    corpora: tuple[WhooshCorpus, MemoryCorpus],
) -> None:
    terms = ["scar", "unheard", "acn", "microneedl"]
    found, wanted = (counted(each, terms) for each in corpora)
    assert found == wanted
    assert found[1][0] != [0.0] * len(found[1][0])
    assert corpora[0].holding([]).tolist() == []
    assert corpora[0].frequencies(terms, np.zeros(0, np.uint32)).shape == (4, 0)


def counted(
    corpus: WhooshCorpus | MemoryCorpus, terms: Sequence[str]
) -> tuple[list[int], list[list[float]]]:
    some = np.array(sorted(everything(corpus)[::2]), np.uint32)
    columns = sorted(range(len(some)), key=lambda each: ids(corpus, some)[each])
    return corpus.holding(terms).tolist(), corpus.frequencies(terms, some)[:, columns].tolist()


def test_what_is_known_of_all_documents_is_that_of_the_live_ones(
    corpora: tuple[WhooshCorpus, MemoryCorpus],
) -> None:
    corpus, memory = corpora
    here, there = everything(corpus), everything(memory)
    assert corpus.average_length == pytest.approx(memory.average_length)
    assert corpus.lengths[here].tolist() == memory.lengths[there].tolist()
    assert corpus.languages == ["en"]
    assert kinds(corpus, here) == kinds(memory, there)
    assert same_articles(corpus, here) == same_articles(memory, there)


def kinds(corpus: WhooshCorpus | MemoryCorpus, documents: list[int]) -> list[str]:
    return [corpus.type_keys[key] for key in corpus.types[documents]]


def same_articles(corpus: WhooshCorpus | MemoryCorpus, documents: list[int]) -> list[list[bool]]:
    """For each two documents whether they are of one article."""
    articles = corpus.articles[documents]
    same: list[list[bool]] = np.equal.outer(articles, articles).tolist()
    return same


def test_a_document_is_found_by_its_section_and_told_by_its_article(
    corpora: tuple[WhooshCorpus, MemoryCorpus],
) -> None:
    corpus, _ = corpora
    for number in everything(corpus):
        assert corpus.document(corpus.section_id(number)) == number
        article = corpus.article_id(number)
        assert corpus.section_id(number).startswith(f"{article.removeprefix('article ')}-")
        assert corpus.having_slug(article)[number]
    assert corpus.document("unheard") is None
    assert not corpus.having_slug("unheard").any()
