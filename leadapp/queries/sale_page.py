"""What the page of a sale shows beside the sale: its assessment, its contact, its events."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import text

from leadapp.errors import SaleNotFound
from leadapp.extensions import db
from leadapp.permissions import Actor
from leadapp.queries.sale_view import SALE_COLUMNS, SALE_JOINS, SALE_VISIBLE, SaleView
from leadapp.scoring.assessment import Contribution, contributions_from_json


class SaleEvent(NamedTuple):
    """Something that happened to a sale. The order of the fields is that of the statement."""

    kind: str
    actor: str | None
    via: str
    at: datetime
    data: dict[str, Any]


class SalePage(NamedTuple):
    """A sale with the assessment it rests on, whom to reach, and what happened, newest first."""

    sale: SaleView
    email: str | None
    phone: str | None
    lead_open: bool
    """Whether this actor may open the lead: it may belong to somebody else than the sale."""
    scorer: str
    assessed_at: datetime
    contributions: tuple[Contribution, ...]
    events: list[SaleEvent]


_SALE = text(f"""
    SELECT {SALE_COLUMNS}, l.email, l.phone,
        (CAST(:scope AS bigint) IS NULL OR l.owner_id IS NULL OR l.owner_id = :scope) AS lead_open,
        a.scorer || '/' || a.scorer_version AS scorer, a.created_at AS assessed_at, a.contributions
    FROM sales x {SALE_JOINS} JOIN assessments a ON a.id = x.assessment_id
    WHERE x.id = :id AND {SALE_VISIBLE}
""")
_EVENTS = text("""
    SELECT e.kind, u.name, e.via, e.at, e.data
    FROM events e LEFT JOIN users u ON u.id = e.actor_id
    WHERE e.sale_id = :id ORDER BY e.id DESC
""")


def load_sale_page(sale_id: int, *, actor: Actor) -> SalePage:
    """The sale with all that its page shows, if this actor may see it. Two statements.

    Raises SaleNotFound.
    """
    row = db.session.execute(_SALE, {"id": sale_id, "scope": actor.scope}).one_or_none()
    if row is None:
        raise SaleNotFound(sale_id)
    events = db.session.execute(_EVENTS, {"id": sale_id}).all()
    return SalePage(
        sale=SaleView.of(row[: len(SaleView._fields)]),
        email=row.email,
        phone=row.phone,
        lead_open=row.lead_open,
        scorer=row.scorer,
        assessed_at=row.assessed_at,
        contributions=contributions_from_json(row.contributions),
        events=[SaleEvent._make(event) for event in events],
    )
