"""The forms of the settings and of one's own account."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, SelectField, StringField
from wtforms.validators import InputRequired

from leadapp.permissions import Role
from leadapp.web.forms import choices
from leadapp.web.words import ROLE_LABELS

_ROLES = choices((role.value, ROLE_LABELS[role.value]) for role in Role)


class UserForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """A new user."""

    email = EmailField("E-mail address", [InputRequired("Enter the e-mail address.")])
    name = StringField("Name", [InputRequired("Enter the name.")])
    role = SelectField("Role", choices=_ROLES, default=Role.REP.value)


class RoleForm(FlaskForm):  # type: ignore[misc]
    """Another role for a user."""

    role = SelectField("Role", choices=_ROLES)


class NameForm(FlaskForm):  # type: ignore[misc]
    """The name of an entry, a person or a token."""

    name = StringField("Name", [InputRequired("Enter a name.")])


class MergeForm(FlaskForm):  # type: ignore[misc]
    """What an entry of a list is merged into."""

    into = SelectField("Merge into", coerce=int)


class ThresholdForm(FlaskForm):  # type: ignore[misc]
    """The score from which on a lead may be handed off."""

    threshold = StringField("Threshold", [InputRequired("Enter a number from 0.01 to 1.00.")])


class FreshScoreForm(FlaskForm):  # type: ignore[misc]
    """Whether a stale score still suffices for a handoff."""

    required = BooleanField("Require a fresh score")


class AnalyzeOnChangeForm(FlaskForm):  # type: ignore[misc]
    """Whether a change of a lead's inputs analyzes it at once."""

    at_once = BooleanField("Analyze at once when inputs change")
