"""Errors as the one line that a person at a terminal reads."""

import sys

import click


class Refused(click.ClickException):
    """A rule, a right or a value speaks against it."""

    exit_code = 1


class CannotRun(click.ClickException):
    """A setting, the database or a directory cannot be used."""

    exit_code = 2


def failure_of(error: Exception) -> click.ClickException | None:
    """How to say this error in one line; None for one that nobody expected."""
    # Only modules that are loaded can have raised it.
    if isinstance(error, _loaded("leadapp.errors", "Refusal")):
        return Refused(_refusal_text(error))
    if isinstance(error, _loaded("leadapp.imports.csv_reader", "CsvFileError")):
        return Refused(f"{error} Nothing was imported.")
    own = (
        *_loaded("leadapp.imports.mapping", "MappingError"),
        *_loaded("leadapp.config", "SettingsError"),
        *_loaded("leadapp.embedded.errors", "EmbeddedError"),
        *_loaded("leadapp.server.instance", "AlreadyRunning"),
        *_loaded("leadapp.server.database", "NotMigrated"),
    )
    if isinstance(error, own):
        return CannotRun(str(error))
    away = _loaded("sqlalchemy.exc", "OperationalError") + _loaded("psycopg", "OperationalError")
    if isinstance(error, away):
        return CannotRun(f"The database cannot be used: {_first_line(error)}")
    if isinstance(error, OSError) and error.filename is not None:
        return CannotRun(f"{error.filename}: {error.strerror}.")
    return None


def _loaded(module: str, name: str) -> tuple[type[BaseException], ...]:
    """The class, as isinstance takes it; empty where its module was never imported."""
    found = getattr(sys.modules.get(module), name, None)
    return () if found is None else (found,)


def _refusal_text(error: Exception) -> str:
    """The refusal's sentence, and for bad values what is wrong with each."""
    pairs = getattr(error, "errors", None)
    if pairs:
        return "; ".join(f"{field.replace('_', ' ')} {message}" for field, message in pairs) + "."
    return str(getattr(error, "message", error))


def _first_line(error: Exception) -> str:
    original = getattr(error, "orig", None) or error
    return (str(original).strip().splitlines() or [type(original).__name__])[0]
