"""Which answers are remembered."""

from collections.abc import Iterable

from flask import Flask
from werkzeug.test import EnvironBuilder

from api.fronting import spelling
from api.house import House


def forgotten(app: Flask, addresses: Iterable[str]) -> set[str]:
    """Those whose answers are not remembered, once the newest changes are known."""
    house: House = app.extensions["dermis"]
    house.memory.catch_up()
    return {address for address in addresses if house.memory.recall(_spelt(address)) is None}


def _spelt(address: str) -> str:
    """The address as the application is asked for it."""
    environ = EnvironBuilder(address).get_environ()
    return spelling(environ)
