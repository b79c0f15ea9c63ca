"""The `dermis` command: 0 done, 1 failed with one clear line on standard error, 2 wrong usage."""

import sys
from typing import Final

import click
from sqlalchemy.exc import SQLAlchemyError

from api.cli.loading import LateGroup
from api.settings import SettingsRefused
from content.errors import DermisError, Refused

COMMANDS: Final = {
    "serve": "api.cli.serving:serve",
    "worker": "api.cli.working:worker",
    "import": "api.cli.importing:import_files",
    "corrections": "api.cli.correcting:corrections",
    "evaluate": "api.cli.evaluating:evaluate_labels",
    "search": "api.cli.searching:search",
    "publish": "api.cli.upkeep:publish",
    "duplicates": "api.cli.duplicates:duplicates",
    "index": "api.cli.upkeep:index",
    "token": "api.cli.upkeep:token",
    "export": "api.cli.archives:export_archive",
    "load": "api.cli.archives:load_archive",
    "backup": "api.cli.backups:backup",
    "restore": "api.cli.backups:restore",
    "user": "api.cli.users:user",
    "db": "api.cli.upkeep:db",
}
"""Where each command is."""


@click.group(cls=LateGroup, places=COMMANDS)
@click.version_option(package_name="dermis")
def commands() -> None:
    """Split, keep and serve articles as typed sections."""


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
