"""A lead with everything that its page shows."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from leadapp.errors import LeadNotFound
from leadapp.extensions import db
from leadapp.permissions import Actor, Role, command_actor
from leadapp.queries.lead_page import (
    ASSESSMENTS_AT_ONCE,
    EVENTS_AT_ONCE,
    load_assessments,
    load_lead_page,
    load_timeline,
)
from leadapp.queries.lists import load_lists
from leadapp.rules.stages import LeadStage, SaleStage
from leadapp.services import activities, analysis, leads, pipeline, sales
from tests.factories import NOW, make_lead, make_transferred_lead, make_user

MakeActor = Callable[..., Actor]
MACHINE = command_actor()
pytestmark = pytest.mark.usefixtures("db_session")


def test_a_page_takes_four_statements(actor: MakeActor, count_statements: list[str]) -> None:
    lead, _sale_id = make_transferred_lead(name="Ada")
    leads.start_lead_from(lead.id, actor=MACHINE, now=NOW)
    who = actor()
    count_statements.clear()
    page = load_lead_page(lead.id, actor=who)
    assert len(count_statements) == 4
    assert page.lead == lead
    assert page.assessment is not None
    assert page.assessment.id == lead.assessment_id


def test_known_lists_are_not_read_again(actor: MakeActor, count_statements: list[str]) -> None:
    lead, who, lists = make_lead(analyzed=True), actor(), load_lists()
    count_statements.clear()
    assert load_lead_page(lead.id, actor=who, lists=lists).lists is lists
    assert len(count_statements) == 3


def test_a_lead_without_anything_has_a_page(actor: MakeActor) -> None:
    page = load_lead_page(make_lead().id, actor=actor())
    assert (page.sale, page.assessment, page.assessment_count, page.advice) == (None, None, 0, [])
    assert (page.started_from, page.started, page.lost_from) == (None, [], None)
    assert [row.kind for row in page.timeline.rows] == ["lead_created"]


@pytest.mark.parametrize("whose", ["own", "nobody's"])
def test_a_rep_sees_own_and_unassigned_leads(whose: str) -> None:
    rep = make_user(Role.REP)
    lead = make_lead(owner=rep if whose == "own" else None)
    assert load_lead_page(lead.id, actor=rep.actor("page")).lead.id == lead.id


def test_a_rep_does_not_find_the_leads_of_others(actor: MakeActor) -> None:
    lead = make_lead(owner=make_user(Role.REP))
    with pytest.raises(LeadNotFound):
        load_lead_page(lead.id, actor=actor(Role.REP))
    with pytest.raises(LeadNotFound):
        load_timeline(lead.id, actor=actor(Role.REP), before=2**62)


def test_the_timeline_pages_without_gap_or_repetition(actor: MakeActor) -> None:
    lead, who = make_lead(), actor()
    for number in range(EVENTS_AT_ONCE + 4):
        activities.log_activity(lead.id, "note", note=str(number), actor=who, now=NOW)
    first = load_lead_page(lead.id, actor=who).timeline
    assert first.before is not None
    rest = load_timeline(lead.id, actor=who, before=first.before)
    notes = [row.note for row in (*first.rows, *rest.rows)]
    assert notes == [*(str(n) for n in reversed(range(EVENTS_AT_ONCE + 4))), None]
    assert (len(first.rows), rest.before) == (EVENTS_AT_ONCE, None)


def test_a_page_that_is_just_full_offers_no_more(actor: MakeActor) -> None:
    lead, who = make_lead(), actor()
    for _ in range(EVENTS_AT_ONCE - 1):
        activities.log_activity(lead.id, "call", note=None, actor=who, now=NOW)
    timeline = load_lead_page(lead.id, actor=who).timeline
    assert (len(timeline.rows), timeline.before) == (EVENTS_AT_ONCE, None)


def test_earlier_assessments_follow_the_latest(
    actor: MakeActor, count_statements: list[str]
) -> None:
    lead, who = make_lead(), actor()
    for minutes in range(ASSESSMENTS_AT_ONCE + 3):
        analysis.analyze(lead.id, actor=who, now=NOW + timedelta(minutes=minutes))
    page = load_lead_page(lead.id, actor=who)
    assert page.assessment is not None
    assert page.assessment.created_at == NOW + timedelta(minutes=ASSESSMENTS_AT_ONCE + 2)
    assert page.assessment.requested_by_id == who.id
    assert page.assessment_count == ASSESSMENTS_AT_ONCE + 3
    count_statements.clear()
    first = load_assessments(lead.id, actor=who, before=page.assessment.id)
    assert len(count_statements) == 1
    assert first.before is not None
    rest = load_assessments(lead.id, actor=who, before=first.before)
    assert rest.before is None
    minutes_ago = [(row.created_at - NOW).seconds // 60 for row in (*first.rows, *rest.rows)]
    assert minutes_ago == list(reversed(range(ASSESSMENTS_AT_ONCE + 2)))


def test_the_earlier_assessments_of_other_reps_leads_are_not_there(actor: MakeActor) -> None:
    lead = make_lead(owner=make_user(Role.REP), analyzed=True)
    with pytest.raises(LeadNotFound):
        load_assessments(lead.id, actor=actor(Role.REP), before=2**62)
    assert load_assessments(make_lead().id, actor=actor(), before=1).rows == []


def test_the_page_knows_what_the_assessment_knew(actor: MakeActor) -> None:
    lead, admin = make_lead(attributes={"Rank": 3}, analyzed=True), actor("admin")
    page = load_lead_page(lead.id, actor=admin)
    assert page.scored_attributes == {"Rank": 3}
    assert (page.model_id, page.latest_training) == (None, None)
    leads.erase_lead(lead.id, actor=admin, now=NOW)
    assert load_lead_page(lead.id, actor=admin).scored_attributes is None


def test_leads_that_were_started_from_one_another_know_each_other(actor: MakeActor) -> None:
    who = actor()
    old = make_lead(stage="lost", name="Ada")
    new = leads.start_lead_from(old.id, actor=who, now=NOW)
    assert load_lead_page(old.id, actor=who).started == [(new.id, "Ada")]
    assert load_lead_page(new.id, actor=who).started_from == (old.id, "Ada")


def test_a_rep_does_not_see_relatives_of_others() -> None:
    rep = make_user(Role.REP)
    old = make_lead(stage="lost", owner=make_user(Role.REP), name="Ada")
    new = leads.start_lead_from(old.id, actor=MACHINE, now=NOW)
    leads.assign_lead(new.id, rep.id, actor=MACHINE, now=NOW)
    page = load_lead_page(new.id, actor=rep.actor("page"))
    assert (page.started_from, page.lead.started_from_id) == (None, old.id)


def test_the_stage_that_a_lead_was_lost_in(actor: MakeActor) -> None:
    lead, who = make_lead(stage="contacted"), actor()
    pipeline.move(lead.id, LeadStage.LOST, actor=who, now=NOW)
    page = load_lead_page(lead.id, actor=who)
    assert (page.lost_from, page.restartable) == ("contacted", True)


def test_a_sale_of_somebody_else_shows_its_evidence_alone() -> None:
    owner, salesperson = make_user(Role.REP), make_user(Role.REP)
    lead, sale_id = make_transferred_lead(owner)
    db.session.execute(
        db.text("UPDATE sales SET owner_id = :owner WHERE id = :id"),
        {"owner": salesperson.id, "id": sale_id},
    )
    sales.move_sale(sale_id, SaleStage.KYC, actor=salesperson.actor("page"), now=NOW)
    page = load_lead_page(lead.id, actor=owner.actor("page"))
    assert page.sale is not None
    assert (page.sale.id, page.sale.score, page.sale_visible) == (sale_id, lead.ai_score, False)
    assert "sale_stage_changed" not in [row.kind for row in page.timeline.rows]


def test_a_sale_tells_its_moves_to_those_who_may_see_it(actor: MakeActor) -> None:
    lead, sale_id = make_transferred_lead()
    sales.move_sale(sale_id, SaleStage.LOST, actor=MACHINE, now=NOW)
    page = load_lead_page(lead.id, actor=actor())
    assert (page.sale_visible, page.restartable) == (True, True)
    assert page.timeline.rows[0].kind == "sale_stage_changed"
