"""From exact log-odds to a score in ten-thousandths, and contributions that add up to it."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from leadapp.scoring.document import SCALE

BOUNDARIES = tuple(
    round(SCALE * math.log((k - 0.5) / (10_000 - (k - 0.5)))) for k in range(2, 10_000)
)
"""From which log-odds on, in units of SCALE, a score is 2, 3, ... 9,999 ten-thousandths.

No score is 0 or 1: a model is never certain.
"""

QUANTUM = 1_000
"""How many steps of rounding make one ten-thousandth of a point."""


def score_at(log_odds: int) -> int:
    """The score in ten-thousandths, 1 to 9,999, of log-odds in units of SCALE."""
    return 1 + bisect_right(BOUNDARIES, log_odds)


# One for each score and contribution there can be.
@lru_cache(maxsize=20_001)
def decimal(ten_thousandths: int) -> Decimal:
    """Ten-thousandths as a decimal with four places."""
    return Decimal(ten_thousandths).scaleb(-4)


def share_out(total: int, values: Sequence[float], playing: Sequence[bool]) -> list[int]:
    """The values in ten-thousandths that add up to `total`, by largest remainder.

    Each is rounded down, and what is then missing goes one by one to those with the largest
    remainders, of equal ones to the first. Only values that play get any. Values are first taken to
    a ten-millionth, so that what two ways of summing differ by decides nothing.
    """
    players = [i for i, plays in enumerate(playing) if plays]
    points, remainders = [0] * len(values), {}
    for i in players:
        points[i], remainders[i] = divmod(round(values[i] * 1e4 * QUANTUM), QUANTUM)
    missing = total - sum(points)
    if not players:
        return points
    # More than one each, or less than none, only where a score was kept from 0 or 1.
    each, rest = divmod(missing, len(players))
    ranked = sorted(players, key=lambda i: (-remainders[i], i))
    for rank, i in enumerate(ranked):
        points[i] += each + (rank < rest)
    return points
