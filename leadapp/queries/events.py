"""What happened to a lead, in the order in which it happened."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import text

from leadapp.extensions import db
from leadapp.permissions import Actor
from leadapp.queries.keyset import DEFAULT_LIMIT, Page, page_of, read_cursor
from leadapp.queries.lead_view import VISIBLE, get_lead


class EventView(NamedTuple):
    """One event. The order of the fields is that of the statement."""

    id: int
    kind: str
    lead_id: int
    sale_id: int | None
    actor_id: int | None
    actor: str | None
    via: str
    at: datetime
    data: dict[str, Any]


_LIST = text(f"""
    SELECT e.id, e.kind, e.lead_id, e.sale_id, e.actor_id, u.name, e.via, e.at, e.data
    FROM events e JOIN leads l ON l.id = e.lead_id LEFT JOIN users u ON u.id = e.actor_id
    WHERE e.lead_id = :id AND e.id > :after AND {VISIBLE}
    ORDER BY e.id LIMIT :rows
""")


def list_events(
    lead_id: int,
    *,
    actor: Actor,
    limit: int = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> Page[EventView]:
    """One page of a lead's events, the oldest first. One statement, two where there are none.

    Raises LeadNotFound, and InvalidInput for a cursor that is none.
    """
    params = {
        "id": lead_id,
        "after": read_cursor(cursor),
        "rows": limit + 1,
        "scope": actor.scope,
    }
    rows = db.session.execute(_LIST, params).all()
    if not rows:
        get_lead(lead_id, actor=actor)
    return page_of([EventView._make(row) for row in rows], limit)
