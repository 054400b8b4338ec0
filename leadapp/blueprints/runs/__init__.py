"""Work in the background, as who waits for it sees it."""

from flask import Flask

from leadapp.blueprints.runs.routes import blueprint


def register(app: Flask) -> None:
    """Register the routes."""
    app.register_blueprint(blueprint)
