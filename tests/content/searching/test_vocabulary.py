import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.searching.vocabulary import NO_WORDS, Group, Match, NamedTopic, Vocabulary
from content.searching.words import typed_words

NEEDLING = NamedTopic(
    "procedure:microneedling",
    "Microneedling",
    "en",
    ("Microneedling", "skin needling", "Dermapen"),
    frozenset({"Dermapen"}),
)
NADELN = NamedTopic("procedure:microneedling", "Nadelung", "de", ("Nadelung", "Microneedling"))


def matched(vocabulary: Vocabulary, text: str) -> list[Match]:
    return vocabulary.match(list(typed_words(text)))


def said(vocabulary: Vocabulary, text: str) -> list[str]:
    """The expressions of a text, as they are typed."""
    words = list(typed_words(text))
    return [" ".join(words[each.first : each.last + 1]) for each in matched(vocabulary, text)]


def test_nothing_is_known_without_arguments() -> None:
    assert NO_WORDS.revision == 0
    assert matched(NO_WORDS, "microneedling for scars") == []
    assert not list(NO_WORDS.words())
    assert not NO_WORDS.topics()


def test_an_expression_names_every_topic_that_has_the_label() -> None:
    pen = NamedTopic("device:pen", "Pen", "en", ("Pen device", "dermapen"))
    [found] = matched(Vocabulary((), [NEEDLING, pen]), "the dermapen")
    assert found.topics == ("procedure:microneedling", "device:pen")


def test_a_synonym_of_a_label_names_the_topic_too() -> None:
    groups = [Group(("microneedling", "CIT")), Group(("SkinPen",), ("microneedling",))]
    vocabulary = Vocabulary([*groups, Group(("CIT", "citation"))], [NEEDLING])
    for text in ("CIT", "skinpen"):
        assert matched(vocabulary, text)[0].topics == ("procedure:microneedling",)
    assert matched(vocabulary, "citation")[0].topics == ()


def test_the_labels_of_a_topic_say_the_same_in_every_locale() -> None:
    [found] = matched(Vocabulary((), [NEEDLING, NADELN]), "Nadelungen")
    assert found.topics == ("procedure:microneedling",)
    assert "skin needling" in {each.text for each in found.synonyms}
    assert {each.locale for each in found.synonyms} == {"en", "de"}


@pytest.mark.parametrize(
    "text", ["micro needling", "Micro-Needling", "MICRONEEDLING", "microneedled", "micro-needlings"]
)
def test_hyphens_spaces_capitals_and_endings_do_not_count(text: str) -> None:
    written = ("microneedling", "micro-needling", "micro needling")
    for each in written:
        assert said(Vocabulary([Group((each, "CIT"))]), f"my {text} plan") == [
            " ".join(typed_words(text))
        ]


def test_of_expressions_that_overlap_the_longest_counts() -> None:
    vocabulary = Vocabulary(
        [
            Group(("acne scar", "a")),
            Group(("scar", "b")),
            Group(("ice pick acne scars", "c")),
            Group(("my ice", "d")),
        ]
    )
    assert said(vocabulary, "my ice pick acne scars, scar") == ["ice pick acne scars", "scar"]
    assert said(vocabulary, "my ice scar") == ["my ice", "scar"]


def test_the_topic_that_has_the_label_is_named_and_not_that_of_a_synonym() -> None:
    roller = NamedTopic("device:roller", "Roller", "en", ("Roller", "derma rolling"))
    groups = [Group(("microneedling", "derma rolling"))]
    vocabulary = Vocabulary(groups, [NEEDLING, roller])
    assert matched(vocabulary, "microneedling")[0].topics == ("procedure:microneedling",)
    assert matched(vocabulary, "derma rolling")[0].topics == ("device:roller",)


def test_longer_expressions_of_something_else_are_known() -> None:
    groups = [
        Group(("microneedling", "skin needling", "medical microneedling")),
        Group(("RF microneedling", "fractional RF microneedling")),
    ]
    vocabulary = Vocabulary([*groups, Group(("skin needling pen", "pen"))], [NEEDLING])
    for text in ("microneedling", "micro-needling", "skin needlings"):
        [found] = matched(vocabulary, text)
        assert {each.text for each in found.longer} == {"RF microneedling", "skin needling pen"}
    assert matched(vocabulary, "RF microneedling")[0].longer == ()


def test_what_is_typed_with_another_ending_is_not_within_something_else() -> None:
    vocabulary = Vocabulary([Group(("peeling", "flaking")), Group(("chemical peeling", "TCA"))])
    assert [each.text for each in matched(vocabulary, "peeling")[0].longer] == ["chemical peeling"]
    assert matched(vocabulary, "a peel")[0].longer == ()


def test_a_group_of_one_says_nothing() -> None:
    assert matched(Vocabulary([Group(("recurrence",))]), "recurrence") == []


def test_hidden_labels_are_known_and_no_words_to_be_shown() -> None:
    vocabulary = Vocabulary([Group(("Dermapen", "pen device"))], [NEEDLING])
    assert vocabulary.knows("dermapen")
    assert "dermapen" not in set(vocabulary.words())
    assert {"microneedling", "skin", "needling", "device"} <= set(vocabulary.words())
    [found] = matched(vocabulary, "pen device")
    assert [each.hidden for each in found.synonyms if each.text == "Dermapen"] == [True]


def test_what_is_no_part_of_an_expression_is_not_known() -> None:
    assert not Vocabulary((), [NEEDLING]).knows("needles-and-pins")


def test_topics_are_given_as_they_were_taken() -> None:
    assert list(Vocabulary((), [NEEDLING, NADELN], 7).topics()) == [NEEDLING, NADELN]


def test_expressions_in_writing_without_spaces_are_found() -> None:
    vocabulary = Vocabulary([Group(("色素沈着", "hyperpigmentation"))])
    [found] = matched(vocabulary, "炎症後色素沈着について")
    assert "hyperpigmentation" in {each.text for each in found.synonyms}


@given(st.lists(st.text(max_size=12), max_size=40))
def test_whatever_is_typed_matches_do_not_overlap(words: list[str]) -> None:
    vocabulary = Vocabulary([Group(("a b", "b")), Group(("0", "c a")), Group(("ab", "x"))])
    reached = -1
    for each in vocabulary.match([word for word in words if word]):
        assert reached < each.first <= each.last
        reached = each.last
