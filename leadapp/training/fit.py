"""The additive model: logistic regression on levels, its terms shrunk and smoothed.

Log-odds of a win = base + intercept + one term a feature, by the level the lead has there. Terms of
values and blanks are pulled towards 0 by a ridge; terms of neighboring bins towards each other, so
that a number has a curve (a P-spline of degree 0; Eilers and Marx, 1996). One smoothing scales both
and is chosen on leads that were not fitted on. Newton's method finds the one optimum, so the
same leads give the same model, whatever the machine's mood.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from leadapp.training.arrays import Floats, Ints, tally
from leadapp.training.binning import Feature

SMOOTHINGS = (256.0, 64.0, 16.0, 4.0, 1.0)
"""What is tried, from nearly constant to nearly free."""
MOST_FEATURES = 40
"""So many features take part at once; of more, those that tell most alone."""

CLOSE = 1e-3
"""The step after which Newton's method ends; the next one would be about its square."""
_STEPS = 40
# Keeps the optimum unique where a column could do the work of the intercept.
_LEVEL_RIDGE = 0.05


@dataclass(frozen=True)
class Design:
    """The features of all leads, side by side, and who was won."""

    features: tuple[Feature, ...]
    won: Floats

    @cached_property
    def levels(self) -> list[Ints]:
        """The level of each lead by feature; neutral ones have one behind the last."""
        return [np.where(f.levels < 0, f.size, f.levels) for f in self.features]

    def select(self, rows: Ints) -> list[int]:
        """Which features take part in a fit on these leads, in their order."""
        if len(self.features) <= MOST_FEATURES:
            return list(range(len(self.features)))
        gains = [
            information(levels[rows], feature.size + 1, self.won[rows])
            for levels, feature in zip(self.levels, self.features, strict=True)
        ]
        best = sorted(range(len(gains)), key=lambda i: (-gains[i], i))
        return sorted(best[:MOST_FEATURES])


@dataclass(frozen=True)
class Model:
    """Terms by feature and level, all zero for a feature that took no part."""

    base: float
    intercept: float
    terms: tuple[Floats, ...]

    def log_odds(self, design: Design, rows: Ints) -> Floats:
        """The log-odds of these leads."""
        total = np.full(len(rows), self.base + self.intercept)
        for levels, terms in zip(design.levels, self.terms, strict=True):
            if terms.any():
                total += np.append(terms, 0.0)[levels[rows]]
        return total


def information(levels: Ints, size: int, won: Floats) -> float:
    """How much more likely the outcomes are when the level is known, less what chance would give.

    Twice the gain in log-likelihood, minus its expectation without any signal: one a level.
    """
    leads, wins = tally(levels, size), tally(levels, size, won)
    present = leads > 0
    gain = _likelihood(wins[present], leads[present]).sum()
    return float(
        2 * (gain - _likelihood(wins.sum(keepdims=True), leads.sum(keepdims=True)).sum())
        - present.sum()
    )


def _likelihood(wins: Floats, leads: Floats) -> Floats:
    rate = np.clip(wins / leads, 1e-12, 1 - 1e-12)
    likelihood: Floats = wins * np.log(rate) + (leads - wins) * np.log1p(-rate)
    return likelihood


def logit(rate: float) -> float:
    """The log-odds of a rate."""
    return float(np.log(rate / (1 - rate)))


def base_rate(won: Floats) -> float:
    """The share that was won; where all or none were, as if half a lead more had gone otherwise."""
    wins = float(won.sum())
    if 0 < wins < len(won):
        return wins / len(won)
    return (wins + 0.5) / (len(won) + 1)


def expected_loss(log_odds: Floats, won: Floats) -> float:
    """The mean negative log-likelihood of the outcomes."""
    return float(np.mean(np.logaddexp(0.0, log_odds) - won * log_odds))


def fit_path(
    design: Design,
    rows: Ints,
    smoothings: Sequence[float] = SMOOTHINGS,
    close: float = CLOSE,
) -> list[Model]:
    """One model for each smoothing, fitted on these leads alone."""
    taking_part = design.select(rows)
    problem = _Problem(
        [design.levels[j][rows] for j in taking_part],
        [design.features[j] for j in taking_part],
        design.won[rows],
    )
    base = logit(base_rate(problem.won))
    models = []
    solution = np.zeros(problem.size)
    for smoothing in smoothings:
        solution = _solve(problem, base, problem.penalty(smoothing), solution, close)
        terms = [np.zeros(feature.size) for feature in design.features]
        for j, start, feature in zip(taking_part, problem.starts, problem.features, strict=True):
            terms[j] = solution[start : start + feature.size]
        models.append(Model(base, float(solution[0]), tuple(terms)))
    return models


class _Problem:
    """What Newton's method asks for, by counting instead of multiplying: all inputs are levels."""

    def __init__(self, levels: list[Ints], features: list[Feature], won: Floats) -> None:
        self.levels, self.features, self.won = levels, features, won
        ends = 1 + np.cumsum([feature.size for feature in features], dtype=np.int64)
        self.starts = [int(end) - feature.size for end, feature in zip(ends, features, strict=True)]
        self.size = int(ends[-1]) if features else 1

    def penalty(self, smoothing: float) -> Floats:
        """The matrix of ridge and smoothing, scaled."""
        ridge = 2 * np.sqrt(smoothing)
        matrix = np.zeros((self.size, self.size))
        # The intercept is free but for what keeps it finite.
        matrix[0, 0] = 1e-4
        for start, feature in zip(self.starts, self.features, strict=True):
            bins = len(feature.edges) + 1 if feature.is_number else 0
            diagonal = np.full(feature.size, ridge)
            diagonal[:bins] = _LEVEL_RIDGE * np.sqrt(smoothing)
            block = np.diag(diagonal)
            steps = np.diff(np.eye(bins), axis=0)
            block[:bins, :bins] += 4 * smoothing * steps.T @ steps
            end = start + feature.size
            matrix[start:end, start:end] = block
        return matrix

    def log_odds(self, solution: Floats, base: float) -> Floats:
        total = np.full(len(self.won), base + solution[0])
        for levels, start, feature in self._blocks():
            total += np.append(solution[start : start + feature.size], 0.0)[levels]
        return total

    def gradient(self, residuals: Floats) -> Floats:
        result = np.empty(self.size)
        result[0] = residuals.sum()
        for levels, start, feature in self._blocks():
            sums = tally(levels, feature.size + 1, residuals)
            result[start : start + feature.size] = sums[:-1]
        return result

    def curvature(self, weights: Floats) -> Floats:
        """The weighted counts of each pair of levels, which is the Hessian."""
        matrix = np.zeros((self.size, self.size))
        matrix[0, 0] = weights.sum()
        blocks = list(self._blocks())
        for i, (levels, start, feature) in enumerate(blocks):
            height, end = feature.size + 1, start + feature.size
            sums = tally(levels, height, weights)[:-1]
            matrix[0, start:end] = matrix[start:end, 0] = sums
            matrix[range(start, end), range(start, end)] = sums
            for other, begin, beside in blocks[:i]:
                width, stop = beside.size + 1, begin + beside.size
                pairs = tally(levels * width + other, height * width, weights)
                block = pairs.reshape(height, width)[:-1, :-1]
                matrix[start:end, begin:stop] = block
                matrix[begin:stop, start:end] = block.T
        return matrix

    def _blocks(self) -> Iterator[tuple[Ints, int, Feature]]:
        return zip(self.levels, self.starts, self.features, strict=True)


def _solve(
    problem: _Problem, base: float, penalty: Floats, start: Floats, close: float
) -> Floats:
    """Newton's method with halved steps where a whole one would not improve."""

    def cost(solution: Floats, log_odds: Floats) -> float:
        fit = expected_loss(log_odds, problem.won) * len(problem.won)
        return fit + float(solution @ penalty @ solution) / 2

    solution, log_odds = start, problem.log_odds(start, base)
    present = cost(solution, log_odds)
    for _ in range(_STEPS):
        rates = 1 / (1 + np.exp(-log_odds))
        slope = problem.gradient(problem.won - rates) - penalty @ solution
        step = np.linalg.solve(problem.curvature(rates * (1 - rates)) + penalty, slope)
        share = 1.0
        while share > 1e-6:
            tried = solution + share * step
            odds = problem.log_odds(tried, base)
            found = cost(tried, odds)
            if found <= present + 1e-9:
                break
            share /= 2
        else:
            break
        solution, log_odds, present = tried, odds, found
        if np.abs(share * step).max() < close:
            break
    return solution
