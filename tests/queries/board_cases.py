"""What the tests of the board's reads share."""

from leadapp.permissions import Actor
from leadapp.queries.board import CardRow, load_column
from leadapp.queries.board_counts import count_leads
from leadapp.queries.board_filters import BoardFilters
from leadapp.queries.bulk import ids_on_board
from leadapp.rules.stages import LeadStage

ALL = BoardFilters()
NEW = LeadStage.NEW


def cards(filters: BoardFilters, actor: Actor, stage: LeadStage = NEW) -> list[CardRow]:
    return load_column(filters, stage, actor=actor, cursor=None).cards


def ids(filters: BoardFilters, actor: Actor, stage: LeadStage = NEW) -> list[int]:
    return [card.id for card in cards(filters, actor, stage)]


def check_shown(filters: BoardFilters, expected: list[int], actor: Actor) -> None:
    """These leads in `new`, in whatever order, counted and analyzed in bulk likewise."""
    assert sorted(ids(filters, actor)) == sorted(expected)
    assert count_leads(filters, actor=actor).by_stage.get("new", 0) == len(expected)
    assert sorted(ids_on_board(filters, actor=actor, limit=100)) == sorted(expected)
