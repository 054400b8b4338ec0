"""Five models that each left out a fifth of the leads, and the one fitted on all of them.

Nothing that a lead is judged by has seen that lead: for each fold, smoothing and calibration too
are chosen on the held-out predictions for the other folds.
"""

from dataclasses import dataclass

import numpy as np

from leadapp.scoring.document import FOLDS
from leadapp.training.arrays import Floats, Ints
from leadapp.training.calibration import Calibration, calibrate
from leadapp.training.fit import SMOOTHINGS, Design, Model, expected_loss, fit_path


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
    """The model, those of the folds, 0 to 4, and the smoothing that served best."""

    final: Calibrated
    folds: tuple[Calibrated, ...]
    smoothing: float


def cross_fit(design: Design, folds: Ints) -> CrossFit:
    """Fit on all leads, and five times without the leads of one fold. `folds` is 0..4 by lead."""
    everyone = np.arange(len(folds))
    outside = [np.flatnonzero(folds != fold) for fold in range(FOLDS)]
    paths = [fit_path(design, rows) for rows in outside]
    held_out, bases = _held_out(design, folds, paths)
    chosen = []
    for fold, rows in enumerate(outside):
        best, calibration = _choose(held_out, bases, design.won, rows)
        chosen.append(Calibrated(paths[fold][best], calibration, rows))
    best, calibration = _choose(held_out, bases, design.won, everyone)
    model = fit_path(design, everyone, SMOOTHINGS[: best + 1])[-1]
    return CrossFit(Calibrated(model, calibration, everyone), tuple(chosen), SMOOTHINGS[best])


def held_out_log_odds(design: Design, folds: Ints, smoothing: float) -> Floats:
    """Held-out log-odds by this one smoothing: enough to compare sets of columns."""
    log_odds = np.zeros(len(folds))
    for fold in range(FOLDS):
        inside = np.flatnonzero(folds == fold)
        [model] = fit_path(design, np.flatnonzero(folds != fold), [smoothing], _ROUGHLY)
        log_odds[inside] = model.log_odds(design, inside)
    return log_odds


def _held_out(design: Design, folds: Ints, paths: list[list[Model]]) -> tuple[Floats, Floats]:
    """Log-odds by smoothing and lead, from the model that did not see the lead; and its base."""
    log_odds = np.zeros((len(SMOOTHINGS), len(folds)))
    bases = np.zeros(len(folds))
    for fold, path in enumerate(paths):
        rows = np.flatnonzero(folds == fold)
        bases[rows] = path[0].base
        for place, model in enumerate(path):
            log_odds[place, rows] = model.log_odds(design, rows)
    return log_odds, bases


def _choose(held_out: Floats, bases: Floats, won: Floats, rows: Ints) -> tuple[int, Calibration]:
    """The smoothing whose predictions for these leads are best, and what calibrates them."""
    losses = [expected_loss(log_odds[rows], won[rows]) for log_odds in held_out]
    best = int(np.argmin(losses))
    distances = held_out[best][rows] - bases[rows]
    return best, calibrate(distances, bases[rows], won[rows])
