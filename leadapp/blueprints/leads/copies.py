"""Starting a new lead from an old one."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from leadapp.blueprints.leads.answers import lead_added
from leadapp.extensions import db
from leadapp.permissions import Permission
from leadapp.services.leads import start_lead_from
from leadapp.web.clock import utc_now
from leadapp.web.guards import page_actor, requires

blueprint = Blueprint("lead_copies", __name__, url_prefix="/leads/<record_id:lead_id>")


@blueprint.post("/copies")
@requires(Permission.WORK_LEADS)
def start(lead_id: int) -> ResponseReturnValue:
    """Start a new lead with the contact of this one, linked to it, and go there."""
    actor = page_actor()
    lead = start_lead_from(lead_id, actor=actor, now=utc_now())
    db.session.commit()
    said = f"Lead {lead.id} started from lead {lead_id}."
    return lead_added(lead, said, actor=actor)
