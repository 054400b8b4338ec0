"""The forms of the pages of scoring."""

from decimal import Decimal

from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField
from wtforms.validators import InputRequired

from leadapp.web.forms import choices
from leadapp.web.words import plural

OTHER = "other"


class PromotionForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """Which threshold holds from the promotion on."""

    seen = HiddenField()
    choice = RadioField("Threshold from then on", [InputRequired("Choose a threshold.")])
    threshold = StringField("Another threshold", description="From 0.01 to 1.00.")

    @classmethod
    def of(cls, options: list[tuple[Decimal, int, str]]) -> "PromotionForm":
        """The form with thresholds, how many open leads pass at each, and what speaks for it."""
        form = cls()
        form.choice.choices = choices(
            [
                *(
                    (str(threshold), f"{why} {threshold}: {plural(passing, 'open lead')} pass")
                    for threshold, passing, why in options
                ),
                (OTHER, "Another one"),
            ]
        )
        return form

    @property
    def chosen(self) -> str:
        """The threshold as it was entered."""
        entered = self.threshold.data if self.choice.data == OTHER else self.choice.data
        return entered or ""


class ThresholdForm(FlaskForm):  # type: ignore[misc]
    """The threshold that was tried, to make it the company's."""

    threshold = StringField("Threshold")
