"""The examples of the OpenAPI document are what the application answers."""

from collections.abc import Iterator
from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from tests.api.v1.documenting.asking import Asked, Json, Operation, documented, operations, success
from tests.api.v1.documenting.recording import (
    RECORDED,
    Recorder,
    recorded,
    recorder,
    shown,
    written,
)
from tests.building import bearer

WITHOUT_BODY = {204, 304}


@pytest.fixture(scope="module")
def at_work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recorder]:
    """A recorder on the fixed library."""
    with recorder(tmp_path_factory.mktemp("stage")) as at_work:
        yield at_work


@pytest.fixture(scope="module")
def document(at_work: Recorder) -> Json:
    """The document as it is served."""
    return at_work.document()


@pytest.fixture(scope="module")
def every(document: Json) -> list[Operation]:
    """Every operation of the document."""
    return list(operations(document))


def test_what_is_kept_is_what_is_answered(at_work: Recorder) -> None:
    assert written(recorded(at_work)) == RECORDED.read_bytes(), (
        "An answer that is shown as an example has changed. If that is meant, run "
        "'python -m tests.api.v1.documenting', and let the difference be reviewed."
    )


def test_the_request_that_is_shown_gets_the_answer_that_is_shown(
    at_work: Recorder, every: list[Operation]
) -> None:
    for operation in every:
        answer = at_work.done(_as_shown(operation, at_work.stage.names["admin secret"]))
        assert answer.status_code == success(operation), operation.name
        if answer.status_code not in WITHOUT_BODY:
            content = operation.about["responses"][str(answer.status_code)]["content"]
            assert answer.mimetype in content, operation.name
            assert shown(operation, answer) == content[answer.mimetype]["example"], operation.name


def test_every_parameter_and_body_has_an_example(every: list[Operation]) -> None:
    for operation in every:
        for name, parameter in operation.parameters.items():
            assert "example" in parameter or parameter["schema"]["examples"], (operation.name, name)
        if operation.body_schema:
            content = operation.about["requestBody"]["content"]["application/json"]
            assert content["example"], operation.name


def test_every_answer_that_is_named_has_an_example(every: list[Operation]) -> None:
    for operation in every:
        for status in documented(operation) - WITHOUT_BODY:
            for content in operation.about["responses"][str(status)]["content"].values():
                assert "example" in content, (operation.name, status)


def test_every_example_has_the_shape_that_is_described(
    document: Json, every: list[Operation]
) -> None:
    registry = Registry().with_resource("urn:document", DRAFT202012.create_resource(document))
    for operation in every:
        for schema, example in _shaped(operation):
            validator = OAS31Validator(
                _absolute(schema), registry=registry, format_checker=OAS31Validator.FORMAT_CHECKER
            )
            wrong = [f"{each.json_path}: {each.message}" for each in validator.iter_errors(example)]
            assert wrong == [], operation.name


def test_every_refusal_says_what_would_be_right(every: list[Operation]) -> None:
    for operation in every:
        for status in documented(operation):
            example = _example_of(operation, status)
            if status >= 400:
                assert example["status"] == status, operation.name
                assert len(example["detail"]) > 10, operation.name
                assert (status == 422) <= ("errors" in example), operation.name


def test_what_delivery_answers_carries_the_headers_that_are_named(
    at_work: Recorder, every: list[Operation]
) -> None:
    for operation in every:
        answer = at_work.done(_as_shown(operation, at_work.stage.names["admin secret"]))
        named = operation.about["responses"][str(answer.status_code)].get("headers", {})
        assert named.keys() <= set(answer.headers.keys()), operation.name


def test_what_the_client_has_is_not_sent_again(at_work: Recorder, every: list[Operation]) -> None:
    for operation in every:
        asked = _as_shown(operation, at_work.stage.names["admin secret"])
        if 304 in documented(operation):
            tag = at_work.done(asked).headers["ETag"]
            again = Asked(operation, asked.parameters, headers={"If-None-Match": tag})
            assert at_work.done(again).status_code == 304, operation.name


def _as_shown(operation: Operation, secret: str) -> Asked:
    """The request that the document shows of an operation."""
    parameters = {
        name: parameter["example"]
        for name, parameter in operation.parameters.items()
        if "example" in parameter
    }
    body = None
    if operation.body_schema:
        body = operation.about["requestBody"]["content"]["application/json"]["example"]
    return Asked(operation, parameters, body, bearer(secret) if operation.guarded else {})


def _shaped(operation: Operation) -> Iterator[tuple[Json, Any]]:
    """Every schema of an operation that has an example, with it."""
    for parameter in operation.parameters.values():
        for example in [parameter.get("example"), *parameter["schema"].get("examples", ())]:
            if example is not None:
                yield parameter["schema"], example
    for answer in [*operation.about["responses"].values(), operation.about.get("requestBody", {})]:
        for content in answer.get("content", {}).values():
            if "example" in content:
                yield content["schema"], content["example"]


def _example_of(operation: Operation, status: int) -> Any:
    contents = operation.about["responses"][str(status)].get("content", {})
    return next((content["example"] for content in contents.values()), None)


def _absolute(schema: Any) -> Any:
    """The schema with its references into the document."""
    if isinstance(schema, dict):
        return {
            name: f"urn:document{value}" if name == "$ref" else _absolute(value)
            for name, value in schema.items()
        }
    return [_absolute(each) for each in schema] if isinstance(schema, list) else schema
