"""Logging what was done with a lead."""

from datetime import datetime

from leadapp.errors import InvalidInput, LeadNotFound
from leadapp.extensions import db
from leadapp.permissions import Actor
from leadapp.queries.lead_view import (
    DEFAULT_SCORER,
    LEAD_COLUMNS,
    LEAD_JOINS,
    VISIBLE,
    LeadView,
    lead_statement,
    lead_view,
)
from leadapp.rules.activities import COUNTED_KINDS, ActivityKind
from leadapp.rules.values import MAX_ACTIVITY_COUNT, check_text
from leadapp.services.analysis import analyze_changed

NOTE_LIMIT = 10_000

# The count of a final lead is frozen and so is its owner; the activity is logged all the same. So
# it is where the count, handed over by another system, is as high as the column holds.
_LOG = lead_statement(f"""
    WITH touched AS (
        UPDATE leads l
        SET activity_count = l.activity_count + CASE
                WHEN :counted AND l.stage NOT IN ('transferred', 'lost')
                    AND l.activity_count < {MAX_ACTIVITY_COUNT} THEN 1 ELSE 0 END,
            owner_id = CASE WHEN l.stage IN ('transferred', 'lost') THEN l.owner_id
                ELSE coalesce(l.owner_id, :scope) END,
            version = l.version + 1
        WHERE l.id = :id AND {VISIBLE}
        RETURNING l.*
    ), activity AS (
        INSERT INTO activities (lead_id, kind, note, actor_id, created_at)
        SELECT id, :kind, :note, :actor, :now FROM touched
        RETURNING id
    ), event AS (
        INSERT INTO events (kind, lead_id, actor_id, via, at, data)
        SELECT 'activity_logged', touched.id, :actor, :via, :now,
            jsonb_build_object('activity', CAST(:kind AS text), 'activity_id', activity.id)
        FROM touched, activity
    )
    SELECT {LEAD_COLUMNS} FROM touched l {LEAD_JOINS}
""")


def log_activity(
    lead_id: int, kind: str, *, note: str | None, actor: Actor, now: datetime
) -> LeadView:
    """Log a call, e-mail, meeting or demo, which raises the count, or a note, which does not.

    A note needs words. Returns the lead afterwards. Raises InvalidInput and LeadNotFound.
    """
    if kind not in set(ActivityKind):
        raise InvalidInput([("kind", f"must be one of {', '.join(ActivityKind)}")])
    words = check_text(note, field="note", limit=NOTE_LIMIT)
    if kind == ActivityKind.NOTE and words is None:
        raise InvalidInput([("note", "write what you want to note")])
    params = {
        "id": lead_id,
        "kind": kind,
        "note": words,
        "counted": ActivityKind(kind) in COUNTED_KINDS,
        "actor": actor.id,
        "scope": actor.scope,
        "via": actor.via,
        "now": now,
        "scorer": DEFAULT_SCORER,
    }
    row = db.session.execute(_LOG, params).one_or_none()
    if row is None:
        raise LeadNotFound(lead_id)
    lead = lead_view(row)
    return analyze_changed(lead, actor=actor, now=now) if params["counted"] else lead
