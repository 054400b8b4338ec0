"""What the pages' forms share."""

from collections.abc import Iterable
from typing import Any

from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types

from leadapp.errors import InvalidInput


def choices(pairs: Iterable[tuple[Any, str]]) -> list[Any]:
    """The choices of a SelectField from pairs of value and label."""
    return [SelectChoice(value, label) for value, label in pairs]


def show_errors(form: Any, refusal: InvalidInput) -> None:
    """Put each message of a refusal next to its field; what has no field goes to the whole form."""
    for name, message in refusal.errors:
        sentence = f"{message[:1].upper()}{message[1:].rstrip('.')}."
        if name in form:
            form[name].errors = [*form[name].errors, sentence]
        else:
            form.form_errors.append(sentence)
