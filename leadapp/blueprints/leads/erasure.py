"""Forgetting the person behind a lead."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from leadapp.blueprints.leads.answers import lead_changed
from leadapp.blueprints.leads.page import layout
from leadapp.extensions import db
from leadapp.permissions import Permission
from leadapp.queries.lead_view import get_lead
from leadapp.services.leads import erase_lead
from leadapp.web.clock import utc_now
from leadapp.web.guards import page_actor, requires

blueprint = Blueprint("lead_erasure", __name__, url_prefix="/leads/<record_id:lead_id>")


@blueprint.get("/erasure")
@requires(Permission.ADMINISTER)
def ask(lead_id: int) -> str:
    """Ask once, saying what goes and what stays."""
    lead = get_lead(lead_id, actor=page_actor())
    return render_template("leads/erasure.html", layout=layout(), lead=lead)


@blueprint.post("/erasure")
@requires(Permission.ADMINISTER)
def erase(lead_id: int) -> ResponseReturnValue:
    """Erase; doing it again changes nothing."""
    actor = page_actor()
    erased = erase_lead(lead_id, actor=actor, now=utc_now())
    db.session.commit()
    said = f"Lead {lead_id} erased." if erased else f"Lead {lead_id} was erased before."
    return lead_changed(get_lead(lead_id, actor=actor), said, actor=actor)
