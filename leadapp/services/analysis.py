"""Analyzing leads: inputs in, assessment out, stored only where the inputs are still the same.

A lead that changed while its score was computed is read and scored again, so that an analysis never
undoes what somebody else did and is never lost in silence. The scorer in use is one of the inputs:
where another one was promoted meanwhile, the lead is scored again, by that one.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, column, text

from leadapp.errors import LeadNotFound, ModelDamaged, VersionConflict
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
from leadapp.rules.stages import LEAD_PIPELINE
from leadapp.scoring.scorer import Scorer
from leadapp.services.bulk_scoring import DIVIDER, assess_rows
from leadapp.services.scored_rows import READ, by_scorer
from leadapp.services.scorers import scorer_of

# How often a lead that keeps changing is read again before giving up.
TRIES = 5
# So many leads are held for as long as it takes to store them, half a second.
BATCH = 2000

_READ = {**READ, "inputs_key": INPUTS_KEY_NOW}
_INPUTS = f"""
    SELECT {", ".join(f"{read} AS {name}" for name, read in _READ.items())}
    FROM leads l {LEAD_JOINS}
    WHERE {VISIBLE} AND l.stage NOT IN ('transferred', 'lost') AND l.id =
"""
# One lead has statements of its own: PostgreSQL keeps their plans, whereas for arrays it would plan
# anew each time, which takes longer than all the rest.
_INPUTS_OF_ONE = text(f"{_INPUTS} :id").columns(*(column(name) for name in _READ))
_INPUTS_OF_MANY = text(f"""{_INPUTS} ANY(CAST(:ids AS bigint[]))
    AND l.id NOT IN (SELECT a.lead_id FROM assessments a
        WHERE a.run_id = :run AND a.lead_id BETWEEN :first AND :last)
""")

# What is stored of each assessment: the parameters, with their types.
_GIVEN = {
    "id": "bigint",
    "key": "text",
    "score": "numeric",
    "threshold": "numeric",
    "recommendation": "text",
    "reason": "text",
    "inputs": "jsonb",
    "contributions": "jsonb",
    "missing": "jsonb",
    "ignored": "jsonb",
}
_ONE = "SELECT " + ", ".join(f"CAST(:{name} AS {kind}) AS {name}" for name, kind in _GIVEN.items())
# Each column as one text, a lead in each line: to take one JSON text apart would take PostgreSQL
# four times as long, and as arrays they would take ten times as long to hand over.
_READ_GIVEN = {n: f"CAST({n} AS {kind})" for n, kind in _GIVEN.items()}
_READ_GIVEN["reason"] = "CAST(reason AS jsonb) #>> '{}'"
_MANY = (
    f"SELECT {', '.join(f'{read} AS {name}' for name, read in _READ_GIVEN.items())}"
    f" FROM ROWS FROM ({', '.join(f'string_to_table(:{name}, :divider)' for name in _GIVEN)})"
    f" AS g ({', '.join(_GIVEN)})"
)


def _store(kept: str, run: str) -> str:
    """The statement's parts that store what is `given`; of each lead the columns `kept` go on."""
    return f"""
    scored AS (
        UPDATE leads l
        SET ai_score = g.score, ai_recommendation = g.recommendation, ai_reason = g.reason,
            ai_inputs_key = g.key, version = l.version + 1,
            assessment_id = nextval('assessments_id_seq'),
            owner_id = coalesce(l.owner_id, :scope)
        FROM given g, company c
        WHERE l.id = g.id AND l.stage NOT IN ('transferred', 'lost') AND {VISIBLE}
            AND {INPUTS_KEY_NOW} = g.key
        RETURNING {kept}, g.threshold AS given_threshold, g.contributions, g.missing, g.ignored,
            CASE WHEN l.attributes = '{{}}' THEN g.inputs
                ELSE g.inputs || jsonb_build_object('attributes', l.attributes) END AS inputs
    ), assessment AS (
        INSERT INTO assessments (id, lead_id, scorer, scorer_version, threshold, inputs, score,
            recommendation, reason, contributions, missing, ignored, run_id, requested_by_id,
            created_at)
        SELECT assessment_id, id, :scorer_name, :scorer_version, given_threshold, inputs, ai_score,
            ai_recommendation, ai_reason, contributions, missing, ignored, {run}, :actor, :now
        FROM scored
    ), event AS (
        INSERT INTO events (kind, lead_id, actor_id, via, at, data)
        SELECT 'analyzed', id, :actor, :via, :now, jsonb_build_object(
            'score', ai_score, 'recommendation', ai_recommendation, 'assessment_id', assessment_id)
        FROM scored
    )
"""


_STORE_ONE = lead_statement(
    f"WITH given AS ({_ONE}), {_store('l.*', 'NULL')}"
    f" SELECT {LEAD_COLUMNS} FROM scored l {LEAD_JOINS}"
)
_KEPT = "l.id, l.assessment_id, l.ai_score, l.ai_recommendation, l.ai_reason"
_STORE_MANY = text(
    f"WITH given AS MATERIALIZED ({_MANY}), {_store(_KEPT, 'CAST(:run AS bigint)')}"
    " SELECT id FROM scored"
)


class Analyzed(NamedTuple):
    """What became of the leads of a bulk analysis, as ids."""

    scored: list[int]
    skipped: list[int]
    """Final, not visible to the actor, gone, scored in this run before, or changing faster than
    they can be scored."""


def analyze(lead_id: int, *, actor: Actor, now: datetime) -> LeadView:
    """Score one lead and keep the assessment. Returns the lead as it is afterwards.

    Raises LeadNotFound, LeadIsFinal, ModelDamaged, and VersionConflict where the lead changes
    faster than it can be scored. Two statements.
    """
    scope = {"scope": actor.scope, "scorer": DEFAULT_SCORER}
    for _ in range(TRIES):
        row = db.session.execute(_INPUTS_OF_ONE, {"id": lead_id, **scope}).one_or_none()
        if row is None:
            check_editable(get_lead(lead_id, actor=actor).stage, ["ai_score"])
            raise LeadNotFound(lead_id)
        scorer = scorer_of(row.model_id)
        values = {
            "id": row.id,
            "key": row.inputs_key,
            **by_scorer(row, scorer),
            **_context(scorer, actor, now),
        }
        stored = db.session.execute(_STORE_ONE, values).one_or_none()
        if stored is not None:
            return lead_view(stored)
    raise VersionConflict(None, None)


class Prepared(NamedTuple):
    """Leads that were read and scored, and not stored yet."""

    ids: list[int]
    """Of those that were read."""
    values: dict[str, Any]
    """The parameters of the statement that stores them."""


def prepare(
    lead_ids: Sequence[int], *, actor: Actor, now: datetime, run_id: int | None = None
) -> Prepared | None:
    """Read and score leads, in the order of their ids, for `analyze_many` to store them.

    Writes nothing, so that the next leads can be scored while the last ones are stored. None where
    none of them can be scored. Raises ModelDamaged.
    """
    rows = _read_many(lead_ids, run_id, actor)
    if not rows:
        return None
    # One statement reads the company once, so all of them have the same scorer.
    model_id = rows[0].model_id
    values = _context(scorer_of(model_id), actor, now)
    values |= {**assess_rows(rows, model_id), "divider": DIVIDER, "run": run_id}
    return Prepared([row.id for row in rows], values)


def analyze_many(
    lead_ids: Sequence[int],
    *,
    actor: Actor,
    now: datetime,
    run_id: int | None = None,
    prepared: Prepared | None = None,
) -> Analyzed:
    """Score many leads, in batches of at most BATCH; the order of ids does not matter.

    `run_id` is kept with the assessments; what the run has scored before is skipped. `prepared` is
    what `prepare` made of the same leads, no more than BATCH. Raises ModelDamaged.
    """
    scored: list[int] = []
    # In the order of ids, so that two bulk analyses never wait for each other in a circle.
    ids = sorted(set(lead_ids))
    for start in range(0, len(ids), BATCH):
        waiting = ids[start : start + BATCH]
        for _ in range(TRIES):
            part, prepared = prepared, None
            part = part or prepare(waiting, actor=actor, now=now, run_id=run_id)
            if part is None:
                break
            done = set(db.session.execute(_STORE_MANY, part.values).scalars())
            scored.extend(done)
            # What changed while it was scored; whatever was not read will not be found later.
            waiting = [lead_id for lead_id in part.ids if lead_id not in done]
            if not waiting:
                break
    return Analyzed(scored, sorted(set(ids) - set(scored)))


def _read_many(ids: Sequence[int], run_id: int | None, actor: Actor) -> Sequence[Row[Any]]:
    """The inputs of those of `ids`, in their order, that can be scored and that the run lacks."""
    within = {"ids": ids, "first": ids[0], "last": ids[-1], "run": run_id}
    params = {**within, "scope": actor.scope, "scorer": DEFAULT_SCORER}
    return db.session.execute(_INPUTS_OF_MANY, params).all()


def analyze_changed(lead: LeadView, *, actor: Actor, now: datetime) -> LeadView:
    """Analyze a lead whose inputs were just changed, where the company wants that at once.

    Returns the lead as it is then. What keeps it from being scored does not undo the change: its
    score is stale until it is analyzed.
    """
    outdated = lead.stale or lead.ai_score is None
    if not lead.analyze_on_change or not outdated or LEAD_PIPELINE.is_final(lead.stage):
        return lead
    try:
        return analyze(lead.id, actor=actor, now=now)
    except (LeadNotFound, ModelDamaged, VersionConflict):
        return lead


def _context(scorer: Scorer, actor: Actor, now: datetime) -> dict[str, Any]:
    """The parameters that all assessments of a request share."""
    return {
        "scorer_name": scorer.name,
        "scorer_version": scorer.version,
        "scorer": DEFAULT_SCORER,
        "actor": actor.id,
        "scope": actor.scope,
        "via": actor.via,
        "now": now,
    }
