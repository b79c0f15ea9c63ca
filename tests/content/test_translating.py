"""What an article translates, and which translations readers find of it."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from content import editing, publishing, reading
from content.errors import Invalid, MayNotPublish, Moved, Unknown, Withdrawn
from content.library import Actor, Library
from content.models import Article
from content.published import PublishedArticle
from tests.building import EDITOR, a_draft, a_live_article


def translate(library: Library, article: Article, other: str | None) -> Article:
    with library.writing(EDITOR) as work:
        return editing.change_article(work, article.id, None, translation_of=other)


def codes(act: Callable[[], object]) -> list[tuple[str, str]]:
    """The places and codes of the reasons for which an act is refused."""
    with pytest.raises(Invalid) as caught:
        act()
    return [(reason.pointer, reason.code) for reason in caught.value.reasons]


def alternates(library: Library, slug: str, locale: str | None = None) -> list[tuple[str, str]]:
    with library.reading() as session:
        found = reading.article(session, slug, locale, prefer="en")
        return [(each.locale, each.slug) for each in reading.alternates(session, found).items]


def served(library: Library, slug: str, locale: str) -> tuple[str, str]:
    with library.reading() as session:
        found = reading.article(session, slug, locale, prefer="en", fallback=True)
    return found.locale, found.slug


@pytest.fixture
def peel(library: Library) -> Article:
    """An English original."""
    return a_live_article(library, "Peel", slug="peel")


@pytest.fixture
def family(library: Library, peel: Article) -> dict[str, Article]:
    """It with a German and a Swiss translation, each under a slug of its own."""
    made = {"en": peel}
    for locale, slug in (("de", "peeling"), ("de-CH", "schaelkur")):
        made[locale] = a_live_article(library, slug.title(), slug=slug, locale=locale)
        translate(library, made[locale], peel.id)
    return made


def test_an_article_can_be_created_as_a_translation(library: Library, peel: Article) -> None:
    with library.writing(EDITOR) as work:
        made = editing.create_article(work, title="Peeling", locale="de", translation_of=peel.id)
    assert made.original_id == peel.id


def test_a_translation_of_a_translation_is_put_under_the_original(
    library: Library, family: dict[str, Article]
) -> None:
    french = a_draft(library, "Gommage", locale="fr")
    assert translate(library, french, family["de"].id).original_id == family["en"].id


def test_a_translation_can_be_made_an_original_again(
    library: Library, family: dict[str, Article]
) -> None:
    assert translate(library, family["de"], None).original_id is None
    assert alternates(library, "peel") == [("de-CH", "schaelkur")]


def test_what_is_not_given_stays(library: Library, family: dict[str, Article]) -> None:
    with library.writing(EDITOR) as work:
        changed = editing.change_article(work, family["de"].id, None, summary="New.")
    assert changed.original_id == family["en"].id


def test_wrong_translations_are_refused(library: Library, family: dict[str, Article]) -> None:
    german = a_draft(library, "Peeling", locale="de")
    english = a_draft(library, "Another", locale="en")
    french = a_draft(library, "Gommage", locale="fr")
    wrong: list[tuple[Article, str, str]] = [
        (french, "nothing", "unknown_article"),
        (french, french.id, "itself"),
        (family["en"], family["de"].id, "itself"),
        (english, family["en"].id, "locale_taken"),
        (german, family["en"].id, "locale_taken"),
        (german, family["de-CH"].id, "locale_taken"),
        (family["en"], french.id, "has_translations"),
    ]
    for article, other, code in wrong:
        told = codes(partial(translate, library, article, other))
        assert told == [("/translation_of", code)]


def test_a_new_article_is_refused_with_all_reasons_at_once(library: Library, peel: Article) -> None:
    def create(**about: Any) -> Article:
        with library.writing(EDITOR) as work:
            return editing.create_article(work, **about)

    told = codes(lambda: create(title=" ", locale="en", translation_of=peel.id))
    assert told == [("/title", "empty"), ("/translation_of", "locale_taken")]
    told = codes(lambda: create(title="Peel", locale="en", translation_of="nothing"))
    assert told == [("/translation_of", "unknown_article")]


def test_what_was_deleted_is_no_original_and_leaves_its_locale(
    library: Library, family: dict[str, Article]
) -> None:
    french = a_draft(library, "Gommage", locale="fr")
    with library.writing(EDITOR) as work:
        editing.delete_article(work, family["en"].id, None)
        editing.delete_article(work, family["de"].id, None)
    for gone in ("en", "de"):
        told = codes(partial(translate, library, french, family[gone].id))
        assert told == [("/translation_of", "unknown_article")]
    english = a_live_article(library, "Peel anew", slug="anew")
    translate(library, english, family["de-CH"].id)
    assert alternates(library, "anew") == [("de-CH", "schaelkur")], "its group is still one"


@pytest.mark.xdist_group("postgres")
def test_of_two_translations_into_one_language_one_is_refused(
    postgres_library: Library,
) -> None:
    library = postgres_library
    original = a_live_article(library, "Peel", slug="peel")
    drafts = [a_draft(library, f"Peeling {number}", locale="de") for number in range(4)]
    refused: list[BaseException] = []

    def act(draft: Article) -> None:
        try:
            translate(library, draft, original.id)
        except Invalid as error:
            refused.append(error)

    threads = [threading.Thread(target=act, args=(draft,)) for draft in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 3


def test_readers_of_a_live_article_are_told_at_once(library: Library, peel: Article) -> None:
    german = a_live_article(library, "Peeling", slug="peeling", locale="de")
    before = _logged(library)
    translate(library, german, peel.id)
    after = _logged(library)
    assert [each[0] for each in after[len(before) :]] == [german.id]
    assert after[-1][1] != before[-1][1], "the digest tells of it"
    translate(library, german, peel.id)
    assert _logged(library) == after, "nothing new is not logged"


def test_who_may_only_write_joins_nothing_that_is_live(library: Library, peel: Article) -> None:
    german = a_live_article(library, "Peeling", slug="peeling", locale="de")
    with pytest.raises(MayNotPublish), library.writing(Actor("a writer", publishes=False)) as work:
        editing.change_article(work, german.id, None, translation_of=peel.id)
    assert alternates(library, "peel") == []


def _logged(library: Library) -> list[tuple[str, str | None]]:
    with library.reading() as session:
        items = reading.changes_since(session, 0, 100).items
    return [(each.article.id, each.article.digest) for each in items]


def test_translations_name_each_other(library: Library, family: dict[str, Article]) -> None:
    a_draft(library, "Gommage", locale="fr")
    assert family
    assert alternates(library, "peel") == [("de", "peeling"), ("de-CH", "schaelkur")]
    assert alternates(library, "peeling") == [("de-CH", "schaelkur"), ("en", "peel")]
    assert alternates(library, "schaelkur") == [("de", "peeling"), ("en", "peel")]


def test_drafts_and_what_was_withdrawn_are_no_translations(
    library: Library, family: dict[str, Article]
) -> None:
    with library.writing(EDITOR) as work:
        publishing.withdraw(work, family["de"].id, None, "wrong")
        editing.create_article(work, title="Gommage", locale="fr", translation_of=family["en"].id)
    assert alternates(library, "peel") == [("de-CH", "schaelkur")]


def test_articles_of_one_slug_are_translations_for_want_of_others(
    library: Library, family: dict[str, Article]
) -> None:
    assert family
    a_live_article(library, "Peel, en français", slug="peel", locale="fr")
    a_live_article(library, "Ein anderes Peel", slug="peel", locale="de")
    expected = [("de", "peeling"), ("de-CH", "schaelkur"), ("fr", "peel")]
    assert alternates(library, "peel") == expected
    assert alternates(library, "peel", "fr") == [("de", "peel"), ("en", "peel")]
    assert alternates(library, "peel", "de") == [("fr", "peel")], "the English one has another"


def test_a_map_of_the_site_names_the_same_translations(
    library: Library, family: dict[str, Article]
) -> None:
    assert family
    a_live_article(library, "Peel, en français", slug="peel", locale="fr")
    a_live_article(library, "Ein anderes Peel", slug="peel", locale="de")
    a_live_article(library, "Alone", slug="alone")
    with library.reading() as session:
        whole = list(reading.mapped(session, 0, 9))
        halves = [*reading.mapped(session, 0, 3), *reading.mapped(session, 3, 3)]
    assert halves == whole, "by parts as in one"
    found = {(each.locale, each.slug): each.translations for each in whole}
    assert found == {(locale, slug): alternates(library, slug, locale) for locale, slug in found}
    firsts = {each.slug: each.locale for each in whole if each.first}
    assert firsts == {"peel": "en", "peeling": "de", "schaelkur": "de-CH", "alone": "en"}
    assert len(found) == 6
    for place, others in found.items():
        assert all(place in found[other] for other in others), "each names who names it"


def test_translations_can_be_read_as_they_were(
    library: Library, family: dict[str, Article]
) -> None:
    then = len(_logged(library))
    translate(library, family["de"], None)
    with library.writing(EDITOR) as work:
        publishing.withdraw(work, family["de-CH"].id, None, "wrong")
    with library.reading() as session:
        found: PublishedArticle = reading.article(session, "peel", None, prefer="en", at=then)
        names = [each.slug for each in reading.alternates(session, found, at=then).items]
        assert names == ["peeling", "schaelkur"]
        swiss = reading.article(session, "peel", "de-CH", prefer="en", fallback=True, at=then)
        assert swiss.slug == "schaelkur"
    assert alternates(library, "peel") == []


def test_the_best_translation_answers_for_a_locale_that_is_missing(
    library: Library, family: dict[str, Article]
) -> None:
    assert served(library, "peel", "en") == ("en", "peel")
    assert served(library, "peeling", "de-CH") == ("de-CH", "schaelkur"), "by its own slug"
    assert served(library, "peel", "de-AT") == ("de", "peeling"), "the language"
    assert served(library, "schaelkur", "fr") == ("en", "peel"), "the site's own locale"
    with library.writing(EDITOR) as work:
        publishing.withdraw(work, family["en"].id, None, "wrong")
    assert served(library, "schaelkur", "fr") == ("de", "peeling"), "any"
    with library.reading() as session, pytest.raises(Unknown):
        reading.article(session, "peeling", "de-CH", prefer="en")


def test_articles_of_one_slug_answer_for_each_other(library: Library) -> None:
    a_live_article(library, "Peel", slug="peel", locale="fr")
    a_live_article(library, "Peel", slug="peel", locale="de")
    assert served(library, "peel", "de-CH") == ("de", "peel")
    assert served(library, "peel", "it") == ("de", "peel")


def test_nothing_stands_in_for_what_moved_was_withdrawn_or_never_was(
    library: Library, family: dict[str, Article]
) -> None:
    with library.writing(EDITOR) as work:
        editing.change_article(work, family["de"].id, None, slug="neues-peeling")
        publishing.withdraw(work, family["de-CH"].id, None, "wrong")
    for slug, locale, error in (
        ("peeling", "de", Moved),
        ("peeling", "de-CH", Moved),
        ("schaelkur", "de-CH", Withdrawn),
        ("schaelkur", "de", Withdrawn),
        ("never", "de", Unknown),
    ):
        with pytest.raises(error):
            served(library, slug, locale)
    assert served(library, "neues-peeling", "de-CH") == ("de", "neues-peeling")


def test_a_redirect_from_another_language_asks_for_the_same_locale_again(
    library: Library, family: dict[str, Article]
) -> None:
    with library.writing(EDITOR) as work:
        editing.change_article(work, family["de"].id, None, slug="neues-peeling")
    with pytest.raises(Moved) as caught:
        served(library, "peeling", "fr")
    assert not caught.value.ambiguous, "the query names a locale already"
