"""Corrections of proposals: whatever editors do, every word and every character stays."""

import string
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from threading import Barrier
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select

from content import cataloguing, editing, filing, reading, rendering
from content.cataloguing import LabelDraft
from content.errors import Conflict, EditConflict, Invalid, Unknown
from content.importing import committing, correcting, phrasing
from content.importing.amending import CHOSEN, amend
from content.importing.correcting import CorrectionQuery
from content.importing.corrections import (
    Correction,
    Merge,
    Move,
    MoveToNewArticle,
    Retitle,
    Retopic,
    Retype,
    SetAside,
    Split,
    TakeBack,
    TakeBackAsSection,
)
from content.importing.cutting import nearest_borders
from content.importing.proposals import (
    Proposal,
    ProposedSection,
    ProposedTopic,
    SourceFormat,
    from_document,
)
from content.importing.proposing import Knowledge, propose
from content.library import Library
from content.models import Article, AuditEntry, RecordedCorrection
from content.published import PageRequest
from tests.building import EDITOR, a_draft, a_section
from tests.content.importing.building import MATCHER

PEEL = """# What a chemical peel does

A chemical peel takes off the outer layers of the skin. The skin answers with **new collagen. It
grows** for months. See [the leaflet](https://example.org/peel) first.

## Aftercare

Use sunscreen every day after the session. Then rest.

- Wash with lukewarm water.
- Leave flaking skin alone.

Redness fades in a week.

## Is it safe?

It is safe in trained hands.

## Frequently asked questions

These are asked most.

### Does it hurt?

It stings.

### How long does it take?

Half an hour.

## Share this article
"""

LABELS = {"procedure:chemical-peels": "Chemical peels", "condition:acne": "Acne"}


def read(source: str, source_format: SourceFormat = "markdown") -> Proposal:
    return propose(source, source_format, "utf-8", Knowledge(MATCHER))


def headed(proposal: Proposal, heading: str | None) -> ProposedSection:
    return next(each for each in proposal.sections if each.heading == heading)


def corrected(source: str, *corrections: Correction, form: SourceFormat = "markdown") -> Proposal:
    """A proposal to which corrections were applied, made by what it was before."""
    proposal = read(source, form)
    amend(proposal, corrections, LABELS)
    return proposal


def refusals(proposal: Proposal, *corrections: Correction) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        amend(proposal, corrections, LABELS)
    return [(reason.pointer, reason.code) for reason in caught.value.reasons]


def plain(markdown: str) -> str:
    return " ".join(rendering.render(markdown).text.split())


def test_a_retyped_section_is_settled_and_remembers_what_it_was() -> None:
    proposal = read(PEEL)
    section = headed(proposal, "Aftercare")
    amend(proposal, [Retype(section.id, "risks")], LABELS)
    assert (section.type, section.confidence, section.evidence) == ("risks", 1.0, [CHOSEN])
    assert section.runner_up == "aftercare"


def test_a_section_that_is_no_faq_any_more_keeps_its_pairs_as_text() -> None:
    proposal = read(PEEL)
    section = headed(proposal, "Frequently asked questions")
    assert len(section.items) == 2
    amend(proposal, [Retype(section.id, "procedure")], LABELS)
    assert section.items == []
    assert section.body.endswith(
        "**Does it hurt?**\n\nIt stings.\n\n**How long does it take?**\n\nHalf an hour."
    )


def test_pairs_that_something_stood_between_keep_all_of_their_places() -> None:
    proposal = read(
        "# Peels\n\nA peel peels.\n\n## FAQ\n\n### Does it hurt?\n\nIt stings.\n\n"
        "Subscribe to our newsletter!\n\nBut it never stings for long.\n"
    )
    section = headed(proposal, "FAQ")
    assert len(section.items[0].spans) == 2
    amend(proposal, [Retype(section.id, "procedure"), Merge(section.id)], LABELS)
    (only,) = proposal.articles[0].sections
    assert only.body.endswith("It stings.\n\nBut it never stings for long.")


def test_what_a_question_asks_about_can_be_said() -> None:
    proposal = read(PEEL)
    item = headed(proposal, "Frequently asked questions").items[0]
    amend(proposal, [Retype(item.id, "risks")], LABELS)
    assert item.type == "risks"
    assert refusals(proposal, Retype(item.id, "faq")) == [("/corrections/0/type", "not_of_a_pair")]


def test_titles_and_headings_can_be_written_anew() -> None:
    proposal = read(PEEL)
    article, section = proposal.articles[0], headed(proposal, "Aftercare")
    amend(proposal, [Retitle(article.id, "Peels"), Retitle(section.id, None)], LABELS)
    assert (article.title, section.heading) == ("Peels", None)
    assert refusals(proposal, Retitle(article.id, None)) == [("/corrections/0/text", "empty")]


@pytest.mark.parametrize(
    ("second", "first_ends", "second_begins"),
    [
        ("Then rest.", "after the session.", "Then rest."),
        ("Wash with", "Then rest.", "- Wash with"),
        ("Leave flaking", "lukewarm water.", "- Leave flaking"),
        ("Redness", "flaking skin alone.", "Redness"),
    ],
)
def test_a_section_is_split_before_a_sentence_an_item_or_a_paragraph(
    second: str, first_ends: str, second_begins: str
) -> None:
    proposal = read(PEEL)
    section = headed(proposal, "Aftercare")
    amend(proposal, [Split(section.id, section.body.index(second), "risks", "Mind")], LABELS)
    added = headed(proposal, "Mind")
    assert section.body.endswith(first_ends)
    assert added.body.startswith(second_begins)
    assert (added.type, added.evidence, added.level) == ("risks", [CHOSEN], section.level)
    assert proposal.source[added.spans[0][0] :].startswith(second_begins)
    sections = proposal.articles[0].sections
    assert sections.index(added) == sections.index(section) + 1


def test_a_cut_may_be_asked_for_in_the_gap_before_what_follows() -> None:
    proposal = read(PEEL)
    section = headed(proposal, "Aftercare")
    amend(proposal, [Split(section.id, section.body.index("\n- Wash"), "risks")], LABELS)
    assert section.body.endswith("Then rest.")


@pytest.mark.parametrize("inside", ["every day", "collagen. It", "It\ngrows"])
def test_a_cut_inside_a_sentence_or_bold_words_is_refused_with_the_places_near(
    inside: str,
) -> None:
    proposal = read(PEEL)
    section = next(each for each in proposal.sections if inside in each.body)
    offset = section.body.index(inside) + len(inside.split(maxsplit=1)[0]) + 1
    with pytest.raises(Invalid) as caught:
        amend(proposal, [Split(section.id, offset, "risks")], LABELS)
    (reason,) = caught.value.reasons
    assert reason.pointer == "/corrections/0/offset"
    places = [int(word.strip(".")) for word in reason.detail.split() if word.strip(".").isdigit()]
    assert places
    for place in places:
        again = read(PEEL)
        amend(again, [Split(section.id, place, "risks")], LABELS)
        assert again.unaccounted() == []


@pytest.mark.parametrize("offset", [-5, 0, 100_000])
def test_an_offset_outside_of_the_body_is_refused(offset: int) -> None:
    proposal = read(PEEL)
    section = headed(proposal, "Aftercare")
    assert refusals(proposal, Split(section.id, offset, "risks")) == [
        ("/corrections/0/offset", "not_a_border")
    ]


def test_the_pairs_of_a_faq_can_be_parted_from_what_precedes_them() -> None:
    proposal = read(PEEL)
    section = headed(proposal, "Frequently asked questions")
    amend(proposal, [Split(section.id, len(section.body), "faq", "Asked")], LABELS)
    added = headed(proposal, "Asked")
    assert (section.body, section.items) == ("These are asked most.", [])
    assert (added.body, len(added.items)) == ("", 2)


def test_a_section_without_any_text_is_not_split_off() -> None:
    proposal = read(PEEL)
    section = headed(proposal, "Frequently asked questions")
    assert refusals(proposal, Split(section.id, len(section.body), "risks")) == [
        ("/corrections/0/offset", "not_a_border")
    ]


def test_the_hint_where_to_cut_does_not_try_every_sentence_of_a_long_paragraph() -> None:
    sentences = "A sentence stands here now. " * 3_000
    proposal = read(f"# A peel\n\n## Aftercare\n\n**{sentences.strip()}**\n")
    section = headed(proposal, "Aftercare")
    began = time.process_time()
    refusals(proposal, Split(section.id, len(section.body) // 2 + 3, "risks"))
    assert time.process_time() - began < 10


def test_a_merged_section_keeps_its_heading_as_a_bold_paragraph() -> None:
    proposal = read(PEEL)
    amend(proposal, [Merge(headed(proposal, "Aftercare").id)], LABELS)
    first = proposal.articles[0].sections[0]
    assert "first.\n\n**Aftercare**\n\nUse sunscreen" in first.body


def test_a_section_can_be_merged_into_one_further_down() -> None:
    proposal = read(PEEL)
    target = headed(proposal, "Is it safe?")
    amend(proposal, [Merge(headed(proposal, "Aftercare").id, target.id)], LABELS)
    assert target.body.startswith("**Aftercare**\n\nUse sunscreen")
    assert target.body.endswith("It is safe in trained hands.")


def test_a_question_that_is_merged_into_a_faq_becomes_a_pair_of_it() -> None:
    proposal = read(PEEL)
    target = headed(proposal, "Frequently asked questions")
    amend(proposal, [Merge(headed(proposal, "Is it safe?").id, target.id)], LABELS)
    assert [each.question for each in target.items] == [
        "Is it safe?",
        "Does it hurt?",
        "How long does it take?",
    ]
    assert target.items[0].answer == "It is safe in trained hands."


def test_two_faqs_become_one() -> None:
    source = (
        "# Peels\n\nA peel.\n\n## FAQ\n\nQ: Why?\n\nA: So.\n\n## More FAQ\n\nQ: How?\n\nA: Thus.\n"
    )
    proposal = read(source)
    amend(proposal, [Merge(headed(proposal, "More FAQ").id)], LABELS)
    section = headed(proposal, "FAQ")
    assert [each.question for each in section.items] == ["Why?", "How?"]
    assert section.body == "**More FAQ**"


def test_the_first_section_is_merged_only_into_a_named_one() -> None:
    proposal = read(PEEL)
    first = proposal.articles[0].sections[0].id
    assert refusals(proposal, Merge(first)) == [("/corrections/0/id", "no_section_before")]
    assert refusals(proposal, Merge(first, first)) == [
        ("/corrections/0/into", "not_in_the_article")
    ]


def test_sections_move_within_an_article_and_into_new_ones() -> None:
    proposal = read(PEEL)
    article, section = proposal.articles[0], headed(proposal, "Is it safe?")
    amend(proposal, [Move(section.id, article.id, 1)], LABELS)
    assert article.sections[0] is section
    amend(proposal, [MoveToNewArticle(section.id, "Safety")], LABELS)
    assert [each.title for each in proposal.articles] == [article.title, "Safety"]
    amend(proposal, [Move(section.id, article.id)], LABELS)
    assert article.sections[-1] is section
    assert [each.title for each in proposal.articles] == [article.title]


def test_the_title_of_an_article_without_sections_is_set_aside() -> None:
    proposal = read("# Only a title\n\nA chemical peel.\n")
    amend(proposal, [SetAside(proposal.articles[0].sections[0].id)], LABELS)
    assert proposal.articles == []
    assert [(each.text.strip(), each.reason) for each in proposal.set_aside] == [
        ("# Only a title", "by_editor"),
        ("A chemical peel.", "by_editor"),
    ]


def test_what_was_set_aside_comes_back_with_its_markup() -> None:
    source = (
        "<h1>Peels</h1><nav><ul><li><a href='/a'>One</a></li><li>Two</li></ul></nav>"
        "<h2>Aftercare</h2><p>Rest &amp; wait for a week.</p>"
    )
    proposal = read(source, "html")
    aside = next(each for each in proposal.set_aside if each.reason == "navigation")
    section = headed(proposal, "Aftercare")
    amend(proposal, [TakeBack(aside.id, section.id, "beginning")], LABELS)
    assert section.body == "- [One](/a)\n- Two\n\nRest & wait for a week."


def test_links_that_are_defined_elsewhere_come_back_whole() -> None:
    source = "# A peel\n\n## Rest\n\nIt is [long][l].\n\n## Wait\n\nA week.\n\n[l]: https://a.org\n"
    proposal = read(source)
    rest, wait = headed(proposal, "Rest"), headed(proposal, "Wait")
    amend(proposal, [SetAside(rest.id)], LABELS)
    (aside,) = (each for each in proposal.set_aside if each.reason == "by_editor")
    amend(proposal, [TakeBack(aside.id, wait.id)], LABELS)
    assert 'href="https://a.org"' in rendering.render(wait.body).html
    assert plain(wait.body) == "A week. Rest It is long."


def test_a_heading_that_was_set_aside_can_head_its_section_again() -> None:
    proposal = read(PEEL)
    section = headed(proposal, "Aftercare")
    body, spans = section.body, section.spans
    amend(proposal, [SetAside(section.id)], LABELS)
    (aside,) = (each for each in proposal.set_aside if each.reason == "by_editor")
    again = TakeBackAsSection(
        aside.id, "aftercare", proposal.articles[0].id, heading="Aftercare", position=2
    )
    amend(proposal, [again], LABELS)
    back = proposal.articles[0].sections[1]
    assert (back.heading, back.body, back.spans) == ("Aftercare", body, spans)


def test_what_was_taken_out_of_the_last_article_can_begin_a_new_one() -> None:
    proposal = read("# Only a title\n\nA chemical peel. It peels. It heals.\n")
    amend(proposal, [SetAside(proposal.articles[0].sections[0].id)], LABELS)
    aside = next(each for each in proposal.set_aside if "peel" in each.text)
    amend(proposal, [TakeBackAsSection(aside.id, "overview", title="Peels")], LABELS)
    (article,) = proposal.articles
    assert (article.title, article.summary) == ("Peels", "A chemical peel. It peels.")
    assert [(each.type, each.body) for each in article.sections] == [
        ("overview", "A chemical peel. It peels. It heals.")
    ]
    assert proposal.unaccounted() == []


def test_what_is_taken_back_goes_to_an_article_or_to_a_new_one_and_not_to_both() -> None:
    proposal = read(PEEL)
    article = proposal.articles[0].id
    aside = proposal.set_aside[0].id
    assert refusals(
        proposal,
        TakeBackAsSection(aside, "risks"),
        TakeBackAsSection(aside, "risks", article, "Peels"),
        TakeBackAsSection(aside, "risks", title="Peels", position=2),
        TakeBackAsSection(aside, "risks", title=" "),
    ) == [
        ("/corrections/0/article", "one_of_two"),
        ("/corrections/1/article", "one_of_two"),
        ("/corrections/2/position", "out_of_range"),
        ("/corrections/3/title", "empty"),
    ]


@pytest.mark.parametrize(
    ("heading", "summary"),
    [
        ("Aftercare", "Use sunscreen every day after the session. Then rest."),
        ("Frequently asked questions", "These are asked most."),
        (None, "A chemical peel takes off the outer layers of the skin. The skin answers with"),
    ],
)
def test_an_article_made_by_a_move_has_a_summary_of_plain_text(
    heading: str | None, summary: str
) -> None:
    proposal = read(PEEL)
    amend(proposal, [MoveToNewArticle(headed(proposal, heading).id, "Its own")], LABELS)
    added = next(each for each in proposal.articles if each.title == "Its own")
    assert added.summary.startswith(summary)
    assert "*" not in added.summary


def test_an_article_that_is_all_pairs_is_summed_up_by_its_first_answer() -> None:
    proposal = read(PEEL)
    section = headed(proposal, "Frequently asked questions")
    amend(proposal, [Split(section.id, len(section.body), "faq", "Asked")], LABELS)
    amend(proposal, [MoveToNewArticle(headed(proposal, "Asked").id, "Its own")], LABELS)
    assert proposal.articles[1].summary == "It stings."


def test_markup_without_words_cannot_be_taken_back() -> None:
    proposal = read(
        "<h1>Peels</h1><script>alert('a peel')</script><p>A peel is a peel.</p>", "html"
    )
    (aside,) = proposal.set_aside
    section = proposal.articles[0].sections[0]
    assert refusals(proposal, TakeBack(aside.id, section.id)) == [("/corrections/0/id", "no_text")]


def test_front_matter_comes_back_as_the_text_that_it_is() -> None:
    proposal = read("---\ntitle: Peels\nauthor: Someone\n---\n\n# Peels\n\nA peel is a peel.\n")
    aside = next(each for each in proposal.set_aside if each.reason == "front_matter")
    section = proposal.articles[0].sections[0]
    amend(proposal, [TakeBack(aside.id, section.id)], LABELS)
    assert "author: Someone" in plain(section.body)


def test_topics_are_chosen_from_those_that_there_are() -> None:
    proposal = read(PEEL)
    article = proposal.articles[0]
    count = article.topics[0].count
    wanted = ["condition:acne", "procedure:chemical-peels", "condition:acne"]
    amend(proposal, [Retopic(article.id, wanted)], LABELS)
    assert [(each.ref, each.label, each.primary) for each in article.topics] == [
        ("condition:acne", "Acne", True),
        ("procedure:chemical-peels", "Chemical peels", False),
    ]
    assert article.topics[1].count == count > 0
    with pytest.raises(Invalid, match="cannot be made") as caught:
        amend(proposal, [Retopic(article.id, ["condition:acme"])], LABELS)
    (reason,) = caught.value.reasons
    assert reason.pointer == "/corrections/0/topics/0"
    assert "did you mean 'condition:acne'?" in reason.detail


def test_every_error_of_a_call_is_told_at_once() -> None:
    proposal = read(PEEL)
    article, section = proposal.articles[0].id, proposal.articles[0].sections[1].id
    assert refusals(
        proposal,
        Retype(section, "aftercaer"),
        Retype("p900", "nothing"),
        Retitle(section, " "),
        Retitle(section, "a" * 301),
        Split(section, 3, "aftercare", "two\nlines"),
        Move(section, "p900"),
        Move(section, article, 99),
        Merge(article),
        MoveToNewArticle(section, ""),
        SetAside("p901"),
    ) == [
        ("/corrections/0/type", "unknown_type"),
        ("/corrections/1/type", "unknown_type"),
        ("/corrections/1/id", "unknown_id"),
        ("/corrections/2/text", "empty"),
        ("/corrections/3/text", "too_long"),
        ("/corrections/4/heading", "line_break"),
        ("/corrections/4/offset", "not_a_border"),
        ("/corrections/5/article", "unknown_id"),
        ("/corrections/6/position", "out_of_range"),
        ("/corrections/7/id", "unknown_id"),
        ("/corrections/8/title", "empty"),
        ("/corrections/9/id", "unknown_id"),
    ]


def test_an_id_of_another_kind_is_called_what_it_is() -> None:
    proposal = read(PEEL)
    with pytest.raises(Invalid) as caught:
        amend(proposal, [Merge(proposal.articles[0].id)], LABELS)
    assert caught.value.reasons[0].detail.endswith("it is an article.")


# In the library


def kept(library: Library, source: str = PEEL) -> str:
    with library.reading() as session:
        found = committing.propose_source(
            session, source.encode(), limit=100_000, locale="en", source_format="markdown"
        )
    with library.writing(EDITOR) as work:
        return committing.keep(work, found, locale="en", filename="peel.md").id


def stored(library: Library, identity: str) -> Proposal:
    with library.reading() as session:
        found = committing.proposal(session, identity)
        return from_document(found.document, found.source)


def correct(
    library: Library, identity: str, *corrections: Correction, at: int | None = None
) -> int:
    with library.writing(EDITOR) as work:
        return correcting.correct(work, identity, at, corrections).revision


def recorded(library: Library, **narrowed: Any) -> list[RecordedCorrection]:
    with library.reading() as session:
        wanted = CorrectionQuery(**narrowed)
        return correcting.corrections(session, wanted, PageRequest(100)).items


def test_corrections_are_stored_all_or_none(library: Library) -> None:
    identity = kept(library)
    before = stored(library, identity)
    section = headed(before, "Aftercare").id
    with pytest.raises(Invalid):
        correct(library, identity, Retype(section, "risks"), Retype("p900", "risks"))
    assert stored(library, identity) == before
    assert recorded(library) == []
    assert correct(library, identity, Retype(section, "risks"), at=1) == 2
    assert headed(stored(library, identity), "Aftercare").type == "risks"


def test_a_correction_of_what_has_changed_since_is_refused(library: Library) -> None:
    identity = kept(library)
    section = headed(stored(library, identity), "Aftercare").id
    correct(library, identity, Retype(section, "risks"), at=1)
    with pytest.raises(EditConflict):
        correct(library, identity, Retype(section, "cost"), at=1)
    with pytest.raises(Unknown):
        correct(library, "nothing", Retype(section, "cost"))


def test_what_is_committed_is_what_was_corrected_and_stays_so(library: Library) -> None:
    identity = kept(library)
    proposal = stored(library, identity)
    article, section = proposal.articles[0], headed(proposal, "Is it safe?")
    correct(
        library,
        identity,
        Retype(section.id, "risks"),
        Retitle(article.id, "Peels, corrected"),
        Retopic(article.id, ["condition:acne"]),
    )
    with library.writing(EDITOR) as work:
        (made,) = committing.commit(work, identity, None, publish=True)
    with library.reading() as session:
        found = reading.article(session, made.slug, None, prefer="en")
    assert found.title == "Peels, corrected"
    assert [each.ref for each in found.topics] == ["condition:acne"]
    assert {each.heading: each.type for each in found.sections or []}["Is it safe?"] == "risks"
    with pytest.raises(Conflict, match="is committed"):
        correct(library, identity, Retype(section.id, "cost"))


def test_a_commit_of_a_proposal_that_was_corrected_since_is_refused(library: Library) -> None:
    identity = kept(library)
    correct(library, identity, Retype(headed(stored(library, identity), "Aftercare").id, "risks"))
    with pytest.raises(EditConflict), library.writing(EDITOR) as work:
        committing.commit(work, identity, 1)


def test_what_could_not_be_stored_is_not_corrected_into_being(library: Library) -> None:
    body = "\n\n".join("[a " * 30 + "peel]." for _ in range(40))
    identity = kept(library, f"# A peel\n\n## One\n\n{body}\n\n## Two\n\n{body}\n")
    with pytest.raises(Invalid) as caught:
        correct(library, identity, Merge(headed(stored(library, identity), "Two").id))
    assert caught.value.reasons[0].pointer == "/articles/0/sections/0/body"


TWO_TOPICS = """# What is done for the skin

Microneedling makes channels. Microneedling is quick. Microneedling needs rest.

## For acne

Acne heals. Acne scars fade. Acne comes back. Rosacea stays. Rosacea burns. Rosacea is red.

## At home

Rest for long.

Subscribe to our newsletter about rosacea, rosacea and rosacea!
"""


def counted(topics: Sequence[ProposedTopic]) -> dict[str, int]:
    return {each.ref: each.count for each in topics}


def test_topics_are_counted_anew_where_a_section_was_split_or_moved_away(library: Library) -> None:
    identity = kept(library, TWO_TOPICS)
    before = stored(library, identity)
    article, section = before.articles[0], headed(before, "For acne")
    assert counted(article.topics).keys() >= {"procedure:microneedling", "condition:rosacea"}
    correct(library, identity, Split(section.id, section.body.index("Rosacea"), "risks", "More"))
    halves = stored(library, identity)
    first, second = headed(halves, "For acne"), headed(halves, "More")
    assert "condition:rosacea" not in counted(first.topics)
    assert counted(second.topics) == {"condition:rosacea": 3}
    assert counted(halves.articles[0].topics) == counted(article.topics)
    correct(library, identity, MoveToNewArticle(second.id, "Rosacea"))
    left, added = stored(library, identity).articles
    assert "condition:rosacea" not in counted(left.topics)
    assert [(each.ref, each.count, each.primary) for each in added.topics] == [
        ("condition:rosacea", 4, True)
    ]


def test_topics_are_counted_anew_where_something_was_joined_to_a_section(library: Library) -> None:
    identity = kept(library, TWO_TOPICS)
    proposal = stored(library, identity)
    home, aside = headed(proposal, "At home"), proposal.set_aside[-1]
    assert counted(home.topics) == {}
    correct(library, identity, TakeBack(aside.id, home.id))
    found = stored(library, identity)
    assert counted(headed(found, "At home").topics) == {"condition:rosacea": 3}
    assert counted(found.articles[0].topics)["condition:rosacea"] == 6
    correct(library, identity, Merge(home.id))
    assert counted(headed(stored(library, identity), "For acne").topics)["condition:rosacea"] == 6


def test_topics_that_an_editor_gave_are_never_counted_over(library: Library) -> None:
    identity = kept(library, TWO_TOPICS)
    proposal = stored(library, identity)
    article, section = proposal.articles[0], headed(proposal, "For acne")
    given = Retopic(article.id, ["procedure:chemical-peels", "procedure:microneedling"])
    correct(library, identity, given, Merge(headed(proposal, "At home").id))
    correct(library, identity, MoveToNewArticle(section.id, "Acne"))
    kept_topics, added = (each.topics for each in stored(library, identity).articles)
    assert [each.ref for each in kept_topics] == list(given.topics)
    assert "condition:acne" in counted(added)


def test_a_section_that_only_changes_its_type_keeps_its_topics(library: Library) -> None:
    identity = kept(library, TWO_TOPICS)
    before = stored(library, identity)
    with library.writing(EDITOR) as work:
        cataloguing.create_topic(work, "concern", "long", [LabelDraft("Long")])
    correct(library, identity, Retype(headed(before, "At home").id, "risks"))
    after = stored(library, identity)
    assert [each.topics for each in after.sections] == [each.topics for each in before.sections]
    assert after.articles[0].topics == before.articles[0].topics


@pytest.mark.parametrize("round_number", range(6))
def test_a_correction_and_a_commit_at_once_lose_and_double_nothing(
    library: Library, round_number: int
) -> None:
    identity = kept(library)
    sections = [each.id for each in stored(library, identity).sections]
    ready = Barrier(6)

    def retitle(number: int) -> str | None:
        ready.wait()
        heading = f"Heading {round_number} {number}"
        try:
            correct(library, identity, Retitle(sections[number], heading))
        except Conflict:
            return None
        return heading

    def commit() -> list[str]:
        ready.wait()
        with library.writing(EDITOR) as work:
            return [each.id for each in committing.commit(work, identity, None)]

    with ThreadPoolExecutor(6) as editors:
        corrections = [editors.submit(retitle, number) for number in range(4)]
        commits = [editors.submit(commit) for _ in range(2)]
        made = [heading for each in corrections if (heading := each.result())]
        first, second = (each.result() for each in commits)
    proposal = stored(library, identity)
    with library.reading() as session:
        (article,) = session.scalars(select(Article))
        committed = [each.heading for each in article.draft.sections] if article.draft else []
        found = committing.proposal(session, identity)
        entries = session.scalars(select(AuditEntry.action)).all()
    shown = [each.heading for each in proposal.sections]
    assert first == second == [article.id]
    assert committed == shown
    assert sorted(made) == sorted(each for each in shown if each and each.startswith("Heading"))
    assert len(recorded(library)) == len(made)
    assert (found.revision, found.article_ids) == (2 + len(made), first)
    assert (entries.count("correct"), entries.count("commit")) == (len(made), 1)
    assert proposal.unaccounted() == []


def test_remarks_follow_the_corrections(library: Library) -> None:
    identity = kept(library, "It is a chemical peel of the skin.\n\n## Zzz\n\nQwerty uiop.\n")
    proposal = stored(library, identity)
    assert {each.kind for each in proposal.remarks} >= {"made_title", "unknown_type"}
    correct(
        library,
        identity,
        Retype(headed(proposal, "Zzz").id, "cost"),
        Retitle(proposal.articles[0].id, "Peels"),
    )
    assert {each.kind for each in stored(library, identity).remarks}.isdisjoint(
        {"made_title", "unknown_type"}
    )


def test_each_correction_is_recorded_with_what_was_before_and_after(library: Library) -> None:
    identity = kept(library)
    proposal = stored(library, identity)
    section, article = headed(proposal, "Aftercare"), proposal.articles[0]
    correct(
        library,
        identity,
        Retype(section.id, "risks"),
        Retitle(article.id, "Peels"),
        SetAside(section.id),
    )
    aside, title, kind = recorded(library)
    assert [each.action for each in (kind, title, aside)] == ["retype", "retitle", "set_aside"]
    assert (kind.heading, kind.type_before, kind.type_after) == ("Aftercare", "aftercare", "risks")
    assert kind.confidence == section.confidence
    assert (kind.actor, kind.locale, kind.proposal_id) == (EDITOR.name, "en", identity)
    assert title.before == {"title": "What a chemical peel does"}
    assert title.after == {"title": "Peels"}
    assert aside.before["text"].startswith("Use sunscreen")
    with library.reading() as session:
        acts = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert list(acts) == ["propose", "correct"]


def test_the_list_of_corrections_is_narrowed_and_turned(library: Library) -> None:
    identity = kept(library)
    section = headed(stored(library, identity), "Aftercare").id
    for kind in ("risks", "cost", "aftercare"):
        correct(library, identity, Retype(section, kind))
    assert [each.type_after for each in recorded(library)] == ["aftercare", "cost", "risks"]
    assert [each.type_after for each in recorded(library, type_before=["risks"])] == ["cost"]
    assert len(recorded(library, actions=["split"])) == 0
    last = recorded(library)[0].at
    assert [each.type_after for each in recorded(library, since=last)] == ["aftercare"]
    with library.reading() as session:
        page = correcting.corrections(session, CorrectionQuery(), PageRequest(2, count=True))
        assert page.total == 3
        rest = correcting.corrections(session, CorrectionQuery(), PageRequest(2, page.next))
    assert [each.type_after for each in [*page.items, *rest.items]] == [
        "aftercare",
        "cost",
        "risks",
    ]


def test_what_editors_settled_is_given_out_as_it_is_now(library: Library) -> None:
    identity = kept(library)
    proposal = stored(library, identity)
    section, safe = headed(proposal, "Aftercare"), headed(proposal, "Is it safe?")
    correct(library, identity, Retype(section.id, "cost"), Retype(safe.id, "risks"))
    correct(library, identity, Retype(section.id, "risks"), Merge(safe.id))
    with library.reading() as session:
        (label,) = correcting.settled(session)
    assert (label.heading, label.type, label.position) == ("Aftercare", "risks", 1)
    assert label.gist.startswith("Use sunscreen every day after the session. Then rest. - Wash")
    assert label.gist.endswith("Is it safe? It is safe in trained hands.")


# Phrases of a site


def test_a_phrase_of_the_site_types_the_next_proposal(library: Library) -> None:
    source = "# A peel\n\n## The Glow Diary\n\nQwerty uiop asdf.\n"
    with library.writing(EDITOR) as work:
        phrasing.add_phrase(work, "en", "aftercare", "glow diary")
    section = headed(stored(library, kept(library, source)), "The Glow Diary")
    assert section.type == "aftercare"
    assert "glow diary" in section.evidence[0]
    with library.writing(EDITOR) as work:
        phrasing.remove_phrase(work, phrasing.phrases(work.session)[0].id)
    again = headed(stored(library, kept(library, source)), "The Glow Diary")
    assert again.confidence < section.confidence


def test_phrases_of_a_language_count_in_its_regions_unless_those_say_otherwise(
    library: Library,
) -> None:
    with library.writing(EDITOR) as work:
        phrasing.add_phrase(work, "de", "aftercare", "Danach")
        phrasing.add_phrase(work, "de", "risks", "Was stört")
        phrasing.add_phrase(work, "de-AT", "effectiveness", "danach!")
        found = [
            phrasing.site_phrases(work.session, locale).type_of("Und danach")
            for locale in ("de", "de-AT", "de-CH", "en")
        ]
        austrian = phrasing.site_phrases(work.session, "de-AT")
    assert found == ["aftercare", "effectiveness", "aftercare", None]
    assert austrian.type_of("Was stört?") == "risks"


@pytest.mark.parametrize(
    ("locale", "kind", "phrase", "pointer"),
    [
        ("english", "risks", "the glow", "/locale"),
        ("en", "riscs", "the glow", "/type"),
        ("en", "risks", "g", "/phrase"),
        ("en", "risks", "1. g!", "/phrase"),
        ("en", "risks", "g" * 81, "/phrase"),
        ("en", "risks", " ", "/phrase"),
        ("en", "risks", "12 - 34", "/phrase"),
    ],
)
def test_a_phrase_that_could_not_be_found_is_refused(
    library: Library, locale: str, kind: str, phrase: str, pointer: str
) -> None:
    with pytest.raises(Invalid) as caught, library.writing(EDITOR) as work:
        phrasing.add_phrase(work, locale, kind, phrase)
    assert [reason.pointer for reason in caught.value.reasons] == [pointer]


def test_a_phrase_stands_for_one_type(library: Library) -> None:
    with library.writing(EDITOR) as work:
        phrasing.add_phrase(work, "en", "risks", "Glow diary")
    with pytest.raises(Conflict) as caught, library.writing(EDITOR) as work:
        phrasing.add_phrase(work, "en", "aftercare", "glow  diary:")
    assert "'risks'" in caught.value.reasons[0].detail
    with pytest.raises(Unknown), library.writing(EDITOR) as work:
        phrasing.remove_phrase(work, "nothing")


# What is alike


def test_a_section_that_the_library_has_already_is_told(library: Library) -> None:
    body = (
        "Use sunscreen every day after the session, and keep away from the sun for two weeks. "
        "Wash the face with lukewarm water, and leave flaking skin alone until it comes off."
    )
    article = a_draft(library, sections=[a_section("aftercare", "After the peel", body)])
    filing.catch_up(library)
    identity = kept(library, f"# A peel\n\nIt peels.\n\n## Aftercare\n\n{body}\n\nThen rest.\n")
    section = headed(stored(library, identity), "Aftercare")
    (found,) = section.similar
    assert (found.article_id, found.heading, found.live) == (article.id, "After the peel", False)
    assert 0.8 < found.share < 1
    offset = section.body.index("Then rest.")
    correct(library, identity, Split(section.id, offset, "risks"))
    (exact,) = headed(stored(library, identity), "Aftercare").similar
    assert exact.share == 1
    with library.writing(EDITOR) as work:
        editing.delete_article(work, article.id, None)


# Any sequence of corrections


def _tokens() -> Iterator[str]:
    """Words that stand in a source once each."""
    for letters in product(string.ascii_lowercase, repeat=3):
        yield f"Zu{''.join(letters)}x"


class _Writer:
    """Writes a source in one of the formats, every sentence with a word of its own."""

    def __init__(self, form: SourceFormat) -> None:
        self.form = form
        self.words = _tokens()
        self.used: list[str] = []
        self.lines: list[str] = []

    def word(self) -> str:
        self.used.append(next(self.words))
        return self.used[-1]

    def sentence(self) -> str:
        decorated: dict[SourceFormat, str] = {
            "html": "<b>is red</b> &amp; <a href='https://e.org/skin'>warm</a>",
            "markdown": "**is red** & [warm](https://e.org/after/the)",
            "text": "is red & warm",
        }
        return f"{self.word()} after the session {decorated[self.form]} {self.word()}."

    def paragraph(self, count: int) -> str:
        return " ".join(self.sentence() for _ in range(count))

    def add(self, kind: str, count: int) -> None:
        write: dict[str, Callable[[], str]] = {
            "title": lambda: self._marked(1, f"What a peel does to {self.word()}"),
            "heading": lambda: self._marked(2, f"Aftercare of {self.word()}"),
            "question": lambda: self._marked(2, f"Does it hurt {self.word()}?"),
            "faq": lambda: self._marked(2, "Frequently asked questions"),
            "asked": lambda: self._marked(3, f"Is {self.word()} safe?"),
            "text": lambda: self._block("p", self.paragraph(count)),
            "list": lambda: self._list(count),
            "aside": lambda: self._block("p", f"Subscribe to our newsletter {self.word()}!"),
            "nav": lambda: self._block("nav", f"Home {self.word()}"),
        }
        self.lines.append(write[kind]())

    def _marked(self, level: int, text: str) -> str:
        if self.form == "html":
            return f"<h{level}>{text}</h{level}>"
        return f"{'#' * level} {text}" if self.form == "markdown" else text

    def _block(self, tag: str, text: str) -> str:
        return f"<{tag}>{text}</{tag}>" if self.form == "html" else text

    def _list(self, count: int) -> str:
        items = [self.sentence() for _ in range(count)]
        if self.form == "html":
            return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"
        return "\n".join(f"- {item}" for item in items)

    @property
    def source(self) -> str:
        return "\n\n".join(self.lines)


_KINDS = ["title", "heading", "question", "faq", "asked", "text", "text", "list", "aside", "nav"]
_BLOCKS = st.lists(st.tuples(st.sampled_from(_KINDS), st.integers(1, 3)), min_size=3, max_size=14)
_FORMS = st.sampled_from(["text", "markdown", "html"])
_TYPES = st.sampled_from(["aftercare", "risks", "faq", "other"])
_NUMBERS = st.integers(0, 30)
_HEADINGS = st.sampled_from([None, "Also", "Who else?"])


def _shown(section: ProposedSection) -> str:
    pairs = [f"{each.question} {each.answer}" for each in section.items]
    return " ".join([section.heading or "", plain(section.body), *pairs])


class AnyCorrections(RuleBasedStateMachine):
    """However a proposal is corrected, each word stays, once, and where its span says."""

    @initialize(form=_FORMS, blocks=_BLOCKS)
    def propose(self, form: SourceFormat, blocks: Sequence[tuple[str, int]]) -> None:
        writer = _Writer(form)
        writer.add("title", 1)
        writer.add("text", 2)
        for kind, count in blocks:
            writer.add(kind, count)
        self.proposal = read(writer.source, form)
        self.words = writer.used

    def section(self, number: int) -> ProposedSection | None:
        sections = list(self.proposal.sections)
        return sections[number % len(sections)] if sections else None

    def amend(self, correction: Correction) -> None:
        """Apply it to a copy, as the library does; what is refused leaves everything."""
        copy = from_document(self.proposal.as_document(), self.proposal.source)
        try:
            amend(copy, [correction], LABELS)
        except Invalid:
            return
        self.proposal = copy

    @rule(number=_NUMBERS, kind=_TYPES)
    def retype(self, number: int, kind: str) -> None:
        if section := self.section(number):
            self.amend(Retype(section.id, kind))

    @rule(number=_NUMBERS)
    def retitle(self, number: int) -> None:
        section = self.section(number)
        if section and section.heading is None:
            self.amend(Retitle(section.id, "A heading"))

    @rule(number=_NUMBERS, place=_NUMBERS, kind=_TYPES, heading=_HEADINGS)
    def split(self, number: int, place: int, kind: str, heading: str | None) -> None:
        section = self.section(number)
        if section and section.body:
            asked = len(section.body) * place // 30
            offsets = [asked, *nearest_borders(section.pieces, asked), len(section.body)]
            self.amend(Split(section.id, offsets[place % len(offsets)], kind, heading))

    @rule(number=_NUMBERS, other=_NUMBERS, named=st.booleans())
    def merge(self, number: int, other: int, named: bool) -> None:
        section, target = self.section(number), self.section(other)
        if section and target:
            self.amend(Merge(section.id, target.id if named else None))

    @rule(number=_NUMBERS, other=_NUMBERS, position=st.none() | st.integers(1, 5))
    def move(self, number: int, other: int, position: int | None) -> None:
        if section := self.section(number):
            article = self.proposal.articles[other % len(self.proposal.articles)]
            self.amend(Move(section.id, article.id, position))

    @rule(number=_NUMBERS)
    def move_out(self, number: int) -> None:
        if section := self.section(number):
            self.amend(MoveToNewArticle(section.id, "Another article"))

    @rule(number=_NUMBERS)
    def set_aside(self, number: int) -> None:
        section = self.section(number)
        if section:
            self.amend(SetAside(section.id))

    @rule(number=_NUMBERS, other=_NUMBERS, place=st.sampled_from(["end", "beginning"]))
    def take_back(self, number: int, other: int, place: Any) -> None:
        section, asides = self.section(other), self.proposal.set_aside
        if section and asides:
            self.amend(TakeBack(asides[number % len(asides)].id, section.id, place))

    @rule(number=_NUMBERS, position=st.none() | st.integers(1, 5), heading=_HEADINGS, kind=_TYPES)
    def take_back_as_section(
        self, number: int, position: int | None, heading: str | None, kind: str
    ) -> None:
        asides, articles = self.proposal.set_aside, self.proposal.articles
        if asides:
            aside = asides[number % len(asides)]
            # One time in so many it becomes an article of its own, always where there is none.
            place = number % (len(articles) + 1)
            article = articles[place].id if place < len(articles) else None
            title = None if article else "Taken back"
            self.amend(TakeBackAsSection(aside.id, kind, article, title, heading, position))

    @invariant()
    def every_character_has_one_place(self) -> None:
        assert self.proposal.unaccounted() == []

    @invariant()
    def every_word_stands_once(self) -> None:
        titles = [each.title for each in self.proposal.articles if each.title_spans]
        texts = [*titles, *map(_shown, self.proposal.sections)]
        said = " ".join([*texts, *(each.text for each in self.proposal.set_aside)])
        assert {word: said.count(word) for word in self.words} == dict.fromkeys(self.words, 1)

    @invariant()
    def every_word_stands_where_its_span_says(self) -> None:
        for section in self.proposal.sections:
            spans = [*section.spans, *(span for item in section.items for span in item.spans)]
            shown = _shown(section)
            for word in self.words:
                if word in shown:
                    place = self.proposal.source.index(word)
                    assert any(start <= place < end for start, end in spans), word

    @invariant()
    def what_is_kept_is_what_there_is(self) -> None:
        document = self.proposal.as_document()
        assert from_document(document, self.proposal.source) == self.proposal


AnyCorrections.TestCase.settings = hypothesis_settings(
    max_examples=60, stateful_step_count=12, deadline=None
)
TestAnyCorrections = AnyCorrections.TestCase
