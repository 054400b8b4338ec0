"""Advice on a lead: ask for it, read it."""

import orjson
from flask import Response

from leadapp.blueprints.api_v1.answers import JSON
from leadapp.blueprints.api_v1.blueprint import PREFIX, api
from leadapp.blueprints.api_v1.description import LEADS, LOCATION_HEADER, answers
from leadapp.blueprints.api_v1.guard import api_requires
from leadapp.blueprints.api_v1.records import Advice
from leadapp.blueprints.api_v1.schemas import Nothing
from leadapp.extensions import db
from leadapp.permissions import Actor, Permission
from leadapp.queries.advice import AdviceView, latest_advice
from leadapp.services.advice import ask_adviser
from leadapp.web.adviser import adviser_daily, adviser_model
from leadapp.web.clock import utc_now


@api.post(
    "/leads/<record_id:lead_id>/advice",
    tags=[LEADS],
    responses=answers(
        Advice,
        "lead_not_found",
        "adviser_not_set_up",
        "advice_budget_spent",
        "invalid_input",
        status=202,
        body=True,
        headers=LOCATION_HEADER,
    ),
)
@api_requires(Permission.WORK_LEADS)
def ask_for_advice(lead_id: int, body: Nothing, actor: Actor) -> Response:  # noqa: ARG001
    """Ask the adviser about a lead

    A language model answers in the background, within ten seconds: look for it by GET. Takes no
    body, or `{}`.
    """
    asked = ask_adviser(
        lead_id, model=adviser_model(), daily=adviser_daily(), actor=actor, now=utc_now()
    )
    db.session.commit()
    return _answer(asked, 202, {"Location": f"{PREFIX}/leads/{lead_id}/advice"})


@api.get(
    "/leads/<record_id:lead_id>/advice",
    tags=[LEADS],
    responses=answers(Advice, "lead_not_found", "advice_not_found"),
)
@api_requires(Permission.SEE_LEADS, one_statement=True)
def show_advice(lead_id: int, actor: Actor) -> Response:
    """Show the latest advice on a lead"""
    return _answer(latest_advice(lead_id, actor=actor), 200, {})


def _answer(advice: AdviceView, status: int, headers: dict[str, str]) -> Response:
    answer = advice.answer or {}
    state = advice.status(utc_now())
    data = {
        "id": advice.id,
        "lead_id": advice.lead_id,
        "status": state,
        **{name: answer.get(name) for name in ("summary", "open_questions", "next_step", "draft")},
        "model": advice.model,
        "error": advice.why_not if state == "failed" else None,
        "requested_by_id": advice.requested_by_id,
        "requested_by": advice.requested_by,
        "created_at": advice.created_at,
    }
    return Response(orjson.dumps(data), status, headers, content_type=JSON)
