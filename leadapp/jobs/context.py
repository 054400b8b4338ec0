"""The app that jobs run in: configuration and database, without pages."""

from flask import Flask

from leadapp.config import Settings
from leadapp.extensions import db
from leadapp.session import engine_options

# A training reads for long and then computes for minutes before it writes.
STATEMENT_SECONDS = 600
IDLE_SECONDS = 900


def job_app(settings: Settings, *, jobs: int = 1) -> Flask:
    """A small Flask app whose context gives jobs their database session, for so many at a time.

    `settings` must name a database.
    """
    app = Flask("leadapp")
    app.extensions["settings"] = settings
    # A job has a session for its work and one to tell how far it is.
    options = engine_options(
        2 * jobs, name="leadapp worker", statement=STATEMENT_SECONDS, idle=IDLE_SECONDS
    )
    app.config.update(
        SQLALCHEMY_DATABASE_URI=settings.database_url, SQLALCHEMY_ENGINE_OPTIONS=options
    )
    db.init_app(app)
    return app
