"""Leads: list, create, show, change."""

from typing import Any

from flask import Response

from leadapp.blueprints.api_v1.answers import lead_answer, leads_answer
from leadapp.blueprints.api_v1.blueprint import PREFIX, api
from leadapp.blueprints.api_v1.conditional import expected_version
from leadapp.blueprints.api_v1.description import (
    LEADS,
    LOCATION_HEADER,
    TAG_HEADER,
    answers,
)
from leadapp.blueprints.api_v1.guard import api_requires
from leadapp.blueprints.api_v1.records import Lead, LeadList
from leadapp.blueprints.api_v1.schemas import LeadChange, LeadCreation, LeadQuery
from leadapp.errors import InvalidInput
from leadapp.extensions import db
from leadapp.permissions import Actor, Permission
from leadapp.queries.lead_list import LeadFilters, list_leads
from leadapp.queries.lead_view import get_lead
from leadapp.services.leads import create_lead, update_lead
from leadapp.web.clock import utc_now


@api.get("/leads/", tags=[LEADS], responses=answers(LeadList, "invalid_input"))
@api_requires(Permission.SEE_LEADS, one_statement=True)
def show_leads(query: LeadQuery, actor: Actor) -> Response:
    """List leads

    By id, page by page: pass `next_cursor` as `cursor` for the next one.
    """
    filters = LeadFilters(**query.model_dump(exclude={"limit", "cursor"}))
    page = list_leads(filters, actor=actor, limit=query.limit, cursor=query.cursor)
    return leads_answer(page.items, page.next_cursor)


@api.post(
    "/leads/",
    tags=[LEADS],
    responses=answers(
        Lead, "invalid_input", status=201, body=True, headers=TAG_HEADER | LOCATION_HEADER
    ),
)
# One statement creates a lead. A new business domain joins the list before, once nothing speaks
# against the lead; it would stay there only if somebody took the external id in that moment.
@api_requires(Permission.WORK_LEADS, one_statement=True)
def add_lead(body: LeadCreation, actor: Actor) -> Response:
    """Create a lead

    It starts in `new`. A new business domain joins the list; an unknown source is refused.
    """
    values = body.model_dump(exclude_unset=True)
    _check_assignable(values, actor)
    lead = create_lead(values, actor=actor, now=utc_now())
    db.session.commit()
    return lead_answer(lead, 201, location=f"{PREFIX}/leads/{lead.id}")


@api.get(
    "/leads/<record_id:lead_id>",
    tags=[LEADS],
    responses=answers(Lead, "lead_not_found", headers=TAG_HEADER, unchanged=True),
)
@api_requires(Permission.SEE_LEADS, one_statement=True)
def show_lead(lead_id: int, actor: Actor) -> Response:
    """Show a lead"""
    return lead_answer(get_lead(lead_id, actor=actor))


@api.patch(
    "/leads/<record_id:lead_id>",
    tags=[LEADS],
    responses=answers(
        Lead,
        "lead_not_found",
        "lead_is_final",
        "version_conflict",
        "invalid_input",
        body=True,
        headers=TAG_HEADER,
    ),
)
@api_requires(Permission.WORK_LEADS)
def change_lead(lead_id: int, body: LeadChange, actor: Actor) -> Response:
    """Change a lead

    Only the fields that are given; null or blank clears one. `attributes` are replaced as a whole.
    """
    values = body.model_dump(exclude_unset=True)
    _check_assignable(values, actor)
    version = expected_version(lambda: get_lead(lead_id, actor=actor).version)
    changed = update_lead(lead_id, values, actor=actor, now=utc_now(), version=version)
    db.session.commit()
    return lead_answer(changed)


def _check_assignable(values: dict[str, Any], actor: Actor) -> None:
    if "owner_id" in values and not actor.may(Permission.ASSIGN_LEADS):
        raise InvalidInput([("owner_id", "your role does not assign leads; leave it out")])
