"""The JSON API, version 1: a file per resource, over the same services as the pages."""

from flask import Flask
from flask_openapi3.openapi import OpenAPI

from leadapp.blueprints.api_v1 import (
    advice,
    analyses,
    assessments,
    guard,
    leads,
    models,
    sales,
    work,
)
from leadapp.blueprints.api_v1.blueprint import api
from leadapp.blueprints.api_v1.openapi import describe
from leadapp.extensions import csrf

__all__ = ["advice", "analyses", "assessments", "leads", "models", "register", "sales", "work"]


def register(app: Flask) -> None:
    """Register the endpoints and their description."""
    if not isinstance(app, OpenAPI):
        raise TypeError("The API needs an app of flask_openapi3.")
    guard.register(app)
    # No cookie signs in here, so there is nothing that a foreign page could forge.
    csrf.exempt(api)
    describe(app)
    app.register_api(api)
