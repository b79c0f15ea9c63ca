"""Sections that hold two types are proposed as a split at a sentence."""

from tests.content.importing.building import article

LONG = """What to Expect During and After Treatment

The nurse cleans the skin and puts on a numbing cream. The handpiece then passes over each area \
several times, which takes about half an hour. For the first day afterwards keep the skin clean \
and use a gentle cleanser. Avoid make-up, sun and the gym until the redness has settled, and put \
on sunscreen every morning.

Cost

A session costs about $300, and most people need three.
"""


def test_a_section_on_two_things_is_proposed_as_a_split_at_a_sentence() -> None:
    section = article("All about peels\n\n" + LONG).sections[0]
    assert section.split is not None
    assert (section.split.first_type, section.split.type) == ("procedure", "aftercare")
    assert section.body[section.split.offset :].startswith("For the first day afterwards")
    assert section.split.evidence
    assert 0.5 < section.split.confidence <= 1


def test_a_section_on_one_thing_is_not() -> None:
    section = article("All about peels\n\n" + LONG).sections[1]
    assert section.split is None
