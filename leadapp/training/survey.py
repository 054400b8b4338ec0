"""All columns of a table, each with its signs and what becomes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from leadapp.scoring.document import NEVER_FEATURES
from leadapp.training.arrays import Floats, Ints
from leadapp.training.binning import Feature, make_feature
from leadapp.training.columns import Reading, read
from leadapp.training.leaks import Sign, Suspect, Verdict, judge, signs_of
from leadapp.training.table import TrainingTable

Choice = Literal["use", "leave_out"]

MOSTLY_BLANK = 20
"""A column that fewer leads have filled in than this tells nothing."""
_WHEN = "When is it filled in?"


@dataclass(frozen=True)
class Surveyed:
    """A column, what it says of itself, and what becomes of it."""

    reading: Reading
    feature: Feature
    signs: tuple[Sign, ...]
    verdict: Verdict
    choice: Choice | None = None

    @property
    def name(self) -> str:
        """The column's name."""
        return self.reading.name

    @property
    def is_suspected(self) -> bool:
        """Whether it looks as if it had been filled in afterwards."""
        return any(sign.weight for sign in self.signs)


def survey(
    table: TrainingTable, choices: Mapping[str, Choice], won: Floats, folds: Ints
) -> list[Surveyed]:
    """Every column of the table in its order, but for what no model ever learns from."""
    found = [
        _look(read(name, cells), won, folds, name in table.changed_at_close)
        for name, cells in table.columns.items()
        if name and name not in NEVER_FEATURES
    ]
    return [_decide(column, choices.get(column.name)) for column in _same_hand(found)]


def _look(reading: Reading, won: Floats, folds: Ints, changed_at_close: bool) -> Surveyed:
    feature = make_feature(reading)
    plain = _plain_sign(reading)
    if reading.kind in {"blank", "constant"} or _tells_nothing(reading):
        return Surveyed(reading, feature, tuple(plain), "left_out")
    signs = signs_of(Suspect(reading, feature, won, folds), changed_at_close=changed_at_close)
    return Surveyed(reading, feature, (*signs, *plain), judge(signs))


def _tells_nothing(reading: Reading) -> bool:
    """Whether nothing can be learned: too few are filled in, or all are and no two are alike."""
    filled = int(reading.filled.sum())
    if filled < min(MOSTLY_BLANK, len(reading.codes) / 5):
        return True
    return reading.kind in {"unique", "text", "date"} and filled == len(reading.codes)


def _plain_sign(reading: Reading) -> list[Sign]:
    """What is made of a column, where that is not what its cells say."""
    filled = float(reading.filled.mean()) if len(reading.codes) else 0.0
    counts = "" if filled == 1 else " Only whether it is filled in can count."
    texts = {
        "blank": ("constant", "It is always blank."),
        "constant": ("constant", "It is the same for every lead."),
        "unique": ("unique", f"Hardly two leads have the same; it is a name or a number.{counts}"),
        "text": ("free_text", f"It is free text.{counts}"),
        "date": ("free_text", f"It holds dates, and those of new leads are always later.{counts}"),
    }
    if reading.kind in texts:
        sign, text = texts[reading.kind]
        return [Sign(sign, round(filled, 4), text)]
    if _tells_nothing(reading):
        text = f"Only {int(reading.filled.sum())} leads have it filled in."
        return [Sign("mostly_blank", round(1 - filled, 4), text)]
    return []


def _same_hand(columns: list[Surveyed]) -> list[Surveyed]:
    """Doubt what is filled in for the very same leads as a suspect: one hand wrote both."""
    suspects = {
        column.reading.filled.tobytes(): column.name
        for column in reversed(columns)
        if any(sign.of_cells for sign in column.signs)
        and 0.05 < column.reading.filled.mean() < 0.95
    }
    return [_doubted(column, suspects.get(column.reading.filled.tobytes())) for column in columns]


def _doubted(column: Surveyed, suspect: str | None) -> Surveyed:
    if suspect is None or column.verdict != "used":
        return column
    text = f"It is filled in for exactly the same leads as {suspect}, which is suspected."
    sign = Sign("blanks", round(float(column.reading.filled.mean()), 4), text, weight=1)
    return replace(column, signs=(sign, *column.signs), verdict="doubtful")


def _decide(column: Surveyed, choice: Choice | None) -> Surveyed:
    """What an admin said goes; where nobody has yet, the signs decide and a doubt asks."""
    if choice == "leave_out":
        return replace(column, verdict="left_out", choice=choice)
    if choice == "use" and np.unique(column.feature.levels).size > 1:
        return replace(column, verdict="used", choice=choice)
    if column.verdict == "doubtful":
        first, *others = column.signs
        first = replace(first, text=f"{first.text} {_WHEN}")
        return replace(column, signs=(first, *others), choice=choice)
    return replace(column, choice=choice)
