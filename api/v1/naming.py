"""How operations are named in the OpenAPI document, and so in generated clients."""

from collections.abc import Callable
from typing import Any


def operation_name(view: Callable[..., Any]) -> str:
    """The camel-case name of a view: `article_section` becomes `articleSection`."""
    first, *rest = view.__name__.split("_")
    return "".join([first, *(word.capitalize() for word in rest)])
