"""The description of the API at /api/v1/openapi.json."""

from importlib.metadata import version

import orjson
from flask import Flask, Response, current_app
from flask_openapi3.models.info import Info
from flask_openapi3.models.schema import Schema
from flask_openapi3.openapi import OpenAPI
from flask_openapi3.utils import get_model_schema
from pydantic import BaseModel

from leadapp.blueprints.api_v1.answers import JSON
from leadapp.blueprints.api_v1.blueprint import api
from leadapp.blueprints.api_v1.records import (
    Advice,
    AssessmentList,
    ColumnChoiceList,
    EventList,
    LeadList,
    ModelList,
    ModelReport,
    Problem,
    Run,
    SaleList,
    ScorerInUse,
)
from leadapp.web.guards import public

ABOUT = """Leads, their way to sales, and the sales.

Every request needs a token: `Authorization: Bearer <token>`. It acts as its user, with the user's
role. Refusals are `application/problem+json` with a stable `code`. Unknown fields are refused.
Addresses work with and without a slash at their end."""

_EXTENSION = "leadapp.openapi"


def describe(app: OpenAPI) -> None:
    """Say what the description begins with. Call it before the blueprint is registered."""
    app.info = Info(title="leadapp", version=version("leadapp"), description=ABOUT)
    app.security_schemes = {"bearer": {"type": "http", "scheme": "bearer"}}
    # In the place of the library's own answer to invalid values, which leadapp never gives.
    app.validation_error_model = Problem
    # The library adds that answer to all that lack this status, and none lacks it.
    app.validation_error_status = "401"


def _add_schemas(*models: type[BaseModel]) -> None:
    """Add answers to the description's schemas: endpoints name them only."""
    for model in models:
        schema = get_model_schema(model, mode="serialization")
        for name, part in schema.pop("$defs", {}).items():
            api.components_schemas[name] = Schema(**part)
        api.components_schemas[model.__name__] = Schema(**schema)


_add_schemas(
    Advice,
    AssessmentList,
    ColumnChoiceList,
    ModelList,
    ModelReport,
    ScorerInUse,
    LeadList,
    SaleList,
    EventList,
    Run,
    Problem,
)


@api.route("/openapi.json")
@public("describes the API and holds no data")
def openapi() -> Response:
    """The description, made once and kept."""
    kept: bytes | None = current_app.extensions.get(_EXTENSION)
    if kept is None:
        app: Flask = current_app
        kept = app.extensions[_EXTENSION] = orjson.dumps(app.api_doc)  # type: ignore[attr-defined]
    return Response(kept, content_type=JSON)
