"""How a change of a lead is answered: in place on the board, in the panel, or by going back."""

import json
from collections.abc import Sequence

from flask import Response, flash, g, redirect, render_template
from werkzeug.wrappers import Response as BaseResponse

from leadapp.blueprints.board.cards import card_of_lead
from leadapp.blueprints.board.page import heads
from leadapp.permissions import Actor
from leadapp.queries.board_filters import BoardFilters
from leadapp.queries.lead_view import LeadView
from leadapp.queries.lists import Lists, load_lists
from leadapp.rules.stages import LeadStage
from leadapp.web.clock import utc_now
from leadapp.web.htmx import back_to, board_arguments, is_htmx

LEAD_CHANGED = "leadapp:changed"
"""The event that tells an open panel to show the lead anew."""


def lead_changed(
    lead: LeadView, said: str, *, actor: Actor, stages: Sequence[LeadStage] = (), body: str = ""
) -> BaseResponse:
    """Answer a change of a lead.

    `said` is what happened, for the live region or the next page; `stages` are the columns whose
    count changed; `body` fills the target of the request (the panel), if it wants something. A
    plain form goes back to where it came from.
    """
    if not is_htmx():
        flash(said, "success")
        return redirect(back_to(f"/leads/{lead.id}"))
    response = Response(body + card_fragments(lead, said, actor=actor, stages=stages))
    if not body:
        response.headers["HX-Trigger"] = json.dumps({LEAD_CHANGED: {"id": lead.id}})
    return response


def card_fragments(
    lead: LeadView, said: str, *, actor: Actor, stages: Sequence[LeadStage] = ()
) -> str:
    """The card as it is now, the heads of its columns and what is said, all out of band."""
    arguments = board_arguments()
    on_board = arguments is not None
    lists: Lists = g.get("lists") or load_lists()
    g.lists = lists
    return render_template(
        "board/_moved.html",
        card=card_of_lead(lead, lists, actor=actor, now=utc_now()) if on_board else None,
        gone=None,
        heads=heads(list(stages), BoardFilters.parse(arguments or {}), actor=actor)
        if on_board and stages
        else [],
        said=said,
    )
