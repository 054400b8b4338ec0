"""All leads as rows of a table, for an export."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row, text

from leadapp.extensions import db
from leadapp.permissions import Actor
from leadapp.queries.lead_view import DEFAULT_SCORER, LEAD_JOINS, STALE, VISIBLE

_EXPRESSIONS = {
    "id": "l.id",
    "external_id": "l.external_id",
    "name": "l.name",
    "company": "l.company",
    "email": "l.email",
    "phone": "l.phone",
    "source": "s.name",
    "stage": "l.stage",
    "business_domain": "d.name",
    # Blank where it was blank in an import, so that importing the export says the same again.
    "activity_count": "CASE WHEN l.activity_count > 0 OR NOT l.activity_count_unknown"
    " THEN l.activity_count END",
    "owner": "u.email",
    "ai_score": "l.ai_score",
    "ai_recommendation": "l.ai_recommendation",
    "ai_reason": "l.ai_reason",
    "scorer_version": "a.scorer || '/' || a.scorer_version",
    "stale": STALE,
    "lost_reason": "l.lost_reason",
    "lost_note": "l.lost_note",
    "follow_up_on": "l.follow_up_on",
    "notes": "l.notes",
    "created_at": "l.created_at",
    "stage_changed_at": "l.stage_changed_at",
    "attributes": "l.attributes",
}
EXPORT_COLUMNS = tuple(_EXPRESSIONS)

_ALL = text(
    f"SELECT {', '.join(f'{sql} AS {name}' for name, sql in _EXPRESSIONS.items())}"
    f" FROM leads l {LEAD_JOINS}"
    f" LEFT JOIN assessments a ON a.id = l.assessment_id WHERE {VISIBLE} ORDER BY l.id"
)
# Rows in memory at a time.
_FETCHED = 1000


def stream_leads(*, actor: Actor) -> Iterator[Row[Any]]:
    """All leads that the actor sees, by id, with EXPORT_COLUMNS; read as they are asked for.

    One statement, so that all of them are as of one moment.
    """
    params = {"scope": actor.scope, "scorer": DEFAULT_SCORER}
    options = {"stream_results": True, "yield_per": _FETCHED}
    yield from db.session.execute(_ALL, params, execution_options=options)
