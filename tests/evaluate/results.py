"""What an evaluation found, and the table of it beside its targets."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from leadapp.training.arrays import Floats, Ints
from leadapp.training.evaluation import reliability
from tests.evaluate.history import History

LEAK_SIGNS = {"alone", "pure_values", "blanks", "changed_at_close"}


@dataclass(frozen=True)
class Tested:
    """One split: the leads tested on, their scores in ten-thousandths, and the figures."""

    won: Floats
    scores: Ints
    rule_scores: Ints
    learned: dict[str, Any]
    rules: dict[str, Any]
    few_auc: float | None
    """The AUC where only 300 leads were learned from; None where they were too few."""
    wrong_sums: int
    seconds: float


@dataclass(frozen=True)
class Columns:
    """What training made of columns, nothing struck by hand: struck ones beside the others."""

    found: list[str]
    doubted: list[str]
    missed: list[str]
    honest_lost: list[str]
    honest_doubted: list[str]


@dataclass(frozen=True)
class Results:
    """All that was found of a file."""

    history: History
    struck: set[str]
    columns: Columns
    tested: list[Tested]

    def reliability(self, which: Literal["scores", "rule_scores"]) -> list[dict[str, Any]]:
        """The curve of the test leads of all splits together."""
        scores = np.concatenate([getattr(one, which) for one in self.tested])
        return reliability(scores, np.concatenate([one.won for one in self.tested]))


def describe_columns(report: dict[str, Any], struck: set[str]) -> Columns:
    """Sort the columns of a training by verdict, those that are struck apart."""

    def names(verdict: str, *, of_struck: bool) -> list[str]:
        return [
            column["name"]
            for column in report["columns"]
            if column["verdict"] == verdict
            and (column["name"] in struck) == of_struck
            # What is blank, constant or a name of its own is no honest column that is lost.
            and (of_struck or LEAK_SIGNS & {sign["sign"] for sign in column["signs"]})
        ]

    return Columns(
        found=names("left_out", of_struck=True),
        doubted=names("doubtful", of_struck=True),
        missed=names("used", of_struck=True),
        honest_lost=names("left_out", of_struck=False),
        honest_doubted=names("doubtful", of_struck=False),
    )


@dataclass(frozen=True)
class Row:
    """A line of the table: the figure of each split, the rule table's, and the target."""

    name: str
    rules: list[float] | None
    values: list[float]
    target: str
    met: Callable[[float], bool]


def table(results: Results) -> str:
    """The table with mean and range of the splits, and what was found of the columns."""
    rows = [
        _row(results, "ROC-AUC", "auc", ">= .867", lambda value: value >= 0.867),
        _row(results, "Brier score", "brier", "<= .141", lambda value: value <= 0.141),
        _row(results, "log loss", "log_loss", "", lambda _: True),
        _row(
            results, "calibration error", "calibration_error", "<= .028",
            lambda value: value <= 0.028,
        ),
        Row(
            "ROC-AUC learned from 300",
            None,
            [0.5 if one.few_auc is None else one.few_auc for one in results.tested],
            ">= .80",
            lambda value: value >= 0.80,
        ),
    ]  # fmt: skip
    count = len(results.history.table.won)
    head = f"{'figure':<26} {'rule table':>10} {'learned':>8} {'range':>13}  {'target':<8} met"
    lines = [
        f"{count:,} closed leads, {sum(results.history.table.won):,} won;"
        f" {results.history.rejected:,} rows could not be read; {len(results.struck)} columns"
        f" struck; mean of {len(results.tested)} splits",
        "",
        head,
        "-" * len(head),
        *(_line(row) for row in rows),
        *_column_lines(results),
        f"training: {max(one.seconds for one in results.tested):.1f} s at most",
    ]
    return "\n".join(lines)


def _row(results: Results, name: str, key: str, target: str, met: Callable[[float], bool]) -> Row:
    rules = [one.rules[key]["value"] for one in results.tested]
    return Row(name, rules, [one.learned[key]["value"] for one in results.tested], target, met)


def _line(row: Row) -> str:
    mean = sum(row.values) / len(row.values)
    rules = "" if row.rules is None else _short(sum(row.rules) / len(row.rules))
    span = f"{_short(min(row.values))} - {_short(max(row.values))}"
    verdict = ("yes" if row.met(mean) else "NO") if row.target else ""
    return f"{row.name:<26} {rules:>10} {_short(mean):>8} {span:>13}  {row.target:<8} {verdict}"


def _short(value: float) -> str:
    return f"{value:.3f}".removeprefix("0")


def _column_lines(results: Results) -> list[str]:
    tested = sum(len(one.won) for one in results.tested)
    wrong = sum(one.wrong_sums for one in results.tested)
    return [
        f"contributions add up to the score: {tested - wrong:,} of {tested:,} leads"
        f"  (every lead: {'yes' if not wrong else 'NO'})",
        "",
        "Columns, as training judged them by itself, with none struck:",
        *_judgments(results.columns, any_struck=bool(results.struck)),
        "",
    ]


def _judgments(columns: Columns, *, any_struck: bool) -> list[str]:
    if not any_struck:
        return [
            f"  left out: {_names(columns.honest_lost)}",
            f"  doubted:  {_names(columns.honest_doubted)}",
        ]
    lost, doubted = not columns.honest_lost, len(columns.honest_doubted) <= 2
    return [
        f"  struck ones left out:    {_names(columns.found)}",
        f"  struck ones doubted:     {_names(columns.doubted)}",
        f"  struck ones missed:      {_names(columns.missed)}",
        f"  honest columns lost:     {_names(columns.honest_lost)}"
        f"  (none: {'yes' if lost else 'NO'})",
        f"  honest columns doubted:  {_names(columns.honest_doubted)}"
        f"  (two at most: {'yes' if doubted else 'NO'})",
    ]


def _names(names: list[str]) -> str:
    return ", ".join(names) or "none"
