"""What an admin sets for the whole company."""

from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from leadapp.errors import InvalidInput
from leadapp.models import Event
from leadapp.permissions import command_actor
from leadapp.queries.company import get_company
from leadapp.services import company
from tests.factories import NOW, make_ready_lead, reload

pytestmark = pytest.mark.usefixtures("db_session")
WHO = command_actor()


@pytest.mark.parametrize(
    ("value", "threshold"), [("0.01", "0.01"), ("1", "1.00"), (" .5 ", "0.50"), ("0.600", "0.60")]
)
def test_the_threshold_goes_from_a_hundredth_to_one(value: str, threshold: str) -> None:
    company.set_threshold(value, actor=WHO, now=NOW)
    assert get_company().handoff_threshold == Decimal(threshold)


@pytest.mark.parametrize("value", ["0", "0.005", "1.01", "-1", "NaN", "Infinity", "", "a", "٠.٥"])
def test_anything_else_is_refused_and_changes_nothing(value: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        company.set_threshold(value, actor=WHO, now=NOW)
    assert refused.value.errors[0][0] == "threshold"
    assert get_company().handoff_threshold == Decimal("0.60")


def test_each_change_is_an_event_and_no_change_is_none(db_session: Session) -> None:
    for value in ("0.6", "0.7", "0.70"):
        company.set_threshold(value, actor=WHO, now=NOW)
    changed = db_session.scalars(select(Event).where(Event.kind == "threshold_changed")).one()
    assert (changed.data, changed.at) == ({"from": "0.60", "to": "0.70"}, NOW)


def test_a_changed_threshold_makes_open_scores_stale() -> None:
    lead = make_ready_lead()
    assert not reload(lead).stale
    company.set_threshold("0.7", actor=WHO, now=NOW)
    assert reload(lead).stale
    company.set_threshold("0.6", actor=WHO, now=NOW)
    assert not reload(lead).stale


def test_a_fresh_score_can_be_required(db_session: Session) -> None:
    for required in (False, True, True):
        company.set_require_fresh_score(required, actor=WHO, now=NOW)
    assert get_company().require_fresh_score
    statement = select(Event).where(Event.kind == "require_fresh_score_changed")
    assert db_session.scalars(statement).one().data == {"from": False, "to": True}
