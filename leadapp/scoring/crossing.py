"""How many open leads pass the handoff threshold before and after a change of scorer.

The cells are [present score or None, new score, leads], both scores in whole hundredths rounded
down, as a threshold in hundredths compares them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from leadapp.scoring.record import Cell, preview

# Thresholds that a person may want to look at, beside the present one and the suggested one.
_ROUND = tuple(Decimal(tenth).scaleb(-1) for tenth in range(1, 10))


Why = Literal["as_now", "as_scored", "as_won"]


@dataclass(frozen=True, slots=True)
class Crossing:
    """Open leads on either side of the threshold, by their score alone.

    `up` and `down` are those that change side, `unscored` those that had no score.
    """

    leads: int
    passed: int
    passing: int
    up: int
    down: int
    unscored: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A threshold, and what speaks for it: `part` of the leads passes, as now or as is won."""

    threshold: Decimal
    why: Why
    part: float


@dataclass(frozen=True, slots=True)
class Choice:
    """What a threshold lets through: open leads, closed leads and how many of these were won."""

    threshold: Decimal
    open_leads: int
    closed: int
    won: int


def crossing(cells: Iterable[Sequence[Any]], before: Decimal, after: Decimal) -> Crossing:
    """Who changes side when the scorer and the threshold change, from `before` to `after`."""
    least, needed = int(before * 100), int(after * 100)
    counts = dict.fromkeys(("leads", "passed", "passing", "up", "down", "unscored"), 0)
    for present, new, leads in cells:
        passed, passing = present is not None and present >= least, new >= needed
        counts["leads"] += leads
        counts["passed"] += leads * passed
        counts["passing"] += leads * passing
        counts["up"] += leads * (passing and not passed)
        counts["down"] += leads * (passed and not passing)
        counts["unscored"] += leads * (present is None)
    return Crossing(**counts)


def suggest(
    cells: Sequence[Sequence[Any]],
    threshold: Decimal,
    *,
    present: Sequence[Cell],
    new: Sequence[Cell],
) -> Suggestion:
    """The threshold at which about as many leads pass by their new scores as now by the present.

    Where no open lead has a score yet, the closed leads of both records stand in for them. Where
    none passes now, that is nothing to go by: then as large a part passes as is won. Of several
    that are as close the highest one; the present threshold where nothing is known.
    """
    least = int(threshold * 100)
    before = {hundredth: n for hundredth, n in _counted(cells, 0) if hundredth is not None}
    opened = after = dict(_counted(cells, 1))
    why: Why = "as_now"
    if not before:
        before, after, why = dict(_counted(present, 3, 4)), dict(_counted(new, 3, 4)), "as_scored"
    wanted = _part(before, least)
    if not wanted:
        after, why = opened or dict(_counted(new, 3, 4)), "as_won"
        won = sum(cell[5] for cell in new)
        wanted = won / sum(cell[4] for cell in new) if won else 0.0
    if not wanted or not after:
        return Suggestion(threshold, why, wanted)
    nearest = min(range(100, 0, -1), key=lambda least: abs(_part(after, least) - wanted))
    return Suggestion(Decimal(nearest).scaleb(-2), why, wanted)


def _part(counts: dict[int, int], least: int) -> float:
    """Which part of the leads has this many hundredths or more; 0 where there are none."""
    total = sum(counts.values())
    return sum(n for found, n in counts.items() if found >= least) / total if total else 0.0


def choices(
    cells: Sequence[Sequence[Any]], record: Sequence[Cell], thresholds: Iterable[Decimal]
) -> list[Choice]:
    """What these thresholds and the round ones let through, the lowest first."""
    known = any(cell[2] for cell in record)
    found = []
    for threshold in sorted({*thresholds, *_ROUND}):
        closed = preview(record if known else as_if_known(record), threshold)
        passing = crossing(cells, threshold, threshold).passing
        found.append(Choice(threshold, passing, closed.handoffs, closed.won_handoffs))
    return found


def as_if_known(record: Iterable[Cell]) -> list[list[Any]]:
    """A record whose leads name no business domain, as if they did: for the score alone."""
    return [[month, source, 1, *rest] for month, source, _, *rest in record]


def _counted(cells: Iterable[Sequence[Any]], place: int, count: int = 2) -> list[tuple[Any, int]]:
    sums: dict[Any, int] = {}
    for cell in cells:
        sums[cell[place]] = sums.get(cell[place], 0) + cell[count]
    return list(sums.items())
