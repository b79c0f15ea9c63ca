"""`dermis serve`: a production WSGI server, with the follower of the change log beside it."""

import logging
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Final

import click
from flask import Flask
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server import Server

from api.app import create_app
from api.cli.batching import Wishes
from api.cli.importing import import_all
from api.cli.opening import opened, read_settings
from api.cli.reports import show_reports
from api.settings import Settings
from content import following, inspecting
from content.library import Library
from content.published import PageRequest
from content.searching.whoosh_index import WhooshIndex

SAMPLES: Final = Path(__file__).parent.parent / "samples"
_RESTART_SECONDS: Final = 1.0
_KILL_SECONDS: Final = 10
_THREADS: Final = 4
# Requests that a worker answers at once: a writer that waits its turn must not stop the readers.

_HTTP: Final = HTTP1Settings(header_read_timeout=10_000, max_buffer_size=131_072)
# Milliseconds for the headers of a request, the wait for the next one included, and about how many
# bytes they may have. Who is slow with them costs a connection, and none of the threads.

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
    with opened(settings) as library:
        if demo:
            _fill(library, settings)
    click.echo(f"Dermis answers at http://{host}:{port}/api/v1/docs")
    # Forked workers would hold the follower's input open, and keep it alive when this one dies.
    multiprocessing.set_start_method("spawn")
    with _follower():
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
        ).serve(target_loader=_load)


def _load(target: str) -> Flask:
    """The application in a worker, which ends when the server that started it has died.

    A worker that outlived a killed server would go on answering, and hold the port.
    """
    server = multiprocessing.parent_process()
    if server is not None:
        threading.Thread(target=_end_with, args=(server,), daemon=True).start()
    return create_app(Settings.from_environment(os.environ))


def _end_with(server: BaseProcess) -> None:
    server.join()
    os.kill(os.getpid(), signal.SIGKILL)


def _refuse_taken(host: str, port: int) -> None:
    """Raise `UsageError` when another server has the port: it would silently share it."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise OSError(f"Cannot listen on {host}:{port}: {error.strerror}.") from error


def _fill(library: Library, settings: Settings) -> None:
    with library.reading() as session:
        filled = inspecting.articles(session, inspecting.ArticleQuery(), PageRequest(1)).items
    if filled:
        return
    wishes = Wishes("en", None, publish=True, dry_run=False, again=False)
    show_reports(import_all(library, settings, samples(), wishes, show=True))
    # Search answers from the first request on, as a first visitor expects.
    index = WhooshIndex(settings.home / "index")
    following.bring_up_to_date(library, index)
    index.close()


def samples() -> list[Path]:
    """The sample articles that come with Dermis."""
    return sorted(path for path in SAMPLES.iterdir() if path.suffix in {".md", ".txt", ".html"})


@contextmanager
def _follower() -> Iterator[None]:
    """Run the follower in a process of its own, started again whenever it dies.

    It may crash alone: a full disk or a broken index never stops delivery.
    """
    stop = threading.Event()
    keeper = threading.Thread(target=_keep_following, args=(stop,), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        stop.set()
        keeper.join(_KILL_SECONDS)


def _keep_following(stop: threading.Event) -> None:
    command = [sys.executable, "-m", "api.cli", "index", "follow", "--until-input-ends"]
    while not stop.is_set():
        with subprocess.Popen(command, stdin=subprocess.PIPE) as process:  # noqa: S603 - ours.
            while process.poll() is None and not stop.wait(_RESTART_SECONDS):
                pass
            if process.poll() is None and process.stdin:
                process.stdin.close()
                process.wait()
        if not stop.wait(_RESTART_SECONDS):
            log.error("the follower of the change log died and is started again")
