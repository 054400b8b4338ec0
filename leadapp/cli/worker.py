"""`leadapp worker`."""

import click

from leadapp.cli.context import note


@click.command()
@click.option(
    "--jobs",
    type=click.IntRange(1, 32),
    help="So many at a time; LEADAPP_JOBS (2) if left out.",
)
def worker(jobs: int | None) -> None:
    """Run jobs in the background until Ctrl-C or SIGTERM.

    `leadapp serve` runs one already; more of them, on this machine or others, share the work. It
    waits for a database that is not there yet, or not yet migrated.
    """
    from leadapp.config import load_settings
    from leadapp.jobs.worker import run_worker
    from leadapp.server.database import database_of, wait_until_migrated

    settings = load_settings()
    with database_of(settings) as with_database:
        wait_until_migrated(with_database, say=note)
        run_worker(with_database, jobs=jobs or settings.jobs or 1)
