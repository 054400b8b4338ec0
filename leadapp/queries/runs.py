"""Runs as the people see them who wait for them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select, true

from leadapp.errors import RunNotFound
from leadapp.extensions import db
from leadapp.models import Run, User
from leadapp.permissions import Actor, Permission

# Before so many seconds of work nobody can say how long the rest takes.
FIRST_ESTIMATE = 1.0


@dataclass(frozen=True, slots=True)
class RunView:
    """A run and how far it is. `rest` and `seconds_left` are None where nobody knows them."""

    id: int
    kind: str
    status: str
    """queued, running, done, failed or cancelled."""
    params: dict[str, Any]
    total: int | None
    done: int
    failed: int
    rest: int | None
    seconds_left: int | None
    cancel_requested: bool
    error: str | None
    """One line for the person who started it."""
    result: dict[str, Any] | None
    started_by_id: int | None
    started_by: str | None
    via: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def active(self) -> bool:
        """Whether it waits or runs."""
        return self.status in {"queued", "running"}

    @property
    def percent(self) -> int:
        """How far it is, 0 to 100; 0 where nobody knows."""
        if self.status == "done":
            return 100
        return min(100, (self.done + self.failed) * 100 // self.total) if self.total else 0


def get_run(run_id: int, *, actor: Actor, now: datetime) -> RunView:
    """One run. One statement. Raises RunNotFound, also for one that this actor may not see."""
    row = db.session.execute(_visible(actor).where(Run.id == run_id)).one_or_none()
    if row is None:
        raise RunNotFound(run_id)
    return _view(row, now)


def latest_run(
    kind: str, *, actor: Actor, now: datetime, active_only: bool = False
) -> RunView | None:
    """The latest run of this kind that the actor may see, or None. One statement."""
    statement = _visible(actor).where(Run.kind == kind).order_by(Run.id.desc()).limit(1)
    if active_only:
        statement = statement.where(Run.status.in_(("queued", "running")))
    row = db.session.execute(statement).one_or_none()
    return None if row is None else _view(row, now)


def _visible(actor: Actor) -> Select[Run, str]:
    """Runs with the names of those who started them: one's own, or all."""
    own: ColumnElement[bool] = Run.started_by_id == actor.id
    sees = true() if actor.may(Permission.BULK_LEADS) else own
    statement = select(Run, User.name).outerjoin(User, User.id == Run.started_by_id).where(sees)
    # A session may hold what the run was before.
    return statement.execution_options(populate_existing=True)


def _view(row: Row[Run, str], now: datetime) -> RunView:
    run, name = row
    rest = None if run.total is None else max(0, run.total - run.done - run.failed)
    return RunView(
        id=run.id,
        kind=run.kind,
        status=run.status,
        params=run.params,
        total=run.total,
        done=run.done,
        failed=run.failed,
        rest=rest,
        seconds_left=_seconds_left(run, rest, now),
        cancel_requested=run.cancel_requested,
        error=run.error,
        result=run.result,
        started_by_id=run.started_by_id,
        started_by=name,
        via=run.via,
        created_at=run.created_at,
        started_at=run.started_at,
        finished_at=run.finished_at,
    )


def _seconds_left(run: Run, rest: int | None, now: datetime) -> int | None:
    """How long the rest takes if it goes on as it went so far."""
    if run.status != "running" or run.started_at is None or rest is None:
        return None
    took = (now - run.started_at).total_seconds()
    dealt_with = run.done + run.failed
    if not dealt_with or took < FIRST_ESTIMATE:
        return None
    return round(took / dealt_with * rest)
