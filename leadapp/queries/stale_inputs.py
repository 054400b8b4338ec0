"""What made scores stale, in words that people know: names instead of ids."""

from collections.abc import Iterable, Mapping

from sqlalchemy import text

from leadapp.extensions import db
from leadapp.queries.lead_view import SCORER_IN_USE, LeadView
from leadapp.rules.stages import LEAD_PIPELINE
from leadapp.rules.staleness import Change, ScoredInputs, changed_inputs

_NAMES = text("""
    SELECT 'source', id, name FROM sources WHERE id = ANY(CAST(:source AS bigint[]))
    UNION ALL
    SELECT 'business_domain', id, name FROM business_domains
    WHERE id = ANY(CAST(:business_domain AS bigint[]))
""")


def stale_inputs(leads: Iterable[LeadView]) -> dict[int, list[Change]]:
    """What changed since the analysis of each stale lead, by the lead's id.

    No statement, or one where a source or a business domain changed.
    """
    changes = {lead.id: changed_since_analysis(lead) for lead in leads if lead.stale}
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
    if lead.ai_inputs_key is None:
        return []
    now = ScoredInputs(
        source_id=lead.source_id,
        stage=lead.stage,
        activity_count=lead.activity_count,
        business_domain_id=lead.business_domain_id,
        threshold=lead.threshold,
        scorer=SCORER_IN_USE,
    )
    then = ScoredInputs.from_key(lead.ai_inputs_key)
    return list(changed_inputs(then, now, LEAD_PIPELINE.is_final(lead.stage)))


def _named(change: Change, names: Mapping[tuple[str, object], str]) -> Change:
    then, now = (names.get((change.input, value)) for value in (change.then, change.now))
    return Change(change.input, then, now)
