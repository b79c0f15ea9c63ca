"""Directories on disks of their own: full ones, and such that nobody may write to.

Who runs tests as root is stopped by no mode bits, so real mounts do it; where they are not
allowed, the test is skipped.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def read_only(directory: Path) -> Iterator[None]:
    """Nobody can write to the directory."""
    if os.geteuid() != 0:
        modes = {path: path.stat().st_mode for path in [directory, *directory.rglob("*")]}
        for path, mode in modes.items():
            path.chmod(mode & ~0o222)
        try:
            yield
        finally:
            for path, mode in modes.items():
                path.chmod(mode)
        return
    with _mounted(directory, "--bind", str(directory)):
        _mount("-o", "remount,bind,ro", str(directory))
        yield


@contextmanager
def small_disk(directory: Path, kilobytes: int) -> Iterator[None]:
    """The directory, which need not be there yet, has a disk of that size."""
    directory.mkdir(exist_ok=True)
    with _mounted(directory, "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs"):
        yield


@contextmanager
def filled(directory: Path) -> Iterator[None]:
    """The disk of the directory has no room left."""
    waste = directory / "waste"
    try:
        with waste.open("wb", buffering=0) as file:
            while file.write(bytes(4_096)) == 4_096:
                pass
    except OSError:
        pass  # It is full.
    try:
        yield
    finally:
        waste.unlink()


@contextmanager
def _mounted(directory: Path, *options: str) -> Iterator[None]:
    _mount(*options, str(directory))
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(directory)], check=True)


def _mount(*arguments: str) -> None:
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("who may not mount has no small disks")
    done = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"mounting is not allowed here: {done.stderr.strip()}")
