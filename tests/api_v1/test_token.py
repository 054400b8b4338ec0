"""Who calls: `Authorization: Bearer`, and nothing else."""

import time
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from leadapp.blueprints.api_v1 import guard
from leadapp.extensions import db
from leadapp.models import ApiToken
from leadapp.permissions import Role, command_actor
from leadapp.services.tokens import revoke_token
from leadapp.services.users import change_role, deactivate
from tests.api_v1.program import Program, code_of
from tests.factories import NOW, make_lead

LEADS = "/leads/"


@pytest.fixture
def look_up_always(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if half a second had gone by between any two requests."""
    monkeypatch.setattr(guard, "TRUSTED_FOR", 0)


def revoke(program: Program) -> None:
    """Revoke the program's token."""
    token_id = db.session.scalars(
        select(ApiToken.id).where(ApiToken.user_id == program.user.id)
    ).one()
    revoke_token(token_id, actor=command_actor(), now=NOW)
    db.session.commit()


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_a_token_signs_in(manager: Program, scheme: str) -> None:
    response = manager.get(LEADS, authorization=f"{scheme} {manager.token}")
    assert response.status_code == 200


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Bearer x", "Basic YTpi", "Token {t}", "{t}", "Bearer {t}x",
     "Bearer {t} {t}", "Bearer \xff", "Bearer=é"],
)  # fmt: skip
def test_what_is_no_token(manager: Program, header: str) -> None:
    response = manager.get(LEADS, authorization=header.format(t=manager.token))
    assert code_of(response) == (401, "unauthorized")
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert str(manager.token) not in response.get_data(as_text=True)


@pytest.mark.parametrize("name", ["token", "access_token", "auth_token", "api_key"])
def test_a_token_in_the_address_does_not_count(
    nobody: Program, manager: Program, name: str
) -> None:
    response = nobody.get(f"{LEADS}?{name}={manager.token}")
    assert code_of(response) == (401, "unauthorized")


def test_a_session_does_not_count(app: Flask, sign_in: Callable[..., FlaskClient]) -> None:
    client = sign_in(Role.ADMIN)
    assert client.get("/api/v1/leads/").status_code == 401
    assert client.post("/api/v1/leads/", json={"source": "manual"}).status_code == 401


def test_no_session_begins_here(manager: Program) -> None:
    assert "Set-Cookie" not in manager.get(LEADS).headers


@pytest.mark.usefixtures("look_up_always")
def test_a_revoked_token_is_refused(manager: Program) -> None:
    assert manager.get(LEADS).status_code == 200
    revoke(manager)
    assert code_of(manager.get(LEADS)) == (401, "unauthorized")


@pytest.mark.usefixtures("look_up_always")
def test_the_token_of_a_deactivated_user_is_refused(rep: Program) -> None:
    assert rep.get(LEADS).status_code == 200
    deactivate(rep.user.id, actor=command_actor(), now=NOW)
    db.session.commit()
    assert code_of(rep.get(LEADS)) == (401, "unauthorized")


@pytest.mark.usefixtures("look_up_always")
def test_a_change_of_role_holds(manager: Program) -> None:
    lead = make_lead()
    change_role(manager.user.id, "viewer", actor=command_actor(), now=NOW)
    db.session.commit()
    response = manager.post(f"/leads/{lead.id}/analyze")
    assert code_of(response) == (403, "permission_denied")


def test_a_token_is_trusted_for_less_than_a_second(
    manager: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    assert manager.get(LEADS).status_code == 200
    revoke(manager)
    clock[0] += 0.4
    assert manager.get(LEADS).status_code == 200
    clock[0] += 0.2
    assert code_of(manager.get(LEADS)) == (401, "unauthorized")
    assert guard.TRUSTED_FOR <= 0.5


def test_the_memory_of_tokens_has_an_end(
    app: Flask, manager: Program, rep: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "REMEMBERED", 1)
    for program in (manager, rep, manager, rep):
        assert program.get(LEADS).status_code == 200
    for number in range(20):
        assert manager.get(LEADS, authorization=f"Bearer {number}").status_code == 401
    assert len(app.extensions["leadapp.api_tokens"]) == 1
