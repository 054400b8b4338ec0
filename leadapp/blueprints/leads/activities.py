"""Logging what was done with a lead."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from leadapp.blueprints.leads.answers import lead_changed
from leadapp.blueprints.leads.forms import ActivityForm
from leadapp.blueprints.leads.page import layout, render_lead
from leadapp.errors import InvalidInput
from leadapp.extensions import db
from leadapp.permissions import Permission
from leadapp.services.activities import log_activity
from leadapp.web.clock import utc_now
from leadapp.web.forms import show_errors
from leadapp.web.guards import page_actor, requires
from leadapp.web.words import ACTIVITY_LABELS

blueprint = Blueprint("lead_activities", __name__, url_prefix="/leads/<record_id:lead_id>")


@blueprint.post("/activities")
@requires(Permission.WORK_LEADS)
def log(lead_id: int) -> ResponseReturnValue:
    """Log a call, e-mail, meeting or demo, or leave a note."""
    actor = page_actor()
    form = ActivityForm()
    if form.validate():
        try:
            lead = log_activity(
                lead_id, form.kind.data, note=form.note.data, actor=actor, now=utc_now()
            )
        except InvalidInput as refusal:
            db.session.rollback()
            show_errors(form, refusal)
        else:
            db.session.commit()
            said = f"{ACTIVITY_LABELS[form.kind.data]} logged on {lead.title}."
            return lead_changed(lead, said, actor=actor)
    return render_lead(lead_id, actor=actor, in_panel=layout() == "panel", activity=form), 422
