"""A lead's assessments, in the order in which they were made."""

from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import text

from leadapp.extensions import db
from leadapp.permissions import Actor
from leadapp.queries.keyset import DEFAULT_LIMIT, Page, page_of, read_cursor
from leadapp.queries.lead_view import VISIBLE, get_lead


class AssessmentView(NamedTuple):
    """One assessment with all that was kept. The order of the fields is that of the statement."""

    id: int
    lead_id: int
    scorer: str
    scorer_version: str
    threshold: Decimal
    score: Decimal
    recommendation: str
    reason: str
    inputs: dict[str, Any]
    """Empty once the person was erased; then `inputs_hash` is their SHA-256."""
    contributions: list[dict[str, str]]
    missing: list[str]
    ignored: list[str]
    inputs_hash: str | None
    run_id: int | None
    requested_by_id: int | None
    requested_by: str | None
    created_at: datetime


_LIST = text(f"""
    SELECT {", ".join(f"a.{name}" for name in AssessmentView._fields[:-2])}, u.name, a.created_at
    FROM assessments a JOIN leads l ON l.id = a.lead_id
    LEFT JOIN users u ON u.id = a.requested_by_id
    WHERE a.lead_id = :id AND a.id > :after AND {VISIBLE}
    ORDER BY a.id LIMIT :rows
""")


def list_assessments(
    lead_id: int, *, actor: Actor, limit: int = DEFAULT_LIMIT, cursor: str | None = None
) -> Page[AssessmentView]:
    """One page of a lead's assessments, the oldest first. One statement, two where there are none.

    Raises LeadNotFound, and InvalidInput for a cursor that is none.
    """
    params = {"id": lead_id, "after": read_cursor(cursor), "rows": limit + 1, "scope": actor.scope}
    rows = db.session.execute(_LIST, params).all()
    if not rows:
        get_lead(lead_id, actor=actor)
    return page_of([AssessmentView._make(row) for row in rows], limit)
