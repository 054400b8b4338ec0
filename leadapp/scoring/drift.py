"""Drift: whether this month's leads still look like those that the model learned from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import Literal

from leadapp.scoring.labels import BLANK, OTHER

STABLE_BELOW = 0.10
"""Below this population stability index an input counts as unchanged."""
SHIFTED_FROM = 0.25
"""From this population stability index on an input has shifted: the score may mislead."""
ENOUGH = 50
"""Fewer leads than this are too few to say anything."""

# Shares are rounded, so that they need not add up to exactly 1.
_ROUNDING = 0.005
# The 95 % quantile of the normal distribution, one-sided.
_Z95 = 1.6449

Verdict = Literal["stable", "moving", "shifted", "too_few"]


@dataclass(frozen=True, slots=True)
class Share:
    """How often a value, or a range of values, occurs: then and now, as parts of 1."""

    label: str
    then: float
    now: float


@dataclass(frozen=True, slots=True)
class Drift:
    """How far one input has moved. `shares` come in the order of the training's labels."""

    name: str
    index: float
    verdict: Verdict
    shares: tuple[Share, ...]

    @property
    def largest(self) -> Share:
        """The value that moved furthest; of two a blank, which says more than what it replaced."""
        return max(self.shares, key=lambda s: (abs(s.now - s.then), s.label == BLANK))


def measure(
    name: str,
    labels: Sequence[str],
    shares: Sequence[float],
    now: Mapping[str, int],
    *,
    learned_from: int,
) -> Drift:
    """The drift of one input: `shares` of the training's `learned_from` leads against counts `now`.

    What the training did not know counts as a value of its own, "other", unless it is blank. The
    measure is the
    population stability index, the sum of (now - then) * ln(now / then). By chance alone it is
    about (1/leads then + 1/leads now) times a chi-squared of one degree of freedom less than there
    are values (Yurdakul, 2018), so what stays within 95 % of that is no drift, however large.
    """
    then = dict(zip(labels, shares, strict=True))
    rest = max(0.0, 1 - sum(then.values()))
    if now.get(BLANK) and rest <= _ROUNDING:
        then.setdefault(BLANK, 0.0)
    counts = {label: now.get(label, 0) for label in then}
    unknown = sum(now.values()) - sum(counts.values())
    if unknown or rest > _ROUNDING:
        then[OTHER] = then.get(OTHER, 0.0) + rest
        counts[OTHER] = counts.get(OTHER, 0) + unknown
    total = sum(counts.values())
    found = tuple(
        Share(label, before, counts[label] / total if total else 0.0)
        for label, before in then.items()
    )
    # A value that did not occur counts as half a lead, or one new value would weigh infinitely.
    least_then, least_now = 0.5 / max(learned_from, 1), 0.5 / max(total, 1)
    index = sum(
        (max(s.now, least_now) - max(s.then, least_then))
        * log(max(s.now, least_now) / max(s.then, least_then))
        for s in found
    )
    chance = by_chance(len(found) - 1, learned_from, total)
    return Drift(name, index, _verdict(index, total, chance), found)


def by_chance(freedom: int, then: int, now: int) -> float:
    """The index that chance alone exceeds in one of twenty cases, without any drift.

    The quantile of chi-squared is that of Wilson and Hilferty (1931).
    """
    if freedom < 1 or not then or not now:
        return 0.0
    ninth = 2 / (9 * freedom)
    quantile: float = freedom * (1 - ninth + _Z95 * sqrt(ninth)) ** 3
    return quantile * (1 / then + 1 / now)


def _verdict(index: float, leads: int, chance: float) -> Verdict:
    if leads < ENOUGH:
        return "too_few"
    if index < STABLE_BELOW or index <= chance:
        return "stable"
    return "moving" if index < SHIFTED_FROM else "shifted"
