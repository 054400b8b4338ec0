"""The threshold preview: what another threshold would have done, and would do now."""

from decimal import Decimal
from typing import NamedTuple

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from leadapp.blueprints.scoring.forms import ThresholdForm
from leadapp.blueprints.scoring.record import cells_in_use
from leadapp.errors import InvalidInput
from leadapp.extensions import db
from leadapp.permissions import Permission
from leadapp.queries.scoring_state import load_shown, load_state
from leadapp.queries.threshold_change import side_changes
from leadapp.rules.values import parse_threshold
from leadapp.scoring.crossing import as_if_known
from leadapp.scoring.record import Cell, Preview, preview
from leadapp.services import company
from leadapp.web.charts import Curve, Step, amount, curve_chart, rate_words
from leadapp.web.clock import utc_now
from leadapp.web.forms import show_errors
from leadapp.web.guards import page_actor, requires
from leadapp.web.htmx import is_for
from leadapp.web.words import scorer_words

blueprint = Blueprint("scoring_threshold", __name__, url_prefix="/scoring/threshold")


class PreviewRow(NamedTuple):
    """What a threshold would have done, ready to show."""

    threshold: str
    handoffs: str
    won: str
    rate: str
    blocked: str
    mark: str


@blueprint.get("")
@requires(Permission.SEE_SCORING)
def show() -> str:
    """Move the threshold over history."""
    return _page(request.args.get("threshold"))


@blueprint.post("")
@requires(Permission.ADMINISTER)
def change() -> ResponseReturnValue:
    """Make what was tried the threshold."""
    form = ThresholdForm()
    entered = form.threshold.data or ""
    try:
        present = company.set_threshold(entered, actor=page_actor(), now=utc_now())
    except InvalidInput as refusal:
        db.session.rollback()
        show_errors(form, refusal)
        return _page(None, form), 422
    db.session.commit()
    flash(f"The threshold is {present.handoff_threshold}.", "success")
    return redirect(url_for("scoring_threshold.show"))


def _page(entered: str | None, form: ThresholdForm | None = None) -> str:
    state = load_state()
    tried = _tried(entered, state.threshold)
    cells = cells_in_use(state, load_shown(state.model_id))
    known = any(cell[2] for cell in cells)
    counted: list[Cell] = cells if known else list(as_if_known(cells))
    return render_template(
        "scoring/_tried.html" if is_for("preview") else "scoring/threshold.html",
        in_fragment=is_for("preview"),
        scorer=scorer_words(state.scorer),
        present=state.threshold,
        tried=tried,
        found=preview(counted, tried),
        before=preview(counted, state.threshold),
        known=known,
        chart=_chart(counted, state.threshold, tried) if counted else None,
        rows=[
            _row(preview(counted, t), state.threshold, tried)
            for t in _shown(state.threshold, tried)
        ],
        changes=side_changes(state.threshold, tried),
        waiting=state.to_analyze > 0,
        form=form or ThresholdForm(formdata=None, threshold=str(tried)),
        amount=amount,
    )


def _tried(entered: str | None, present: Decimal) -> Decimal:
    """The threshold of the address; what is none counts as the present one."""
    try:
        return parse_threshold(entered) if entered else present
    except InvalidInput:
        return present


def _shown(present: Decimal, tried: Decimal) -> list[Decimal]:
    """The thresholds of the table: each tenth, the present one and the one tried."""
    return sorted({*(Decimal(tenth).scaleb(-1) for tenth in range(1, 10)), present, tried})


def _chart(cells: list[Cell], present: Decimal, tried: Decimal) -> Curve:
    found = [preview(cells, Decimal(step).scaleb(-2)) for step in range(0, 101, 2)]
    months = max(found[0].months, 1)
    steps = [Step(float(p.threshold), p.handoffs / months, p.won_handoffs / months) for p in found]
    return curve_chart(steps, present=float(present), tried=float(tried))


def _row(found: Preview, present: Decimal, tried: Decimal) -> PreviewRow:
    months = max(found.months, 1)
    return PreviewRow(
        threshold=f"{found.threshold:.2f}",
        handoffs=amount(found.handoffs / months),
        won=amount(found.won_handoffs / months),
        rate=rate_words(found.won_handoffs / found.handoffs) if found.handoffs else "–",
        blocked=amount(found.won_blocked / months),
        mark="now" if found.threshold == present else "tried" if found.threshold == tried else "",
    )
