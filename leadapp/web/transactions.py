"""When a request's work is committed.

Services never commit: an entry point does, once, after the last service call. A request that reads,
or whose whole effect is one statement, runs in autocommit instead: PostgreSQL makes a statement
atomic by itself, and BEGIN and COMMIT would be two more round trips.
"""

from flask import Flask, request

from leadapp.extensions import autocommit_engine, sessions

# Tests switch it off, to roll back whatever a request did.
ALLOWED = True


def use_autocommit() -> None:
    """Run the statements of this request each by itself. Call it before the first one."""
    if ALLOWED and not sessions.is_alone:
        sessions.run_alone(autocommit_engine())


def register(app: Flask) -> None:
    """Let every request that only reads run in autocommit."""
    app.before_request(_autocommit_reads)


def _autocommit_reads() -> None:
    if request.method in {"GET", "HEAD"} and request.endpoint not in _WITHOUT_DATABASE:
        use_autocommit()


_WITHOUT_DATABASE = {"static", "health.alive", "health.ready", None}
