"""Leads: their page, and what is done with one."""

from flask import Flask

from leadapp.blueprints.leads import moves


def register(app: Flask) -> None:
    """Register the routes."""
    app.register_blueprint(moves.blueprint)
