"""Handing a lead off to sales: the stage changes and the sale appears in one statement."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NoReturn

from sqlalchemy import text

from leadapp.errors import (
    EvidenceChanged,
    HandoffRefused,
    InvalidInput,
    NotOwner,
)
from leadapp.extensions import db
from leadapp.permissions import Actor
from leadapp.queries.company import get_company
from leadapp.queries.lead_view import (
    DEFAULT_SCORER,
    INPUTS_KEY_NOW,
    LEAD_COLUMNS,
    LEAD_JOINS,
    LeadView,
    get_lead,
    lead_view,
    squeezed,
)
from leadapp.rules.handoff import HandoffFacts, Unmet, unmet_conditions
from leadapp.rules.lost import NOTE_LIMIT
from leadapp.rules.stages import LEAD_PIPELINE, LeadStage
from leadapp.rules.values import check_text
from leadapp.services.pipeline import check_movable

_HAND_OFF = text(
    squeezed(f"""
    WITH evidence AS (
        SELECT l.id, c.handoff_threshold AS threshold, d.name AS business_domain,
            p.id AS salesperson
        FROM leads l
        JOIN business_domains d ON d.id = l.business_domain_id
        CROSS JOIN company c
        JOIN users p ON p.id = coalesce(CAST(:salesperson AS bigint), l.owner_id, :actor)
            AND p.active AND p.role <> 'viewer'
        WHERE l.id = :id
    ), moved AS (
        UPDATE leads l
        SET stage = 'transferred', stage_changed_at = :now, version = l.version + 1
        FROM evidence e, company c
        WHERE l.id = e.id AND l.stage = 'qualified'
            AND l.ai_score >= c.handoff_threshold AND l.ai_score <= 1
            AND l.business_domain_id IS NOT NULL
            AND (CAST(:scope AS bigint) IS NULL OR l.owner_id = :scope)
            AND (CAST(:version AS integer) IS NULL OR l.version = :version)
            AND (CAST(:shown_assessment AS bigint) IS NULL OR l.assessment_id = :shown_assessment)
            AND (CAST(:shown_threshold AS numeric) IS NULL
                OR c.handoff_threshold = :shown_threshold)
            AND (NOT c.require_fresh_score OR l.ai_inputs_key = {INPUTS_KEY_NOW})
        RETURNING l.*, e.threshold, e.business_domain, e.salesperson
    ), sale AS (
        INSERT INTO sales (lead_id, owner_id, score, threshold, recommendation, reason,
            business_domain, assessment_id, handed_off_by_id, against_advice, created_at,
            stage_changed_at)
        SELECT id, salesperson, ai_score, threshold, ai_recommendation, ai_reason,
            business_domain, assessment_id, :actor,
            CASE WHEN ai_recommendation <> 'transfer_to_sales' THEN :against_advice END, :now, :now
        FROM moved
        RETURNING id, lead_id
    ), event AS (
        INSERT INTO events (kind, lead_id, sale_id, actor_id, via, at, data)
        SELECT 'stage_changed', moved.id, sale.id, :actor, :via, :now, jsonb_build_object(
            'from', 'qualified', 'to', 'transferred', 'score', ai_score, 'threshold', threshold,
            'salesperson_id', salesperson)
        FROM moved JOIN sale ON sale.lead_id = moved.id
    )
    SELECT {LEAD_COLUMNS}, sale.id AS made_sale_id
    FROM moved l {LEAD_JOINS} JOIN sale ON sale.lead_id = l.id
""")
)


@dataclass(frozen=True, slots=True)
class ShownEvidence:
    """What a confirmation page showed: the assessment and the threshold it was measured by."""

    assessment_id: int | None
    threshold: Decimal


def hand_off(
    lead_id: int,
    *,
    actor: Actor,
    now: datetime,
    salesperson_id: int | None = None,
    against_advice: str | None = None,
    shown: ShownEvidence | None = None,
    seen: LeadStage | None = None,
    version: int | None = None,
) -> tuple[LeadView, int]:
    """Hand a qualified lead off to sales. Returns the lead and the id of the sale created.

    `salesperson_id` owns the sale, by default the lead's owner, else the actor. `against_advice`
    says why, and is kept where the recommendation was another. `shown` is what the person
    confirmed; the handoff is refused where that is no longer so.

    Raises LeadNotFound, NotOwner, VersionConflict, StageMoved, InvalidTransition, HandoffRefused,
    EvidenceChanged and InvalidInput.
    """
    params: dict[str, Any] = {
        "id": lead_id,
        "actor": actor.id,
        "scope": actor.scope,
        "via": actor.via,
        "now": now,
        "salesperson": salesperson_id,
        "against_advice": check_text(against_advice, field="against_advice", limit=NOTE_LIMIT),
        "version": version,
        "shown_assessment": shown.assessment_id if shown else None,
        "shown_threshold": shown.threshold if shown else None,
        "scorer": DEFAULT_SCORER,
    }
    row = db.session.execute(_HAND_OFF, params).one_or_none()
    if row is None:
        _refuse(lead_id, actor=actor, seen=seen, version=version, shown=shown)
    # The statement itself cannot look up the sale it makes.
    return lead_view(row)._replace(sale_id=row.made_sale_id), row.made_sale_id


def missing_for_handoff(lead: LeadView) -> tuple[Unmet, ...]:
    """Every condition of the handoff that the lead does not meet now. One statement."""
    return unmet_conditions(
        HandoffFacts(
            stage=lead.stage,
            score=lead.ai_score,
            business_domain=lead.business_domain,
            threshold=lead.threshold,
            stale=lead.stale,
            require_fresh=get_company().require_fresh_score,
        )
    )


def _refuse(
    lead_id: int,
    *,
    actor: Actor,
    seen: LeadStage | None,
    version: int | None,
    shown: ShownEvidence | None,
) -> NoReturn:
    """Say why the handoff did not happen."""
    lead = get_lead(lead_id, actor=actor)
    if LEAD_PIPELINE.is_final(lead.stage) or seen is not None or version is not None:
        check_movable(lead_id, LeadStage.TRANSFERRED, actor=actor, seen=seen, version=version)
    if actor.scope is not None and lead.owner_id != actor.scope:
        raise NotOwner
    LEAD_PIPELINE.check(lead.stage, LeadStage.TRANSFERRED)
    unmet = missing_for_handoff(lead)
    if unmet:
        raise HandoffRefused(unmet)
    if shown is not None and (lead.assessment_id, lead.threshold) != (
        shown.assessment_id,
        shown.threshold,
    ):
        raise EvidenceChanged
    # What is left: the one who would own the sale is no active user who may work sales.
    raise InvalidInput([("salesperson_id", "choose an active user who may work sales")])
