"""The tasks: one for each kind of run, the nightly ones, and training in a process of its own."""

import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from importlib import resources
from typing import get_args

import pytest
from flask import Flask
from procrastinate import JobContext
from procrastinate.jobs import Job
from sqlalchemy import select, text

from leadapp.config import PROJECT_ROOT
from leadapp.extensions import db
from leadapp.jobs import nightly, train
from leadapp.jobs import worker as worker_module
from leadapp.jobs.execution import HandedBack
from leadapp.jobs.registry import Worker, tasks
from leadapp.models import Run, Upload
from leadapp.permissions import command_actor
from leadapp.queries.closings import closed_since_training
from leadapp.services import runs
from leadapp.services.old_uploads import KEPT, remove_old_uploads
from leadapp.web.clock import utc_now
from tests.conftest import settings_for
from tests.factories import NOW, make_lead, make_user
from tests.jobs.conftest import Ask
from tests.jobs.workers import wait_until, worker

SLEEPING = [sys.executable, "-c", "import time; time.sleep(60)"]
FAILING = [sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"]


@pytest.fixture
def context(fresh_app: Flask, url: str) -> Iterator[JobContext]:
    """What a task is given, on the test's database."""
    job = Job(id=1, queue="default", lock=None, queueing_lock=None, task_name="any")
    given = Worker(fresh_app, settings_for(url), threading.Event())
    app = worker_module.procrastinate_app(given.settings)
    context = JobContext(
        app=app,
        job=job,
        start_timestamp=0.0,
        additional_context={"worker": given},
        abort_reason=lambda: None,
    )
    with fresh_app.app_context():
        yield context
        db.session.remove()


def start_training() -> int:
    run = runs.start("train", {}, actor=command_actor(), now=NOW)
    db.session.commit()
    return run.id


def test_there_is_a_task_for_each_kind_of_run() -> None:
    assert set(get_args(runs.Kind)) <= tasks.tasks.keys()


def test_the_tables_are_those_of_the_library() -> None:
    """A later version of the library needs a migration of ours."""
    ours = PROJECT_ROOT / "migrations" / "versions" / "0008_procrastinate.sql"
    theirs = resources.files("procrastinate.sql") / "schema.sql"
    assert ours.read_text() == theirs.read_text()


def test_training_leaves_nothing_in_the_worker(fresh_app: Flask, url: str, ask: Ask) -> None:
    start_training()
    with worker(url):
        wait_until(lambda: ask("SELECT status FROM runs") not in {"queued", "running"})
    assert ask("SELECT concat(status, ': ', error) FROM runs") == "done: "
    # Nothing was ever closed, so there is nothing to learn from.
    assert ask("SELECT status FROM scoring_models") == "refused"
    assert ask("SELECT result ->> 'status' FROM runs") == "refused"


def test_a_training_can_be_cancelled(
    context: JobContext, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train, "CANCEL_SECONDS", 0)
    monkeypatch.setattr(train, "_command", lambda _run_id: SLEEPING)
    run_id = start_training()
    runs.begin(run_id, now=NOW)
    runs.cancel(run_id, actor=command_actor(), now=NOW)
    db.session.commit()
    train.train.func(context, run_id)
    assert ask("SELECT status FROM runs") == "cancelled"


def test_a_training_that_the_system_ends_says_so(
    context: JobContext, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train, "_command", lambda _run_id: FAILING)
    train.train.func(context, start_training())
    assert ask("SELECT concat(status, ': ', error) FROM runs") == f"failed: {train.KILLED}"


def test_a_worker_that_stops_ends_its_training(
    context: JobContext, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train, "_command", lambda _run_id: SLEEPING)
    context.additional_context["worker"].stopping.set()
    with pytest.raises(HandedBack):
        train.train.func(context, start_training())
    assert ask("SELECT status FROM runs") == "queued"


def test_each_night_it_learns_from_what_was_closed(context: JobContext, ask: Ask) -> None:
    nightly.train_nightly.func(context, 0)
    assert ask("SELECT count(*) FROM runs") == 0
    make_lead(stage="lost")
    assert closed_since_training()
    nightly.train_nightly.func(context, 0)
    nightly.train_nightly.func(context, 0)
    assert ask("SELECT count(*) FROM runs WHERE kind = 'train'") == 1
    ask("INSERT INTO scoring_models (status, report) VALUES ('refused', '{}') RETURNING id")
    assert not closed_since_training()


def test_leads_of_the_demo_are_nothing_to_learn_from(context: JobContext) -> None:
    lead = make_lead(stage="lost")
    db.session.execute(text("UPDATE leads SET is_demo = true WHERE id = :id"), {"id": lead.id})
    assert not closed_since_training()


def test_uploads_go_that_nobody_will_read(context: JobContext) -> None:
    user, now = make_user(), utc_now()
    made = [
        Upload(name="x.csv", size=1, digest="", uploaded_by_id=user.id, created_at=now - age)
        for age in (KEPT * 2, KEPT * 2, timedelta(0))
    ]
    db.session.add_all(made)
    db.session.flush()
    old, awaited, new = (upload.id for upload in made)
    runs.start("import_history", {"upload_id": awaited}, actor=user.actor("page"), now=now)
    remove_old_uploads(now=now)
    db.session.commit()
    db.session.expire_all()
    assert set(db.session.scalars(select(Upload.id))) == {awaited, new}
    assert old not in {awaited, new}
    nightly.tidy.func(context, 0)
    assert db.session.scalars(select(Run.status)).one() == "queued"
