"""Columns as levels: each lead falls into one bin, value or blank, and each of them gets a term."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leadapp.scoring.texts import fold
from leadapp.training.columns import Kind, Reading

BINS = 24
RARE = 5
"""Values that fewer leads have than this share one term."""
# A value that a single lead has may be a name; it tells nothing and is not kept.
_LEAST = 2
_MOST_COMMON = 60
_MOST_POOLED = 500

NEUTRAL = -1


@dataclass(frozen=True)
class Feature:
    """A column as a model sees it: the level of each lead, from 0 to `size` - 1, or NEUTRAL.

    A number has its bins, then blank, then unreadable; a category its values, then blank. Where
    only that a column is filled in can count (free text, dates, unique values), blank is all.
    """

    name: str
    kind: Kind
    levels: NDArray[np.int64]
    size: int
    edges: tuple[float, ...] = ()
    values: tuple[tuple[str, int], ...] = ()
    """Which level each text has, by sorted texts."""
    rare: int | None = None
    """The level that rare values share."""

    @property
    def is_number(self) -> bool:
        """Whether its bins have an order."""
        return self.kind == "number"

    @property
    def blank(self) -> int:
        """The level of blanks."""
        return len(self.edges) + 1 if self.is_number else self.size - 1

    def part(self, terms: NDArray[Any]) -> list[Any]:
        """Terms by level, in the order in which a document lists them."""
        if self.is_number:
            return [terms[level] for level in range(self.size)]
        return [terms[level] for _, level in self.values] + [terms[self.blank]]


def make_feature(column: Reading) -> Feature:
    """The column as levels, made without a look at who was won."""
    if column.kind == "number":
        return _number(column)
    if column.kind == "category":
        return _category(column)
    levels = np.where(column.filled, NEUTRAL, 0)
    return Feature(column.name, column.kind, levels, size=1)


def _number(column: Reading) -> Feature:
    numbers = column.numbers[column.codes]
    readable = ~np.isnan(numbers)
    edges = _edges(numbers[readable])
    levels = np.searchsorted(edges, numbers, side="left")
    levels[~readable] = len(edges) + 2
    levels[~column.filled] = len(edges) + 1
    return Feature(
        column.name,
        "number",
        levels,
        size=len(edges) + 3,
        edges=tuple(float(edge) for edge in edges),
    )


def _edges(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Upper ends of the bins but the last: about as many leads in each, equal numbers together.

    A number that very many leads have, such as 0, takes no more than a bin's share, so that the
    others keep bins enough.
    """
    distinct, counts = np.unique(numbers, return_counts=True)
    if len(distinct) <= BINS:
        return distinct[:-1]
    weights = np.minimum(counts, len(numbers) / BINS)
    middles = np.cumsum(weights) - weights / 2
    bins = np.floor(middles / weights.sum() * BINS)
    edges: NDArray[np.float64] = distinct[:-1][bins[:-1] != bins[1:]]
    return edges


def _category(column: Reading) -> Feature:
    counts = column.counts
    texts = column.texts
    ranked = sorted(range(1, len(counts)), key=lambda i: (-counts[i], texts[i]))
    # Some texts of rare scripts change when they are folded twice; no document can hold them.
    ranked = [i for i in ranked if counts[i] >= _LEAST and fold(texts[i]) == texts[i]]
    common = [i for i in ranked if counts[i] >= RARE][:_MOST_COMMON]
    pooled = ranked[len(common) : len(common) + _MOST_POOLED]
    places = np.full(len(counts), NEUTRAL)
    places[common] = np.arange(len(common))
    places[pooled] = len(common)
    blank = len(common) + bool(pooled)
    places[0] = blank
    return Feature(
        column.name,
        "category",
        places[column.codes],
        size=blank + 1,
        values=tuple(sorted((texts[i], int(places[i])) for i in [*common, *pooled])),
        rare=len(common) if pooled else None,
    )
