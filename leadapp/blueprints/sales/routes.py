"""The sales board, and the page of a sale."""

from flask import Blueprint, g, render_template, request

from leadapp.blueprints.sales.board import (
    CARDS,
    SALES_BOARD,
    load_board,
    make_chips,
    salespeople,
)
from leadapp.blueprints.sales.cards import make_cards
from leadapp.blueprints.sales.page import render_sale
from leadapp.permissions import Permission
from leadapp.queries.lists import load_lists
from leadapp.queries.sale_board import SaleFilters, count_sales, load_sale_cards
from leadapp.rules.stages import SALE_PIPELINE
from leadapp.web.clock import utc_now
from leadapp.web.columns import Column
from leadapp.web.guards import page_actor, requires
from leadapp.web.htmx import is_for, is_htmx

blueprint = Blueprint("sales", __name__, url_prefix="/sales")


@blueprint.get("")
@requires(Permission.SEE_LEADS)
def show() -> str:
    """The sales board, filtered as its address says. Three statements."""
    actor, now = page_actor(), utc_now()
    filters = SaleFilters.parse(request.args)
    lists = g.lists = load_lists()
    columns, total = load_board(filters, lists, actor=actor, now=now)
    return render_template(
        "sales/board.html",
        columns=columns,
        filters=filters,
        chips=make_chips(filters, lists),
        owners=salespeople(lists),
        total=total,
    )


@blueprint.get("/columns/<stage>")
@requires(Permission.SEE_LEADS)
def more(stage: str) -> str:
    """The next cards of one column: the fragment for "Show more", or a page of its own."""
    actor, now = page_actor(), utc_now()
    column_stage = SALE_PIPELINE.parse(stage)
    filters = SaleFilters.parse(request.args)
    lists = g.lists = load_lists()
    page = load_sale_cards(
        filters, actor=actor, stages=[column_stage], cursor=request.args.get("cursor") or None
    )[column_stage]
    cards = make_cards(page.cards, lists, actor=actor, now=now)
    further = SALES_BOARD.more_url(column_stage, filters.query(), page.next_cursor)
    shown = {"cards": cards, "more_url": further, "cards_from": CARDS}
    if is_htmx():
        return render_template("board/_more.html", **shown)
    counts = count_sales(filters, actor=actor, stages=[column_stage])
    column = Column(SALES_BOARD, column_stage, counts.shown(column_stage), cards, further, False)
    return render_template("board/column.html", column=column, **shown)


@blueprint.get("/<record_id:sale_id>")
@requires(Permission.SEE_LEADS)
def sale(sale_id: int) -> str:
    """A sale with the evidence of its handoff: beside the board, or as a page."""
    return render_sale(sale_id, actor=page_actor(), in_panel=is_for("panel"))
