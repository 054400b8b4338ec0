"""What the board's templates are given."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leadapp.blueprints.board.cards import make_cards
from leadapp.permissions import Actor, Permission
from leadapp.queries.board import ColumnCards, load_cards, load_found
from leadapp.queries.board_counts import Counts, count_leads
from leadapp.queries.board_filters import NOBODY, BoardFilters
from leadapp.queries.lists import Lists
from leadapp.rules.stages import LEAD_PIPELINE, LeadStage
from leadapp.web.columns import Board, Column
from leadapp.web.words import RECOMMENDATION_LABELS

# What a drop into a column is sent to, below the lead's address, and whether it asks first.
DROPS = {
    LeadStage.TRANSFERRED: ("handoff", True),
    LeadStage.LOST: ("loss", True),
}


LEAD_BOARD = Board(
    path="/board",
    title="Board",
    pipeline=LEAD_PIPELINE,
    drops=DROPS,
    empty={
        LeadStage.NEW: "New leads arrive here. Add one above.",
        LeadStage.TRANSFERRED: "Leads handed off to sales will be shown here.",
        LeadStage.LOST: "What was lost is kept here.",
    },
)


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force and the address of the board without it."""

    label: str
    remove_url: str


def board_url(filters: BoardFilters, **changes: Any) -> str:
    """The board's address with these filters."""
    return LEAD_BOARD.address(filters.query(**changes))


def make_columns(
    loaded: dict[LeadStage, ColumnCards],
    counts: Counts,
    lists: Lists,
    filters: BoardFilters,
    *,
    actor: Actor,
    now: datetime,
) -> list[Column[LeadStage]]:
    """The columns in the order of the board."""
    return [
        Column(
            board=LEAD_BOARD,
            stage=stage,
            count=counts.shown(stage),
            cards=make_cards(page.cards, lists, actor=actor, now=now),
            more_url=LEAD_BOARD.more_url(stage, filters.query(), page.next_cursor),
            may_move=actor.may(Permission.WORK_LEADS),
        )
        for stage, page in loaded.items()
    ]


def heads(
    stages: list[LeadStage], filters: BoardFilters, *, actor: Actor
) -> list[Column[LeadStage]]:
    """The heads of some columns, for a fragment: counts without cards. One statement."""
    counts = count_leads(filters, actor=actor, stages=stages)
    return [Column(LEAD_BOARD, stage, counts.shown(stage), [], None, False) for stage in stages]


def make_chips(filters: BoardFilters, lists: Lists) -> list[Chip]:
    """One chip for each filter in force."""
    chips: list[tuple[str, str]] = []
    if filters.q:
        chips.append((f"“{filters.q}”", "q"))
    if filters.owner:
        name = "Nobody" if filters.owner == NOBODY else lists.users.get(int(filters.owner), "?")
        chips.append((f"Owner: {name}", "owner"))
    if filters.source:
        chips.append((f"Source: {lists.sources.get(filters.source, ('?', ''))[0]}", "source"))
    if filters.domain:
        known = filters.domain != NOBODY
        name = lists.domains.get(int(filters.domain), "?") if known else "none"
        chips.append((f"Domain: {name}", "domain"))
    if filters.score_min is not None:
        chips.append((f"Score from {filters.score_min}", "score_min"))
    if filters.score_max is not None:
        chips.append((f"Score to {filters.score_max}", "score_max"))
    if filters.recommendation:
        chips.append((RECOMMENDATION_LABELS[filters.recommendation], "recommendation"))
    if filters.stale:
        chips.append(("Changed since analysis", "stale"))
    return [Chip(label, board_url(filters, **{field: None})) for label, field in chips]


def filter_options(lists: Lists) -> dict[str, list[tuple[str, str]]]:
    """What the filters' selects offer, as values and labels."""
    return {
        "owners": [(NOBODY, "Nobody"), *((str(i), name) for i, name in lists.owners)],
        "sources": [(str(i), name) for i, name in lists.current_sources],
        "domains": [(NOBODY, "No domain"), *((str(i), name) for i, name in lists.current_domains)],
    }


def load_board(
    filters: BoardFilters, *, actor: Actor
) -> tuple[dict[LeadStage, ColumnCards], Counts]:
    """The cards by column and the counts. Two statements at most."""
    if filters.search is not None:
        return load_found(filters, actor=actor)
    counts = count_leads(filters, actor=actor)
    return load_cards(filters, actor=actor), counts
