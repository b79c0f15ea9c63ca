"""The `dermis` command: 0 done, 1 failed with one clear line on standard error, 2 wrong usage."""

import sys

import click
from sqlalchemy.exc import SQLAlchemyError

from api.cli.correcting import corrections
from api.cli.duplicates import duplicates
from api.cli.evaluating import evaluate_labels
from api.cli.importing import import_files
from api.cli.serving import serve
from api.cli.upkeep import db, index, publish, token
from api.settings import SettingsRefused
from content.errors import DermisError, Refused


@click.group()
@click.version_option(package_name="dermis")
def commands() -> None:
    """Split, keep and serve articles as typed sections."""


for command in (
    *(serve, import_files, corrections, evaluate_labels, publish, duplicates, index, token, db),
):
    commands.add_command(command)


def main() -> None:
    """Run the command; what Dermis refuses becomes one clear line and exit status 1."""
    try:
        commands()
    except (DermisError, SettingsRefused, OSError, SQLAlchemyError) as error:
        click.echo(f"dermis: {_said(error)}", err=True)
        sys.exit(1)


def _said(error: Exception) -> str:
    if isinstance(error, Refused) and error.reasons:
        return f"{error} {' '.join(reason.detail for reason in error.reasons)}"
    if isinstance(error, SettingsRefused):
        return "\n  ".join(["The settings are not valid:", *error.reasons])
    return str(error).partition("\n")[0]
