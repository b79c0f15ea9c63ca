"""The OpenAPI document is valid, complete and frozen, and its page works offline."""

import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.api.examining import problem
from tests.api.test_auth import DOORS
from tests.api.v1 import contract

METHODS: Final = {"GET", "POST", "PUT", "PATCH", "DELETE"}
PAGE: Final = "/api/v1/docs"


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    """The document as it is served."""
    served: dict[str, Any] = client.get("/api/v1/openapi.json").get_json()
    return served


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method in METHODS:
            if method.lower() in item:
                yield method, path, item[method.lower()]


def test_the_document_is_valid_openapi(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(document).validate()


def test_the_document_is_the_frozen_contract() -> None:
    assert contract.written(contract.current()) == contract.FROZEN.read_bytes(), (
        "The contract has changed. If that is meant, run 'python -m tests.api.v1.contract', "
        "and let the difference be reviewed with the change."
    )


def test_every_route_of_the_version_is_described(app: Flask, document: dict[str, Any]) -> None:
    served = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        for method in METHODS & (rule.methods or set())
        if rule.rule.startswith("/api/v1/")
        and not rule.endpoint.startswith(("documents.", "sso."))  # What browsers visit.
    }
    assert {(method, path) for method, path, _ in _operations(document)} == served


def test_every_operation_has_a_name_of_its_own_and_a_summary(document: dict[str, Any]) -> None:
    operations = [operation for _, _, operation in _operations(document)]
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z][A-Za-z]+", name) for name in names)
    assert all(operation["summary"] for operation in operations)


def test_every_operation_says_how_it_refuses(document: dict[str, Any]) -> None:
    for method, path, operation in _operations(document):
        shown = operation["responses"]
        public = "/admin/" not in path
        assert {"400", "414", "422", "429", "503", "default"} <= shown.keys(), path
        assert ("404" in shown) == ("{" in path), path
        assert ("401" in shown) == (not public), path
        assert ({"413", "415"} <= shown.keys()) == (method != "GET"), path
        assert ("304" in shown) == (method == "GET" and public), path
        asked = {each["name"] for each in operation.get("parameters", ())}
        assert ("308" in shown) == ("{slug}" in path), path
        assert ("410" in shown) == ("{slug}" in path or "at" in asked), path
        for status, refusal in shown.items():
            if status >= "300" and status not in {"304", "default"}:
                schema = refusal["content"]["application/problem+json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/Problem"}
                assert refusal["description"].endswith("."), (path, status)


def test_a_refusal_has_the_shape_that_is_described(
    client: FlaskClient, document: dict[str, Any]
) -> None:
    shape = document["components"]["schemas"]
    refusal = problem(client.get("/api/v1/articles?limit=0"), 422)
    assert set(shape["Problem"]["required"]) == refusal.keys() - {"errors"}
    assert refusal.keys() <= shape["Problem"]["properties"].keys()
    assert refusal["errors"][0].keys() <= shape["ProblemEntry"]["properties"].keys()


def test_every_parameter_is_explained(document: dict[str, Any]) -> None:
    for method, path, operation in _operations(document):
        for parameter in operation.get("parameters", ()):
            assert parameter["description"], f"{method} {path} {parameter['name']}"


def test_edits_ask_for_if_match(document: dict[str, Any]) -> None:
    asking = {
        operation["operationId"]
        for _, _, operation in _operations(document)
        if any(each["name"] == "If-Match" for each in operation.get("parameters", ()))
    }
    assert asking == {
        *("adminChangeArticle", "adminDeleteArticle", "adminPublish", "adminWithdraw"),
        *("adminAddSection", "adminReplaceSection", "adminChangeSection", "adminRemoveSection"),
        *("adminOrderSections", "adminRelabelTopic", "adminDeleteTopic"),
        *("adminRestoreEdition", "adminRestorePoint", "adminOperate"),
        *("adminCorrect", "adminCommit", "adminChangeSynonyms", "adminDeleteSynonyms"),
        *("adminTakeBackArticle", "adminPurgeArticle"),
        *("adminAddReleaseItem", "adminChangeRelease", "adminDeleteRelease"),
        *("adminPublishRelease", "adminRemoveReleaseItem", "adminSchedule"),
        *("adminScheduleRelease", "adminUnschedule", "adminUnscheduleRelease"),
        *("adminChangeUser", "adminDisableUser", "adminChangeWebhook", "adminDeleteWebhook"),
        *("adminSetReferences", "adminMarkTranslated", "adminChangePicture", "adminRemovePicture"),
        *("adminSubmit", "adminRecall", "adminRequestChanges", "adminApprove", "adminSign"),
        *("adminArchive", "adminReopen", "adminChangeRedirect", "adminDeleteRedirect"),
        *("adminOperate", "adminRestoreEdition", "adminRestorePoint"),
        *("adminShareSection", "adminUnshareSection", "adminChangeSharedSection"),
        *("adminDeleteSharedSection", "adminSignSharedSection", "adminPublishSharedSection"),
        *("adminChangeWebhook", "adminDeleteWebhook"),
    }


def test_admin_operations_ask_for_a_token_with_a_scope(document: dict[str, Any]) -> None:
    for method, path, operation in _operations(document):
        is_door = (method, path) in DOORS
        assert ("security" in operation) == ("/admin/" in path and not is_door), path
        for each in operation.get("security", ()):
            (scope,) = each["bearer"]
            assert f"the scope `{scope}`" in operation["description"]
            # Every token may read; but some acts are of people alone.
            assert "403" in operation["responses"] or scope == "read", path
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    text = contract.written(document).decode()
    references = set(re.findall(r'"#/components/(\w+)/([\w-]+)"', text))
    assert {("schemas", "ImportIn"), ("headers", "ETag")} <= references
    for kind, name in references:
        assert name in document["components"][kind], name


def test_nothing_is_described_that_is_not_used(document: dict[str, Any]) -> None:
    text = contract.written(document).decode()
    for name in document["components"]["schemas"]:
        assert f'"#/components/schemas/{name}"' in text, name


def test_the_page_loads_nothing_from_elsewhere(client: FlaskClient) -> None:
    page = client.get(PAGE)
    assert page.mimetype == "text/html"
    found = re.findall(r'(?:src|href)="([^"]+)"', page.get_data(as_text=True))
    assert found
    for address in found:
        assert address.startswith(f"{PAGE}/")
        assert client.get(address, buffered=True).status_code == 200, address
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in page.headers["Content-Security-Policy"].split("style-src")[0]


@pytest.mark.parametrize("name", ["nothing.js", "..%2f..%2f__init__.py", "%2e%2e/__init__.py"])
def test_the_page_has_no_other_files(client: FlaskClient, name: str) -> None:
    problem(client.get(f"{PAGE}/{name}"), 404)
