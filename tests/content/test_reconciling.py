"""Two people at one section, in the library."""

from dataclasses import replace

import pytest

from content import editing, publishing, recalling, reconciling
from content.drafts import ItemDraft, SectionDraft
from content.errors import Conflict, EditConflict, Invalid, MergeConflict, Unknown
from content.library import Library
from content.models import Article
from tests.building import EDITOR, a_draft, a_faq, a_live_article, a_section

BASE = "Rest for a week.\n\nDrink water.\n\nAvoid the sun."


@pytest.fixture
def article(library: Library) -> Article:
    """A draft with a section of three paragraphs."""
    return a_draft(library, sections=[a_section(body=BASE), a_section("risks", "Risks")])


def section_id(library: Library, article: Article, index: int = 0) -> str:
    with library.reading() as session:
        found = session.get_one(Article, article.id)
        edition = found.draft or found.live
        assert edition is not None
        return edition.sections[index].id


def put(library: Library, article: Article, section: str, expected: int | None, body: str) -> None:
    with library.writing(EDITOR) as work:
        editing.replace_section(work, article.id, section, expected, a_section(body=body))


def merged(
    library: Library, article: Article, section: str, base: int | SectionDraft, body: str
) -> tuple[str, int]:
    with library.writing(EDITOR) as work:
        mine = a_section(body=body)
        found = reconciling.merge_section(work, article.id, section, base, mine)
        return found.body, found.revision


def test_edits_of_two_paragraphs_are_both_kept(library: Library, article: Article) -> None:
    section = section_id(library, article)
    put(library, article, section, 1, BASE.replace("a week", "two weeks"))
    mine = BASE.replace("the sun", "the sun and the sea")
    body = "Rest for two weeks.\n\nDrink water.\n\nAvoid the sun and the sea."
    assert merged(library, article, section, 1, mine) == (body, 3)
    assert merged(library, article, section, a_section(body=BASE), body) == (body, 3)


def test_a_conflict_shows_all_three_and_stores_nothing(library: Library, article: Article) -> None:
    section = section_id(library, article)
    put(library, article, section, 1, BASE.replace("a week", "two weeks"))
    mine = BASE.replace("a week", "a month") + "\n\nCall us."
    with pytest.raises(MergeConflict) as caught:
        merged(library, article, section, 1, mine)
    members = caught.value.members
    assert members["conflicts"] == [
        {
            "pointer": "/body",
            "base": "Rest for a week.",
            "theirs": "Rest for two weeks.",
            "mine": "Rest for a month.",
            "paragraph": 1,
        }
    ]
    assert str(members["merged"]).count("Call us.") == 1
    with library.reading() as session:
        newest = recalling.recall(session, article.id, "draft", "from").version.sections[0]
    assert newest == members["current"]
    assert newest.body == BASE.replace("a week", "two weeks")


def test_a_stale_edit_is_told_what_the_section_says_now(library: Library, article: Article) -> None:
    section = section_id(library, article)
    put(library, article, section, 1, "New.")
    with pytest.raises(EditConflict) as caught:
        put(library, article, section, 1, "Newer.")
    assert caught.value.current == "2"
    with library.reading() as session:
        assert caught.value.text == recalling.section_at(session, article.id, section, 2)


def test_a_section_that_was_removed_is_shown_as_it_was(library: Library, article: Article) -> None:
    section = section_id(library, article)
    put(library, article, section, 1, "Last words.")
    with library.writing(EDITOR) as work:
        editing.remove_section(work, article.id, section, None)
    with pytest.raises(Conflict, match="removed") as caught:
        merged(library, article, section, 1, "Mine.")
    assert isinstance(caught.value, MergeConflict)
    removed = caught.value.members["removed"]
    assert getattr(removed, "body", None) == "Last words."


def test_what_was_never_read_cannot_be_a_base(library: Library, article: Article) -> None:
    section = section_id(library, article)
    with pytest.raises(Invalid) as caught:
        merged(library, article, section, 7, "Mine.")
    assert [each.pointer for each in caught.value.reasons] == ["/base"]
    with pytest.raises(Unknown):
        merged(library, article, "nothing", 1, "Mine.")
    with pytest.raises(Unknown):
        merged(library, a_draft(library), section, 1, "Mine.")


def test_what_cannot_be_stored_is_refused_with_its_place(
    library: Library, article: Article
) -> None:
    section = section_id(library, article)
    wrong = SectionDraft("aftercar", level=9)
    with pytest.raises(Invalid) as caught, library.writing(EDITOR) as work:
        reconciling.merge_section(work, article.id, section, wrong, wrong)
    assert [each.pointer for each in caught.value.reasons] == [
        *("/mine/type", "/mine/level", "/base/type", "/base/level")
    ]


def test_a_merge_on_a_live_article_grows_a_draft(library: Library) -> None:
    article = a_live_article(library, sections=[a_section(body=BASE)])
    section = section_id(library, article)
    assert merged(library, article, section, 1, "Mine.") == ("Mine.", 2)
    with library.reading() as session:
        live = session.get_one(Article, article.id).live
        assert live is not None
        assert live.sections[0].body == BASE


def test_a_merge_that_changes_nothing_grows_no_draft(library: Library) -> None:
    article = a_live_article(library, sections=[a_section(body=BASE)])
    section = section_id(library, article)
    assert merged(library, article, section, 1, BASE) == (BASE, 1)
    with library.reading() as session:
        assert session.get_one(Article, article.id).draft is None


def test_the_base_is_found_across_publications(library: Library, article: Article) -> None:
    section = section_id(library, article)
    with library.writing(EDITOR) as work:
        publishing.publish(work, article.id, None)
    put(library, article, section, 1, BASE.replace("water", "tea"))
    body, revision = merged(library, article, section, 1, BASE + "\n\nCall us.")
    assert (body, revision) == (BASE.replace("water", "tea") + "\n\nCall us.", 3)


def test_pairs_keep_their_identities_in_a_merge(library: Library) -> None:
    article = a_draft(library, sections=[a_faq(("A?", "a"), ("B?", "b"))])
    section = section_id(library, article)
    with library.reading() as session:
        base = recalling.section_at(session, article.id, section, 1)
        assert base is not None
    with library.writing(EDITOR) as work:
        theirs = replace(base.draft, items=[*base.draft.items, ItemDraft("C?", "c")])
        editing.replace_section(work, article.id, section, 1, theirs)
        mine = replace(
            base.draft,
            items=[replace(base.draft.items[0], answer="a!"), *base.draft.items[1:]],
        )
        found = reconciling.merge_section(work, article.id, section, 1, mine)
        assert [each.answer for each in found.items] == ["a!", "b", "c"]
        assert [each.id for each in found.items[:2]] == [each.id for each in base.items]
