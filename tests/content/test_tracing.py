"""Tracing: a translation beside its original, section by section, as editing goes on."""

import pytest

from content import citing, editing, publishing, reviewing, tracing
from content.errors import Conflict, EditConflict, Invalid, NotReviewable, Unknown
from content.library import Library
from content.models import Article, Section
from content.published import PageRequest
from content.references import Reference
from content.tracing import Match, OutdatedTranslation
from tests.building import EDITOR, a_draft, a_faq, a_live_article, a_person, a_section, acting


def states(library: Library, article: Article) -> list[str]:
    """How its sections stand to those of the original."""
    with library.reading() as session:
        return [str(each.state) for each in tracing.trace(session, article.id).sections]


def sections(library: Library, article: Article) -> list[Section]:
    """Of its draft, or of what is live."""
    with library.reading() as session:
        found = session.get_one(Article, article.id)
        edition = found.draft or found.live
        assert edition is not None
        return list(edition.sections)


def edit(library: Library, article: Article, place: int, *, publish: bool = True) -> None:
    """Say something else in one section."""
    section = sections(library, article)[place]
    with library.writing(EDITOR) as work:
        editing.change_section(work, article.id, section.id, None, {"body": "Rest for two weeks."})
        if publish:
            publishing.publish(work, article.id, None)


def outdated(library: Library, limit: int = 100) -> list[OutdatedTranslation]:
    """The whole report, by pages."""
    found: list[OutdatedTranslation] = []
    after = None
    while True:
        with library.reading() as session:
            page = tracing.outdated(session, PageRequest(limit, after, count=True))
        found += page.items
        if page.next is None:
            assert page.total == len(found)
            return found
        after = page.next


def translated(library: Library, original: Article, locale: str = "de") -> Article:
    """A translation that was just begun."""
    with library.writing(EDITOR) as work:
        return tracing.start_translation(work, original.id, locale, title=f"In {locale}")


@pytest.fixture
def original(each_library: Library) -> Article:
    """A live article of three sections."""
    return a_live_article(each_library, sections=[a_section(), a_section("risks"), a_faq()])


def test_a_translation_begins_with_all_that_the_original_says(
    each_library: Library, original: Article
) -> None:
    with each_library.writing(EDITOR) as work:
        citing.set_references(work, original.id, None, [Reference("study", "Of skin")])
        publishing.publish(work, original.id, None)
    article = translated(each_library, original)
    mine, theirs = sections(each_library, article), sections(each_library, original)
    assert [each.body for each in mine] == [each.body for each in theirs]
    assert {each.id for each in mine}.isdisjoint({each.id for each in theirs})
    with each_library.reading() as session:
        found = session.get_one(Article, article.id)
        assert (found.original_id, found.locale) == (original.id, "de")
        assert [link.topic.ref for link in found.topic_links] == ["procedure:microneedling"]
        assert found.draft is not None
        assert [each["id"] for each in found.draft.references] == ["study"]
    assert states(each_library, article) == ["current"] * 3
    assert outdated(each_library) == []


def test_who_wrote_the_original_is_an_author_of_its_translation(library: Library) -> None:
    original = a_draft(library)
    author, translator = a_person(library, "Ada"), a_person(library, "Bo")
    with library.writing(acting(author)) as work:
        editing.change_article(work, original.id, None, title="Needling")
    with library.writing(acting(translator)) as work:
        article = tracing.start_translation(work, original.id, "de")
        reviewing.submit(work, article.id, None)
        assert article.draft is not None
        assert [each.name for each in article.draft.authors] == ["Bo", EDITOR.name, "Ada"]
    with library.writing(acting(author)) as work, pytest.raises(NotReviewable) as refusal:
        reviewing.approve(work, article.id, None, "Sound.")
    assert [each.code for each in refusal.value.reasons] == ["is_author"]


def test_what_readers_of_the_original_got_since_makes_a_section_outdated(
    each_library: Library, original: Article
) -> None:
    article = translated(each_library, original)
    edit(each_library, original, 1, publish=False)
    assert states(each_library, article) == ["current"] * 3
    with each_library.writing(EDITOR) as work:
        publishing.publish(work, original.id, None)
    assert states(each_library, article) == ["current", "outdated", "current"]
    (told,) = outdated(each_library)
    assert (told.id, told.outdated, told.missing) == (article.id, 1, 0)
    assert told.original_slug == original.slug


def test_an_editor_says_when_a_section_is_up_to_date(
    each_library: Library, original: Article
) -> None:
    article = translated(each_library, original)
    edit(each_library, original, 0)
    section = sections(each_library, article)[0]
    with each_library.writing(EDITOR) as work:
        traced = tracing.mark_translated(work, article.id, section.id, section.revision, None)
    assert [each.state for each in traced.sections] == [Match.CURRENT] * 3
    assert outdated(each_library) == []


def test_what_is_compared_in_a_live_translation_takes_no_draft(
    each_library: Library, original: Article
) -> None:
    article = translated(each_library, original)
    with each_library.writing(EDITOR) as work:
        publishing.publish(work, article.id, None)
    edit(each_library, original, 0)
    section = sections(each_library, article)[0]
    with each_library.writing(EDITOR) as work:
        tracing.mark_translated(work, article.id, section.id, None, None)
        assert work.session.get_one(Article, article.id).draft is None
    edit(each_library, article, 1)
    assert states(each_library, article) == ["current"] * 3


def test_sections_that_came_and_went_are_missing_and_extra(
    each_library: Library, original: Article
) -> None:
    article = translated(each_library, original)
    with each_library.writing(EDITOR) as work:
        gone = sections(each_library, original)[0]
        editing.remove_section(work, original.id, gone.id, None)
        editing.add_section(work, original.id, None, a_section("mechanism"), 1)
        publishing.publish(work, original.id, None)
        own = editing.add_section(work, article.id, None, a_section("cost"), None)
    assert states(each_library, article) == ["missing", "current", "current", "extra", "extra"]
    (told,) = outdated(each_library)
    assert (told.outdated, told.missing) == (0, 1)
    new = sections(each_library, original)[0]
    with each_library.writing(EDITOR) as work:
        tracing.mark_translated(work, article.id, own.id, None, new.id)
    assert states(each_library, article) == ["current", "current", "current", "extra"]
    assert outdated(each_library) == []


def test_the_report_goes_on_page_by_page(each_library: Library, original: Article) -> None:
    articles = [translated(each_library, original, locale) for locale in ("de", "fr", "it")]
    edit(each_library, original, 0)
    assert [each.id for each in outdated(each_library, 1)] == [each.id for each in articles]


def test_only_one_translation_into_a_locale_is_begun(library: Library) -> None:
    original = a_draft(library)
    article = translated(library, original)
    for source in (original, article):
        with library.writing(EDITOR) as work, pytest.raises(Invalid) as refusal:
            tracing.start_translation(work, source.id, "de")
        assert [each.code for each in refusal.value.reasons] == ["locale_taken"]


def test_what_cannot_be_compared_is_refused(library: Library) -> None:
    original = a_draft(library)
    article = translated(library, original)
    section = sections(library, article)[0]
    with library.reading() as session, pytest.raises(Conflict, match="translates none"):
        tracing.trace(session, original.id)
    with library.writing(EDITOR) as work:
        with pytest.raises(EditConflict):
            tracing.mark_translated(work, article.id, section.id, 99, None)
        with pytest.raises(Unknown):
            tracing.mark_translated(work, article.id, "nothing", None, None)
        with pytest.raises(Invalid):
            tracing.mark_translated(work, article.id, section.id, None, section.id)


def test_of_a_deleted_original_no_translation_is_begun(library: Library) -> None:
    original = a_draft(library)
    article = translated(library, original)
    with library.writing(EDITOR) as work:
        editing.delete_article(work, original.id, None)
    with library.writing(EDITOR) as work, pytest.raises(Conflict, match="was deleted"):
        tracing.start_translation(work, article.id, "fr")
    assert outdated(library) == []


def test_who_wrote_the_original_does_not_sign_its_copy(library: Library) -> None:
    author, translator = a_person(library, "An author"), a_person(library, "A translator")
    with library.writing(acting(author)) as work:
        original = editing.create_article(
            work, title="T", locale="en", topics=["condition:acne"], sections=[a_section()]
        )
    with library.writing(acting(translator)) as work:
        copy = tracing.start_translation(work, original.id, "en-GB")
        reviewing.submit(work, copy.id, None)
    for person in (author, translator):
        with pytest.raises(NotReviewable) as refusal, library.writing(acting(person)) as work:
            reviewing.approve(work, copy.id, None, "Sound.")
        assert [each.code for each in refusal.value.reasons] == ["is_author"]
