"""Adding a lead with all its fields, and editing one: whole, or one field in place."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from leadapp.blueprints.leads.answers import lead_added, lead_changed
from leadapp.blueprints.leads.forms import LeadForm, NewLeadForm, owner_choices
from leadapp.blueprints.leads.page import (
    EDITABLE,
    FROZEN,
    layout,
    request_lists,
    shown_values,
    values_of,
)
from leadapp.errors import InvalidInput
from leadapp.extensions import db
from leadapp.permissions import Permission
from leadapp.queries.lead_view import LeadView, get_lead
from leadapp.rules.stages import LEAD_PIPELINE
from leadapp.rules.values import clean_text
from leadapp.services.leads import create_lead, update_lead
from leadapp.web.clock import utc_now
from leadapp.web.forms import choices, show_errors
from leadapp.web.guards import page_actor, requires

blueprint = Blueprint("lead_edit", __name__, url_prefix="/leads")


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.WORK_LEADS)
def new() -> ResponseReturnValue:
    """Add a lead with all its fields."""
    actor, lists = page_actor(), request_lists()
    form = NewLeadForm.of(lists, place="new", values={})
    form.owner_id.choices = choices(owner_choices(lists))
    assigns = actor.may(Permission.ASSIGN_LEADS)
    if not assigns:
        del form.owner_id
    if form.validate_on_submit():
        values = {f.name: f.data for f in form if f.name in (*EDITABLE, "activity_count")}
        if not clean_text(values["activity_count"]):
            del values["activity_count"]
        if assigns:
            values["owner_id"] = form.owner_id.data or None
        try:
            lead = create_lead(values, actor=actor, now=utc_now())
        except InvalidInput as refusal:
            db.session.rollback()
            show_errors(form, refusal)
        else:
            db.session.commit()
            return lead_added(lead, f"{lead.title} added.", actor=actor)
    page = render_template("leads/new.html", layout=layout(), form=form, lists=lists)
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/<record_id:lead_id>/edit", methods=["GET", "POST"])
@requires(Permission.WORK_LEADS)
def edit(lead_id: int) -> ResponseReturnValue:
    """Edit a lead. Only fields that were posted and changed are written, so that two people can
    edit two fields; of two who edit the same one, the later is shown what the other wrote."""
    actor, lists = page_actor(), request_lists()
    lead = get_lead(lead_id, actor=actor)
    form = LeadForm.of(lists, place="edit", values=values_of(lead))
    if LEAD_PIPELINE.is_final(lead.stage):
        for name in FROZEN:
            # Where it is posted all the same, the service says that it is frozen.
            if name not in request.form:
                del form[name]
    if form.validate_on_submit():
        changes = _changes(form, lead)
        try:
            if not form.errors and changes:
                lead = update_lead(lead_id, changes, actor=actor, now=utc_now())
        except InvalidInput as refusal:
            db.session.rollback()
            show_errors(form, refusal)
        if not form.errors and not form.form_errors:
            db.session.commit()
            said = f"{lead.title} saved." if changes else "Nothing was changed."
            return lead_changed(lead, said, actor=actor)
    form.shown.data = shown_values(lead)
    page = render_template(
        "leads/edit.html",
        layout=layout(),
        page_url=f"/leads/{lead_id}",
        lead=lead,
        form=form,
        lists=lists,
    )
    return page, 422 if form.is_submitted() else 200


def _changes(form: LeadForm, lead: LeadView) -> dict[str, Any]:
    """What was changed in the form; a field that somebody else changed meanwhile gets an error."""
    shown = _shown(form)
    present = values_of(lead)
    changes: dict[str, Any] = {}
    for name in EDITABLE:
        if name not in form or name not in request.form:
            continue
        posted = form[name].data
        value = posted if isinstance(posted, date) else _text(posted)
        before = shown.get(name, present[name])
        if value in (before, present[name]):
            continue
        if before != present[name]:
            is_now = present[name] or "nothing"
            message = f"Somebody set this to “{is_now}” meanwhile. Save again to replace it."
            form[name].errors = [*form[name].errors, message]
        changes[name] = value
    return changes


def _shown(form: LeadForm) -> Mapping[str, Any]:
    """The values that the form began with; whatever cannot be read counts as not changed since."""
    try:
        shown = json.loads(form.shown.data or "{}")
        if not isinstance(shown, dict):
            return {}
        if shown.get("follow_up_on"):
            shown["follow_up_on"] = date.fromisoformat(shown["follow_up_on"])
    except (ValueError, TypeError, RecursionError):
        return {}
    return shown


def _text(posted: str | None) -> str | None:
    """As it is kept: browsers end lines with two characters."""
    return clean_text((posted or "").replace("\r\n", "\n"))
