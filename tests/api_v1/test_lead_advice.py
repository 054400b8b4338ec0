"""POST and GET /leads/{id}/advice."""

import pytest
from flask import Flask

from tests.adviser.asking import set_up, work_off
from tests.adviser.stub import ADVICE, sending, serving
from tests.api_v1.program import Program, code_of, wrong_fields
from tests.factories import make_lead, make_user


def test_ask_and_read(app: Flask, monkeypatch: pytest.MonkeyPatch, manager: Program) -> None:
    lead = make_lead()
    with serving() as server:
        set_up(app, monkeypatch, server.adviser)
        answer = manager.post(f"/leads/{lead.id}/advice")
        assert answer.status_code == 202
        assert answer.headers["Location"] == f"/api/v1/leads/{lead.id}/advice"
        asked = answer.json
        assert asked is not None
        assert (asked["status"], asked["summary"], asked["error"]) == ("asked", None, None)
        assert (asked["model"], asked["requested_by"]) == ("stub-1", manager.user.name)
        assert manager.get(f"/leads/{lead.id}/advice").json == asked
        work_off()
    assert manager.get(f"/leads/{lead.id}/advice").json == asked | ADVICE | {"status": "answered"}


def test_a_failure(app: Flask, monkeypatch: pytest.MonkeyPatch, rep: Program) -> None:
    lead = make_lead()
    with serving(sending(b"{}", status=401)) as server:
        set_up(app, monkeypatch, server.adviser)
        rep.post(f"/leads/{lead.id}/advice", {})
        work_off()
    answer = rep.get(f"/leads/{lead.id}/advice").json
    assert answer is not None
    assert (answer["status"], answer["summary"]) == ("failed", None)
    assert answer["error"].startswith("It refused the key")


def test_no_adviser(manager: Program) -> None:
    lead = make_lead()
    assert code_of(manager.post(f"/leads/{lead.id}/advice")) == (409, "adviser_not_set_up")
    assert code_of(manager.get(f"/leads/{lead.id}/advice")) == (404, "advice_not_found")


def test_no_budget(app: Flask, monkeypatch: pytest.MonkeyPatch, manager: Program) -> None:
    set_up(app, monkeypatch, daily=1)
    manager.post(f"/leads/{make_lead().id}/advice")
    refused = manager.post(f"/leads/{make_lead().id}/advice")
    assert code_of(refused) == (429, "advice_budget_spent")


def test_viewers_read_and_do_not_ask(viewer: Program) -> None:
    lead = make_lead()
    assert code_of(viewer.post(f"/leads/{lead.id}/advice")) == (403, "permission_denied")
    assert code_of(viewer.get(f"/leads/{lead.id}/advice")) == (404, "advice_not_found")


def test_another_reps_lead_is_not_there(
    app: Flask, monkeypatch: pytest.MonkeyPatch, rep: Program
) -> None:
    set_up(app, monkeypatch)
    lead = make_lead(owner=make_user("rep"))
    assert code_of(rep.post(f"/leads/{lead.id}/advice")) == (404, "lead_not_found")
    assert code_of(rep.get(f"/leads/{lead.id}/advice")) == (404, "lead_not_found")


def test_fields_are_not_taken(manager: Program) -> None:
    answer = manager.post(f"/leads/{make_lead().id}/advice", {"prompt": "x"})
    assert wrong_fields(answer) == {"prompt"}


def test_nobody_asks(nobody: Program) -> None:
    assert code_of(nobody.post(f"/leads/{make_lead().id}/advice")) == (401, "unauthorized")
