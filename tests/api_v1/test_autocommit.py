"""Requests whose statements stand each by itself, on a database where commits are real."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.engine import Engine

from leadapp.extensions import db
from leadapp.permissions import command_actor
from leadapp.services.tokens import create_token
from tests.api_v1.program import Program, code_of, wrong_fields
from tests.factories import NOW, make_user


@pytest.fixture
def program(fresh_app: Flask) -> Program:
    """A manager's program."""
    with fresh_app.app_context():
        user = make_user("manager")
        _, token = create_token(user.id, "test", actor=command_actor(), now=NOW)
        db.session.commit()
        return Program(fresh_app, token, user)


@pytest.fixture
def transactions() -> Iterator[list[str]]:
    """What ended transactions: commits and rollbacks that reach PostgreSQL."""
    seen: list[str] = []

    def note(connection: Any) -> None:
        if connection.get_isolation_level() != "AUTOCOMMIT":
            seen.append("commit")

    event.listen(Engine, "commit", note)
    yield seen
    event.remove(Engine, "commit", note)


def test_all_of_a_leads_way(program: Program, transactions: list[str]) -> None:
    created = program.post("/leads/", {"source": "partner", "activity_count": 8}).json
    assert created is not None
    path = f"/leads/{created['id']}"
    for stage in ("contacted", "qualified"):
        assert program.patch(f"{path}/stage", {"stage": stage}).status_code == 200
    assert program.post(f"{path}/activities", {"kind": "call"}).status_code == 201
    assert transactions == []
    assert program.patch(path, {"business_domain": "Retail"}).status_code == 200
    assert len(transactions) == 1
    assert program.post(f"{path}/analyze").status_code == 200
    moved = program.patch(f"{path}/stage", {"stage": "transferred"}).json
    assert moved is not None
    assert program.get(f"/sales/{moved['sale_id']}").status_code == 200
    assert len(transactions) == 1


def test_a_new_domain_comes_with_its_event(program: Program) -> None:
    created = program.post("/leads/", {"source": "manual", "business_domain": "Space"}).json
    assert created is not None
    assert created["business_domain"] == "Space"
    with program.app.app_context():
        kinds = db.session.execute(text("SELECT kind FROM events ORDER BY id")).scalars().all()
        assert set(kinds[-2:]) == {"domain_added", "lead_created"}


def test_a_new_domain_comes_only_with_its_lead(program: Program) -> None:
    for status in (201, 422):
        body = {"source": "manual", "external_id": "crm-1", "business_domain": f"Space {status}"}
        assert program.post("/leads/", body).status_code == status
    with program.app.app_context():
        assert db.session.scalars(text("SELECT name FROM business_domains")).all() == ["Space 201"]


def test_a_refused_change_is_rolled_back(program: Program) -> None:
    program.post("/leads/", {"source": "manual", "external_id": "crm-1"})
    created = program.post("/leads/", {"source": "manual"}).json
    assert created is not None
    path = f"/leads/{created['id']}"
    body = {"business_domain": "Never", "external_id": "crm-1"}
    assert wrong_fields(program.patch(path, body)) == {"external_id"}
    assert program.get(path).json == created
    with program.app.app_context():
        assert db.session.scalar(text("SELECT count(*) FROM business_domains")) == 0


def test_connections_come_back_clean(program: Program) -> None:
    """After autocommit a connection serves transactions again, and after refusals both."""
    assert wrong_fields(program.post("/leads/", {"source": "nowhere"})) == {"source"}
    assert code_of(program.patch("/leads/1/stage", {"stage": "lost"})) == (404, "lead_not_found")
    with program.app.app_context():
        assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
        db.session.execute(text("UPDATE company SET handoff_threshold = 0.5"))
        db.session.rollback()
        assert str(db.session.scalar(text("SELECT handoff_threshold FROM company"))) == "0.60"
        db.session.remove()
        assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
