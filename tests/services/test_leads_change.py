"""Changing leads."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from leadapp.errors import (
    InvalidInput,
    LeadIsFinal,
    LeadNotFound,
    VersionConflict,
)
from leadapp.extensions import db
from leadapp.permissions import Actor, Role, command_actor
from leadapp.rules.stages import LeadStage
from leadapp.services import analysis, leads
from leadapp.services.activities import log_activity
from leadapp.services.leads import create_lead, erase_lead, update_lead
from leadapp.services.lists import set_domains_closed
from leadapp.services.pipeline import move
from tests.factories import (
    NOW,
    make_lead,
    make_user,
    reload,
    source_id,
)
from tests.services.lead_cases import PERSON, changed, events, final_lead

MakeActor = Callable[..., Actor]


@pytest.mark.parametrize("field", PERSON)
def test_a_field_is_changed_and_nothing_else(field: str, actor: MakeActor) -> None:
    lead = make_lead()
    after = update_lead(lead.id, {field: PERSON[field]}, actor=actor(), now=NOW)
    assert getattr(after, field) == PERSON[field]
    assert changed(lead, after) == {field, "version"}
    assert after.version == lead.version + 1
    assert reload(lead) == after


@pytest.mark.parametrize("field", ["name", "email", "notes", "external_id", "follow_up_on"])
def test_nothing_clears_a_field(field: str, actor: MakeActor) -> None:
    lead = make_lead(**PERSON)
    empty = None if field == "follow_up_on" else " "
    assert getattr(update_lead(lead.id, {field: empty}, actor=actor(), now=NOW), field) is None


def test_the_source_is_one_of_the_list(actor: MakeActor) -> None:
    lead = make_lead()
    assert update_lead(lead.id, {"source": " Partner "}, actor=actor(), now=NOW).source == "partner"
    for wrong in ("pigeon", "", None):
        with pytest.raises(InvalidInput):
            update_lead(lead.id, {"source": wrong}, actor=actor(), now=NOW)


def test_a_domain_joins_the_list_is_found_again_and_can_be_removed(actor: MakeActor) -> None:
    by, lead = actor(), make_lead()
    assert update_lead(lead.id, {"business_domain": "Space"}, actor=by, now=NOW).business_domain
    found = update_lead(lead.id, {"business_domain": " SPACE "}, actor=by, now=NOW)
    assert found.business_domain == "Space"
    removed = update_lead(lead.id, {"business_domain": " "}, actor=by, now=NOW)
    assert (removed.business_domain, removed.business_domain_id) == (None, None)
    set_domains_closed(True, actor=by, now=NOW)
    with pytest.raises(InvalidInput):
        update_lead(lead.id, {"business_domain": "Time travel"}, actor=by, now=NOW)


def test_a_change_of_an_input_makes_the_score_stale(actor: MakeActor) -> None:
    by = actor()
    for change in ({"source": "partner"}, {"business_domain": "Retail"}):
        lead = make_lead(analyzed=True)
        assert update_lead(lead.id, change, actor=by, now=NOW).stale
    kept = make_lead(analyzed=True)
    assert not update_lead(kept.id, {"name": "Ada"}, actor=by, now=NOW).stale


@pytest.mark.parametrize(
    "values", [{}, {"stage": "lost"}, {"ai_score": 1}, {"activity_count": 9}, {"version": 9}]
)
def test_what_is_not_for_editing_is_left_alone(values: dict[str, Any], actor: MakeActor) -> None:
    lead = make_lead()
    assert update_lead(lead.id, values, actor=actor(), now=NOW) == lead
    assert reload(lead) == lead


def test_an_edit_never_undoes_what_others_did_meanwhile(
    fresh_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The statement is about to run when another session scores, logs and moves the lead."""
    machine = command_actor()
    build = leads._update_statement

    def meanwhile(columns: Any) -> Any:
        with fresh_app.app_context():
            log_activity(lead.id, "call", note=None, actor=machine, now=NOW)
            analysis.analyze(lead.id, actor=machine, now=NOW)
            move(lead.id, LeadStage.CONTACTED, actor=machine, now=NOW)
            db.session.commit()
        return build(columns)

    with fresh_app.app_context():
        lead = make_lead()
        monkeypatch.setattr(leads, "_update_statement", meanwhile)
        after = update_lead(lead.id, {"notes": "Rang twice"}, actor=machine, now=NOW)
        db.session.commit()
        assert (after.notes, after.stage, after.activity_count) == ("Rang twice", "contacted", 1)
        assert after.ai_score == Decimal("0.45")
        assert after.version == lead.version + 4


@pytest.mark.parametrize("stage", ["transferred", "lost"])
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"source": "scanner"}, "source"),
        ({"business_domain": "Mining"}, "business_domain"),
        ({"business_domain": None, "name": "Ada"}, "business_domain"),
    ],
)
def test_on_a_final_lead_source_and_domain_are_frozen(
    stage: str, change: dict[str, Any], field: str, actor: MakeActor
) -> None:
    lead = final_lead(stage)
    with pytest.raises(LeadIsFinal) as refusal:
        update_lead(lead.id, change, actor=actor(), now=NOW)
    assert refusal.value.details == {"stage": stage, "fields": [field]}
    assert reload(lead) == lead


@pytest.mark.parametrize("stage", ["transferred", "lost"])
def test_on_a_final_lead_contact_and_notes_stay_open(stage: str, actor: MakeActor) -> None:
    lead = final_lead(stage)
    after = update_lead(lead.id, PERSON, actor=actor(), now=NOW)
    assert changed(lead, after) == {*PERSON, "version"}


def test_a_reps_note_on_a_final_lead_takes_it_over_from_nobody(db_session: Session) -> None:
    lead, me = make_lead(stage="lost"), make_user(Role.REP).actor("page")
    assert update_lead(lead.id, {"notes": "Hm"}, actor=me, now=NOW).owner_id is None


def test_a_rep_edits_own_and_unassigned_leads_which_become_theirs(db_session: Session) -> None:
    rep = make_user(Role.REP)
    me = rep.actor("page")
    own, nobodys = make_lead(owner=rep), make_lead()
    others = make_lead(owner=make_user(Role.REP))
    for lead in (own, nobodys):
        assert update_lead(lead.id, {"notes": "Mine"}, actor=me, now=NOW).owner_id == rep.id
    for change in ({"notes": "Mine"}, {}):
        with pytest.raises(LeadNotFound):
            update_lead(others.id, change, actor=me, now=NOW)
    assert reload(others) == others


def test_a_change_made_for_another_version_is_a_conflict(actor: MakeActor) -> None:
    by, lead = actor(), make_lead()
    with pytest.raises(VersionConflict) as refusal:
        update_lead(lead.id, {"notes": "x"}, actor=by, now=NOW, version=lead.version + 1)
    assert refusal.value.details == {"expected": lead.version + 1, "present": lead.version}
    assert update_lead(lead.id, {"notes": "x"}, actor=by, now=NOW, version=lead.version).notes


def test_what_cannot_be_accepted_names_every_field(actor: MakeActor) -> None:
    lead = make_lead()
    wrong = {"name": "x" * 201, "email": "ada", "phone": "1\x002", "follow_up_on": "soon"}
    with pytest.raises(InvalidInput) as refusal:
        update_lead(lead.id, wrong, actor=actor(), now=NOW)
    assert sorted(dict(refusal.value.errors)) == sorted(wrong)
    assert reload(lead) == lead


def test_an_external_id_that_another_lead_has_is_refused(
    actor: MakeActor, db_session: Session
) -> None:
    by, lead = actor(), make_lead()
    make_lead(external_id="crm-1")
    with pytest.raises(InvalidInput) as refusal, db_session.begin_nested():
        update_lead(lead.id, {"external_id": "crm-1"}, actor=by, now=NOW)
    assert [field for field, _ in refusal.value.errors] == ["external_id"]


def test_one_statement_or_two_with_a_list(actor: MakeActor, count_statements: list[str]) -> None:
    by, lead = actor(), make_lead()
    count_statements.clear()
    update_lead(lead.id, {"notes": "x", "name": "Ada"}, actor=by, now=NOW)
    assert len(count_statements) == 1
    update_lead(lead.id, {"source": "partner"}, actor=by, now=NOW)
    assert len(count_statements) == 3


def test_the_event_names_the_fields_and_tells_ids_alone(
    actor: MakeActor, db_session: Session
) -> None:
    by, lead = actor(via="api"), make_lead(name="Ada")
    domain = make_lead(business_domain="Retail")
    change = {"name": "Ada Novak", "source": "partner", "business_domain": "Retail"}
    update_lead(lead.id, change, actor=by, now=NOW)
    event = events(db_session, lead.id)[-1]
    assert (event["kind"], event["actor_id"], event["via"]) == ("lead_changed", by.id, "api")
    assert event["data"] == {
        "fields": ["business_domain", "name", "source"],
        "source_id": [source_id("manual"), source_id("partner")],
        "business_domain_id": [None, domain.business_domain_id],
    }


def test_no_event_of_a_lead_holds_anything_of_the_person(
    actor: MakeActor, db_session: Session
) -> None:
    by = actor()
    lead = create_lead({"source": "manual", **PERSON}, actor=by, now=NOW)
    for field, value in PERSON.items():
        update_lead(lead.id, {field: None if field == "follow_up_on" else value}, actor=by, now=NOW)
    log_activity(lead.id, "call", note="Ada Novak wants an offer", actor=by, now=NOW)
    analysis.analyze(lead.id, actor=by, now=NOW)
    move(
        lead.id, LeadStage.LOST, actor=by, now=NOW, lost_reason="other", lost_note="Ada moved away"
    )
    leads.start_lead_from(lead.id, actor=by, now=NOW)
    erase_lead(lead.id, actor=by, now=NOW)
    written = json.dumps([e["data"] for e in events(db_session, lead.id)]).casefold()
    words = ["ada", "novak", "kestrel", "7946", "fair", "crm-4711", "mumbai", "moved", "2026-04"]
    assert [word for word in words if word in written] == []
