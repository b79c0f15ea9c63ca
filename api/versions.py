"""Which program this is."""

from importlib.metadata import version
from typing import Final

MADE_BY: Final = f"Dermis {version('dermis')}"
"""Stands in what it makes for elsewhere."""
