"""The probes of whoever runs leadapp: no sign-in, no data."""

import functools

from alembic.script import ScriptDirectory
from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from leadapp.extensions import db
from leadapp.web.guards import public
from leadapp.web.problems import problem

blueprint = Blueprint("health", __name__)

RETRY_AFTER = "2"


@blueprint.get("/health")
@public("says only that the process answers")
def alive() -> Response:
    """The process answers requests; asks nobody else."""
    return jsonify(status="alive")


@blueprint.get("/ready")
@public("says only whether the database can be used")
def ready() -> Response:
    """The database answers and has all migrations; 503 otherwise."""
    try:
        with db.engine.connect() as connection:
            present = set(connection.scalars(text("SELECT version_num FROM alembic_version")))
    except SQLAlchemyError:
        return _not_ready("database_unavailable", "The database does not answer, or is empty.")
    if present != _heads(current_app.extensions["migrate"].directory):
        return _not_ready("not_migrated", "The database lacks migrations; run `leadapp migrate`.")
    return jsonify(status="ready")


@functools.cache
def _heads(directory: str) -> frozenset[str]:
    """The newest migrations in the code, which do not change while the app runs."""
    return frozenset(ScriptDirectory(directory).get_heads())


def _not_ready(code: str, message: str) -> Response:
    response = problem(503, code, message)
    response.headers["Retry-After"] = RETRY_AFTER
    return response
