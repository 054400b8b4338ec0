"""Enqueueing a task by its name, in the present transaction: what is rolled back never runs.

Services say here what is to be done later, and need not know `leadapp.jobs`, which does it.
"""

from functools import cache
from typing import TYPE_CHECKING, Any

from leadapp.extensions import db

if TYPE_CHECKING:
    from procrastinate import App

ORDINARY = 0
URGENT = 10
"""Before whatever else waits: somebody looks at the page that this is for."""


def enqueue(
    task: str, *, priority: int = ORDINARY, lock: str | None = None, **arguments: Any
) -> None:
    """Have a worker run the task with these arguments (plain JSON) once the session commits.

    Of jobs with the same `lock` one runs at a time.
    """
    # What the task reads must be written before it.
    db.session.flush()
    connection = db.session.connection().connection.driver_connection
    options: dict[str, Any] = {"priority": priority, "lock": lock}
    _app().configure_task(task, connection=connection, **options).defer(**arguments)


@cache
def _app() -> "App":
    # Here, because most processes that could enqueue something never do.
    from procrastinate import App, SyncPsycopgConnector  # noqa: PLC0415

    # Never opened: it is handed the session's connection.
    return App(connector=SyncPsycopgConnector())
