"""Leads: their page, and what is done with one."""

from flask import Flask

from leadapp.blueprints.leads import (
    activities,
    advice,
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
    nouns_of_a_lead = (
        show, edit, moves, activities, advice, owner, follow_up, copies, erasure,
    )  # fmt: skip
    for nouns in nouns_of_a_lead:
        app.register_blueprint(nouns.blueprint)
