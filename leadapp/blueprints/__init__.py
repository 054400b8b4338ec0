"""The pages and the JSON API."""

from collections.abc import Callable

from flask import Flask

from leadapp.blueprints import auth, board, leads, sales, settings

BLUEPRINTS: list[Callable[[Flask], None]] = [
    auth.register,
    board.register,
    leads.register,
    sales.register,
    settings.register,
]
