"""No edit of a section is lost, whoever else edits it at the same moment."""

from pathlib import Path

from tests.content.losing import edit_together, served


def test_every_acknowledged_edit_is_in_the_text(tmp_path: Path) -> None:
    with served(tmp_path, f"sqlite:///{tmp_path / 'library.db'}", workers=1) as place:
        outcome = edit_together(place, edits=160, clients=8)
    assert len(outcome.acknowledged) == 160
    assert outcome.counts["PATCH 412"] > 0, "nobody came second: this shows nothing"
    assert (outcome.lost, outcome.twice) == (set(), set())
