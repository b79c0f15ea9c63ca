"""The vocabulary as a library has it."""

from concurrent.futures import ThreadPoolExecutor

from content import cataloguing, changes, equating, publishing
from content.cataloguing import LabelDraft
from content.equating import GroupDraft
from content.expanding import Vocabularies, vocabulary_of
from content.library import Actor, Library
from content.models import Article
from content.searching.queries import parse
from content.searching.vocabulary import Vocabulary
from tests.building import EDITOR, a_draft, a_live_article


def current(library: Library, kept: Vocabularies) -> Vocabulary:
    with library.snapshot() as snapshot:
        return kept.current(snapshot)


def synonyms(vocabulary: Vocabulary, text: str) -> set[str]:
    return {form.written for clause in parse(text, vocabulary).clauses for form in clause.synonyms}


def cupping(library: Library, *names: LabelDraft) -> Article:
    """A live article under a topic that has these labels."""
    with library.writing(EDITOR) as work:
        cataloguing.create_topic(work, "procedure", "cupping", names)
    return a_live_article(library, topics=["procedure:cupping"])


def test_labels_and_groups_are_read_once_until_they_change(library: Library) -> None:
    kept = Vocabularies()
    first = current(library, kept)
    assert current(library, kept) is first
    cupping(library, LabelDraft("cupping"), LabelDraft("suction cups", kind="alternative"))
    second = current(library, kept)
    assert second.revision > first.revision
    assert synonyms(second, "cupping") == {"suction cups"}
    with library.writing(EDITOR) as work:
        equating.create_group(work, GroupDraft(["cupping", "cup massage"]))
    assert "cup massage" in synonyms(current(library, kept), "cupping")
    with library.writing(EDITOR) as work:
        cataloguing.relabel_topic(work, "procedure", "cupping", None, [LabelDraft("dry cupping")])
    assert "dry cupping" not in synonyms(current(library, kept), "suction cups")


def topics_named(library: Library, kept: Vocabularies) -> tuple[str, ...]:
    return parse("cupping", current(library, kept)).clauses[0].topics


def test_topics_count_for_as_long_as_readers_see_them(library: Library) -> None:
    kept = Vocabularies()
    with library.writing(Actor("a writer", publishes=False)) as work:
        cataloguing.create_topic(work, "procedure", "cupping", [LabelDraft("cupping")])
    a_draft(library, "A draft", topics=["procedure:cupping"])
    assert topics_named(library, kept) == ()
    live = [a_live_article(library, title, topics=["procedure:cupping"]) for title in "ab"]
    assert topics_named(library, kept) == ("procedure:cupping",)
    for number, article in enumerate(live):
        assert topics_named(library, kept) == ("procedure:cupping",), number
        with library.writing(EDITOR) as work:
            publishing.withdraw(work, article.id, None, "wrong")
    assert topics_named(library, kept) == ()


def test_a_second_article_under_a_topic_changes_no_word(library: Library) -> None:
    kept = Vocabularies()
    cupping(library, LabelDraft("cupping"))
    first = current(library, kept)
    second = a_live_article(library, "Second", topics=["procedure:cupping"])
    with library.writing(EDITOR) as work:
        publishing.withdraw(work, second.id, None, "wrong")
    assert current(library, kept) is first


def test_a_topic_is_named_by_its_labels_and_shown_by_the_preferred_one(library: Library) -> None:
    cupping(
        library,
        LabelDraft("cupping"),
        LabelDraft("kupping", kind="hidden"),
        LabelDraft("Schröpfen", locale="de"),
        LabelDraft("ventouses", locale="fr", kind="alternative"),
    )
    found = current(library, Vocabularies()).topics()
    ours = {each.locale: each for each in found if each.ref == "procedure:cupping"}
    assert ours["en"].label == "cupping"
    assert ours["en"].names == ("cupping", "kupping")
    assert ours["en"].hidden == {"kupping"}
    assert ours["de"].label == "Schröpfen"
    assert ours["fr"].label == ""


def test_hidden_labels_match_and_are_never_written(library: Library) -> None:
    cupping(library, LabelDraft("cupping"), LabelDraft("kupping", kind="hidden"))
    vocabulary = current(library, Vocabularies())
    assert parse("kupping", vocabulary).clauses[0].topics == ("procedure:cupping",)
    assert "kupping" not in synonyms(vocabulary, "cupping") | set(vocabulary.words())


def test_what_a_topic_hides_is_hidden_in_synonyms_though_nobody_sees_the_topic(
    library: Library,
) -> None:
    with library.writing(EDITOR) as work:
        names = [LabelDraft("cupping"), LabelDraft("kupping", kind="hidden")]
        cataloguing.create_topic(work, "procedure", "cupping", names)
        equating.create_group(work, GroupDraft(["cup massage", "kupping"]))
    vocabulary = current(library, Vocabularies())
    assert "kupping" not in set(vocabulary.words())
    assert parse("kupping", vocabulary).clauses[0].topics == ()
    assert "cupping" not in {name for topic in vocabulary.topics() for name in topic.names}


def test_shipped_synonyms_are_in_force_until_a_group_takes_their_place(library: Library) -> None:
    kept = Vocabularies()
    assert "recovery time" in synonyms(current(library, kept), "downtime")
    with library.writing(EDITOR) as work:
        equating.create_group(work, GroupDraft(["downtime", "days of rest"]))
    assert synonyms(current(library, kept), "downtime") == {"days of rest"}


def test_a_session_reads_the_same_as_a_snapshot(library: Library) -> None:
    with library.writing(EDITOR) as work:
        equating.create_group(work, GroupDraft(["glow"], ["shine"], "en"))
    with library.reading() as session:
        vocabulary = vocabulary_of(session, changes.vocabulary(session))
    assert synonyms(vocabulary, "glow") == {"shine"}


def test_many_who_ask_at_once_have_it_read_once(library: Library) -> None:
    kept = Vocabularies()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: current(library, kept), range(32)))
    assert len({id(each) for each in found}) == 1
