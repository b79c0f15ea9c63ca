"""Editors' acts on topics."""

import pytest

from content import cataloguing, changes, editing, reading
from content.cataloguing import LabelDraft
from content.errors import EditConflict, Invalid, MayNotPublish, TopicInUse, TopicTaken, Unknown
from content.library import Actor, Library
from tests.building import EDITOR, a_draft, a_live_article

NAMES = [LabelDraft("cupping"), LabelDraft("kupping", kind="hidden")]


def create(library: Library, key: str = "cupping", names: list[LabelDraft] | None = None) -> None:
    with library.writing(EDITOR) as work:
        cataloguing.create_topic(work, "procedure", key, names or NAMES)


def test_imports_match_hidden_labels_too(library: Library) -> None:
    create(library)
    with library.reading() as session:
        labels = cataloguing.labels(session)
    assert ("procedure:cupping", "kupping") in labels


def test_a_topic_is_created_once(library: Library) -> None:
    create(library)
    with pytest.raises(TopicTaken):
        create(library)


def test_all_reasons_are_told_at_once(library: Library) -> None:
    names = [LabelDraft(" ", locale="english", kind="odd"), LabelDraft("a"), LabelDraft("b")]
    with pytest.raises(Invalid) as caught, library.writing(EDITOR) as work:
        cataloguing.create_topic(work, "procedures", "Not A Key", names)
    assert [reason.pointer for reason in caught.value.reasons] == [
        "/kind",
        "/key",
        "/labels/0/label",
        "/labels/0/locale",
        "/labels/0/kind",
        "/labels/2/kind",
    ]


def test_a_topic_needs_a_preferred_label(library: Library) -> None:
    with pytest.raises(Invalid):
        create(library, names=[LabelDraft("cupping", kind="hidden")])


def test_a_new_label_reaches_readers_of_live_articles_through_the_log(library: Library) -> None:
    create(library)
    article = a_live_article(library, topics=["procedure:cupping"])
    a_draft(library, "A draft", topics=["procedure:cupping"])
    with library.writing(EDITOR) as work:
        cataloguing.relabel_topic(work, "procedure", "cupping", 1, [LabelDraft("dry cupping")])
    with library.reading() as session:
        assert [each.article_id for each in changes.after(session, 1, 10)] == [article.id]
        found = reading.article(session, article.slug, None, prefer="en")
    assert found.topics[0].label == "dry cupping"
    assert found.updated_at > found.published_at


def test_relabelling_what_readers_see_takes_the_right_to_publish(library: Library) -> None:
    create(library)
    a_live_article(library, topics=["procedure:cupping"])
    intern = Actor("an intern", publishes=False)
    with pytest.raises(MayNotPublish), library.writing(intern) as work:
        cataloguing.relabel_topic(work, "procedure", "cupping", 1, [LabelDraft("other")])


def test_a_stale_revision_is_refused(library: Library) -> None:
    create(library)
    with pytest.raises(EditConflict), library.writing(EDITOR) as work:
        cataloguing.relabel_topic(work, "procedure", "cupping", 7, NAMES)


def test_a_topic_in_use_is_not_deleted_and_its_users_are_named(library: Library) -> None:
    create(library)
    a_draft(library, "About cupping", topics=["procedure:cupping"])
    with pytest.raises(TopicInUse) as caught, library.writing(EDITOR) as work:
        cataloguing.delete_topic(work, "procedure", "cupping", 1)
    assert "about-cupping" in caught.value.reasons[0].detail


def test_an_unused_topic_can_be_deleted(library: Library) -> None:
    create(library)
    with library.writing(EDITOR) as work:
        cataloguing.delete_topic(work, "procedure", "cupping", 1)
    with library.reading() as session, pytest.raises(Unknown):
        cataloguing.topic(session, "procedure", "cupping")


def test_a_deleted_article_does_not_keep_its_topic(library: Library) -> None:
    create(library)
    article = a_draft(library, topics=["procedure:cupping"])
    with library.writing(EDITOR) as work:
        editing.delete_article(work, article.id, None)
    with library.writing(EDITOR) as work:
        cataloguing.delete_topic(work, "procedure", "cupping", 1)
    with library.reading() as session, pytest.raises(Unknown):
        cataloguing.topic(session, "procedure", "cupping")
