"""leadapp: a lead board for sales managers."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from leadapp.config import Settings


def create_app(settings: "Settings | None" = None) -> "Flask":
    """Build the web app.

    `settings` must name a database (`database_url`) and a `secret_key`; left out, they are read
    from the environment. Raises SettingsError for a bad or missing setting, and RuntimeError where
    a route declares no permission.
    """
    # Here, so that `import leadapp` costs the command nothing.
    from leadapp import config, factory  # noqa: PLC0415

    return factory.build(settings or config.load_settings())
