"""The record of leads that were closed here."""

from sqlalchemy.orm import Session

from leadapp.permissions import command_actor
from leadapp.queries.own_record import own_record
from leadapp.services import leads
from tests import factories
from tests.queries.history_cases import NOW, lost_lead

ALL_WON = ["2026-03", "partner", 1, 100, 1, 1]


def test_closed_leads_are_counted_by_their_last_score(
    db_session: Session, count_statements: list[str]
) -> None:
    factories.make_sale(stage="paid")
    for _ in range(2):
        lost_lead(source="manual", activity_count=3)
    lost_lead("duplicate")
    factories.make_lead(analyzed=True)
    count_statements.clear()
    assert own_record() == [["2026-03", "manual", 0, 55, 2, 0], ALL_WON]
    assert len(count_statements) == 1


def test_of_one_scorer(db_session: Session) -> None:
    factories.make_sale(stage="paid")
    assert own_record("rule_table/1") == [ALL_WON]
    assert own_record("learned/7") == []


def test_an_erased_lead_still_tells_how_good_its_score_was(db_session: Session) -> None:
    lead = lost_lead(source="partner", activity_count=3, business_domain="Retail")
    leads.erase_lead(lead.id, actor=command_actor(), now=NOW)
    assert own_record() == [["2026-03", None, 1, 95, 1, 0]]
