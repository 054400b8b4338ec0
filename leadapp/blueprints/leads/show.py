"""Looking at a lead."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from leadapp.blueprints.leads.page import (
    assessments_context,
    layout,
    render_lead,
    request_lists,
    timeline_context,
)
from leadapp.errors import InvalidInput
from leadapp.permissions import Permission
from leadapp.queries.lead_page import load_assessments, load_timeline
from leadapp.queries.lead_view import get_lead
from leadapp.web.converters import parse_id
from leadapp.web.guards import page_actor, requires
from leadapp.web.htmx import is_htmx

blueprint = Blueprint("lead_page", __name__, url_prefix="/leads/<record_id:lead_id>")


@blueprint.get("")
@requires(Permission.SEE_LEADS)
def show(lead_id: int) -> str:
    """The lead as a page, or in the panel beside the board. Four statements."""
    return render_lead(lead_id, actor=page_actor(), in_panel=layout() == "panel")


@blueprint.get("/timeline")
@requires(Permission.SEE_LEADS)
def timeline(lead_id: int) -> ResponseReturnValue:
    """What happened before the event `before`: a fragment for "Show more", or a page of its own."""
    actor = page_actor()
    before = _before()
    further = load_timeline(lead_id, actor=actor, before=before)
    context = timeline_context(lead_id, further, request_lists())
    if is_htmx():
        return render_template("leads/_timeline.html", **context)
    return render_template("leads/timeline.html", lead=get_lead(lead_id, actor=actor), **context)


@blueprint.get("/assessments")
@requires(Permission.SEE_LEADS)
def assessments(lead_id: int) -> ResponseReturnValue:
    """The assessments before the one of the id `before`: a fragment, or a page of its own."""
    actor = page_actor()
    found = load_assessments(lead_id, actor=actor, before=_before())
    context = assessments_context(lead_id, found, request_lists())
    if is_htmx():
        return render_template("leads/_assessments.html", **context)
    return render_template("leads/assessments.html", lead=get_lead(lead_id, actor=actor), **context)


def _before() -> int:
    """The id that the page before ended with."""
    before = parse_id(request.args.get("before", ""))
    if before is None:
        raise InvalidInput([("before", "is not one that the page gave out; open the lead again")])
    return before
