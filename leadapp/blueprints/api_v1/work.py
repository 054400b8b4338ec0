"""Work on a lead: move, analyze, log activities; and what happened to it."""

from flask import Response

from leadapp.blueprints.api_v1.answers import events_answer, lead_answer
from leadapp.blueprints.api_v1.blueprint import PREFIX, api
from leadapp.blueprints.api_v1.conditional import expected_version
from leadapp.blueprints.api_v1.description import (
    LEADS,
    LOCATION_HEADER,
    TAG_HEADER,
    answers,
)
from leadapp.blueprints.api_v1.guard import api_requires
from leadapp.blueprints.api_v1.records import EventList, Lead
from leadapp.blueprints.api_v1.schemas import ActivityLog, LeadMove, Nothing, PageQuery
from leadapp.errors import InvalidInput, PermissionDenied
from leadapp.extensions import db
from leadapp.permissions import Actor, Permission
from leadapp.queries.events import list_events
from leadapp.queries.lead_view import get_lead
from leadapp.rules.stages import LeadStage
from leadapp.services import activities, analysis
from leadapp.services.handoff import hand_off
from leadapp.services.pipeline import move
from leadapp.web.clock import utc_now


@api.patch(
    "/leads/<record_id:lead_id>/stage",
    tags=[LEADS],
    responses=answers(
        Lead,
        "not_owner",
        "lead_not_found",
        "invalid_transition",
        "handoff_refused",
        "version_conflict",
        "invalid_input",
        body=True,
        headers=TAG_HEADER,
    ),
)
@api_requires(Permission.WORK_LEADS, one_statement=True)
def move_lead(lead_id: int, body: LeadMove, actor: Actor) -> Response:
    """Move a lead

    One step forward, or to `lost`. `transferred` hands it off to sales and creates the sale.
    """
    _check_fields_of_stage(body)
    version = expected_version(lambda: get_lead(lead_id, actor=actor).version)
    if body.stage is LeadStage.TRANSFERRED:
        return _hand_off(lead_id, body, actor=actor, version=version)
    lead = move(
        lead_id,
        body.stage,
        actor=actor,
        now=utc_now(),
        version=version,
        lost_reason=body.lost_reason,
        lost_note=body.lost_note,
    )
    db.session.commit()
    return lead_answer(lead)


def _hand_off(lead_id: int, body: LeadMove, *, actor: Actor, version: int | None) -> Response:
    if not actor.may(Permission.HAND_OFF):
        raise PermissionDenied(Permission.HAND_OFF.value)
    lead, _sale_id = hand_off(
        lead_id,
        actor=actor,
        now=utc_now(),
        salesperson_id=body.salesperson_id,
        against_advice=body.against_advice,
        version=version,
    )
    db.session.commit()
    return lead_answer(lead)


def _check_fields_of_stage(body: LeadMove) -> None:
    """Refuse what says nothing about the stage asked for, instead of dropping it in silence."""
    errors = []
    if body.stage is not LeadStage.LOST:
        lost = ("lost_reason", body.lost_reason), ("lost_note", body.lost_note)
        errors += [(field, "only with the stage lost") for field, value in lost if value]
    if body.stage is not LeadStage.TRANSFERRED:
        handoff = ("salesperson_id", body.salesperson_id), ("against_advice", body.against_advice)
        errors += [(field, "only with the stage transferred") for field, value in handoff if value]
    if errors:
        raise InvalidInput(errors)


@api.post(
    "/leads/<record_id:lead_id>/analyze",
    tags=[LEADS],
    responses=answers(
        Lead,
        "lead_not_found",
        "lead_is_final",
        "model_damaged",
        "version_conflict",
        "invalid_input",
        body=True,
        headers=TAG_HEADER,
    ),
)
# A read and a guarded write: it stores nothing where the lead changed in between, and reads again.
@api_requires(Permission.WORK_LEADS, one_statement=True)
def analyze_lead(lead_id: int, body: Nothing, actor: Actor) -> Response:  # noqa: ARG001
    """Analyze a lead

    Computes score, recommendation and reason from what the lead is now. Takes no body, or `{}`.
    """
    lead = analysis.analyze(lead_id, actor=actor, now=utc_now())
    db.session.commit()
    return lead_answer(lead)


@api.post(
    "/leads/<record_id:lead_id>/activities",
    tags=[LEADS],
    responses=answers(
        Lead,
        "lead_not_found",
        "invalid_input",
        status=201,
        body=True,
        headers=TAG_HEADER | LOCATION_HEADER,
    ),
)
@api_requires(Permission.WORK_LEADS, one_statement=True)
def log_activity(lead_id: int, body: ActivityLog, actor: Actor) -> Response:
    """Log an activity

    Answers with the lead; the activity itself stands among its events.
    """
    lead = activities.log_activity(lead_id, body.kind, note=body.note, actor=actor, now=utc_now())
    db.session.commit()
    return lead_answer(lead, 201, location=f"{PREFIX}/leads/{lead_id}/events")


@api.get(
    "/leads/<record_id:lead_id>/events",
    tags=[LEADS],
    responses=answers(EventList, "lead_not_found", "invalid_input"),
)
@api_requires(Permission.SEE_LEADS, one_statement=True)
def show_events(lead_id: int, query: PageQuery, actor: Actor) -> Response:
    """List what happened to a lead

    The oldest first, its sale's events among them.
    """
    page = list_events(lead_id, actor=actor, limit=query.limit, cursor=query.cursor)
    return events_answer(page.items, page.next_cursor)
