"""The arrays that training counts in."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def tally(levels: Ints, size: int, weights: Floats | None = None) -> Floats:
    """How many there are of each level from 0 to `size` - 1, or the sum of their weights."""
    return np.asarray(np.bincount(levels, weights, size), dtype=np.float64)


def rates_of(log_odds: Floats) -> Floats:
    """The probabilities of log-odds; beyond 30 they are as good as certain."""
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -30, 30))))
