"""How parts of an address are read."""

from flask import Flask
from werkzeug.routing import BaseConverter

MAX_ID = 2**63 - 1
"""The largest bigint."""

NO_ID = 0
"""An id that no record has: identities begin with 1."""


def parse_id(text: str) -> int | None:
    """The id that a text of ASCII digits says, or None where it can be none.

    `str.isdigit` alone takes other scripts' digits too.
    """
    if len(text) > 19 or not (text.isascii() and text.isdigit()):
        return None
    number = int(text)
    return number if number <= MAX_ID else None


class RecordIdConverter(BaseConverter):
    """The id of a record: `<record_id:lead_id>`.

    What cannot be an id becomes NO_ID instead of no match, so that whoever asks for such a record
    learns by the usual way, after signing in, that there is no such lead.
    """

    regex = "[^/]+"
    part_isolating = True

    def to_python(self, value: str) -> int:
        """The id, or NO_ID."""
        return parse_id(value) or NO_ID

    def to_url(self, value: int) -> str:
        """The id in digits."""
        return str(value)


def register(app: Flask) -> None:
    """Offer the converter to all routes."""
    app.url_map.converters["record_id"] = RecordIdConverter
