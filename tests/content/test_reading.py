"""Readers' questions."""

from typing import Any

import pytest

from content import cataloguing, editing, publishing, reading
from content.cataloguing import LabelDraft
from content.errors import Moved, Unknown
from content.library import Library
from content.published import PageRequest, PublishedArticle
from content.reading import Filter
from tests.building import EDITOR, a_draft, a_faq, a_live_article, a_section
from tests.overhearing import overhear

ALL = PageRequest(100)


def titles(library: Library, wanted: Filter, page: PageRequest = ALL, **about: Any) -> list[str]:
    with library.reading() as session:
        return [each.title for each in reading.articles(session, wanted, page, **about).items]


def test_drafts_are_in_no_answer(library: Library) -> None:
    draft = a_draft(library, "A draft", sections=[a_section(), a_faq()])
    with library.reading() as session:
        assert reading.articles(session, Filter(), ALL).items == []
        assert reading.sections(session, Filter(), ALL).items == []
        assert reading.faqs(session, Filter(), ALL).items == []
        assert reading.topics(session, "en", None) == []
        with pytest.raises(Unknown):
            reading.article(session, draft.slug, None, prefer="en")
        with pytest.raises(Unknown):
            reading.hub(session, "procedure", "microneedling", "en")


def test_all_topics_must_match(library: Library) -> None:
    a_live_article(library, "Both", topics=["procedure:microneedling", "condition:acne-scars"])
    a_live_article(library, "One", topics=["procedure:microneedling"])
    wanted = Filter(topics=["procedure:microneedling", "condition:acne-scars"])
    assert titles(library, wanted) == ["Both"]


def test_articles_can_be_asked_for_by_the_type_of_a_section(library: Library) -> None:
    a_live_article(library, "Risky", sections=[a_section("risks")])
    a_live_article(library, "Calm")
    assert titles(library, Filter(types=["risks"])) == ["Risky"]


def test_an_unpublished_section_type_does_not_betray_the_draft(library: Library) -> None:
    article = a_live_article(library, "Calm")
    with library.writing(EDITOR) as work:
        editing.add_section(work, article.id, None, a_section("risks"), None)
    assert titles(library, Filter(types=["risks"])) == []


@pytest.mark.parametrize("sort", reading.ARTICLE_SORTS)
def test_walking_a_list_gives_each_article_once_in_every_order(
    library: Library, sort: reading.ArticleSort
) -> None:
    for number in (3, 1, 4, 1, 5, 9, 2):
        a_live_article(library, f"Article {number}")
    with library.reading() as session:
        whole = reading.articles(session, Filter(), ALL, sort=sort).items
        walked: list[PublishedArticle] = []
        after = None
        while True:
            page = reading.articles(session, Filter(), PageRequest(2, after), sort=sort)
            walked += page.items
            after = page.next
            if after is None:
                break
    assert [each.id for each in walked] == [each.id for each in whole]
    assert len(walked) == 7


def test_sections_come_newest_article_first_and_in_its_order(library: Library) -> None:
    sections = [a_section(heading=name) for name in "AB"]
    a_live_article(library, "Old", sections=sections)
    a_live_article(library, "New", sections=sections)
    with library.reading() as session:
        walked = []
        after = None
        while True:
            page = reading.sections(session, Filter(), PageRequest(1, after))
            walked += [(each.article.title, each.heading) for each in page.items]
            after = page.next
            if after is None:
                break
    assert walked == [("New", "A"), ("New", "B"), ("Old", "A"), ("Old", "B")]


def test_equal_pairs_are_folded_and_name_all_their_articles(library: Library) -> None:
    a_live_article(library, "One", sections=[a_faq(("Does it hurt?", "A little."))])
    a_live_article(library, "Two", sections=[a_faq(("Does it HURT", "A *little*."))])
    a_live_article(library, "Three", sections=[a_faq(("Does it hurt?", "Very much."))])
    with library.reading() as session:
        page = reading.faqs(session, Filter(), PageRequest(10, count=True))
        places = [[place.title for place in each.articles] for each in page.items]
    assert places == [["One", "Two"], ["Three"]]
    assert page.total == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [("Patients > 18 years.", "Patients < 18 years."), ("1.5 ml", "1–5 ml"), ("50 %", "$50")],
)
def test_answers_that_differ_in_a_sign_are_never_folded(
    library: Library, one: str, other: str
) -> None:
    a_live_article(library, "One", sections=[a_faq(("How much?", one))])
    a_live_article(library, "Two", sections=[a_faq(("How much?", other))])
    with library.reading() as session:
        assert len(reading.faqs(session, Filter(), ALL).items) == 2


def test_another_wording_of_a_folded_pair_is_shown_with_where_it_stands(library: Library) -> None:
    a_live_article(library, "One", sections=[a_faq(("Is micro-needling safe?", "Yes, mostly."))])
    a_live_article(library, "Two", sections=[a_faq(("Is microneedling safe?", "Yes. Mostly."))])
    a_live_article(library, "Six", sections=[a_faq(("Is micro-needling safe?", "Yes, mostly."))])
    a_live_article(library, "Not", sections=[a_faq(("Is microneedling safe?", "No, mostly."))])
    with library.reading() as session:
        found, other = reading.faqs(session, Filter(), ALL).items
    assert (found.question, found.answer) == ("Is micro-needling safe?", "<p>Yes, mostly.</p>")
    assert [place.title for place in found.articles] == ["One", "Two", "Six"]
    (variant,) = found.variants
    assert (variant.question, variant.answer) == ("Is microneedling safe?", "<p>Yes. Mostly.</p>")
    assert [place.title for place in variant.articles] == ["Two"]
    assert ([place.title for place in other.articles], other.variants) == (["Not"], [])


def test_a_link_that_another_article_has_in_an_answer_is_not_hidden(library: Library) -> None:
    for title, answer in (("One", "See [here](https://a.example/)."), ("Two", "See here.")):
        a_live_article(library, title, sections=[a_faq(("Why?", answer))])
    with library.reading() as session:
        (rich,) = reading.faqs(session, Filter(), ALL).items
        (plain,) = reading.faqs(session, Filter(), ALL, body_format="text").items
    assert [each.answer for each in rich.variants] == ["<p>See here.</p>"]
    assert plain.variants == []


def test_a_filtered_pair_is_shown_as_the_filter_let_it_through(library: Library) -> None:
    a_live_article(library, "One", sections=[a_faq()])
    a_live_article(
        library, "Zwei", sections=[a_faq(("DOES IT HURT?", "A little, for a moment"))], locale="de"
    )
    with library.reading() as session:
        (found,) = reading.faqs(session, Filter(locale="de"), ALL).items
    assert found.question == "DOES IT HURT?"


def test_a_list_of_sections_repeats_nothing_when_an_article_is_published_again(
    library: Library,
) -> None:
    three = [a_section(heading=name) for name in "123"]
    article = {name: a_live_article(library, name, sections=three) for name in "BAX"}
    with library.reading() as session:
        first = reading.sections(session, Filter(), PageRequest(4))
    with library.writing(EDITOR) as work:
        editing.change_article(work, article["A"].id, None, summary="New.")
        publishing.publish(work, article["A"].id, None)
    after, seen = first.next, [each.id for each in first.items]
    with library.reading() as session:
        while after is not None:
            page = reading.sections(session, Filter(), PageRequest(2, after))
            seen += [each.id for each in page.items]
            after = page.next
    assert len(seen) == len(set(seen))


def test_another_language_does_not_stand_in_for_what_has_moved(library: Library) -> None:
    moved = a_live_article(library, slug="botox")
    a_live_article(library, slug="botox", locale="de")
    with library.writing(EDITOR) as work:
        editing.change_article(work, moved.id, None, slug="toxin")
    with library.reading() as session:
        with pytest.raises(Moved):
            reading.article(session, "botox", None, prefer="en")
        assert reading.article(session, "botox", "de", prefer="en").locale == "de"


def test_a_filtered_pair_still_names_every_article_it_stands_in(library: Library) -> None:
    pair = a_faq(("Does it hurt?", "A little."))
    a_live_article(library, "One", sections=[pair])
    a_live_article(library, "Two", sections=[pair], topics=["procedure:chemical-peels"])
    with library.reading() as session:
        wanted = Filter(topics=["procedure:chemical-peels"])
        (found,) = reading.faqs(session, wanted, ALL).items
    assert [place.title for place in found.articles] == ["One", "Two"]


def test_pairs_can_be_asked_for_by_their_words(library: Library) -> None:
    a_live_article(
        library, sections=[a_faq(("Does it hurt?", "A little."), ("Is it 100% safe?", "No."))]
    )
    with library.reading() as session:
        found = reading.faqs(session, Filter(), ALL, words=["100%"]).items
        wild = reading.faqs(session, Filter(), ALL, words=["_"]).items
    assert [each.question for each in found] == ["Is it 100% safe?"]
    assert wild == [], "wildcards of SQL are plain characters here"


def test_the_preferred_locale_comes_first_and_another_is_better_than_none(
    library: Library,
) -> None:
    a_live_article(library, "Peeling", slug="peel", locale="de")
    a_live_article(library, "Peel", slug="peel")
    a_live_article(library, "Nur deutsch", slug="nur", locale="de")
    with library.reading() as session:
        assert reading.article(session, "peel", None, prefer="en").title == "Peel"
        assert reading.article(session, "peel", None, prefer="de").title == "Peeling"
        assert reading.article(session, "peel", "de", prefer="en").title == "Peeling"
        assert reading.article(session, "nur", None, prefer="en").title == "Nur deutsch"
        with pytest.raises(Unknown):
            reading.article(session, "nur", "en", prefer="en")


def test_hidden_labels_are_never_shown(library: Library) -> None:
    names = [
        LabelDraft("needling"),
        LabelDraft("dermal stamping", kind="alternative"),
        LabelDraft("secret brand", kind="hidden"),
    ]
    with library.writing(EDITOR) as work:
        cataloguing.create_topic(work, "procedure", "needling", names)
    a_live_article(library, topics=["procedure:needling"])
    with library.reading() as session:
        hub = reading.hub(session, "procedure", "needling", "en")
    assert (hub.topic.label, hub.also) == ("needling", ["dermal stamping"])


def test_a_hub_counts_all_and_shows_the_first(library: Library) -> None:
    for number in range(22):
        a_live_article(library, f"Article {number}", sections=[a_section(), a_faq()])
    with library.reading() as session:
        hub = reading.hub(session, "procedure", "microneedling", "en")
    assert (len(hub.articles.items), hub.articles.total) == (20, 22)
    assert hub.section_counts == {"aftercare": 22, "faq": 22}
    assert hub.faqs.total == 1


def test_a_withdrawn_article_takes_its_topic_along(library: Library) -> None:
    article = a_live_article(library)
    with library.writing(EDITOR) as work:
        publishing.withdraw(work, article.id, None, "Outdated.")
    with library.reading() as session:
        assert reading.topics(session, "en", None) == []


def test_the_number_of_statements_does_not_grow_with_the_answer(library: Library) -> None:
    def numbers() -> list[int]:
        counts = []
        with library.reading() as session:
            snapshot, statements = overhear(session)
            for ask in (
                lambda: reading.articles(snapshot, Filter(), ALL, with_sections=True),
                lambda: reading.sections(snapshot, Filter(types=["faq"]), ALL),
                lambda: reading.faqs(snapshot, Filter(), ALL),
                lambda: reading.article(snapshot, "first", None, prefer="en"),
                lambda: reading.topics(snapshot, "en", None),
                lambda: reading.hub(snapshot, "procedure", "microneedling", "en"),
            ):
                statements.clear()
                ask()
                counts.append(len(statements))
        return counts

    a_live_article(library, "First", sections=[a_section(), a_faq()])
    few = numbers()
    for number in range(10):
        about = ["procedure:microneedling", "condition:acne"]
        a_live_article(library, f"Article {number}", sections=[a_section(), a_faq()], topics=about)
    assert numbers() == few
    assert 0 < min(few) <= max(few) <= 8
