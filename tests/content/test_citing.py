"""Citing: references wait for publishing like the text, and readers follow them from there."""

import pytest

from content import citing, editing, publishing, reading
from content.errors import EditConflict, Invalid, NotPublishable
from content.library import Library
from content.references import Reference
from tests.building import EDITOR, a_draft, a_live_article, a_section

STUDY = Reference("study", "Of skin", doi="10.1000/182", year=2019)
BOOK = Reference("book", "On skin", publisher="A house")


def shown(library: Library, article_id: str) -> list[Reference]:
    """What readers are told that an article rests on."""
    with library.reading() as session:
        return reading.references(session, article_id)


def test_references_are_linked_by_number_and_wait_for_publishing(each_library: Library) -> None:
    body = "It heals [^ref:book], mostly [^ref:study][^ref:book]. A [^note] stays, `[^ref:x]` too."
    article = a_draft(each_library, sections=[a_section(body=body)])
    with each_library.writing(EDITOR) as work:
        citing.set_references(work, article.id, None, [STUDY, BOOK])
        assert shown(each_library, article.id) == []
        publishing.publish(work, article.id, None)
    assert shown(each_library, article.id) == [STUDY, BOOK]
    with each_library.reading() as session:
        found = reading.article(session, article.slug, None, prefer="en")
        plain = reading.article(session, article.slug, None, prefer="en", body_format="text")
    link = '<a href="#ref:{}" rel="noopener">[{}]</a>'
    assert (found.sections or [])[0].body == (
        f"<p>It heals {link.format('book', 2)}, mostly {link.format('study', 1)}"
        f"{link.format('book', 2)}. A [^note] stays, <code>[^ref:x]</code> too.</p>"
    )
    expected = "It heals [2], mostly [1][2]. A [^note] stays, [^ref:x] too."
    assert (plain.sections or [])[0].body == expected


def test_a_new_draft_keeps_the_references_and_a_live_edition_its_own(library: Library) -> None:
    article = a_live_article(library)
    with library.writing(EDITOR) as work:
        citing.set_references(work, article.id, None, [STUDY])
        first = publishing.publish(work, article.id, None).live
        assert first is not None
        before = first.digest
        editing.change_article(work, article.id, None, title="Calmer")
        citing.set_references(work, article.id, None, [STUDY, BOOK])
    assert shown(library, article.id) == [STUDY]
    with library.writing(EDITOR) as work:
        citing.set_references(work, article.id, None, [BOOK])
        again = publishing.publish(work, article.id, None).live
        assert again is not None
        assert again.digest != before
    assert shown(library, article.id) == [BOOK]


def test_the_digest_of_an_edition_tells_its_references(library: Library) -> None:
    article = a_live_article(library)
    with library.writing(EDITOR) as work:
        found = work.session.merge(article)
        before = found.live.digest if found.live else None
        citing.set_references(work, article.id, None, [STUDY])
        published = publishing.publish(work, article.id, None).live
        assert published is not None
        assert published.digest not in {before, None}


def test_what_is_cited_must_be_there(library: Library) -> None:
    article = a_draft(library, sections=[a_section(body="So they say [^ref:study].")])
    with library.writing(EDITOR) as work, pytest.raises(NotPublishable) as refusal:
        publishing.publish(work, article.id, None)
    assert [each.code for each in refusal.value.reasons] == ["unknown_reference"]


def test_wrong_and_stale_references_change_nothing(library: Library) -> None:
    article = a_draft(library)
    with library.writing(EDITOR) as work, pytest.raises(Invalid) as refusal:
        citing.set_references(work, article.id, None, [Reference("A", " ")])
    assert [each.pointer for each in refusal.value.reasons] == [
        "/references/0/id",
        "/references/0/title",
    ]
    with library.writing(EDITOR) as work, pytest.raises(EditConflict):
        citing.set_references(work, article.id, 99, [STUDY])
