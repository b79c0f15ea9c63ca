"""Near duplicates: what is similar to a text, and the report over the whole library."""

import pytest

from content import comparing, drafting, editing, filing, publishing
from content.comparing import Duplicate, ReportQuery, Similar
from content.library import Library
from content.models import Article
from content.published import Key, PageRequest
from content.shingles import whole_text
from tests.building import EDITOR, a_draft, a_faq, a_live_article, a_section

pytestmark = pytest.mark.xdist_group("postgres")

CARE = (
    "Keep the treated skin clean and out of the sun for a full week. Wear a mineral sunscreen "
    "whenever you leave the house, and use nothing but a bland moisturiser in the evening. Small "
    "crusts fall off by themselves within five days; whoever picks at them risks a scar."
)
EDITED = CARE.replace("a full week", "ten days")
PARAPHRASE = (
    "For seven days after the appointment, wash gently and avoid sunbathing. Outdoors you should "
    "protect your face with a physical filter; before bed, an unscented cream is all that it "
    "needs. Leave scabs alone until they drop, or lasting marks may follow."
)


@pytest.fixture(params=["sqlite", "postgresql"])
def any_library(request: pytest.FixtureRequest) -> Library:
    """An empty library on each database."""
    chosen = "library" if request.param == "sqlite" else "postgres_library"
    library: Library = request.getfixturevalue(chosen)
    return library


def similar(library: Library, text: str, least: float = 0.6, locale: str = "en") -> list[Similar]:
    filing.catch_up(library)
    with library.reading() as session:
        (found,) = comparing.similar(session, [text], locale=locale, least=least)
    return found


def report(library: Library, wanted: ReportQuery | None = None) -> list[Duplicate]:
    filing.catch_up(library)
    with library.reading() as session:
        return list(comparing.duplicates(session, wanted or ReportQuery(0.6)))


def names(found: list[Duplicate]) -> list[tuple[str, list[str]]]:
    return [(each.title, [other.title for other in each.similar]) for each in found]


def numbered(count: int, start: int = 0) -> str:
    return " ".join(f"word{number}" for number in range(start, start + count))


def first_section(library: Library, article: Article) -> str:
    with library.reading() as session:
        found = session.merge(article, load=False)
        edition = found.draft or found.live
        assert edition is not None
        return edition.sections[0].id


def test_a_copy_with_small_edits_is_named_with_its_true_share(any_library: Library) -> None:
    article = a_live_article(any_library, "Needling", sections=[a_section(body=EDITED)])
    (found,) = similar(any_library, CARE)
    assert (found.article_id, found.slug, found.type) == (article.id, "needling", "aftercare")
    assert found.section_id == first_section(any_library, article)
    assert (found.relation, found.live) == ("same", True)
    # Of 47 and 46 shingles, 42 are shared.
    assert found.share == pytest.approx(42 / 51)
    assert found.sentence == "82 % the same as 'After the session' (aftercare) of 'Needling'"


def test_a_paraphrase_is_not_reported(any_library: Library) -> None:
    a_live_article(any_library, sections=[a_section(body=PARAPHRASE)])
    assert similar(any_library, CARE, least=0.5) == []


def test_the_share_decides_and_not_the_estimate(library: Library) -> None:
    a_live_article(library, sections=[a_section(body=EDITED)])
    assert similar(library, CARE, least=42 / 51) != []
    assert similar(library, CARE, least=42 / 51 + 0.001) == []


def test_a_text_within_a_longer_one_is_reported_both_ways(any_library: Library) -> None:
    long = f"{numbered(60)}\n\n{CARE}\n\n{numbered(60, start=100)}"
    a_live_article(any_library, "Long", sections=[a_section(body=long)])
    (found,) = similar(any_library, CARE)
    assert (found.relation, found.share) == ("part", 1.0)
    assert found.sentence == "100 % of it stands in 'After the session' (aftercare) of 'Long'"
    (around,) = similar(any_library, f"{long} {numbered(200, start=300)}")
    assert (around.relation, around.share) == ("whole", 1.0)
    assert around.sentence.startswith("it holds 100 % of 'After")


def test_questions_and_answers_are_compared_too(any_library: Library) -> None:
    pairs = (("Can I go out?", CARE), ("Does it hurt?", "Hardly."))
    a_live_article(any_library, sections=[a_faq(*pairs)])
    (found,) = similar(any_library, whole_text("", pairs))
    assert (found.type, found.share) == ("faq", 1.0)


def test_drafts_are_marked_as_not_live(any_library: Library) -> None:
    a_draft(any_library, "A plan", sections=[a_section(body=CARE)])
    (found,) = similar(any_library, CARE)
    assert not found.live
    assert found.sentence.endswith("of 'A plan', a draft")


def test_short_texts_are_similar_to_none(library: Library) -> None:
    short = "Keep the skin clean and out of the sun."
    a_live_article(library, sections=[a_section(body=short)])
    assert similar(library, short) == []


def test_each_text_has_its_own_answer(library: Library) -> None:
    a_live_article(library, "One", sections=[a_section(body=CARE)])
    a_live_article(library, "Two", sections=[a_section(body=numbered(40))])
    filing.catch_up(library)
    with library.reading() as session:
        texts = [numbered(40), "", PARAPHRASE, CARE]
        found = comparing.similar(session, texts, locale="en")
    assert [[each.title for each in some] for some in found] == [["Two"], [], [], ["One"]]


def test_no_texts_are_similar_to_nothing(library: Library) -> None:
    with library.reading() as session:
        assert comparing.similar(session, [], locale="en") == []


def test_other_locales_are_not_compared(any_library: Library) -> None:
    a_live_article(any_library, sections=[a_section(body=CARE)], locale="en-GB")
    assert similar(any_library, CARE) == []
    assert len(similar(any_library, CARE, locale="en-GB")) == 1


def test_deleted_text_is_not_reported_even_before_it_is_filed(any_library: Library) -> None:
    article = a_live_article(any_library, sections=[a_section(body=CARE)])
    assert len(similar(any_library, CARE)) == 1
    with any_library.writing(EDITOR) as work:
        editing.delete_article(work, article.id, None)
    with any_library.reading() as session:
        assert comparing.similar(session, [CARE], locale="en") == [[]]
    assert similar(any_library, CARE) == []


def test_superseded_text_is_not_reported(any_library: Library) -> None:
    article = a_live_article(any_library, sections=[a_section(body=CARE)])
    filing.catch_up(any_library)
    section = first_section(any_library, article)
    with any_library.writing(EDITOR) as work:
        editing.replace_section(work, article.id, section, None, a_section(body=PARAPHRASE))
    assert [each.live for each in similar(any_library, CARE)] == [True]
    assert [each.live for each in similar(any_library, PARAPHRASE)] == [False]
    with any_library.writing(EDITOR) as work:
        publishing.publish(work, article.id, None)
    assert similar(any_library, CARE) == []
    assert [each.live for each in similar(any_library, PARAPHRASE)] == [True]


def test_a_removed_section_is_not_reported_even_before_it_is_filed(any_library: Library) -> None:
    article = a_draft(any_library, sections=[a_section(body=CARE)])
    filing.catch_up(any_library)
    with any_library.writing(EDITOR) as work:
        editing.remove_section(work, article.id, first_section(any_library, article), None)
    with any_library.reading() as session:
        assert comparing.similar(session, [CARE], locale="en") == [[]]


def test_what_stands_in_draft_and_live_edition_counts_once(any_library: Library) -> None:
    article = a_live_article(any_library, sections=[a_section(body=CARE)])
    with any_library.writing(EDITOR) as work:
        editing.change_article(work, article.id, None, title="Another title")
    (found,) = similar(any_library, CARE)
    assert (found.live, found.title) == (True, "Calm skin after needling")
    assert report(any_library) == []


def test_two_states_of_one_section_are_no_duplicates(any_library: Library) -> None:
    article = a_live_article(any_library, sections=[a_section(body=CARE)])
    with any_library.writing(EDITOR) as work:
        section = drafting.open_draft(work, work.session.merge(article)).sections[0].id
        editing.replace_section(work, article.id, section, None, a_section(body=EDITED))
    assert report(any_library) == []
    (found,) = similar(any_library, EDITED)
    assert (found.share, found.live) == (1.0, False), "the better of the two states"


def test_the_same_text_twice_in_one_article_is_reported(any_library: Library) -> None:
    sections = [a_section(body=CARE), a_section("risks", "Again", CARE)]
    a_live_article(any_library, "One", sections=sections)
    (found,) = report(any_library)
    assert (found.heading, found.similar[0].heading) == ("Again", "After the session")


def test_at_most_three_are_named_and_the_best_first(any_library: Library) -> None:
    for number, body in enumerate([EDITED, f"{CARE} {numbered(12)}", CARE, CARE, CARE]):
        a_draft(any_library, f"Draft {number}", sections=[a_section(body=body)])
    a_live_article(any_library, "Live", sections=[a_section(body=CARE)])
    found = similar(any_library, CARE)
    assert [each.title for each in found] == ["Live", "Draft 2", "Draft 3"]
    assert {each.share for each in found} == {1.0}


def test_the_report_names_each_section_with_the_older_ones(any_library: Library) -> None:
    for title, body in {"One": CARE, "Two": EDITED, "Alone": PARAPHRASE, "Three": CARE}.items():
        a_draft(any_library, title, sections=[a_section(body=body)])
    assert names(report(any_library)) == [("Three", ["One", "Two"]), ("Two", ["One"])]


def test_the_report_is_narrowed(any_library: Library) -> None:
    for title, kind, locale in (
        ("One", "aftercare", "en"),
        ("Two", "risks", "en"),
        ("Eins", "aftercare", "de"),
        ("Zwei", "aftercare", "de"),
    ):
        a_draft(any_library, title, sections=[a_section(kind, body=CARE)], locale=locale)
    assert names(report(any_library)) == [("Zwei", ["Eins"]), ("Two", ["One"])]
    assert names(report(any_library, ReportQuery(types=["risks"]))) == [("Two", ["One"])]
    assert names(report(any_library, ReportQuery(locale="de"))) == [("Zwei", ["Eins"])]
    assert report(any_library, ReportQuery(types=["cost"])) == []


def test_the_pages_of_the_report_hold_all_of_it(any_library: Library) -> None:
    for number in range(7):
        a_draft(any_library, f"Copy {number}", sections=[a_section(body=CARE)])
    filing.catch_up(any_library)
    found: list[Duplicate] = []
    after: Key | None = None
    with any_library.reading() as session:
        for _ in range(10):
            page = comparing.report(session, ReportQuery(), PageRequest(2, after))
            assert len(page.items) <= 2
            found += page.items
            after = page.next
            if after is None:
                break
    assert after is None
    assert [each.title for each in found] == [f"Copy {number}" for number in range(6, 0, -1)]


def test_a_page_ends_when_much_was_compared_for_it(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "MOST_COMPARED", comparing._CHUNK)
    for body in (CARE, CARE):
        a_draft(library, sections=[a_section(body=body)])
    for number in range(comparing._CHUNK):
        body = numbered(20, start=number * 100)
        a_draft(library, f"Other {number}", sections=[a_section(body=body)])
    filing.catch_up(library)
    with library.reading() as session:
        page = comparing.report(session, ReportQuery(), PageRequest(20))
        assert (page.items, page.next is None) == ([], False)
        rest = comparing.report(session, ReportQuery(), PageRequest(20, page.next))
        assert len(rest.items) == 1
        assert comparing.report(session, ReportQuery(), PageRequest(20, rest.next)).next is None


def test_a_rebuilt_shadow_answers_the_same(any_library: Library) -> None:
    for title, body in {"One": CARE, "Two": EDITED, "Three": CARE}.items():
        a_live_article(any_library, title, sections=[a_section(body=body), a_faq()])
    before = similar(any_library, CARE), report(any_library)
    assert filing.rebuild(any_library) == 3
    assert (similar(any_library, CARE), report(any_library)) == before
