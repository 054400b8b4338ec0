"""The closed leads that a model learns from."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from leadapp.scoring.document import FOLDS


@dataclass(frozen=True)
class TrainingTable:
    """Closed leads, column by column; every list is as long as there are leads.

    `keys` are stable identities: "h:<id>" for imported history, "l:<id>" for leads of the board.
    `columns` holds the inputs by name (`source`, `business_domain`, `activity_count`, and
    attributes under their own names); None is blank. `own` says whether a lead closed here or was
    imported. `changed_at_close` names columns that here only ever changed when leads closed.
    """

    keys: list[str]
    columns: dict[str, list[str | None]]
    won: list[bool]
    closed_on: list[date | None]
    own: list[bool]
    changed_at_close: frozenset[str] = frozenset()

    def rows(self, places: Sequence[int]) -> "TrainingTable":
        """The table of only the leads at these places, in this order."""
        return TrainingTable(
            keys=[self.keys[i] for i in places],
            columns={name: [cells[i] for i in places] for name, cells in self.columns.items()},
            won=[self.won[i] for i in places],
            closed_on=[self.closed_on[i] for i in places],
            own=[self.own[i] for i in places],
            changed_at_close=self.changed_at_close,
        )


def fold_of(key: str) -> int:
    """Which of the five parts a closed lead belongs to, for good: the same in every process."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") % FOLDS
