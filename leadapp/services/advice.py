"""Asking the adviser about a lead, and keeping what it said.

The request is one step, the answer another: nobody keeps a transaction open while a language model
thinks. Nothing but `advice` and `events` is written here, whatever the answer says.
"""

from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import text

from leadapp.errors import AdviceBudgetSpent, AdviserNotSetUp
from leadapp.extensions import db
from leadapp.permissions import Actor, command_actor
from leadapp.queries.advice import COLUMNS, PATIENCE, AdviceView
from leadapp.queries.lead_view import LeadView, get_lead
from leadapp.rules.values import shown_score
from leadapp.scoring.adviser import (
    MAX_HAPPENINGS,
    AdviceText,
    Happening,
    LeadFacts,
    messages_for,
)
from leadapp.services import runs

# Requests are counted one after the other, so that the last answer of a day is given once.
_COUNTING = text("SELECT pg_advisory_xact_lock(hashtext('leadapp.advice'))")

_ASK = text(f"""
    WITH waiting AS (
        SELECT * FROM advice
        WHERE lead_id = :id AND answer IS NULL AND error IS NULL AND created_at > :since
        ORDER BY id DESC LIMIT 1
    ), asked AS (
        INSERT INTO advice (lead_id, model, requested_by_id, created_at)
        SELECT :id, :model, :actor, :now
        WHERE NOT EXISTS (SELECT FROM waiting)
            AND (SELECT count(*) FROM advice WHERE created_at >= :midnight) < :daily
        RETURNING *
    ), event AS (
        INSERT INTO events (kind, lead_id, actor_id, via, at, data)
        SELECT 'advice_asked', lead_id, :actor, :via, :now, jsonb_build_object('advice_id', id)
        FROM asked
    )
    SELECT {COLUMNS}, a.is_new
    FROM (SELECT *, true AS is_new FROM asked UNION ALL SELECT *, false FROM waiting) a
    LEFT JOIN users p ON p.id = a.requested_by_id
""")

_OPEN = text("SELECT lead_id FROM advice WHERE id = :id AND answer IS NULL AND error IS NULL")

# What says something about the lead; analyses and changed columns do not.
_TIMELINE = text(f"""
    SELECT e.kind, e.data, e.at, a.note
    FROM events e LEFT JOIN activities a ON a.id = CAST(e.data ->> 'activity_id' AS bigint)
    WHERE e.lead_id = :id AND e.kind IN ('lead_created', 'stage_changed', 'activity_logged')
    ORDER BY e.id DESC LIMIT {MAX_HAPPENINGS}
""")

# The lead may have been erased meanwhile, and its advice with it; an answer comes once.
_KEEP = text("""
    UPDATE advice SET answer = CAST(:answer AS jsonb), error = :error
    WHERE id = :id AND answer IS NULL AND error IS NULL
""")


def ask_adviser(
    lead_id: int, *, model: str | None, daily: int, actor: Actor, now: datetime
) -> AdviceView:
    """Ask the adviser about a lead, in the background. Returns the request, which waits.

    Somebody's request for the same lead that still waits serves both. `model` is the one in use, or
    None where no adviser is set up; `daily` is how many requests a day has. Raises AdviserNotSetUp,
    LeadNotFound and AdviceBudgetSpent.
    """
    if model is None:
        raise AdviserNotSetUp
    get_lead(lead_id, actor=actor)
    db.session.execute(_COUNTING)
    values = {
        "id": lead_id,
        "model": model,
        "daily": daily,
        "midnight": now.replace(hour=0, minute=0, second=0, microsecond=0),
        "since": now - PATIENCE,
        "actor": actor.id,
        "via": actor.via,
        "now": now,
    }
    row = db.session.execute(_ASK, values).one_or_none()
    if row is None:
        raise AdviceBudgetSpent(daily)
    if row.is_new:
        params = {"lead_id": lead_id, "advice_id": row.id}
        runs.start("advise", params, actor=actor, now=now)
    return AdviceView._make(row[:-1])


def question_about(advice_id: int, *, now: datetime) -> list[dict[str, str]] | None:
    """What to ask the model for this request: the lead as it is now.

    None where the request has been answered or is gone.
    """
    lead_id = db.session.execute(_OPEN, {"id": advice_id}).scalar_one_or_none()
    if lead_id is None:
        return None
    # Who asked may see the lead, or there would be no request.
    lead = get_lead(lead_id, actor=command_actor())
    timeline = tuple(_happening(row) for row in db.session.execute(_TIMELINE, {"id": lead_id}))
    return messages_for(_facts(lead, timeline, now))


def keep_advice(advice_id: int, answer: AdviceText) -> None:
    """Keep what the adviser said. Nothing happens where the request is answered or gone."""
    stored = orjson.dumps(answer.to_json()).decode()
    db.session.execute(_KEEP, {"id": advice_id, "answer": stored, "error": None})


def keep_failure(advice_id: int, why: str) -> None:
    """Keep that the adviser said nothing, and why in words for people."""
    db.session.execute(_KEEP, {"id": advice_id, "answer": None, "error": why})


def _facts(lead: LeadView, timeline: tuple[Happening, ...], now: datetime) -> LeadFacts:
    in_stage: timedelta = now - lead.stage_changed_at
    return LeadFacts(
        name=lead.name,
        company=lead.company,
        source=lead.source,
        stage=lead.stage.value,
        days_in_stage=in_stage.days,
        business_domain=lead.business_domain,
        interactions=lead.activity_count,
        follow_up_on=None if lead.follow_up_on is None else lead.follow_up_on.isoformat(),
        score=None if lead.ai_score is None else shown_score(lead.ai_score),
        recommendation=lead.ai_recommendation,
        reason=lead.ai_reason,
        notes=lead.notes,
        attributes=lead.attributes,
        timeline=timeline,
    )


def _happening(row: Any) -> Happening:
    on = row.at.date().isoformat()
    match row.kind:
        case "stage_changed":
            return Happening(on, f"moved from {row.data['from']} to {row.data['to']}")
        case "activity_logged":
            return Happening(on, str(row.data["activity"]), row.note)
        case _:
            return Happening(on, "added")
