"""`leadapp lead advice`."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask

from leadapp.extensions import db
from leadapp.queries import advice
from tests.adviser.asking import set_up, work_off
from tests.adviser.stub import Stub, serving
from tests.cli.conftest import Run
from tests.conftest import make_app
from tests.factories import make_lead


@pytest.fixture
def app(database: str) -> Iterator[Flask]:
    """The app on the database of the commands, as a worker would have it."""
    app = make_app(database)
    yield app
    with app.app_context():
        db.engine.dispose()


def lead_of(app: Flask) -> int:
    with app.app_context():
        return make_lead(name="Ada").id


def name(monkeypatch: pytest.MonkeyPatch, server: Stub) -> None:
    monkeypatch.setenv("LEADAPP_ADVISER_URL", server.adviser.url)
    monkeypatch.setenv("LEADAPP_ADVISER_MODEL", "stub-1")


def test_asks_and_prints(leadapp: Run, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as server, ThreadPoolExecutor(1) as pool:
        name(monkeypatch, server)
        set_up(app, monkeypatch, server.adviser)
        done = pool.submit(leadapp, "lead", "advice", lead_of(app))
        while not done.done():
            with app.app_context():
                work_off()
    result = done.result()
    assert result.exit_code == 0, result.output
    for shown in ("Ada called twice", "Next step: Send the offer.", "- Who signs?", "Dear Ada"):
        assert shown in result.stdout


def test_no_adviser(leadapp: Run, app: Flask) -> None:
    result = leadapp("lead", "advice", lead_of(app))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "No adviser is set up" in result.stderr


def test_no_worker(leadapp: Run, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advice, "PATIENCE", timedelta(seconds=0.3))
    with serving() as server:
        name(monkeypatch, server)
        result = leadapp("lead", "advice", lead_of(app))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "whether a worker runs" in result.stderr


def test_no_lead(leadapp: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as server:
        name(monkeypatch, server)
        result = leadapp("lead", "advice", 999_999)
    assert (result.exit_code, "There is no such lead" in result.stderr) == (1, True)
