"""Which news concern which answers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from content import changes, editing, noticing, publishing, redirecting
from content.library import Library
from content.noticing import news
from content.scopes import EVERYTHING, Facts, News, Scope, Touched, Window
from tests.building import EDITOR, a_faq, a_live_article, a_section

DAY: Final = timedelta(days=1)
THEN: Final = datetime(2026, 5, 6, tzinfo=UTC)
HERE: Final = Facts(
    "m",
    frozenset({"a:b"}),
    frozenset({"risks"}),
    "en",
    "calm",
    THEN,
    THEN,
    ("1",),
    "m",
    frozenset("f"),
)


def concerned(scope: Scope, before: Facts | None, after: Facts | None) -> bool:
    return scope.concerned_by(News(5, [Touched("m", before, after)]))


@pytest.mark.parametrize(
    "scope",
    [
        Scope(),
        Scope(types=frozenset({"risks", "faq"})),
        Scope(topics=frozenset({"a:b"})),
        Scope(locale="en"),
        Scope(slugs=frozenset({"calm"})),
        Scope(updated_since=THEN),
    ],
)
def test_what_fits_the_filter_concerns_it_before_and_after(scope: Scope) -> None:
    assert concerned(scope, None, HERE)
    assert concerned(scope, HERE, None)


@pytest.mark.parametrize(
    "scope",
    [
        Scope(types=frozenset({"faq"})),
        Scope(topics=frozenset({"a:b", "c:d"})),
        Scope(locale="de"),
        Scope(slugs=frozenset({"glow"})),
        Scope(updated_since=THEN + DAY),
        Scope("pairs", locale="de"),
        Scope("pairs", folds=frozenset("g"), locale="de"),
    ],
)
def test_what_does_not_fit_concerns_nobody(scope: Scope) -> None:
    assert not concerned(scope, HERE, HERE)
    assert not concerned(scope, None, HERE)


def test_lists_of_pairs_care_for_pairs_alone() -> None:
    scope = Scope("pairs")
    assert not concerned(scope, HERE, replace(HERE, updated_at=THEN + DAY))
    assert not concerned(scope, replace(HERE, pairs=()), replace(HERE, pairs=(), slug="glow"))
    others: tuple[dict[str, Any], ...] = (
        *({"pairs": ("2",)}, {"slug": "glow"}, {"topics": frozenset()}, {"locale": "de"}),
    )
    for other in others:
        assert concerned(scope, HERE, replace(HERE, **other))


def test_an_equal_pair_in_any_article_stands_beside_those_shown() -> None:
    scope = Scope("pairs", topics=frozenset({"c:d"}), folds=frozenset({"f", "g"}))
    assert concerned(scope, None, HERE)
    assert not concerned(scope, None, replace(HERE, folds=frozenset("h")))


def test_lists_of_topics_care_for_topics_and_their_names() -> None:
    scope = Scope("topics")
    assert not concerned(scope, HERE, replace(HERE, slug="glow"))
    assert concerned(scope, HERE, replace(HERE, topics=frozenset()))
    assert concerned(scope, None, HERE)
    assert scope.concerned_by(News(5, [], frozenset({"a:b"})))


def test_too_much_news_concern_everybody_and_everything_is_always_concerned() -> None:
    assert Scope(locale="xx").concerned_by(News(5, None))
    assert EVERYTHING.concerned_by(News(5, []))


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize(
    ("first", "last", "covered"),
    [
        (None, None, True),
        ((-DAY, "m"), (DAY, "m"), True),
        ((-DAY, "m"), None, True),
        ((DAY, "m"), None, False),
        (None, (-DAY, "m"), False),
        ((0 * DAY, "m"), None, False),
        (None, (0 * DAY, "m"), True),
        ((0 * DAY, "before"), None, True),
        (None, (0 * DAY, "before"), False),
    ],
)
def test_a_page_begins_after_its_cursor_and_ends_with_its_last(
    descending: bool, first: Any, last: Any, covered: bool
) -> None:
    def place(end: Any) -> Any:
        if end is None:
            return None
        # In descending order what comes before is later, and higher.
        turned = {"m": "m", "before": "z" if descending else "a"}
        return THEN - end[0] if descending else THEN + end[0], turned[end[1]]

    window = Window("published_at", descending, place(first), place(last))
    assert window.covers(HERE) == covered
    scope = Scope(window=window)
    assert concerned(scope, None, HERE) == covered
    assert not concerned(scope, HERE, None), "what leaves a page is known by its own name"


def test_news_say_what_became_of_each_article(library: Library) -> None:
    stays = a_live_article(library, "Stays", slug="stays")
    goes = a_live_article(library, "Goes", sections=[a_section("risks"), a_faq()])
    with library.reading() as session:
        start = changes.head(session)
        assert news(session, start) == News(start, ())
    with library.writing(EDITOR) as work:
        publishing.withdraw(work, goes.id, None, "Wrong.")
        editing.change_article(work, stays.id, None, slug="moved", topics=["condition:acne"])
    comes = a_live_article(library, "Comes", sections=[a_faq()])
    passes = a_live_article(library, "Passes")
    with library.writing(EDITOR) as work:
        editing.delete_article(work, passes.id, None)
    with library.reading() as session:
        found = news(session, start)
    touched = {each.article_id: each for each in found.touched or ()}
    assert touched.keys() == {stays.id, goes.id, comes.id}, "who came and went was never seen"
    assert found.renamed == {"condition:acne"}
    before, after = touched[stays.id].before, touched[stays.id].after
    assert before is not None
    assert after is not None
    assert (before.slug, after.slug) == ("stays", "moved")
    assert [*before.topics, *after.topics] == ["procedure:microneedling", "condition:acne"]
    gone, come = touched[goes.id].before, touched[comes.id].after
    assert (touched[goes.id].after, touched[comes.id].before) == (None, None)
    assert gone is not None
    assert come is not None
    assert gone.types == {"risks", "faq"}
    assert gone.folds == come.folds != frozenset()


def test_more_news_than_can_be_told_apart_are_said_to_be_so(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        a_live_article(library, f"Article {number}")
    monkeypatch.setattr(noticing, "MOST_TOUCHED", 2)
    with library.reading() as session:
        assert news(session, 0).touched is None
        assert len(news(session, 1).touched or ()) == 2


def test_a_slug_that_leads_elsewhere_concerns_who_answered_in_its_place(library: Library) -> None:
    target = a_live_article(library, slug="target")
    with library.writing(EDITOR) as work:
        redirecting.create_redirect(work, "en", "glow", target.id)
    with library.reading() as session:
        made = news(session, 1)
    with library.writing(EDITOR) as work:
        redirecting.delete_redirect(work, "en", "glow", None)
    with library.reading() as session:
        assert news(session, 2).led == made.led == {"glow"}
        assert news(session, 3).led == set()
    assert Scope("places", slugs=frozenset({"glow", "calm"})).concerned_by(made)
    assert not Scope("places", slugs=frozenset({"calm"})).concerned_by(made)
    assert not Scope(slugs=frozenset({"glow"})).concerned_by(made)
