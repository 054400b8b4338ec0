"""Setting an adviser up, and doing what a worker would do."""

import pytest
from flask import Flask
from sqlalchemy import select

from leadapp.adviser_client import Adviser
from leadapp.config import Settings
from leadapp.extensions import db
from leadapp.jobs.advise import ask_adviser
from leadapp.jobs.execution import execute
from leadapp.models import Run

NOWHERE = Adviser("http://127.0.0.1:9/v1", "stub-1", "sk-test")


def set_up(
    app: Flask, monkeypatch: pytest.MonkeyPatch, adviser: Adviser = NOWHERE, *, daily: int = 200
) -> None:
    """Let the settings name this adviser."""
    settings: Settings = app.extensions["settings"]
    named = {
        "adviser_url": adviser.url,
        "adviser_model": adviser.model,
        "adviser_key": adviser.key,
        "adviser_daily": daily,
    }
    monkeypatch.setitem(app.extensions, "settings", settings.model_copy(update=named))


def work_off() -> None:
    """Do all requests that wait, as a worker would."""
    waiting = select(Run.id).where(Run.kind == "advise", Run.status == "queued")
    for run_id in db.session.scalars(waiting).all():
        execute(run_id, ask_adviser, stopping=lambda: False)


def outcome() -> tuple[str, dict[str, object] | None]:
    """How the latest run ended."""
    run = db.session.scalars(select(Run).order_by(Run.id.desc()).limit(1)).one()
    return run.status, run.result
