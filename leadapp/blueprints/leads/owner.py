"""Assigning a lead."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from leadapp.blueprints.leads.answers import lead_changed
from leadapp.blueprints.leads.forms import OwnerForm
from leadapp.blueprints.leads.page import layout, render_lead, request_lists
from leadapp.extensions import db
from leadapp.permissions import Permission
from leadapp.queries.lead_view import get_lead
from leadapp.services.leads import assign_lead
from leadapp.web.clock import utc_now
from leadapp.web.guards import page_actor, requires

blueprint = Blueprint("lead_owner", __name__, url_prefix="/leads/<record_id:lead_id>")


@blueprint.post("/owner")
@requires(Permission.ASSIGN_LEADS)
def assign(lead_id: int) -> ResponseReturnValue:
    """Give the lead an owner, or take it from everybody."""
    actor = page_actor()
    before = get_lead(lead_id, actor=actor)
    form = OwnerForm.of(request_lists(), before.owner_id)
    if not form.validate():
        return render_lead(lead_id, actor=actor, in_panel=layout() == "panel", owner=form), 422
    lead = assign_lead(lead_id, form.owner_id.data or None, actor=actor, now=utc_now())
    db.session.commit()
    said = f"{lead.title} assigned to {lead.owner or 'nobody'}."
    return lead_changed(lead, said, actor=actor, stages=[lead.stage])
