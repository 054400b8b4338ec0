"""The lead board."""

from flask import Flask

from leadapp.blueprints.board.routes import blueprint


def register(app: Flask) -> None:
    """Register the routes."""
    app.register_blueprint(blueprint)
