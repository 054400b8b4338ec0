"""Who moved a lead or a sale last."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import text

from leadapp.extensions import db


class LastMove(NamedTuple):
    """Who brought a lead or a sale into its present stage, when, from where to where."""

    who: str | None
    when: datetime
    from_: str
    to: str


_OF_LEAD = text("""
    SELECT u.name, e.at, e.data ->> 'from', e.data ->> 'to'
    FROM events e LEFT JOIN users u ON u.id = e.actor_id
    WHERE e.lead_id = :id AND e.kind = 'stage_changed' ORDER BY e.id DESC LIMIT 1
""")
_OF_SALE = text("""
    SELECT u.name, e.at, e.data ->> 'from', e.data ->> 'to'
    FROM events e LEFT JOIN users u ON u.id = e.actor_id
    WHERE e.sale_id = :id AND e.kind = 'sale_stage_changed' ORDER BY e.id DESC LIMIT 1
""")


def last_move_of_lead(lead_id: int) -> LastMove | None:
    """The last change of the lead's stage, or None if it never moved."""
    return _last_move(_OF_LEAD, lead_id)


def last_move_of_sale(sale_id: int) -> LastMove | None:
    """The last change of the sale's stage, or None if it never moved."""
    return _last_move(_OF_SALE, sale_id)


def _last_move(statement: Any, record_id: int) -> LastMove | None:
    row = db.session.execute(statement, {"id": record_id}).one_or_none()
    return None if row is None else LastMove._make(row)
