"""A program that calls the API; each answer it gets is held against the description."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from leadapp.extensions import db
from leadapp.models import User
from leadapp.permissions import Role, command_actor
from leadapp.services.tokens import create_token
from tests.api_v1.program import Program
from tests.factories import NOW, make_user

MakeProgram = Callable[..., Program]


@pytest.fixture
def api(app: Flask, db_session: Session) -> MakeProgram:
    """Make a program: `api("rep")`, `api(user)`, or `api(None)` for one without a token."""

    def make(who: Role | str | User | None = Role.MANAGER) -> Program:
        if who is None:
            return Program(app, None, None)
        user = who if isinstance(who, User) else make_user(who)
        _, token = create_token(user.id, "test", actor=command_actor(), now=NOW)
        db.session.commit()
        return Program(app, token, user)

    return make


@pytest.fixture
def nobody(api: MakeProgram) -> Program:
    """A program without a token."""
    return api(None)


@pytest.fixture
def manager(api: MakeProgram) -> Program:
    """A manager's program."""
    return api(Role.MANAGER)


@pytest.fixture
def rep(api: MakeProgram) -> Program:
    """A rep's program."""
    return api(Role.REP)


@pytest.fixture
def viewer(api: MakeProgram) -> Program:
    """A viewer's program."""
    return api(Role.VIEWER)


def pytest_make_parametrize_id(val: Any) -> str | None:
    """Short names for long values; pytest's own where a value reads otherwise in each process."""
    if callable(val) or isinstance(val, set | frozenset):
        return None
    text = repr(val)
    return text if len(text) <= 60 else f"{text[:50]}...{len(text)}"
