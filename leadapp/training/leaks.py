"""Signs that a column was filled in after the outcome was known.

A model that learns from such a column looks brilliant and is worthless. Statistics cannot find all
of them: each sign comes with its figure, and weak ones make a column doubtful until a person says
when it is filled in. Names play no part, and every figure counts by the end of its interval that
speaks for honesty, so that chance accuses no column.

Whether a cell is filled in and what it says are judged apart. Forms that leads skip make blanks
that tell much and are honest; what people write once they know the end shows where it is written.
"""

from dataclasses import dataclass
from functools import cached_property
from math import log, sqrt
from typing import Literal

import numpy as np

from leadapp.scoring.record import wilson
from leadapp.training.arrays import Floats, Ints, tally
from leadapp.training.binning import Feature
from leadapp.training.columns import Reading
from leadapp.training.evaluation import auc, outcomes

Verdict = Literal["used", "doubtful", "left_out"]

LABEL_DOUBTFUL = 2 / 3
"""A label known beforehand seldom tells won from lost in two pairs of three."""
LABEL_WITH_BLANKS_DOUBTFUL = 0.70
"""That it is filled in at all may tell a little more."""
MEASURE_DOUBTFUL = 0.80
"""A measure, such as minutes on a website, can honestly tell more: four pairs of five."""
STRONG = 0.80
BEYOND_BELIEF = 0.90
"""Nothing known beforehand tells won from lost in nine pairs of ten."""
BLANKS_DOUBTFUL = 2 / 3
BLANKS_BEYOND_BELIEF = 0.80
PURE_WON, PURE_LOST = 20, 12
"""A value is pure where its odds are so many times those of all leads, or so many times less."""
PURE_SHARE = 0.80
PURE_DOUBTFUL, PURE_BEYOND_BELIEF = 0.10, 0.50
"""Which part of the leads won, or of those lost, pure values hold."""

# A column is left out from this weight of its signs on.
_LEFT_OUT = 3
# One-sided bounds at 90 %.
_Z = 1.2816
_LEAST = 20
# What leads of one outcome alone would be by chance: less than one in 10,000 times (e to the 9.2).
_NO_CHANCE = 9.2
# A number of so few different values, in which more is not better or worse, is a rating.
_FEW_NUMBERS = 20
_JAGGED = 0.05


@dataclass(frozen=True)
class Sign:
    """What speaks against a column, or what is made of it: a figure and a sentence."""

    sign: str
    figure: float
    text: str
    weight: int = 0
    """0 for what is no sign of a leak; from 3 on, all signs together, a column is left out."""
    of_cells: bool = False
    """Whether it lies in what the cells say, and not in which of them are filled in."""


@dataclass(frozen=True)
class Suspect:
    """A column, its levels, and the outcomes of the same leads."""

    column: Reading
    feature: Feature
    won: Floats
    folds: Ints

    @cached_property
    def written(self) -> Ints:
        """The leads whose cell says something of which there is more than one case."""
        return np.flatnonzero(self.column.filled & (self.feature.levels >= 0))

    @cached_property
    def alone(self) -> tuple[float, float]:
        """How well the cells that are filled in tell won from lost, and the lower bound of it."""
        return self._ranked(self.written)

    @cached_property
    def with_blanks(self) -> tuple[float, float]:
        """The same for all cells, blanks among them."""
        return self._ranked(np.flatnonzero(self.feature.levels >= 0))

    def _ranked(self, rows: Ints) -> tuple[float, float]:
        """As AUC, each lead ranked by the share won of its level among the leads of other folds."""
        won, levels, folds = self.won[rows], self.feature.levels[rows], self.folds[rows]
        if min(won.sum(), len(won) - won.sum()) < _LEAST:
            return 0.5, 0.5
        ranks = np.zeros(len(rows))
        for fold in np.unique(folds):
            others = folds != fold
            leads = tally(levels[others], self.feature.size)
            wins = tally(levels[others], self.feature.size, won[others])
            rates = (wins + 4 * won.mean()) / (leads + 4)
            ranks[~others] = rates[levels[~others]]
        return _auc_with_bound(ranks, won)

    @cached_property
    def blanks(self) -> tuple[float, float]:
        """How well whether it is filled in tells won from lost, either way; and the lower bound."""
        filled = self.column.filled.astype(float)
        value, low = _auc_with_bound(filled, self.won)
        return (value, low) if value >= 0.5 else _auc_with_bound(1 - filled, self.won)

    @cached_property
    def is_label(self) -> bool:
        """Whether its cells are words that come again, or numbers that stand for words."""
        if self.feature.size == 1:
            return False
        if not self.feature.is_number:
            return True
        numbers = self.column.numbers[self.column.codes[self.written]]
        if len(np.unique(numbers)) > _FEW_NUMBERS:
            return False
        ordered, _ = _auc_with_bound(
            self.feature.levels[self.written].astype(float), self.won[self.written]
        )
        return self.alone[0] - max(ordered, 1 - ordered) > _JAGGED

    @cached_property
    def pure(self) -> tuple[float, float]:
        """Which part of the leads won, and of those lost, have a value of one outcome only.

        Where all cells that are filled in go with one outcome, they count as one value.
        """
        won, lost = (float(count) for count in (self.won.sum(), (1 - self.won).sum()))
        filled = self.column.filled
        filled_won = float(self.won[filled].sum())
        filled_lost = float(filled.sum()) - filled_won
        parts = self._pure_values(won, lost) if self.is_label else (0.0, 0.0)
        if not filled_lost and filled_won * log(len(self.won) / max(won, 1)) > _NO_CHANCE:
            parts = (filled_won / won, 0.0)
        if not filled_won and filled_lost * log(len(self.won) / max(lost, 1)) > _NO_CHANCE:
            parts = (0.0, filled_lost / lost)
        return parts

    def _pure_values(self, won: float, lost: float) -> tuple[float, float]:
        size, rows = self.feature.size, self.written
        leads = tally(self.feature.levels[rows], size)
        wins = tally(self.feature.levels[rows], size, self.won[rows])
        base = won / max(lost, 1)
        pure_won = pure_lost = 0.0
        for level in np.flatnonzero(leads):
            if level == self.feature.rare:
                continue
            low, high = wilson(int(wins[level]), int(leads[level]))
            if low >= max(PURE_SHARE, _rate(base * PURE_WON)):
                pure_won += float(wins[level])
            elif high <= min(1 - PURE_SHARE, _rate(base / PURE_LOST)):
                pure_lost += float(leads[level] - wins[level])
        return pure_won / max(won, 1), pure_lost / max(lost, 1)


def signs_of(suspect: Suspect, *, changed_at_close: bool) -> list[Sign]:
    """Everything that speaks for a column having been filled in afterwards."""
    found = [
        _alone(suspect) if suspect.feature.size > 1 else None,
        _pure(suspect),
        _blanks(suspect),
    ]
    signs = [sign for sign in found if sign is not None]
    if changed_at_close:
        text = "Here it only ever changed when a lead closed."
        signs.append(Sign("changed_at_close", 1.0, text, weight=2))
    return signs


def judge(signs: list[Sign]) -> Verdict:
    """What becomes of a column with these signs, unless an admin decides otherwise."""
    weight = sum(sign.weight for sign in signs)
    if weight >= _LEFT_OUT:
        return "left_out"
    return "doubtful" if weight else "used"


def _alone(suspect: Suspect) -> Sign | None:
    what, least = ("label", LABEL_DOUBTFUL) if suspect.is_label else ("measure", MEASURE_DOUBTFUL)
    value, low = suspect.alone
    of_cells, where = True, "" if suspect.column.filled.all() else ", where it is filled in"
    if low < least and suspect.is_label:
        (value, low), least = suspect.with_blanks, LABEL_WITH_BLANKS_DOUBTFUL
        of_cells, where = False, ", blanks counted in"
    if low < least:
        return None
    weight = 3 if low >= BEYOND_BELIEF else 2 if suspect.is_label and low >= STRONG else 1
    text = (
        f"Alone it tells won from lost with an AUC of {value:.2f}{where}; a {what} known before"
        f" the outcome seldom passes {least:.2f}."
    )
    return Sign("alone", round(value, 4), text, weight, of_cells)


def _pure(suspect: Suspect) -> Sign | None:
    won, lost = suspect.pure
    share = max(won, lost)
    if share < PURE_DOUBTFUL:
        return None
    these, those = ("won", "lost") if won >= lost else ("lost", "won")
    text = f"{share:.0%} of the {these} leads have a value that hardly any {those} lead has."
    weight = 3 if share >= PURE_BEYOND_BELIEF else 2
    return Sign("pure_values", round(share, 4), text.replace("%", " %"), weight, of_cells=True)


def _blanks(suspect: Suspect) -> Sign | None:
    value, low = suspect.blanks
    if low < BLANKS_DOUBTFUL:
        return None
    won = suspect.won > 0
    filled = suspect.column.filled
    text = (
        f"It is filled in for {filled[won].mean():.0%} of the won leads and for"
        f" {filled[~won].mean():.0%} of the lost ones."
    )
    weight = 3 if low >= BLANKS_BEYOND_BELIEF else 1
    return Sign("blanks", round(value, 4), text.replace("%", " %"), weight)


def _rate(odds: float) -> float:
    return odds / (1 + odds)


def _auc_with_bound(ranks: Floats, won: Floats) -> tuple[float, float]:
    """The AUC and its lower bound; the error is that of Hanley and McNeil (1982)."""
    wins = float(won.sum())
    losses = len(won) - wins
    if not wins or not losses:
        return 0.5, 0.5
    order = np.unique(ranks, return_inverse=True)[1]
    area = float(auc(outcomes(order, won))[0])
    one, other = area / (2 - area), 2 * area**2 / (1 + area)
    variance = (
        area * (1 - area) + (wins - 1) * (one - area**2) + (losses - 1) * (other - area**2)
    ) / (wins * losses)
    return area, area - _Z * sqrt(max(variance, 0.0))
