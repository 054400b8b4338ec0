"""Training a model, in a process of its own: what it needs of memory goes with it."""

import contextlib
import json
import os
import subprocess
import sys
import time
from typing import Any

from procrastinate import JobContext

from leadapp.extensions import db
from leadapp.jobs.execution import HandedBack, RunInHand, utc_now
from leadapp.jobs.registry import AGAIN, Worker, tasks, within
from leadapp.services import runs

POLL_SECONDS = 0.1
# So often, in seconds, it is asked whether somebody cancelled the run.
CANCEL_SECONDS = 1.0
# How the process says that the database went away.
TRY_AGAIN = os.EX_TEMPFAIL
KILLED = (
    "The training was ended by the system, perhaps for want of memory; nothing was kept. Try again "
    "with less history, or on a larger machine."
)


@tasks.task(name="train", pass_context=True, retry=AGAIN)
def train(context: JobContext, run_id: int) -> None:
    """Train a candidate from the closed leads there are."""
    with within(context) as worker:
        status = _in_a_process_of_its_own(run_id, worker)
        if status == TRY_AGAIN:
            raise HandedBack
        if status != 0:
            # It had no time to say so itself.
            runs.fail(run_id, KILLED, now=utc_now())
            db.session.commit()


def train_model(run: RunInHand) -> dict[str, Any]:
    """Train the model. Called in the process of its own."""
    from leadapp.services import scoring_models  # noqa: PLC0415

    model = scoring_models.train_model(actor=run.actor, now=utc_now())
    return {"model_id": model.id, "status": model.status}


def _in_a_process_of_its_own(run_id: int, worker: Worker) -> int:
    """Have `leadapp.jobs.child` do the run. Returns its exit status.

    Raises HandedBack where the worker is to stop. A run that is cancelled is ended with it.
    """
    # The settings hold secrets, which a command line would show to everybody on this machine.
    settings = json.dumps(worker.settings.model_dump(mode="json", by_alias=True))
    with subprocess.Popen(_command(run_id), stdin=subprocess.PIPE) as child:  # noqa: S603 (ourselves)
        try:
            # One that is dead already says so by its status.
            if child.stdin is not None:
                with contextlib.suppress(BrokenPipeError), child.stdin as pipe:
                    pipe.write(settings.encode())
            asked = time.monotonic()
            while child.poll() is None:
                if worker.stopping.wait(POLL_SECONDS):
                    raise HandedBack
                if time.monotonic() - asked > CANCEL_SECONDS:
                    asked = time.monotonic()
                    if runs.is_cancelled(run_id):
                        child.kill()
                        child.wait()
                        runs.end_cancelled(run_id, now=utc_now())
                    db.session.commit()
        finally:
            child.kill()
    return child.returncode


def _command(run_id: int) -> list[str]:
    return [sys.executable, "-m", "leadapp.jobs.child", str(os.getpid()), str(run_id)]
