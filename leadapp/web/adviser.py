"""Whether there is an adviser to ask, as the settings say."""

from flask import current_app

from leadapp.config import Settings


def adviser_model() -> str | None:
    """The language model in use; None where none is set up."""
    settings = _settings()
    return settings.adviser_model if settings.adviser_url is not None else None


def adviser_daily() -> int:
    """How many answers may be asked for a day."""
    return _settings().adviser_daily


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
