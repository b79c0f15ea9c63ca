"""The whole workflow, walked at random: every act ends as foretold, and no invariant is broken."""

from pathlib import Path

from tests.content.workflow import walk


def test_whatever_editors_do_the_library_keeps_its_promises(migrated: Path, tmp_path: Path) -> None:
    done = walk(migrated, tmp_path, examples=6, steps=40, number=20)
    assert done.steps >= 100
    assert done.done["publish"] > 0, "nothing ever went live: this shows nothing"
