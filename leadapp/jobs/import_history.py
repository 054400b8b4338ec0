"""Importing an uploaded file of closed leads."""

from typing import Any

from procrastinate import JobContext

from leadapp.jobs.execution import RunInHand, utc_now
from leadapp.jobs.registry import AGAIN, do, tasks


@tasks.task(name="import_history", pass_context=True, retry=AGAIN)
def import_history(context: JobContext, run_id: int) -> None:
    """Import the file of the run: all of it, or, where it is stopped, nothing."""
    do(context, run_id, _import)


def _import(run: RunInHand) -> dict[str, Any]:
    from leadapp.services.history import import_history_upload  # noqa: PLC0415

    result: dict[str, Any] = import_history_upload(
        run.params, actor=run.actor, now=utc_now(), on_progress=run.report
    )
    return result
