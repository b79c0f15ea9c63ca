"""Why a section stands where it does."""

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest

from content.searching.documents import SectionDocument
from content.searching.explaining import reasons
from content.searching.questions import Question
from content.searching.ranking import rank
from tests.content.searching.asking import clause, question, word
from tests.content.searching.corpora import MemoryCorpus, section


def told(sections: Sequence[SectionDocument], asked: Question, of: int = 0) -> list[str]:
    """The reasons of one of the sections, without the points."""
    [found] = reasons(MemoryCorpus(sections), asked, None, [of])
    return [re.sub(r" \(.*\)$", "", each) for each in found]


OTHERS = [section(f"skin {number}") for number in range(120)]


def test_a_word_tells_how_often_it_counts_and_how_rare_it_is() -> None:
    assert told([section("peel and peel"), *OTHERS], question("peel")) == [
        '"peel" counts 2 times in it and is rare'
    ]
    assert told(OTHERS, question("skin")) == []
    half = [section(f"peel {number}") for number in range(120)]
    assert told([*half, *OTHERS], question("peel"))[0] == ('"peel" counts once in it and is common')


def test_the_weightiest_reason_comes_first() -> None:
    sections = [section("scar skin"), *OTHERS]
    assert told(sections, question("skin scar"))[0] == '"scar" counts once in it and is rare'


def test_another_name_is_told_but_never_shown() -> None:
    asked = Question((clause("CIT", synonyms=["hidden label"]),))
    found = told([section("a hidden label"), *OTHERS], asked)
    assert found == ['"CIT" is found as another name']


def test_the_topic_that_was_named_is_told_by_what_was_typed() -> None:
    asked = Question((clause("needling", topics=["procedure:secret"]),))
    found = told([section("rollers", topics=["procedure:secret"]), *OTHERS], asked)
    assert found == ['"needling" names a topic of its article']


def test_a_misspelt_word_is_told_as_it_was_typed() -> None:
    typed = replace(word("peel", corrected="peel"), typed="peal")
    asked = Question((replace(clause("peal"), words=(typed,)),))
    assert told([section("peel"), *OTHERS], asked) == [
        '"peal", as it seems to be meant, counts once in it and is rare'
    ]


def test_nearness_is_told() -> None:
    found = told([section("laser peel"), *OTHERS], question("laser peel"))
    assert "words stand near each other" in found


def test_a_type_that_was_asked_for_is_told() -> None:
    sections = [section("peel", kind="recurrence_factors"), *OTHERS]
    found = told(sections, question("peel", "recurrence_factors"))
    assert "a section of type recurrence factors answers such a question" in found


def test_a_word_that_only_asks_for_a_type_is_told_as_such() -> None:
    asked = Question((clause("danger", says="kind"),), ("risks",))
    sections = [section("danger", kind="risks"), *OTHERS]
    assert told(sections, asked)[0] == (
        '"danger" counts once in it and is rare, but only tells what kind of section is wanted'
    )
    assert told([section("danger"), *OTHERS], asked) == ['"danger" counts once in it and is rare']


def test_a_word_that_says_little_is_told_as_such() -> None:
    asked = Question((clause("used", says="little"),))
    found = told([section("used"), *OTHERS], asked)
    assert found == ['"used" counts once in it and is rare, but says little']


def test_questions_and_answers_are_told() -> None:
    sections = [section("peel", kind="faq"), *OTHERS]
    found = told(sections, question("peel", "risks"))
    assert "questions and answers may answer any question" in found


def test_a_name_within_something_else_is_told_as_it_counts() -> None:
    asked = Question((clause("needling", longer=["rf needling"]),))
    found = told([section("rf needling, needling and needling"), *OTHERS], asked)
    assert found == ['"needling" counts 2 times in it and is rare']


def test_what_it_has_in_common_with_the_best_is_told() -> None:
    sections = [section(f"peel acid {number}") for number in range(10)]
    found = told([*sections, *OTHERS], question("peel acid light scar"))
    assert "it has words in common with the best found" in found


def test_a_further_section_of_an_article_says_so_at_the_end() -> None:
    sections = [section(f"peel {n}", article="one", section_id=f"{n:02}") for n in range(12)]
    found = [told([*sections, *OTHERS], question("peel"), of=n)[-1] for n in (0, 1, 10)]
    assert "article" not in found[0]
    assert found[1] == "it is the second section of this article here"
    assert found[2] == "it is the 11th section of this article here"


@pytest.mark.parametrize("of", [0, 1, 5])
def test_the_points_make_up_the_score(of: int) -> None:
    sections = [
        section(f"laser peel acid {n}", article="one", section_id=f"{n}", kind="risks")
        for n in range(10)
    ]
    asked = Question(
        (
            clause("laser", synonyms=["acid"]),
            clause("peel", topics=["procedure:peel"], times=2, longer=["laser peel"]),
            clause("acid", says="little"),
            clause("of", says="kind"),
        ),
        ("risks",),
    )
    corpus = MemoryCorpus([*sections, *OTHERS])
    [found] = reasons(corpus, asked, None, [of])
    points = sum(float(each) for each in re.findall(r"\(\+([\d.]+)\)", " ".join(found)))
    kept = re.findall(r"\(x ([\d.]+)\)", " ".join(found))
    ranking = rank(corpus, asked, None)
    expected = float(ranking.scores[ranking.documents.tolist().index(of)])
    assert points * float(kept[0] if kept else 1) == pytest.approx(expected, abs=0.3)
