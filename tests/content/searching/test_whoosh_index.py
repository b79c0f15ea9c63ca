import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content.errors import Invalid, SearchUnavailable
from content.models import new_id
from content.searching import FACETS, HitGroup, SearchHits, SearchQuery
from content.searching.documents import SectionDocument
from content.searching.whoosh_index import WhooshIndex


@pytest.fixture
def index(tmp_path: Path) -> Iterator[WhooshIndex]:
    index = WhooshIndex(tmp_path / "index")
    yield index
    index.close()


def a_document(text: str = "", **given: str | tuple[str, ...] | None) -> SectionDocument:
    document = SectionDocument(
        section_id=new_id(),
        article_id=new_id(),
        locale="en",
        slug="an-article",
        type="overview",
        topics=(),
        title="An article",
        heading=None,
        text=text,
    )
    return replace(document, **given)  # type: ignore[arg-type]


def ids(hits: SearchHits) -> list[str]:
    return [hit.section_id for hit in hits.hits]


def found(index: WhooshIndex, text: str) -> list[str]:
    return ids(index.search(SearchQuery(text)))


def build(index: WhooshIndex, *texts: str) -> list[str]:
    """Build the index from sections with these texts; their ids."""
    documents = [a_document(text) for text in texts]
    index.rebuild(documents, 1)
    return [document.section_id for document in documents]


def test_a_question_finds_what_it_asks_about(index: WhooshIndex) -> None:
    recurring, _ = build(
        index,
        "Deep acne scars seldom come back once collagen has filled them.",
        "Do not do what the others do: it is how they are.",
    )
    assert found(index, "do scars come back?") == [recurring]


def test_a_section_with_more_of_the_words_comes_before_one_that_repeats_a_word(
    index: WhooshIndex,
) -> None:
    repeating, holding, _ = build(
        index,
        "Scars. " * 30,
        "A long text that says once that scars may come and go back. " + "More words. " * 30,
        "Something else entirely.",
    )
    assert found(index, "scars come back") == [holding, repeating]


@pytest.mark.parametrize("query", ["micro-needling", "micro needling", "microneedling"])
def test_a_compound_is_found_however_it_is_written(index: WhooshIndex, query: str) -> None:
    written = build(
        index, "About micro-needling.", "About micro needling.", "Microneedling!", "Other."
    )
    assert sorted(found(index, query)) == sorted(written[:3])


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Scarring is common.", "SCARS"),
        ("A patient’s crème brûlée.", "patients creme brulee"),
        ("Sun screen helps.", "sunscreen"),
        ("Aftercare matters.", "after care"),
        ("Needles of 1.5 mm.", "1.5"),
    ],
)
def test_words_meet_in_spite_of_how_they_are_written(
    index: WhooshIndex, text: str, query: str
) -> None:
    wanted, _ = build(index, text, "Nothing to see.")
    assert found(index, query) == [wanted]


def test_a_quoted_phrase_must_occur_as_such(index: WhooshIndex) -> None:
    together, _ = build(index, "Photos before and after peels.", "After peels and before photos.")
    assert found(index, '"before and after"') == [together]
    assert found(index, 'peels "before and after"') == [together]
    assert found(index, '"and after photos before"') == []


def test_no_phrase_reaches_from_the_heading_into_the_text(index: WhooshIndex) -> None:
    document = a_document("Scars fade.", heading="About acne")
    index.rebuild([document], 1)
    assert found(index, '"acne scars"') == []
    assert found(index, "acne scars") == [document.section_id]


def test_a_word_in_the_heading_counts_more_than_in_the_text(index: WhooshIndex) -> None:
    text = a_document("Redness is usual.", heading="Healing")
    heading = a_document("Healing is usual.", heading="Redness")
    index.rebuild([text, heading], 1)
    assert found(index, "redness") == [heading.section_id, text.section_id]


def test_a_hit_says_which_words_matched_and_where(index: WhooshIndex) -> None:
    document = a_document("Care well. Scars < 1 mm fade. Done.", heading="Do scars fade?")
    index.rebuild([document], 7)
    answer = index.search(SearchQuery("fading scars unheard"))
    [hit] = answer.hits
    assert hit.matched == ["fading", "scars"]
    assert hit.highlights.heading == "Do <mark>scars</mark> <mark>fade</mark>?"
    assert hit.highlights.body == ["<mark>Scars</mark> &lt; 1 mm <mark>fade</mark>."]
    assert (answer.total, answer.sequence, answer.next) == (1, 7, None)


def test_filters_narrow_by_type_topic_locale_and_article(index: WhooshIndex) -> None:
    one = a_document("skin", type="aftercare", topics=("procedure:prp", "condition:acne"))
    two = a_document("skin", type="risks", topics=("procedure:prp",), slug="two")
    three = a_document("skin", type="faq", locale="fr")
    index.rebuild([one, two, three], 1)

    def narrowed(**filters: Sequence[str] | str) -> set[str]:
        return set(ids(index.search(SearchQuery("skin", **filters))))  # type: ignore[arg-type]

    assert narrowed(types=["aftercare", "risks"]) == {one.section_id, two.section_id}
    assert narrowed(topics=["procedure:prp"]) == {one.section_id, two.section_id}
    assert narrowed(topics=["procedure:prp", "condition:acne"]) == {one.section_id}
    assert narrowed(locale="fr") == {three.section_id}
    assert narrowed(article="two") == {two.section_id}
    assert narrowed(types=["risks"], locale="fr") == set()
    assert narrowed(topics=["procedure:unheard"]) == set()


def test_pages_neither_skip_nor_repeat(index: WhooshIndex) -> None:
    wanted = build(index, *(f"scar {'skin ' * (place % 7)}" for place in range(50)))
    query = SearchQuery("scar skin", limit=7)
    seen: list[str] = []
    while True:
        answer = index.search(query)
        seen += ids(answer)
        assert answer.total == 50
        if answer.next is None:
            break
        query = replace(query, after=answer.next)
    assert len(seen) == 50
    assert sorted(seen) == sorted(wanted)
    assert seen == ids(index.search(SearchQuery("scar skin", limit=100)))


def test_paging_goes_on_after_the_same_section_when_others_come_above_it(
    index: WhooshIndex,
) -> None:
    documents = [a_document("scar " + "other " * place) for place in range(9)]
    index.rebuild(documents, 1)
    first = index.search(SearchQuery("scar", limit=3))
    above = [a_document("scar scar", heading="Scar") for _ in range(4)]
    index.apply([each.article_id for each in above], above, 2)
    rest = index.search(SearchQuery("scar", after=first.next))
    assert ids(first) + ids(rest) == [each.section_id for each in documents]


def test_paging_goes_on_when_the_section_it_stopped_at_is_gone(index: WhooshIndex) -> None:
    documents = [a_document("scar " + "other " * place) for place in range(9)]
    index.rebuild(documents, 1)
    first = index.search(SearchQuery("scar", limit=3))
    index.apply([documents[2].article_id], [], 2)
    rest = index.search(SearchQuery("scar", after=first.next))
    assert ids(rest) == [each.section_id for each in documents[3:]]


def narrowed(index: WhooshIndex, query: SearchQuery, **filters: Sequence[str] | str) -> int:
    """How many sections the list has that a value of a facet leads to."""
    return index.search(replace(query, limit=1, facets=(), **filters)).total  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "filters",
    [
        {},
        {"types": ["risks"]},
        {"types": ["risks", "faq"], "topics": ["procedure:prp"]},
        {"locale": "de", "topics": ["procedure:prp", "condition:acne"]},
        {"types": ["unheard"], "locale": "unheard"},
        {"article": "article-2"},
    ],
)
def test_facets_count_what_the_lists_have_that_they_lead_to(
    index: WhooshIndex, filters: dict[str, Sequence[str]]
) -> None:
    documents = [
        a_document(
            "scar" if place % 5 else "other",
            type=("overview", "risks", "faq")[place % 3],
            locale=("en", "de")[place % 2],
            topics=("procedure:prp", "condition:acne")[: place % 4],
            slug=f"article-{place % 7}",
        )
        for place in range(60)
    ]
    index.rebuild(documents[:40], 1)
    index.apply([each.article_id for each in documents[35:]], documents[35:], 2)
    index.apply([documents[3].article_id], [], 3)
    query = replace(SearchQuery("scar", facets=FACETS), **filters)  # type: ignore[arg-type]
    facets = index.search(query).facets
    assert set(facets) == set(FACETS)
    for kind in ("overview", "risks", "faq"):
        assert facets["type"].get(kind, 0) == narrowed(index, query, types=[kind])
    for locale in ("en", "de"):
        assert facets["locale"].get(locale, 0) == narrowed(index, query, locale=locale)
    for topic in ("procedure:prp", "condition:acne"):
        assert facets["topic"].get(topic, 0) == narrowed(
            index, query, topics=[*query.topics, topic]
        )
    assert all(count > 0 for counts in facets.values() for count in counts.values())


def test_only_the_facets_that_are_asked_for_are_counted(index: WhooshIndex) -> None:
    build(index, "scar")
    assert index.search(SearchQuery("scar")).facets == {}
    assert index.search(SearchQuery("scar", facets=["type"])).facets == {"type": {"overview": 1}}


def an_article(name: str, *texts: str) -> list[SectionDocument]:
    return [
        a_document(text, article_id=name, section_id=f"{name} {place}")
        for place, text in enumerate(texts)
    ]


def test_groups_are_articles_with_their_best_sections(index: WhooshIndex) -> None:
    good = an_article("good", "skin", "scar", "scar of a kind", "a scar " + "among words " * 30)
    index.rebuild([*good, *an_article("many", *["scar " + "among words " * 20] * 5)], 1)
    answer = index.search(SearchQuery("scar", grouped=True))
    assert (answer.total, answer.hits, answer.next) == (2, [], None)
    first, second = answer.groups
    assert (first.article_id, first.total) == ("good", 3)
    assert ids_of(first) == ["good 1", "good 2", "good 3"]
    assert (second.article_id, second.total) == ("many", 5)
    assert ids_of(second) == ["many 0", "many 1", "many 2"]
    assert first.hits[0].highlights.body == ["<mark>scar</mark>"]


def ids_of(group: HitGroup) -> list[str]:
    return [hit.section_id for hit in group.hits]


def test_groups_stand_in_the_order_of_the_list_of_sections(index: WhooshIndex) -> None:
    documents = [
        each
        for name in range(23)
        for each in an_article(f"a-{name}", *(f"scar {'skin ' * (name % 5)}" for _ in range(2)))
    ]
    index.rebuild(documents, 1)
    query = SearchQuery("scar skin", limit=5, grouped=True)
    seen: list[str] = []
    while True:
        answer = index.search(query)
        assert answer.total == 23
        seen += [group.article_id for group in answer.groups]
        if answer.next is None:
            break
        query = replace(query, after=answer.next)
    sections = ids(index.search(SearchQuery("scar skin", limit=100)))
    assert seen == list(dict.fromkeys(each.split(" ")[0] for each in sections))


def test_paging_of_groups_goes_on_when_articles_come_and_go(index: WhooshIndex) -> None:
    articles = [
        an_article(f"a-{n}", "scar " + "other " * n, "scar and more " * 2) for n in range(9)
    ]
    index.rebuild([each for article in articles for each in article], 1)
    query = SearchQuery("scar", limit=4, grouped=True)
    first = index.search(query)
    order = [group.article_id for group in index.search(replace(query, limit=9)).groups]
    assert [group.article_id for group in first.groups] == order[:4]
    assert first.next is not None
    index.apply(["new"], an_article("new", "scar scar"), 2)
    now = [group.article_id for group in index.search(replace(query, limit=10)).groups]
    rest = index.search(replace(query, limit=9, after=first.next))
    assert [group.article_id for group in rest.groups] == now[now.index(order[3]) + 1 :]
    index.apply([order[3], "new"], [], 3)
    rest = index.search(replace(query, limit=9, after=first.next))
    assert [group.article_id for group in rest.groups] == order[4:]


def test_a_hit_says_why_it_stands_there_when_that_is_asked(index: WhooshIndex) -> None:
    build(index, "scar", "skin")
    [plain] = index.search(SearchQuery("scar")).hits
    [explained] = index.search(SearchQuery("scar", explain=True)).hits
    assert plain.reasons == []
    assert any('"scar"' in reason for reason in explained.reasons)
    assert replace(explained, reasons=[]) == plain


def test_words_of_a_question_count_beside_the_text_that_has_them(index: WhooshIndex) -> None:
    asked = a_document("Is it safe?\nMostly.", questions=("Is it safe?",))
    said = a_document("It is safe! Mostly.")
    index.rebuild([said, asked], 1)
    assert found(index, "safe") == [asked.section_id, said.section_id]


def test_texts_are_read_in_the_language_of_their_locale(index: WhooshIndex) -> None:
    german = a_document("Nach der Behandlung", locale="de-AT")
    index.rebuild([german, a_document("The treatment")], 1)
    assert found(index, "Behandlungen") == [german.section_id]


def test_answers_do_not_depend_on_deleted_sections_and_segments(
    index: WhooshIndex, tmp_path: Path
) -> None:
    documents = [
        a_document(f"scar {'skin ' * (place % 6)} laser {place}", title=f"Title {place % 4}")
        for place in range(40)
    ]
    index.rebuild(documents[::-1], 1)
    for sequence, document in enumerate(documents[::3], 2):
        index.apply([document.article_id], [replace(document, text="scar " * sequence)], sequence)
        index.apply([document.article_id], [document], sequence)
    anew = WhooshIndex(tmp_path / "anew")
    anew.rebuild(documents, index.checkpoint())
    for text in ("scar", "laser skin", '"skin laser"', "title 3"):
        query = SearchQuery(text, limit=100, explain=True, facets=FACETS)
        assert index.search(query) == anew.search(query)
        grouped = replace(query, grouped=True)
        assert index.search(grouped) == anew.search(grouped)
    anew.close()


@pytest.mark.parametrize("limit", [0, -1, 101])
def test_a_limit_out_of_range_is_refused(index: WhooshIndex, limit: int) -> None:
    with pytest.raises(Invalid) as caught:
        index.search(SearchQuery("scar", limit=limit))
    assert caught.value.reasons[0].pointer == "limit"


def test_a_query_of_ten_thousand_characters_is_refused(index: WhooshIndex) -> None:
    with pytest.raises(Invalid) as caught:
        index.search(SearchQuery("scar " * 2_000))
    assert caught.value.reasons[0].pointer == "q"


@pytest.mark.parametrize("text", ["", "   ", "🙂", "***", '""', "checkpoint"])
def test_what_asks_for_nothing_finds_nothing(index: WhooshIndex, text: str) -> None:
    build(index, "Scars.")
    answer = index.search(SearchQuery(text))
    assert (answer.total, answer.hits) == (0, [])


def test_an_index_without_sections_answers(index: WhooshIndex) -> None:
    index.rebuild([], 3)
    assert index.checkpoint() == 3
    assert found(index, "scars") == []


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    text=st.one_of(
        st.text(max_size=200),
        st.lists(
            st.sampled_from(["scar", "acne", "the", "AND", "NOT", "(", "*", '"', "~2", "[a", "--"]),
            max_size=20,
        ).map(" ".join),
    )
)
def test_anything_typed_is_answered_or_refused_in_little_time(
    index: WhooshIndex, text: str
) -> None:
    try:
        index.checkpoint()
    except SearchUnavailable:
        build(index, *(f"acne scar number {n} of the skin & <b>more</b>" for n in range(300)))
    started = time.perf_counter()
    try:
        answer = index.search(SearchQuery(text))
    except Invalid:
        assert len(text.split()) > 8
    else:
        assert answer.total >= len(answer.hits)
    assert time.perf_counter() - started < 1


def test_applying_replaces_and_removes_whole_articles(index: WhooshIndex) -> None:
    first, second, third = (a_document("scar") for _ in range(3))
    index.rebuild([first, second], 1)
    changed = replace(first, text="acne", section_id=new_id())
    index.apply([first.article_id, second.article_id, third.article_id], [changed, third], 5)
    assert sorted(index.documents(), key=lambda each: each.text) == [changed, third]
    assert index.checkpoint() == 5


def test_applying_the_same_again_changes_nothing(index: WhooshIndex) -> None:
    document = a_document("scar")
    index.rebuild([], 1)
    for _ in range(3):
        index.apply([document.article_id], [document], 2)
    assert index.documents() == [document]


def test_a_state_older_than_the_checkpoint_is_not_taken(index: WhooshIndex) -> None:
    document = a_document("scar")
    index.rebuild([document], 5)
    index.apply([document.article_id], [], 4)
    assert (index.documents(), index.checkpoint()) == ([document], 5)


def test_documents_come_back_as_they_were_indexed(index: WhooshIndex) -> None:
    plain = a_document("Text.")
    full = a_document("Text.", heading="Heading", topics=("a:b", "c:d"), locale="fr", slug="s")
    index.rebuild([plain, full], 1)
    assert index.documents() == [plain, full]


def test_optimising_merges_small_segments_and_keeps_the_answers(index: WhooshIndex) -> None:
    build(index, *(f"scar {place}" for place in range(100)))
    for sequence in range(2, 14):
        document = a_document("scar")
        index.apply([document.article_id], [document], sequence)
    before = set(ids(index.search(SearchQuery("scar", limit=100))))
    documents = {each.section_id: each for each in index.documents()}
    assert index.segments() == 13
    assert index.optimise()
    assert index.segments() == 2
    assert not index.optimise()
    assert index.checkpoint() == 13
    assert {each.section_id: each for each in index.documents()} == documents
    assert set(ids(index.search(SearchQuery("scar", limit=100)))) == before


def test_while_changes_wait_only_small_segments_are_merged(index: WhooshIndex) -> None:
    build(index, *(f"scar {place}" for place in range(300)))
    for sequence in range(2, 10):
        assert not index.optimise(busy=True)
        document = a_document("scar")
        index.apply([document.article_id], [document], sequence)
    large, *small = index._fresh().segments
    assert len(small) == 8
    assert index.optimise(busy=True)
    assert large in index._fresh().segments
    assert index.segments() == 2
    assert index.search(SearchQuery("scar")).total == 308


def test_another_process_sees_each_commit(index: WhooshIndex, tmp_path: Path) -> None:
    build(index, "scar")
    reader = WhooshIndex(tmp_path / "index")
    assert len(found(reader, "scar")) == 1
    document = a_document("scar")
    index.apply([document.article_id], [document], 2)
    assert len(found(reader, "scar")) == 2
    index.rebuild([], 3)
    assert found(reader, "scar") == []
    assert reader.checkpoint() == 3
    reader.close()


def test_searches_go_on_while_the_index_is_written_and_rebuilt(
    index: WhooshIndex, tmp_path: Path
) -> None:
    documents = [a_document(f"scar {place}") for place in range(60)]
    index.rebuild(documents, 1)
    counts: set[int] = set()
    faults: list[Exception] = []
    done = threading.Event()

    def keep_searching() -> None:
        reader = WhooshIndex(tmp_path / "index")
        try:
            while not done.is_set():
                counts.add(reader.search(SearchQuery("scar")).total)
        except Exception as fault:
            faults.append(fault)
        finally:
            reader.close()

    readers = [threading.Thread(target=keep_searching) for _ in range(2)]
    for reader in readers:
        reader.start()
    for sequence in range(2, 12):
        index.apply([documents[0].article_id], [documents[0]], sequence)
        index.optimise(3)
        index.rebuild(documents, sequence)
    done.set()
    for reader in readers:
        reader.join()
    assert faults == []
    assert counts == {60}


def test_threads_may_share_one_index(index: WhooshIndex) -> None:
    documents = [a_document(f"scar {place}") for place in range(40)]
    index.rebuild(documents, 1)
    totals: list[int] = []

    def search() -> None:
        totals.extend(index.search(SearchQuery(f"scar {place}")).total for place in range(40))

    threads = [threading.Thread(target=search) for _ in range(4)]
    for thread in threads:
        thread.start()
    for sequence in range(2, 8):
        index.apply([documents[0].article_id], [documents[0]], sequence)
    for thread in threads:
        thread.join()
    assert totals == [40] * 160
