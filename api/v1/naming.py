"""How operations and schemas are named in the OpenAPI document, and so in generated clients."""

from collections.abc import Callable
from typing import Any

from marshmallow import Schema

from api.fields import Either


def operation_name(view: Callable[..., Any]) -> str:
    """The camel-case name of a view: `article_section` becomes `articleSection`."""
    first, *rest = view.__name__.split("_")
    return "".join([first, *(word.capitalize() for word in rest)])


def schema_name(schema: type[Schema] | Schema) -> str:
    """The name of a shape: of `ArticleOut` it is `Article`, and `ArticleIn` is what is sent."""
    kind = schema if isinstance(schema, type) else type(schema)
    return kind.__name__.removesuffix("Out")


def either_of(converter: Any, field: Any, **_kwargs: Any) -> dict[str, Any]:
    """What the document says of a field that has one of several shapes; for apispec."""
    if not isinstance(field, Either):
        return {}
    return {"anyOf": [converter.resolve_nested_schema(each) for each in field.shapes.values()]}
