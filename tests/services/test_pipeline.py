"""Moving leads: every pair of stages, whoever asks, whatever happened meanwhile."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from leadapp.errors import (
    InvalidInput,
    InvalidTransition,
    LeadNotFound,
    StageMoved,
    VersionConflict,
)
from leadapp.permissions import Actor, Role
from leadapp.rules.stages import LEAD_PIPELINE, LeadStage
from leadapp.services.pipeline import move
from tests.factories import NOW, make_lead, make_transferred_lead, make_user, reload

MakeActor = Callable[..., Actor]
OPEN = ["new", "contacted", "qualified"]
ALLOWED = {("new", "contacted"), ("contacted", "qualified"), *((stage, "lost") for stage in OPEN)}


@pytest.mark.parametrize("from_", LEAD_PIPELINE.stages)
@pytest.mark.parametrize("to", [s for s in LEAD_PIPELINE.stages if s != "transferred"])
def test_every_pair_of_stages(from_: str, to: str, actor: MakeActor) -> None:
    lead = make_transferred_lead()[0] if from_ == "transferred" else make_lead(stage=from_)
    by = actor()
    if (from_, to) in ALLOWED:
        moved = move(lead.id, LeadStage(to), actor=by, now=NOW)
        assert (moved.stage, moved.version) == (to, lead.version + 1)
    else:
        with pytest.raises(InvalidTransition) as refusal:
            move(lead.id, LeadStage(to), actor=by, now=NOW)
        assert refusal.value.details["from"] == from_
        assert reload(lead) == lead


def test_transferred_is_only_for_the_handoff(actor: MakeActor) -> None:
    lead = make_lead(stage="qualified")
    with pytest.raises(VersionConflict):
        move(lead.id, LeadStage.TRANSFERRED, actor=actor(), now=NOW)
    assert reload(lead).stage == "qualified"


def test_writes_the_event_with_who_and_when(actor: MakeActor, db_session: Session) -> None:
    lead, by = make_lead(), actor()
    move(lead.id, LeadStage.CONTACTED, actor=by, now=NOW)
    row = db_session.execute(
        text("SELECT kind, actor_id, via, at, data FROM events WHERE lead_id = :id ORDER BY id"),
        {"id": lead.id},
    ).all()[-1]
    assert tuple(row) == ("stage_changed", by.id, "page", NOW, {"from": "new", "to": "contacted"})


def test_a_move_from_a_stage_that_is_no_more_tells_who_moved_it(actor: MakeActor) -> None:
    lead, first, second = make_lead(), actor(), actor()
    move(lead.id, LeadStage.CONTACTED, actor=first, now=NOW, seen=LeadStage.NEW)
    with pytest.raises(StageMoved) as refusal:
        move(lead.id, LeadStage.CONTACTED, actor=second, now=NOW, seen=LeadStage.NEW)
    assert refusal.value.who == first.name
    assert (refusal.value.from_, refusal.value.to) == ("new", "contacted")


def test_a_call_logged_meanwhile_does_not_refuse_a_drag(actor: MakeActor) -> None:
    from leadapp.services.activities import log_activity

    lead, by = make_lead(), actor()
    log_activity(lead.id, "call", note=None, actor=by, now=NOW)
    moved = move(lead.id, LeadStage.CONTACTED, actor=by, now=NOW, seen=LeadStage.NEW)
    assert moved.stage == "contacted"


def test_a_move_for_another_version_is_a_conflict(actor: MakeActor) -> None:
    lead = make_lead()
    with pytest.raises(VersionConflict) as refusal:
        move(lead.id, LeadStage.CONTACTED, actor=actor(), now=NOW, version=lead.version + 1)
    assert refusal.value.details == {"expected": lead.version + 1, "present": lead.version}


@pytest.mark.parametrize(
    ("reason", "note", "field"),
    [(None, None, "lost_reason"), ("boredom", None, "lost_reason"), ("other", " ", "lost_note")],
)
def test_a_loss_needs_a_known_reason(
    reason: str | None, note: str | None, field: str, actor: MakeActor
) -> None:
    lead = make_lead()
    with pytest.raises(InvalidInput) as refusal:
        move(
            lead.id, LeadStage.LOST, actor=actor(), now=NOW,
            lost_reason=reason, lost_note=note, reason_required=True,
        )  # fmt: skip
    assert [name for name, _ in refusal.value.errors] == [field]
    assert reload(lead).stage == "new"


def test_a_loss_keeps_reason_and_words(actor: MakeActor) -> None:
    lead = make_lead(stage="contacted")
    lost = move(
        lead.id, LeadStage.LOST, actor=actor(), now=NOW, lost_reason="other", lost_note="Moved away"
    )
    assert (lost.stage, lost.lost_reason, lost.lost_note) == ("lost", "other", "Moved away")


def test_a_rep_moves_own_and_unassigned_leads_and_makes_them_theirs(actor: MakeActor) -> None:
    rep = actor(Role.REP)
    moved = move(make_lead().id, LeadStage.CONTACTED, actor=rep, now=NOW)
    assert moved.owner_id == rep.id
    again = move(moved.id, LeadStage.QUALIFIED, actor=rep, now=NOW)
    assert again.stage == "qualified"


def test_to_a_rep_the_lead_of_another_does_not_exist(actor: MakeActor) -> None:
    lead = make_lead(owner=make_user(Role.REP))
    with pytest.raises(LeadNotFound):
        move(lead.id, LeadStage.CONTACTED, actor=actor(Role.REP), now=NOW)
    assert reload(lead) == lead


def test_a_manager_does_not_become_the_owner(actor: MakeActor) -> None:
    moved = move(make_lead().id, LeadStage.CONTACTED, actor=actor(Role.MANAGER), now=NOW)
    assert moved.owner_id is None


def test_a_stage_that_never_was_is_told_as_a_move_by_somebody(actor: MakeActor) -> None:
    lead = make_lead()
    with pytest.raises(StageMoved) as refusal:
        move(lead.id, LeadStage.QUALIFIED, actor=actor(), now=NOW, seen=LeadStage.CONTACTED)
    assert (refusal.value.who, refusal.value.to) == (None, "new")
    assert reload(lead) == lead


def test_a_missing_lead(actor: MakeActor) -> None:
    with pytest.raises(LeadNotFound):
        move(10**12, LeadStage.CONTACTED, actor=actor(), now=NOW)


def test_one_statement(actor: MakeActor, count_statements: list[str]) -> None:
    lead, by = make_lead(), actor()
    count_statements.clear()
    move(lead.id, LeadStage.CONTACTED, actor=by, now=NOW, seen=LeadStage.NEW)
    assert len(count_statements) == 1
