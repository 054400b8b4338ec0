"""Promoting models, taking promotions back, retiring; what is said of columns."""

import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from leadapp.errors import InvalidInput, ModelDamaged, ModelNotFound, ModelNotPromotable
from leadapp.extensions import db
from leadapp.models import Event, ScoringModel
from leadapp.permissions import Actor, Role
from leadapp.queries.company import get_company
from leadapp.queries.trainings import column_choices
from leadapp.services import scorers
from leadapp.services.analysis import analyze
from leadapp.services.scorers import scorer_in_use
from leadapp.services.scoring_models import choose_column, promote, retire, take_back
from tests.factories import NOW, make_lead, reload
from tests.services.model_cases import MACHINE, make_model, small_document, use_model

MakeActor = Callable[..., Actor]


def in_use() -> tuple[int | None, str | None, list[str], str]:
    """The scorer in use and its threshold, as the company has them."""
    company = get_company()
    return (
        company.scoring_model_id,
        company.learned_scorer,
        company.scorer_columns,
        str(company.handoff_threshold),
    )


def statuses() -> dict[int, str]:
    return {m.id: m.status for m in db.session.scalars(select(ScoringModel))}


def events_of(kind: str) -> list[dict[str, Any]]:
    statement = select(Event.data).where(Event.kind == kind).order_by(Event.id)
    return list(db.session.scalars(statement))


RULES: tuple[int | None, str | None, list[str], str] = (None, None, [], "0.60")


def test_a_promoted_model_is_the_scorer_in_use(actor: MakeActor) -> None:
    by, model = actor(Role.ADMIN), make_model()
    assert in_use() == RULES
    promoted = promote(model.id, threshold="0.35", actor=by, now=NOW)
    assert (promoted.status, promoted.promoted_at) == ("in_use", NOW)
    assert in_use() == (model.id, f"learned/{model.id}", ["Budget", "Visits"], "0.35")
    assert scorer_in_use().id == f"learned/{model.id}"
    assert events_of("model_promoted") == [
        {"model_id": model.id, "from": None, "threshold_from": "0.60", "threshold_to": "0.35"}
    ]


def test_the_next_one_retires_it_and_each_can_be_taken_back(db_session: Session) -> None:
    first, second = use_model(threshold="0.40"), use_model(threshold="0.50")
    assert statuses() == {first.id: "retired", second.id: "in_use"}
    assert take_back(actor=MACHINE, now=NOW) is first
    assert in_use()[0] == first.id
    assert (in_use()[3], statuses()) == ("0.40", {first.id: "in_use", second.id: "retired"})
    assert take_back(actor=MACHINE, now=NOW) is None
    assert in_use() == RULES
    assert statuses() == {first.id: "retired", second.id: "retired"}
    with pytest.raises(ModelNotPromotable, match="No promotion is left"):
        take_back(actor=MACHINE, now=NOW)
    assert [data["to"] for data in events_of("promotion_taken_back")] == [first.id, None]
    assert promote(second.id, threshold="0.60", actor=MACHINE, now=NOW).status == "in_use"


def test_going_back_to_the_rule_table_keeps_the_threshold(db_session: Session) -> None:
    model = use_model(threshold="0.35")
    retire(actor=MACHINE, now=NOW)
    assert in_use() == (None, None, [], "0.35")
    assert statuses() == {model.id: "retired"}
    assert events_of("model_retired") == [{"model_id": model.id}]
    with pytest.raises(ModelNotPromotable, match="in use already"):
        retire(actor=MACHINE, now=NOW)


def test_what_cannot_be_promoted_changes_nothing(db_session: Session) -> None:
    refused, model = make_model(status="refused"), use_model(threshold="0.40")
    before = in_use()
    with pytest.raises(ModelNotFound):
        promote(10**12, threshold="0.60", actor=MACHINE, now=NOW)
    with pytest.raises(ModelNotPromotable, match="gave no model"):
        promote(refused.id, threshold="0.60", actor=MACHINE, now=NOW)
    with pytest.raises(ModelNotPromotable, match="in use already"):
        promote(model.id, threshold="0.60", actor=MACHINE, now=NOW)
    with pytest.raises(InvalidInput):
        promote(make_model().id, threshold="60", actor=MACHINE, now=NOW)
    assert in_use() == before


def test_a_person_who_saw_another_scorer_in_use_is_told_so(db_session: Session) -> None:
    use_model()
    candidate = make_model()
    with pytest.raises(ModelNotPromotable, match="Somebody changed the scorer"):
        promote(candidate.id, threshold="0.60", actor=MACHINE, now=NOW, seen="rule_table/1")
    assert statuses()[candidate.id] == "candidate"


def test_a_damaged_document_never_comes_into_use(db_session: Session) -> None:
    model = make_model({**small_document(), "base": 17})
    with pytest.raises(ModelDamaged):
        promote(model.id, threshold="0.60", actor=MACHINE, now=NOW)
    assert in_use() == RULES


def test_the_board_goes_on_where_the_document_in_use_was_tampered_with(
    db_session: Session,
) -> None:
    lead = make_lead(analyzed=True)
    use_model()
    scorers.forget()
    db_session.execute(text("ALTER TABLE scoring_models DISABLE TRIGGER scoring_models_kept"))
    db_session.execute(text("UPDATE scoring_models SET document = document || '{\"base\": 1}'"))
    with pytest.raises(ModelDamaged, match="nothing was scored"):
        analyze(lead.id, actor=MACHINE, now=NOW)
    now = reload(lead)
    assert (now.stale, now.ai_score, now.version) == (True, lead.ai_score, lead.version)
    retire(actor=MACHINE, now=NOW)
    assert analyze(lead.id, actor=MACHINE, now=NOW).ai_score == lead.ai_score


def test_of_two_who_promote_at_once_one_wins(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        ids = [make_model().id, make_model().id]
    start, outcomes = threading.Barrier(2), {}

    def run(model_id: int) -> None:
        with fresh_app.app_context():
            get_company()
            db.session.rollback()
            start.wait(10)
            try:
                promote(model_id, threshold="0.50", actor=MACHINE, now=NOW, seen="rule_table/1")
                db.session.commit()
                outcomes[model_id] = "promoted"
            except ModelNotPromotable as refusal:
                outcomes[model_id] = refusal.message

    threads = [threading.Thread(target=run, args=(model_id,)) for model_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    [winner] = [i for i in ids if outcomes[i] == "promoted"]
    [loser] = [i for i in ids if i != winner]
    assert outcomes[loser].startswith("Somebody changed the scorer in use meanwhile;")
    with fresh_app.app_context():
        assert in_use()[0] == winner
        assert statuses() == {winner: "in_use", loser: "candidate"}
        assert len(events_of("model_promoted")) == 1


def test_columns_are_chosen_and_left_to_the_training_again(actor: MakeActor) -> None:
    by = actor(Role.ADMIN)
    choose_column("Tags", "leave_out", actor=by, now=NOW)
    choose_column("Tags", "use", actor=by, now=NOW)
    choose_column("City", "leave_out", actor=by, now=NOW)
    found = {name: (row.choice, row.chosen_by) for name, row in column_choices().items()}
    assert found == {"Tags": ("use", by.name), "City": ("leave_out", by.name)}
    choose_column("Tags", None, actor=by, now=NOW)
    assert list(column_choices()) == ["City"]
    assert events_of("column_chosen")[-1] == {"name": "Tags", "choice": None}


@pytest.mark.parametrize(("name", "choice"), [("", "use"), ("x" * 1001, "use"), ("Tags", "maybe")])
def test_what_is_no_choice_is_refused(name: str, choice: str, db_session: Session) -> None:
    with pytest.raises(InvalidInput):
        choose_column(name, choice, actor=MACHINE, now=NOW)
    assert column_choices() == {}


def test_the_threshold_is_kept_exactly(db_session: Session) -> None:
    promote(make_model().id, threshold=Decimal("0.1"), actor=MACHINE, now=NOW)
    assert in_use()[3] == "0.10"
