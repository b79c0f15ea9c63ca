"""Every check of the project, behind one command: `python -m tests`."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
CHECKS: Final[tuple[tuple[str, Sequence[str]], ...]] = (
    ("style", ("ruff", "check", ".")),
    ("format", ("ruff", "format", "--check", ".")),
    ("types", ("mypy",)),
    ("layers", ("lint-imports", "--no-logo")),
    ("tests", ("pytest", "-n", "auto", "--dist", "loadgroup")),
)
BESIDE_PYTHON: Final = Path(sys.executable).parent
"""Where the environment keeps its commands, whether it is activated or not."""


def main() -> int:
    """Run every check, also after one failed; the exit status is 0 when all passed."""
    failed = [name for name, command in CHECKS if _run(name, command) != 0]
    print(f"\nfailed: {', '.join(failed)}" if failed else "\nevery check passed")
    return 1 if failed else 0


def _run(name: str, command: Sequence[str]) -> int:
    print(f"\n== {name}", flush=True)
    program, *arguments = command
    return subprocess.run([BESIDE_PYTHON / program, *arguments], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
