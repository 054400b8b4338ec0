"""What the scores are worth: the page that the others of scoring start from."""

from datetime import datetime

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from leadapp.blueprints.scoring.coverage import lacking
from leadapp.blueprints.scoring.drift import drift_of
from leadapp.blueprints.scoring.figures import learned_from, window, worth
from leadapp.blueprints.scoring.record import (
    by_month,
    by_source,
    cells_in_use,
    closed_in_month,
    selected,
)
from leadapp.blueprints.scoring.way import way_of
from leadapp.errors import ModelDamaged
from leadapp.extensions import db
from leadapp.permissions import Actor, Permission
from leadapp.queries.runs import RunView, latest_run
from leadapp.queries.scoring_state import load_shown, load_state
from leadapp.scoring.record import bands
from leadapp.services import runs
from leadapp.services.scorers import scorer_of
from leadapp.web.charts import reliability_chart
from leadapp.web.clock import utc_now
from leadapp.web.guards import page_actor, requires
from leadapp.web.runs import shown_run
from leadapp.web.words import scorer_words

blueprint = Blueprint("scoring", __name__, url_prefix="/scoring")


@blueprint.get("")
@requires(Permission.SEE_SCORING)
def show() -> str:
    """Which scorer is in use, what its scores are worth, and whether that still holds."""
    actor, now = page_actor(), utc_now()
    state = load_state()
    shown = load_shown(state.model_id)
    cells = cells_in_use(state, shown)
    source, month = request.args.get("source") or None, request.args.get("month") or None
    figures = shown.figures if shown else None
    columns, damage = _in_use(state.model_id)
    return render_template(
        "scoring/overview.html",
        state=state,
        damage=damage,
        lacking=lacking(columns),
        scorer=scorer_words(state.scorer),
        shown=shown,
        worth=worth(figures),
        figures=figures,
        learned_from=learned_from(shown.trained) if shown else None,
        window=window(shown.trained, now) if shown else None,
        way=way_of(state, actor),
        runs=[shown_run(run, now) for run in _under_way(actor, now)],
        chart=reliability_chart(bands(selected(cells, source=source, month=month))),
        by_source=by_source(cells),
        by_month=by_month(cells),
        source=source,
        month=month,
        drift=drift_of(shown, closed_in_month(now), now) if shown else None,
        now=now,
    )


def _in_use(model_id: int | None) -> tuple[tuple[str, ...], str | None]:
    """Which attributes the scorer in use reads, and what is wrong with it, if anything.

    At most one statement.
    """
    try:
        return scorer_of(model_id).columns, None
    except ModelDamaged as refusal:
        return (), refusal.message


def _under_way(actor: Actor, now: datetime) -> list[RunView]:
    """The training and the analysis that somebody waits for. Two statements."""
    found = (latest_run(k, actor=actor, now=now, active_only=True) for k in ("train", "analyze"))
    return [run for run in found if run is not None]


@blueprint.post("/analysis")
@requires(Permission.BULK_LEADS)
def analyze() -> ResponseReturnValue:
    """Start scoring all open leads by the scorer in use, in the background."""
    actor, now = page_actor(), utc_now()
    run_id = runs.start_once("analyze", {"all": True}, actor=actor, now=now)
    db.session.commit()
    return redirect(f"/runs/{run_id}")
