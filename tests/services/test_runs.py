"""Runs: started in a transaction, taken up, ended in every way."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from leadapp.errors import RunNotFound
from leadapp.extensions import db
from leadapp.models import LeadAssessment, Run
from leadapp.permissions import Actor, Role, command_actor
from leadapp.queries.runs import get_run, latest_run
from leadapp.rules.activities import ActivityKind
from leadapp.rules.stages import LeadStage
from leadapp.services import analysis_runs, runs
from leadapp.services.activities import log_activity
from leadapp.services.analysis_runs import Part, prepare_part, store_part
from leadapp.services.pipeline import move
from leadapp.services.runs import RunCancelled, RunTakenOver
from tests.factories import NOW, make_lead, make_user, reload

MakeActor = Callable[..., Actor]
MACHINE = command_actor()
JOBS = text("SELECT task_name, args, priority FROM procrastinate_jobs ORDER BY id")


def start(
    kind: runs.Kind = "analyze", params: dict[str, object] | None = None, actor: Actor = MACHINE
) -> Run:
    run = runs.start(kind, params or {"all": True}, actor=actor, now=NOW)
    db.session.commit()
    return run


def begun(run_id: int) -> Run:
    run = runs.begin(run_id, now=NOW)
    assert run is not None
    return run


def next_part(run: Run) -> Part:
    """The part that the run comes to next."""
    position, actor = run.position, runs.actor_of(run)
    return prepare_part(run.id, run.params, after=position, actor=actor, now=NOW)


def analyze(run: Run) -> None:
    """Do all of the run that is left."""
    analysis_runs.count_leads(run.id, run.attempt)
    while run.status == "running":
        store_part(run.id, run.attempt, next_part(run), now=NOW)
        db.session.commit()


def test_a_run_and_its_job_are_one_transaction(db_session: Session, actor: MakeActor) -> None:
    manager = actor("manager")
    run = runs.start("analyze", {"stale": True}, actor=manager, now=NOW)
    assert db_session.execute(JOBS).one() == ("analyze", {"run_id": run.id}, 0)
    assert (run.status, run.started_by_id, run.via) == ("queued", manager.id, "page")
    db_session.rollback()
    assert db_session.execute(JOBS).all() == []
    assert db_session.scalars(select(Run)).all() == []


def test_only_the_same_work_is_joined(db_session: Session) -> None:
    of_few = runs.start("analyze", {"ids": [1]}, actor=command_actor(), now=NOW).id
    of_all = runs.start_once("analyze", {"all": True}, actor=command_actor(), now=NOW)
    again = runs.start_once("analyze", {"all": True}, actor=command_actor(), now=NOW)
    assert (of_all != of_few, again) == (True, of_all)
    runs.cancel(of_all, actor=command_actor(), now=NOW)
    assert runs.start_once("analyze", {"all": True}, actor=command_actor(), now=NOW) != of_all


def test_of_many_who_ask_at_once_one_starts_it(fresh_app: Flask) -> None:
    def ask(_: int) -> int:
        with fresh_app.app_context():
            run_id = runs.start_once("train", {}, actor=command_actor(), now=NOW)
            db.session.commit()
            return run_id

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(ask, range(4)))) == 1


def test_advice_goes_first(db_session: Session) -> None:
    start("train")
    start("advise", {"lead_id": 1})
    assert [(row.task_name, row.priority) for row in db_session.execute(JOBS)] == [
        ("train", 0),
        ("advise", 10),
    ]


@pytest.mark.parametrize(
    ("params", "scored"),
    [
        ({"all": True}, "abcd"),
        ({"ids": "abz"}, "ab"),
        ({"filter": {"owner": "none", "score_max": "1", "sort": "age"}}, "b"),
        ({"leads": {"source": "Partner"}}, "cd"),
        ({"leads": {"score_max": "1.0", "stage": "contacted"}}, "b"),
        ({"leads": {"owner_id": "rep"}}, "d"),
        ({"stale": True}, "b"),
    ],
    ids=str,
)
def test_it_scores_the_leads_it_is_about(
    db_session: Session, params: dict[str, object], scored: str
) -> None:
    rep = make_user(Role.REP)
    leads = {
        "a": make_lead(),
        "b": make_lead(stage="contacted", analyzed=True),
        "c": make_lead(source="partner"),
        "d": make_lead(source="partner", owner=rep),
        "z": make_lead(stage="lost"),
    }
    db_session.execute(
        text("UPDATE leads SET activity_count = 5 WHERE id = :id"), {"id": leads["b"].id}
    )
    if "ids" in params:
        params = {"ids": [leads[name].id for name in str(params["ids"])]}
    if params.get("leads") == {"owner_id": "rep"}:
        params = {"leads": {"owner_id": str(rep.id)}}
    before = {name: lead.version for name, lead in leads.items()}
    run = start("analyze", params)
    analyze(begun(run.id))
    changed = {name for name, lead in leads.items() if reload(lead).version > before[name]}
    assert changed == set(scored)
    view = get_run(run.id, actor=MACHINE, now=NOW)
    assert (view.status, view.total, view.done) == ("done", len(scored), len(scored))
    assert (view.rest, view.percent) == (0, 100)


def test_a_reps_run_is_about_what_the_rep_sees(db_session: Session) -> None:
    rep, other = make_user(Role.REP), make_user(Role.REP)
    own, theirs, nobodys = make_lead(owner=rep), make_lead(owner=other), make_lead()
    run = start(actor=rep.actor("page"))
    analyze(begun(run.id))
    assert [reload(lead).ai_score is None for lead in (own, theirs, nobodys)] == [
        False,
        True,
        False,
    ]


def test_it_goes_on_where_it_was_and_scores_nothing_twice(
    db_session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analysis_runs, "BATCH", 2)
    leads = [make_lead() for _ in range(5)]
    run = begun(start().id)
    analysis_runs.count_leads(run.id, 1)
    store_part(run.id, 1, next_part(run), now=NOW)
    db_session.commit()
    assert (run.done, run.position, run.total) == (2, leads[1].id, 5)
    # Its worker dies in the middle of the next part.
    store_part(run.id, 1, next_part(run), now=NOW)
    db_session.rollback()
    again = begun(run.id)
    assert (again.attempt, again.done, again.position) == (2, 2, leads[1].id)
    analyze(again)
    each = select(func.count(LeadAssessment.id)).group_by(LeadAssessment.lead_id)
    assert db_session.scalars(each).all() == [1] * 5


def test_what_changes_after_it_was_read_is_scored_as_it_is(db_session: Session) -> None:
    changed, closed = make_lead(), make_lead()
    run = begun(start().id)
    part = next_part(run)
    log_activity(changed.id, ActivityKind.CALL, note=None, actor=MACHINE, now=NOW)
    move(closed.id, LeadStage.LOST, actor=MACHINE, now=NOW)
    db_session.commit()
    store_part(run.id, 1, part, now=NOW)
    assert (run.status, run.done, run.failed) == ("done", 1, 1)
    assert not reload(changed).stale
    assert reload(closed).ai_score is None


def test_a_part_is_stored_where_the_run_is_and_nowhere_else(db_session: Session) -> None:
    make_lead()
    run = begun(start().id)
    part = next_part(run)
    run.position = 1
    db_session.flush()
    with pytest.raises(RunTakenOver):
        store_part(run.id, 1, part, now=NOW)


def test_the_worker_that_was_thought_dead_finds_that_it_is(db_session: Session) -> None:
    lead = make_lead()
    run = begun(start().id)
    part = next_part(run)
    begun(run.id)
    with pytest.raises(RunTakenOver):
        analysis_runs.count_leads(run.id, 1)
    with pytest.raises(RunTakenOver):
        store_part(run.id, 1, part, now=NOW)
    with pytest.raises(RunTakenOver):
        runs.finish(run.id, 1, {}, now=NOW)
    with pytest.raises(RunTakenOver):
        runs.report(run.id, 1, done=5, total=10)
    assert reload(lead).ai_score is None


def test_cancelling_a_run_under_way_ends_it_with_the_next_part(db_session: Session) -> None:
    run = begun(start().id)
    runs.cancel(run.id, actor=MACHINE, now=NOW)
    with pytest.raises(RunCancelled):
        runs.advance(run.id, 1)
    with pytest.raises(RunCancelled):
        runs.report(run.id, 1, done=1, total=2)
    # Its worker died before it saw that.
    assert runs.begin(run.id, now=NOW) is None
    assert get_run(run.id, actor=MACHINE, now=NOW).status == "cancelled"


def test_what_interrupts_every_worker_is_given_up(
    db_session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "MOST_ATTEMPTS", 2)
    run_id = start().id
    begun(run_id)
    begun(run_id)
    assert runs.begin(run_id, now=NOW) is None
    view = get_run(run_id, actor=MACHINE, now=NOW)
    assert view.status == "failed"
    assert view.error == "It was interrupted 2 times, so it was given up; what was done is kept."


def test_a_run_that_is_over_stays_what_it_is(db_session: Session) -> None:
    run_id = start().id
    begun(run_id)
    runs.finish(run_id, 1, {"analyzed": 0}, now=NOW)
    runs.fail(run_id, "Too late.", now=NOW)
    runs.end_cancelled(run_id, now=NOW)
    runs.cancel(run_id, actor=MACHINE, now=NOW)
    view = get_run(run_id, actor=MACHINE, now=NOW)
    assert (view.status, view.error, view.result) == ("done", None, {"analyzed": 0})


def test_the_time_left_is_a_guess_from_the_time_taken(db_session: Session) -> None:
    run = begun(start("import_history").id)
    runs.report(run.id, 1, done=30, total=90)
    soon, later = NOW + timedelta(seconds=0.5), NOW + timedelta(seconds=10)
    assert get_run(run.id, actor=MACHINE, now=soon).seconds_left is None
    assert get_run(run.id, actor=MACHINE, now=later).seconds_left == 20


def test_the_latest_run_of_a_kind(db_session: Session, actor: MakeActor) -> None:
    rep = actor("rep")
    assert latest_run("train", actor=MACHINE, now=NOW) is None
    first, second = start("train"), start("train")
    found = latest_run("train", actor=MACHINE, now=NOW)
    assert found is not None
    assert found.id == second.id
    runs.cancel(second.id, actor=MACHINE, now=NOW)
    found = latest_run("train", actor=MACHINE, now=NOW, active_only=True)
    assert found is not None
    assert found.id == first.id
    assert latest_run("train", actor=rep, now=NOW) is None


def test_somebody_elses_run_is_not_found_by_a_rep(db_session: Session, actor: MakeActor) -> None:
    run_id = start().id
    for act in (
        lambda: get_run(run_id, actor=actor("rep"), now=NOW),
        lambda: runs.cancel(run_id, actor=actor("rep"), now=NOW),
    ):
        with pytest.raises(RunNotFound):
            act()


def test_a_run_without_a_job_gets_one_unless_somebody_does_it_by_hand(fresh_app: Flask) -> None:
    with fresh_app.app_context():
        run = runs.start("analyze", {"all": True}, actor=MACHINE, now=NOW, enqueued=False)
        with runs.by_hand(run.id):
            db.session.commit()
            assert runs.adopt_orphans() == 0
            db.session.commit()
        assert runs.adopt_orphans() == 1
        db.session.commit()
        assert runs.adopt_orphans() == 0
        assert db.session.execute(JOBS).one().args == {"run_id": run.id}
        db.session.remove()
