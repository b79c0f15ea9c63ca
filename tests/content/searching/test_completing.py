"""Completing: what is offered for what is being typed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.searching import Completion
from content.searching.completing import MAX_LIMIT, Completions, Part, marked
from content.searching.completion_tables import CompletionSegment, completion_arrays, folded
from content.searching.documents import SectionDocument
from content.searching.vocabulary import NO_WORDS, NamedTopic, Vocabulary

_NOTHING = SectionDocument("", "", "en", "", "risks", (), "An article", None, "")


def a_section(
    number: int,
    heading: str | None = None,
    *,
    title: str = "Calm skin",
    locale: str = "en",
    questions: Sequence[str] = (),
    topics: Sequence[str] = (),
) -> SectionDocument:
    return replace(
        _NOTHING,
        section_id=f"s{number:03}",
        title=title,
        heading=heading,
        locale=locale,
        questions=tuple(questions),
        topics=tuple(topics),
    )


def headed(*headings: str, title: str = "Calm skin") -> list[SectionDocument]:
    return [a_section(number, each, title=title) for number, each in enumerate(headings)]


def completions(
    *segments: Sequence[SectionDocument | None], deleted: Sequence[str] = ()
) -> Completions:
    """Of an index with these segments, of which some sections are deleted."""
    parts: list[Part] = []
    documents: list[SectionDocument | None] = []
    for each in segments:
        alive = [d is not None and d.section_id not in deleted for d in each]
        segment = CompletionSegment(completion_arrays(each))
        parts.append(Part(segment, np.array(alive, np.bool_), len(documents)))
        documents += each
    return Completions(parts, lambda number: (documents[number] or _NOTHING).section_id)


def a_topic(
    label: str, *others: str, hidden: Sequence[str] = (), locale: str = "en", ref: str = ""
) -> NamedTopic:
    names = tuple(name for name in (label, *others, *hidden) if name)
    return NamedTopic(ref or f"procedure:{label}", label, locale, names, frozenset(hidden))


def texts(
    found: Completions,
    typed: str,
    *,
    vocabulary: Vocabulary = NO_WORDS,
    locale: str | None = None,
    limit: int = 8,
) -> list[str]:
    return [each.text for each in found.complete(typed, vocabulary, locale, limit)]


def test_every_typed_word_must_begin_a_word_in_any_order() -> None:
    found = completions(headed("Acne scars: what helps", "Acne and pills", "Scarves"))
    assert texts(found, "acn sc") == ["Acne scars: what helps"]
    assert texts(found, "scars ac") == ["Acne scars: what helps"]
    assert texts(found, "acne wart") == []


@pytest.mark.parametrize("typed", ["RÉSUMÉ", "resu", "Résu", " resu "])
def test_case_and_accents_do_not_count(typed: str) -> None:
    assert texts(completions(headed("Résumé of results")), typed) == ["Résumé of results"]


def test_compounds_are_found_by_their_parts_and_as_one_word() -> None:
    found = completions(headed("Why micro-needling works"))
    for typed in ("micro-n", "needl", "microneed", "micro need"):
        assert texts(found, typed) == ["Why micro-needling works"]


def test_what_starts_with_the_text_comes_first_then_what_begins_with_its_words() -> None:
    found = completions(
        headed("Care of the skin at home", "Skin and care", "Skin care at home", "The skin")
    )
    expected = ["Skin care at home", "Skin and care", "Care of the skin at home"]
    assert texts(found, "skin care") == expected


def test_then_comes_the_kind_then_the_number_of_sections_then_what_is_shorter() -> None:
    sections = [
        a_section(1, "Scars of old", title="Scars", topics=["condition:scar"]),
        a_section(2, "Scars and you", title="Scars", questions=["Scars?"]),
        a_section(3, "Scars and you", title="Scarring"),
        a_section(4, "Scars", title="Other"),
    ]
    vocabulary = Vocabulary(topics=[a_topic("scarred skin", ref="condition:scar")])
    found = completions(sections).complete("sca", vocabulary, None, 10)
    assert [(each.text, each.kind, each.sections) for each in found] == [
        ("scarred skin", "topic", 1),
        ("Scars?", "question", 1),
        ("Scars and you", "heading", 2),
        ("Scars of old", "heading", 1),
        ("Scarring", "title", 1),
    ]


def test_a_heading_of_many_articles_is_one_completion_that_leads_to_the_first() -> None:
    found = completions(headed("Aftercare", "AFTERCARE", "aftercare"), headed())
    [completion] = found.complete("aft", NO_WORDS, None, 8)
    assert completion == Completion("Aftercare", "heading", "s000", 3)


def test_only_what_live_sections_say_is_offered_as_they_spell_it() -> None:
    found = completions(headed("Aftercare", "AFTERCARE", "Aftermath"), deleted=["s000", "s002"])
    assert found.complete("aft", NO_WORDS, None, 8) == [
        Completion("AFTERCARE", "heading", "s001", 1)
    ]


def test_a_locale_is_kept_to() -> None:
    sections = [a_section(1, "Risiken", locale="de"), a_section(2, "Risks")]
    found = completions(sections)
    assert texts(found, "ris") == ["Risks", "Risiken"]
    assert texts(found, "ris", locale="de") == ["Risiken"]
    assert texts(found, "ris", locale="fr") == []


def test_a_topic_is_found_by_all_of_its_names_and_shown_by_its_label_alone() -> None:
    topic = a_topic("anti-wrinkle injections", "toxin", hidden=["botox"], ref="procedure:toxin")
    found = completions([a_section(1, topics=["procedure:toxin"])])
    vocabulary = Vocabulary(topics=[topic])
    for typed in ("anti-w", "tox", "boto", "inject"):
        [completion] = found.complete(typed, vocabulary, None, 8)
        assert completion.text == "anti-wrinkle injections"
        assert completion.ref == "procedure:toxin"


def test_a_topic_is_shown_in_the_locale_asked_for_and_never_by_a_hidden_name() -> None:
    ref = "procedure:peel"
    named = [
        a_topic("chemical peel", locale="en", ref=ref),
        a_topic("Peeling", locale="de", ref=ref),
        a_topic("", hidden=["pelage"], locale="fr", ref=ref),
        a_topic("", hidden=["xylo"], locale="fr", ref="device:none"),
    ]
    sections = [
        a_section(n, topics=[ref, "device:none"], locale=at) for n, at in enumerate(("de", "fr"))
    ]
    found, vocabulary = completions(sections), Vocabulary(topics=named)
    assert texts(found, "pe", vocabulary=vocabulary, locale="de") == ["Peeling"]
    assert texts(found, "chem", vocabulary=vocabulary, locale="de") == ["Peeling"]
    assert texts(found, "pela", vocabulary=vocabulary, locale="fr") == ["chemical peel"]
    assert texts(found, "xylo", vocabulary=vocabulary) == []


def test_a_topic_without_live_sections_is_not_offered() -> None:
    vocabulary = Vocabulary(topics=[a_topic("peel"), a_topic("needling")])
    sections = [
        a_section(1, topics=["procedure:peel"]),
        a_section(2, topics=["procedure:needling"]),
    ]
    found = completions(sections, deleted=["s001"])
    assert texts(found, "pee", vocabulary=vocabulary) == []
    assert texts(found, "", vocabulary=vocabulary) == ["needling"]


def test_without_a_word_the_topics_of_most_sections_are_offered() -> None:
    vocabulary = Vocabulary(topics=[a_topic("needling"), a_topic("peel"), a_topic("acne")])
    sections = [a_section(n, topics=["procedure:peel"]) for n in range(3)]
    sections += [
        a_section(n + 3, topics=["procedure:acne", "procedure:needling"]) for n in range(2)
    ]
    for typed in ("", "  ", "?!", "✨"):
        found = texts(completions(sections), typed, vocabulary=vocabulary)
        assert found == ["peel", "acne", "needling"]


@pytest.mark.parametrize(
    ("typed", "heading"),
    [
        ("aftrc", "Aftercare"),
        ("mircon", "Microneedling"),
        ("imcroneedl", "Microneedling"),
        ("micronedeeling", "Microneedling"),
        ("hyaluronik", "Hyaluronic acid"),
        ("recovry tim", "Recovery time"),
        ("reccurrenc", "Recurrence"),
    ],
)
def test_where_little_comes_misspelt_beginnings_are_put_right(typed: str, heading: str) -> None:
    headings = ("Aftercare", "Microneedling", "Hyaluronic acid", "Recovery time", "Recurrence")
    assert texts(completions(headed(*headings)), typed) == [heading]


@pytest.mark.parametrize("typed", ["acm", "2025", "zzzzzzzz", "axxxrcare", "microxxxxling"])
def test_what_is_short_or_too_far_off_is_not_put_right(typed: str) -> None:
    assert texts(completions(headed("Acne", "In 2024", "Aftercare", "Microneedling")), typed) == []


def test_what_was_typed_right_comes_before_what_was_put_right() -> None:
    found = completions(headed("Scarf", "Scars", "Scary things"))
    assert texts(found, "scarf") == ["Scarf", "Scars", "Scary things"]


HEADINGS = st.sampled_from(
    ["Aftercare", "AFTERCARE", "After care", "Acne scars", "Acné: scars!", "Risks", "Does it hurt"]
)
SECTIONS = st.lists(
    st.builds(
        a_section,
        st.integers(0, 999),
        HEADINGS | st.none() | st.text(max_size=12),
        title=HEADINGS | st.text(max_size=12),
        locale=st.sampled_from(["en", "de"]),
        questions=st.lists(HEADINGS, max_size=2),
        topics=st.sets(st.sampled_from(["procedure:peel", "procedure:hidden"])).map(sorted),
    ),
    max_size=12,
    unique_by=lambda section: section.section_id,
)
TYPED = st.sampled_from(
    ["a", "after", "aftrcare", "acne sc", "scars ac", "secr", "hidden", "peel"]
) | st.text(max_size=120)
NAMED = Vocabulary(
    topics=[
        a_topic("peel"),
        a_topic("veil", hidden=["secret", "aftershave"], ref="procedure:hidden"),
    ]
)


@given(SECTIONS, st.data(), TYPED, st.sampled_from([None, "en", "de", "fr"]), st.integers(1, 20))
def test_whatever_is_typed_few_live_and_public_texts_are_offered_however_they_are_stored(
    sections: list[SectionDocument],
    data: st.DataObject,
    typed: str,
    locale: str | None,
    limit: int,
) -> None:
    ids = [each.section_id for each in sections]
    deleted = data.draw(st.sets(st.sampled_from(ids))) if ids else set()
    cut = data.draw(st.integers(0, len(sections)))
    live = [each for each in sections if each.section_id not in deleted]
    stored = completions([*sections[:cut], None], sections[cut:], deleted=sorted(deleted))
    found = stored.complete(typed, NAMED, locale, limit)
    # Neither the segments nor what is deleted can be told from the answer.
    anew = completions([each for each in sections if each in live][::-1])
    assert found == anew.complete(typed, NAMED, locale, limit)
    assert len(found) <= min(limit, MAX_LIMIT)
    here = [each for each in live if locale in (None, each.locale)]
    said = {text for each in here for text in (each.title, each.heading, *each.questions)}
    assert {each.text for each in found} <= said | {"peel", "veil"}
    assert len({" ".join(folded(each.text)) for each in found}) == len(found)
    by_ref = Counter(ref for each in here for ref in each.topics)
    for each in found:
        if each.kind == "topic":
            assert each.sections == by_ref[each.ref]
        else:
            assert each.ref in {section.section_id for section in here}


@pytest.mark.parametrize(
    ("text", "typed", "shown"),
    [
        ("Aftercare", "after", "<mark>After</mark>care"),
        ("Acne scars & you", "sc acne", "<mark>Acne</mark> <mark>sc</mark>ars &amp; you"),
        ("<b>Résumé</b>", "resu", "&lt;b&gt;<mark>Résu</mark>mé&lt;/b&gt;"),
        ("Don't <script>", "dont s", "<mark>Don&#x27;t</mark> &lt;<mark>s</mark>cript&gt;"),
        ("Micro-needling", "micro-n", "<mark>Micro</mark>-<mark>n</mark>eedling"),
        ("Aftercare", "aftrcare", None),
        ("Aftercare", "", None),
    ],
)
def test_what_was_typed_is_marked_as_safe_html(text: str, typed: str, shown: str | None) -> None:
    assert marked(text, typed) == shown


@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_is_marked_nothing_of_it_is_markup(text: str, typed: str) -> None:
    shown = marked(text, typed)
    if shown is not None:
        bare = shown.replace("<mark>", "").replace("</mark>", "")
        assert not set("<>\"'") & set(bare)
