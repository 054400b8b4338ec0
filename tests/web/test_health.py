"""GET /health and GET /ready."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from leadapp.extensions import db
from tests.conftest import database_url, make_app


def test_alive(client: FlaskClient, count_statements: list[str]) -> None:
    response = client.get("/health")
    assert (response.status_code, response.json) == (200, {"status": "alive"})
    assert count_statements == []


def test_ready(fresh_app: Flask) -> None:
    response = fresh_app.test_client().get("/ready")
    assert (response.status_code, response.json) == (200, {"status": "ready"})


@pytest.mark.parametrize("path", ["/health", "/ready"])
def test_wrong_method(client: FlaskClient, path: str) -> None:
    assert client.post(path).status_code == 405


def test_not_ready_while_a_migration_is_missing(fresh_app: Flask) -> None:
    with fresh_app.app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    response = fresh_app.test_client().get("/ready")
    assert response.status_code == 503
    assert response.json is not None
    assert response.json["code"] == "not_migrated"
    assert response.headers["Retry-After"]


def test_not_ready_on_an_empty_database(fresh_app: Flask) -> None:
    with fresh_app.app_context(), db.engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    response = fresh_app.test_client().get("/ready")
    assert response.status_code == 503


def test_not_ready_without_a_database_but_alive() -> None:
    app = make_app(database_url("no_such_database"))
    response = app.test_client().get("/ready")
    assert response.status_code == 503
    assert response.json is not None
    assert response.json["code"] == "database_unavailable"
    assert app.test_client().get("/health").status_code == 200
