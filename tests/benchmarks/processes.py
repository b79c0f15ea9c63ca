"""What the operating system knows of processes: cores, memory and time used. Linux tells it all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

_TICKS = os.sysconf("SC_CLK_TCK")


class Cores(NamedTuple):
    """The core of the server and that of the load; None where they cannot be kept apart."""

    server: int | None
    load: int | None


def cores() -> Cores:
    """Two different cores, if this process may use two and the system lets it choose."""
    if not hasattr(os, "sched_getaffinity"):
        return Cores(None, None)
    allowed = sorted(os.sched_getaffinity(0))
    return Cores(allowed[0], allowed[1]) if len(allowed) > 1 else Cores(None, None)


@contextmanager
def pinned(core: int | None) -> Iterator[None]:
    """Keep this process, and the processes that it starts, on one core; None pins nothing."""
    if core is None:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def place(pid: int, core: int | None) -> None:
    """Move a process with all its threads to a core; None moves nothing."""
    if core is None:
        return
    for thread in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(thread.name), {core})


def children(pid: int) -> list[int]:
    """The processes that a process has started, from any of its threads."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    return [int(each) for thread in threads for each in (thread / "children").read_text().split()]


def family(pid: int) -> list[int]:
    """A process with all that descend from it."""
    found = [pid]
    for each in found:
        with suppress(FileNotFoundError):
            found += children(each)
    return found


def workers_of(pid: int) -> list[int]:
    """The workers of a Granian, which are forked or spawned by its process."""
    own = _command(pid)
    return [
        child
        for child in children(pid)
        if (command := _command(child)) == own or b"multiprocessing.spawn" in command
    ]


def resident_megabytes(pid: int) -> float:
    """The memory that a process holds, what it shares with others included."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"The process {pid} has no memory.")


def processor_seconds(pid: int) -> float:
    """The time that a process has spent on a processor since its start."""
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / _TICKS


def _command(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()
