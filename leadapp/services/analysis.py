"""Analyzing leads: inputs in, assessment out, stored only where the inputs are still the same.

A lead that changed while its score was computed is read and scored again, so that an analysis never
undoes what somebody else did and is never lost in silence.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Row, column, text

from leadapp.errors import LeadNotFound, VersionConflict
from leadapp.extensions import db
from leadapp.permissions import Actor
from leadapp.queries.lead_view import (
    DEFAULT_SCORER,
    INPUTS_KEY_NOW,
    LEAD_COLUMNS,
    LEAD_JOINS,
    VISIBLE,
    LeadView,
    get_lead,
    lead_statement,
    lead_view,
)
from leadapp.rules.editing import check_editable
from leadapp.rules.stages import LeadStage
from leadapp.scoring import rule_table
from leadapp.scoring.assessment import Assessment, Inputs, contributions_to_json

# How often a lead that keeps changing is read again before giving up.
TRIES = 5
BATCH = 1000

# What a scorer reads of a lead, and where from.
_READ = {
    "id": "l.id",
    "stage": "l.stage",
    "activity_count": "l.activity_count",
    "rule_key": "s.rule_key",
    "source": "s.name",
    "business_domain": "d.name",
    "threshold": "c.handoff_threshold",
    "inputs_key": INPUTS_KEY_NOW,
    "source_id": "l.source_id",
    "business_domain_id": "l.business_domain_id",
}
_INPUTS = f"""
    SELECT {", ".join(f"{read} AS {name}" for name, read in _READ.items())}
    FROM leads l {LEAD_JOINS}
    WHERE {VISIBLE} AND l.stage NOT IN ('transferred', 'lost') AND l.id =
"""
# One lead has statements of its own: PostgreSQL keeps their plans, whereas for arrays it would plan
# anew each time, which takes longer than all the rest.
_INPUTS_OF_ONE = text(f"{_INPUTS} :id").columns(*(column(name) for name in _READ))
_INPUTS_OF_MANY = text(f"{_INPUTS} ANY(CAST(:ids AS bigint[]))")

# What is stored of each assessment: the parameters, with their types.
_GIVEN = {
    "id": "bigint",
    "key": "text",
    "score": "numeric",
    "threshold": "numeric",
    "recommendation": "text",
    "reason": "text",
    "inputs": "text",
    "contributions": "text",
}
_ONE = "SELECT " + ", ".join(f"CAST(:{name} AS {kind}) AS {name}" for name, kind in _GIVEN.items())
_MANY = (
    f"SELECT * FROM unnest({', '.join(f'CAST(:{n} AS {kind}[])' for n, kind in _GIVEN.items())})"
    f" AS g ({', '.join(_GIVEN)})"
)
_STORE = f"""
    scored AS (
        UPDATE leads l
        SET ai_score = g.score, ai_recommendation = g.recommendation, ai_reason = g.reason,
            ai_inputs_key = g.key, version = l.version + 1,
            assessment_id = nextval('assessments_id_seq'),
            owner_id = coalesce(l.owner_id, :scope)
        FROM given g, company c
        WHERE l.id = g.id AND l.stage NOT IN ('transferred', 'lost') AND {VISIBLE}
            AND {INPUTS_KEY_NOW} = g.key
        RETURNING l.*
    ), assessment AS (
        INSERT INTO assessments (id, lead_id, scorer, scorer_version, threshold, inputs, score,
            recommendation, reason, contributions, requested_by_id, created_at)
        SELECT s.assessment_id, s.id, :scorer_name, :scorer_version, g.threshold,
            CAST(g.inputs AS jsonb), g.score, g.recommendation, g.reason,
            CAST(g.contributions AS jsonb), :actor, :now
        FROM scored s JOIN given g ON g.id = s.id
    ), event AS (
        INSERT INTO events (kind, lead_id, actor_id, via, at, data)
        SELECT 'analyzed', id, :actor, :via, :now, jsonb_build_object(
            'score', ai_score, 'recommendation', ai_recommendation, 'assessment_id', assessment_id)
        FROM scored
    )
"""
_STORE_ONE = lead_statement(
    f"WITH given AS ({_ONE}), {_STORE} SELECT {LEAD_COLUMNS} FROM scored l {LEAD_JOINS}"
)
_STORE_MANY = text(f"WITH given AS ({_MANY}), {_STORE} SELECT id FROM scored")


class Analyzed(NamedTuple):
    """What became of the leads of a bulk analysis, as ids."""

    scored: list[int]
    skipped: list[int]
    """Final, not visible to the actor, gone, or changing faster than they can be scored."""


def analyze(lead_id: int, *, actor: Actor, now: datetime) -> LeadView:
    """Score one lead and keep the assessment. Returns the lead as it is afterwards.

    Raises LeadNotFound, LeadIsFinal, and VersionConflict where the lead changes faster than it can
    be scored. Two statements.
    """
    scope = {"scope": actor.scope, "scorer": DEFAULT_SCORER}
    for _ in range(TRIES):
        row = db.session.execute(_INPUTS_OF_ONE, {"id": lead_id, **scope}).one_or_none()
        if row is None:
            check_editable(get_lead(lead_id, actor=actor).stage, ["ai_score"])
            raise LeadNotFound(lead_id)
        values = _assessment(row) | _context(actor, now)
        stored = db.session.execute(_STORE_ONE, values).one_or_none()
        if stored is not None:
            return lead_view(stored)
    raise VersionConflict(None, None)


def analyze_many(lead_ids: Sequence[int], *, actor: Actor, now: datetime) -> Analyzed:
    """Score many leads, in batches of at most BATCH; the order of ids does not matter."""
    scored: list[int] = []
    # In the order of ids, so that two bulk analyses never wait for each other in a circle.
    ids = sorted(set(lead_ids))
    for start in range(0, len(ids), BATCH):
        waiting = ids[start : start + BATCH]
        for _ in range(TRIES):
            given = {"ids": waiting, "scope": actor.scope, "scorer": DEFAULT_SCORER}
            rows = db.session.execute(_INPUTS_OF_MANY, given).all()
            found = [_assessment(row) for row in rows]
            values = {name: [a[name] for a in found] for name in _GIVEN} | _context(actor, now)
            done = set(db.session.execute(_STORE_MANY, values).scalars()) if rows else set()
            scored.extend(done)
            # What changed while it was scored; whatever was not read will not be found later.
            waiting = [row.id for row in rows if row.id not in done]
            if not waiting:
                break
    return Analyzed(scored, sorted(set(ids) - set(scored)))


def inputs_of(row: Any) -> Inputs:
    """The scorer's inputs from a row with rule_key, source, stage, activity_count,
    business_domain and threshold."""
    return Inputs(
        source=row.rule_key,
        source_name=row.source,
        stage=LeadStage(row.stage),
        activity_count=row.activity_count,
        business_domain=row.business_domain,
        threshold=row.threshold,
    )


def _assessment(row: Row[Any]) -> dict[str, Any]:
    """Score one row: the parameters of _GIVEN."""
    assessment = rule_table.assess(inputs_of(row))
    return {
        "id": row.id,
        "key": row.inputs_key,
        "score": assessment.score,
        "threshold": row.threshold,
        "recommendation": str(assessment.recommendation),
        "reason": assessment.reason,
        "inputs": _inputs_json(row),
        "contributions": _contributions_json(assessment),
    }


def _context(actor: Actor, now: datetime) -> dict[str, Any]:
    """The parameters that all assessments of a request share."""
    return {
        "scorer_name": rule_table.SCORER,
        "scorer_version": rule_table.VERSION,
        "scorer": DEFAULT_SCORER,
        "actor": actor.id,
        "scope": actor.scope,
        "via": actor.via,
        "now": now,
    }


def _inputs_json(row: Row[Any]) -> str:
    """The exact inputs as they are kept: ids and the names they had."""
    return orjson.dumps(
        {
            "source_id": row.source_id,
            "source": row.source,
            "source_rule_key": row.rule_key,
            "stage": row.stage,
            "activity_count": row.activity_count,
            "business_domain_id": row.business_domain_id,
            "business_domain": row.business_domain,
            "threshold": str(Decimal(row.threshold)),
        }
    ).decode()


def _contributions_json(assessment: Assessment) -> str:
    return orjson.dumps(contributions_to_json(assessment.contributions)).decode()
