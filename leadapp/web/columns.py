"""The columns of a board, of leads or of sales: heads, cards, and where a card may go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic

from leadapp.rules.stages import Pipeline, StageT
from leadapp.web.words import STAGE_LABELS

STEP = ("stage", False)
"""A move that is posted at once to the record's `stage`."""


@dataclass(frozen=True, eq=False)
class Board(Generic[StageT]):
    """What tells one board from another.

    `drops` says what a move into a stage is sent to, below the record's address, and whether it
    asks first; every other move is a STEP. `empty` is what an empty column says.
    """

    path: str
    title: str
    pipeline: Pipeline[StageT]
    drops: Mapping[StageT, tuple[str, bool]]
    empty: Mapping[StageT, str]

    @property
    def noun(self) -> str:
        """What its cards are, in the singular."""
        return self.pipeline.noun

    def address(self, query: str) -> str:
        """The board's address with these filters."""
        return f"{self.path}?{query}" if query else self.path

    def more_url(self, stage: StageT, query: str, cursor: str | None) -> str | None:
        """The address of the next page of a column; None for no cursor."""
        if cursor is None:
            return None
        return f"{self.path}/columns/{stage}?{query + '&' if query else ''}cursor={cursor}"


@dataclass(frozen=True)
class Column(Generic[StageT]):
    """A column: its head, the stages its cards may enter, and its cards."""

    board: Board[StageT]
    stage: StageT
    count: str
    cards: Sequence[Any]
    more_url: str | None
    may_move: bool

    @property
    def label(self) -> str:
        """The stage's name."""
        return STAGE_LABELS[self.stage]

    @property
    def final(self) -> bool:
        """Whether the stage is final."""
        return self.board.pipeline.is_final(self.stage)

    @property
    def folded(self) -> bool:
        """Final columns start folded."""
        return self.final

    @property
    def to(self) -> str:
        """The stages that cards of this column may enter, by a person who may move them."""
        return " ".join(self.board.pipeline.targets(self.stage)) if self.may_move else ""

    @property
    def drop(self) -> str:
        """Where a drop into this column is sent, below the record's address."""
        return self.board.drops.get(self.stage, STEP)[0]

    @property
    def asks(self) -> bool:
        """Whether a drop into this column opens a question."""
        return self.board.drops.get(self.stage, STEP)[1]

    @property
    def empty(self) -> str:
        """What the column says while it has no cards."""
        return self.board.empty.get(self.stage, "Nothing here. Move a card into this column.")
