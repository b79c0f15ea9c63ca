"""`dermis worker`: has done in time what is due, while nobody asks for it."""

from typing import Final

import click

from api.cli.configuring import read_settings
from api.cli.opening import opened
from api.cli.stopping import stop_of
from api.errands import errands_of
from content.errands import attend_all

_LOOK_SECONDS: Final = 0.5
# How often each errand is looked at; nothing that has an instant may be later than two seconds.

_PATIENCE: Final = 5.0
# Less than `dermis serve` waits for the processes beside it.


@click.command()
@click.option("--until-input-ends", is_flag=True, hidden=True)
def worker(until_input_ends: bool) -> None:
    """Fire schedules and do what else is due until stopped; `dermis serve` runs this by itself."""
    settings = read_settings()
    stop = stop_of(until_input_ends=until_input_ends)
    with opened(settings) as library:
        errands = errands_of(settings, library)
        attend_all(errands, stop, interval=_LOOK_SECONDS, patience=_PATIENCE)
