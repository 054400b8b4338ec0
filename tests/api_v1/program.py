"""A caller of the API that holds every answer against the description of the API."""

from typing import Any

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from leadapp.blueprints.api_v1 import records
from leadapp.models import User

PREFIX = "/api/v1"
JSON = "application/json"
PROBLEM = "application/problem+json"


class Program:
    """Calls the API with a token, or without one."""

    def __init__(self, app: Flask, token: str | None, user: User | None) -> None:
        self.app = app
        self.token = token
        self._user = user
        self._client = app.test_client()

    @property
    def user(self) -> User:
        """Whose program it is."""
        assert self._user is not None
        return self._user

    def get(self, path: str, **headers: str) -> TestResponse:
        """GET below /api/v1; headers are named as `if_match`."""
        return self.call("GET", path, headers=headers)

    def post(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        """POST, with a JSON body unless it is None."""
        return self.call("POST", path, body, headers=headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        """PATCH, with a JSON body unless it is None."""
        return self.call("PATCH", path, body, headers=headers)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        raw: bytes | None = None,
        headers: dict[str, str] | None = None,
        **options: Any,
    ) -> TestResponse:
        """Any request. `raw` is sent as JSON as it is."""
        sent = {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        if self.token is not None and "authorization" not in sent:
            sent["authorization"] = f"Bearer {self.token}"
        if raw is not None:
            options |= {"data": raw, "content_type": options.get("content_type", JSON)}
        elif body is not None:
            options["json"] = body
        response = self._client.open(PREFIX + path, method=method, headers=sent, **options)
        check_described(self.app, method, path, response)
        return response


def check_described(app: Flask, method: str, path: str, response: TestResponse) -> None:
    """Hold an answer against the description: status, type, and all of its fields."""
    assert response.status_code != 500, response.get_data(as_text=True)
    if response.content_type == PROBLEM:
        problem = records.Problem.model_validate_json(response.data)
        assert problem.status == response.status_code
    operation = operation_of(app, method, path)
    if operation is None or response.status_code == 304:
        return
    described = operation["responses"][str(response.status_code)]
    assert response.content_type in described["content"]
    if response.content_type == JSON and method != "HEAD":
        name = described["content"][JSON]["schema"]["$ref"].rpartition("/")[2]
        getattr(records, name).model_validate_json(response.data)
    if response.content_type == PROBLEM and response.json is not None:
        assert response.json["code"] in described["content"][PROBLEM]["examples"]


def operation_of(app: Flask, method: str, path: str) -> dict[str, Any] | None:
    """The description of what a request asks for, or None where nothing takes it."""
    try:
        rule, _ = app.url_map.bind("localhost").match(
            PREFIX + path.partition("?")[0], method, return_rule=True
        )
    except HTTPException:
        return None
    address = rule.rule.replace("<record_id:", "{").replace(">", "}")
    operations: dict[str, Any] = app.api_doc["paths"].get(address, {})  # type: ignore[attr-defined]
    return operations.get("get" if method == "HEAD" else method.lower())


def code_of(response: TestResponse) -> tuple[int, str]:
    """Status and code of a refusal."""
    assert response.content_type == PROBLEM, response.get_data(as_text=True)
    assert response.json is not None
    return response.status_code, response.json["code"]


def wrong_fields(response: TestResponse) -> set[str]:
    """The fields that were not accepted."""
    assert code_of(response) == (422, "invalid_input")
    assert response.json is not None
    return {error["field"] for error in response.json["errors"]}


def own(statements: list[str]) -> list[str]:
    """The statements of the requests themselves, without the look-up of a token now and then."""
    return [statement for statement in statements if "api_tokens" not in statement]
