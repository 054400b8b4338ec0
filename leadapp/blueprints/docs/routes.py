"""The API's description as a page: swagger-ui, served from here and under the strict CSP."""

from flask import Blueprint, render_template, url_for

from leadapp.web.guards import public

blueprint = Blueprint("docs", __name__)


@blueprint.get("/docs")
@public("describes the API and holds no data")
def show() -> str:
    """The page; it reads /api/v1/openapi.json and asks for a token to try the API with."""
    return render_template("docs/show.html", openapi_url=url_for("api_v1.openapi"))
