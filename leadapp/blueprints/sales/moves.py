"""Moving a sale by hand: a step or a loss."""

from collections.abc import Sequence

from flask import Blueprint, Response, flash, g, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from leadapp.blueprints.sales.board import CARDS, SALES_BOARD, heads
from leadapp.blueprints.sales.cards import card_of_sale
from leadapp.blueprints.sales.page import render_sale
from leadapp.errors import InvalidInput, InvalidTransition, StageMoved
from leadapp.extensions import db
from leadapp.permissions import Actor, Permission
from leadapp.queries.lists import load_lists
from leadapp.queries.sale_board import SaleFilters
from leadapp.queries.sale_view import SaleView, get_sale
from leadapp.rules.lost import SaleLostReason
from leadapp.rules.stages import SALE_PIPELINE, SaleStage
from leadapp.services.sales import check_movable, move_sale
from leadapp.web.clock import utc_now
from leadapp.web.columns import STEP
from leadapp.web.forms import show_errors
from leadapp.web.guards import page_actor, requires
from leadapp.web.htmx import back_to, board_arguments, is_for, is_htmx, tell_panel
from leadapp.web.moves import LossForm, ask_why_lost, move_in_words, parse_seen, stages_touched
from leadapp.web.refusals import refusal_fragment
from leadapp.web.words import STAGE_LABELS

blueprint = Blueprint("sale_moves", __name__, url_prefix="/sales/<record_id:sale_id>")

_HINT = "“Not qualified” tells that the lead should not have been handed off."
_WHAT_STAYS = "A lost sale is final: it cannot be moved any more. Its evidence is kept."


@blueprint.get("/moves")
@requires(Permission.WORK_SALES)
def choose(sale_id: int) -> str:
    """Where the sale may go: the menu "Move to"."""
    sale = get_sale(sale_id, actor=page_actor())
    moves = []
    for to in SALE_PIPELINE.targets(sale.stage):
        drop, asks = SALES_BOARD.drops.get(to, STEP)
        url = f"/sales/{sale_id}/{drop}?seen={sale.stage}"
        label = "Mark as lost" if to is SaleStage.LOST else STAGE_LABELS[to]
        moves.append({"to": to, "label": label, "url": url, "asks": asks, "hint": None})
    return render_template(
        "board/_moves.html", in_dialog=is_for("dialog"), record=_heading(sale), moves=moves
    )


@blueprint.post("/stage")
@requires(Permission.WORK_SALES)
def step(sale_id: int) -> BaseResponse:
    """Move the sale one step. `to` comes from the form, the stage seen from the address."""
    actor = page_actor()
    to = SALE_PIPELINE.parse(request.form.get("to", ""), field="to")
    seen = parse_seen(SALE_PIPELINE, request.args.get("seen") or request.form.get("seen"))
    try:
        sale = move_sale(sale_id, to, actor=actor, now=utc_now(), seen=seen, reason_required=True)
    except (StageMoved, InvalidTransition) as refusal:
        return _refuse_with_card(refusal, sale_id, actor)
    db.session.commit()
    return _moved(sale, seen, actor)


@blueprint.route("/loss", methods=["GET", "POST"])
@requires(Permission.WORK_SALES)
def loss(sale_id: int) -> BaseResponse | tuple[str, int] | str:
    """Mark the sale as lost, with a reason."""
    actor = page_actor()
    sale = get_sale(sale_id, actor=actor)
    form = LossForm.of(SaleLostReason, hint=_HINT)
    if request.method == "GET":
        form.seen.data = str(sale.stage)
        seen = parse_seen(SALE_PIPELINE, request.args.get("seen"))
        try:
            check_movable(sale_id, SaleStage.LOST, actor=actor, seen=seen, version=None)
        except (StageMoved, InvalidTransition) as refusal:
            return _refuse_with_card(refusal, sale_id, actor)
    if form.validate_on_submit():
        seen = parse_seen(SALE_PIPELINE, form.seen.data)
        try:
            sale = move_sale(
                sale_id,
                SaleStage.LOST,
                actor=actor,
                now=utc_now(),
                seen=seen,
                lost_reason=form.lost_reason.data,
                lost_note=form.lost_note.data,
                reason_required=True,
            )
        except InvalidInput as refusal:
            db.session.rollback()
            show_errors(form, refusal)
        except (StageMoved, InvalidTransition) as refusal:
            return _refuse_with_card(refusal, sale_id, actor)
        else:
            db.session.commit()
            return _moved(sale, seen, actor)
    return ask_why_lost(form, _heading(sale), what_stays=_WHAT_STAYS)


def _heading(sale: SaleView) -> dict[str, str]:
    return {"title": sale.title, "url": f"/sales/{sale.id}", "stage": sale.stage}


def _moved(sale: SaleView, seen: SaleStage | None, actor: Actor) -> BaseResponse:
    """Answer a move: in place on the board and in the panel, or by going back.

    A page other than the board is loaded again.
    """
    url = f"/sales/{sale.id}"
    said = move_in_words(sale)
    if not is_htmx():
        flash(said, "success")
        return redirect(back_to(url))
    if board_arguments(SALES_BOARD.path) is None and not is_for("panel"):
        flash(said, "success")
        return Response(headers={"HX-Refresh": "true"})
    stages = stages_touched(SALE_PIPELINE, sale.stage, seen)
    also = card_fragments(sale, said, actor=actor, stages=stages)
    if is_for("panel"):
        return Response(render_sale(sale.id, actor=actor, in_panel=True) + also)
    response = Response(also)
    tell_panel(response, url)
    return response


def _refuse_with_card(
    refusal: StageMoved | InvalidTransition, sale_id: int, actor: Actor
) -> BaseResponse:
    """Refuse, and hand out the card as it is now, so that the board tells the truth again."""
    if not is_htmx():
        raise refusal
    db.session.rollback()
    sale = get_sale(sale_id, actor=actor)
    also = card_fragments(sale, refusal.message, actor=actor, stages=SALE_PIPELINE.stages)
    response = refusal_fragment(refusal, 409, also=also)
    tell_panel(response, f"/sales/{sale_id}")
    return response


def card_fragments(sale: SaleView, said: str, *, actor: Actor, stages: Sequence[SaleStage]) -> str:
    """The card as it is now, the heads of its columns and what is said, all out of band."""
    arguments = board_arguments(SALES_BOARD.path)
    card, shown = None, []
    if arguments is not None:
        lists = g.lists = load_lists()
        card = card_of_sale(sale, lists, actor=actor, now=utc_now())
        shown = heads(stages, SaleFilters.parse(arguments), actor=actor)
    return render_template(
        "board/_moved.html", card=card, gone=None, heads=shown, said=said, cards_from=CARDS
    )
