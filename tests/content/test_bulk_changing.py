"""Changes in bulk: planned in context, made all or none, and taken back."""

from typing import Any

import pytest

from content import bulk_changing, bulk_planning, editing, inspecting, publishing, reading, sharing
from content.bulk import Replacement, Retopicking, Retyping, Where
from content.drafts import ItemDraft, SectionDraft
from content.errors import Conflict, Invalid, MayNotPublish, Unknown
from content.library import Actor, Library
from content.models import Article, Edition
from content.published import PageRequest
from content.shared import SharedUse
from tests.building import (
    AFTERCARE,
    EDITOR,
    a_draft,
    a_live_article,
    a_section,
    a_shared_section,
)

pytestmark = pytest.mark.xdist_group("postgres")
PEEL = Replacement("peel", "chemical peel")


@pytest.fixture(params=["sqlite", "postgresql"])
def any_library(request: pytest.FixtureRequest) -> Library:
    """A migrated library on each database."""
    chosen = "library" if request.param == "sqlite" else "postgres_library"
    library: Library = request.getfixturevalue(chosen)
    return library


def plan(library: Library, asked: bulk_planning.Asked = PEEL, **where: Any) -> str:
    with library.writing(EDITOR) as work:
        return bulk_planning.plan(work, asked, Where(**where)).id


def hits(library: Library, bulk_id: str) -> list[tuple[str, str, str, str]]:
    with library.reading() as session:
        found = bulk_planning.hits(session, bulk_id, PageRequest(100)).items
        return [
            (each.text.field, each.hit.before, each.hit.found, each.hit.after) for each in found
        ]


def apply(library: Library, bulk_id: str, *only: int) -> list[str]:
    with library.writing(EDITOR) as work:
        result = bulk_changing.apply(work, bulk_id, only or None)
        return [each.article_id for each in result.articles]


def revert(library: Library, bulk_id: str) -> list[str]:
    with library.writing(EDITOR) as work:
        return [each.article_id for each in bulk_changing.revert(work, bulk_id).articles]


def draft(library: Library, article: Article) -> Edition:
    with library.reading() as session:
        found = inspecting.article(session, article.id).draft
        assert found is not None
        assert all(section.items is not None for section in found.sections)
        return found


def texts(library: Library, article: Article) -> list[str | None]:
    found = draft(library, article)
    parts = [text for each in found.sections for text in (each.heading, each.body)]
    pairs = [text for each in found.sections for i in each.items for text in (i.question, i.answer)]
    return [found.title, *parts, *pairs]


def test_a_term_is_found_in_its_context_replaced_and_put_back(any_library: Library) -> None:
    faq = SectionDraft("faq", "Asked", items=[ItemDraft("Is a peel safe?", "A `peel` is.")])
    body = "After a *peel*, see [the peel](/peel) page."
    live = a_live_article(any_library, "The peel", sections=[a_section(body=body), faq])
    other = a_draft(any_library, "Needling")
    bulk_id = plan(any_library)
    assert hits(any_library, bulk_id) == [
        ("title", "The ", "peel", ""),
        ("body", "After a *", "peel", "*, see [the peel](/peel) page."),
        ("body", "After a *peel*, see [the ", "peel", "](/peel) page."),
        ("question", "Is a ", "peel", " safe?"),
    ]
    before = _shown(any_library, live)
    assert apply(any_library, bulk_id) == [live.id]
    after = [
        "The chemical peel",
        "After the session",
        "After a *chemical peel*, see [the chemical peel](/peel) page.",
        "Asked",
        "",
        "Is a chemical peel safe?",
        "A `peel` is.",
    ]
    assert texts(any_library, live) == after
    assert _shown(any_library, live) == before
    assert draft(any_library, other).number == 1
    revision = _revision(any_library, live)
    assert apply(any_library, bulk_id) == [live.id]
    assert _revision(any_library, live) == revision
    assert revert(any_library, bulk_id) == [live.id]
    assert texts(any_library, live)[2] == body
    revision = _revision(any_library, live)
    assert revert(any_library, bulk_id) == [live.id]
    assert _revision(any_library, live) == revision
    with pytest.raises(Conflict):
        apply(any_library, bulk_id)


def test_only_some_hits_are_replaced(library: Library) -> None:
    article = a_draft(library, "The peel", sections=[a_section(body="A peel, a peel and a peel.")])
    bulk_id = plan(library)
    apply(library, bulk_id, 3)
    assert texts(library, article)[0] == "The peel"
    assert texts(library, article)[2] == "A peel, a chemical peel and a peel."
    revert(library, bulk_id)
    assert texts(library, article)[2] == "A peel, a peel and a peel."


def test_nothing_is_changed_where_one_text_is_not_what_was_planned(any_library: Library) -> None:
    articles = [a_draft(any_library, f"Peel {n}") for n in range(3)]
    bulk_id = plan(any_library)
    with any_library.writing(EDITOR) as work:
        editing.change_article(work, articles[1].id, None, title="Another peel")
        editing.delete_article(work, articles[2].id, None)
    with pytest.raises(Conflict) as caught:
        apply(any_library, bulk_id)
    assert [each.code for each in caught.value.reasons] == ["text_changed", "gone"]
    assert texts(any_library, articles[0])[0] == "Peel 0"


def test_what_somebody_edited_since_is_not_put_back(library: Library) -> None:
    articles = [a_draft(library, f"Peel {n}") for n in range(2)]
    bulk_id = plan(library)
    apply(library, bulk_id)
    with library.writing(EDITOR) as work:
        editing.change_article(work, articles[1].id, None, title="Mine")
    with pytest.raises(Conflict) as caught:
        revert(library, bulk_id)
    assert [each.code for each in caught.value.reasons] == ["text_changed"]
    assert texts(library, articles[0])[0] == "chemical peel 0"


def test_a_shared_text_is_left_to_where_it_is_shared_and_named(library: Library) -> None:
    shared = a_shared_section(library)
    article = a_draft(library)
    with library.writing(EDITOR) as work:
        sharing.add_section(work, article.id, None, SharedUse(shared.id), None)
    bulk_id = plan(library, Replacement("week", "month"))
    with library.reading() as session:
        assert bulk_planning.bulk_change(session, bulk_id).shared == [shared.id]
    apply(library, bulk_id)
    assert [each.body for each in draft(library, article).sections] == [
        "Keep the skin clean and out of the sun for a month.",
        AFTERCARE.body,
    ]


@pytest.mark.parametrize(
    ("where", "titles"),
    [
        ({}, ["German", "Live", "Scars"]),
        ({"locale": "de"}, ["German"]),
        ({"topic": "condition:acne"}, ["Scars"]),
        ({"type": "aftercare"}, ["German", "Live", "Scars"]),
        ({"type": "risks"}, []),
    ],
)
def test_a_plan_is_narrowed(library: Library, where: dict[str, str], titles: list[str]) -> None:
    a_draft(library, "German", locale="de")
    a_draft(library, "Scars", topics=["condition:acne"])
    a_live_article(library, "Live")
    bulk_id = plan(library, Replacement("week", "month"), **where)
    with library.writing(EDITOR) as work:
        found = bulk_changing.apply(work, bulk_id).articles
    assert sorted(each.title for each in found) == titles


def test_sections_are_retyped_and_taken_back(library: Library) -> None:
    article = a_live_article(library, sections=[a_section(), a_section("risks")])
    bulk_id = plan(library, Retyping("aftercare", "recurrence_factors"))
    apply(library, bulk_id)
    assert [each.type for each in draft(library, article).sections] == [
        "recurrence_factors",
        "risks",
    ]
    revert(library, bulk_id)
    assert draft(library, article).sections[0].type == "aftercare"


def test_topics_are_changed_for_readers_by_who_may_publish(any_library: Library) -> None:
    live = a_live_article(any_library, "Live")
    asked = Retopicking(add=["condition:acne"], remove=["procedure:microneedling"])
    bulk_id = plan(any_library, asked)
    with pytest.raises(MayNotPublish), any_library.writing(Actor("x", publishes=False)) as work:
        bulk_changing.apply(work, bulk_id)
    apply(any_library, bulk_id)
    assert _shown(any_library, live)[1] == ["condition:acne"]
    revert(any_library, bulk_id)
    assert _shown(any_library, live)[1] == ["procedure:microneedling"]


def test_a_live_article_keeps_a_topic(library: Library) -> None:
    a_live_article(library)
    bulk_id = plan(library, Retopicking(remove=["procedure:microneedling"]))
    with pytest.raises(Conflict) as caught:
        apply(library, bulk_id)
    assert [each.code for each in caught.value.reasons] == ["no_topic"]


def test_what_could_not_be_stored_is_refused_with_all_else(library: Library) -> None:
    sound = a_draft(library, "A peel")
    a_draft(library, "peel " + "x" * 290)
    bulk_id = plan(library)
    with pytest.raises(Conflict) as caught:
        apply(library, bulk_id)
    assert [each.code for each in caught.value.reasons] == ["too_long"]
    assert texts(library, sound)[0] == "A peel"


@pytest.mark.parametrize(
    ("asked", "where", "pointers"),
    [
        (Replacement(" ", "x"), {}, ["/find"]),
        (Replacement("x" * 301, "y"), {}, ["/find"]),
        (Replacement("a\nb", "y"), {}, ["/find"]),
        (Replacement("x", "x"), {}, ["/replace_with"]),
        (Replacement("x", "y", places=["foot"]), {}, ["/in"]),
        (Replacement("x", "y", places=[]), {}, ["/in"]),
        (Replacement("x", "y"), {"type": "nothing"}, ["/where/type"]),
        (Replacement("x", "y"), {"topic": "a:b"}, ["/where/topic"]),
        (Retyping("nothing", "aftercare"), {}, ["/from"]),
        (Retyping("risks", "risks"), {}, ["/to"]),
        (Retopicking(), {}, ["/add"]),
        (Retopicking(add=["a:b"], remove=["c:d"]), {}, ["/add", "/remove"]),
    ],
)
def test_what_is_wrong_with_a_plan_is_told(
    library: Library, asked: bulk_planning.Asked, where: dict[str, str], pointers: list[str]
) -> None:
    with pytest.raises(Invalid) as caught:
        plan(library, asked, **where)
    assert [each.pointer for each in caught.value.reasons] == pointers


def test_a_plan_that_is_too_large_is_refused_and_not_kept(library: Library) -> None:
    a_draft(library, sections=[a_section(body="peel " * 10_001)])
    with pytest.raises(Invalid) as caught:
        plan(library)
    assert [each.code for each in caught.value.reasons] == ["too_many"]
    with library.reading() as session:
        assert bulk_planning.bulk_changes(session, PageRequest(10)).items == []


def test_there_is_no_other_hit_and_no_other_plan(library: Library) -> None:
    a_draft(library, "A peel")
    bulk_id = plan(library)
    for number in (0, 2):
        with pytest.raises(Invalid):
            apply(library, bulk_id, number)
    with pytest.raises(Conflict):
        revert(library, bulk_id)
    with pytest.raises(Unknown):
        apply(library, "nothing")


def test_what_was_changed_in_bulk_is_published_like_any_draft(library: Library) -> None:
    article = a_live_article(library, "The peel")
    apply(library, plan(library))
    with library.writing(EDITOR) as work:
        publishing.publish(work, article.id, None)
    assert _shown(library, article)[0] == "The chemical peel"


def _shown(library: Library, article: Article) -> tuple[str, list[str]]:
    with library.reading() as session:
        found = reading.article(session, article.slug, None, prefer="en")
        return found.title, [each.ref for each in found.topics]


def _revision(library: Library, article: Article) -> int:
    with library.reading() as session:
        return inspecting.article(session, article.id).revision
