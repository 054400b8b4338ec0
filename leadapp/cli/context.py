"""What commands share: the app on its database, the time, who acts."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from leadapp.models import User

RECORD_NUMBER = click.IntRange(1, 2**63 - 1)
"""The number of a record, as far as the database counts."""


@contextmanager
def database_app() -> Iterator[None]:
    """Run a command's work within the app's context, on a database of this version."""
    from leadapp.config import load_settings
    from leadapp.server.database import command_app

    with command_app(load_settings()):
        yield


def now() -> datetime:
    """The time of the command's work."""
    return datetime.now(UTC)


def note(line: str) -> None:
    """Say something that is not the command's result."""
    click.echo(line, err=True)


def user_of(email: str) -> "User":
    """The user of an e-mail address. Raises UserNotFound."""
    from leadapp.errors import UserNotFound
    from leadapp.queries.users import find_user_by_email

    user = find_user_by_email(email)
    if user is None:
        raise UserNotFound
    return user


class Progress:
    """One line on standard error that is written over; only where somebody looks at it."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()

    def show(self, text: str) -> None:
        """Put `text` in the place of what was there."""
        if self._shown:
            click.echo(f"\r\x1b[K{text}", nl=False, err=True)

    def clear(self) -> None:
        """Leave an empty line behind."""
        self.show("")
