"""Analyzing many leads."""

from procrastinate import JobContext

from leadapp.extensions import db
from leadapp.jobs.execution import RunInHand, utc_now
from leadapp.jobs.registry import AGAIN, do, tasks
from leadapp.services.analysis_runs import analyze_next


@tasks.task(name="analyze", pass_context=True, retry=AGAIN)
def analyze(context: JobContext, run_id: int) -> None:
    """Analyze the leads of the run."""
    do(context, run_id, analyze_all)


def analyze_all(run: RunInHand) -> None:
    """Analyze all leads of the run that are left, each part in a transaction of its own."""
    while analyze_next(run.id, run.attempt, now=utc_now()):
        db.session.commit()
        run.keep_on()
    db.session.commit()
