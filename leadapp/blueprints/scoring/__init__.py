"""Scoring: what the scores are worth, what they are learned from, and who was right."""

from flask import Flask

from leadapp.blueprints.scoring import (
    columns,
    disagreements,
    history,
    models,
    overview,
    threshold,
)


def register(app: Flask) -> None:
    """Register the routes, one blueprint a noun."""
    for nouns in (overview, history, models, columns, threshold, disagreements):
        app.register_blueprint(nouns.blueprint)
