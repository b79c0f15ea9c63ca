"""What answers a question, and what does not."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import pytest

from content import answering, following, publishing
from content.answering import GivenAnswer
from content.drafts import SectionDraft
from content.expanding import vocabulary_of
from content.library import Library
from content.published import BodyFormat, Nothing
from content.searching import SearchQuery
from content.searching.whoosh_index import WhooshIndex
from tests.building import EDITOR, a_faq, a_live_article, a_section

_GENTLER: Final = "Microneedling is gentler."

Ask = Callable[..., GivenAnswer | Nothing]


@pytest.fixture
def index(tmp_path: Path) -> Iterator[WhooshIndex]:
    index = WhooshIndex(tmp_path / "index")
    yield index
    index.close()


@pytest.fixture
def ask(library: Library, index: WhooshIndex) -> Ask:
    """Puts a question to all that is published when it is asked."""

    def answer(
        text: str,
        *,
        body_format: BodyFormat = "text",
        reviewed: bool = False,
        topics: Sequence[str] = (),
        locale: str | None = None,
        least: float = answering.LEAST,
        behind: bool = False,
    ) -> GivenAnswer | Nothing:
        if not behind:
            following.bring_up_to_date(library, index)
        query = SearchQuery(text, topics=topics, locale=locale)
        with library.reading() as session:
            return answering.answer(
                session,
                index,
                query,
                vocabulary_of(session, 0),
                body_format=body_format,
                reviewed=reviewed,
                least=least,
            )

    return answer


@pytest.fixture
def needling(library: Library) -> None:
    """An article about microneedling, one about RF microneedling, one about a peel."""
    a_live_article(
        library,
        "Microneedling for scars",
        topics=["procedure:microneedling"],
        sections=[
            a_section("aftercare", "Looking after your skin", "Wash with cool water."),
            a_section("risks", "Side effects", "Redness, and rarely an infection."),
            a_faq(
                ("Can I wear make-up the next day?", "Not before the second day."),
                ("Does it hurt?", "A little, for a moment."),
            ),
        ],
    )
    a_live_article(
        library,
        "Radiofrequency microneedling",
        topics=["procedure:rf-microneedling"],
        sections=[
            a_section("risks", "What can go wrong", "Burns are possible."),
            a_section("cost", "What it costs", "From 300 a session."),
        ],
    )
    a_live_article(
        library,
        "Chemical peels",
        topics=["procedure:chemical-peels"],
        sections=[a_section("aftercare", "Afterwards", "Do not pull at the flakes.")],
    )


def said(answer: GivenAnswer | Nothing) -> str:
    assert isinstance(answer, GivenAnswer)
    return answer.answer


@pytest.mark.usefixtures("needling")
@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("microneedling aftercare", "Wash with cool water."),
        ("CIT downtime", "Wash with cool water."),
        ("side effects of skin needling", "Redness, and rarely an infection."),
        ("can I wear makeup the next day after microneedling", "Not before the second day."),
        ("does microneedling hurt", "A little, for a moment."),
        ("RF microneedling risks", "Burns are possible."),
        ("how much is rf microneedling", "From 300 a session."),
        ("aftercare for a chemical peel", "Do not pull at the flakes."),
    ],
)
def test_a_question_is_answered_by_what_covers_all_of_it(
    ask: Ask, question: str, answer: str
) -> None:
    assert said(ask(question)) == answer


@pytest.mark.usefixtures("needling")
@pytest.mark.parametrize(
    "question",
    [
        "what is the capital of France",
        "how do I fix my bike",
        "microneedling cost",
        "can I wear makeup after a chemical peel",
        "microneedling and covid vaccine",
        "I cannot breathe after microneedling",
        "why does microneedling hurt so much at night",
        "how many units for microneedling",
        "is microneedling on a tattoo dangerous",
        "infection after laser",
        "does it hurt",
        "side effects",
        "the of and",
        "?",
        "🙂",
    ],
)
def test_what_is_not_covered_is_not_answered(ask: Ask, question: str) -> None:
    assert isinstance(ask(question), Nothing)


@pytest.mark.usefixtures("needling")
def test_a_topic_may_say_what_the_question_is_about(ask: Ask) -> None:
    assert said(ask("does it hurt", topics=["procedure:microneedling"])).startswith("A little")
    assert isinstance(ask("does it hurt", topics=["procedure:rf-microneedling"]), Nothing)
    assert isinstance(ask("microneedling aftercare", locale="de"), Nothing)


@pytest.mark.usefixtures("needling")
def test_an_answer_says_where_it_stands_and_of_when_it_is(ask: Ask) -> None:
    pair = ask("can I wear makeup after microneedling")
    passage = ask("microneedling side effects")
    assert isinstance(pair, GivenAnswer)
    assert isinstance(passage, GivenAnswer)
    assert (pair.kind, passage.kind) == ("pair", "passage")
    assert pair.question == "Can I wear make-up the next day?"
    assert passage.question is None
    assert pair.source.section.anchor != passage.source.section.anchor
    assert passage.source.section.heading == "Side effects"
    assert passage.source.article.slug == "microneedling-for-scars"
    assert passage.date == passage.updated_at == passage.source.article.updated_at
    assert 0 < passage.confidence <= 1


@pytest.mark.usefixtures("needling")
def test_of_what_nobody_has_reviewed_nothing_is_given_to_who_asks_for_reviews(ask: Ask) -> None:
    assert isinstance(ask("microneedling side effects", reviewed=True), Nothing)


def test_what_is_withdrawn_does_not_answer(ask: Ask, library: Library) -> None:
    article = a_live_article(library, "Microneedling")
    assert isinstance(ask("microneedling aftercare"), GivenAnswer)
    with library.writing(EDITOR) as work:
        publishing.withdraw(work, article.id, None, "wrong")
    assert isinstance(ask("microneedling aftercare", behind=True), Nothing)
    assert isinstance(ask("microneedling aftercare"), Nothing)


@pytest.fixture
def peels(library: Library) -> None:
    """An article about peels whose sections and pairs could be taken for others."""
    a_live_article(
        library,
        "Chemical peels",
        topics=["procedure:chemical-peels"],
        sections=[
            a_section("preparation", "Getting ready", "Two weeks before, use no perfume."),
            a_section("risks", "What can go wrong", "Trouble breathing is an emergency: call 112."),
            a_section("effectiveness", "How long it lasts", "The glow fades after three months."),
            a_section("procedure", "Your visit", "It takes twenty minutes."),
            a_faq(
                ("Is it safe in summer?", "Yes, with sunscreen."),
                ("Will it hurt my veins?", "No."),
                ("Is there a way without acid?", "An enzyme peel is one."),
                ("How many do I need?", "Four, a month apart."),
            ),
        ],
    )


@pytest.mark.usefixtures("peels")
@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("how long does a chemical peel last", "The glow fades after three months."),
        ("is a chemical peel safe in summer", "Yes, with sunscreen."),
        ("chemical peel risks trouble breathing", "Trouble breathing is an emergency: call 112."),
        ("perfume before chemical peel", "Two weeks before, use no perfume."),
    ],
)
def test_each_is_asked_as_it_is_answered(ask: Ask, question: str, answer: str) -> None:
    assert said(ask(question)) == answer


@pytest.mark.usefixtures("peels")
@pytest.mark.parametrize(
    "question",
    [
        pytest.param("is a chemical peel dangerous in summer", id="Yes would mean No"),
        pytest.param("why is a chemical peel safe in summer", id="Yes is no reason"),
        pytest.param("does a chemical peel hurt", id="the pair asks about something else"),
        pytest.param("chemical peel acid", id="the pair asks about the opposite"),
        pytest.param("when does a chemical peel kick in", id="another time is told"),
        pytest.param("does a chemical peel work", id="of that type, but about something else"),
        pytest.param("deodorant after chemical peel", id="told for before"),
        pytest.param("I can't breathe and my tongue swells, chemical peel", id="help is needed"),
        pytest.param("emergency", id="nothing but a word"),
    ],
)
def test_what_only_seems_to_be_answered_is_not(ask: Ask, question: str) -> None:
    assert isinstance(ask(question), Nothing)


def test_of_what_is_done_only_the_thing_itself_answers(ask: Ask, library: Library) -> None:
    a_live_article(
        library,
        "Radiofrequency microneedling",
        topics=["procedure:rf-microneedling"],
        sections=[a_section("aftercare", "RF microneedling aftercare", _GENTLER)],
    )
    assert isinstance(ask("microneedling aftercare"), Nothing)
    assert isinstance(ask("is microneedling gentler"), Nothing)
    assert said(ask("RF microneedling aftercare")) == _GENTLER


def test_a_word_in_two_sections_says_too_little(ask: Ask, library: Library) -> None:
    sections = [
        a_section("cost", "Price", "Dissolving it costs 90."),
        a_section("mechanism", "The gel", "Dissolving it takes a day."),
    ]
    topics = ["procedure:lip-fillers"]
    a_live_article(library, "Lip fillers", topics=topics, sections=sections)
    assert isinstance(ask("lip filler dissolving"), Nothing)


@pytest.mark.usefixtures("needling")
def test_who_asks_for_more_or_less_confidence_gets_it(ask: Ask) -> None:
    asked = "redness microneedling"
    sure = ask(asked, least=0.3)
    assert isinstance(sure, GivenAnswer)
    assert isinstance(ask(asked, least=sure.confidence + 0.02), Nothing)
    assert isinstance(ask("microneedling cost", least=0.0), Nothing)


@pytest.mark.usefixtures("needling")
def test_words_put_right_make_it_less_sure(ask: Ask) -> None:
    right, wrong = ask("microneedling infection", least=0), ask("microneedling infectoin", least=0)
    assert isinstance(right, GivenAnswer)
    assert isinstance(wrong, GivenAnswer)
    assert wrong.answer == right.answer
    assert wrong.confidence < right.confidence


@pytest.mark.parametrize("body_format", ["html", "markdown", "text"])
def test_a_long_section_is_cut_between_paragraphs(
    ask: Ask, library: Library, body_format: BodyFormat
) -> None:
    filling = "Words that say something else entirely. " * 30
    body = f"{filling}\n\nLeave out for *two days*:\n\n- swimming\n- saunas\n\n{filling}"
    section = a_section("aftercare", "Afterwards", body)
    a_live_article(library, "Microneedling", sections=[section])
    assert (
        said(ask("swimming after microneedling", body_format=body_format))
        == {
            "html": "<p>Leave out for <em>two days</em>:</p>\n<ul>\n<li>swimming</li>\n"
            "<li>saunas</li>\n</ul>",
            "markdown": "Leave out for *two days*:\n\n- swimming\n- saunas",
            "text": "Leave out for two days:\n\n- swimming\n- saunas",
        }[body_format]
    )


def test_a_list_of_one_item_has_no_bullet_in_plain_text(ask: Ask, library: Library) -> None:
    body = "- No swimming for two days."
    section = SectionDraft("aftercare", "Afterwards", body)
    a_live_article(library, "Microneedling", sections=[section])
    question = "swimming after microneedling"
    assert said(ask(question)) == "No swimming for two days."
    assert said(ask(question, body_format="markdown")) == body


def test_a_section_of_other_paragraphs_in_another_format_is_given_whole(
    ask: Ask, library: Library
) -> None:
    body = "- swimming\n\n- saunas\n\n" + "Words that say something else. " * 40
    a_live_article(library, "Microneedling", sections=[SectionDraft("aftercare", "After", body)])
    whole = said(ask("swimming after microneedling", body_format="markdown"))
    assert whole.startswith("- swimming")
    assert whole.count("Words") in {0, 40}
