"""What counts for every handoff: the threshold, fresh scores, and what keeps them fresh."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from leadapp.blueprints.settings.forms import AnalyzeOnChangeForm, FreshScoreForm, ThresholdForm
from leadapp.errors import InvalidInput
from leadapp.extensions import db
from leadapp.permissions import Permission
from leadapp.queries.company import get_company
from leadapp.services import company
from leadapp.web.clock import utc_now
from leadapp.web.forms import show_errors
from leadapp.web.guards import page_actor, requires

blueprint = Blueprint("company", __name__, url_prefix="/settings")


@blueprint.get("/threshold")
@requires(Permission.ADMINISTER)
def threshold() -> ResponseReturnValue:
    """The threshold, what it means, and whether a score must be fresh."""
    return _page()


@blueprint.post("/threshold")
@requires(Permission.ADMINISTER)
def set_threshold() -> ResponseReturnValue:
    """Set the threshold."""
    form = ThresholdForm()
    if form.validate():
        try:
            present = company.set_threshold(
                form.threshold.data or "", actor=page_actor(), now=utc_now()
            )
        except InvalidInput as refusal:
            db.session.rollback()
            show_errors(form, refusal)
        else:
            db.session.commit()
            flash(f"The threshold is {present.handoff_threshold}.", "success")
            return redirect(url_for("company.threshold"))
    return _page(form), 422


@blueprint.post("/fresh-score")
@requires(Permission.ADMINISTER)
def set_fresh_score() -> ResponseReturnValue:
    """Say whether a stale score still suffices."""
    required = bool(FreshScoreForm().required.data)
    company.set_require_fresh_score(required, actor=page_actor(), now=utc_now())
    db.session.commit()
    flash(
        "A handoff needs a fresh score now." if required else "A stale score suffices now.",
        "success",
    )
    return redirect(url_for("company.threshold"))


@blueprint.post("/analysis-on-change")
@requires(Permission.ADMINISTER)
def set_analysis_on_change() -> ResponseReturnValue:
    """Say whether a change of a lead's inputs analyzes it at once."""
    wanted = bool(AnalyzeOnChangeForm().at_once.data)
    company.set_analyze_on_change(wanted, actor=page_actor(), now=utc_now())
    db.session.commit()
    flash(
        "Leads are analyzed at once when their inputs change."
        if wanted
        else "Leads are analyzed when somebody asks for it.",
        "success",
    )
    return redirect(url_for("company.threshold"))


def _page(form: ThresholdForm | None = None) -> str:
    present = get_company()
    return render_template(
        "settings/threshold.html",
        form=form or ThresholdForm(formdata=None, threshold=str(present.handoff_threshold)),
        fresh_form=FreshScoreForm(formdata=None, required=present.require_fresh_score),
        at_once_form=AnalyzeOnChangeForm(formdata=None, at_once=present.analyze_on_change),
    )
