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


class MappingError(Exception):
    """The mapping does not fit the file; the message is one line that says how."""


class ColumnMapping:
    """Where in a row each mapped field stands; all other columns are attributes.

    `given` names columns by field. A field that is not given takes the column of its own name, if
    there is one. Names of columns compare without regard to case. Raises MappingError.
    """

    def __init__(self, columns: Sequence[str], given: Mapping[str, str]) -> None:
        positions = {name.casefold(): index for index, name in enumerate(columns)}
        self.fields: dict[str, int] = {}
        for field, name in given.items():
            if field not in FIELDS:
                raise MappingError(f"There is no field {field!r}; there are {', '.join(FIELDS)}.")
            if name.strip().casefold() not in positions:
                raise MappingError(f"There is no column {name!r}; there are {', '.join(columns)}.")
            self.fields[field] = positions[name.strip().casefold()]
        taken = set(self.fields.values())
        if len(taken) < len(self.fields):
            raise MappingError("Two fields are mapped to the same column.")
        for field in FIELDS:
            position = positions.get(field)
            if field not in self.fields and position is not None and position not in taken:
                self.fields[field] = position
        if "source" not in self.fields:
            raise MappingError(
                "Say which column holds the source, by --source-column or --map; "
                f"there are {', '.join(columns)}."
            )
        mapped = set(self.fields.values())
        self.attributes = [(n, i) for i, n in enumerate(columns) if i not in mapped]

    def values(self, cells: Sequence[str], blanks: Collection[str]) -> dict[str, Any]:
        """The row's values by field; None for a blank one, and attributes without blank ones.

        `blanks` are further texts that mean nothing, in lower case. Raises InvalidInput where the
        attributes column holds no JSON object.
        """

        def value(position: int) -> str | None:
            text = clean_text(rearm(cells[position]))
            return None if text is None or text.casefold() in blanks else text

        values: dict[str, Any] = {field: value(at) for field, at in self.fields.items()}
        attributes = _json_object(values.get("attributes"))
        attributes |= {name: text for name, at in self.attributes if (text := value(at))}
        return {**values, "attributes": attributes}


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
