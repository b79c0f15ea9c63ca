"""Fixtures of the tests of the face."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask

from api.app import create_app
from api.cli.batching import Wishes
from api.cli.importing import import_all
from api.cli.preparing import samples
from api.house import House
from api.settings import Settings
from content import following
from content.library import Library
from migrations import upgrading
from tests.api.examining import everything


@pytest.fixture
def unchanged(library: Library, token: str) -> Iterator[None]:
    """What the test does leaves every table as it was when it began."""
    assert token
    before = everything(library)
    yield
    assert everything(library) == before


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """What `dermis serve --demo` serves; nobody may change it."""
    with with_samples(tmp_path_factory.mktemp("demo")) as app:
        yield app


@contextmanager
def with_samples(home: Path) -> Iterator[Flask]:
    """What `dermis serve --demo` serves, in that home."""
    settings = Settings(
        home=home, database_url=f"sqlite:///{home / 'library.db'}", secret_key="s" * 32
    )
    app = create_app(settings)
    house: House = app.extensions["dermis"]
    with house.library.migrating() as connection:
        upgrading.upgrade(connection)
    wishes = Wishes("en", None, publish=True, dry_run=False, again=False)
    import_all(house.library, settings, samples(), wishes, show=False)
    following.bring_up_to_date(house.library, house.index)
    yield app
    house.close()
