"""The worker as a process: killed, stopped, without its database."""

import os
import signal

import pytest
from flask import Flask
from sqlalchemy import text

from leadapp.extensions import db
from leadapp.permissions import command_actor
from leadapp.services import runs
from tests.factories import NOW
from tests.jobs.conftest import Ask
from tests.jobs.workers import stop, wait_until, worker

ADD_LEADS = text("""
    INSERT INTO leads (source_id, activity_count)
    SELECT (SELECT min(id) FROM sources), n % 7 FROM generate_series(1, :count) n
""")


def start_run(leads: int) -> int:
    """Start a run over so many new leads, and have it committed."""
    db.session.execute(ADD_LEADS, {"count": leads})
    run = runs.start("analyze", {"all": True}, actor=command_actor(), now=NOW)
    db.session.commit()
    return run.id


def scored_once(ask: Ask, run_id: int, leads: int) -> bool:
    """Whether each lead was scored, and once."""
    assert ask("SELECT status FROM runs WHERE id = :id", id=run_id) == "done"
    assert ask("SELECT done FROM runs WHERE id = :id", id=run_id) == leads
    assert ask("SELECT count(DISTINCT lead_id) FROM assessments") == leads
    assert ask("SELECT count(*) FROM events WHERE kind = 'analyzed'") == leads
    return bool(ask("SELECT count(*) FROM assessments WHERE run_id = :id", id=run_id) == leads)


# More by hand: TRIAL_LEADS=10000 pytest tests/jobs/test_worker.py -k killed
@pytest.mark.parametrize("leads", [int(os.environ.get("TRIAL_LEADS", "1500"))])
def test_a_worker_killed_three_times_scores_each_lead_once(
    fresh_app: Flask, url: str, ask: Ask, leads: int
) -> None:
    run_id = start_run(leads)
    for share in (0.2, 0.45, 0.7):
        with worker(url) as process:
            wait_until(lambda: ask("SELECT done FROM runs") >= share * leads)  # noqa: B023
            process.send_signal(signal.SIGKILL)
            process.wait()
    assert ask("SELECT status FROM runs") == "running"
    with worker(url):
        wait_until(lambda: ask("SELECT status FROM runs") != "running")
        assert scored_once(ask, run_id, leads)
        assert ask("SELECT attempt FROM runs") == 4
        wait_until(lambda: ask("SELECT count(*) FROM procrastinate_jobs") == 0)


def test_of_two_workers_one_runs_a_job(fresh_app: Flask, url: str, ask: Ask) -> None:
    with worker(url) as one, worker(url) as other:
        wait_until(lambda: ask("SELECT count(*) FROM procrastinate_workers") == 2)
        run_id = start_run(500)
        wait_until(lambda: ask("SELECT status FROM runs") == "done")
        assert scored_once(ask, run_id, 500)
        assert ask("SELECT attempt FROM runs") == 1
        assert [stop(one), stop(other)] == [(0, ""), (0, "")]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_stops_hands_its_job_back(
    fresh_app: Flask, url: str, ask: Ask, number: int
) -> None:
    run_id = start_run(2_000)
    with worker(url) as process:
        wait_until(lambda: ask("SELECT done FROM runs") >= 50)
        assert stop(process, number) == (0, "")
    assert ask("SELECT status FROM runs") == "running"
    assert ask("SELECT status FROM procrastinate_jobs") == "todo"
    assert ask("SELECT count(*) FROM procrastinate_workers") == 0
    with worker(url, batch=1_000):
        wait_until(lambda: ask("SELECT status FROM runs") == "done")
    assert scored_once(ask, run_id, 2_000)


def test_a_worker_survives_its_connections(fresh_app: Flask, url: str, ask: Ask) -> None:
    run_id = start_run(2_000)
    with worker(url) as process:
        wait_until(lambda: ask("SELECT done FROM runs") >= 50)
        ended = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        ask(f"{ended} WHERE application_name = 'leadapp worker' AND datname = current_database()")
        wait_until(lambda: ask("SELECT status FROM runs") != "running")
        assert scored_once(ask, run_id, 2_000)
        status, said = stop(process)
    assert status == 0
    assert "Traceback" not in said


def test_runs_without_a_job_are_found(fresh_app: Flask, url: str, ask: Ask) -> None:
    start_run(100)
    ask("WITH gone AS (DELETE FROM procrastinate_jobs) SELECT 1")
    with worker(url):
        wait_until(lambda: ask("SELECT status FROM runs") == "done")
