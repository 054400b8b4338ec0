"""Whether the app lives, and whether it can serve."""

from flask import Flask

from leadapp.blueprints.health.routes import blueprint


def register(app: Flask) -> None:
    """Register the routes."""
    app.register_blueprint(blueprint)
