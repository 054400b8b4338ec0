"""Doing a run: what its people are told, and what is kept, whatever happens."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from leadapp.errors import InvalidInput, LeadNotFound
from leadapp.extensions import db
from leadapp.imports.csv_reader import CsvFileError
from leadapp.jobs import execution
from leadapp.jobs.execution import FAULT, HandedBack, RunInHand, execute
from leadapp.models import Source
from leadapp.permissions import command_actor
from leadapp.services import runs
from tests.factories import NOW
from tests.jobs.conftest import Ask

Start = Callable[[], int]


@pytest.fixture
def run_id(fresh_app: Flask) -> Iterator[int]:
    """A run that waits."""
    with fresh_app.app_context():
        run = runs.start("import_history", {"upload_id": 1}, actor=command_actor(), now=NOW)
        db.session.commit()
        yield run.id
        db.session.remove()


def do(run_id: int, work: Callable[[RunInHand], Any], *, stopping: bool = False) -> None:
    execute(run_id, work, stopping=lambda: stopping)


def half_done(error: BaseException) -> Callable[[RunInHand], None]:
    """Work that writes something and then fails."""

    def work(_run: RunInHand) -> None:
        db.session.add(Source(name="Half", key="half", rule_key="other"))
        db.session.flush()
        raise error

    return work


HALF = "SELECT count(*) FROM sources WHERE key = 'half'"
OUTCOME = "SELECT concat(status, ': ', error) FROM runs"


def test_a_result_ends_the_run_with_what_it_wrote(run_id: int, ask: Ask) -> None:
    def work(run: RunInHand) -> dict[str, Any]:
        assert (run.id, run.attempt, run.params) == (run_id, 1, {"upload_id": 1})
        db.session.add(Source(name="Half", key="half", rule_key="other"))
        return {"added": 1}

    do(run_id, work)
    assert (ask(OUTCOME), ask("SELECT result FROM runs"), ask(HALF)) == ("done: ", {"added": 1}, 1)
    do(run_id, half_done(AssertionError("done again")))
    assert ask(OUTCOME) == "done: "


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (LeadNotFound(), "There is no such lead; look for it on the board."),
        (InvalidInput([("won_values", "say which mean won")]), "won values say which mean won."),
        (CsvFileError("The file is empty."), "The file is empty."),
        (ZeroDivisionError("division by zero"), FAULT),
    ],
    ids=lambda value: type(value).__name__,
)
def test_who_started_it_is_told_in_one_line(
    run_id: int, ask: Ask, error: Exception, told: str, capfd: pytest.CaptureFixture[str]
) -> None:
    do(run_id, half_done(error))
    assert (ask(OUTCOME), ask(HALF)) == (f"failed: {told}", 0)
    said = capfd.readouterr()
    assert ("ZeroDivisionError" in said.out + said.err) is (told is FAULT)


@pytest.mark.parametrize("error", [HandedBack(), OperationalError("gone", None, Exception())])
def test_what_is_no_fault_of_the_work_is_tried_again(
    run_id: int, ask: Ask, error: Exception
) -> None:
    with pytest.raises(type(error)):
        do(run_id, half_done(error))
    assert (ask(OUTCOME), ask(HALF)) == ("running: ", 0)
    do(run_id, lambda _run: {})
    assert (ask(OUTCOME), ask("SELECT attempt FROM runs")) == ("done: ", 2)


def test_progress_is_seen_while_the_work_is_still_open(
    run_id: int, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execution, "REPORT_SECONDS", 0)
    seen: list[Any] = []

    def work(run: RunInHand) -> dict[str, Any]:
        db.session.add(Source(name="Half", key="half", rule_key="other"))
        db.session.flush()
        run.report(400, 1_000)
        seen.append((ask("SELECT concat(done, ' of ', total) FROM runs"), ask(HALF)))
        return {}

    do(run_id, work)
    assert seen == [("400 of 1000", 0)]


def test_cancelling_undoes_the_part_in_hand(run_id: int, ask: Ask) -> None:
    def work(run: RunInHand) -> dict[str, Any]:
        db.session.add(Source(name="Half", key="half", rule_key="other"))
        db.session.flush()
        ask("UPDATE runs SET cancel_requested = true RETURNING id")
        run.report(1)
        return {}

    do(run_id, work)
    assert (ask(OUTCOME), ask(HALF)) == ("cancelled: ", 0)


def test_a_worker_that_stops_hands_back_at_the_next_report(run_id: int, ask: Ask) -> None:
    with pytest.raises(HandedBack):
        do(run_id, lambda run: run.report(1), stopping=True)
    assert ask(OUTCOME) == "running: "


def test_another_worker_took_it_up(run_id: int, ask: Ask) -> None:
    def work(_run: RunInHand) -> dict[str, Any]:
        ask("UPDATE runs SET attempt = attempt + 1 RETURNING id")
        db.session.add(Source(name="Half", key="half", rule_key="other"))
        return {}

    do(run_id, work)
    assert (ask(OUTCOME), ask(HALF)) == ("running: ", 0)
