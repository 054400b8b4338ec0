"""The form of losing a sale."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, TextAreaField

from leadapp.rules.lost import SaleLostReason
from leadapp.web.forms import choices
from leadapp.web.words import LOST_REASON_LABELS


class SaleLossForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """Why a sale is lost."""

    seen = HiddenField()
    lost_reason = SelectField(
        "Why was it lost?",
        choices=choices(
            [("", "Choose a reason"), *((str(r), LOST_REASON_LABELS[r]) for r in SaleLostReason)]
        ),
        description="“Not qualified” tells that the lead should not have been handed off.",
    )
    lost_note = TextAreaField("In words", description="Needed for “Other”.")
