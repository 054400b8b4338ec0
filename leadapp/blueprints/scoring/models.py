"""Models: training one, looking at a candidate, promoting it, and going back."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from leadapp.blueprints.scoring.coverage import lacking, read_by
from leadapp.blueprints.scoring.figures import bands_of, compare, input_name, learned_from, window
from leadapp.blueprints.scoring.figures import worth as worth_of
from leadapp.blueprints.scoring.forms import PromotionForm
from leadapp.blueprints.scoring.promotion import outlook, promotion_form
from leadapp.errors import InvalidInput
from leadapp.extensions import db
from leadapp.permissions import Permission
from leadapp.queries.company import get_company
from leadapp.queries.runs import latest_run
from leadapp.queries.trainings import get_training, list_trainings
from leadapp.services import runs, scoring_models
from leadapp.web.charts import reliability_chart
from leadapp.web.clock import utc_now
from leadapp.web.forms import show_errors
from leadapp.web.guards import page_actor, requires
from leadapp.web.runs import shown_run
from leadapp.web.words import scorer_words

blueprint = Blueprint("scoring_models", __name__, url_prefix="/scoring/models")


@blueprint.get("")
@requires(Permission.SEE_SCORING)
def show_all() -> str:
    """All trainings and what came of them."""
    now = utc_now()
    run = latest_run("train", actor=page_actor(), now=now, active_only=True)
    company = get_company()
    return render_template(
        "scoring/models.html",
        trainings=list_trainings(),
        run=shown_run(run, now) if run else None,
        in_use=company.scoring_model_id,
        learned_from=learned_from,
        now=now,
    )


@blueprint.post("")
@requires(Permission.ADMINISTER)
def train() -> ResponseReturnValue:
    """Start a training in the background; where one is under way already, show that one."""
    actor, now = page_actor(), utc_now()
    run_id = runs.start_once("train", {}, actor=actor, now=now)
    db.session.commit()
    return redirect(f"/runs/{run_id}")


@blueprint.get("/<record_id:model_id>")
@requires(Permission.SEE_SCORING)
def show(model_id: int) -> str:
    """A model beside the scorer that was in use when it was trained."""
    return _page(model_id)


@blueprint.post("/<record_id:model_id>/promotion")
@requires(Permission.ADMINISTER)
def promote(model_id: int) -> ResponseReturnValue:
    """Make a candidate the scorer in use, and keep or change the threshold with it."""
    model = get_training(model_id)
    form = promotion_form(outlook(model, get_company().handoff_threshold))
    if form.validate():
        try:
            scoring_models.promote(
                model_id,
                threshold=form.chosen,
                actor=page_actor(),
                now=utc_now(),
                seen=form.seen.data or None,
            )
        except InvalidInput as refusal:
            db.session.rollback()
            show_errors(form, refusal)
        else:
            db.session.commit()
            flash(
                f"Model {model_id} scores from now on, and the threshold is {form.chosen}."
                " Analyze all open leads next.",
                "success",
            )
            return redirect(url_for("scoring.show"))
    return _page(model_id, form), 422


@blueprint.post("/withdrawal")
@requires(Permission.ADMINISTER)
def take_back() -> ResponseReturnValue:
    """Take the last promotion back: the scorer before it and its threshold hold again."""
    scoring_models.take_back(actor=page_actor(), now=utc_now())
    db.session.commit()
    flash(f"Taken back: {scorer_words(get_company().learned_scorer)} scores again.", "success")
    return redirect(url_for("scoring_models.show_all"))


@blueprint.post("/retirement")
@requires(Permission.ADMINISTER)
def retire() -> ResponseReturnValue:
    """Use the rule table again."""
    scoring_models.retire(actor=page_actor(), now=utc_now())
    db.session.commit()
    flash("The rule table scores again. Check the threshold, which stayed as it was.", "success")
    return redirect(url_for("scoring_models.show_all"))


def _page(model_id: int, form: PromotionForm | None = None) -> str:
    model = get_training(model_id)
    company, report, now = get_company(), model.report, utc_now()
    seen = outlook(model, company.handoff_threshold) if report["record"] else None
    present = report["present"]
    may_be_used = seen is not None and model.status in {"candidate", "retired"}
    return render_template(
        "scoring/model.html",
        model=model,
        report=report,
        figures=compare(report["figures"], present and present["figures"]),
        input_name=input_name,
        worth=worth_of(report["figures"]),
        chart=reliability_chart(bands_of(report["reliability"])),
        present_chart=present and reliability_chart(bands_of(present["reliability"])),
        present_name=present and scorer_words(present["scorer"]),
        in_use_id=scoring_models.scorer_id(company.learned_scorer),
        in_use_name=scorer_words(company.learned_scorer),
        seen=seen,
        may_be_used=may_be_used,
        lacking=lacking(read_by(report), model.open_leads) if may_be_used else None,
        form=form or (promotion_form(seen) if seen else None),
        learned_from=learned_from(report["trained"]),
        window=window(report["trained"], now),
        now=now,
    )
