"""What a question finds, and in which order."""

import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from content.searching.documents import SectionDocument
from content.searching.questions import Clause, Form, Question, Word
from content.searching.ranking import best, rank, score
from content.searching.tuning import TUNING, Tuning
from tests.content.searching.asking import clause, question, word
from tests.content.searching.corpora import MemoryCorpus, section

_PLAIN = replace(TUNING, feedback=0, nearness=0)

_WORDS = "laser peel scar redness swelling needle collagen downtime risk skin heal acne lip brow"


def found(
    sections: Sequence[SectionDocument | None],
    asked: Question,
    tuning: Tuning = TUNING,
    allowed: Sequence[bool] | None = None,
) -> list[str]:
    """The ids of the sections found, best first."""
    corpus = MemoryCorpus(sections)
    mask = None if allowed is None else np.array(allowed)
    ranking = rank(corpus, asked, mask, tuning)
    order = best(corpus, ranking.documents, ranking.scores, ranking.documents.size)
    return [corpus.section_id(number) for number in ranking.documents[order].tolist()]


def scored(sections: Sequence[SectionDocument | None], asked: Question) -> dict[str, float]:
    corpus = MemoryCorpus(sections)
    ranking = rank(corpus, asked, None)
    ids = map(corpus.section_id, ranking.documents.tolist())
    return dict(zip(ids, ranking.scores.tolist(), strict=True))


def many(count: int, seed: int = 7) -> list[SectionDocument]:
    """Sections of random words, some of them the same, three to an article."""
    chance = random.Random(seed)
    return [
        section(
            " ".join(chance.choices(_WORDS.split(), k=chance.choice((4, 9, 9, 30)))),
            section_id=f"section {chance.randrange(10**9)}",
            article=f"article {number // 3}",
            kind=chance.choice(("risks", "aftercare")),
            title=chance.choice(_WORDS.split()),
        )
        for number in range(count)
    ]


class TestWhatIsFound:
    def test_nothing_is_found_when_nothing_is_asked(self) -> None:
        assert found([section("peel")], Question()) == []

    def test_nothing_is_found_in_an_empty_corpus(self) -> None:
        assert found([], question("peel", "risks")) == []

    def test_one_clause_is_enough(self) -> None:
        sections = [section("peel"), section("laser"), section("serum")]
        assert sorted(found(sections, question("laser peel"))) == ["laser", "peel"]

    def test_a_required_clause_must_be_satisfied(self) -> None:
        sections = [section("peel"), section("laser"), section("laser peel")]
        asked = Question((clause("laser", required=True), clause("peel")))
        assert sorted(found(sections, asked)) == ["laser", "laser peel"]

    def test_a_phrase_is_found_only_as_such(self) -> None:
        phrase = Clause(
            "laser peel", (Word("laser peel", (Form(("laser", "peel")),)),), (), (), True
        )
        sections = [section("laser peel"), section("peel laser"), section("laser, then peel")]
        assert found(sections, Question((phrase,))) == ["laser peel"]

    def test_only_allowed_sections_are_found(self) -> None:
        sections = [section("peel one"), section("peel two")]
        assert found(sections, question("peel"), allowed=[False, True]) == ["peel two"]

    def test_another_name_satisfies_a_clause(self) -> None:
        asked = Question((clause("CIT", synonyms=["collagen induction therapy"]),))
        sections = [section("collagen induction therapy"), section("induction of collagen")]
        assert found(sections, asked) == ["collagen induction therapy"]

    def test_standing_under_a_topic_satisfies_a_clause(self) -> None:
        asked = Question((clause("needling", topics=["procedure:microneedling"]),))
        sections = [section("rollers", topics=["procedure:microneedling"]), section("peel")]
        assert found(sections, asked) == ["rollers"]

    def test_every_score_is_above_0_even_of_a_word_that_all_sections_hold(self) -> None:
        assert min(scored([section("peel a"), section("peel b")], question("peel")).values()) > 0

    def test_feedback_finds_nothing_more(self) -> None:
        sections = [section("peel redness"), section("redness")]
        assert found(sections, question("peel")) == ["peel redness"]


class TestTheOrder:
    def test_a_rare_word_counts_more_than_a_common_one(self) -> None:
        sections = [section(f"skin {number}") for number in range(9)] + [section("scar one")]
        assert found(sections, question("skin scar"))[0] == "scar one"

    def test_more_words_count_more_than_one_of_them_repeated(self) -> None:
        sections = [section("laser laser laser laser"), section("laser peel"), section("peel acne")]
        assert found(sections, question("laser peel"))[0] == "laser peel"

    def test_headings_count_more_than_text(self) -> None:
        inside = section("peel and serum or acne", section_id="inside")
        above = section("and serum or acne", heading="peel", section_id="above")
        assert found([inside, above], question("peel")) == ["above", "inside"]

    def test_a_short_section_counts_more_than_a_long_one(self) -> None:
        long = section("peel " + "skin " * 80, section_id="long")
        assert found([long, section("peel")], question("peel"))[0] == "peel"

    def test_a_section_with_all_that_was_asked_ranks_over_one_with_much_of_the_rarer(self) -> None:
        text = "risks " * 8 + "skin " * 9
        risks = section(text, title="Risks", heading="Risks", section_id="risks alone")
        both = section("risks " + "skin " * 40, title="microblading", section_id="both")
        others = [section(f"{each} {n} " * 10) for n in range(20) for each in ("skin", "serum")]
        named = [section(f"microblading {n} " + "skin " * 9) for n in range(3)]
        asked = question("microblading risks")
        sections = [risks, both, *named, *others]
        assert found(sections, asked)[0] == "both"
        assert found(sections, asked, replace(TUNING, coverage=0))[0] == "risks alone"

    def test_in_a_long_question_what_is_missing_matters_less(self) -> None:
        asked = question("laser peel scar acne skin redness needle risk")
        most = section("laser peel scar acne skin redness needle", section_id="most")
        less = scored([most, *many(40)], asked)["most"]
        more = rank(MemoryCorpus([most, *many(40)]), asked, None, replace(TUNING, coverage=0))
        assert less / float(more.scores[0]) > 0.9

    def test_a_word_that_no_section_holds_changes_nothing(self) -> None:
        sections = [section("laser peel"), section("laser"), section("peel peel peel scar")]
        assert found(sections, question("laser peel zyzzyva"), _PLAIN) == found(
            sections, question("laser peel"), _PLAIN
        )

    def test_a_typed_word_ranks_over_another_name_for_it(self) -> None:
        asked = Question((clause("scar", synonyms=["cicatrix"]),))
        many_scars = [section(f"scar {number}") for number in range(9)]
        assert found([section("cicatrix 1"), *many_scars], asked)[-1] == "cicatrix 1"

    def test_both_names_rank_over_the_other_alone(self) -> None:
        asked = Question((clause("scar", synonyms=["cicatrix"]),))
        both, one = section("scar cicatrix cicatrix"), section("cicatrix cicatrix skin")
        assert found([one, both, section("peel skin lash")], asked)[0] == "scar cicatrix cicatrix"

    def test_another_name_for_several_words_ranks_over_one_of_them(self) -> None:
        asked = Question((clause("collagen induction therapy", synonyms=["microneedling"]),))
        sections = [section("therapy of light"), section("microneedling is")]
        assert found(sections, asked)[0] == "microneedling is"

    def test_a_name_in_use_does_not_hide_what_else_was_asked(self) -> None:
        asked = Question((clause("CIT", synonyms=["microneedling"]), clause("aftercare")))
        others = [section(f"microneedling {number}") for number in range(9)]
        sections = [section("CIT in brief"), section("microneedling aftercare"), *others]
        assert found(sections, asked)[0] == "microneedling aftercare"

    def test_standing_under_the_topic_adds_to_a_word(self) -> None:
        asked = Question((clause("needling", topics=["procedure:needling"]),))
        sections = [
            section("needling one"),
            section("needling two", topics=["procedure:needling"]),
        ]
        assert found(sections, asked) == ["needling two", "needling one"]

    def test_the_best_of_several_topics_counts(self) -> None:
        asked = Question((clause("scar", topics=["concern:scar", "concern:rare"]),))
        sections = [
            section("a", topics=["concern:scar"]),
            section("b", topics=["concern:scar"]),
            section("c", topics=["concern:rare"]),
        ]
        assert found(sections, asked)[0] == "c"

    def test_forms_count_by_their_weights(self) -> None:
        asked = Question((Clause("sunscreen", (word("sunscreen", Form(("sun", "screen"), 0.5)),)),))
        assert found([section("sun screen"), section("my sunscreen")], asked)[0] == "my sunscreen"

    def test_a_word_typed_twice_counts_more(self) -> None:
        sections = [section("laser one"), section("peels one")]
        asked = Question((clause("laser"), clause("peels", times=2)))
        assert found(sections, asked) == ["peels one", "laser one"]

    def test_words_near_each_other_count_more(self) -> None:
        near = section("laser peel " + "skin " * 30, section_id="near")
        far = section("laser " + "skin " * 30 + "peel", section_id="far")
        assert found([far, near], question("laser peel")) == ["near", "far"]

    def test_words_beyond_reach_do_not_count_as_near(self) -> None:
        here = section("laser " + "skin " * 9 + "peel " + "skin " * 20, section_id="b")
        there = section("laser " + "skin " * 29 + "peel", section_id="a")
        assert found([here, there], question("laser peel")) == ["a", "b"]

    def test_the_type_that_is_asked_for_counts_more(self) -> None:
        sections = [
            section("peel one", section_id="1", kind="aftercare"),
            section("peel two", section_id="2", kind="results"),
            section("peel six", section_id="3", kind="risks"),
        ]
        assert found(sections, question("peel", "risks", "results")) == ["3", "2", "1"]

    def test_questions_and_answers_may_be_of_the_type_that_is_asked_for(self) -> None:
        sections = [
            section("peel one", section_id="1", kind="aftercare"),
            section("peel two", section_id="2", kind="faq"),
            section("peel six", section_id="3", kind="risks"),
        ]
        assert found(sections, question("peel", "risks")) == ["3", "2", "1"]
        assert found(sections, question("peel")) == ["1", "2", "3"]

    def test_what_is_asked_about_counts_more_than_the_words_that_ask(self) -> None:
        sections = [
            section("laser", section_id="the subject", kind="risks"),
            section("danger", section_id="a word that asks", kind="risks"),
            section("laser and peel"),
            *(section(f"skin {n}") for n in range(9)),
        ]
        asked = Question((clause("laser"), clause("danger", says="kind")), ("risks",))
        assert found(sections, asked, _PLAIN)[0] == "the subject"
        equally = replace(_PLAIN, kind=1.0)
        assert found(sections, asked, equally)[0] == "a word that asks"

    def test_without_sections_of_the_type_the_words_that_ask_count_fully(self) -> None:
        sections = [section("laser"), section("danger", section_id="a word that asks")]
        sections += [section("laser and peel"), *(section(f"skin {n}") for n in range(9))]
        asked = Question((clause("laser"), clause("danger", says="kind")), ("risks",))
        assert found(sections, asked, _PLAIN)[0] == "a word that asks"

    def test_words_that_say_little_count_less(self) -> None:
        sections = [section("laser"), section("used"), section("laser and peel")]
        sections += [section(f"skin {n}") for n in range(9)]
        asked = [
            Question((clause("laser"), clause("used", says=says))) for says in ("little", "much")
        ]
        assert [found(sections, each, _PLAIN)[0] for each in asked] == ["laser", "used"]

    def test_within_the_name_of_something_else_a_name_counts_less(self) -> None:
        sections = [
            section("rf needling", section_id="another"),
            section("a needling", section_id="the same"),
            section("rf needling, not needling", section_id="both"),
        ]
        asked = Question((clause("needling", longer=["rf needling"]),))
        assert found(sections, asked, _PLAIN) == ["the same", "both", "another"]
        assert found(sections, question("needling"), _PLAIN)[0] == "both"

    def test_within_something_else_another_name_counts_less_too(self) -> None:
        sections = [section("rf needling", section_id="another"), section("a needling here")]
        asked = Question((clause("cit", synonyms=["needling"], longer=["rf needling"]),))
        assert found(sections, asked, _PLAIN) == ["a needling here", "another"]

    def test_the_longer_the_question_the_more_the_best_are_trusted(self) -> None:
        sections = [section(f"peel acid light {n}", section_id=f"{n}") for n in range(18)]
        corpus = MemoryCorpus(sections)
        asked = ["peel", *_WORDS.split()[4:]]
        [none, some, most, more] = (
            score(corpus, question(" ".join(asked[:count])), None).common.max()
            for count in (2, 5, 8, 10)
        )
        assert none == 0 < some
        assert most == more == pytest.approx(2 * some)

    def test_what_the_best_have_in_common_counts(self) -> None:
        sections = [
            section("peel acid acid", section_id="best"),
            section("a peel and acid, of skin", section_id="with"),
            section("a peel and light, of skin", section_id="a without"),
            *(section(f"light of skin {n}, peel {n}") for n in range(3)),
        ]
        asked = question("peel")
        eager = replace(TUNING, feedback_among=3, feedback_beyond=0, feedback_reach=1)
        assert found(sections, asked, eager)[:2] == ["best", "with"]
        assert found(sections, asked, _PLAIN)[:2] == ["best", "a without"]

    def test_where_few_are_found_they_are_not_taken_to_be_right(self) -> None:
        sections = [section("peel acid acid"), section("a peel and acid"), section("a peel light")]
        asked = question("peel")
        assert found(sections, asked) == found(sections, asked, replace(TUNING, feedback=0))

    def test_equals_are_ordered_by_section(self) -> None:
        sections = [section("peel", section_id=each) for each in "cab"]
        assert found(sections, question("peel")) == ["a", "b", "c"]


class TestOneArticle:
    def test_its_further_sections_make_room_for_others(self) -> None:
        sections = [
            *(section("peel" + " skin" * 20, section_id=f"a{n}", article="a") for n in range(3)),
            section("peel" + " skin" * 21, section_id="b"),
        ]
        assert found(sections, question("peel"))[:2] == ["a0", "b"]

    def test_a_section_that_is_much_better_stays_before_others(self) -> None:
        sections = [
            section("peel laser", section_id="a1", article="a"),
            section("peel laser acne skin", section_id="a2", article="a"),
            section("peel " + "skin " * 30, section_id="b"),
        ]
        assert found(sections, question("peel laser")) == ["a1", "a2", "b"]

    def test_the_order_within_it_stays(self) -> None:
        sections = many(60)
        ranked = found(sections, question("scar risk"))
        undemoted = found(sections, question("scar risk"), replace(TUNING, spread=0))
        assert ranked != undemoted
        for article in {each.article_id for each in sections}:
            ids = {each.section_id for each in sections if each.article_id == article}
            kept = [each for each in ranked if each in ids]
            assert kept == [each for each in undemoted if each in ids]


class TestWhatTheOrderDoesNotDependOn:
    @pytest.mark.parametrize("asked", ["scar", "laser peel", "redness swelling downtime risk heal"])
    def test_scores_are_the_same_however_sections_are_numbered(self, asked: str) -> None:
        sections = many(400)
        shuffled: list[SectionDocument | None] = [*sections, *[None] * 50]
        random.Random(3).shuffle(shuffled)
        question_ = question(asked, "risks")
        assert scored(sections, question_) == scored(shuffled, question_)
        assert found(sections, question_) == found(shuffled, question_)

    def test_the_worse_stay_behind_the_candidates_in_their_own_order(self) -> None:
        few = replace(TUNING, candidates=20, nearest=5)
        sections = many(300)
        asked = question("laser scar peel")
        plain = found(sections, asked, replace(few, feedback=0, nearness=0, spread=0))
        ranked = found(sections, asked, few)
        assert sorted(ranked[:20]) == sorted(plain[:20])
        assert ranked[20:] == plain[20:]

    def test_the_best_are_the_first_of_the_whole_order(self) -> None:
        corpus = MemoryCorpus(many(200))
        ranking = rank(corpus, question("laser scar"), None)
        whole = best(corpus, ranking.documents, ranking.scores, ranking.documents.size)
        for count in (0, 1, 7, 50):
            first = best(corpus, ranking.documents, ranking.scores, count)
            assert first.tolist() == whole[:count].tolist()
