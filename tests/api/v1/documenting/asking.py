"""Operations as the OpenAPI document describes them, and requests for them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import quote

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

Json = dict[str, Any]

METHODS: Final = ("get", "post", "put", "patch", "delete")
REQUEST_ID: Final = "the-front-end-s-own-id"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the document."""

    method: str
    path: str
    about: Json
    parameters: Mapping[str, Json]

    @property
    def name(self) -> str:
        """Its `operationId`."""
        return str(self.about["operationId"])

    @property
    def guarded(self) -> bool:
        """Whether it takes a token."""
        return "security" in self.about

    @property
    def body_schema(self) -> str | None:
        """The name of its JSON body's schema."""
        content = self.about.get("requestBody", {}).get("content", {})
        reference = content.get("application/json", {}).get("schema", {}).get("$ref")
        return reference.rpartition("/")[2] if reference else None


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for an operation."""

    operation: Operation
    parameters: Mapping[str, Any]
    body: Json | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    """Sent in place of the body and of its type, where it is not None."""
    query: str = ""
    """Sent after the parameters, as it is."""

    def given(self, **parameters: Any) -> "Asked":
        """The same with other parameters."""
        return replace(self, parameters={**self.parameters, **parameters})

    def sending(self, **headers: str) -> "Asked":
        """The same with other headers."""
        return replace(self, headers={**self.headers, **headers})

    def without(self, name: str) -> "Asked":
        """The same without a header, whether it is a parameter or not."""
        parameters = {each: value for each, value in self.parameters.items() if each != name}
        headers = {each: value for each, value in self.headers.items() if each != name}
        return replace(self, parameters=parameters, headers=headers)

    def send(self, client: FlaskClient) -> TestResponse:
        """Ask it of an application."""
        sent: Json = {"json": self.body} if self.body is not None else {}
        if self.raw is not None:
            sent = {"data": self.raw, "content_type": self.headers.get("Content-Type")}
        return client.open(
            self.address,
            method=self.operation.method.upper(),
            headers={"X-Request-Id": REQUEST_ID, **self.headers, **self._of("header")},
            **sent,
        )

    @property
    def path(self) -> str:
        """The path with its parameters."""
        quoted = {name: quote(str(value)) for name, value in self._of("path").items()}
        return self.operation.path.format_map(quoted)

    @property
    def address(self) -> str:
        """The path and the query."""
        parts = [
            part for name, value in self._of("query").items() for part in self._parts(name, value)
        ]
        query = "&".join([*parts, self.query] if self.query else parts)
        return f"{self.path}?{query}" if query else self.path

    def _parts(self, name: str, value: Any) -> list[str]:
        """A parameter as its `style` and `explode` say (OpenAPI 3.1, style `form`)."""
        if isinstance(value, list):
            texts = [_text(each) for each in value]
            exploded = self.operation.parameters[name].get("explode", True)
            return [f"{name}={each}" for each in (texts if exploded else [",".join(texts)])]
        return [f"{name}={_text(value)}"]

    def _of(self, place: str) -> Json:
        known = self.operation.parameters
        return {
            name: value for name, value in self.parameters.items() if known[name]["in"] == place
        }


def operations(document: Json) -> Iterator[Operation]:
    """Every operation of a document, in its order."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                parameters = {
                    each["name"]: {**each, "schema": _resolved(each["schema"], document)}
                    for each in item[method].get("parameters", ())
                }
                yield Operation(method, path, item[method], parameters)


def _resolved(schema: Json, document: Json) -> Json:
    """The schema of a parameter with what it refers to."""
    if "items" in schema:
        schema = {**schema, "items": _resolved(schema["items"], document)}
    name = schema.get("$ref", "").rpartition("/")[2]
    return {**document["components"]["schemas"][name], **schema} if name else schema


def documented(operation: Operation) -> set[int]:
    """The statuses that the document names for an operation."""
    return {int(status) for status in operation.about["responses"] if status != "default"}


def success(operation: Operation) -> int:
    """The status of its good answer."""
    return min(documented(operation))


def _text(value: Any) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return quote(text, safe=":,")
