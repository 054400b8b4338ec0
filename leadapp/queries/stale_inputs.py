"""What made scores stale, in words that people know: names instead of ids."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import text

from leadapp.extensions import db
from leadapp.queries.lead_view import DEFAULT_SCORER, LeadView
from leadapp.rules.stages import LEAD_PIPELINE
from leadapp.rules.staleness import Change, ScoredInputs, changed_inputs, split_scorer

_NAMES = text("""
    SELECT 'source', id, name FROM sources WHERE id = ANY(CAST(:source AS bigint[]))
    UNION ALL
    SELECT 'business_domain', id, name FROM business_domains
    WHERE id = ANY(CAST(:business_domain AS bigint[]))
""")
# The attributes that the scorer in use reads: as the assessment keeps them, and as they are.
_ATTRIBUTES = text("""
    SELECT l.id, read.name, a.inputs -> 'attributes' -> read.name, l.attributes -> read.name
    FROM leads l JOIN assessments a ON a.id = l.assessment_id CROSS JOIN company c
    CROSS JOIN LATERAL unnest(c.scorer_columns) WITH ORDINALITY AS read (name, place)
    WHERE l.id = ANY(CAST(:ids AS bigint[])) AND a.inputs_hash IS NULL
        AND a.inputs -> 'attributes' -> read.name IS DISTINCT FROM l.attributes -> read.name
    ORDER BY l.id, read.place
""")


def stale_inputs(leads: Iterable[LeadView]) -> dict[int, list[Change]]:
    """What changed since the analysis of each stale lead, by the lead's id.

    No statement, or one where a source or a business domain changed, and one where attributes did.
    """
    changes = {lead.id: changed_since_analysis(lead) for lead in leads if lead.stale}
    changes = _with_attributes(changes)
    ids: dict[str, list[object]] = {"source": [], "business_domain": []}
    for change in (c for of_lead in changes.values() for c in of_lead if c.input in ids):
        ids[change.input] += [value for value in (change.then, change.now) if value is not None]
    if not any(ids.values()):
        return changes
    names = {(kind, i): name for kind, i, name in db.session.execute(_NAMES, ids)}
    return {
        lead_id: [_named(change, names) if change.input in ids else change for change in of_lead]
        for lead_id, of_lead in changes.items()
    }


def changed_since_analysis(lead: LeadView) -> list[Change]:
    """What changed, with ids for names, and one `attributes` for all attributes. No statement."""
    if lead.ai_inputs_key is None:
        return []
    scorer, attributes = split_scorer(lead.learned_key or DEFAULT_SCORER)
    now = ScoredInputs(
        source_id=lead.source_id,
        stage=lead.stage,
        activity_count=lead.activity_count,
        business_domain_id=lead.business_domain_id,
        threshold=lead.threshold,
        scorer=scorer,
        attributes=attributes,
    )
    try:
        then = ScoredInputs.from_key(lead.ai_inputs_key)
    except ValueError:
        # Written by a version of leadapp that named its inputs otherwise.
        return [Change("scorer", None, scorer)]
    return list(changed_inputs(then, now, LEAD_PIPELINE.is_final(lead.stage)))


def _with_attributes(changes: dict[int, list[Change]]) -> dict[int, list[Change]]:
    """The changes with each attribute that is another one now in the place of their digest.

    Where that cannot be told (the person was erased), one change without values stays.
    """
    ids = [lead_id for lead_id, found in changes.items() if _of_attributes(found)]
    if not ids:
        return changes
    told: dict[int, list[Change]] = {lead_id: [] for lead_id in ids}
    for lead_id, name, then, now in db.session.execute(_ATTRIBUTES, {"ids": ids}):
        told[lead_id].append(Change(name, _simple(then), _simple(now)))
    return changes | {
        lead_id: [c for c in changes[lead_id] if c.input != "attributes"]
        + (told[lead_id] or [Change("attributes", None, None)])
        for lead_id in ids
    }


def _of_attributes(changes: Iterable[Change]) -> bool:
    return any(change.input == "attributes" for change in changes)


def _simple(value: Any) -> int | str | None:
    """An attribute's value as one can show it."""
    return value if value is None or isinstance(value, int | str) else str(value)


def _named(change: Change, names: Mapping[tuple[str, object], str]) -> Change:
    then, now = (names.get((change.input, value)) for value in (change.then, change.now))
    return Change(change.input, then, now)
