"""queries.track_record: how often such scores came true, and how seldom that is read."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from leadapp.extensions import db
from leadapp.queries.track_record import track_record
from leadapp.scoring.record import Band
from tests.factories import NOW, make_lead, make_sale
from tests.services.model_cases import make_model

pytestmark = pytest.mark.usefixtures("db_session")
RULE_TABLE = "rule_table/1"


def band(score: str, *, model_id: int | None = None, later: int = 0) -> Band:
    latest = db.session.execute(text("SELECT max(id) FROM scoring_models")).scalar_one()
    return track_record(
        Decimal(score),
        scorer=RULE_TABLE if model_id is None else f"learned/{model_id}",
        model_id=model_id,
        latest_training=latest,
        now=NOW + timedelta(seconds=later),
    )


def closed(count: int, won: int, hundredth: int = 64) -> list[object]:
    """The cell of so many leads."""
    return ["2025-01", "partner", 1, hundredth, count, won]


def test_nothing_closed_is_too_few() -> None:
    assert band("0.6400").words() == "No lead scored 0.60 to 0.70 has closed: too few to say."


def test_a_model_is_known_by_its_training() -> None:
    model = make_model(report={"record": [closed(30, 20), closed(11, 3, 69), closed(9, 1, 70)]})
    found = band("0.6123", model_id=model.id)
    assert (found.leads, found.won, found.too_few) == (41, 23, False)
    assert found.words().startswith("Of 41 leads scored 0.60 to 0.70, 23 were won (56 %, ")
    assert band("0.7000", model_id=model.id).too_few
    assert band("1.0000", model_id=model.id).leads == 0


def test_a_training_without_a_record_tells_nothing() -> None:
    assert band("0.6400", model_id=make_model(report={}).id).leads == 0


def test_the_rule_table_is_known_by_the_leads_that_closed_here() -> None:
    make_sale(stage="paid")
    make_sale(stage="lost", reason="no_budget")
    make_lead(stage="lost", analyzed=False)
    found = band("1.0000")
    assert (found.leads, found.won) == (2, 1)


def test_leads_that_a_training_has_counted_are_not_counted_again() -> None:
    make_sale(stage="paid")
    here = {"scorer": RULE_TABLE, "record": [closed(40, 10, 100)]}
    # Sales of the tests close in NOW's month.
    make_model(report={"present": here}, created_at=NOW)
    assert band("1.0000").leads == 40
    make_model(report={"present": here}, created_at=NOW - timedelta(days=31))
    # The latest one counts.
    assert (band("1.0000").leads, band("1.0000").won) == (41, 11)


def test_it_is_read_once_a_minute(count_statements: list[str]) -> None:
    model_id = make_model(report={"record": [closed(30, 20)]}).id
    band("0.6400", model_id=model_id)
    count_statements.clear()
    for score in ("0.6400", "0.1000", "0.9999"):
        band(score, model_id=model_id, later=20)
    assert [s for s in count_statements if "max(id)" not in s] == []
    band("0.6400", model_id=model_id, later=61)
    assert len([s for s in count_statements if "max(id)" not in s]) == 2


def test_another_training_is_seen_at_once(db_session: Session) -> None:
    assert band("0.6400").leads == 0
    here = {"scorer": RULE_TABLE, "record": [closed(40, 10)]}
    make_model(report={"present": here})
    assert band("0.6400").leads == 40
