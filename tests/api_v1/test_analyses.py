"""POST /analyses."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from leadapp.extensions import db
from leadapp.models import Run
from leadapp.services import runs
from leadapp.services.analysis_runs import count_leads, prepare_part, store_part
from tests.api_v1.program import Program, code_of, wrong_fields
from tests.factories import NOW, make_lead, make_user, reload, set_score


def work_off(run_id: int) -> None:
    """Do what a worker does."""
    run = runs.begin(run_id, now=NOW)
    assert run is not None
    count_leads(run_id, run.attempt)
    part = prepare_part(run_id, run.params, after=0, actor=runs.actor_of(run), now=NOW)
    store_part(run_id, run.attempt, part, now=NOW)
    db.session.commit()


def test_starts_a_run(manager: Program, db_session: Session) -> None:
    leads = [make_lead(), make_lead(stage="qualified")]
    closed = make_lead(stage="lost")
    response = manager.post("/analyses", {})
    assert response.status_code == 202
    run = response.json
    assert run is not None
    assert response.headers["Location"] == f"/api/v1/analyses/{run['id']}"
    assert (run["kind"], run["status"], run["total"]) == ("analyze", "queued", None)
    assert (run["started_by_id"], run["via"]) == (manager.user.id, "api")
    assert reload(leads[0]).ai_score is None
    work_off(run["id"])
    done = manager.get(f"/analyses/{run['id']}").json
    assert done is not None
    assert (done["status"], done["total"], done["done"], done["rest"]) == ("done", 2, 2, 0)
    assert done["result"] == {"analyzed": 2, "skipped": 0}
    assert [reload(lead).ai_score is not None for lead in (*leads, closed)] == [True, True, False]


@pytest.mark.parametrize(
    "body",
    [
        {"source": "Partner"},
        {"stage": "contacted"},
        {"business_domain": "retail"},
        {"score_min": 0.3, "score_max": 0.30},
        {"q": "love"},
        {"external_id": "crm-1"},
        {"stale": True, "score_max": 0.5},
        {"owner_id": "owner"},
    ],
)
def test_a_filter_narrows_it(manager: Program, body: dict[str, Any]) -> None:
    owner = make_user("rep")
    wanted = make_lead(
        source="partner",
        stage="contacted",
        business_domain="Retail",
        name="Ada Lovelace",
        external_id="crm-1",
        owner=owner,
        analyzed=True,
    )
    set_score(wanted.id, "0.30")
    other = make_lead()
    if "stale" in body:
        manager.post(f"/leads/{wanted.id}/activities", {"kind": "call"})
    if "owner_id" in body:
        body = {"owner_id": owner.id}
    before = reload(wanted)
    run = manager.post("/analyses", body).json
    assert run is not None
    work_off(run["id"])
    assert reload(wanted).assessment_id != before.assessment_id
    assert reload(other).ai_score is None


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"score_min": 2}, ["score_min"]),
        ({"score_min": "0.3"}, ["score_min"]),
        ({"stage": "nowhere"}, ["stage"]),
        ({"q": "ab"}, ["q"]),
        ({"limit": 5, "everything": True}, ["everything", "limit"]),
    ],
)
def test_what_is_no_filter_starts_nothing(
    manager: Program, db_session: Session, body: dict[str, Any], fields: list[str]
) -> None:
    assert wrong_fields(manager.post("/analyses", body)) == set(fields)
    assert db_session.scalars(select(Run)).all() == []


@pytest.mark.parametrize("method", ["GET", "PATCH", "PUT", "DELETE"])
def test_wrong_method(manager: Program, method: str) -> None:
    assert code_of(manager.call(method, "/analyses/")) == (405, "method_not_allowed")


def test_reps_may_not(rep: Program, db_session: Session) -> None:
    assert code_of(rep.post("/analyses", {})) == (403, "permission_denied")
    assert db_session.scalars(select(Run)).all() == []
