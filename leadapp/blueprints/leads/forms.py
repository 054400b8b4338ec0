"""The forms of moving a lead."""

from flask_wtf import FlaskForm
from wtforms import DecimalField, HiddenField, SelectField, TextAreaField
from wtforms.validators import Optional

from leadapp.queries.lists import Lists
from leadapp.rules.lost import LeadLostReason
from leadapp.web.words import LOST_REASON_LABELS


class LossForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """Why a lead is lost."""

    seen = HiddenField()
    lost_reason = SelectField(
        "Why was it lost?",
        choices=[
            ("", "Choose a reason"),
            *((str(r), LOST_REASON_LABELS[r]) for r in LeadLostReason),
        ],
    )
    lost_note = TextAreaField("In words", description="Needed for “Other”.")


class HandoffForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """What the person confirms, and who gets the sale."""

    assessment_id = HiddenField()
    threshold = DecimalField(validators=[Optional()])
    salesperson_id = SelectField("Salesperson", coerce=int)

    @classmethod
    def with_salespeople(cls, lists: Lists, chosen: int | None) -> "HandoffForm":
        """The form with the people who may work sales, one of them chosen."""
        form = cls()
        form.salesperson_id.choices = lists.owners
        if form.salesperson_id.data is None:
            form.salesperson_id.data = chosen
        return form
