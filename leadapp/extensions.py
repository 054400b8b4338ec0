"""The Flask extensions, made here and bound to the app in create_app()."""

from typing import cast

from flask import Flask, current_app
from flask_migrate import Migrate
from flask_security.core import Security
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import Engine

from leadapp.models.base import Base
from leadapp.session import LeadSession, LeadSessions

# Rows stay readable after the commit that ends a request's work, which saves a SELECT each.
db = SQLAlchemy(
    model_class=Base, session_options={"class_": LeadSession, "expire_on_commit": False}
)
sessions = LeadSessions(db.session.session_factory, scopefunc=db.session.registry.scopefunc)
db.session = sessions
migrate = Migrate(compare_type=True)
csrf = CSRFProtect()
security = Security()

_AUTOCOMMIT = "leadapp.autocommit_engine"


def bind_database(app: Flask) -> None:
    """Bind `db` to the app.

    Connections are in autocommit from the start, for the requests that need no transaction: to
    switch it on and off for each of them takes a tenth of reading a lead. All others get them from
    the same pool by `db.engine`, which switches it off for as long as they have one.
    """
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] |= {
        "isolation_level": "AUTOCOMMIT",
        "skip_autocommit_rollback": True,
    }
    db.init_app(app)
    with app.app_context():
        engines = cast(dict[str | None, Engine], db.engines)
        app.extensions[_AUTOCOMMIT] = engines[None]
        engines[None] = engines[None].execution_options(isolation_level="READ COMMITTED")


def autocommit_engine() -> Engine:
    """The engine whose statements stand each by itself."""
    return cast(Engine, current_app.extensions[_AUTOCOMMIT])
