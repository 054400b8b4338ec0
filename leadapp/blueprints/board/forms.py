"""The board's forms."""

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from leadapp.queries.lists import Lists
from leadapp.web.forms import choices


class AddLeadForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """A lead in one line."""

    name = StringField("Name", validators=[Length(max=200)])
    company = StringField("Company", validators=[Length(max=200)])
    source = SelectField("Source", validators=[InputRequired("Choose where the lead came from.")])

    @classmethod
    def with_sources(cls, lists: Lists) -> "AddLeadForm":
        """The form with the sources to choose from, `manual` first chosen where it exists."""
        return cls()._choose(lists)

    @classmethod
    def empty(cls, lists: Lists) -> "AddLeadForm":
        """The form anew, whatever the request holds."""
        return cls(formdata=None)._choose(lists)

    def _choose(self, lists: Lists) -> "AddLeadForm":
        names = [name for _, name in lists.current_sources]
        self.source.choices = choices((name, name) for name in names)
        if self.source.data is None and "manual" in names:
            self.source.data = "manual"
        return self
