from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from content.library import Library
from content.searching.documents import BATCH, all_live_documents, live_documents
from tests.content.searching.building import library_in, publish, withdraw


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with library_in(tmp_path) as library:
        yield library


def statements_of(session: Session, article_ids: list[str]) -> int:
    seen: list[str] = []
    engine = session.get_bind()
    session.connection()

    def note(*details: object) -> None:
        seen.append(str(details[2]))

    event.listen(engine, "before_cursor_execute", note)
    try:
        list(live_documents(session, article_ids))
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def test_a_section_is_a_document_with_its_articles_title_and_topics(library: Library) -> None:
    article = publish(
        library,
        "microneedling",
        [("aftercare", "Aftercare", "Keep it clean.")],
        title="Microneedling",
        topics=["procedure:microneedling", "condition:acne_scars"],
    )
    with library.reading() as session:
        [document] = live_documents(session, [article])
    assert (document.article_id, document.slug, document.locale) == (article, "microneedling", "en")
    assert (document.type, document.title) == ("aftercare", "Microneedling")
    assert (document.heading, document.text) == ("Aftercare", "Keep it clean.")
    assert document.topics == ("procedure:microneedling", "condition:acne_scars")


def test_questions_and_answers_are_part_of_the_text(library: Library) -> None:
    pairs = [("Does it hurt?", "A little."), ("How long?", "An hour.")]
    publish(library, "faq", [("faq", "Questions", "")], pairs=pairs)
    with library.reading() as session:
        [document] = all_live_documents(session)
    assert document.text == "Does it hurt?\nA little.\n\nHow long?\nAn hour."


def test_superseded_and_withdrawn_editions_have_no_documents(library: Library) -> None:
    first = publish(library, "first", [("overview", None, "Old.")])
    publish(library, "first", [("overview", None, "New.")])
    second = publish(library, "second", [("overview", None, "Gone.")])
    withdraw(library, "second")
    with library.reading() as session:
        assert [each.text for each in live_documents(session, [first, second])] == ["New."]


def test_the_number_of_statements_does_not_grow_with_the_articles(library: Library) -> None:
    articles = [
        publish(library, f"a-{place}", [("overview", None, "Text."), ("faq", None, "")])
        for place in range(20)
    ]
    with library.reading() as session:
        one = statements_of(session, articles[:1])
        assert statements_of(session, articles) == one == 3


def test_all_live_documents_go_beyond_one_batch(library: Library) -> None:
    for place in range(BATCH + 5):
        publish(library, f"a-{place}", [("overview", None, f"Text {place}.")])
    with library.reading() as session:
        assert len(list(all_live_documents(session))) == BATCH + 5
