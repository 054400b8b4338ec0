"""How a change of a lead is answered: in place on the board, in the panel, or by going back."""

from collections.abc import Sequence

from flask import Response, flash, redirect, render_template
from werkzeug.wrappers import Response as BaseResponse

from leadapp.blueprints.board.cards import card_of_lead
from leadapp.blueprints.board.page import heads
from leadapp.blueprints.leads.page import forget_lists, render_lead, request_lists
from leadapp.permissions import Actor
from leadapp.queries.board_filters import BoardFilters
from leadapp.queries.lead_view import LeadView
from leadapp.rules.stages import LeadStage
from leadapp.web.clock import utc_now
from leadapp.web.htmx import back_to, board_arguments, is_for, is_htmx, tell_panel


def lead_changed(
    lead: LeadView,
    said: str,
    *,
    actor: Actor,
    stages: Sequence[LeadStage] = (),
    dialog: str = "",
) -> BaseResponse:
    """Answer a change of a lead.

    `said` is what happened, for the live region or the next page; `stages` are the columns whose
    count changed; `dialog` is what the dialog shows next, unless it closes. A plain form goes back
    to where it came from, the panel is filled anew, a page other than the board is loaded again.
    """
    url = f"/leads/{lead.id}"
    if not is_htmx():
        flash(said, "success")
        return redirect(back_to(url))
    forget_lists()
    if is_for("panel"):
        body = render_lead(lead.id, actor=actor, in_panel=True)
        return Response(body + card_fragments(lead, said, actor=actor, stages=stages))
    if board_arguments() is None:
        flash(said, "success")
        return Response(headers={"HX-Refresh": "true"})
    response = Response(dialog + card_fragments(lead, said, actor=actor, stages=stages))
    tell_panel(response, url)
    return response


def lead_added(lead: LeadView, said: str, *, actor: Actor) -> BaseResponse:
    """Answer a new lead: its page, or, on the board, its card and, in the panel, itself."""
    url = f"/leads/{lead.id}"
    arguments = board_arguments()
    if not is_htmx() or arguments is None:
        flash(said, "success")
        return Response(headers={"HX-Redirect": url}) if is_htmx() else redirect(url)
    forget_lists()
    fragments = render_template(
        "leads/_added.html",
        card=card_of_lead(lead, request_lists(), actor=actor, now=utc_now()),
        heads=heads([lead.stage], BoardFilters.parse(arguments), actor=actor),
        said=said,
    )
    body = render_lead(lead.id, actor=actor, in_panel=True) if is_for("panel") else ""
    return Response(body + fragments, 201)


def card_fragments(
    lead: LeadView, said: str, *, actor: Actor, stages: Sequence[LeadStage] = ()
) -> str:
    """The card as it is now, the heads of its columns and what is said, all out of band."""
    arguments = board_arguments()
    on_board = arguments is not None
    return render_template(
        "board/_moved.html",
        card=card_of_lead(lead, request_lists(), actor=actor, now=utc_now()) if on_board else None,
        gone=None,
        heads=heads(list(stages), BoardFilters.parse(arguments or {}), actor=actor)
        if on_board and stages
        else [],
        said=said,
    )
