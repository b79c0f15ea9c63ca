"""`dermis serve`: a production WSGI server, with what follows the log and what is due beside it."""

import logging
import multiprocessing
import os
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from time import monotonic
from typing import Final

import click
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server import Server

import migrations
from api.cli.configuring import read_settings
from api.cli.loading import application, named
from api.settings import Settings

_COMPANIONS: Final = {
    "the follower of the change log": ("index", "follow"),
    "the worker that attends to what is due": ("worker",),
}
# What runs beside the server, each by a command of its own.

_HEAD_START: Final = 2.0
# Seconds that the workers have the cores for themselves: what is in the index already is found
# without the follower, and the first readers wait for nothing but the workers.

_RESTART_SECONDS: Final = 1.0
_KILL_SECONDS: Final = 10
_THREADS: Final = 4
# Requests that a worker answers at once: a writer that waits its turn must not stop the readers.

_HTTP: Final = HTTP1Settings(header_read_timeout=10_000, max_buffer_size=131_072)
# Milliseconds for the headers of a request, the wait for the next one included, and about how many
# bytes they may have. Who is slow with them costs a connection, and none of the threads.

_LEAN: Final = {"MALLOC_ARENA_MAX": "1", "OPENBLAS_NUM_THREADS": "1"}
# What Python allocates it allocates one thread at a time, and the type model is small: arenas and
# buffers for every thread and core would only be held. Who has set them otherwise is heeded.

log = logging.getLogger(__name__)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
@click.option("--demo", is_flag=True, help="Fill an empty library with sample articles.")
def serve(host: str, port: int, workers: int, demo: bool) -> None:
    """Serve the library: delivery, admin and documentation."""
    settings = read_settings()
    if demo and settings.production:
        raise click.UsageError("--demo publishes samples: it is not for production.")
    _refuse_taken(host, port)
    settings.signing_key()
    if demo or not _has_newest_schema(settings):
        named("api.cli.preparing:prepare")(settings, demo=demo)
    click.echo(f"Dermis answers at http://{host}:{port}/api/v1/docs")
    os.environ |= {**_LEAN, **os.environ}
    # Forked workers would hold the companions' inputs open, and keep them alive when this one dies.
    multiprocessing.set_start_method("spawn")
    with _companions():
        Server(
            "wsgi:app",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            # Where the server has to guess the version of HTTP, it waits for the first bytes for
            # ever, and a few hundred silent connections stop a worker.
            http=HTTPModes.http1,
            http1_settings=_HTTP,
            workers=workers,
            blocking_threads=_THREADS,
            respawn_failed_workers=True,
            workers_kill_timeout=_KILL_SECONDS,
            websockets=False,
            log_enabled=False,
        ).serve(target_loader=application)


def _refuse_taken(host: str, port: int) -> None:
    """Raise `UsageError` when another server has the port: it would silently share it."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise OSError(f"Cannot listen on {host}:{port}: {error.strerror}.") from error


def _has_newest_schema(settings: Settings) -> bool:
    """Whether SQLite's file needs no migration; what cannot be said so is left to `prepare`.

    In two statements, without the library: to import that takes as long as to import the server.
    """
    path = settings.embedded_path
    if path is None:
        return False
    try:
        # `rw` does not create a file.
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True)) as connection:
            found = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    except sqlite3.Error:
        return False
    return bool(found == [(migrations.newest(),)])


@contextmanager
def _companions() -> Iterator[None]:
    """Run the follower and the worker in processes of their own, started again when they die.

    Each may crash alone: a full disk or a broken index never stops delivery.
    """
    stop = threading.Event()
    keepers = [
        threading.Thread(target=_keep, args=(name, command, stop), daemon=True)
        for name, command in _COMPANIONS.items()
    ]
    for keeper in keepers:
        keeper.start()
    try:
        yield
    finally:
        stop.set()
        until = monotonic() + _KILL_SECONDS
        for keeper in keepers:
            keeper.join(max(0.0, until - monotonic()))


def _keep(name: str, arguments: Sequence[str], stop: threading.Event) -> None:
    command = [sys.executable, "-m", "api.cli", *arguments, "--until-input-ends"]
    stop.wait(_HEAD_START)
    while not stop.is_set():
        with subprocess.Popen(command, stdin=subprocess.PIPE) as process:  # noqa: S603 - ours.
            while process.poll() is None and not stop.wait(_RESTART_SECONDS):
                pass
            if process.poll() is None and process.stdin:
                process.stdin.close()
                process.wait()
        if not stop.wait(_RESTART_SECONDS):
            log.error("%s died and is started again", name)
