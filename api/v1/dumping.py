"""Dumping what schemas declare, a good ten times as fast as they do it themselves.

A schema says which members an answer has; it is taken apart once, and what remains for each answer
is to fetch all attributes at once and to convert those few that are not plain data already. A test
holds the outcome against that of the schema.
"""

from collections.abc import Callable
from operator import attrgetter
from typing import Any, Final

from marshmallow import Schema, fields

from api.fields import Either, When, rfc_3339

Dump = Callable[[Any], Any]

_PLAIN: Final = (fields.String, fields.Integer, fields.Float, fields.Boolean, fields.Dict)
# What the projection holds in these is what JSON takes.


def compiled(schema: Schema) -> Dump:
    """A function that makes of an object the document that the schema declares."""
    names = [field.data_key or name for name, field in schema.fields.items()]
    attributes = [field.attribute or name for name, field in schema.fields.items()]
    conversions = [
        (field.data_key or name, convert)
        for name, field in schema.fields.items()
        if (convert := _conversion(field)) is not None
    ]
    left_out = [
        field.data_key or name
        for name, field in schema.fields.items()
        if field.metadata.get("left_out")
    ]
    fetch = _fetching(attributes)

    def dump(found: Any) -> dict[str, Any]:
        document = dict(zip(names, fetch(found), strict=True))
        for name, convert in conversions:
            value = document[name]
            if value is not None:
                document[name] = convert(value)
        for name in left_out:
            if document[name] is None:
                del document[name]
        return document

    return dump


def _fetching(attributes: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    if len(attributes) > 1:
        return attrgetter(*attributes)
    fetch = attrgetter(attributes[0])
    return lambda found: (fetch(found),)


def _conversion(field: fields.Field[Any]) -> Dump | None:
    """How the values of a field become plain data; None where they are."""
    if isinstance(field, fields.List):
        convert = _conversion(field.inner)
        return None if convert is None else lambda values: [convert(each) for each in values]
    if isinstance(field, fields.Nested):
        return compiled(field.schema)
    if isinstance(field, Either):
        dumps = {kind: compiled(shape) for kind, shape in field.shapes.items()}
        return lambda value: dumps[type(value)](value)
    if isinstance(field, When):
        return rfc_3339
    if isinstance(field, _PLAIN):
        return None
    raise TypeError(f"It is not known how a {type(field).__name__} is dumped.")
