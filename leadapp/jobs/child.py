"""One run in a process of its own: `python -m leadapp.jobs.child OWNER RUN`, settings on stdin."""

import json
import os
import sys

from sqlalchemy.exc import OperationalError

from leadapp.config import Settings
from leadapp.jobs.context import job_app
from leadapp.jobs.execution import execute
from leadapp.jobs.train import TRY_AGAIN, train_model
from leadapp.processes import die_with


def main(owner: int, run_id: int) -> int:
    """Train for the run. Returns the exit status."""
    die_with(owner)
    settings = Settings(_env_file=None, **json.load(sys.stdin))
    with job_app(settings).app_context():
        try:
            execute(run_id, train_model, stopping=lambda: False)
        except OperationalError:
            return TRY_AGAIN
    return os.EX_OK


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
