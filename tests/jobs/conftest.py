"""A database whose commits are real, for jobs, and quick ways to look into it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from leadapp.extensions import db

Ask = Callable[..., Any]


@pytest.fixture
def url(fresh_app: Flask) -> str:
    """The address of the test's own database."""
    return str(fresh_app.config["SQLALCHEMY_DATABASE_URI"])


@pytest.fixture
def ask(fresh_app: Flask) -> Iterator[Ask]:
    """The first value that a statement gives, in a transaction of its own."""

    def run(statement: str, **values: object) -> Any:
        with fresh_app.app_context(), db.engine.begin() as connection:
            return connection.execute(text(statement), values).scalar()

    with fresh_app.app_context():
        yield run
        db.session.remove()
