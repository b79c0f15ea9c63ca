"""The synonyms that are shipped: what must meet, and what must not."""

from itertools import chain

import pytest

from content.searching.queries import parse
from content.searching.questions import Clause, Terms
from content.searching.synonyms import groups_of, in_force, shipped
from content.searching.vocabulary import Group, Vocabulary, terms_of
from content.searching.words import typed_words

VOCABULARY = Vocabulary(shipped())


def stands_in(terms: Terms, text: Terms) -> bool:
    return any(text[place : place + len(terms)] == terms for place in range(len(text)))


def satisfied(clause: Clause, text: Terms) -> bool:
    """Whether a text says what a clause asks for, by any of its words or in other words."""
    forms = chain(clause.synonyms, *(word.forms for word in clause.words))
    return any(stands_in(form.terms, text) for form in forms)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("does it come back", "Recurrence is common."),
        ("does it come back", "The scars recur within a year."),
        ("will it grow back", "It may return."),
        ("does it go away", "The marks fade within months."),
        ("does it wear off", "The effect fades."),
        ("CIT aftercare", "Aftercare for microneedling"),
        ("cit after care", "Microneedling: post-treatment care"),
        ("micro needling downtime", "Recovery time after collagen induction therapy"),
        ("micro-needling", "Skin needling works by small wounds."),
        ("percutaneous collagen induction therapy", "What microneedling does"),
        ("derma roller", "A dermaroller is used at home."),
        ("derma pen", "The needling pen"),
        ("pitted scars", "Atrophic scars lie below the skin."),
        ("boxcar scars", "An atrophic scar"),
        ("icepick scars", "An ice pick scar is deep."),
        ("does it hurt", "The session is painful for some."),
        ("is it sore", "Pain is mild."),
        ("how much is it", "The price depends on the area."),
        ("how much does it cost", "Prices vary."),
        ("complications", "Side effects are rare."),
        ("can it go wrong", "Adverse reactions"),
        ("is it forever", "The result is permanent."),
        ("numbing cream", "A topical anaesthetic is applied."),
        ("topical anesthetic", "Numbing cream is applied."),
        ("emla", "A numbing cream is applied."),
        ("sun cream", "Wear a broad-spectrum sunscreen."),
        ("SPF", "Use sunscreen every day."),
        ("suncream", "Use sunscreen every day."),
        ("make-up", "Leave out makeup for a day."),
        ("make up", "Leave out makeup for a day."),
        ("can I go to the gym", "Avoid exercise for two days."),
        ("working out", "Do not exercise."),
        ("pus", "Signs of an infection"),
        ("scab", "Crusts fall off by themselves."),
        ("lumps", "A bump under the skin"),
        ("nodules", "Lumps may form."),
        ("dark skin", "In skin of colour, pigment may change."),
        ("skin of color", "For darker skin tones"),
        ("itchy", "Itching is normal."),
        ("red skin going reddish", "Redness of the skin; erythema"),
        ("swollen", "Swelling goes down."),
        ("puffy", "Oedema"),
        ("edema", "Oedema may last."),
        ("haemorrhage", "Bleeding is rare."),
        ("moisturizer", "Use a moisturiser."),
        ("color", "The colour of the skin"),
        ("aging", "Photos of ageing"),
        ("tumor", "A tumour must be ruled out."),
        ("botox", "Botulinum toxin relaxes muscles."),
        ("fat freezing", "Cryolipolysis cools fat."),
        ("coolsculpting", "Cryolipolysis cools fat."),
        ("vampire facial", "Platelet-rich plasma is drawn from blood."),
        ("PRP", "Platelet rich plasma"),
        ("prp", "platelet-rich plasma"),
        ("HA filler", "Dermal fillers"),
        ("hyaluronic acid", "HA binds water: sodium hyaluronate"),
        ("filler dissolving", "Hyaluronidase takes it away."),
        ("dark spots", "Hyperpigmentation is common."),
        ("age spots", "Solar lentigines"),
        ("lentigo", "Lentigines are flat."),
        ("PIH", "Post-inflammatory hyperpigmentation"),
        ("PIE", "Post-inflammatory erythema"),
        ("zits", "Acne is common."),
        ("spider veins", "Telangiectasia on the nose"),
        ("crows feet", "Lateral canthal lines"),
        ("crow's feet", "crows feet"),
        ("vitamin c", "L-ascorbic acid"),
        ("vitamin b5", "Panthenol soothes."),
        ("AHAs", "Alpha hydroxy acids"),
        ("aha", "Alpha-hydroxy acid"),
        ("co2 laser", "The carbon dioxide laser"),
        ("NdYAG laser", "The Nd:YAG laser"),
        ("er yag laser", "Erbium lasers"),
        ("q switched laser", "Q-switched lasers"),
        ("LED mask", "LED light therapy"),
        ("Morpheus8", "RF microneedling"),
        ("when can I go back to work", "Downtime is short."),
        ("am I a good candidate", "Suitability depends on your skin."),
        ("who should not have it", "Contraindications"),
        ("does it work", "It is effective."),
        ("hair thinning", "Alopecia"),
        ("trying for a baby", "Not in pregnancy"),
    ],
)
def test_what_people_type_meets_what_articles_say(asked: str, said: str) -> None:
    text = terms_of(said, "en")
    assert any(satisfied(clause, text) for clause in parse(asked, VOCABULARY).clauses)


def equated(asked: str, said: str) -> bool:
    """Whether all that is asked for is one thing, and the other a way to say it."""
    clauses = parse(asked, VOCABULARY).clauses
    terms = terms_of(said, "en")
    return len(clauses) == 1 and terms in {form.terms for form in clauses[0].synonyms}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("microneedling", "RF microneedling"),
        ("microneedling", "dermaroller"),
        ("microneedling", "mesotherapy"),
        ("platelet-rich plasma", "platelet-rich fibrin"),
        ("PRP", "PRF"),
        ("intense pulsed light", "laser resurfacing"),
        ("IPL", "laser hair removal"),
        ("electrolysis", "laser hair removal"),
        ("retinol", "tretinoin"),
        ("tretinoin", "isotretinoin"),
        ("pregnant", "breastfeeding"),
        ("microdermabrasion", "dermabrasion"),
        ("dermaplaning", "microdermabrasion"),
        ("permanent makeup", "microblading"),
        ("dermal filler", "botulinum toxin"),
        ("cryolipolysis", "fat dissolving injections"),
        ("hypertrophic scar", "keloid"),
        ("hypertrophic scar", "atrophic scar"),
        ("hyperpigmentation", "hypopigmentation"),
        ("hyperpigmentation", "melasma"),
        ("acne", "rosacea"),
        ("blackheads", "whiteheads"),
        ("alpha hydroxy acid", "beta hydroxy acid"),
        ("CO2 laser", "erbium laser"),
        ("sunscreen", "tanning"),
        ("numbing cream", "moisturiser"),
        ("scab", "scar"),
        ("bruising", "swelling"),
    ],
)
def test_what_is_not_the_same_is_never_equated(one: str, other: str) -> None:
    assert not equated(one, other)
    assert not equated(other, one)


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        ("botox", "botulinum toxin"),
        ("profhilo", "skin booster"),
        ("glycolic peel", "chemical peel"),
        ("ice pick scar", "atrophic scar"),
        ("FUE", "hair transplant"),
        ("salicylic acid", "beta hydroxy acid"),
        ("roaccutane", "isotretinoin"),
    ],
)
def test_a_brand_or_a_kind_leads_to_the_wider_word_and_not_back(narrow: str, wide: str) -> None:
    assert equated(narrow, wide)
    assert not equated(wide, narrow)


def test_every_shipped_expression_is_of_words_and_says_something() -> None:
    for group in shipped():
        everything = [*group.expressions, *group.meanings]
        assert 2 <= len(everything) <= 50, group
        assert len(set(everything)) == len(everything), group
        assert all(list(typed_words(each)) for each in everything), group


def test_no_expression_is_shipped_in_two_groups_that_mean_the_same() -> None:
    seen: dict[str, Group] = {}
    for group in shipped():
        for each in group.expressions if not group.meanings else ():
            assert seen.setdefault(each.lower(), group) is group, each


def test_a_line_is_a_group_and_an_arrow_goes_one_way() -> None:
    assert groups_of("# a remark\n\na, b c ,d # why\nx, y => z\n") == [
        Group(("a", "b c", "d")),
        Group(("x", "y"), ("z",)),
    ]


def test_a_group_of_the_site_takes_the_place_of_what_begins_the_same() -> None:
    groups = in_force([Group(("Downtime",)), Group(("glow", "shine"))])
    assert groups[:2] == [Group(("Downtime",)), Group(("glow", "shine"))]
    assert len(groups) == len(shipped()) + 1
    [clause] = parse("downtime", Vocabulary(groups)).clauses
    assert not clause.synonyms
