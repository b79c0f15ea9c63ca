"""Every check of the project, behind one command: `python -m tests`."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
CHECKS: Final[tuple[tuple[str, Sequence[str]], ...]] = (
    ("style", ("-m", "ruff", "check", ".")),
    ("format", ("-m", "ruff", "format", "--check", ".")),
    ("types", ("-m", "mypy")),
    ("layers", ("-m", "importlinter.cli", "lint-imports")),
    ("tests", ("-m", "pytest", "-n", "auto", "--dist", "loadgroup")),
)


def main() -> int:
    """Run every check, also after one failed; the exit status is 0 when all passed."""
    failed = [name for name, command in CHECKS if _run(name, command) != 0]
    print(f"\nfailed: {', '.join(failed)}" if failed else "\nevery check passed")
    return 1 if failed else 0


def _run(name: str, command: Sequence[str]) -> int:
    print(f"\n== {name}", flush=True)
    return subprocess.run([sys.executable, *command], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
