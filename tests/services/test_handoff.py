"""The gate to sales: only with score and domain, with the evidence of that moment."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from leadapp.errors import (
    EvidenceChanged,
    HandoffRefused,
    InvalidInput,
    InvalidTransition,
    LeadNotFound,
    NotOwner,
    StageMoved,
    VersionConflict,
)
from leadapp.models import Sale
from leadapp.permissions import Actor, Role
from leadapp.rules.stages import LeadStage
from leadapp.services.activities import log_activity
from leadapp.services.handoff import ShownEvidence, hand_off
from tests.factories import (
    NOW,
    make_lead,
    make_ready_lead,
    make_transferred_lead,
    make_user,
    reload,
    set_score,
    set_threshold,
)

MakeActor = Callable[..., Actor]


def test_creates_the_sale_with_the_evidence(actor: MakeActor, db_session: Session) -> None:
    owner, by = make_user(Role.REP), actor()
    lead = make_ready_lead(owner)
    moved, sale_id = hand_off(lead.id, actor=by, now=NOW)
    assert (moved.stage, moved.stage_changed_at) == ("transferred", NOW)
    sale = db_session.scalars(select(Sale).where(Sale.lead_id == lead.id)).one()
    assert sale.id == sale_id
    assert (sale.stage, sale.owner_id, sale.handed_off_by_id) == ("new", owner.id, by.id)
    assert (sale.score, sale.threshold) == (Decimal("1.0000"), Decimal("0.60"))
    assert (sale.recommendation, sale.reason) == (lead.ai_recommendation, lead.ai_reason)
    assert (sale.business_domain, sale.assessment_id) == ("Retail", lead.assessment_id)
    assert sale.created_at == NOW


@pytest.mark.parametrize(
    ("score", "passes"),
    [("0.5999", False), ("0.6000", True), ("0.6001", True), ("1.0000", True), ("0.0000", False)],
)
def test_the_threshold_is_exact(score: str, passes: bool, actor: MakeActor) -> None:
    lead = make_ready_lead()
    set_score(lead.id, score)
    if passes:
        assert hand_off(lead.id, actor=actor(), now=NOW)[0].stage == "transferred"
    else:
        with pytest.raises(HandoffRefused) as refusal:
            hand_off(lead.id, actor=actor(), now=NOW)
        assert [u.code for u in refusal.value.unmet] == ["score_below_threshold"]
        assert reload(lead).stage == "qualified"


def test_lists_every_unmet_condition(actor: MakeActor) -> None:
    lead = make_lead(stage="qualified")
    with pytest.raises(HandoffRefused) as refusal:
        hand_off(lead.id, actor=actor(), now=NOW)
    codes = [u.code for u in refusal.value.unmet]
    assert codes == ["score_missing", "business_domain_missing"]


def test_the_company_may_set_another_threshold(actor: MakeActor) -> None:
    lead = make_ready_lead()
    set_score(lead.id, "0.8000")
    set_threshold("0.81")
    with pytest.raises(HandoffRefused):
        hand_off(lead.id, actor=actor(), now=NOW)
    set_threshold("0.80")
    assert hand_off(lead.id, actor=actor(), now=NOW)[0].stage == "transferred"


def test_a_stale_score_counts_unless_the_company_wants_a_fresh_one(
    actor: MakeActor, db_session: Session
) -> None:
    by = actor()
    lead = make_ready_lead()
    log_activity(lead.id, "call", note=None, actor=by, now=NOW)
    assert reload(lead).stale
    db_session.execute(text("UPDATE company SET require_fresh_score = true"))
    with pytest.raises(HandoffRefused) as refusal:
        hand_off(lead.id, actor=by, now=NOW)
    assert [u.code for u in refusal.value.unmet] == ["score_stale"]
    db_session.execute(text("UPDATE company SET require_fresh_score = false"))
    assert hand_off(lead.id, actor=by, now=NOW)[0].stage == "transferred"


@pytest.mark.parametrize("stage", ["new", "contacted", "lost"])
def test_only_from_qualified(stage: str, actor: MakeActor) -> None:
    lead = make_lead(stage=stage, business_domain="Retail", activity_count=9, source="partner")
    with pytest.raises(InvalidTransition):
        hand_off(lead.id, actor=actor(), now=NOW)


def test_a_second_handoff_is_refused(actor: MakeActor, db_session: Session) -> None:
    lead, _ = make_transferred_lead()
    with pytest.raises(InvalidTransition):
        hand_off(lead.id, actor=actor(), now=NOW)
    assert db_session.query(Sale).filter_by(lead_id=lead.id).count() == 1


def test_a_rep_hands_off_only_their_own(actor: MakeActor) -> None:
    rep = make_user(Role.REP)
    own, nobodys = make_ready_lead(rep), make_ready_lead()
    others = make_ready_lead(make_user(Role.REP))
    assert hand_off(own.id, actor=rep.actor("page"), now=NOW)[0].stage == "transferred"
    with pytest.raises(NotOwner):
        hand_off(nobodys.id, actor=rep.actor("page"), now=NOW)
    with pytest.raises(LeadNotFound):
        hand_off(others.id, actor=rep.actor("page"), now=NOW)
    assert reload(nobodys).stage == reload(others).stage == "qualified"


def test_the_salesperson_is_chosen_or_the_owner_or_the_actor(
    actor: MakeActor, db_session: Session
) -> None:
    by, chosen, owner = actor(), make_user(Role.REP), make_user(Role.REP)
    handed = [
        hand_off(make_ready_lead(owner).id, actor=by, now=NOW, salesperson_id=chosen.id)[1],
        hand_off(make_ready_lead(owner).id, actor=by, now=NOW)[1],
        hand_off(make_ready_lead().id, actor=by, now=NOW)[1],
    ]
    owners = [db_session.get_one(Sale, sale_id).owner_id for sale_id in handed]
    assert owners == [chosen.id, owner.id, by.id]


@pytest.mark.parametrize("who", ["viewer", "inactive", "missing"])
def test_a_salesperson_must_be_able_to_work_sales(who: str, actor: MakeActor) -> None:
    chosen = {
        "viewer": lambda: make_user(Role.VIEWER).id,
        "inactive": lambda: make_user(Role.REP, active=False).id,
        "missing": lambda: 10**12,
    }[who]()
    lead = make_ready_lead()
    with pytest.raises(InvalidInput) as refusal:
        hand_off(lead.id, actor=actor(), now=NOW, salesperson_id=chosen)
    assert [field for field, _ in refusal.value.errors] == ["salesperson_id"]
    assert reload(lead).stage == "qualified"


def test_what_was_shown_must_still_be_so(actor: MakeActor) -> None:
    by = actor()
    lead = make_ready_lead()
    shown = ShownEvidence(lead.assessment_id, Decimal("0.60"))
    set_threshold("0.70")
    with pytest.raises(EvidenceChanged):
        hand_off(lead.id, actor=by, now=NOW, shown=shown)
    other = ShownEvidence((lead.assessment_id or 0) + 1, Decimal("0.70"))
    with pytest.raises(EvidenceChanged):
        hand_off(lead.id, actor=by, now=NOW, shown=other)
    now_shown = ShownEvidence(lead.assessment_id, Decimal("0.70"))
    assert hand_off(lead.id, actor=by, now=NOW, shown=now_shown)[0].stage == "transferred"


def test_a_handoff_for_another_version_or_stage_is_refused(actor: MakeActor) -> None:
    by, lead = actor(), make_ready_lead()
    with pytest.raises(VersionConflict):
        hand_off(lead.id, actor=by, now=NOW, version=lead.version + 1)
    # Somebody saw the lead in contacted, and it has gone on to qualified since.
    with pytest.raises(StageMoved):
        hand_off(make_lead(stage="qualified").id, actor=by, now=NOW, seen=LeadStage.CONTACTED)


def test_one_statement(actor: MakeActor, count_statements: list[str]) -> None:
    by, lead = actor(), make_ready_lead(make_user(Role.REP))
    count_statements.clear()
    hand_off(lead.id, actor=by, now=NOW)
    assert len(count_statements) == 1


def test_a_reason_is_kept_where_the_advice_was_another(
    actor: MakeActor, db_session: Session
) -> None:
    for analyzed_under, kept in (("0.95", "They signed a letter of intent."), ("0.60", None)):
        set_threshold(analyzed_under)
        lead = make_ready_lead(source="scanner", activity_count=1)
        set_threshold("0.60")
        said = "  They signed a letter of intent. "
        _, sale_id = hand_off(lead.id, actor=actor(), now=NOW, against_advice=said)
        sale = db_session.get(Sale, sale_id)
        assert sale is not None
        assert (sale.recommendation != "transfer_to_sales") is (kept is not None)
        assert sale.against_advice == kept


@pytest.mark.parametrize("said", ["x" * 2_001, "a\x00b"])
def test_a_reason_that_cannot_be_kept_is_refused(actor: MakeActor, said: str) -> None:
    lead = make_ready_lead()
    with pytest.raises(InvalidInput) as refusal:
        hand_off(lead.id, actor=actor(), now=NOW, against_advice=said)
    assert [field for field, _ in refusal.value.errors] == ["against_advice"]
    assert reload(lead).stage is LeadStage.QUALIFIED
