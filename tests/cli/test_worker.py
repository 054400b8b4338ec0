"""`leadapp worker` as a process."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg

from leadapp.config import PROJECT_ROOT, Settings
from tests.jobs.workers import PATIENCE_SECONDS, wait_until

COMMAND = [sys.executable, "-c", "from leadapp.cli import main; main()", "worker", "--jobs", "1"]


def start(url: str, data_dir: Path) -> subprocess.Popen[str]:
    settings = {str(field.alias) for field in Settings.model_fields.values()}
    environment = {name: value for name, value in os.environ.items() if name not in settings}
    environment |= {"PYTHONPATH": str(PROJECT_ROOT), "LEADAPP_DATA_DIR": str(data_dir)}
    return subprocess.Popen(
        COMMAND,
        env=environment | {"DATABASE_URL": url},
        cwd=data_dir,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_it_does_the_jobs_of_the_database_until_it_is_told_to_stop(
    database: str, tmp_path: Path
) -> None:
    uri = database.replace("postgresql+psycopg:", "postgresql:", 1)
    with psycopg.connect(uri, autocommit=True) as sql, start(database, tmp_path) as process:
        # A run without a job, which it finds by itself.
        sql.execute("INSERT INTO runs (kind, params, via) VALUES ('train', '{}', 'command')")

        def is_over() -> bool:
            row = sql.execute("SELECT finished_at IS NOT NULL FROM runs").fetchone()
            return row == (True,)

        wait_until(is_over)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=PATIENCE_SECONDS)
    assert (process.returncode, said) == (0, "")


def test_it_waits_for_a_database_that_is_not_migrated(database: str, tmp_path: Path) -> None:
    path, _, query = database.partition("?")
    with start(f"{path.rsplit('/', 1)[0]}/template1?{query}", tmp_path) as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        assert line.startswith("Waiting for the database: it has not the tables of this version")
        process.terminate()
        assert process.wait(PATIENCE_SECONDS) == -signal.SIGTERM
