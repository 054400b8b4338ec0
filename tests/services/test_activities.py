"""Logging activities: what counts, whose the lead becomes, and what stays frozen."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from leadapp.errors import InvalidInput, LeadNotFound
from leadapp.permissions import Actor, Role
from leadapp.rules.activities import ActivityKind
from leadapp.rules.values import MAX_ACTIVITY_COUNT
from leadapp.services.activities import NOTE_LIMIT, log_activity
from tests.factories import NOW, make_lead, make_transferred_lead, make_user, reload

MakeActor = Callable[..., Actor]


def logged(session: Session, lead_id: int) -> list[tuple[object, ...]]:
    statement = text(
        "SELECT kind, note, actor_id, created_at FROM activities WHERE lead_id = :id ORDER BY id"
    )
    return [tuple(row) for row in session.execute(statement, {"id": lead_id})]


@pytest.mark.parametrize("kind", ["call", "email", "meeting", "demo"])
def test_an_interaction_is_kept_and_raises_the_count(
    kind: str, actor: MakeActor, db_session: Session
) -> None:
    by, lead = actor(), make_lead(activity_count=3)
    after = log_activity(lead.id, kind, note=" Talked about the offer ", actor=by, now=NOW)
    assert (after.activity_count, after.version) == (4, lead.version + 1)
    assert logged(db_session, lead.id) == [(kind, "Talked about the offer", by.id, NOW)]


def test_a_note_is_kept_and_does_not_count(actor: MakeActor, db_session: Session) -> None:
    by, lead = actor(), make_lead(activity_count=3)
    after = log_activity(lead.id, "note", note="Prefers e-mail", actor=by, now=NOW)
    assert (after.activity_count, after.version) == (3, lead.version + 1)
    assert logged(db_session, lead.id) == [("note", "Prefers e-mail", by.id, NOW)]


def test_an_interaction_makes_the_score_stale_and_a_note_does_not(actor: MakeActor) -> None:
    by, lead = actor(), make_lead(analyzed=True)
    assert not log_activity(lead.id, "note", note="Hm", actor=by, now=NOW).stale
    assert log_activity(lead.id, "call", note=None, actor=by, now=NOW).stale


@pytest.mark.parametrize("stage", ["transferred", "lost"])
@pytest.mark.parametrize("kind", list(ActivityKind))
def test_on_a_final_lead_it_is_logged_and_the_count_stays(
    stage: str, kind: str, actor: MakeActor, db_session: Session
) -> None:
    by = actor()
    lead = make_transferred_lead()[0] if stage == "transferred" else make_lead(stage="lost")
    after = log_activity(lead.id, kind, note="Said thanks", actor=by, now=NOW)
    assert after == lead._replace(version=lead.version + 1)
    assert logged(db_session, lead.id) == [(kind, "Said thanks", by.id, NOW)]


@pytest.mark.parametrize("note", [None, "", " ", "\u200b\n"])
def test_a_note_needs_words_and_a_call_does_not(
    note: str | None, actor: MakeActor, db_session: Session
) -> None:
    by, lead = actor(), make_lead()
    with pytest.raises(InvalidInput) as refusal:
        log_activity(lead.id, "note", note=note, actor=by, now=NOW)
    assert [field for field, _ in refusal.value.errors] == ["note"]
    log_activity(lead.id, "call", note=note, actor=by, now=NOW)
    assert logged(db_session, lead.id) == [("call", None, by.id, NOW)]


@pytest.mark.parametrize(
    ("kind", "note", "field"),
    [
        ("lunch", "Pasta", "kind"),
        ("CALL", None, "kind"),
        ("", None, "kind"),
        ("call", "x" * (NOTE_LIMIT + 1), "note"),
        ("call", "a\x00b", "note"),
        ("call", "a\ud800b", "note"),
    ],
)
def test_what_cannot_be_logged_names_its_field(
    kind: str, note: str | None, field: str, actor: MakeActor
) -> None:
    lead = make_lead()
    with pytest.raises(InvalidInput) as refusal:
        log_activity(lead.id, kind, note=note, actor=actor(), now=NOW)
    assert [name for name, _ in refusal.value.errors] == [field]
    assert reload(lead) == lead


def test_an_unknown_kind_is_refused_with_the_known_ones(actor: MakeActor) -> None:
    with pytest.raises(InvalidInput) as refusal:
        log_activity(make_lead().id, "lunch", note=None, actor=actor(), now=NOW)
    assert refusal.value.errors == (("kind", "must be one of call, email, meeting, demo, note"),)


def test_a_rep_logs_on_own_and_unassigned_leads_which_become_theirs(db_session: Session) -> None:
    rep = make_user(Role.REP)
    me = rep.actor("page")
    own, nobodys = make_lead(owner=rep), make_lead()
    others = make_lead(owner=make_user(Role.REP))
    assert log_activity(own.id, "call", note=None, actor=me, now=NOW).owner_id == rep.id
    assert log_activity(nobodys.id, "note", note="Mine", actor=me, now=NOW).owner_id == rep.id
    with pytest.raises(LeadNotFound):
        log_activity(others.id, "call", note=None, actor=me, now=NOW)
    assert reload(others) == others
    assert logged(db_session, others.id) == []


def test_a_final_lead_without_owner_gets_none_by_a_call(db_session: Session) -> None:
    lead, me = make_lead(stage="lost"), make_user(Role.REP).actor("page")
    assert log_activity(lead.id, "call", note=None, actor=me, now=NOW).owner_id is None


def test_a_manager_takes_no_lead_over_by_a_call(actor: MakeActor) -> None:
    lead = make_lead()
    assert log_activity(lead.id, "call", note=None, actor=actor(), now=NOW).owner_id is None


def test_what_is_no_lead_is_not_found(actor: MakeActor) -> None:
    with pytest.raises(LeadNotFound):
        log_activity(10**12, "call", note=None, actor=actor(), now=NOW)


def test_the_event_points_at_the_activity_and_holds_none_of_its_words(
    actor: MakeActor, db_session: Session
) -> None:
    by, lead = actor(via="api"), make_lead()
    log_activity(lead.id, "meeting", note="Met Ada Novak", actor=by, now=NOW)
    activity_id = db_session.scalar(text("SELECT max(id) FROM activities"))
    row = db_session.execute(
        text(
            "SELECT kind, lead_id, actor_id, via, at, data FROM events"
            " WHERE lead_id = :id ORDER BY id DESC LIMIT 1"
        ),
        {"id": lead.id},
    ).one()
    data = {"activity": "meeting", "activity_id": activity_id}
    assert tuple(row) == ("activity_logged", lead.id, by.id, "api", NOW, data)


def test_a_count_that_is_as_high_as_counts_go_stays_there(actor: MakeActor) -> None:
    lead = make_lead(activity_count=MAX_ACTIVITY_COUNT)
    after = log_activity(lead.id, "call", note=None, actor=actor(), now=NOW)
    assert after.activity_count == MAX_ACTIVITY_COUNT


def test_one_statement(actor: MakeActor, count_statements: list[str]) -> None:
    by, lead = actor(), make_lead()
    count_statements.clear()
    log_activity(lead.id, "call", note="Hello", actor=by, now=NOW)
    assert len(count_statements) == 1
