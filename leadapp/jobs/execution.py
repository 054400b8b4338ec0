"""Doing a run: from taking it up to its end, with every way it can end."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import structlog
from flask import current_app
from sqlalchemy.exc import OperationalError

from leadapp.errors import Refusal
from leadapp.extensions import db
from leadapp.imports.csv_reader import CsvFileError
from leadapp.imports.mapping import MappingError
from leadapp.permissions import Actor
from leadapp.services import runs
from leadapp.services.runs import RunCancelled, RunTakenOver

log = structlog.get_logger()

# So often, in seconds, a job that works in one go writes down how far it is.
REPORT_SECONDS = 0.5
FAULT = (
    "It was stopped by a fault of leadapp's own, which is in the log of the worker; "
    "what was done before is kept. Start it again, and tell your administrator if it happens again."
)


class HandedBack(Exception):  # noqa: N818 -- it says what is
    """The worker is to stop, so the job goes back to the queue; its run goes on from there."""


@dataclass
class RunInHand:
    """A run that this process does."""

    id: int
    attempt: int
    params: dict[str, Any]
    actor: Actor
    stopping: Callable[[], bool]
    _reported: float = field(default=0.0)

    def keep_on(self) -> None:
        """Raise HandedBack where the worker is to stop."""
        if self.stopping():
            raise HandedBack

    def report(self, done: int, total: int | None = None) -> None:
        """Let people see how far the work is, while its transaction is still open.

        Raises HandedBack, RunCancelled and RunTakenOver, each to be let through: the transaction
        is rolled back then.
        """
        self.keep_on()
        now = time.monotonic()
        if now - self._reported < REPORT_SECONDS and done != total:
            return
        self._reported = now
        # A context of its own has a session of its own.
        with current_app.app_context():
            runs.report(self.id, self.attempt, done=done, total=total)
            db.session.commit()


Work = Callable[[RunInHand], dict[str, Any] | None]
"""Does a run. Returns its result, or None where it ended the run itself."""


def execute(run_id: int, work: Work, *, stopping: Callable[[], bool]) -> None:
    """Do a run, or go on with it; within the app's context.

    Raises HandedBack, and OperationalError where the database went away: both mean that the job is
    to be tried again. Everything else ends the run, and who started it is told why.
    """
    try:
        run = runs.begin(run_id, now=utc_now())
        db.session.commit()
        if run is None:
            return
        in_hand = RunInHand(run_id, run.attempt, run.params, runs.actor_of(run), stopping)
        result = work(in_hand)
        if result is not None:
            runs.finish(run_id, in_hand.attempt, result, now=utc_now())
        db.session.commit()
    except (HandedBack, OperationalError):
        db.session.rollback()
        raise
    except RunTakenOver:
        db.session.rollback()
        log.warning("another worker has taken the run up", run=run_id)
    except RunCancelled:
        db.session.rollback()
        runs.end_cancelled(run_id, now=utc_now())
        db.session.commit()
    except Exception as error:
        db.session.rollback()
        message = told(error)
        if message is None:
            log.exception("run failed", run=run_id)
        runs.fail(run_id, message or FAULT, now=utc_now())
        db.session.commit()
    finally:
        db.session.remove()


def told(error: Exception) -> str | None:
    """What to tell a person of this error in one line; None for a fault of our own."""
    if isinstance(error, Refusal):
        pairs = getattr(error, "errors", None)
        if pairs:
            return "; ".join(f"{name.replace('_', ' ')} {message}" for name, message in pairs) + "."
        return error.message
    if isinstance(error, CsvFileError | MappingError):
        return str(error)
    return None


def utc_now() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)
