"""How good scores were on leads whose outcome is known: four figures, each with its interval.

Everything is a function of how many leads with each score were won and lost, so an interval by
resampling costs no more for 45,000 leads than for 500.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from leadapp.scoring.record import wilson
from leadapp.training.arrays import Floats, Ints, tally

UNIT = 10_000
RESAMPLES = 1000
TENTHS = 10
# How many cells of resampled counts stand in memory at once.
_AT_ONCE = 2_000_000


@dataclass(frozen=True)
class Outcomes:
    """Leads by score: `scores` in ten-thousandths, ascending; how many were won and lost.

    Counts have one row for each resample, or a single one for what really was.
    """

    scores: Ints
    won: Floats
    lost: Floats


def outcomes(scores: Ints, won: Floats) -> Outcomes:
    """The leads with these scores, counted."""
    distinct, places = np.unique(scores, return_inverse=True)
    wins, leads = tally(places, len(distinct), won), tally(places, len(distinct))
    return Outcomes(distinct, wins[None], (leads - wins)[None])


def auc(found: Outcomes) -> Floats:
    """The share of pairs of a won and a lost lead where the won one has the higher score.

    Equal scores count half; 0.5 where there is no pair.
    """
    below = np.cumsum(found.lost, axis=1) - found.lost / 2
    pairs = found.won.sum(axis=1) * found.lost.sum(axis=1)
    area = (found.won * below).sum(axis=1)
    return np.where(pairs > 0, area / np.maximum(pairs, 1), 0.5)


def brier(found: Outcomes) -> Floats:
    """The mean squared distance of score and outcome (Brier, 1950)."""
    rates = found.scores / UNIT
    total = found.won @ (1 - rates) ** 2 + found.lost @ rates**2
    return np.asarray(total / _leads(found))


def log_loss(found: Outcomes) -> Floats:
    """The mean negative logarithm of the probability that the score gave to what happened."""
    rates = np.clip(found.scores / UNIT, 0.5 / UNIT, 1 - 0.5 / UNIT)
    total = found.won @ -np.log(rates) + found.lost @ -np.log1p(-rates)
    return np.asarray(total / _leads(found))


def calibration_error(found: Outcomes) -> Floats:
    """How far scores and shares won lie apart, on average over the tenths of the scores."""
    tenths = np.minimum(found.scores * TENTHS // UNIT, TENTHS - 1)
    into = (tenths[:, None] == np.arange(TENTHS)).astype(float)
    expected = ((found.won + found.lost) * (found.scores / UNIT)) @ into
    off: Floats = np.abs(found.won @ into - expected).sum(axis=1)
    return np.asarray(off / _leads(found))


def _leads(found: Outcomes) -> Floats:
    return np.asarray(np.maximum((found.won + found.lost).sum(axis=1), 1))


MEASURES = {
    "auc": auc,
    "brier": brier,
    "log_loss": log_loss,
    "calibration_error": calibration_error,
}


def figures(scores: Ints, won: Floats) -> dict[str, Any]:
    """The four figures with their intervals at 95 %, and how many leads they rest on.

    By the Poisson bootstrap (Chamandy et al., 2012), from a fixed seed. Resampling adds noise of
    its own to a calibration error, so its interval is widened to hold the value.
    """
    found = outcomes(scores, won)
    samples: dict[str, list[Floats]] = {name: [] for name in MEASURES}
    chance = np.random.default_rng(0)
    size = max(1, min(RESAMPLES, _AT_ONCE // max(len(found.scores), 1)))
    for start in range(0, RESAMPLES, size):
        shape = (min(size, RESAMPLES - start), len(found.scores))
        drawn = Outcomes(
            found.scores,
            chance.poisson(found.won, shape).astype(float),
            chance.poisson(found.lost, shape).astype(float),
        )
        for name, measure in MEASURES.items():
            samples[name].append(measure(drawn))
    result: dict[str, Any] = {
        name: interval(float(measure(found)[0]), np.concatenate(samples[name]))
        for name, measure in MEASURES.items()
    }
    return {**result, "leads": len(scores)}


def interval(value: float, samples: Floats) -> dict[str, float]:
    """A value with the bounds between which 95 % of its resamples lie."""
    low, high = (float(bound) for bound in np.quantile(samples, [0.025, 0.975]))
    return {
        "value": round(value, 6),
        "low": round(min(low, value), 6),
        "high": round(max(high, value), 6),
    }


def gain(scores: Ints, base: Ints, won: Floats) -> dict[str, float]:
    """By how much the Brier score is better than that of `base`, both on the same leads."""
    better = (base / UNIT - won) ** 2 - (scores / UNIT - won) ** 2
    error = float(better.std() / np.sqrt(max(len(better), 1)))
    mean = float(better.mean()) if len(better) else 0.0
    return {"value": mean, "low": mean - 1.96 * error, "high": mean + 1.96 * error}


def reliability(scores: Ints, won: Floats) -> list[dict[str, Any]]:
    """The tenths of the scores that have leads: mean score, and share won with its interval."""
    tenths = np.minimum(scores * TENTHS // UNIT, TENTHS - 1)
    bands = []
    for tenth in range(TENTHS):
        inside = tenths == tenth
        leads, wins = int(inside.sum()), int(won[inside].sum())
        if not leads:
            continue
        low, high = wilson(wins, leads)
        bands.append(
            {
                "from": tenth / TENTHS,
                "to": (tenth + 1) / TENTHS,
                "leads": leads,
                "won": wins,
                "mean_score": round(float(scores[inside].mean()) / UNIT, 4),
                "low": round(low, 4),
                "high": round(high, 4),
            }
        )
    return bands
