"""`leadapp analyze`."""

from collections.abc import Mapping

import click

from leadapp.cli.context import RECORD_NUMBER, Progress, database_app, note, now
from leadapp.cli.failures import Refused

HINT = "Name leads by number, or say --all, or --open, or --stale."


@click.command()
@click.argument("ids", nargs=-1, type=RECORD_NUMBER)
@click.option("--lead", "leads", multiple=True, type=RECORD_NUMBER, help="This lead.")
@click.option("--all", "every", is_flag=True, help="All leads; final ones keep their score.")
@click.option("--open", "open_", is_flag=True, help="The same as --all.")
@click.option("--stale", is_flag=True, help="All whose inputs changed since their analysis.")
def analyze(
    ids: tuple[int, ...], leads: tuple[int, ...], *, every: bool, open_: bool, stale: bool
) -> None:
    """Score leads: those of IDS, or --all, or all that are --stale.

    Works without a worker, and shows how far it is. Each part is kept as it is done: Ctrl-C cancels
    the rest, and a worker goes on with it should this command be killed.
    """
    wanted = sorted({*ids, *leads})
    if [bool(wanted), every or open_, stale].count(True) != 1:
        raise click.UsageError(HINT)
    params = {"ids": wanted} if wanted else {"stale": True} if stale else {"all": True}
    progress = Progress()
    with database_app():
        done, skipped, cancelled = _run(params, progress)
    progress.clear()
    if wanted:
        # Leads that are final or not there never were a part of the run.
        skipped = len(wanted) - done
    if cancelled:
        note("Cancelled; what was analyzed before is kept.")
    click.echo(f"{done} analyzed, {skipped} skipped")
    if cancelled:
        raise click.exceptions.Exit(1)


def _run(params: Mapping[str, object], progress: Progress) -> tuple[int, int, bool]:
    """Do a run in this process. Returns how many leads were analyzed and skipped, and whether it
    was cancelled."""
    from leadapp.extensions import db
    from leadapp.jobs.analyzing import analyze_all
    from leadapp.jobs.execution import RunInHand, execute
    from leadapp.models import Run
    from leadapp.permissions import command_actor
    from leadapp.services import runs

    def work(in_hand: RunInHand) -> None:
        analyze_all(in_hand, lambda: show(in_hand.id))

    def show(run_id: int) -> None:
        run = db.session.get_one(Run, run_id)
        if run.total:
            progress.show(_line(run.done, run.failed, run.total))

    started = runs.start("analyze", params, actor=command_actor(), now=now(), enqueued=False)
    with runs.by_hand(started.id):
        db.session.commit()
        try:
            execute(started.id, work, stopping=lambda: False)
        except KeyboardInterrupt:
            runs.end_cancelled(started.id, now=now())
            db.session.commit()
    run = db.session.get_one(Run, started.id)
    if run.status == "failed":
        progress.clear()
        raise Refused(f"{run.error} {run.done} leads were analyzed before.")
    return run.done, run.failed, run.status == "cancelled"


def _line(done: int, failed: int, total: int) -> str:
    dealt_with = done + failed
    line = f"{dealt_with:,} of {total:,} leads ({min(100, dealt_with * 100 // total)} %)"
    return f"{line}, {failed:,} skipped" if failed else line
