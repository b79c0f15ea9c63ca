"""What every index promises: the same tests for the one in files and the one in PostgreSQL."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content.errors import Invalid, SearchUnavailable
from content.models import new_id
from content.searching import MAX_LIMIT, Facet, SearchHits, SearchIndex, SearchQuery
from content.searching.documents import SectionDocument
from content.searching.vocabulary import Group, NamedTopic, Vocabulary
from tests.content.searching.conftest import OpenIndex

pytestmark = pytest.mark.xdist_group("postgres")

EVERY_FACET: tuple[Facet, ...] = ("type", "topic", "locale")


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


def an_article(*texts: str, **given: str | tuple[str, ...] | None) -> list[SectionDocument]:
    """The sections of one article."""
    article_id = new_id()
    return [a_document(text, article_id=article_id, **given) for text in texts]


def ids(answer: SearchHits) -> list[str]:
    return [hit.section_id for hit in answer.hits]


def found(index: SearchIndex, text: str, vocabulary: Vocabulary | None = None) -> list[str]:
    return ids(index.search(SearchQuery(text), vocabulary or Vocabulary()))


def build(index: SearchIndex, *texts: str) -> list[str]:
    documents = [a_document(text) for text in texts]
    index.rebuild(documents, 1)
    return [document.section_id for document in documents]


def pages(index: SearchIndex, query: SearchQuery) -> Iterator[SearchHits]:
    while True:
        answer = index.search(query)
        yield answer
        if answer.next is None:
            return
        query = replace(query, after=answer.next)


# What is found.


def test_an_index_that_was_never_built_says_so(index: SearchIndex) -> None:
    for ask in (
        index.checkpoint,
        index.documents,
        lambda: index.search(SearchQuery("scar")),
        lambda: index.apply([], [], 1),
    ):
        with pytest.raises(SearchUnavailable, match="built"):
            ask()


def test_an_index_without_sections_answers(index: SearchIndex) -> None:
    index.rebuild([], 3)
    answer = index.search(SearchQuery("scars", facets=EVERY_FACET))
    assert (index.checkpoint(), answer.total, answer.hits, answer.next) == (3, 0, [], None)
    assert answer.facets == {"type": {}, "topic": {}, "locale": {}}


@pytest.mark.parametrize("query", ["micro-needling", "micro needling", "microneedling"])
def test_a_compound_is_found_however_it_is_written(index: SearchIndex, query: str) -> None:
    written = build(
        index, "About micro-needling.", "About micro needling.", "Microneedling!", "Other."
    )
    assert sorted(found(index, query)) == sorted(written[:3])


def test_a_quoted_phrase_must_occur_as_such(index: SearchIndex) -> None:
    together, _ = build(index, "Photos before and after peels.", "After peels and before photos.")
    assert found(index, '"before and after"') == [together]
    assert found(index, 'peels "before and after"') == [together]
    assert found(index, '"and after photos before"') == []


def test_a_phrase_that_begins_with_its_own_word_is_found(index: SearchIndex) -> None:
    wanted, _ = build(index, "Skin to skin skin care.", "Skin to face skin.")
    assert found(index, '"skin skin care"') == [wanted]


def test_no_phrase_reaches_from_the_heading_into_the_text(index: SearchIndex) -> None:
    document = a_document("Scars fade.", heading="About acne")
    index.rebuild([document], 1)
    assert found(index, '"acne scars"') == []
    assert found(index, "acne scars") == [document.section_id]


def test_a_question_finds_what_it_asks_about(index: SearchIndex) -> None:
    recurring, _ = build(
        index,
        "Deep acne scars seldom come back once collagen has filled them.",
        "Do not do what the others do: it is how they are.",
    )
    assert found(index, "do scars come back?") == [recurring]


def test_a_section_with_more_of_the_words_comes_before_one_that_repeats_a_word(
    index: SearchIndex,
) -> None:
    repeating, holding, _ = build(
        index,
        "Scars. " * 30,
        "A long text that says once that scars may come and go back. " + "More words. " * 30,
        "Something else entirely.",
    )
    assert found(index, "scars come back") == [holding, repeating]


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
    index: SearchIndex, text: str, query: str
) -> None:
    wanted, _ = build(index, text, "Nothing to see.")
    assert found(index, query) == [wanted]


def test_a_word_in_the_heading_counts_more_than_in_the_text(index: SearchIndex) -> None:
    text = a_document("Redness is usual.", heading="Healing")
    heading = a_document("Healing is usual.", heading="Redness")
    index.rebuild([text, heading], 1)
    assert found(index, "redness") == [heading.section_id, text.section_id]


def test_words_of_a_question_count_beside_the_text_that_has_them(index: SearchIndex) -> None:
    asked = a_document("Is it safe?\nMostly.", questions=("Is it safe?",))
    said = a_document("It is safe! Mostly.")
    index.rebuild([said, asked], 1)
    assert found(index, "safe") == [asked.section_id, said.section_id]


def test_words_of_heading_title_text_and_questions_are_found(index: SearchIndex) -> None:
    document = a_document(
        "Numbing\nIs a cream used?",
        title="Lasers",
        heading="Downtime",
        questions=("Numbing",),
    )
    index.rebuild([document, a_document("Other.")], 1)
    for word in ("lasers", "downtime", "numbing", "cream"):
        assert found(index, word) == [document.section_id]


def test_words_are_folded_as_the_language_of_the_text_has_them(index: SearchIndex) -> None:
    german = a_document("Die Behandlungen der Narben.", locale="de-AT")
    french = a_document("Des crèmes apaisantes.", locale="fr")
    index.rebuild([german, french, a_document("Nothing.")], 1)
    assert found(index, "Narbe Behandlung") == [german.section_id]
    assert found(index, "crème apaisant") == [french.section_id]


def test_a_hit_says_which_words_matched_and_where(index: SearchIndex) -> None:
    document = a_document("Care well. Scars < 1 mm fade. Done.", heading="Do scars fade?")
    index.rebuild([document], 7)
    answer = index.search(SearchQuery("fading scars unheard"))
    [hit] = answer.hits
    assert hit.matched == ["fading", "scars"]
    assert hit.highlights.heading == "Do <mark>scars</mark> <mark>fade</mark>?"
    assert hit.highlights.body == ["<mark>Scars</mark> &lt; 1 mm <mark>fade</mark>."]
    assert hit.reasons == []
    assert (answer.total, answer.sequence, answer.next) == (1, 7, None)


def test_reasons_are_given_on_request(index: SearchIndex) -> None:
    build(index, "Scars fade.", "Nothing.")
    [plain] = index.search(SearchQuery("scars")).hits
    [explained] = index.search(SearchQuery("scars", explain=True)).hits
    assert any('"scars"' in reason for reason in explained.reasons)
    assert replace(explained, reasons=[]) == plain


# The vocabulary.


def test_an_expression_finds_what_says_the_same_in_other_words(index: SearchIndex) -> None:
    other, same, _ = build(
        index,
        "Collagen induction therapy takes an hour.",
        "Microneedling takes an hour.",
        "Collagen is a protein.",
    )
    vocabulary = Vocabulary([Group(("microneedling", "collagen induction therapy"))])
    assert found(index, "microneedling", vocabulary) == [same, other]
    assert found(index, "microneedling") == [same]


def test_a_hidden_label_matches_and_is_never_shown(index: SearchIndex) -> None:
    under = a_document("It relaxes muscles.", topics=("procedure:toxin",))
    saying = a_document("Botulinum toxin relaxes muscles.")
    index.rebuild([under, saying, a_document("Nothing.")], 1)
    topic = NamedTopic(
        "procedure:toxin",
        "Botulinum toxin",
        "en",
        ("Botulinum toxin", "Brandtox"),
        frozenset({"Brandtox"}),
    )
    query = SearchQuery("brandtox", facets=EVERY_FACET, explain=True)
    answer = index.search(query, Vocabulary(topics=[topic]))
    assert set(ids(answer)) == {under.section_id, saying.section_id}
    muscles = index.search(replace(query, text="muscles toxin"), Vocabulary(topics=[topic]))
    assert "randtox" not in repr(muscles)


def test_a_misspelt_word_is_put_right(index: SearchIndex) -> None:
    wanted, _ = build(index, "Microneedling hurts a little.", "Nothing.")
    answer = index.search(SearchQuery("Does micronedling hurt"))
    assert ids(answer) == [wanted]
    assert answer.did_you_mean == "Does microneedling hurt"
    assert index.search(SearchQuery("microneedling")).did_you_mean is None


def test_words_that_changes_bring_are_known_and_those_they_take_are_not(
    index: SearchIndex,
) -> None:
    gone, _ = an_article("Hyaluronic acid."), build(index, "Nothing.")
    index.apply([gone[0].article_id], gone, 2)
    assert index.search(SearchQuery("hialuronic")).did_you_mean == "hyaluronic"
    index.apply([gone[0].article_id], [], 3)
    assert index.search(SearchQuery("hialuronic")).did_you_mean is None


def test_what_is_typed_is_completed(index: SearchIndex) -> None:
    first = a_document(
        "Text.", title="Peels", heading="Downtime", questions=("Do peels hurt?",), topics=("a:b",)
    )
    second = a_document("Text.", title="Peels", heading="Downtime and pain", locale="fr")
    index.rebuild([first, second], 1)

    def completed(text: str, locale: str | None = None) -> list[tuple[str, str, int]]:
        found = index.complete(text, Vocabulary(), locale, 10)
        return [(each.text, each.kind, each.sections) for each in found]

    assert completed("pee") == [("Peels", "title", 2), ("Do peels hurt?", "question", 1)]
    assert completed("down") == [
        ("Downtime", "heading", 1),
        ("Downtime and pain", "heading", 1),
    ]
    assert completed("down", "fr") == [("Downtime and pain", "heading", 1)]
    [title] = index.complete("peels", Vocabulary(), "en", 1)
    assert title.ref == first.section_id


def test_completions_follow_changes(index: SearchIndex) -> None:
    articles = [an_article("Text.", "Text.", title=f"Peels {n}") for n in range(3)]
    index.rebuild([each for article in articles for each in article], 1)

    def completed() -> set[tuple[str, int]]:
        found = index.complete("peels", Vocabulary(), None, 10)
        return {(each.text, each.sections) for each in found}

    assert completed() == {("Peels 0", 2), ("Peels 1", 2), ("Peels 2", 2)}
    renamed = an_article("Text.", title="Peels anew")
    index.apply(
        [articles[0][0].article_id, articles[1][0].article_id, renamed[0].article_id], renamed, 2
    )
    assert completed() == {("Peels anew", 1), ("Peels 2", 2)}


# Filters, facets and groups.


def test_filters_narrow_by_type_topic_locale_and_article(index: SearchIndex) -> None:
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


@pytest.mark.parametrize("strange", ["\0", "\ud800", "'; DROP SCHEMA dermis_search; --", "%s", ""])
def test_filters_that_nothing_can_have_find_nothing(index: SearchIndex, strange: str) -> None:
    build(index, "skin")
    for query in (
        SearchQuery("skin", types=[strange]),
        SearchQuery("skin", topics=[strange]),
        SearchQuery("skin", locale=strange),
        SearchQuery("skin", article=strange),
    ):
        assert index.search(query).total == 0
    assert index.search(SearchQuery("skin")).total == 1


def narrowed(index: SearchIndex, query: SearchQuery, **filters: Sequence[str] | str) -> int:
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
    index: SearchIndex, filters: dict[str, Sequence[str]]
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
    query = replace(SearchQuery("scar", facets=EVERY_FACET), **filters)  # type: ignore[arg-type]
    facets = index.search(query).facets
    assert set(facets) == set(EVERY_FACET)
    for kind in ("overview", "risks", "faq"):
        assert facets["type"].get(kind, 0) == narrowed(index, query, types=[kind])
    for locale in ("en", "de"):
        assert facets["locale"].get(locale, 0) == narrowed(index, query, locale=locale)
    for topic in ("procedure:prp", "condition:acne"):
        assert facets["topic"].get(topic, 0) == narrowed(
            index, query, topics=[*query.topics, topic]
        )
    assert all(count > 0 for counts in facets.values() for count in counts.values())


def test_only_the_facets_that_are_asked_for_are_counted(index: SearchIndex) -> None:
    build(index, "scar")
    assert index.search(SearchQuery("scar")).facets == {}
    assert index.search(SearchQuery("scar", facets=["type"])).facets == {"type": {"overview": 1}}


def test_groups_are_articles_with_their_best_sections(index: SearchIndex) -> None:
    long = an_article("Scars.", "Scars fade.", "On scars.", "Of scars.", "Nothing.")
    short = an_article("A scar is a mark that stays on the skin when a wound has healed.")
    index.rebuild([*long, *short], 1)
    answer = index.search(SearchQuery("scars", grouped=True))
    assert (answer.total, answer.hits, answer.next) == (2, [], None)
    assert [group.article_id for group in answer.groups] == [
        long[0].article_id,
        short[0].article_id,
    ]
    assert [group.total for group in answer.groups] == [4, 1]
    assert [len(group.hits) for group in answer.groups] == [3, 1]
    scores = [hit.score for hit in answer.groups[0].hits]
    assert scores == sorted(scores, reverse=True)


def test_groups_stand_in_the_order_of_the_list_of_sections(index: SearchIndex) -> None:
    articles = [an_article(*[f"scar {'skin ' * (n % 5)}"] * 2) for n in range(23)]
    index.rebuild([each for article in articles for each in article], 1)
    article_of = {each.section_id: each.article_id for article in articles for each in article}
    answers = pages(index, SearchQuery("scar skin", limit=5, grouped=True))
    seen = [group.article_id for answer in answers for group in answer.groups]
    sections = ids(index.search(SearchQuery("scar skin", limit=100)))
    assert seen == list(dict.fromkeys(article_of[each] for each in sections))
    assert len(seen) == 23


# Pages.


@pytest.mark.parametrize("limit", [0, -1, MAX_LIMIT + 1])
def test_a_limit_out_of_range_is_refused(index: SearchIndex, limit: int) -> None:
    index.rebuild([], 1)
    with pytest.raises(Invalid) as caught:
        index.search(SearchQuery("scar", limit=limit))
    assert caught.value.reasons[0].pointer == "limit"


@pytest.mark.parametrize("grouped", [False, True])
def test_pages_neither_skip_nor_repeat(index: SearchIndex, grouped: bool) -> None:
    articles = [
        an_article(*(f"scar {'skin ' * ((place + n) % 7)}" for n in range(2)))
        for place in range(25)
    ]
    index.rebuild([each for article in articles for each in article], 1)
    answers = list(pages(index, SearchQuery("scar skin", limit=7, grouped=grouped)))
    if grouped:
        seen = [group.article_id for answer in answers for group in answer.groups]
        wanted = {article[0].article_id for article in articles}
    else:
        seen = [section_id for answer in answers for section_id in ids(answer)]
        wanted = {each.section_id for article in articles for each in article}
    assert {answer.total for answer in answers} == {len(wanted)}
    assert len(seen) == len(wanted)
    assert set(seen) == wanted


def test_paging_goes_on_after_the_same_section_when_others_come_above_it(
    index: SearchIndex,
) -> None:
    documents = [a_document("scar " + "other " * place) for place in range(9)]
    index.rebuild(documents, 1)
    first = index.search(SearchQuery("scar", limit=3))
    above = [a_document("scar scar", heading="Scar") for _ in range(4)]
    index.apply([each.article_id for each in above], above, 2)
    rest = index.search(SearchQuery("scar", after=first.next))
    assert ids(first) + ids(rest) == [each.section_id for each in documents]


def test_paging_goes_on_when_the_section_it_stopped_at_is_gone(index: SearchIndex) -> None:
    documents = [a_document("scar " + "other " * place) for place in range(9)]
    index.rebuild(documents, 1)
    first = index.search(SearchQuery("scar", limit=3))
    index.apply([documents[2].article_id], [], 2)
    rest = index.search(SearchQuery("scar", after=first.next))
    assert ids(rest) == [each.section_id for each in documents[3:]]


def test_paging_of_groups_goes_on_when_articles_come_and_go(index: SearchIndex) -> None:
    articles = [an_article("scar " + "other " * n, "scar and more " * 2) for n in range(9)]
    index.rebuild([each for article in articles for each in article], 1)
    query = SearchQuery("scar", limit=4, grouped=True)
    first = index.search(query)
    order = [group.article_id for group in index.search(replace(query, limit=9)).groups]
    assert [group.article_id for group in first.groups] == order[:4]
    assert first.next is not None
    news = an_article("scar scar")
    index.apply([news[0].article_id], news, 2)
    now = [group.article_id for group in index.search(replace(query, limit=10)).groups]
    rest = index.search(replace(query, limit=9, after=first.next))
    assert [group.article_id for group in rest.groups] == now[now.index(order[3]) + 1 :]
    index.apply([order[3], news[0].article_id], [], 3)
    rest = index.search(replace(query, limit=9, after=first.next))
    assert [group.article_id for group in rest.groups] == order[4:]


# Whatever is typed.


@pytest.mark.parametrize("text", ["", "   ", "🙂", "***", '""', "\0", "\ud800", "checkpoint"])
def test_what_asks_for_nothing_finds_nothing(index: SearchIndex, text: str) -> None:
    build(index, "Scars.")
    answer = index.search(SearchQuery(text))
    assert (answer.total, answer.hits) == (0, [])


def test_a_query_of_ten_thousand_characters_is_refused(index: SearchIndex) -> None:
    index.rebuild([], 1)
    with pytest.raises(Invalid) as caught:
        index.search(SearchQuery("scar " * 2_000))
    assert caught.value.reasons[0].pointer == "q"


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    text=st.one_of(
        st.text(max_size=200),
        st.lists(
            st.sampled_from(
                ["scar", "acne", "the", "AND", "<->", "!", "(", "*", '"', "'", "\\", "%s", ":A"]
            ),
            max_size=20,
        ).map(" ".join),
    )
)
def test_anything_typed_is_answered(index: SearchIndex, text: str) -> None:
    try:
        index.checkpoint()
    except SearchUnavailable:
        build(index, *(f"acne scar number {n} of the skin & <b>more</b>" for n in range(50)))
    answer = index.search(SearchQuery(text))
    assert answer.total >= len(answer.hits)


# What is written.


def test_applying_replaces_and_removes_whole_articles(index: SearchIndex) -> None:
    first, second, third = (a_document("scar") for _ in range(3))
    index.rebuild([first, second], 1)
    changed = replace(first, text="acne", section_id=new_id())
    index.apply([first.article_id, second.article_id, third.article_id], [changed, third], 5)
    assert sorted(index.documents(), key=lambda each: each.text) == [changed, third]
    assert index.checkpoint() == 5
    assert found(index, "scar") == [third.section_id]


def test_applying_the_same_again_changes_nothing(index: SearchIndex) -> None:
    document = a_document("scar")
    index.rebuild([], 1)
    for _ in range(3):
        index.apply([document.article_id], [document], 2)
    assert list(index.documents()) == [document]
    assert found(index, "scar") == [document.section_id]


def test_a_state_older_than_the_checkpoint_is_not_taken(index: SearchIndex) -> None:
    document = a_document("scar")
    index.rebuild([document], 5)
    index.apply([document.article_id], [], 4)
    assert (list(index.documents()), index.checkpoint()) == ([document], 5)


def test_documents_come_back_as_they_were_indexed(index: SearchIndex) -> None:
    plain = a_document("Text.")
    full = a_document(
        "Text.",
        heading="Heading",
        topics=("a:b", "c:d"),
        locale="fr",
        slug="s",
        questions=("Why?", "How?"),
    )
    index.rebuild([plain, full], 1)
    assert set(index.documents()) == {plain, full}


def test_what_is_taken_out_and_put_in_many_times_is_found_once(index: SearchIndex) -> None:
    articles = [an_article(f"scar {place}", f"acne {place}") for place in range(5)]
    index.rebuild([each for article in articles for each in article], 1)
    for sequence in range(2, 30):
        article = articles[sequence % 5]
        given = [] if sequence % 3 == 0 else article
        index.apply([article[0].article_id], given, sequence)
        index.optimise()
    for article in articles:
        index.apply([article[0].article_id], article, 30)
    assert index.search(SearchQuery("scar")).total == 5
    assert index.search(SearchQuery("acne")).total == 5
    assert set(index.documents()) == {each for article in articles for each in article}


def test_a_word_that_nothing_held_is_found_once_something_does(index: SearchIndex) -> None:
    build(index, "scar")
    assert found(index, "dermaplaning") == []
    news = a_document("dermaplaning")
    index.apply([news.article_id], [news], 2)
    assert found(index, "dermaplaning") == [news.section_id]


def test_an_index_built_by_changes_answers_as_one_built_at_once(index: SearchIndex) -> None:
    documents = [
        a_document(f"scar {'skin ' * (place % 6)} laser {place}", title=f"Title {place % 4}")
        for place in range(40)
    ]
    index.rebuild(documents[::-1], 1)
    for sequence, document in enumerate(documents[::3], 2):
        index.apply([document.article_id], [replace(document, text="scar " * sequence)], sequence)
        index.apply([document.article_id], [document], sequence)
    plain = [
        SearchQuery(text, limit=100, explain=True, facets=EVERY_FACET)
        for text in ("scar", "laser skin", '"skin laser"', "title 3")
    ]
    queries = [*plain, *(replace(query, grouped=True) for query in plain)]
    changed = [index.search(query) for query in queries]
    index.rebuild(documents, index.checkpoint())
    assert [index.search(query) for query in queries] == changed


def test_a_rebuild_that_fails_leaves_everything_as_it_was(index: SearchIndex) -> None:
    [kept] = build(index, "scar")

    def breaking() -> Iterator[SectionDocument]:
        yield a_document("scar")
        raise ValueError("the library is away")

    with pytest.raises(ValueError, match="away"):
        index.rebuild(breaking(), 2)
    assert (found(index, "scar"), index.checkpoint()) == ([kept], 1)
    index.rebuild([], 3)
    assert index.checkpoint() == 3


def test_changes_are_taken_while_the_documents_of_a_rebuild_are_read(
    open_index: OpenIndex,
) -> None:
    index, reader = open_index(), open_index()
    build(index, "scar")
    news = a_document("acne")

    def documents() -> Iterator[SectionDocument]:
        yield a_document("skin")
        index.apply([news.article_id], [news], 2)
        assert found(reader, "acne") == [news.section_id]
        yield a_document("skin")

    index.rebuild(documents(), 1)
    assert reader.checkpoint() == 1
    assert len(found(reader, "skin")) == 2
    assert found(reader, "acne") == []


def test_a_phrase_counts_by_where_it_stands(index: SearchIndex) -> None:
    text = a_document("Deep scars. Nothing.", heading="Other words")
    heading = a_document("Other words. Nothing.", heading="Deep scars")
    index.rebuild([text, heading], 1)
    assert found(index, '"deep scars"') == [heading.section_id, text.section_id]


def test_another_process_sees_each_commit(open_index: OpenIndex) -> None:
    index, reader = open_index(), open_index()
    build(index, "scar")
    assert len(found(reader, "scar")) == 1
    document = a_document("scar")
    index.apply([document.article_id], [document], 2)
    assert len(found(reader, "scar")) == 2
    index.rebuild([], 3)
    assert found(reader, "scar") == []
    assert reader.checkpoint() == 3


def test_one_of_two_processes_is_elected_until_it_stops(open_index: OpenIndex) -> None:
    first, second = open_index(), open_index()
    first.rebuild([], 1)
    with first.elected() as mine:
        assert mine
        with second.elected() as also_mine:
            assert not also_mine
        document = a_document("scar")
        first.apply([document.article_id], [document], 2)
        assert second.checkpoint() == 2
    with second.elected() as mine:
        assert mine


def test_searches_go_on_while_the_index_is_written_and_rebuilt(open_index: OpenIndex) -> None:
    index = open_index()
    documents = [a_document(f"scar {place}") for place in range(60)]
    index.rebuild(documents, 1)
    counts: set[int] = set()
    faults: list[Exception] = []
    done = threading.Event()

    def keep_searching(reader: SearchIndex) -> None:
        try:
            while not done.is_set():
                counts.add(reader.search(SearchQuery("scar")).total)
        except Exception as fault:
            faults.append(fault)

    readers = [threading.Thread(target=keep_searching, args=(open_index(),)) for _ in range(2)]
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


def test_threads_may_share_one_index(index: SearchIndex) -> None:
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


# Both together.

_WORDS = ["scar", "scars", "acne", "micro", "needling", "micro-needling", "the", "crème", "2.5"]
_TOPICS = ["procedure:prp", "condition:acne", "concern:scars"]
_words = st.lists(st.sampled_from(_WORDS), max_size=6).map(" ".join)
_sections = st.builds(
    lambda article, **about: a_document(**about, article_id=article, slug=f"slug-{article}"),
    article=st.sampled_from(["one", "two", "three"]),
    text=_words,
    title=_words,
    heading=st.none() | _words,
    type=st.sampled_from(["overview", "risks", "faq"]),
    locale=st.sampled_from(["en", "de", "fr-CH"]),
    topics=st.lists(st.sampled_from(_TOPICS), max_size=2, unique=True).map(tuple),
)
_queries = st.builds(
    SearchQuery,
    text=st.one_of(
        _words,
        _words.map(lambda text: f'"{text}"'),
        st.tuples(_words, _words).map(lambda both: f'{both[0]} "{both[1]}"'),
    ),
    types=st.lists(st.sampled_from(["overview", "risks", "unheard"]), max_size=2),
    topics=st.lists(st.sampled_from(_TOPICS), max_size=1),
    locale=st.none() | st.sampled_from(["en", "de", "xx"]),
    article=st.none() | st.just("slug-one"),
    facets=st.just(EVERY_FACET),
    grouped=st.booleans(),
    limit=st.just(MAX_LIMIT),
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    documents=st.lists(_sections, max_size=12),
    later=st.lists(_sections, max_size=4),
    queries=st.lists(_queries, min_size=1, max_size=5),
)
def test_both_kinds_answer_the_same(
    open_whoosh: OpenIndex,
    open_postgres: OpenIndex,
    documents: list[SectionDocument],
    later: list[SectionDocument],
    queries: list[SearchQuery],
) -> None:
    both = [open_whoosh(), open_postgres()]
    for index in both:
        index.rebuild(documents, 1)
        index.apply([each.article_id for each in later], later, 2)
    for query in queries:
        whoosh, postgres = (index.search(query) for index in both)
        assert replace(postgres, hits=[]) == replace(whoosh, hits=[])
        assert postgres.hits == whoosh.hits
