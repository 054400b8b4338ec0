"""Analyzing by a learned model: what is stored, one by one and in bulk alike."""

import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from leadapp.extensions import db
from leadapp.models import Lead, LeadAssessment
from leadapp.permissions import Actor
from leadapp.queries.lead_view import LeadView
from leadapp.services import analysis
from leadapp.services.analysis import analyze, analyze_many
from leadapp.services.scored_rows import texts_of
from leadapp.services.scoring_models import promote
from tests.factories import NOW, make_lead, reload
from tests.scoring.models import category, number
from tests.services.model_cases import MACHINE, make_model, small_document, use_model

MakeActor = Callable[..., Actor]

LEADS: list[dict[str, Any]] = [
    {"source": "partner", "attributes": {"Budget": "high", "Visits": "12", "Color": "red"}},
    {"source": "manual", "activity_count": 2, "attributes": {"Budget": " HIGH ", "Visits": 11}},
    {"source": "unknown", "business_domain": "Retail", "attributes": {"Visits": "many"}},
    {"source": "scanner", "activity_count": 9, "attributes": {"Budget": None, "Visits": [1]}},
    {"source": "partner", "attributes": {"source": "manual", "stage": "won", "Budget": "low"}},
    {"source": "manual"},
]


def stored(lead: LeadView | int) -> list[LeadAssessment]:
    lead_id = lead if isinstance(lead, int) else lead.id
    statement = select(LeadAssessment).where(LeadAssessment.lead_id == lead_id)
    return list(db.session.scalars(statement.order_by(LeadAssessment.id)))


def told(assessment: LeadAssessment) -> dict[str, Any]:
    """All that an assessment says, but for which it is and when it was made."""
    names = {c.key for c in LeadAssessment.__table__.columns} - {"id", "created_at", "run_id"}
    return {name: getattr(assessment, name) for name in names}


def test_everything_that_is_known_is_stored(actor: MakeActor) -> None:
    by, model = actor(), use_model()
    lead = make_lead(**LEADS[0], business_domain="Retail")
    scored = analyze(lead.id, actor=by, now=NOW)
    [found] = stored(lead)
    assert (found.scorer, found.scorer_version) == ("learned", str(model.id))
    assert (found.score, found.reason) == (scored.ai_score, scored.ai_reason)
    assert not scored.stale
    assert found.inputs["attributes"] == LEADS[0]["attributes"]
    assert (found.inputs["source"], found.inputs["activity_count"]) == ("partner", 0)
    assert found.missing == []
    assert found.ignored == ["business_domain", "stage", "Color"]
    assert found.contributions[0]["input"] == "base_rate"
    assert sum(Decimal(c["points"]) for c in found.contributions) == found.score
    assert {c["input"]: c["value"] for c in found.contributions[1:]} == {
        "source": "partner", "activity_count": "0", "Budget": "high", "Visits": "12",
    }  # fmt: skip


def test_a_count_that_was_blank_in_an_import_is_an_input(db_session: Session) -> None:
    use_model()
    lead = make_lead()
    db_session.execute(text("UPDATE leads SET activity_count_unknown = true"))
    analyze(lead.id, actor=MACHINE, now=NOW)
    [found] = stored(lead)
    assert found.inputs["activity_count_unknown"] is True
    assert "activity_count" in found.missing


@pytest.mark.parametrize("learned", [True, False])
def test_in_bulk_everything_is_as_for_one(learned: bool, db_session: Session) -> None:
    if learned:
        use_model()
    ids = [make_lead(**values).id for values in LEADS]
    db_session.execute(text("UPDATE leads SET activity_count_unknown = id % 2 = 0"))
    for lead_id in ids:
        analyze(lead_id, actor=MACHINE, now=NOW)
    result = analyze_many(ids, actor=MACHINE, now=NOW, run_id=7)
    assert sorted(result.scored) == ids
    for lead_id in ids:
        alone, in_bulk = stored(lead_id)
        assert told(in_bulk) == told(alone)
        assert (alone.run_id, in_bulk.run_id) == (None, 7)
        assert not reload(lead_id).stale


def test_a_run_scores_each_lead_once(db_session: Session) -> None:
    ids = [make_lead().id for _ in range(3)]
    first = analyze_many(ids[:2], actor=MACHINE, now=NOW, run_id=7)
    assert sorted(first.scored) == ids[:2]
    again = analyze_many(ids, actor=MACHINE, now=NOW, run_id=7)
    assert (again.scored, again.skipped) == (ids[2:], ids[:2])
    assert sorted(analyze_many(ids, actor=MACHINE, now=NOW, run_id=8).scored) == ids
    assert [len(stored(lead_id)) for lead_id in ids] == [2, 2, 2]


def test_a_model_that_reads_no_attributes_keeps_keys_without_them(db_session: Session) -> None:
    model = use_model(small_document(number("activity_count", [1.0], [-10_000, 10_000])))
    lead = make_lead(attributes={"Budget": "high"}, analyzed=True)
    assert str(lead.ai_inputs_key).endswith(f"|learned/{model.id}")
    assert stored(lead)[0].ignored == ["source", "stage", "Budget"]


def promote_meanwhile(
    monkeypatch: pytest.MonkeyPatch, app: Flask, model_id: int, module: Any, name: str
) -> None:
    """Promote a model in another session once, when `name` of `module` is first called."""
    as_always = getattr(module, name)
    done: list[bool] = []

    def wrapped(*given: Any) -> Any:
        if not done:
            done.append(True)

            def other() -> None:
                with app.app_context():
                    promote(model_id, threshold="0.60", actor=MACHINE, now=NOW)
                    db.session.commit()

            thread = threading.Thread(target=other)
            thread.start()
            thread.join(20)
        return as_always(*given)

    monkeypatch.setattr(module, name, wrapped)


@pytest.mark.parametrize("before", ["rule_table", "learned"])
@pytest.mark.parametrize("many", [False, True])
def test_a_model_promoted_between_reading_and_storing_scores_the_lead(
    fresh_app: Flask, monkeypatch: pytest.MonkeyPatch, before: str, many: bool
) -> None:
    with fresh_app.app_context():
        if before == "learned":
            use_model()
        lead = make_lead(attributes={"Tier": "gold"})
        new = make_model(small_document(category("Tier", {"gold": 2_000_000})))
        name = "assess_rows" if many else "by_scorer"
        promote_meanwhile(monkeypatch, fresh_app, new.id, analysis, name)
        if many:
            analyze_many([lead.id], actor=MACHINE, now=NOW)
        else:
            analyze(lead.id, actor=MACHINE, now=NOW)
        db.session.commit()
        [found] = stored(lead)
        assert (found.scorer, found.scorer_version) == ("learned", str(new.id))
        assert not reload(lead).stale


def test_promoting_while_many_are_analyzed_leaves_no_score_of_the_old_one_that_looks_fresh(
    fresh_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analysis, "BATCH", 20)
    with fresh_app.app_context():
        ids = [make_lead(attributes={"Budget": "high"}).id for _ in range(200)]
        model = make_model()
        model_id = model.id
    started = threading.Event()
    failures: list[BaseException] = []

    def work() -> None:
        with fresh_app.app_context():
            try:
                for start in range(0, len(ids), 20):
                    analyze_many(ids[start : start + 20], actor=MACHINE, now=NOW, run_id=1)
                    db.session.commit()
                    started.set()
            except BaseException as error:
                failures.append(error)
            finally:
                started.set()

    thread = threading.Thread(target=work)
    thread.start()
    started.wait(20)
    with fresh_app.app_context():
        promote(model_id, threshold="0.60", actor=MACHINE, now=NOW)
        db.session.commit()
    thread.join(60)
    assert failures == []
    with fresh_app.app_context():
        rows = db.session.execute(
            select(Lead.id, LeadAssessment.scorer).join(
                LeadAssessment, LeadAssessment.id == Lead.assessment_id
            )
        ).all()
        assert sorted(lead_id for lead_id, _ in rows) == ids
        for lead_id, scorer in rows:
            assert reload(lead_id).stale is (scorer == "rule_table")


def test_attributes_are_read_as_texts() -> None:
    assert texts_of(None) == {}
    assert texts_of('{"a": "x", "b": 1.50, "c": true, "d": null, "e": [1], "f": {}}') == {
        "a": "x", "b": "1.5", "c": "true",
    }  # fmt: skip
