"""What is done each night, in UTC: clean up, and learn from what was closed since the last time."""

from procrastinate import JobContext

from leadapp.extensions import db
from leadapp.jobs.execution import utc_now
from leadapp.jobs.registry import tasks, within
from leadapp.permissions import command_actor
from leadapp.queries.closings import closed_since_training
from leadapp.services import runs
from leadapp.services.counts import fold_counts
from leadapp.services.old_uploads import remove_old_uploads

# So long a job that failed is kept to be looked at; one that succeeded goes at once.
KEEP_HOURS = 72


@tasks.periodic(cron="20 2 * * *")
@tasks.task(name="clean_up", pass_context=True, queueing_lock="clean_up")
async def clean_up(context: JobContext, /, timestamp: int) -> None:  # noqa: ARG001
    """Remove jobs that ended badly long ago."""
    await context.app.job_manager.delete_old_jobs(
        nb_hours=KEEP_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
    )


@tasks.periodic(cron="25 2 * * *")
@tasks.task(name="tidy", pass_context=True, queueing_lock="tidy")
def tidy(context: JobContext, /, timestamp: int) -> None:  # noqa: ARG001
    """Remove uploads that nobody reads any more, and fold the counts of leads."""
    with within(context):
        remove_old_uploads(now=utc_now())
        db.session.commit()
        fold_counts()
        db.session.commit()


@tasks.periodic(cron="30 2 * * *")
@tasks.task(name="train_nightly", pass_context=True, queueing_lock="train_nightly")
def train_nightly(context: JobContext, /, timestamp: int) -> None:  # noqa: ARG001
    """Train a candidate, where leads were closed since the last training and none is under way."""
    with within(context):
        actor, now = command_actor(), utc_now()
        if closed_since_training() and not runs.is_under_way("train"):
            runs.start("train", {}, actor=actor, now=now)
        db.session.commit()
