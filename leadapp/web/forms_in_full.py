"""Forms are read in full or refused: werkzeug cuts a long chunked one off without a word."""

from collections.abc import Mapping
from typing import IO, Any

from flask import Flask, Request
from werkzeug.formparser import FormDataParser


class WholeForms(FormDataParser):
    """Reads forms, and notices where the stream was cut off."""

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: Mapping[str, str] | None = None,
    ) -> Any:
        """The form. Raises RequestEntityTooLarge."""
        parsed = super().parse(stream, mimetype, content_length, dict(options or {}))
        if mimetype == "application/x-www-form-urlencoded":
            # At its limit a limited stream says so only to whoever wants still more of it.
            stream.read(1)
        return parsed


class FormRequest(Request):
    """A request whose form is read so."""

    form_data_parser_class = WholeForms


def register(app: Flask) -> None:
    """Read the forms of all pages so."""
    app.request_class = FormRequest
