"""Sales: their board, the page of each, and moving them."""

from flask import Flask

from leadapp.blueprints.sales import moves, routes


def register(app: Flask) -> None:
    """Register the routes."""
    app.register_blueprint(routes.blueprint)
    app.register_blueprint(moves.blueprint)
