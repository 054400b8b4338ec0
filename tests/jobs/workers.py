"""Workers as processes that can be killed, and waiting for what they do."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from leadapp.config import PROJECT_ROOT
from tests.conftest import settings_for

PATIENCE_SECONDS = 60
POLL_SECONDS = 0.02

# Small parts and short waits, so that a run can be interrupted often within a second or two.
_PROGRAM = """
import json, sys
from leadapp.config import Settings
from leadapp.jobs.worker import Pace, run_worker
from leadapp.services import analysis_runs

given = json.loads(sys.argv[1])
analysis_runs.BATCH = given["batch"]
pace = Pace(poll=0.1, heartbeat=0.2, stalled=1.0, upkeep=0.2, reconnect=0.2)
run_worker(Settings(_env_file=None, **given["settings"]), jobs=given["jobs"], pace=pace)
"""


@contextmanager
def worker(
    url: str, *, jobs: int = 1, batch: int = 50, **settings: str
) -> Iterator[subprocess.Popen[str]]:
    """A worker process on this database; killed at the end if it still runs."""
    values = settings_for(url).model_dump(mode="json", by_alias=True) | settings
    given = json.dumps({"settings": values, "jobs": jobs, "batch": batch})
    process = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, given],
        cwd=PROJECT_ROOT,
        env=os.environ | {"PYTHONPATH": str(PROJECT_ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def stop(process: subprocess.Popen[str], number: int = signal.SIGTERM) -> tuple[int, str]:
    """Tell a worker to stop. Returns its exit status and what it said."""
    process.send_signal(number)
    said, _ = process.communicate(timeout=PATIENCE_SECONDS)
    return process.returncode, said


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait until something holds, which others bring about."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(POLL_SECONDS)
