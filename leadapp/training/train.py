"""One training, from the table to a model's document and its report."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from time import perf_counter
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from leadapp.training.arrays import Floats, Ints
from leadapp.training.crossfit import cross_fit
from leadapp.training.evaluation import UNIT, figures, gain, reliability
from leadapp.training.fit import Design
from leadapp.training.report import (
    Present,
    empty_report,
    ranges_of,
    tell_columns,
    tell_inputs,
    tell_present,
    tell_record,
    what_if,
)
from leadapp.training.survey import Choice, survey
from leadapp.training.table import TrainingTable, fold_of
from leadapp.training.writing import Numbers, write

LEAST_CLOSED = 100
LEAST_OF_EITHER = 20


@dataclass(frozen=True)
class TrainingOutcome:
    """A model's document, or None where none was earned; and the report, which then says why."""

    document: dict[str, Any] | None
    report: dict[str, Any]


def train(
    table: TrainingTable,
    choices: Mapping[str, Choice],
    *,
    trained_on: date,
    present: Present | None = None,
    present_id: str = "rule_table/1",
) -> TrainingOutcome:
    """Learn from the closed leads; the same table and choices always give the same model.

    `choices` is what admins said of columns. `present` gives the scores, in ten-thousandths, of the
    scorer in use, whose id is `present_id`, so that both are seen on the same leads. Odd data never
    raises: too little to learn from is a report whose `refused` is one sentence.
    """
    start = perf_counter()
    report = empty_report(table)
    # The matrices are small: threads would only wait for one another, and on a busy machine take
    # ten times as long. Sums in one order also give the same model on any number of processors.
    with threadpool_limits(1, "blas"):
        document = _train(table, choices, trained_on, report)
    if present is not None and table.won:
        won = np.array(table.won, dtype=float)
        report["present"] = tell_present(table, won, present, present_id)
    report["seconds"] = round(perf_counter() - start, 3)
    return TrainingOutcome(document, report)


def _train(
    table: TrainingTable,
    choices: Mapping[str, Choice],
    trained_on: date,
    report: dict[str, Any],
) -> dict[str, Any] | None:
    won = np.array(table.won, dtype=float)
    folds = np.array([fold_of(key) for key in table.keys], dtype=np.int64)
    columns = survey(table, choices, won, folds) if table.won else []
    report["columns"] = tell_columns(columns, {})
    used = tuple(column.feature for column in columns if column.verdict == "used")
    report["refused"] = _too_little(len(won), int(won.sum()), len(used))
    if report["refused"]:
        return None
    design = Design(used, won)
    fitted = cross_fit(design, folds)
    document, final, fold_numbers = write(design, fitted, trained_on=trained_on)
    scores = _held_out_scores(design, folds, fold_numbers)
    bases = _constants(fold_numbers, won, folds)
    ranges = ranges_of(design, final)
    report["figures"] = figures(scores, won)
    report["base"] = _base_figures(bases, won)
    report["reliability"] = reliability(scores, won)
    better = gain(scores, bases, won)
    if better["low"] <= 0:
        report["refused"] = (
            "What is known of the closed leads does not tell who will be won better than the"
            f" plain share that was won, {won.mean():.1%}, does."
        ).replace("%", " %")
        return None
    report["columns"] = tell_columns(columns, ranges)
    report["record"] = tell_record(table, [int(score) for score in scores])
    report["inputs"] = tell_inputs(document, columns)
    report["struck"] = what_if(columns, ranges, design, folds, fitted.final.model.strengths)
    return document


def _too_little(closed: int, won: int, used: int) -> str | None:
    """Why there is too little to learn from, or None."""
    if closed < LEAST_CLOSED:
        return f"A score is learned from {LEAST_CLOSED} closed leads on; there are {closed:,}."
    fewer, outcome = min((won, "won"), (closed - won, "lost"))
    if fewer < LEAST_OF_EITHER:
        return (
            f"A score is learned from {LEAST_OF_EITHER} won and {LEAST_OF_EITHER} lost leads on;"
            f" {fewer} of the {closed:,} closed leads {'was' if fewer == 1 else 'were'} {outcome}."
        )
    if not used:
        return "No column is left to learn from."
    return None


def _held_out_scores(design: Design, folds: Ints, numbers: tuple[Numbers, ...]) -> Ints:
    """For each lead the score of the model that has not seen it."""
    scores = np.empty(len(folds), dtype=np.int64)
    for fold, model in enumerate(numbers):
        rows = np.flatnonzero(folds == fold)
        scores[rows] = model.scores(design, rows)
    return scores


def _constants(numbers: tuple[Numbers, ...], won: Floats, folds: Ints) -> Ints:
    """For each lead the share won among the leads of the other folds, as a score."""
    rates = [
        won[folds != fold].mean() if (folds != fold).any() else 0.5 for fold in range(len(numbers))
    ]
    return np.round(np.array(rates) * UNIT).astype(np.int64)[folds]


def _base_figures(bases: Ints, won: Floats) -> dict[str, Any]:
    found = figures(bases, won)
    return {name: found[name] for name in ("brier", "log_loss")}
