"""A run: how far it is, what came of it, and cancelling it."""

from flask import Blueprint, Response, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from leadapp.extensions import db
from leadapp.permissions import Permission
from leadapp.queries.runs import RunView, get_run
from leadapp.services import runs
from leadapp.web.clock import utc_now
from leadapp.web.guards import page_actor, requires
from leadapp.web.htmx import is_htmx
from leadapp.web.runs import shown_run

blueprint = Blueprint("runs", __name__, url_prefix="/runs")

# With this status htmx shows the answer and asks no more.
STOP_POLLING = 286


@blueprint.get("/<record_id:run_id>")
@requires(Permission.SEE_LEADS)
def show(run_id: int) -> Response:
    """How far the run is; a fragment for the page that asks again every second."""
    return _answer(get_run(run_id, actor=page_actor(), now=utc_now()))


@blueprint.post("/<record_id:run_id>/cancellation")
@requires(Permission.SEE_LEADS)
def cancel(run_id: int) -> BaseResponse:
    """Cancel the run; what it did stays done."""
    actor, now = page_actor(), utc_now()
    runs.cancel(run_id, actor=actor, now=now)
    db.session.commit()
    if not is_htmx():
        return redirect(url_for("runs.show", run_id=run_id))
    return _answer(get_run(run_id, actor=actor, now=now))


def _answer(view: RunView) -> Response:
    run = shown_run(view, utc_now())
    if is_htmx():
        fragment = render_template("runs/fragment.html", run=run)
        return Response(fragment, 200 if view.active else STOP_POLLING)
    return Response(render_template("runs/show.html", run=run))
