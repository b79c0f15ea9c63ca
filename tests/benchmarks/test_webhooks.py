"""That the benchmark of webhooks measures what it says; nothing is timed here."""

import pytest

from tests.benchmarks.webhooks import main


def test_the_figures_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--quick"])
    printed = capsys.readouterr().out
    assert "20 changes" in printed
    assert printed.count(" at once ") == 2
