"""Which column holds what, and a row's values by field."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import orjson

from leadapp.errors import InvalidInput
from leadapp.imports.cells import rearm
from leadapp.rules.values import clean_text

FIELDS = (
    "source", "business_domain", "activity_count", "name", "company", "email", "phone", "notes",
    "external_id", "attributes",
)  # fmt: skip
"""What a column can be mapped to; `attributes` holds a JSON object, as our own export writes it."""

# Which cells are remembered: short ones repeat, and so many of them take a few megabytes.
_SHORT = 40
_MOST_KNOWN = 20_000


class MappingError(Exception):
    """The mapping does not fit the file; the message is one line that says how."""


class ColumnMapping:
    """Where in a row each mapped field stands; all other columns are attributes.

    `given` names columns by field, "" for none. A field that is not given takes the column of its
    own name, if there is one. Names of columns compare without regard to case. `needed` is the
    field that must have a column. Raises MappingError.
    """

    def __init__(
        self,
        columns: Sequence[str],
        given: Mapping[str, str],
        *,
        fields: Sequence[str] = FIELDS,
        needed: str = "source",
    ) -> None:
        positions = {name.casefold(): index for index, name in enumerate(columns)}
        self.fields: dict[str, int] = {}
        for field, name in given.items():
            if field not in fields:
                raise MappingError(f"There is no field {field!r}; there are {', '.join(fields)}.")
            if not name:
                continue
            if name.strip().casefold() not in positions:
                raise MappingError(f"There is no column {name!r}; there are {', '.join(columns)}.")
            self.fields[field] = positions[name.strip().casefold()]
        taken = set(self.fields.values())
        if len(taken) < len(self.fields):
            raise MappingError("Two fields are mapped to the same column.")
        for field in fields:
            position = positions.get(field)
            if field not in given and position is not None and position not in taken:
                self.fields[field] = position
        if needed not in self.fields:
            raise MappingError(
                f"Say which column holds the {needed}, by --{needed}-column or --map; "
                f"there are {', '.join(columns)}."
            )
        mapped = set(self.fields.values())
        self.attributes = [(n, i) for i, n in enumerate(columns) if i not in mapped]
        self._blanks: Collection[str] = ()
        self._known: dict[str, str | None] = {}

    def values(self, cells: Sequence[str], blanks: Collection[str]) -> dict[str, Any]:
        """The row's values by field; None for a blank one, and attributes without blank ones.

        `blanks` are further texts that mean nothing, in lower case. Raises InvalidInput where the
        attributes column holds no JSON object.
        """

        if blanks is not self._blanks:
            self._blanks, self._known = blanks, {}
        known, text_of = self._known, self._text_of
        # Most cells hold what other cells held before them.
        texts = [known[cell] if cell in known else text_of(cell) for cell in cells]
        values: dict[str, Any] = {field: texts[at] for field, at in self.fields.items()}
        attributes = _json_object(values.get("attributes"))
        for name, at in self.attributes:
            if texts[at] is not None:
                attributes[name] = texts[at]
        return {**values, "attributes": attributes}

    def _text_of(self, cell: str) -> str | None:
        """What a cell says, or None for a blank one."""
        text = clean_text(rearm(cell))
        if text is not None and text.casefold() in self._blanks:
            text = None
        if len(cell) <= _SHORT and len(self._known) < _MOST_KNOWN:
            self._known[cell] = text
        return text


def _json_object(text: str | None) -> dict[str, Any]:
    if text is None:
        return {}
    try:
        parsed = orjson.loads(text)
    except orjson.JSONDecodeError:
        parsed = None
    if not isinstance(parsed, dict):
        raise InvalidInput([("attributes", "must be a JSON object; map this column elsewhere")])
    return parsed
