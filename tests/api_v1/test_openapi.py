"""GET /api/v1/openapi.json, and its page."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from leadapp.blueprints.api_v1 import records, schemas

# Names of the specification, version 3.1.0.
_METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}
_IN = {"query", "header", "path", "cookie"}


@pytest.fixture
def description(client: FlaskClient) -> dict[str, Any]:
    """The description."""
    response = client.get("/api/v1/openapi.json")
    assert (response.status_code, response.content_type) == (200, "application/json")
    assert isinstance(response.json, dict)
    return response.json


def operations(description: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """The operations by method and address."""
    return {
        (method, path): operation
        for path, item in description["paths"].items()
        for method, operation in item.items()
    }


def references(value: Any) -> set[str]:
    """All `$ref` in a value."""
    if isinstance(value, dict):
        own = {value["$ref"]} if "$ref" in value else set()
        return own.union(*map(references, value.values()))
    return set().union(*map(references, value)) if isinstance(value, list) else set()


def test_it_describes_itself(description: dict[str, Any]) -> None:
    assert description["openapi"].startswith("3.1.")
    assert description["info"]["title"] == "leadapp"
    assert description["info"]["version"]
    assert set(description) <= {"openapi", "info", "paths", "components", "tags", "servers"}
    assert description["components"]["securitySchemes"] == {
        "bearer": {"type": "http", "scheme": "bearer"}
    }


def test_every_route_is_described(app: Flask, description: dict[str, Any]) -> None:
    routes = {
        (method.lower(), rule.rule.replace("<record_id:", "{").replace(">", "}"))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and rule.endpoint != "api_v1.openapi"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert set(operations(description)) == routes
    assert len(routes) == 25


def test_every_operation_is_complete(description: dict[str, Any]) -> None:
    names = []
    for (method, path), operation in operations(description).items():
        names.append(operation["operationId"])
        assert operation["summary"], path
        assert operation["security"] == [{"bearer": []}]
        assert operation["tags"][0] in {"Leads", "Sales", "Analyses", "Models"}
        assert (operation.get("requestBody") is not None) == (method in {"post", "patch"})
        parameters = operation.get("parameters", [])
        in_path = {p["name"] for p in parameters if p["in"] == "path"}
        assert in_path == set(re.findall(r"\{(\w+)\}", path))
        assert all(p["in"] in _IN and "schema" in p for p in parameters)
        assert ("If-Match" in {p["name"] for p in parameters}) == (method == "patch")
        assert all(p["required"] for p in parameters if p["in"] == "path")
    assert len(names) == len(set(names))


def test_every_refusal_is_described_with_an_example(description: dict[str, Any]) -> None:
    for (method, path), operation in operations(description).items():
        responses = operation["responses"]
        expected = {"401", "403", "503"}
        expected |= {"404"} if "{" in path else set()
        expected |= {"400", "413", "415", "422"} if method in {"post", "patch"} else set()
        expected |= {"409", "412"} if path.endswith("/stage") else set()
        assert expected <= set(responses), (method, path)
        for status, response in responses.items():
            assert response["description"], (path, status)
            if status == "304":
                assert "content" not in response
                continue
            if status.startswith("2"):
                assert list(response["content"]) == ["application/json"]
                continue
            problem = response["content"]["application/problem+json"]
            assert problem["schema"] == {"$ref": "#/components/schemas/Problem"}
            for code, example in problem["examples"].items():
                told = records.Problem.model_validate(example["value"])
                assert (told.code, str(told.status)) == (code, status)


def test_every_reference_leads_somewhere(description: dict[str, Any]) -> None:
    known = {f"#/components/schemas/{name}" for name in description["components"]["schemas"]}
    assert references(description) <= known


def test_nothing_is_described_that_nobody_uses(description: dict[str, Any]) -> None:
    used = {reference.rpartition("/")[2] for reference in references(description)}
    assert set(description["components"]["schemas"]) == used


def test_all_models_have_names_of_their_own() -> None:
    """Two models of one name would overwrite each other in silence."""
    named = [
        {name for name, value in vars(module).items() if isinstance(value, type)}
        for module in (schemas, records)
    ]
    own = [
        {n for n in names if getattr(module, n).__module__ == module.__name__}
        for names, module in zip(named, (schemas, records), strict=True)
    ]
    assert own[0] & own[1] == set()


def test_methods_are_those_of_the_specification(description: dict[str, Any]) -> None:
    assert {method for method, _ in operations(description)} <= _METHODS


def test_its_page_needs_nothing_from_elsewhere(client: FlaskClient) -> None:
    response = client.get("/docs")
    page = response.get_data(as_text=True)
    assert response.status_code == 200
    assert 'data-url="/api/v1/openapi.json"' in page
    assert "http" not in page.replace("http-equiv", "")
    for address in re.findall(r'(?:src|href)="([^"]+)"', page):
        with client.get(address) as file:
            assert file.status_code == 200, address
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=", page)
    assert client.post("/docs").status_code == 405
