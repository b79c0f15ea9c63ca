"""`dermis evaluate`."""

import json
from pathlib import Path

import pytest

from tests.api.cli.conftest import Dermis

LABELS = (
    {"heading": "Aftercare", "gist": "Wash gently, no make-up.", "type": "aftercare"},
    {
        "heading": "Side effects",
        "gist": "Redness and, rarely, infection.",
        "type": "aftercare",
        "also_ok": ["risks"],
        "page": "p",
        "position": 1,
    },
)


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    """A file of two labels with a blank line between them."""
    path = tmp_path / "labels.jsonl"
    path.write_text("\n\n".join(json.dumps(each) for each in LABELS), encoding="utf-8")
    return path


def test_the_result_is_printed_as_json(dermis: Dermis, labels: Path) -> None:
    outcome = dermis("evaluate", labels, "--json")
    assert (outcome.status, outcome.err) == (0, "")
    found = json.loads(outcome.out)
    assert found["rows"] == 2
    assert found["strict"]["accuracy"] == 0.5
    assert found["lenient"] == {"accuracy": 1.0, "macro_f1": 1.0}
    assert found["types"]["aftercare"]["n"] == 2
    assert set(found["types"]["aftercare"]) == {"n", "strict_f1", "lenient_f1"}
    assert found["confusions"] == []
    assert sum(each["n"] for each in found["calibration"]) == 2


def test_the_result_is_printed_in_words(dermis: Dermis, labels: Path) -> None:
    outcome = dermis("evaluate", labels)
    assert outcome.status == 0
    assert "2 labels: strict accuracy 0.500" in outcome.out
    assert "lenient 1.000" in outcome.out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "There is no label in it."),
        ("{", "Line 1 is not JSON"),
        ('{"heading": "A"}', "'gist' must be a text"),
        ('\n{"heading": "", "gist": "", "type": "after"}', "Line 2: there is no type 'after'"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_clear_line(
    dermis: Dermis, tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text(text, encoding="utf-8")
    outcome = dermis("evaluate", path)
    assert outcome.status == 1
    assert said in outcome.err
    assert "Traceback" not in outcome.err


def test_a_file_that_is_not_there_is_wrong_usage(dermis: Dermis, tmp_path: Path) -> None:
    assert dermis("evaluate", tmp_path / "none.jsonl").status == 2
