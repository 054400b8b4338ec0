"""Leads: their page, and what is done with one."""

from flask import Flask

from leadapp.blueprints.leads import (
    activities,
    copies,
    edit,
    erasure,
    follow_up,
    moves,
    owner,
    show,
)


def register(app: Flask) -> None:
    """Register the routes."""
    for nouns in (show, edit, moves, activities, owner, follow_up, copies, erasure):
        app.register_blueprint(nouns.blueprint)
