"""Which open leads change side when the threshold moves."""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import text

from leadapp.extensions import db

LISTED = 50
"""How many of them are named."""


class SideChange(NamedTuple):
    """An open lead between two thresholds. The order of the fields is that of the statement."""

    id: int
    title: str
    stage: str
    score: Decimal
    business_domain: str | None
    owner: str | None


@dataclass(frozen=True, slots=True)
class SideChanges:
    """Open leads between two thresholds: how many there are, and the highest scored of them."""

    count: int
    leads: list[SideChange]


_CHANGES = text(f"""
    SELECT l.id, coalesce(l.name, l.company, 'Lead ' || l.id), l.stage, l.ai_score, d.name, u.name,
        count(*) OVER ()
    FROM leads l LEFT JOIN business_domains d ON d.id = l.business_domain_id
    LEFT JOIN users u ON u.id = l.owner_id
    WHERE l.stage IN ('new', 'contacted', 'qualified')
        AND COALESCE(l.ai_score, '-1'::numeric) >= :low
        AND COALESCE(l.ai_score, '-1'::numeric) < :high
    ORDER BY l.stage = 'qualified' DESC, l.ai_score DESC, l.id DESC LIMIT {LISTED}
""")


def side_changes(present: Decimal, tried: Decimal) -> SideChanges:
    """The open leads whose scores pass one of the thresholds and not the other. One statement.

    Qualified ones come first, since they are nearest to a handoff.
    """
    if present == tried:
        return SideChanges(0, [])
    low, high = sorted((present, tried))
    rows = db.session.execute(_CHANGES, {"low": low, "high": high}).all()
    return SideChanges(
        int(rows[0][-1]) if rows else 0, [SideChange._make(row[:-1]) for row in rows]
    )
