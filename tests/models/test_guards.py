"""What the database refuses by itself, whatever the code does."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from leadapp.rules.stages import LEAD_PIPELINE, SALE_PIPELINE
from tests.factories import (
    make_lead,
    make_ready_lead,
    make_transferred_lead,
    make_user,
    reload,
    source_id,
)

Refused = Callable[..., str]


@pytest.fixture
def refused(db_session: Session) -> Refused:
    """Run what must be refused; gives the constraint that refused it, or the message."""

    def run(statement: str, **params: object) -> str:
        with pytest.raises(DBAPIError) as error, db_session.begin_nested():
            db_session.execute(text(statement), params)
        cause = error.value.orig
        name = getattr(getattr(cause, "diag", None), "constraint_name", None)
        return str(name or cause)

    return run


LEAD_PAIRS = [(a, b) for a in LEAD_PIPELINE.stages for b in LEAD_PIPELINE.stages if a != b]
SALE_PAIRS = [(a, b) for a in SALE_PIPELINE.stages for b in SALE_PIPELINE.stages if a != b]


@pytest.mark.parametrize(
    ("from_", "to"), [(a, b) for a, b in LEAD_PAIRS if b not in LEAD_PIPELINE.targets(a)]
)
def test_a_step_that_the_pipeline_does_not_have(from_: str, to: str, refused: Refused) -> None:
    lead = make_transferred_lead()[0] if from_ == "transferred" else make_lead(stage=from_)
    reason = refused("UPDATE leads SET stage = :to WHERE id = :id", to=to, id=lead.id)
    assert reason in {"leads_step", "leads_final"}


@pytest.mark.parametrize("stage", ["contacted", "qualified", "transferred", "lost"])
def test_a_lead_that_does_not_start_in_new(stage: str, refused: Refused) -> None:
    reason = refused(
        "INSERT INTO leads (source_id, stage) VALUES (:source, :stage)",
        source=source_id("manual"), stage=stage,
    )  # fmt: skip
    assert reason == "leads_start_in_new"


def test_a_transferred_lead_without_a_sale(refused: Refused) -> None:
    lead = make_ready_lead()
    reason = refused("UPDATE leads SET stage = 'transferred' WHERE id = :id", id=lead.id)
    assert reason == "leads_transferred_has_sale"


_INSERT_SALE = """
    INSERT INTO sales (lead_id, score, threshold, recommendation, reason, business_domain,
        assessment_id, created_at)
    VALUES (:lead, CAST(:score AS numeric), :threshold, 'transfer_to_sales', 'Why', :domain,
        :assessment, now())
"""


def test_a_sale_of_a_lead_that_is_not_transferred(refused: Refused) -> None:
    lead = make_ready_lead()
    values = {"score": "1", "threshold": Decimal("0.60"), "domain": "Retail"}
    reason = refused(_INSERT_SALE, lead=lead.id, assessment=lead.assessment_id, **values)
    assert reason == "sales_lead_is_transferred"


def test_a_second_sale(refused: Refused) -> None:
    lead, _ = make_transferred_lead()
    values = {"score": "1", "threshold": Decimal("0.60"), "domain": "Retail"}
    reason = refused(_INSERT_SALE, lead=lead.id, assessment=lead.assessment_id, **values)
    assert reason == "uq_sales_lead_id"


@pytest.mark.parametrize(
    ("score", "threshold", "domain", "constraint"),
    [
        ("0.5999", "0.60", "Retail", "ck_sales_score_meets_threshold"),
        ("NaN", "0.60", "Retail", "ck_sales_score_meets_threshold"),
        ("1.5", "0.60", "Retail", "ck_sales_score_meets_threshold"),
        ("0.9", "0.60", " ", "ck_sales_business_domain"),
        ("0.9", "0.60", None, "null value"),
        ("0.9", "0.00", "Retail", "ck_sales_threshold"),
    ],
)
def test_evidence_that_does_not_meet_the_gate(
    score: str, threshold: str, domain: str | None, constraint: str, refused: Refused
) -> None:
    lead = make_ready_lead()
    reason = refused(
        _INSERT_SALE, lead=lead.id, assessment=lead.assessment_id,
        score=score, threshold=Decimal(threshold), domain=domain,
    )  # fmt: skip
    assert constraint in reason


@pytest.mark.parametrize(
    "change",
    [
        "score = 0.99", "threshold = 0.10", "recommendation = 'drop_lead'", "reason = 'Other'",
        "business_domain = 'Other'", "assessment_id = 0", "created_at = now()",
        "lead_id = lead_id + 1", "created_at = created_at - interval '1 s'"
    ],
)  # fmt: skip
def test_a_change_of_evidence(change: str, refused: Refused) -> None:
    _, sale_id = make_transferred_lead()
    assert refused(f"UPDATE sales SET {change} WHERE id = :id", id=sale_id) == "sales_evidence"


@pytest.mark.parametrize(
    ("from_", "to"), [(a, b) for a, b in SALE_PAIRS if b not in SALE_PIPELINE.targets(a)]
)
def test_a_step_that_the_sale_pipeline_does_not_have(
    from_: str, to: str, refused: Refused, db_session: Session
) -> None:
    _, sale_id = make_transferred_lead()
    path = [from_] if from_ == "lost" else SALE_PIPELINE.steps[1 : 1 + _index(from_)]
    for stage in path:
        db_session.execute(
            text("UPDATE sales SET stage = :to WHERE id = :id"), {"to": stage, "id": sale_id}
        )
    reason = refused("UPDATE sales SET stage = :to WHERE id = :id", to=to, id=sale_id)
    assert reason == "sales_step"


def _index(stage: str) -> int:
    return [str(s) for s in SALE_PIPELINE.steps].index(stage)


@pytest.mark.parametrize(
    "change",
    [
        "owner_id = NULL", "business_domain_id = NULL", "ai_score = 0.5", "activity_count = 99",
        "source_id = (SELECT id FROM sources WHERE key = 'scanner')",
    ],
)  # fmt: skip
@pytest.mark.parametrize("final", ["transferred", "lost"])
def test_a_change_of_what_a_final_lead_froze(final: str, change: str, refused: Refused) -> None:
    owner = make_user("rep")
    if final == "transferred":
        lead, _ = make_transferred_lead(owner)
    else:
        lead = make_lead(owner=owner, stage="lost", business_domain="Retail", activity_count=2)
    assert refused(f"UPDATE leads SET {change} WHERE id = :id", id=lead.id) == "leads_final"


def test_contact_and_notes_of_a_final_lead_stay_open(db_session: Session) -> None:
    lead, _ = make_transferred_lead()
    db_session.execute(
        text("UPDATE leads SET name = 'New name', notes = 'Called back' WHERE id = :id"),
        {"id": lead.id},
    )
    after = reload(lead)
    assert (after.stage, after.name, after.notes) == ("transferred", "New name", "Called back")


@pytest.mark.parametrize("score", ["NaN", "1.5", "-0.1"])
def test_a_score_that_is_none(score: str, refused: Refused) -> None:
    lead = make_lead()
    reason = refused(
        "UPDATE leads SET ai_score = CAST(:score AS numeric) WHERE id = :id",
        score=score, id=lead.id,
    )  # fmt: skip
    assert reason == "ck_leads_ai_score"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET kind = 'other'", "DELETE FROM events", "TRUNCATE events CASCADE",
        "UPDATE assessments SET score = 0.1", "UPDATE assessments SET inputs = '{}'",
        "DELETE FROM assessments", "TRUNCATE assessments CASCADE",
        "DELETE FROM sales", "TRUNCATE sales CASCADE", "TRUNCATE leads CASCADE",
    ],
)  # fmt: skip
def test_a_change_of_what_is_only_ever_added(statement: str, refused: Refused) -> None:
    make_transferred_lead()
    reason = refused(statement)
    assert reason.endswith(("append_only", "not_truncated", "kept"))


def test_a_negative_count(refused: Refused) -> None:
    lead = make_lead()
    reason = refused("UPDATE leads SET activity_count = -1 WHERE id = :id", id=lead.id)
    assert reason == "ck_leads_activity_count"


@pytest.mark.parametrize("threshold", ["0.00", "1.01", "NaN"])
def test_a_threshold_that_leaves_the_gate_open(threshold: str, refused: Refused) -> None:
    reason = refused("UPDATE company SET handoff_threshold = CAST(:t AS numeric)", t=threshold)
    assert reason == "ck_company_handoff_threshold"


def test_a_second_company(refused: Refused) -> None:
    assert refused("INSERT INTO company (id) VALUES (2)") == "ck_company_single_row"
