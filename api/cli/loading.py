"""Loading what is needed, when it is needed: the command that is run, and a worker's application.

Nothing else in Dermis is imported by its name at run time. It is worth the exception here: all
that Dermis can do takes a second to import, for which whoever starts a server would wait twice,
and its memory, which the server's own process would hold for nothing.
"""

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Mapping
from importlib import import_module
from multiprocessing.process import BaseProcess
from typing import Any

import click


class LateGroup(click.Group):
    """A group that imports a command when it is run, or described.

    `places` says for each command's name where it is: `module:attribute`.
    """

    def __init__(self, *arguments: Any, places: Mapping[str, str], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.places = places

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        return list(self.places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, None where there is none."""
        place = self.places.get(cmd_name)
        if place is None:
            return None
        command: click.Command = named(place)
        return command


def named(place: str) -> Any:
    """What is at `module:attribute`, imported if it was not yet."""
    module, _, attribute = place.partition(":")
    return getattr(import_module(module), attribute)


def application(target: str) -> Any:
    """The WSGI application at `target`, in a worker, which ends when its server has died.

    A worker that outlived a killed server would go on answering, and hold the port.
    """
    server = multiprocessing.parent_process()
    if server is not None:
        threading.Thread(target=_end_with, args=(server,), daemon=True).start()
    # What is imported stays for good: to look through it for garbage time and again while it grows
    # takes a fifth of the start, and later a part of every full collection. Once is enough.
    gc.disable()
    found = named(target)
    gc.collect()
    gc.freeze()
    gc.enable()
    return found


def _end_with(server: BaseProcess) -> None:
    server.join()
    os.kill(os.getpid(), signal.SIGKILL)
