"""/scoring/models, and what goes with it."""

from collections.abc import Callable

import pytest

from leadapp.extensions import db
from leadapp.services import scorers
from tests.api_v1.program import Program, code_of, wrong_fields
from tests.factories import make_lead, reload
from tests.services.model_cases import make_model, small_document, use_model

MakeProgram = Callable[..., Program]

REPORT = {
    "trained": {"closed": 300, "won": 90},
    "columns": [{"name": "Budget", "verdict": "used"}, {"name": "Tags", "verdict": "left_out"}],
    "figures": {"auc": {"value": 0.87, "low": 0.85, "high": 0.89}},
    "refused": None,
}
RULES = {"scorer": "rule_table/1", "model_id": None, "threshold": 0.6}


@pytest.fixture
def admin(api: MakeProgram) -> Program:
    return api("admin")


def test_trainings_are_listed_and_shown(manager: Program) -> None:
    make_model(status="refused", report={**REPORT, "figures": None, "refused": "Too few."})
    model = make_model(report=REPORT, open_leads=[[None, 40, 3], [60, 71, 2]])
    listed = manager.get("/scoring/models/").json
    assert listed is not None
    first, second = listed["items"]
    assert (first["id"], first["status"], first["columns_used"]) == (model.id, "candidate", 1)
    assert first["figures"] == REPORT["figures"]
    assert (second["status"], second["refused"]) == ("refused", "Too few.")
    shown = manager.get(f"/scoring/models/{model.id}").json
    assert shown is not None
    assert (shown["report"], shown["open_leads"]) == (REPORT, [[None, 40, 3], [60, 71, 2]])


def test_a_training_is_a_run(admin: Program) -> None:
    answer = admin.post("/scoring/models")
    assert answer.status_code == 202
    assert answer.json is not None
    run = answer.json
    assert (run["kind"], run["status"]) == ("train", "queued")
    assert answer.headers["Location"] == f"/api/v1/analyses/{run['id']}"
    again = admin.post("/scoring/models", {}).json
    assert again is not None
    assert again["id"] == run["id"]


def test_promoting_and_going_back(admin: Program) -> None:
    lead = make_lead(analyzed=True)
    model = make_model()
    promoted = admin.post(f"/scoring/models/{model.id}/promote", {"threshold": 0.35})
    assert promoted.json == {
        "scorer": f"learned/{model.id}", "model_id": model.id, "threshold": 0.35,
    }  # fmt: skip
    assert reload(lead).stale
    changes = admin.get(f"/leads/{lead.id}").json
    assert changes is not None
    assert [c["input"] for c in changes["stale_inputs"]] == ["threshold", "scorer"]
    assert admin.post("/scoring/take-back").json == RULES
    assert not reload(lead).stale
    admin.post(f"/scoring/models/{model.id}/promote", {"threshold": 0.4})
    assert admin.post("/scoring/retire", {}).json == {**RULES, "threshold": 0.4}


def test_what_cannot_be_promoted(admin: Program) -> None:
    used, refused, candidate = use_model(), make_model(status="refused"), make_model()
    damaged = make_model({**small_document(), "base": 1})
    body = {"threshold": 0.5}

    def promote(model_id: int, **more: object) -> tuple[int, str]:
        return code_of(admin.post(f"/scoring/models/{model_id}/promote", {**body, **more}))

    assert promote(10**9) == (404, "model_not_found")
    assert promote(used.id) == promote(refused.id) == (409, "model_not_promotable")
    assert promote(candidate.id, seen="rule_table/1") == (409, "model_not_promotable")
    assert promote(damaged.id) == (409, "model_damaged")


def test_what_cannot_be_taken_back(admin: Program) -> None:
    assert code_of(admin.post("/scoring/take-back")) == (409, "model_not_promotable")
    assert code_of(admin.post("/scoring/retire")) == (409, "model_not_promotable")


@pytest.mark.parametrize("threshold", [0, 1.01, 0.355, "0.5", None])
def test_what_is_no_threshold(admin: Program, threshold: object) -> None:
    path = f"/scoring/models/{make_model().id}/promote"
    assert wrong_fields(admin.post(path, {"threshold": threshold})) == {"threshold"}


def test_columns_are_struck_and_put_back(admin: Program) -> None:
    struck = admin.post("/scoring/columns", {"name": "Tags", "choice": "leave_out"}).json
    assert struck is not None
    assert [(c["name"], c["choice"]) for c in struck["items"]] == [("Tags", "leave_out")]
    assert struck["items"][0]["chosen_by"] == admin.user.name
    assert admin.get("/scoring/columns").json == struck
    put_back = admin.post("/scoring/columns", {"name": "Tags", "choice": None})
    assert put_back.json == {"items": []}
    assert wrong_fields(admin.post("/scoring/columns", {"name": "T", "choice": "no"})) == {"choice"}


PATHS = {
    "GET": ["/scoring/models", "/scoring/models/{}", "/scoring/columns"],
    "POST": [
        "/scoring/models", "/scoring/models/{}/promote", "/scoring/take-back", "/scoring/retire",
        "/scoring/columns",
    ],
}  # fmt: skip


@pytest.mark.parametrize("role", ["viewer", "rep", "manager"])
def test_who_may(api: MakeProgram, role: str) -> None:
    program, model = api(role), make_model(report=REPORT)
    for path in PATHS["GET"]:
        status = program.get(path.format(model.id)).status_code
        assert status == (200 if role == "manager" else 403)
    for path in PATHS["POST"]:
        answer = program.post(path.format(model.id), {"threshold": 0.5})
        assert code_of(answer) == (403, "permission_denied")


def test_a_damaged_model_in_use_scores_nothing(admin: Program) -> None:
    lead, _ = make_lead(analyzed=True), use_model()
    scorers.forget()
    db.session.execute(db.text("ALTER TABLE scoring_models DISABLE TRIGGER scoring_models_kept"))
    db.session.execute(db.text("UPDATE scoring_models SET document = document || '{\"base\": 1}'"))
    db.session.commit()
    assert code_of(admin.post(f"/leads/{lead.id}/analyze")) == (409, "model_damaged")
    assert reload(lead).ai_score == lead.ai_score
    assert admin.get("/leads").status_code == 200
