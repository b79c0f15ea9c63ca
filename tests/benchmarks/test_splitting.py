"""That the benchmark of splitting measures what it says; nothing is timed here."""

import pytest

from tests.benchmarks.splitting import growths, main


def test_documents_double_up_to_the_largest() -> None:
    sizes = [size for size, _, _ in growths("Aftercare\n\nWash gently.\n\n", 64_000)]
    assert sizes == [2_000, 4_000, 8_000, 16_000, 32_000, 64_000]


def test_the_figures_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--quick"])
    assert "sections and pairs" in capsys.readouterr().out
