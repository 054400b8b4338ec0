"""Assigning and erasing leads."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from leadapp.errors import (
    LeadIsFinal,
    LeadNotFound,
    UserNotFound,
    VersionConflict,
)
from leadapp.permissions import Actor, Role
from leadapp.rules.stages import LeadStage
from leadapp.services import analysis
from leadapp.services.activities import log_activity
from leadapp.services.leads import assign_lead, erase_lead
from leadapp.services.pipeline import move
from tests.factories import (
    NOW,
    make_lead,
    make_ready_lead,
    make_transferred_lead,
    make_user,
    reload,
)
from tests.services.lead_cases import PERSON, changed, events, final_lead

MakeActor = Callable[..., Actor]


def test_a_lead_is_assigned_and_taken_back(actor: MakeActor, db_session: Session) -> None:
    by, rep, lead = actor(), make_user(Role.REP), make_lead()
    given = assign_lead(lead.id, rep.id, actor=by, now=NOW)
    assert (given.owner_id, given.owner) == (rep.id, rep.name)
    assert changed(lead, given) == {"owner_id", "owner", "version"}
    assert assign_lead(lead.id, None, actor=by, now=NOW).owner_id is None
    told = [e["data"] for e in events(db_session, lead.id)[-2:]]
    assert told == [
        {"fields": ["owner"], "owner_id": [None, rep.id]},
        {"fields": ["owner"], "owner_id": [rep.id, None]},
    ]


@pytest.mark.parametrize("who", ["viewer", "inactive", "missing"])
def test_who_may_not_work_leads_gets_none(who: str, actor: MakeActor) -> None:
    owner_id = {
        "viewer": lambda: make_user(Role.VIEWER).id,
        "inactive": lambda: make_user(Role.REP, active=False).id,
        "missing": lambda: 10**12,
    }[who]()
    lead = make_lead()
    with pytest.raises(UserNotFound):
        assign_lead(lead.id, owner_id, actor=actor(), now=NOW)
    assert reload(lead) == lead


@pytest.mark.parametrize("stage", ["transferred", "lost"])
def test_the_owner_of_a_final_lead_is_frozen(stage: str, actor: MakeActor) -> None:
    lead = final_lead(stage)
    with pytest.raises(LeadIsFinal) as refusal:
        assign_lead(lead.id, make_user(Role.REP).id, actor=actor(), now=NOW)
    assert refusal.value.fields == ("owner",)
    assert reload(lead) == lead


def test_an_assignment_for_another_version_is_a_conflict(actor: MakeActor) -> None:
    lead = make_lead()
    with pytest.raises(VersionConflict):
        assign_lead(lead.id, None, actor=actor(), now=NOW, version=lead.version + 1)


def test_erasing_forgets_the_person_and_keeps_history_and_evidence(
    actor: MakeActor, db_session: Session
) -> None:
    by = actor(Role.ADMIN)
    lead, sale_id = make_transferred_lead(**PERSON)
    log_activity(lead.id, "call", note="Ada called back", actor=by, now=NOW)
    db_session.execute(
        text("UPDATE sales SET stage = 'lost', lost_reason = 'other', lost_note = 'Ada said no'")
    )
    evidence = text(
        "SELECT score, threshold, recommendation, reason, business_domain, assessment_id,"
        " handed_off_by_id, created_at FROM sales WHERE id = :id"
    )
    frozen = db_session.execute(evidence, {"id": sale_id}).one()
    history = events(db_session, lead.id)
    before = reload(lead)
    assert erase_lead(lead.id, actor=by, now=NOW) is True

    after = reload(lead)
    assert changed(before, after) == {*PERSON, "version", "erased_at"}
    assert {getattr(after, field) for field in PERSON if field != "attributes"} == {None}
    assert (after.attributes, after.erased_at) == ({}, NOW)
    for statement in (
        "SELECT note FROM activities WHERE lead_id = :id",
        "SELECT lost_note FROM sales WHERE lead_id = :id",
    ):
        assert db_session.scalars(text(statement), {"id": lead.id}).all() == [None]
    found = "SELECT count(*) FROM lead_search WHERE lead_id = :id AND text <> ''"
    assert db_session.scalar(text(found), {"id": lead.id}) == 0
    [assessment] = db_session.execute(
        text("SELECT inputs, inputs_hash, score FROM assessments WHERE lead_id = :id"),
        {"id": lead.id},
    ).all()
    assert (assessment.inputs, len(assessment.inputs_hash)) == ({}, 64)
    assert assessment.score == frozen.score
    assert db_session.execute(evidence, {"id": sale_id}).one() == frozen
    *kept, erased = events(db_session, lead.id)
    assert kept == history
    assert (erased["kind"], erased["actor_id"], erased["data"]) == ("lead_erased", by.id, {})


def test_erasing_forgets_the_words_of_a_loss(actor: MakeActor) -> None:
    lead, by = make_lead(), actor(Role.ADMIN)
    move(lead.id, LeadStage.LOST, actor=by, now=NOW, lost_reason="other", lost_note="Ada moved")
    erase_lead(lead.id, actor=by, now=NOW)
    after = reload(lead)
    assert (after.lost_reason, after.lost_note) == ("other", None)


def test_erasing_a_second_time_changes_nothing(actor: MakeActor, db_session: Session) -> None:
    by, lead = actor(Role.ADMIN), make_ready_lead(**PERSON)
    assert erase_lead(lead.id, actor=by, now=NOW) is True
    before, history = reload(lead), events(db_session, lead.id)
    assert erase_lead(lead.id, actor=by, now=NOW) is False
    assert reload(lead) == before
    assert events(db_session, lead.id) == history


def test_an_erased_lead_can_be_worked_on(actor: MakeActor) -> None:
    by, lead = actor(Role.ADMIN), make_ready_lead(**PERSON)
    erase_lead(lead.id, actor=by, now=NOW)
    assert not reload(lead).stale
    assert analysis.analyze(lead.id, actor=by, now=NOW).ai_score == lead.ai_score
    assert move(lead.id, LeadStage.LOST, actor=by, now=NOW).stage == "lost"


def test_what_is_no_lead_cannot_be_erased(actor: MakeActor) -> None:
    with pytest.raises(LeadNotFound):
        erase_lead(10**12, actor=actor(Role.ADMIN), now=NOW)
