"""Doing a run over many leads: while one part is stored, the next one is read and scored."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from flask import current_app

from leadapp.extensions import db
from leadapp.jobs.execution import RunInHand, utc_now
from leadapp.services.analysis_runs import Part, count_leads, prepare_part, store_part


def analyze_all(run: RunInHand, after_part: Callable[[], None] = lambda: None) -> None:
    """Analyze all leads of the run that are left, each part in a transaction of its own.

    `after_part` is called when one is committed.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined] # the one, not its proxy

    def prepared(after: int) -> Part:
        # A context of its own has a session of its own, and ends it.
        with app.app_context():
            return prepare_part(run.id, run.params, after=after, actor=run.actor, now=utc_now())

    after = count_leads(run.id, run.attempt)
    db.session.commit()
    with ThreadPoolExecutor(1, thread_name_prefix="prepare") as ahead:
        part = prepared(after)
        while not part.is_last:
            coming = ahead.submit(prepared, part.ids[-1])
            store_part(run.id, run.attempt, part, now=utc_now())
            db.session.commit()
            after_part()
            run.keep_on()
            part = coming.result()
        store_part(run.id, run.attempt, part, now=utc_now())
        db.session.commit()
        after_part()
