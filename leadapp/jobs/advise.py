"""Asking the adviser about a lead."""

from typing import Any

from flask import current_app
from procrastinate import JobContext

from leadapp.config import Settings
from leadapp.extensions import db
from leadapp.jobs.execution import RunInHand, utc_now
from leadapp.jobs.registry import AGAIN, do, tasks
from leadapp.services import advice


@tasks.task(name="advise", pass_context=True, retry=AGAIN)
def advise(context: JobContext, run_id: int) -> None:
    """Ask the adviser for the run."""
    do(context, run_id, ask_adviser)


def ask_adviser(run: RunInHand) -> dict[str, Any]:
    """Ask the language model what the run is to ask, and keep its answer or why there is none."""
    # What it stands on takes a second to import, and most workers never ask.
    from leadapp.adviser_client import Adviser, AdviserError, ask  # noqa: PLC0415

    settings: Settings = current_app.extensions["settings"]
    advice_id = run.params["advice_id"]
    question = advice.question_about(advice_id, now=utc_now())
    # The model thinks for seconds; no transaction is open meanwhile.
    db.session.commit()
    result = {"advice_id": advice_id, "answered": False}
    if question is None:
        return result
    if settings.adviser_url is None or settings.adviser_model is None:
        advice.keep_failure(advice_id, "The worker was started without LEADAPP_ADVISER_URL.")
        return result
    adviser = Adviser(settings.adviser_url, settings.adviser_model, settings.adviser_key)
    try:
        answer = ask(adviser, question)
    except AdviserError as error:
        advice.keep_failure(advice_id, str(error))
        return result
    advice.keep_advice(advice_id, answer)
    return result | {"answered": True}
