"""GET and DELETE /analyses/{run}."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from leadapp.extensions import db
from leadapp.models import Run
from leadapp.services import runs
from leadapp.web.clock import utc_now
from tests.api_v1.conftest import MakeProgram
from tests.api_v1.program import Program, code_of, own
from tests.factories import NOW, make_user


def start(program: Program) -> int:
    run = runs.start("analyze", {"all": True}, actor=program.user.actor("api"), now=NOW)
    db.session.commit()
    return run.id


def test_shows_how_far_it_is(
    manager: Program, db_session: Session, count_statements: list[str]
) -> None:
    run_id = start(manager)
    values = {"status": "running", "started_at": utc_now() - timedelta(seconds=10)}
    values |= {"total": 100, "done": 45, "failed": 5}
    db_session.execute(update(Run).where(Run.id == run_id).values(values))
    db_session.commit()
    count_statements.clear()
    run = manager.get(f"/analyses/{run_id}").json
    assert len(own(count_statements)) == 1
    assert run is not None
    assert (run["status"], run["rest"], run["seconds_left"]) == ("running", 50, 10)
    assert "params" not in run


def test_says_why_it_failed(manager: Program, db_session: Session) -> None:
    run_id = start(manager)
    runs.fail(run_id, "The model was changed.", now=NOW)
    db_session.commit()
    run = manager.get(f"/analyses/{run_id}").json
    assert run is not None
    assert (run["status"], run["error"]) == ("failed", "The model was changed.")


def test_cancels_it(manager: Program, db_session: Session) -> None:
    run_id = start(manager)
    cancelled = manager.call("DELETE", f"/analyses/{run_id}").json
    assert cancelled is not None
    assert cancelled["status"] == "cancelled"
    assert runs.begin(run_id, now=NOW) is None
    again = manager.call("DELETE", f"/analyses/{run_id}").json
    assert again == cancelled


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT"])
def test_wrong_method(manager: Program, method: str) -> None:
    response = manager.call(method, f"/analyses/{start(manager)}")
    assert code_of(response) == (405, "method_not_allowed")


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_somebody_elses_is_not_there(manager: Program, rep: Program, method: str) -> None:
    run_id = start(manager)
    assert code_of(rep.call(method, f"/analyses/{run_id}")) == (404, "run_not_found")


def test_ones_own_is_there_and_anybodys_to_managers(api: MakeProgram, manager: Program) -> None:
    rep = api(make_user("rep"))
    run_id = start(rep)
    assert rep.get(f"/analyses/{run_id}").status_code == 200
    assert manager.get(f"/analyses/{run_id}").status_code == 200


@pytest.mark.parametrize("run_id", ["9000000000", "0", "abc"])
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_missing(manager: Program, method: str, run_id: str) -> None:
    assert code_of(manager.call(method, f"/analyses/{run_id}"))[0] == 404
