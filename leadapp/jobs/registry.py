"""Where tasks are registered, and when one is tried again."""

import contextlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from threading import Event
from typing import NamedTuple

from flask import Flask
from procrastinate import BaseRetryStrategy, Blueprint, JobContext, RetryDecision
from procrastinate.jobs import Job
from sqlalchemy.exc import OperationalError

from leadapp.config import Settings
from leadapp.jobs.execution import HandedBack, Work, execute

tasks = Blueprint()

# Before any clock: the worker's own may be wrong, and the database's decides what is due.
AT_ONCE = datetime(2000, 1, 1, tzinfo=UTC)


class Again(BaseRetryStrategy):
    """What was handed back, or met a database that went away, is tried again; nothing else is."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:  # noqa: ARG002
        """When the job is tried again, or None."""
        if isinstance(exception, HandedBack | OperationalError):
            return RetryDecision(retry_at=AT_ONCE)
        return None


AGAIN = Again()


class Worker(NamedTuple):
    """What tasks know of the worker that runs them."""

    app: Flask
    settings: Settings
    stopping: Event


@contextlib.contextmanager
def within(context: JobContext) -> Iterator[Worker]:
    """The worker of a task, in its app's context."""
    worker: Worker = context.additional_context["worker"]
    with worker.app.app_context():
        yield worker


def do(context: JobContext, run_id: int, work: Work) -> None:
    """Do a run as a task."""
    with within(context) as worker:
        stopping: Callable[[], bool] = worker.stopping.is_set
        execute(run_id, work, stopping=stopping)
