"""Labels are read strictly, and accuracy, F1 and calibration are what textbooks say."""

import pytest

from content.errors import Invalid
from content.importing.evaluating import Label, evaluate, read_labels

CARE = Label(
    "Aftercare", "Wash gently, use sunscreen, no make-up for a day.", "aftercare", page="a"
)
COST = Label("What does it cost?", "From $200 a session.", "cost", page="b")
WRONG = Label("What does it cost?", "From $200 a session.", "risks", page="c")
EITHER = Label("What does it cost?", "From $200 a session.", "summary", ("cost",), page="d")


def test_strict_and_lenient_accuracy_differ_by_what_is_as_right() -> None:
    found = evaluate([CARE, COST, WRONG, EITHER])
    assert found.rows == 4
    assert found.strict.accuracy == 0.5
    assert found.lenient.accuracy == 0.75
    assert [(each.type, each.taken_for, each.n) for each in found.confusions] == [
        ("risks", "cost", 1)
    ]


def test_f1_is_the_harmonic_mean_of_precision_and_recall() -> None:
    found = evaluate([CARE, COST, WRONG])
    assert found.types["aftercare"].strict_f1 == 1
    assert found.types["cost"].strict_f1 == pytest.approx(2 / 3, abs=1e-3)
    assert found.types["risks"].strict_f1 == 0
    assert found.strict.macro_f1 == pytest.approx((1 + 2 / 3) / 3, abs=1e-3)


def test_every_label_stands_in_one_bin_of_confidence() -> None:
    found = evaluate([CARE, COST, WRONG, EITHER])
    assert sum(each.n for each in found.calibration) == 4
    assert all(each.least <= each.confidence <= each.most for each in found.calibration)
    assert 0 <= found.calibration_error <= 1


def test_what_an_import_sets_aside_counts_as_other() -> None:
    found = evaluate([Label("Book your consultation today", "", "other", page="a")])
    assert found.strict.accuracy == 1


def test_labels_of_a_page_are_read_in_the_order_of_their_positions() -> None:
    rows = [
        {"heading": "B", "gist": "b", "type": "risks", "page": "p", "position": 2},
        {"heading": "A", "gist": "a", "type": "cost", "page": "p", "position": 1},
    ]
    assert evaluate(read_labels(enumerate(rows, 1))).rows == 2


def test_every_fault_of_every_line_is_told() -> None:
    rows = [
        {"heading": "A", "gist": 3, "type": "costs"},
        ["no object"],
        {"heading": "A", "gist": "a", "type": "cost", "also_ok": "risks", "position": "1"},
        {"heading": "A", "gist": "a", "type": "cost", "title": 5},
    ]
    with pytest.raises(Invalid) as caught:
        read_labels(enumerate(rows, 1))
    told = [each.detail for each in caught.value.reasons]
    assert len(told) == 6
    assert "Line 4: 'title' must be a text." in told
    assert "Line 1: 'gist' must be a text." in told
    assert "Line 1: there is no type 'costs'; did you mean 'cost'?" in told


def test_a_file_without_labels_is_refused() -> None:
    with pytest.raises(Invalid, match="cannot be read"):
        read_labels([])
