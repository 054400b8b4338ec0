"""Models as the documents that `leadapp.scoring` reads: whole numbers, a term for each level."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np

from leadapp.scoring.document import FORMAT, MAX_REACH, MAX_TERM, SCALE, seal
from leadapp.scoring.points import BOUNDARIES
from leadapp.training.arrays import Bools, Floats, Ints, tally
from leadapp.training.binning import Feature
from leadapp.training.crossfit import Calibrated, CrossFit
from leadapp.training.fit import Design

_BOUNDARIES = np.array(BOUNDARIES)


@dataclass(frozen=True)
class Numbers:
    """A calibrated model in whole numbers; terms by feature and level."""

    base: int
    terms: tuple[Ints, ...]

    def scores(self, design: Design, rows: Ints) -> Ints:
        """The scores of these leads in ten-thousandths, as a scorer gives them."""
        total = np.full(len(rows), self.base)
        for levels, terms in zip(design.levels, self.terms, strict=True):
            total += np.append(terms, 0)[levels[rows]]
        return 1 + np.searchsorted(_BOUNDARIES, total, side="right")


def whole_numbers(design: Design, fitted: Calibrated) -> Numbers:
    """The model with its calibration and its intercept folded into the terms.

    The base is the log-odds of the base rate alone. So that terms tell how a value differs from the
    others, each feature's are centered on its leads; what remains for all leads is shared out by
    how much a feature tells. A level without a lead stays neutral, bins apart, whose curve goes on.
    """
    model, calibration = fitted.model, fitted.calibration
    rest = calibration.stretch * model.intercept + calibration.shift
    parts = []
    for feature, levels, raw in zip(design.features, design.levels, model.terms, strict=True):
        leads = tally(levels[fitted.rows], feature.size + 1)[:-1]
        part = _centered(feature, calibration.stretch * raw, leads)
        rest += part.mean
        parts.append(part)
    whole = sum(part.spread for part in parts)
    if not whole:
        return _rounded(model.base + rest, [part.terms for part in parts])
    return _rounded(model.base, [part.raised(rest * part.spread / whole) for part in parts])


@dataclass(frozen=True)
class _Part:
    """A feature's terms around their mean, how much they tell, and which levels may be shifted."""

    terms: Floats
    mean: float
    spread: float
    known: Bools

    def raised(self, by: float) -> Floats:
        return np.where(self.known, self.terms + by, 0.0) if self.spread else self.terms


def _centered(feature: Feature, terms: Floats, leads: Floats) -> _Part:
    """Where only blanks have a term, filled cells are the neutral ones, and nothing is shifted."""
    known = leads > 0
    if feature.is_number:
        known[: len(feature.edges) + 1] = True
    total = leads.sum()
    if feature.size == 1 or not total or not terms.any():
        return _Part(terms, 0.0, 0.0, known)
    mean = float(terms @ leads / total)
    return _Part(terms - mean, mean, float((terms - mean) ** 2 @ leads / total), known)


def _rounded(base: float, terms: Sequence[Floats]) -> Numbers:
    """In units of the document, and within what it may reach."""
    limit = MAX_TERM / SCALE
    reach = abs(base) + sum(float(np.abs(part).max(initial=0.0)) for part in terms)
    shrink = min(1.0, (MAX_REACH / SCALE - 20) / reach) if reach else 1.0
    return Numbers(
        round(SCALE * float(np.clip(base, -limit, limit))),
        tuple(
            np.round(SCALE * np.clip(shrink * part, -limit, limit)).astype(np.int64)
            for part in terms
        ),
    )


def write(
    design: Design, fitted: CrossFit, *, trained_on: date
) -> tuple[dict[str, Any], Numbers, tuple[Numbers, ...]]:
    """The document with its checksum, and the same numbers for scoring whole columns at once."""
    final = whole_numbers(design, fitted.final)
    folds = tuple(whole_numbers(design, fold) for fold in fitted.folds)
    kept = [
        j
        for j in range(len(design.features))
        if any(numbers.terms[j].any() for numbers in (final, *folds))
    ]
    won = int(design.won.sum())
    document = {
        "format": FORMAT,
        "scale": SCALE,
        "base": final.base,
        "features": [_written(design.features[j], final.terms[j]) for j in kept],
        "folds": [
            {
                "base": numbers.base,
                "terms": [
                    [int(term) for term in design.features[j].part(numbers.terms[j])] for j in kept
                ],
            }
            for numbers in folds
        ],
        "trained": {
            "on": trained_on.isoformat(),
            "closed": len(design.won),
            "won": won,
            "base_rate": won / len(design.won),
        },
    }
    return seal(document), final, folds


def _written(feature: Feature, numbers: Ints) -> dict[str, Any]:
    terms = [int(term) for term in numbers]
    if feature.is_number:
        bins = terms[: len(feature.edges) + 1]
        return {
            "name": feature.name,
            "kind": "number",
            "edges": list(feature.edges),
            "terms": bins,
            "blank": terms[feature.blank],
            "unreadable": terms[feature.blank + 1],
            "monotone": _direction(bins),
        }
    return {
        "name": feature.name,
        "kind": "category",
        "values": {text: terms[level] for text, level in feature.values},
        "blank": terms[feature.blank],
        "unknown": 0,
        "monotone": None,
    }


def _direction(terms: list[int]) -> str | None:
    """Whether a larger number never lowers, or never raises, the score."""
    if min(terms) == max(terms):
        return None
    if all(a <= b for a, b in pairwise(terms)):
        return "increasing"
    return "decreasing" if all(a >= b for a, b in pairwise(terms)) else None
