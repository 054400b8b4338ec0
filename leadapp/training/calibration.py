"""Calibration: log-odds are stretched and shifted until held-out leads come true as often as said.

Platt, "Probabilistic outputs for support vector machines", 1999, with a prior that nothing needs
changing, so that few leads change little. A stretch and a shift keep an additive model additive.
"""

from dataclasses import dataclass

import numpy as np

from leadapp.training.arrays import Floats, rates_of

# The prior: stretch and shift lie within 0.3 of 1 and 0 in two cases of three.
_PRECISION = 1 / 0.3**2
_STEPS = 50


@dataclass(frozen=True)
class Calibration:
    """What becomes of the distance to the base: `stretch` times it, plus `shift`."""

    stretch: float
    shift: float


def calibrate(distances: Floats, base: float | Floats, won: Floats) -> Calibration:
    """The best stretch (never negative) and shift of log-odds `base + distances`."""
    solution = np.array([1.0, 0.0])
    prior = np.array([1.0, 0.0])
    columns = np.column_stack([distances, np.ones(len(distances))])
    for _ in range(_STEPS):
        rates = rates_of(base + columns @ solution)
        slope = columns.T @ (won - rates) - _PRECISION * (solution - prior)
        weights = rates * (1 - rates)
        curvature = (columns * weights[:, None]).T @ columns + _PRECISION * np.eye(2)
        # A bounded step cannot overshoot where the curve is flat.
        step = np.clip(np.linalg.solve(curvature, slope), -0.5, 0.5)
        solution = solution + step
        if np.abs(step).max() < 1e-9:
            break
    return Calibration(max(float(solution[0]), 0.0), float(solution[1]))
