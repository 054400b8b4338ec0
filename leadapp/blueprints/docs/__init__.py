"""The page that shows the API's description."""

from flask import Flask

from leadapp.blueprints.docs.routes import blueprint


def register(app: Flask) -> None:
    """Register the route."""
    app.register_blueprint(blueprint)
