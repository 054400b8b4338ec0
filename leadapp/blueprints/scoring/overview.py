"""What the scores are worth: the page that the others of scoring start from."""

from flask import Blueprint, render_template

from leadapp.permissions import Permission
from leadapp.web.guards import requires

blueprint = Blueprint("scoring", __name__, url_prefix="/scoring")


@blueprint.get("")
@requires(Permission.SEE_SCORING)
def show() -> str:
    """Which scorer is in use, and what its scores are worth."""
    return render_template("scoring/overview.html")
