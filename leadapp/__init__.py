"""leadapp: a lead board for sales managers."""

from flask import Flask

from leadapp.config import Settings, load_settings


def create_app(settings: Settings | None = None) -> Flask:
    """Build the web app.

    `settings` must name a database (`database_url`) and a `secret_key`; left out, they are read
    from the environment. Raises SettingsError for a bad or missing setting, and RuntimeError where
    a route declares no permission.
    """
    from leadapp import factory  # noqa: PLC0415  # keeps `import leadapp` cheap for the command

    return factory.build(settings or load_settings())
