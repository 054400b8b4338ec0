"""Runs: starting work in the background, and the way it takes until it ends.

The task that does the work calls `begin`, then `advance` in each transaction that does a part of
it, and at last `finish` or `fail`. A run that another worker took up meanwhile is found out by its
`attempt`: the transaction that wanted to go on with it is rolled back.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, insert, select, text, update

from leadapp.errors import RunNotFound
from leadapp.extensions import db
from leadapp.models import Run, User
from leadapp.permissions import Actor, Permission, command_actor
from leadapp.queue import ORDINARY, URGENT, enqueue

Kind = Literal["analyze", "train", "import_history", "advise"]
"""What runs do; each has a task of its name."""
ACTIVE = ("queued", "running")
# A run that ends its worker each time must not end workers for ever.
MOST_ATTEMPTS = 20
# The first half of the advisory locks that say: this command does the run itself.
OWN_WORK = 5_732_047
# And of those that say: a run of this kind is being started.
STARTING = 5_732_048

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(:of, hashtext(:kind))")

# Runs that nobody works on and no job waits for: its command was killed, or the job was lost.
_ORPHANS = text(f"""
    SELECT id, kind FROM runs r
    WHERE status IN ('queued', 'running') AND NOT EXISTS (
        SELECT FROM procrastinate_jobs j
        WHERE j.status IN ('todo', 'doing') AND CAST(j.args ->> 'run_id' AS bigint) = r.id)
        AND pg_try_advisory_xact_lock({OWN_WORK}, CAST(id AS integer))
    FOR UPDATE SKIP LOCKED
""")


class RunTakenOver(Exception):  # noqa: N818 -- it says what is
    """Another worker has taken the run up, so this one must not go on with it."""


class RunCancelled(Exception):  # noqa: N818 -- it says what is
    """Somebody cancelled the run; what this transaction did for it is to be rolled back."""


def start(
    kind: Kind, params: Mapping[str, Any], *, actor: Actor, now: datetime, enqueued: bool = True
) -> Run:
    """Start a run: a worker takes it up as soon as the caller commits.

    `params` is plain JSON: for `analyze` what `leadapp.queries.run_leads` takes, for
    `import_history` what its service takes, for `advise` the lead's id. With `enqueued` False the
    caller does the work itself, `by_hand`.
    """
    values = {"kind": kind, "params": dict(params), "via": actor.via, "created_at": now}
    statement = insert(Run).values(**values, started_by_id=actor.id).returning(Run)
    run = db.session.scalars(statement).one()
    if enqueued:
        _enqueue(run.kind, run.id)
    return run


def start_once(kind: Kind, params: Mapping[str, Any], *, actor: Actor, now: datetime) -> int:
    """Start a run, or join the one with the same parameters that is under way. Returns its id.

    Of two who ask at the same moment the second waits for the first to commit, and joins it.
    """
    db.session.execute(_ONE_AT_A_TIME, {"of": STARTING, "kind": kind})
    under_way = db.session.scalar(
        select(func.max(Run.id)).where(
            Run.kind == kind, Run.params == dict(params), Run.status.in_(ACTIVE)
        )
    )
    return under_way or start(kind, params, actor=actor, now=now).id


@contextmanager
def by_hand(run_id: int) -> Iterator[None]:
    """Hold the sign that this process does the run itself, for as long as it lives."""
    with db.engine.connect() as connection:
        connection.execute(
            text("SELECT pg_advisory_lock(:of, :id)"), {"of": OWN_WORK, "id": run_id}
        )
        connection.rollback()
        try:
            yield
        finally:
            # The lock goes with the connection.
            connection.invalidate()


def adopt_orphans() -> int:
    """Enqueue again what nobody works on any more. Returns how many runs that were."""
    orphans = db.session.execute(_ORPHANS).all()
    for run_id, kind in orphans:
        _enqueue(kind, run_id)
    return len(orphans)


def _enqueue(kind: str, run_id: int) -> None:
    priority = URGENT if kind == "advise" else ORDINARY
    enqueue(kind, run_id=run_id, priority=priority, lock=f"run {run_id}")


def cancel(run_id: int, *, actor: Actor, now: datetime) -> Run:
    """Cancel a run: at once where it waits, else as soon as its worker has done a part more.

    What it did stays done. A run that is over stays what it is. Raises RunNotFound.
    """
    run = _locked(run_id)
    if run is None or not may_see(run.started_by_id, actor):
        raise RunNotFound(run_id)
    if run.status == "queued":
        _end(run, "cancelled", now)
    elif run.status == "running":
        run.cancel_requested = True
    db.session.flush()
    return run


def may_see(started_by_id: int | None, actor: Actor) -> bool:
    """Whether this actor sees a run: who started it, and who may do things in bulk."""
    return actor.may(Permission.BULK_LEADS) or (
        started_by_id is not None and started_by_id == actor.id
    )


def begin(run_id: int, *, now: datetime) -> Run | None:
    """Take a run up, for the first time or again. Returns None where there is nothing to do."""
    run = _locked(run_id)
    if run is None or run.status not in ACTIVE:
        return None
    if run.cancel_requested:
        _end(run, "cancelled", now)
    elif run.attempt >= MOST_ATTEMPTS:
        run.error = (
            f"It was interrupted {MOST_ATTEMPTS} times, so it was given up; what was done is kept."
        )
        _end(run, "failed", now)
    else:
        run.status, run.attempt = "running", run.attempt + 1
        run.started_at = run.started_at or now
    db.session.flush()
    return run if run.status == "running" else None


def advance(run_id: int, attempt: int) -> Run:
    """The run, locked, for a transaction that does a part of it and writes down how far it is.

    Raises RunTakenOver where this is no longer the caller's to do, and RunCancelled.
    """
    run = _in_hand(run_id, attempt)
    if run.cancel_requested:
        raise RunCancelled
    return run


def report(run_id: int, attempt: int, *, done: int, total: int | None, failed: int = 0) -> None:
    """Write down how far a run is, in a transaction of its own beside the one that does the work.

    Raises RunTakenOver and RunCancelled.
    """
    statement = (
        update(Run)
        .where(Run.id == run_id, Run.status == "running", Run.attempt == attempt)
        .values(done=done, failed=failed, total=func.coalesce(total, Run.total))
        .returning(Run.cancel_requested)
    )
    cancelled = db.session.execute(statement).scalar_one_or_none()
    if cancelled is None:
        raise RunTakenOver
    if cancelled:
        raise RunCancelled


def finish(run_id: int, attempt: int, result: Mapping[str, Any], *, now: datetime) -> None:
    """End a run with its result, in the transaction that did the last of its work.

    Raises RunTakenOver. It is too late to cancel what is done.
    """
    run = _in_hand(run_id, attempt)
    run.result = dict(result)
    run.total = run.done + run.failed if run.kind == "analyze" else run.total
    _end(run, "done", now)
    db.session.flush()


def fail(run_id: int, message: str, *, now: datetime) -> None:
    """End a run that cannot go on, with one line for the person who started it."""
    run = _locked(run_id)
    if run is not None and run.status in ACTIVE:
        run.error = message
        _end(run, "failed", now)
        db.session.flush()


def is_under_way(kind: Kind) -> bool:
    """Whether a run of this kind waits or runs."""
    statement = select(Run.id).where(Run.kind == kind, Run.status.in_(ACTIVE)).limit(1)
    return db.session.execute(statement).scalar_one_or_none() is not None


def is_cancelled(run_id: int) -> bool:
    """Whether somebody wants a running run to end."""
    statement = select(Run.cancel_requested).where(Run.id == run_id, Run.status == "running")
    return bool(db.session.execute(statement).scalar_one_or_none())


def end_cancelled(run_id: int, *, now: datetime) -> None:
    """End a run that was cancelled while it ran."""
    run = _locked(run_id)
    if run is not None and run.status in ACTIVE:
        _end(run, "cancelled", now)
        db.session.flush()


def actor_of(run: Run) -> Actor:
    """Who does the run's work: the person who started it, with the role of today."""
    if run.started_by_id is None:
        return command_actor()
    return db.session.get_one(User, run.started_by_id).actor(run.via)


def _in_hand(run_id: int, attempt: int) -> Run:
    """The run, locked, as long as it is the caller's. Raises RunTakenOver."""
    run = _locked(run_id)
    if run is None or run.status != "running" or run.attempt != attempt:
        raise RunTakenOver
    return run


def _locked(run_id: int) -> Run | None:
    """The run as it is now, locked until the transaction ends."""
    statement = select(Run).where(Run.id == run_id).with_for_update(key_share=True)
    return db.session.scalars(
        statement, execution_options={"populate_existing": True}
    ).one_or_none()


def _end(run: Run, status: str, now: datetime) -> None:
    run.status, run.finished_at = status, now
