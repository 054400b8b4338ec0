"""`make evaluate FILE=...`: how good a score the leads of a history file teach, on leads not seen.

Over five stable splits it learns from 70 % of the file and tests on the rest. It needs no database.
"""

import argparse
import sys
from datetime import date
from pathlib import Path
from time import perf_counter

import numpy as np

from leadapp.training.evaluation import figures
from leadapp.training.table import TrainingTable
from leadapp.training.train import TrainingOutcome, train
from tests.evaluate.curve import draw
from tests.evaluate.history import EvaluationError, History, load, split, without
from tests.evaluate.results import Results, Tested, describe_columns, table
from tests.evaluate.scoring import by_document, by_rules

SPLITS = 5
FEW = 300


def main() -> int:
    """Evaluate the file that the command line names; 1 where it cannot be."""
    given = _arguments()
    fields = {
        "outcome": given.outcome_column,
        "source": given.source_column,
        "business_domain": given.domain_column,
        "activity_count": given.activity_column,
    }
    try:
        history = load(given.file, {f: c for f, c in fields.items() if c}, won=given.won)
        results = evaluate(history, _struck(given.exclude, list(history.table.columns)))
    except EvaluationError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    given.picture.parent.mkdir(parents=True, exist_ok=True)
    given.picture.write_text(_picture(given.file.name, results), encoding="utf-8")
    print(f"{table(results)}\n\nReliability curve: {given.picture}")  # noqa: T201
    return 0


def evaluate(history: History, struck: set[str]) -> Results:
    """Everything that the table shows; `struck` columns were filled in after the outcome."""
    columns = describe_columns(_learn(history.table).report, struck)
    honest = without(history.table, struck)
    tested = [_test(honest, number) for number in range(SPLITS)]
    return Results(history, struck, columns, tested)


def _test(honest: TrainingTable, number: int) -> Tested:
    parts = split(honest, number)
    test = honest.rows(parts.test)
    won = np.array(test.won, dtype=float)
    start = perf_counter()
    outcome = _learn(honest.rows(parts.learn))
    seconds = perf_counter() - start
    if outcome.document is None:
        raise EvaluationError(f"Split {number + 1}: {outcome.report['refused']}")
    scores, wrong = by_document(outcome.document, test)
    few = _learn(honest.rows(parts.learn[:FEW])).document
    rules = by_rules(test)
    return Tested(
        won=won,
        scores=scores,
        rule_scores=rules,
        learned=figures(scores, won),
        rules=figures(rules, won),
        few_auc=None if few is None else figures(by_document(few, test)[0], won)["auc"]["value"],
        wrong_sums=wrong,
        seconds=seconds,
    )


def _learn(closed: TrainingTable) -> TrainingOutcome:
    return train(closed, {}, trained_on=date(2000, 1, 1))


def _struck(given: list[str], columns: list[str]) -> set[str]:
    """The columns to strike: each argument is a name, or several with commas between."""
    names = []
    for text in given:
        names += [text] if text in columns else [name.strip() for name in text.split(",")]
    known = {column.casefold(): column for column in columns}
    for name in filter(None, names):
        if name.casefold() not in known:
            raise EvaluationError(f"There is no column {name!r}; there are {', '.join(columns)}.")
    return {known[name.casefold()] for name in names if name}


def _picture(name: str, results: Results) -> str:
    title = f"How often scores came true: {name}, {len(results.tested)} splits"
    return draw(
        title,
        [
            ("learned", "#1f6f54", results.reliability("scores")),
            ("rule table", "#b3541e", results.reliability("rule_scores")),
        ],
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.evaluate", description=__doc__)
    parser.add_argument("file", type=Path, help="CSV file of closed leads")
    parser.add_argument("--outcome-column", default="Converted", help="default: Converted")
    parser.add_argument("--won", action="append", help="a value that means won; default: 1")
    parser.add_argument("--source-column", help="what the rule table takes as source")
    parser.add_argument("--domain-column", help="what it takes as business domain")
    parser.add_argument("--activity-column", help="what it takes as number of activities")
    parser.add_argument(
        "--exclude", action="append", default=[], metavar="COLUMN",
        help="filled in after the outcome; several with commas between, or given again",
    )  # fmt: skip
    parser.add_argument("--picture", type=Path, default=Path("instance/reliability.svg"))
    given = parser.parse_args()
    given.won = given.won or ["1"]
    return given


if __name__ == "__main__":
    sys.exit(main())
