"""Analyses of many leads: runs in the background, and how far they are."""

from typing import Any

from flask import Response

from leadapp.blueprints.api_v1.answers import run_answer
from leadapp.blueprints.api_v1.blueprint import PREFIX, api
from leadapp.blueprints.api_v1.description import ANALYSES, LOCATION_HEADER, answers
from leadapp.blueprints.api_v1.guard import api_requires
from leadapp.blueprints.api_v1.records import Run
from leadapp.blueprints.api_v1.schemas import AnalysisFilter
from leadapp.extensions import db
from leadapp.permissions import Actor, Permission
from leadapp.queries.runs import get_run
from leadapp.services import runs
from leadapp.web.clock import utc_now


@api.post(
    "/analyses/",
    tags=[ANALYSES],
    responses=answers(Run, "invalid_input", status=202, body=True, headers=LOCATION_HEADER),
)
@api_requires(Permission.BULK_LEADS)
def start_analysis(body: AnalysisFilter, actor: Actor) -> Response:
    """Analyze many leads

    All open leads that the filter lets through, `{}` being all of them. A worker does it; poll the
    run at `Location`.
    """
    now = utc_now()
    run = runs.start("analyze", {"leads": _as_json(body)}, actor=actor, now=now)
    db.session.commit()
    view = get_run(run.id, actor=actor, now=now)
    return run_answer(view, 202, location=f"{PREFIX}/analyses/{run.id}")


@api.get("/analyses/<record_id:run_id>", tags=[ANALYSES], responses=answers(Run, "run_not_found"))
@api_requires(Permission.SEE_LEADS, one_statement=True)
def show_analysis(run_id: int, actor: Actor) -> Response:
    """Show how far a run is

    Trainings and imports too. It is over with the status `done`, `failed` or `cancelled`.
    """
    return run_answer(get_run(run_id, actor=actor, now=utc_now()))


@api.delete(
    "/analyses/<record_id:run_id>", tags=[ANALYSES], responses=answers(Run, "run_not_found")
)
@api_requires(Permission.SEE_LEADS)
def cancel_analysis(run_id: int, actor: Actor) -> Response:
    """Cancel a run

    What was analyzed before stays. A run under way ends a moment later; one that is over stays.
    """
    now = utc_now()
    runs.cancel(run_id, actor=actor, now=now)
    db.session.commit()
    return run_answer(get_run(run_id, actor=actor, now=now))


def _as_json(body: AnalysisFilter) -> dict[str, Any]:
    """The filter as a run keeps it: scores as text, which is exact."""
    given = body.model_dump(mode="json", exclude_none=True)
    as_text = {"score_min", "score_max", "owner_id"}
    return {name: str(value) if name in as_text else value for name, value in given.items()}
