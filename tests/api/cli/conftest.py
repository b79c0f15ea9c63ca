"""Running the command in this process, in a home of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from api.cli import main
from content.library import Library


class Outcome(NamedTuple):
    """What a command left behind."""

    status: int
    out: str
    err: str


Dermis = Callable[..., Outcome]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home that the command works in; wide enough for its tables."""
    monkeypatch.setenv("DERMIS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DERMIS_LOG_LEVEL", "ERROR")
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path / "home"


@pytest.fixture
def dermis(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Dermis:
    """The `dermis` command."""

    def run(*arguments: str | Path) -> Outcome:
        monkeypatch.setattr("sys.argv", ["dermis", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsys.readouterr()
        return Outcome(int(ended.value.code or 0), captured.out, captured.err)

    return run


@pytest.fixture
def shelf(home: Path) -> Iterator[Library]:
    """The library that the command wrote."""
    library = Library(f"sqlite:///{home / 'library.db'}")
    yield library
    library.close()
