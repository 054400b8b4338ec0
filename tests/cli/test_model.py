"""`leadapp model`: train, list, show, promote, take back, retire, strike a column."""

import csv
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask

from leadapp.extensions import db
from leadapp.services import scorers
from tests.cli.conftest import Run
from tests.conftest import MakeDatabase, make_app
from tests.factories import make_lead
from tests.services.history_cases import make_history
from tests.services.model_cases import use_model


@pytest.fixture
def database(make_database: MakeDatabase, worker: str) -> str:
    """A database for each test, whose models count from 1."""
    return make_database(f"cli_{worker}_model")


@pytest.fixture
def company(database: str) -> Iterator[Flask]:
    """The app on the commands' database."""
    scorers.forget()
    app = make_app(database)
    with app.app_context():
        yield app
        db.engine.dispose()
    scorers.forget()


def test_from_closed_leads_to_a_model_in_use_and_back(leadapp: Run, company: Flask) -> None:
    refused = leadapp("model", "train")
    assert refused.exit_code == 0
    assert "model 1: refused" in refused.stdout
    assert "no model: " in refused.stdout
    nothing = leadapp("model", "promote", "--latest")
    assert (nothing.exit_code, nothing.stdout) == (1, "")
    assert nothing.stderr == "Error: There is no candidate; look at the list of models.\n"

    make_history()
    trained = leadapp("model", "train").stdout
    assert "model 2: candidate" in trained
    assert "closed leads: 400, " in trained
    assert "on leads it has not seen: AUC 0." in trained
    assert "rule_table/1 on the same leads: AUC 0." in trained
    assert "used: " in trained
    listed = [line.split("\t") for line in leadapp("model", "list").stdout.splitlines()]
    assert [row[:3] for row in listed] == [["2", "candidate", "400"], ["1", "refused", "0"]]
    shown = leadapp("model", "show", 2).stdout
    assert shown.startswith(trained.split("\n", maxsplit=1)[0])
    assert "\nused\tBudget\t" in shown

    promoted = leadapp("model", "promote", "--latest", "--threshold", "0.35")
    assert promoted.stderr == "learned/2 scores from now on; a handoff needs 0.35.\n"
    again = leadapp("model", "promote", 2)
    assert (again.exit_code, "in use already" in again.stderr) == (1, True)
    assert "rule_table/1 scores" in leadapp("model", "take-back").stderr
    kept = leadapp("model", "promote", 2).stderr
    assert kept == "learned/2 scores from now on; a handoff needs 0.60.\n"
    assert leadapp("model", "retire").stderr.startswith("rule_table/1 scores from now on")
    assert leadapp("model", "retire").exit_code == 1


def test_a_struck_column_is_left_out_of_the_next_training(leadapp: Run, company: Flask) -> None:
    make_history(seed=2)
    assert leadapp("model", "column", "Budget", "leave-out").exit_code == 0
    assert "left_out\tBudget" in _shown_after_training(leadapp)
    assert leadapp("model", "column", "Budget", "by-itself").exit_code == 0
    assert "used\tBudget" in _shown_after_training(leadapp)


def _shown_after_training(leadapp: Run) -> str:
    number = leadapp("model", "train").stdout.split(":", maxsplit=1)[0].removeprefix("model ")
    return leadapp("model", "show", number).stdout


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["promote"], 2, "Name a model by its number, or say --latest."),
        (["promote", "7", "--latest"], 2, "Name a model by its number, or say --latest."),
        (["promote", "999"], 1, "There is no model 999"),
        (["promote", "999", "--threshold", "60"], 1, "threshold must be a number from 0.01"),
        (["show", "999"], 1, "There is no model 999"),
        (["show", "x"], 2, "'x' is not a valid integer"),
        (["column", "Tags", "perhaps"], 2, "'perhaps' is not one of"),
    ],
)
def test_refusals_are_one_clear_line(
    leadapp: Run, arguments: list[str], status: int, message: str
) -> None:
    result = leadapp("model", *arguments)
    assert (result.exit_code, result.stdout) == (status, "")
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_the_scorer_stands_in_the_export(leadapp: Run, company: Flask) -> None:
    make_lead(external_id="a-1", analyzed=True)
    model = use_model(threshold="0.60")
    scored = make_lead(external_id="a-2", attributes={"Budget": "high"}, analyzed=True)
    make_lead(external_id="a-3")
    assert leadapp("export", "leads", "-o", "leads.csv").exit_code == 0
    with Path("leads.csv").open(encoding="utf-8", newline="") as stream:
        found = list(csv.DictReader(stream))
    assert [row["scorer_version"] for row in found] == ["rule_table/1", f"learned/{model.id}", ""]
    assert Decimal(found[1]["ai_score"]) == scored.ai_score
    assert {"external_id", "stage", "ai_recommendation", "attributes"} <= found[0].keys()
