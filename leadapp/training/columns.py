"""What kind of column one is, told from its cells alone and never from its name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from leadapp.scoring.texts import fold, read_number

Kind = Literal["number", "category", "text", "date", "unique", "constant", "blank"]

_DATE = re.compile(
    r"(?:[0-9]{4}([-/.])[0-9]{1,2}\1[0-9]{1,2}|[0-9]{1,2}([-/.])[0-9]{1,2}\2[0-9]{2,4})"
    r"(?:[ t]+[0-9]{1,2}:[0-9]{2}.*)?"
)
# From this share of the filled cells on a column is what most of its cells are.
_MOST = 0.9
# With so many different numbers a column of numbers and words is one of numbers.
_MANY_NUMBERS = 10
# Fewer cells than this say nothing about whether values repeat.
_ENOUGH_TO_REPEAT = 20
_SHORT_TEXT = 20
_LONG_TEXT = 40
# A phone number, or a number made by chance.
_LONG_NUMBER = 1e9
# So many pairs of equal numbers would be there by chance, and are not.
_MEETINGS = 3


@dataclass(frozen=True)
class Reading:
    """A column, read once: `codes` gives for each lead the place of its folded text in `texts`.

    Code 0 is the blank, whose text is "".
    """

    name: str
    codes: NDArray[np.int64]
    texts: tuple[str, ...]

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """How many leads have each text."""
        return np.bincount(self.codes, minlength=len(self.texts))

    @cached_property
    def filled(self) -> NDArray[np.bool_]:
        """Which leads have anything here."""
        return self.codes > 0

    @cached_property
    def numbers(self) -> NDArray[np.float64]:
        """The number that each text is; NaN where it is none."""
        found = (read_number(text) for text in self.texts)
        return np.array([np.nan if number is None else number for number in found])

    @cached_property
    def kind(self) -> Kind:
        """What the column is."""
        return _kind(self)


def read(name: str, cells: Sequence[str | None]) -> Reading:
    """The column, its texts compared as scoring compares them: trimmed and case-folded."""
    raw: dict[str | None, int] = {None: 0}
    codes = np.fromiter((raw.setdefault(cell, len(raw)) for cell in cells), np.int64, len(cells))
    folded: dict[str, int] = {"": 0}
    places = np.array([folded.setdefault(fold(text), len(folded)) for text in raw])
    return Reading(name, places[codes], tuple(folded))


def _kind(column: Reading) -> Kind:
    counts = column.counts[1:]
    filled, distinct = int(counts.sum()), len(counts)
    if not filled:
        return "blank"
    if distinct == 1:
        return "constant" if filled == len(column.codes) else "category"
    readable = ~np.isnan(column.numbers[1:])
    share = counts[readable].sum() / filled
    different = len(np.unique(column.numbers[1:][readable]))
    if different > 1 and (share >= _MOST or (share >= 0.5 and different >= _MANY_NUMBERS)):
        return "unique" if _counts_up(column) else "number"
    dated = np.array([_DATE.fullmatch(text) is not None for text in column.texts[1:]])
    if counts[dated].sum() >= _MOST * filled:
        return "date"
    length = sum(len(text) for text in column.texts[1:]) / distinct
    repeated = distinct < (0.8 if length < _SHORT_TEXT else 0.5) * filled
    if filled < _ENOUGH_TO_REPEAT or repeated:
        return "category"
    return "unique" if distinct >= 0.95 * filled and length < _LONG_TEXT else "text"


def _counts_up(column: Reading) -> bool:
    """Whether the numbers are names rather than measures: whole, and no two leads share one.

    Amounts can be all different too. A running number shows in that it only rises or falls from
    lead to lead, that so many numbers in so narrow a range would meet by chance (the birthday
    problem), that it starts far from nought, or that it is as long as a phone number.
    """
    numbers = column.numbers[column.codes[column.filled]]
    if len(numbers) < _ENOUGH_TO_REPEAT or np.isnan(numbers).any():
        return False
    if (numbers != np.floor(numbers)).any() or len(np.unique(numbers)) < len(numbers):
        return False
    largest = float(np.abs(numbers).max())
    if largest >= _LONG_NUMBER:
        return True
    steps = np.diff(numbers)
    reach = float(numbers.max() - numbers.min())
    meetings = len(numbers) ** 2 / (2 * (reach + 1))
    one_way = (steps > 0).all() or (steps < 0).all()
    return bool(one_way or meetings >= _MEETINGS or reach <= largest / 4)
