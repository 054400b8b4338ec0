"""What the adviser said about a lead."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import text

from leadapp.errors import AdviceNotFound
from leadapp.extensions import db
from leadapp.permissions import Actor
from leadapp.queries.lead_view import VISIBLE, get_lead

PATIENCE = timedelta(seconds=10)
"""So long a person waits; what comes later is shown the next time somebody looks."""

_LATE = (
    "It did not answer within 10 seconds. If this happens again, ask an admin whether a worker "
    "runs."
)


class AdviceView(NamedTuple):
    """One request for advice and what came of it. The order of the fields is that of COLUMNS."""

    id: int
    lead_id: int
    model: str
    answer: dict[str, Any] | None
    error: str | None
    requested_by_id: int | None
    requested_by: str | None
    created_at: datetime

    def status(self, now: datetime) -> str:
        """`answered`, `failed`, or `asked` while somebody may still be waiting."""
        if self.answer is not None:
            return "answered"
        waits = self.error is None and now - self.created_at < PATIENCE
        return "asked" if waits else "failed"

    @property
    def why_not(self) -> str:
        """Why there is no answer, for one that failed."""
        return self.error or _LATE


COLUMNS = (
    "a.id, a.lead_id, a.model, a.answer, a.error, a.requested_by_id, p.name AS requested_by,"
    " a.created_at"
)
_FROM = f"SELECT {COLUMNS} FROM advice a LEFT JOIN users p ON p.id = a.requested_by_id"
_NEWEST = "ORDER BY a.id DESC LIMIT 1"

_LATEST = text(f"""
    SELECT {COLUMNS} FROM advice a
    JOIN leads l ON l.id = a.lead_id LEFT JOIN users p ON p.id = a.requested_by_id
    WHERE a.lead_id = :id AND {VISIBLE} {_NEWEST}
""")

# As one value, for a statement about the lead `l` that reads more than this.
ADVICE_OF_LEAD = f"""(
    SELECT jsonb_agg(to_jsonb(both_) ORDER BY id DESC) FROM (
        ({_FROM} WHERE a.lead_id = l.id {_NEWEST})
        UNION ({_FROM} WHERE a.lead_id = l.id AND a.answer IS NOT NULL {_NEWEST})
    ) AS both_)"""
_OF_LEAD = text(f"SELECT {ADVICE_OF_LEAD} FROM leads l WHERE l.id = :id AND {VISIBLE}")


def latest_advice(lead_id: int, *, actor: Actor) -> AdviceView:
    """The latest advice on a lead, whatever came of it. Raises LeadNotFound and AdviceNotFound.

    One statement, two where there is none.
    """
    row = db.session.execute(_LATEST, {"id": lead_id, "scope": actor.scope}).one_or_none()
    if row is None:
        get_lead(lead_id, actor=actor)
        raise AdviceNotFound(lead_id)
    return AdviceView._make(row)


def latest_and_answered(lead_id: int, *, actor: Actor) -> list[AdviceView]:
    """The latest advice on a lead, and, where that has no answer, the one before it that has."""
    params = {"id": lead_id, "scope": actor.scope}
    return advice_views(db.session.execute(_OF_LEAD, params).scalar_one_or_none())


def advice_views(found: Iterable[Mapping[str, Any]] | None) -> list[AdviceView]:
    """The views of what ADVICE_OF_LEAD gave."""
    return [
        AdviceView(**{**one, "created_at": datetime.fromisoformat(one["created_at"])})
        for one in found or ()
    ]
