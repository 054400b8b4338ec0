"""Analyzing many leads."""

from procrastinate import JobContext

from leadapp.jobs.analyzing import analyze_all
from leadapp.jobs.registry import AGAIN, do, tasks


@tasks.task(name="analyze", pass_context=True, retry=AGAIN)
def analyze(context: JobContext, run_id: int) -> None:
    """Analyze the leads of the run."""
    do(context, run_id, analyze_all)
