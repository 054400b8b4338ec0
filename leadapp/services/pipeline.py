"""Moving a lead through its pipeline.

One guarded statement does it: it changes the lead only where the present stage allows that, and
writes the event. Only when it changes nothing, the lead is read to say exactly why.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from leadapp.errors import StageMoved, VersionConflict
from leadapp.extensions import db
from leadapp.permissions import Actor
from leadapp.queries.lead_view import (
    DEFAULT_SCORER,
    LEAD_COLUMNS,
    LEAD_JOINS,
    VISIBLE,
    LeadView,
    get_lead,
    lead_statement,
    lead_view,
)
from leadapp.queries.moves import LastMove, last_move_of_lead
from leadapp.rules.lost import LeadLostReason, parse_lost_reason
from leadapp.rules.stages import LEAD_PIPELINE, LeadStage, Pipeline, StageT
from leadapp.services.analysis import analyze_changed

# A step forward can only come from one stage, so there is nothing to remember of the lead before.
_STEP = lead_statement(f"""
    WITH moved AS (
        UPDATE leads l
        SET stage = :to, stage_changed_at = :now, version = l.version + 1
        WHERE l.id = :id AND l.stage = :from
            AND (CAST(:version AS integer) IS NULL OR l.version = :version)
        RETURNING l.*
    ), event AS (
        INSERT INTO events (kind, lead_id, actor_id, via, at, data)
        SELECT 'stage_changed', id, :actor, :via, :now,
            jsonb_build_object('from', CAST(:from AS text), 'to', stage)
        FROM moved
    )
    SELECT {LEAD_COLUMNS} FROM moved l {LEAD_JOINS}
""")
# A loss comes from one of several stages, and a rep may become the owner: the event tells both.
_MOVE = lead_statement(f"""
    WITH moved AS (
        UPDATE leads l
        SET stage = :to, stage_changed_at = :now, version = l.version + 1,
            owner_id = coalesce(l.owner_id, :scope),
            lost_reason = :lost_reason, lost_note = :lost_note
        FROM leads before
        WHERE l.id = :id AND before.id = :id AND l.stage = before.stage
            AND l.stage = ANY(CAST(:from AS text[]))
            AND (CAST(:version AS integer) IS NULL OR l.version = :version)
            AND {VISIBLE}
        RETURNING l.*, before.stage AS from_stage, before.owner_id AS owner_before
    ), event AS (
        INSERT INTO events (kind, lead_id, actor_id, via, at, data)
        SELECT 'stage_changed', id, :actor, :via, :now, jsonb_strip_nulls(jsonb_build_object(
            'from', from_stage, 'to', stage, 'lost_reason', lost_reason,
            'claimed', CASE WHEN owner_before IS DISTINCT FROM owner_id THEN true END))
        FROM moved
    )
    SELECT {LEAD_COLUMNS} FROM moved l {LEAD_JOINS}
""")


def move(
    lead_id: int,
    to: LeadStage,
    *,
    actor: Actor,
    now: datetime,
    seen: LeadStage | None = None,
    version: int | None = None,
    lost_reason: str | None = None,
    lost_note: str | None = None,
    reason_required: bool = False,
) -> LeadView:
    """Move a lead one step forward or to `lost`; a handoff is `leadapp.services.handoff`.

    `seen` is the stage that the person saw, `version` the version that a program saw; either may be
    left out. Returns the lead as it is afterwards.

    Raises LeadNotFound, VersionConflict, StageMoved, InvalidTransition and InvalidInput.
    """
    reason = note = None
    if to is LeadStage.LOST:
        reason, note = parse_lost_reason(
            LeadLostReason, lost_reason, lost_note, required=reason_required
        )
    sources = LEAD_PIPELINE.sources(to) if to is not LeadStage.TRANSFERRED else ()
    allowed = [str(stage) for stage in sources if seen is None or stage is seen]
    params: dict[str, Any] = {
        "id": lead_id,
        "to": str(to),
        "now": now,
        "version": version,
        "actor": actor.id,
        "via": actor.via,
        "scorer": DEFAULT_SCORER,
    }
    statement = _STEP
    if to is LeadStage.LOST or actor.scope is not None:
        statement = _MOVE
        params |= {"scope": actor.scope, "lost_reason": reason, "lost_note": note, "from": allowed}
    elif allowed:
        params["from"] = allowed[0]
    row = db.session.execute(statement, params).one_or_none() if allowed else None
    if row is not None:
        return analyze_changed(lead_view(row), actor=actor, now=now)
    lead = check_movable(lead_id, to, actor=actor, seen=seen, version=version)
    # The rules see nothing against it: somebody else was at work between statement and reading.
    raise VersionConflict(version, lead.version)


def check_movable(
    lead_id: int,
    to: LeadStage,
    *,
    actor: Actor,
    seen: LeadStage | None,
    version: int | None,
) -> LeadView:
    """Say why a move does not go: the first of what speaks against it is raised.

    Raises LeadNotFound, VersionConflict, StageMoved or InvalidTransition; returns the lead as it is
    when nothing speaks against the move.
    """
    lead = get_lead(lead_id, actor=actor)
    if version is not None and lead.version != version:
        raise VersionConflict(version, lead.version)
    check_step(
        LEAD_PIPELINE, lead.stage, to, seen=seen, last_move=lambda: last_move_of_lead(lead_id)
    )
    return lead


def check_step(
    pipeline: Pipeline[StageT],
    stage: StageT,
    to: StageT,
    *,
    seen: StageT | None,
    last_move: Callable[[], LastMove | None],
) -> None:
    """Say why a lead or a sale that is in `stage` does not go to `to`.

    Raises StageMoved where the person saw it in another stage, and InvalidTransition.
    """
    if seen is not None and stage is not seen:
        last = last_move()
        # What was never moved was seen in a stage it never had: somebody made that up.
        raise StageMoved(
            who=last.who if last else None,
            when=last.when if last else None,
            from_=last.from_ if last else seen,
            to=stage,
            noun=pipeline.noun,
        )
    pipeline.check(stage, to)
