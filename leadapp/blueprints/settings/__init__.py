"""What admins set for all, and everybody's own account."""

from flask import Flask

from leadapp.blueprints.settings import account, company, lists, users


def register(app: Flask) -> None:
    """Register the routes, one blueprint a noun."""
    for module in (users, lists, company, account):
        app.register_blueprint(module.blueprint)
