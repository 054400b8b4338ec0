"""What moving a lead and moving a sale by hand have in common."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Protocol

from flask import render_template
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, TextAreaField

from leadapp.rules.stages import Pipeline, StageT
from leadapp.web.forms import choices
from leadapp.web.htmx import is_for
from leadapp.web.words import LOST_REASON_LABELS, STAGE_LABELS


class Moved(Protocol):
    """A lead or a sale."""

    @property
    def title(self) -> str: ...
    @property
    def stage(self) -> StrEnum: ...
    @property
    def lost_reason(self) -> str | None: ...


class LossForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """Why a lead or a sale is lost."""

    seen = HiddenField()
    lost_reason = SelectField("Why was it lost?")
    lost_note = TextAreaField("In words", description="Needed for “Other”.")

    @classmethod
    def of(cls, reasons: Iterable[StrEnum], *, hint: str = "") -> "LossForm":
        """The form with these reasons to choose from; `hint` says what to know of them."""
        form = cls()
        labels = ((str(reason), LOST_REASON_LABELS[reason]) for reason in reasons)
        form.lost_reason.choices = choices([("", "Choose a reason"), *labels])
        form.lost_reason.description = hint
        return form


def ask_why_lost(
    form: LossForm, record: dict[str, str], *, what_stays: str
) -> tuple[str, int] | str:
    """The question why a record is lost, in the dialog or as a page; 422 where it was answered."""
    page = render_template(
        "board/loss.html",
        in_dialog=is_for("dialog"),
        record=record,
        form=form,
        what_stays=what_stays,
    )
    return (page, 422) if form.is_submitted() else page


def parse_seen(pipeline: Pipeline[StageT], text: str | None) -> StageT | None:
    """The stage that a person saw, None where nothing says so. Raises InvalidInput."""
    return pipeline.parse(text, field="seen") if text else None


def stages_touched(
    pipeline: Pipeline[StageT], to: StageT, seen: StageT | None
) -> tuple[StageT, ...]:
    """The stages whose columns a move to `to` changed: those it may have come from, and `to`."""
    return (*(stage for stage in pipeline.sources(to) if seen in {None, stage}), to)


def move_in_words(record: Moved) -> str:
    """What is said of a lead or a sale that was just moved."""
    if record.lost_reason:
        reason = LOST_REASON_LABELS[record.lost_reason].lower()
        return f"{record.title} marked as lost: {reason}."
    return f"{record.title} moved to {STAGE_LABELS[record.stage]}."
