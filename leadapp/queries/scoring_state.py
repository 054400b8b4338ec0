"""How far a company has come to a learned score, and what the scorer in use has shown."""

from collections import Counter
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import text

from leadapp.extensions import db
from leadapp.queries.lead_view import DEFAULT_SCORER

COUNTED = 1000
"""Beyond this a count says "1,000+"."""
LATEST = 5000
"""Of so many leads, the latest, this month's inputs are counted."""


class ScoringState(NamedTuple):
    """The way so far. The order of the fields is that of the statement."""

    imported: int
    own: int
    """Leads closed here that count as won or lost; at most COUNTED + 1."""
    latest_id: int | None
    latest_status: str | None
    latest_refused: str | None
    candidate_id: int | None
    """The latest candidate that is younger than what is in use."""
    model_id: int | None
    scorer: str | None
    since: datetime | None
    threshold: Decimal
    open: bool
    """Whether there is any open lead."""
    to_analyze: int
    """Open leads without a score by the scorer in use; at most COUNTED + 1."""


class Shown(NamedTuple):
    """What the scorer in use has shown on the closed leads of a training."""

    training_id: int
    trained: dict[str, Any]
    figures: dict[str, Any] | None
    record: list[list[Any]]
    inputs: dict[str, Any]
    created_at: datetime


# The scorer as the inputs of a score name it. Comparing all of the inputs, as staleness does, would
# take a second for a hundred thousand leads.
_SCORED_BY = "split_part(l.ai_inputs_key, '|', 6)"
_STATE = text(f"""
    SELECT (SELECT coalesce(sum(added), 0) FROM history_files),
        (SELECT count(*) FROM (
            (SELECT 1 FROM sales x JOIN leads l ON l.id = x.lead_id
            WHERE x.stage IN ('paid', 'lost') AND NOT l.is_demo LIMIT {COUNTED + 1})
            UNION ALL
            (SELECT 1 FROM leads l WHERE l.stage = 'lost' AND NOT l.is_demo
            AND l.lost_reason IS DISTINCT FROM 'duplicate' LIMIT {COUNTED + 1})
            LIMIT {COUNTED + 1}) AS own),
        latest.id, latest.status, latest.refused,
        (SELECT max(id) FROM scoring_models m
            WHERE m.status = 'candidate' AND m.id > coalesce(c.scoring_model_id, 0)),
        c.scoring_model_id, c.learned_scorer, used.promoted_at, c.handoff_threshold,
        EXISTS (SELECT FROM leads WHERE stage IN ('new', 'contacted', 'qualified')),
        (SELECT count(*) FROM (
            SELECT FROM leads l WHERE l.stage IN ('new', 'contacted', 'qualified')
            AND (l.ai_score IS NULL OR {_SCORED_BY} <> coalesce(c.learned_scorer, :scorer))
            LIMIT {COUNTED + 1}) AS waiting)
    FROM company c LEFT JOIN scoring_models used ON used.id = c.scoring_model_id
    LEFT JOIN LATERAL (
        SELECT id, status, report ->> 'refused' AS refused
        FROM scoring_models ORDER BY id DESC LIMIT 1) AS latest ON true
""")

_OF_MODEL = text("""
    SELECT id, report -> 'trained', report -> 'figures', report -> 'record', report -> 'inputs',
        created_at
    FROM scoring_models WHERE id = :id
""")
_OF_PRESENT = text("""
    SELECT id, report -> 'trained', report -> 'present' -> 'figures',
        report -> 'present' -> 'record', report -> 'inputs', created_at
    FROM scoring_models WHERE report -> 'present' ->> 'scorer' = :scorer
    ORDER BY id DESC LIMIT 1
""")

_SPOKEN = "CASE WHEN jsonb_typeof({value}) IN ('object', 'array') THEN NULL ELSE {text} END"
_INPUTS = text(f"""
    WITH latest AS MATERIALIZED (
        SELECT * FROM leads ORDER BY id DESC LIMIT {LATEST}
    ), fresh AS MATERIALIZED (
        SELECT * FROM latest WHERE created_at >= :since AND erased_at IS NULL
    )
    SELECT 'source', s.name, count(*) FROM fresh f JOIN sources s ON s.id = f.source_id
    GROUP BY s.name
    UNION ALL
    SELECT 'business_domain', d.name, count(*)
    FROM fresh f LEFT JOIN business_domains d ON d.id = f.business_domain_id GROUP BY d.name
    UNION ALL
    SELECT 'activity_count',
        CASE WHEN NOT f.activity_count_unknown THEN CAST(f.activity_count AS text) END, count(*)
    FROM fresh f GROUP BY 2
    UNION ALL
    SELECT k.name, {_SPOKEN.format(value="f.attributes -> k.name", text="f.attributes ->> k.name")},
        count(*)
    FROM fresh f CROSS JOIN unnest(CAST(:columns AS text[])) AS k (name) GROUP BY 1, 2
""")

FIELDS = ("source", "business_domain", "activity_count")


def load_state() -> ScoringState:
    """How far the company has come. One statement."""
    return ScoringState._make(db.session.execute(_STATE, {"scorer": DEFAULT_SCORER}).one())


def load_shown(model_id: int | None) -> Shown | None:
    """What the scorer in use showed on closed leads it had not seen. One statement.

    For a model that is its training's record; for the rule table, which is None, that of the latest
    training which compared itself with it. None where there is neither.
    """
    if model_id is None:
        row = db.session.execute(_OF_PRESENT, {"scorer": DEFAULT_SCORER}).one_or_none()
    else:
        row = db.session.execute(_OF_MODEL, {"id": model_id}).one_or_none()
    return None if row is None else Shown._make(row)


def inputs_since(since: datetime, names: list[str]) -> dict[str, Counter[str | None]]:
    """How often each value occurs among leads created since then, by the name of the input.

    Of the LATEST leads at most; a blank is None. One statement.
    """
    columns = [name for name in names if name not in FIELDS]
    found: dict[str, Counter[str | None]] = {name: Counter() for name in names}
    for name, value, count in db.session.execute(_INPUTS, {"since": since, "columns": columns}):
        if name in found:
            found[name][value] += count
    return found
