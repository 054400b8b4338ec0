"""Analyzing many leads as a run: part by part, in the order of their ids, each lead once.

A part is one transaction: its assessments and how far the run is are kept together or not at all.
So a run whose worker was killed goes on exactly where it was, and a database index refuses a second
assessment of a lead in a run.

While PostgreSQL stores one part, the next one can be read and scored: each of the two takes half of
the time. What changes in between is found out when it is stored, as with any analysis.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leadapp.permissions import Actor
from leadapp.queries.run_leads import count_of_run, next_of_run
from leadapp.services import runs
from leadapp.services.analysis import BATCH, Prepared, analyze_many, prepare


@dataclass(frozen=True, slots=True)
class Part:
    """The next leads of a run, read and scored."""

    after: int
    """The lead before them."""
    ids: Sequence[int]
    prepared: Prepared | None

    @property
    def is_last(self) -> bool:
        """Whether no leads come after them."""
        return len(self.ids) < BATCH


def prepare_part(
    run_id: int, params: Mapping[str, Any], *, after: int, actor: Actor, now: datetime
) -> Part:
    """Read and score the leads of the run that come after the lead `after`. Writes nothing."""
    ids = next_of_run(params, actor=actor, after=after, limit=BATCH)
    prepared = prepare(ids, actor=actor, now=now, run_id=run_id) if ids else None
    return Part(after, ids, prepared)


def count_leads(run_id: int, attempt: int) -> int:
    """Say how many leads the run is about, where that is not known. Returns where it goes on.

    In a transaction of its own, so that its page knows it before the first leads are done. Raises
    RunTakenOver and RunCancelled.
    """
    run = runs.advance(run_id, attempt)
    if run.total is None:
        run.total = count_of_run(run.params, actor=runs.actor_of(run))
    return run.position


def store_part(run_id: int, attempt: int, part: Part, *, now: datetime) -> None:
    """Store a part and how far the run is with it; the last part ends the run.

    Raises RunTakenOver and RunCancelled.
    """
    run = runs.advance(run_id, attempt)
    if run.position != part.after:
        raise runs.RunTakenOver
    if part.ids:
        analyzed = analyze_many(
            part.ids, actor=runs.actor_of(run), now=now, run_id=run_id, prepared=part.prepared
        )
        run.done += len(analyzed.scored)
        run.failed += len(analyzed.skipped)
        run.position = part.ids[-1]
    if part.is_last:
        runs.finish(run_id, attempt, {"analyzed": run.done, "skipped": run.failed}, now=now)
