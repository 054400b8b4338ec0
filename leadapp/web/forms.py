"""What the pages' forms share."""

from typing import Any

from leadapp.errors import InvalidInput


def show_errors(form: Any, refusal: InvalidInput) -> None:
    """Put each message of a refusal next to its field; what has no field goes to the whole form."""
    for name, message in refusal.errors:
        sentence = f"{message[:1].upper()}{message[1:].rstrip('.')}."
        if name in form:
            form[name].errors = [*form[name].errors, sentence]
        else:
            form.form_errors.append(sentence)
