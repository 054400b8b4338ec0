"""Columns: what models may learn from, what is doubtful, and what striking one did."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from leadapp.blueprints.scoring.figures import Compared, compare, input_name
from leadapp.extensions import db
from leadapp.permissions import Permission
from leadapp.queries.trainings import (
    ColumnChoiceRow,
    TrainedModel,
    column_choices,
    latest_trainings,
)
from leadapp.services import scoring_models
from leadapp.web.clock import utc_now
from leadapp.web.guards import page_actor, requires

blueprint = Blueprint("scoring_columns", __name__, url_prefix="/scoring/columns")

MOST = 200
"""How many columns of a kind the page shows; a file may have thousands."""
# What a button says, as the name of its field, and the choice it makes.
ACTS: dict[str, str | None] = {"use": "use", "leave_out": "leave_out", "by_itself": None}


class ColumnRow(NamedTuple):
    """A column as the page shows it. `pending`: what was said since the training, if anything."""

    name: str
    shown_name: str
    kind: str
    verdict: str
    signs: list[str]
    what_if: str
    reach: float
    range: str
    choice: ColumnChoiceRow | None
    pending: bool


class Change(NamedTuple):
    """What the latest training did to the record, beside the one before it."""

    latest: TrainedModel
    before: TrainedModel
    figures: list[Compared]
    added: list[str]
    struck: list[str]


@blueprint.get("")
@requires(Permission.SEE_SCORING)
def show() -> str:
    """All columns of the latest training, by what it did with them."""
    trainings, choices = latest_trainings(2), column_choices()
    report = trainings[0].report if trainings else {"columns": []}
    columns = report["columns"]
    sought = request.args.get("q", "").strip().casefold()
    rows = [
        _row(c, report, choices.get(c["name"]))
        for c in columns
        if sought in input_name(c["name"]).casefold()
    ]
    rows.sort(key=lambda row: -row.reach)
    return render_template(
        "scoring/columns.html",
        training=trainings[0] if trainings else None,
        groups={v: [r for r in rows if r.verdict == v] for v in ("doubtful", "used", "left_out")},
        pending=[row.shown_name for row in rows if row.pending],
        many=len(columns) > MOST,
        most=MOST,
        q=request.args.get("q", ""),
        change=_change(trainings),
        now=utc_now(),
    )


@blueprint.post("")
@requires(Permission.ADMINISTER)
def choose() -> ResponseReturnValue:
    """Strike a column, put it back, or leave it to the training; one button says which and what."""
    act = next((act for act in ACTS if act in request.form), None)
    if act is not None:
        name = request.form[act]
        scoring_models.choose_column(name, ACTS[act], actor=page_actor(), now=utc_now())
        db.session.commit()
        said = {"use": "is used", "leave_out": "is left out", "by_itself": "is judged by itself"}
        flash(f"{input_name(name)} {said[act]} from the next training on.", "success")
    return redirect(url_for("scoring_columns.show"))


def _row(
    column: Mapping[str, Any], report: Mapping[str, Any], choice: ColumnChoiceRow | None
) -> ColumnRow:
    share = column["range"]
    return ColumnRow(
        name=column["name"],
        shown_name=input_name(column["name"]),
        kind=column["kind"],
        verdict=column["verdict"],
        signs=[sign["text"] for sign in column["signs"]],
        what_if=_what_if(column, report),
        reach=share or 0.0,
        range=f"{share * 100:.0f} points" if share is not None else "",
        choice=choice,
        pending=(choice.choice if choice else None) != column["choice"],
    )


def _what_if(column: Mapping[str, Any], report: Mapping[str, Any]) -> str:
    """What striking the column, or putting it back, would do to the record; empty if not tried."""
    tried = report["struck"].get(column["name"])
    if tried is None or not report["figures"]:
        return ""
    without = "Without" if column["verdict"] == "used" else "With"
    return (
        f"{without} it, AUC {tried['auc']:.3f} instead of {report['figures']['auc']['value']:.3f}"
    )


def _change(trainings: list[TrainedModel]) -> Change | None:
    """What the last training did, if it and the one before it both gave figures."""
    if len(trainings) < 2 or not all(training.report["figures"] for training in trainings):
        return None
    latest, before = trainings
    now_used, then_used = (
        {c["name"] for c in training.report["columns"] if c["verdict"] == "used"}
        for training in trainings
    )
    return Change(
        latest,
        before,
        compare(latest.report["figures"], before.report["figures"]),
        [input_name(name) for name in sorted(now_used - then_used)],
        [input_name(name) for name in sorted(then_used - now_used)],
    )
