"""When to come back to a lead."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from leadapp.blueprints.leads.answers import lead_changed
from leadapp.blueprints.leads.forms import FollowUpForm
from leadapp.blueprints.leads.page import layout, render_lead
from leadapp.extensions import db
from leadapp.permissions import Permission
from leadapp.services.leads import update_lead
from leadapp.web.clock import utc_now
from leadapp.web.guards import page_actor, requires
from leadapp.web.words import day

blueprint = Blueprint("lead_follow_up", __name__, url_prefix="/leads/<record_id:lead_id>")


@blueprint.post("/follow-up")
@requires(Permission.WORK_LEADS)
def set_date(lead_id: int) -> ResponseReturnValue:
    """Set the follow-up date, or none."""
    actor, now = page_actor(), utc_now()
    form = FollowUpForm()
    if not form.validate():
        return render_lead(lead_id, actor=actor, in_panel=layout() == "panel", follow_up=form), 422
    date = form.follow_up_on.data
    lead = update_lead(lead_id, {"follow_up_on": date}, actor=actor, now=now)
    db.session.commit()
    said = f"Follow up on {lead.title}: {day(date, now)}." if date else "Follow-up date removed."
    return lead_changed(lead, said, actor=actor)
