"""What the tests of changing and of erasing leads share."""

from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from leadapp.queries.lead_view import LeadView
from tests.factories import make_lead, make_transferred_lead

PERSON: dict[str, Any] = {
    "name": "Ada Novak",
    "company": "Kestrel Robotics",
    "email": "ada@kestrel.example",
    "phone": "+44 20 7946 0000",
    "notes": "Met her at the fair.",
    "external_id": "crm-4711",
    "attributes": {"city": "Mumbai"},
    "follow_up_on": date(2026, 4, 1),
}


def final_lead(stage: str, **values: Any) -> LeadView:
    if stage == "transferred":
        return make_transferred_lead(**values)[0]
    return make_lead(stage="lost", business_domain="Retail", **values)


def events(session: Session, lead_id: int) -> list[dict[str, Any]]:
    statement = text("SELECT * FROM events WHERE lead_id = :id ORDER BY id")
    return [dict(row) for row in session.execute(statement, {"id": lead_id}).mappings()]


def changed(before: LeadView, after: LeadView) -> set[str]:
    return {f for f in before._fields if getattr(before, f) != getattr(after, f)}
