"""The pages and the JSON API."""

from collections.abc import Callable

from flask import Flask

from leadapp.blueprints import (
    api_v1,
    auth,
    board,
    docs,
    health,
    leads,
    runs,
    sales,
    scoring,
    settings,
)

BLUEPRINTS: list[Callable[[Flask], None]] = [
    api_v1.register,
    auth.register,
    board.register,
    docs.register,
    health.register,
    leads.register,
    runs.register,
    sales.register,
    scoring.register,
    settings.register,
]
