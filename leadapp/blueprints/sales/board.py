"""What the templates of the sales board are given."""

from collections.abc import Sequence
from datetime import datetime

from leadapp.blueprints.sales.cards import make_cards
from leadapp.permissions import Actor, Permission
from leadapp.queries.board_filters import NOBODY
from leadapp.queries.lists import Lists
from leadapp.queries.sale_board import SaleFilters, count_sales, load_sale_cards
from leadapp.rules.stages import SALE_PIPELINE, SaleStage
from leadapp.web.columns import Board, Column

SALES_BOARD = Board(
    path="/sales",
    title="Sales",
    pipeline=SALE_PIPELINE,
    drops={SaleStage.LOST: ("loss", True)},
    empty={
        SaleStage.NEW: "Leads that are handed off to sales arrive here.",
        SaleStage.PAID: "Sales that were paid are kept here.",
        SaleStage.LOST: "What was lost is kept here.",
    },
)
CARDS = "sales/_card.html"
"""The template of the cards, for those templates that the boards share."""


def load_board(
    filters: SaleFilters, lists: Lists, *, actor: Actor, now: datetime
) -> tuple[list[Column[SaleStage]], int]:
    """The columns in the order of the board, and how many sales they count. Two statements."""
    counts = count_sales(filters, actor=actor)
    columns = [
        Column(
            board=SALES_BOARD,
            stage=stage,
            count=counts.shown(stage),
            cards=make_cards(page.cards, lists, actor=actor, now=now),
            more_url=SALES_BOARD.more_url(stage, filters.query(), page.next_cursor),
            may_move=actor.may(Permission.WORK_SALES),
        )
        for stage, page in load_sale_cards(filters, actor=actor).items()
    ]
    return columns, sum(counts.by_stage.values())


def heads(
    stages: Sequence[SaleStage], filters: SaleFilters, *, actor: Actor
) -> list[Column[SaleStage]]:
    """The heads of some columns, for a fragment: counts without cards. One statement."""
    counts = count_sales(filters, actor=actor, stages=stages)
    return [Column(SALES_BOARD, stage, counts.shown(stage), [], None, False) for stage in stages]


def make_chips(filters: SaleFilters, lists: Lists) -> list[tuple[str, str]]:
    """For each filter in force its label and the address of the board without it."""
    chips = []
    if filters.owner:
        name = "Nobody" if filters.owner == NOBODY else lists.users.get(int(filters.owner), "?")
        chips.append((f"Salesperson: {name}", SALES_BOARD.address(filters.query(owner=None))))
    if filters.lead_id is not None:
        without = SALES_BOARD.address(filters.query(lead_id=None))
        chips.append((f"Lead {filters.lead_id}", without))
    return chips


def salespeople(lists: Lists) -> list[tuple[str, str]]:
    """What the filter offers, as values and labels."""
    return [(NOBODY, "Nobody"), *((str(user_id), name) for user_id, name in lists.owners)]
