"""Fixtures of the tests of the face."""

from collections.abc import Iterator

import pytest

from content.library import Library
from tests.api.examining import everything


@pytest.fixture
def unchanged(library: Library, token: str) -> Iterator[None]:
    """What the test does leaves every table as it was when it began."""
    assert token
    before = everything(library)
    yield
    assert everything(library) == before
