"""What is imported when, and that nothing is lost by it."""

import subprocess
import sys
from importlib import import_module

import click
import pytest

from api.cli import COMMANDS, commands
from tests.api.cli.conftest import Dermis

HEAVY = {"flask", "marshmallow", "sqlalchemy.orm", "alembic", "whoosh", "numpy", "api.app"}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_where_the_table_says(name: str) -> None:
    found = commands.get_command(click.Context(commands), name)
    assert isinstance(found, click.Command)
    assert found.name == name


def test_the_help_tells_of_every_command(dermis: Dermis) -> None:
    shown = dermis("--help")
    assert shown.status == 0
    for name, place in COMMANDS.items():
        module, _, attribute = place.partition(":")
        described = getattr(import_module(module), attribute).get_short_help_str()
        assert f"  {name}  " in f"{shown.out} "
        assert described[:30] in shown.out


def test_a_command_that_does_not_exist_is_wrong_usage(dermis: Dermis) -> None:
    refused = dermis("serv")
    assert refused.status == 2
    assert "No such command 'serv'" in refused.err


def test_the_process_that_starts_the_workers_does_not_import_what_they_serve() -> None:
    told = subprocess.run(
        [sys.executable, "-c", "import api.cli.serving, sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert HEAVY & set(told.stdout.split()) == set()
