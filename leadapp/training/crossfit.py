"""Five models that each left out a fifth of the leads, and the one fitted on all of them.

Nothing that a lead is judged by has seen that lead: what calibrates the model of a fold, too, is
learned on the held-out predictions for the other folds.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from leadapp.scoring.document import FOLDS
from leadapp.training.arrays import Floats, Ints
from leadapp.training.calibration import Calibration, calibrate
from leadapp.training.fit import Design, Model, Strengths, fit

# Where the step ends that compares sets of columns: AUC has long settled then.
_ROUGHLY = 0.1


@dataclass(frozen=True)
class Calibrated:
    """A model, what calibrates it, and the leads that it was fitted on."""

    model: Model
    calibration: Calibration
    rows: Ints


@dataclass(frozen=True)
class CrossFit:
    """The model and those of the folds, 0 to 4."""

    final: Calibrated
    folds: tuple[Calibrated, ...]


def cross_fit(design: Design, folds: Ints) -> CrossFit:
    """Fit on all leads, and five times without the leads of one fold. `folds` is 0..4 by lead."""
    everyone = np.arange(len(folds))
    outside = [np.flatnonzero(folds != fold) for fold in range(FOLDS)]
    models = [fit(design, rows) for rows in outside]
    bases = np.array([model.base for model in models])[folds]
    distances = _held_out(design, folds, models) - bases

    def calibrated(model: Model, rows: Ints) -> Calibrated:
        fitted = calibrate(distances[rows], bases[rows], design.won[rows])
        return Calibrated(model, fitted, rows)

    return CrossFit(
        calibrated(fit(design, everyone), everyone),
        tuple(calibrated(model, rows) for model, rows in zip(models, outside, strict=True)),
    )


def held_out_log_odds(design: Design, folds: Ints, strengths: Mapping[str, Strengths]) -> Floats:
    """Held-out log-odds at these strengths: enough to compare sets of columns."""
    models = [
        fit(design, np.flatnonzero(folds != fold), strengths=strengths, close=_ROUGHLY)
        for fold in range(FOLDS)
    ]
    return _held_out(design, folds, models)


def _held_out(design: Design, folds: Ints, models: list[Model]) -> Floats:
    """Each lead's log-odds from the model that has not seen it."""
    log_odds = np.zeros(len(folds))
    for fold, model in enumerate(models):
        rows = np.flatnonzero(folds == fold)
        log_odds[rows] = model.log_odds(design, rows)
    return log_odds
