"""The ledger of disagreements: where people went against the advice, and who was right."""

from flask import Blueprint, render_template, request

from leadapp.permissions import Permission
from leadapp.queries.disagreements import load_disagreements, sum_disagreements
from leadapp.web.clock import utc_now
from leadapp.web.guards import requires
from leadapp.web.htmx import is_htmx

blueprint = Blueprint("disagreements", __name__, url_prefix="/scoring/disagreements")


@blueprint.get("")
@requires(Permission.SEE_SCORING)
def show() -> str:
    """The latest disagreements and their sums; more of them behind a cursor."""
    cursor = request.args.get("cursor")
    page = load_disagreements(cursor)
    template = (
        "scoring/_disagreements.html" if is_htmx() and cursor else "scoring/disagreements.html"
    )
    sums = None if cursor else sum_disagreements()
    return render_template(template, page=page, sums=sums, now=utc_now())
