"""Analyzing many leads as a run: part by part, in the order of their ids, each lead once.

A part is one transaction: its assessments and how far the run is are kept together or not at all.
So a run whose worker was killed goes on exactly where it was, and a database index refuses a second
assessment of a lead in a run.
"""

from datetime import datetime

from leadapp.queries.run_leads import count_of_run, next_of_run
from leadapp.services import runs
from leadapp.services.analysis import BATCH, analyze_many


def analyze_next(run_id: int, attempt: int, *, now: datetime) -> bool:
    """Analyze the next leads of the run. Returns whether any may be left.

    Ends the run where none are. Raises RunTakenOver and RunCancelled.
    """
    run = runs.advance(run_id, attempt)
    actor = runs.actor_of(run)
    if run.total is None:
        # By itself, so that the page knows it before the first leads are done.
        run.total = count_of_run(run.params, actor=actor)
        return True
    ids = next_of_run(run.params, actor=actor, after=run.position, limit=BATCH)
    if ids:
        analyzed = analyze_many(ids, actor=actor, now=now, run_id=run_id)
        run.done += len(analyzed.scored)
        run.failed += len(analyzed.skipped)
        run.position = ids[-1]
    if len(ids) == BATCH:
        return True
    runs.finish(run_id, attempt, {"analyzed": run.done, "skipped": run.failed}, now=now)
    return False
