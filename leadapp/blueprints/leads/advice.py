"""Asking the adviser about a lead, and reading what it said."""

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from leadapp.blueprints.leads.answers import lead_changed
from leadapp.extensions import db
from leadapp.permissions import Permission
from leadapp.queries.advice import latest_and_answered
from leadapp.queries.lead_view import get_lead
from leadapp.rules.stages import LEAD_PIPELINE
from leadapp.services.advice import ask_adviser
from leadapp.web.adviser import adviser_daily, adviser_model
from leadapp.web.clock import utc_now
from leadapp.web.guards import page_actor, requires
from leadapp.web.htmx import is_htmx

blueprint = Blueprint("lead_advice", __name__, url_prefix="/leads/<record_id:lead_id>")


@blueprint.post("/advice")
@requires(Permission.WORK_LEADS)
def ask(lead_id: int) -> ResponseReturnValue:
    """Ask the adviser. The answer comes in the background, and the page looks for it."""
    actor = page_actor()
    ask_adviser(lead_id, model=adviser_model(), daily=adviser_daily(), actor=actor, now=utc_now())
    db.session.commit()
    lead = get_lead(lead_id, actor=actor)
    return lead_changed(lead, f"The adviser was asked about {lead.title}.", actor=actor)


@blueprint.get("/advice")
@requires(Permission.SEE_LEADS)
def show(lead_id: int) -> ResponseReturnValue:
    """What the adviser said, for the part of the page that waits for it; else the whole page."""
    if not is_htmx():
        return redirect(f"/leads/{lead_id}#advice")
    actor = page_actor()
    lead = get_lead(lead_id, actor=actor)
    return render_template(
        "leads/_advice.html",
        lead=lead,
        advice=latest_and_answered(lead_id, actor=actor),
        adviser_on=adviser_model() is not None,
        works=actor.may(Permission.WORK_LEADS),
        final=LEAD_PIPELINE.is_final(lead.stage),
        now=utc_now(),
    )
