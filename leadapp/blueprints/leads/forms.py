"""The forms of a lead."""

from collections.abc import Mapping
from typing import Any, Self

from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    DecimalField,
    EmailField,
    HiddenField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Optional

from leadapp.queries.lists import Lists
from leadapp.rules.activities import ActivityKind
from leadapp.web.forms import choices
from leadapp.web.words import ACTIVITY_LABELS

NOBODY = 0
"""What the choice of an owner calls nobody."""


class HandoffForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """What the person confirms, and who gets the sale."""

    assessment_id = HiddenField()
    threshold = DecimalField(validators=[Optional()])
    salesperson_id = SelectField("Salesperson", coerce=int)
    against_advice = TextAreaField("Why against the advice?")

    @classmethod
    def with_salespeople(cls, lists: Lists, chosen: int | None) -> "HandoffForm":
        """The form with the people who may work sales, one of them chosen."""
        form = cls()
        form.salesperson_id.choices = choices(lists.owners)
        if form.salesperson_id.data is None:
            form.salesperson_id.data = chosen
        return form


class LeadForm(FlaskForm):  # type: ignore[misc]
    """What a person fills in about a lead. `shown` are the values that the form began with, so that
    only what was changed is written."""

    name = StringField("Name")
    company = StringField("Company")
    email = EmailField("E-mail")
    phone = TelField("Phone")
    source = SelectField("Source")
    business_domain = StringField("Business domain")
    notes = TextAreaField("Notes")
    external_id = StringField(
        "External id", description="The lead's id in the system that it came from."
    )
    follow_up_on = DateField("Follow up on", validators=[Optional()])
    shown = HiddenField()

    @classmethod
    def of(cls, lists: Lists, *, place: str, values: Mapping[str, Any], bound: bool = True) -> Self:
        """The form with these values and, where it is `bound`, what the request posts.

        `place` keeps its ids apart from those of other forms on the page.
        """
        form = cls(data=values) if bound else cls(formdata=None, data=values)
        names = [name for _, name in lists.current_sources]
        chosen = values.get("source")
        others = [] if chosen in {None, *names} else [str(chosen)]
        form.source.choices = choices((name, name) for name in (*others, *names))
        if form.source.data is None and "manual" in names:
            form.source.data = "manual"
        for field in form:
            field.id = f"{place}-{field.name}"
        return form


class NewLeadForm(LeadForm):
    """A new lead, with what only a beginning can say."""

    source = SelectField("Source", validators=[InputRequired("Choose where the lead came from.")])
    activity_count = StringField(
        "Interactions so far", description="Calls, e-mails, meetings and demos before today."
    )
    owner_id = SelectField("Owner", coerce=int, default=NOBODY)


class ActivityForm(FlaskForm):  # type: ignore[misc]
    """What was done with a lead: the button says what kind."""

    note = TextAreaField("What happened?", id="activity-note")
    kind = SelectField(choices=choices((str(k), ACTIVITY_LABELS[k]) for k in ActivityKind))


class OwnerForm(FlaskForm):  # type: ignore[misc]
    """Who works a lead."""

    owner_id = SelectField("Owner", coerce=int, id="owner-choice")

    @classmethod
    def of(cls, lists: Lists, chosen: int | None, *, bound: bool = True) -> Self:
        """The form with the people who may own leads, one of them chosen."""
        values = {"owner_id": chosen or NOBODY}
        form = cls(data=values) if bound else cls(formdata=None, data=values)
        form.owner_id.choices = choices(owner_choices(lists, chosen))
        return form


class FollowUpForm(FlaskForm):  # type: ignore[misc]
    """When to come back to a lead."""

    follow_up_on = DateField("Follow up on", validators=[Optional()], id="follow-up-date")


def owner_choices(lists: Lists, chosen: int | None = None) -> list[tuple[int, str]]:
    """Nobody, and the users who may own leads; the present owner too, even if no longer active."""
    owners = [(NOBODY, "Nobody"), *lists.owners]
    if chosen is not None and chosen not in dict(owners):
        owners.append((chosen, lists.users[chosen]))
    return owners
