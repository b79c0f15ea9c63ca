"""That the benchmark of searching in PostgreSQL measures what it says; nothing is timed here."""

import pytest

from tests.benchmarks.postgres_search import main

pytestmark = pytest.mark.xdist_group("postgres")


def test_both_find_the_same_and_the_figures_are_printed(
    postgres: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        main(["--quick", "--url", postgres])
    printed = capsys.readouterr().out
    assert printed.count("ts_rank_cd") == 6
    assert printed.count("ours, again") == 6
