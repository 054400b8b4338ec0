"""Signing in and out, and changing one's password."""

from flask import Flask

from leadapp.blueprints.auth.routes import blueprint
from leadapp.blueprints.auth.security import bind_security

__all__ = ["bind_security", "register"]


def register(app: Flask) -> None:
    """Register the routes."""
    app.register_blueprint(blueprint)
