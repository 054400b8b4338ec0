"""Training a model: what comes of it, and what it is compared with."""

from collections.abc import Callable

from sqlalchemy import text
from sqlalchemy.orm import Session

from leadapp.models import ScoringModel
from leadapp.permissions import Actor, Role
from leadapp.services.analysis import analyze
from leadapp.services.scorers import scorer_of
from leadapp.services.scoring_models import choose_column, promote, train_model
from leadapp.services.trained_scores import open_leads_by, scores_of
from leadapp.training.table import TrainingTable
from tests.factories import NOW, make_lead
from tests.scoring.models import category, document
from tests.services.history_cases import make_history
from tests.services.model_cases import MACHINE, use_model

MakeActor = Callable[..., Actor]


def used(model: ScoringModel) -> set[str]:
    return {c["name"] for c in model.report["columns"] if c["verdict"] == "used"}


def test_a_model_is_learned_and_is_a_candidate(actor: MakeActor, db_session: Session) -> None:
    by = actor(Role.ADMIN)
    make_history()
    lead = make_lead(source="partner", activity_count=7, attributes={"Budget": "high"})
    model = train_model(actor=by, now=NOW)
    assert (model.status, model.trained_by_id, model.created_at) == ("candidate", by.id, NOW)
    assert model.document is not None
    assert model.document["trained"]["on"] == "2026-03-02"
    assert {"Budget", "activity_count"} <= used(model)
    assert model.report["present"]["scorer"] == "rule_table/1"
    assert model.report["present"]["figures"]["leads"] == 400
    [[present, new, leads]] = model.open_leads
    assert (present, leads) == (None, 1)
    promote(model.id, threshold="0.60", actor=by, now=NOW)
    assert int((analyze(lead.id, actor=by, now=NOW).ai_score or 0) * 100) == new
    [[data]] = db_session.execute(text("SELECT data FROM events WHERE kind = 'model_trained'"))
    assert data == {"model_id": model.id, "status": "candidate"}


def test_too_little_and_no_signal_give_a_report_and_no_model(db_session: Session) -> None:
    nothing = train_model(actor=MACHINE, now=NOW)
    assert (nothing.status, nothing.document, nothing.open_leads) == ("refused", None, [])
    assert "closed leads" in nothing.report["refused"]
    make_history(signal=False)
    assert train_model(actor=MACHINE, now=NOW).status == "refused"


def test_what_an_admin_struck_is_left_out(db_session: Session) -> None:
    make_history()
    choose_column("Budget", "leave_out", actor=MACHINE, now=NOW)
    assert "Budget" not in used(train_model(actor=MACHINE, now=NOW))


def test_the_next_model_is_compared_with_the_one_in_use(db_session: Session) -> None:
    make_history()
    first = train_model(actor=MACHINE, now=NOW)
    promote(first.id, threshold="0.60", actor=MACHINE, now=NOW)
    second = train_model(actor=MACHINE, now=NOW)
    assert second.report["present"]["scorer"] == f"learned/{first.id}"
    # The same leads and choices give the same model, and its record is that of the one in use.
    assert second.document == first.document
    assert second.report["present"]["figures"] == second.report["figures"]


def test_demo_leads_never_train(db_session: Session) -> None:
    for number in range(120):
        make_lead(stage="contacted", attributes={"Budget": str(number % 2)}, analyzed=True)
    db_session.execute(text("UPDATE leads SET stage = 'lost', is_demo = true"))
    assert train_model(actor=MACHINE, now=NOW).report["trained"]["closed"] == 0


def table(**columns: list[str | None]) -> TrainingTable:
    count = len(next(iter(columns.values())))
    return TrainingTable(
        keys=[f"h:{n}" for n in range(count)],
        columns=columns,
        won=[False] * count,
        closed_on=[None] * count,
        own=[False] * count,
    )


def test_the_rule_table_scores_closed_leads_as_in_qualified(db_session: Session) -> None:
    score = scores_of(scorer_of(None))
    assert score(
        table(
            source=["Partner", " PARTNER ", "Fair", None],
            activity_count=["8", "0", "2", None],
            business_domain=["Retail", "Retail", None, None],
        )
    ) == [10_000, 7_500, 5_000, 2_500]
    assert score(table(City=["Bonn"])) == [2_500]


def test_a_model_scores_closed_leads_as_it_was_fitted_without_them(db_session: Session) -> None:
    model = use_model(document(0, category("Budget", {"high": 900_000})))
    budgets: list[str | None] = ["high", None] * 20
    found = scores_of(scorer_of(model.id))(table(Budget=budgets))
    assert len({found[n] for n in range(0, 40, 2)}) == 5, "one for each fold"
    assert max(found) < 7109, "the terms of the folds are smaller than those of the model"


def test_open_leads_are_counted_by_their_present_and_new_score(db_session: Session) -> None:
    make_lead(attributes={"Budget": "high"}, analyzed=True)
    make_lead(attributes={"Budget": "high"}, analyzed=True)
    make_lead(attributes={"Budget": "low"})
    make_lead(stage="lost", attributes={"Budget": "high"})
    stored = document(0, category("Budget", {"high": 900_000}))
    assert open_leads_by(stored) == [[None, 50, 1], [20, 71, 2]]
