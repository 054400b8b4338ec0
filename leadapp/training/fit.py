"""The additive model: logistic regression on levels, its terms shrunk and smoothed.

Log-odds of a win = base + intercept + one term a feature, by the level the lead has there. Terms of
values and blanks are pulled towards 0 by a ridge; terms of neighboring bins towards each other, so
that a number has a curve (a P-spline of degree 0; Eilers and Marx, 1996). How strongly, the leads
fitted on say themselves, for each feature: what tells nothing is pulled flat, what tells much is
let go (Wood and Fasiolo, "A generalized Fellner-Schall method for smoothing parameter
optimization", 2017). Newton's method finds the one optimum, so the same leads give the same model.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from leadapp.training.arrays import Floats, Ints, rates_of, tally
from leadapp.training.binning import Feature

MOST_FEATURES = 40
MOST_LEVELS = 1500
"""So many features, and levels of them, take part at once; of more, those that tell most alone."""
CLOSE = 1e-3
"""The step after which Newton's method ends; the next one would be about its square."""

Strengths = tuple[float, float]
"""How strongly a feature's curve, and its values and blanks, are held."""

_STEPS = 40
# What is thought of the strength of a feature before any lead is seen, and how many terms' worth
# that thought has: few leads change it little, and no feature is let go altogether.
_PRIOR_STRENGTH = 8.0
_PRIOR_TERMS = 0.5
_WEAKEST, _STRONGEST = 0.05, 1e5
# Strengths have settled when none changes by more than this factor's logarithm.
_SETTLED = 0.1
# Ties the level of a curve to 0, or a column could do the work of the intercept.
_LEVEL = 0.02


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
        sizes = [feature.size for feature in self.features]
        if len(sizes) <= MOST_FEATURES and sum(sizes) <= MOST_LEVELS:
            return list(range(len(sizes)))
        gains = [
            information(levels[rows], size + 1, self.won[rows])
            for levels, size in zip(self.levels, sizes, strict=True)
        ]
        best = sorted(range(len(gains)), key=lambda i: (-gains[i], i))[:MOST_FEATURES]
        ends = np.cumsum([sizes[i] for i in best])
        return sorted(i for i, end in zip(best, ends, strict=True) if end <= MOST_LEVELS)


@dataclass(frozen=True)
class Model:
    """Terms by feature and level, all zero for a feature that took no part."""

    base: float
    intercept: float
    terms: tuple[Floats, ...]
    strengths: Mapping[str, Strengths]
    """By the name of the feature."""

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


def loss(log_odds: Floats, won: Floats) -> float:
    """The negative log-likelihood of the outcomes."""
    return float((np.logaddexp(0.0, log_odds) - won * log_odds).sum())


def fit(
    design: Design,
    rows: Ints,
    *,
    strengths: Mapping[str, Strengths] | None = None,
    close: float = CLOSE,
) -> Model:
    """The model of these leads alone.

    With `strengths` given they stay as they are, which is quicker; features they do not name have
    what is thought before.
    """
    taking_part = design.select(rows)
    problem = _Problem(
        [design.levels[j][rows] for j in taking_part],
        [design.features[j] for j in taking_part],
        design.won[rows],
    )
    solution, found = _solve(problem, strengths, close)
    terms = [np.zeros(feature.size) for feature in design.features]
    for j, start, feature in zip(taking_part, problem.starts, problem.features, strict=True):
        terms[j] = solution[start : start + feature.size]
    return Model(problem.base, float(solution[0]), tuple(terms), found)


class _Problem:
    """What Newton's method asks for, by counting instead of multiplying: all inputs are levels."""

    def __init__(self, levels: list[Ints], features: list[Feature], won: Floats) -> None:
        self.levels, self.features, self.won = levels, features, won
        self.base = logit(base_rate(won))
        ends = 1 + np.cumsum([feature.size for feature in features], dtype=np.int64)
        self.starts = [int(end) - one.size for end, one in zip(ends, features, strict=True)]
        self.size = int(ends[-1]) if features else 1
        self.penalties = list(self._penalties())

    def _penalties(self) -> Iterator[tuple[slice, Floats]]:
        """For each feature that of its curve, and that of its values and blanks."""
        for start, feature in zip(self.starts, self.features, strict=True):
            bins = len(feature.edges) + 1 if feature.is_number else 0
            steps = np.diff(np.eye(bins), axis=0)
            yield slice(start, start + bins), 4 * steps.T @ steps + _LEVEL * np.eye(bins)
            yield slice(start + bins, start + feature.size), np.eye(feature.size - bins)

    def penalty(self, strengths: Floats) -> Floats:
        """The matrix of all of them at these strengths."""
        matrix = np.zeros((self.size, self.size))
        # The intercept is free but for what keeps it finite.
        matrix[0, 0] = 1e-4
        for strength, (place, block) in zip(strengths, self.penalties, strict=True):
            matrix[place, place] = strength * block
        return matrix

    def stronger(self, strengths: Floats, solution: Floats, inverse: Floats) -> Floats:
        """The strengths that the present terms speak for.

        A strength is how many terms are free, beside how large they are together.
        """
        result = np.empty(len(strengths))
        for i, (place, block) in enumerate(self.penalties):
            terms = solution[place]
            free = len(terms) - strengths[i] * float((inverse[place, place] * block).sum())
            size = float(terms @ block @ terms) + _PRIOR_TERMS / _PRIOR_STRENGTH
            result[i] = (max(free, 0.0) + _PRIOR_TERMS) / size
        return np.clip(result, _WEAKEST, _STRONGEST)

    def log_odds(self, solution: Floats) -> Floats:
        total = np.full(len(self.won), self.base + solution[0])
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
    problem: _Problem, given: Mapping[str, Strengths] | None, close: float
) -> tuple[Floats, dict[str, Strengths]]:
    """Newton's method, and after each step the strengths anew, unless they are given."""
    usual = (_PRIOR_STRENGTH, _PRIOR_STRENGTH)
    names = [feature.name for feature in problem.features]
    strengths = np.array([one for name in names for one in (given or {}).get(name, usual)])
    solution = np.zeros(problem.size)
    log_odds = problem.log_odds(solution)
    for _ in range(_STEPS):
        penalty = problem.penalty(strengths)
        rates = rates_of(log_odds)
        slope = problem.gradient(problem.won - rates) - penalty @ solution
        curvature = problem.curvature(rates * (1 - rates)) + penalty
        inverse = np.asarray(np.linalg.inv(curvature), dtype=np.float64)
        step, log_odds = _step(problem, penalty, solution, log_odds, inverse @ slope)
        solution = solution + step
        moved = 0.0
        if given is None:
            anew = problem.stronger(strengths, solution, inverse)
            moved = float(np.abs(np.log(anew / strengths)).max(initial=0.0))
            strengths = anew
        if np.abs(step).max() < close and moved < _SETTLED:
            break
    pairs = strengths.reshape(-1, 2)
    return solution, {
        name: (float(pair[0]), float(pair[1])) for name, pair in zip(names, pairs, strict=True)
    }


def _step(
    problem: _Problem,
    penalty: Floats,
    solution: Floats,
    log_odds: Floats,
    step: Floats,
) -> tuple[Floats, Floats]:
    """As much of the step as improves the fit, halved as often as it takes; and the log-odds."""

    def cost(tried: Floats, odds: Floats) -> float:
        return loss(odds, problem.won) + float(tried @ penalty @ tried) / 2

    present = cost(solution, log_odds)
    for _ in range(20):
        tried = solution + step
        odds = problem.log_odds(tried)
        if cost(tried, odds) <= present + 1e-9:
            return step, odds
        step = step / 2
    return np.zeros_like(step), log_odds
