"""What a person says of the columns of an uploaded file of closed leads."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import SelectField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from leadapp.errors import InvalidInput
from leadapp.imports import guesses
from leadapp.imports.dates import parse_closed_on
from leadapp.imports.history import PERSONAL
from leadapp.models import Upload
from leadapp.rules.values import normalize_list_key
from leadapp.web.clock import utc_now
from leadapp.web.converters import parse_id
from leadapp.web.forms import choices

FIELDS = {
    "source": "Source",
    "business_domain": "Business domain",
    "activity_count": "Number of interactions",
    "closed_on": "Closed on",
    "external_id": "Id in the other system",
}
MEANINGS = (("won", "Won"), ("lost", "Lost"), ("skip", "Leave out"))
_NO_COLUMN = ""


class ColumnsForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """Which column is what; columns go by their position, since names may hold anything."""

    outcome = SelectField("Column with the outcome")
    source = SelectField(FIELDS["source"])
    business_domain = SelectField(FIELDS["business_domain"])
    activity_count = SelectField(FIELDS["activity_count"])
    closed_on = SelectField(FIELDS["closed_on"])
    external_id = SelectField(FIELDS["external_id"])
    blanks = SelectMultipleField(
        "Texts that mean nothing was said",
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )


class Meaning(NamedTuple):
    """A value of the outcome column, how often it occurs, and what it means."""

    place: int
    value: str
    leads: int
    meaning: str


class ColumnChoices:
    """The choices for one upload: guessed at first, then as posted.

    `meanings` are the values of the outcome column; `problems` says in sentences what is still in
    the way of an import, `hints` what a person should know.
    """

    def __init__(self, upload: Upload, posted: MultiDict[str, str] | None = None) -> None:
        self.summary: Mapping[str, Any] = upload.summary or {}
        self.columns: Sequence[guesses.Column] = self.summary["columns"]
        self.rows: int = self.summary["rows"]
        self.form = self._form(posted)
        self.kept = self._kept(posted)
        self.outcome = self._column("outcome")
        self.meanings = self._meanings(posted)
        self.problems: list[str] = []
        self.hints: list[str] = []
        self._check()

    @property
    def won(self) -> int:
        """How many of the rows that were looked at are won."""
        return sum(m.leads for m in self.meanings if m.meaning == "won")

    @property
    def lost(self) -> int:
        """How many of the rows that were looked at are lost."""
        return sum(m.leads for m in self.meanings if m.meaning == "lost")

    @property
    def without(self) -> int:
        """How many of the rows that were looked at are left out."""
        return int(self.summary["sampled"]) - self.won - self.lost

    def params(self) -> dict[str, Any]:
        """What was said, as `HistoryMapping` takes it."""
        fields = ("outcome", *FIELDS)
        # "" says that no column holds the field, even if one is called like it.
        columns = {f: c["name"] if (c := self._column(f)) else "" for f in fields}
        taken = set(columns.values())
        return {
            "columns": columns,
            "won": [m.value for m in self.meanings if m.meaning == "won"],
            "lost": [m.value for m in self.meanings if m.meaning == "lost"],
            "blanks": self.form.blanks.data or [],
            "left_out": [
                column["name"]
                for place, column in enumerate(self.columns)
                if place not in self.kept and column["name"] not in taken
            ],
        }

    def kept_attributes(self) -> list[str]:
        """The names of the columns that are kept as attributes."""
        return [
            column["name"]
            for place, column in enumerate(self.columns)
            if place in self.kept and self.role(column["name"]) is None
        ]

    def role(self, name: str) -> str | None:
        """What the column of this name was chosen for, in words; None for an attribute."""
        for field in ("outcome", *FIELDS):
            column = self._column(field)
            if column is not None and column["name"] == name:
                return "Outcome" if field == "outcome" else FIELDS[field]
        return "Not kept" if name.casefold() in PERSONAL else None

    def _form(self, posted: MultiDict[str, str] | None) -> ColumnsForm:
        places = {column["name"]: str(place) for place, column in enumerate(self.columns)}
        blanks = guesses.guess_blanks(self.columns, rows=self.rows)
        found = guesses.guess_fields(self.columns, rows=self.rows)
        data = {field: places.get(found.get(field, ""), _NO_COLUMN) for field in FIELDS}
        data["outcome"] = places.get(guesses.guess_outcome(self.columns) or "", _NO_COLUMN)
        sure = [text for text, is_sure in blanks.items() if is_sure]
        form = ColumnsForm(formdata=posted, data={**data, "blanks": sure})
        for field in ("outcome", *FIELDS):
            none = "Choose a column" if field == "outcome" else "No column"
            pairs = [(place, name) for name, place in places.items()]
            form[field].choices = choices([(_NO_COLUMN, none), *pairs])
        form.blanks.choices = choices((text, text) for text in blanks)
        return form

    def _kept(self, posted: MultiDict[str, str] | None) -> set[int]:
        if posted is not None:
            return {p for text in posted.getlist("kept") if (p := parse_id(text)) is not None}
        personal = set(guesses.guess_personal(self.columns))
        return {place for place, c in enumerate(self.columns) if c["name"] not in personal}

    def _column(self, field: str) -> guesses.Column | None:
        place = parse_id(self.form[field].data or "")
        return self.columns[place] if place is not None and place < len(self.columns) else None

    def _meanings(self, posted: MultiDict[str, str] | None) -> list[Meaning]:
        column = self.outcome
        if column is None or not guesses.can_be_outcome(column):
            return []
        given: Mapping[str, str] = {}
        # What was said of another column's values says nothing of this one's.
        if posted is not None and posted.get("of") == self.form.outcome.data:
            given = posted
        won = {normalize_list_key(value) for value in guesses.guess_won(column)}
        known = {meaning for meaning, _ in MEANINGS}
        blanks = {text.casefold() for text in self.form.blanks.data or ()}
        meanings = []
        for place, (value, count) in enumerate(column["values"]):
            guess = "" if not won else "won" if normalize_list_key(value) in won else "lost"
            meaning = given.get(f"meaning-{place}", guess)
            if value.casefold() in blanks:
                meaning = "skip"
            meanings.append(Meaning(place, value, count, meaning if meaning in known else ""))
        return meanings

    def _check(self) -> None:
        """Fill in problems and hints."""
        if self.outcome is None:
            self.problems.append("Choose the column that says how each lead ended.")
        elif not self.meanings:
            self.problems.append(
                f"“{self.outcome['name']}” has too many different values for an outcome, or none;"
                " choose a column that says won or lost in a few words."
            )
        elif any(not m.meaning for m in self.meanings) or not self.won:
            self.problems.append("Say of each value whether it means won or lost.")
        elif torn := self._torn():
            self.problems.append(
                f"{torn} differ in capitals only, which do not count; say the same of both."
            )
        chosen = [c["name"] for field in ("outcome", *FIELDS) if (c := self._column(field))]
        if twice := {name for name in chosen if chosen.count(name) > 1}:
            self.problems.append(f"“{min(twice)}” is chosen twice; each column is one thing only.")
        if not self.problems and not self.lost:
            self.hints.append(
                "With these choices no lead is lost. A model needs both outcomes to compare."
            )
        self._check_days()

    def _torn(self) -> str | None:
        """Two values of which different things are said though an import takes them for one."""
        said: dict[str, Meaning] = {}
        for meaning in self.meanings:
            first = said.setdefault(normalize_list_key(meaning.value), meaning)
            if first.meaning != meaning.meaning:
                return f"“{first.value}” and “{meaning.value}”"
        return None

    def _check_days(self) -> None:
        column = self._column("closed_on")
        values = column["values"] if column else []
        unread = []
        for value, _ in values:
            try:
                parse_closed_on(value, today=utc_now().date())
            except InvalidInput as refusal:
                unread.append((value, refusal.errors[0][1]))
        if column is not None and unread:
            value, why = unread[0]
            self.hints.append(
                f"“{column['name']}” has {len(unread)} of {len(values)} values that are no day:"
                f" “{value}” {why}. Rows with such a value are rejected; choose “No column” to keep"
                " them without a day."
            )
