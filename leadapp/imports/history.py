"""What the columns of a file of closed leads hold, and which values of its outcome mean won."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from leadapp.errors import InvalidInput
from leadapp.imports.dates import parse_closed_on
from leadapp.imports.mapping import ColumnMapping, MappingError
from leadapp.rules.values import normalize_list_key

HISTORY_FIELDS = (
    "outcome", "source", "business_domain", "activity_count", "closed_on", "external_id",
    "attributes",
)  # fmt: skip
"""What a column of history can be mapped to; only the outcome must be there."""

PERSONAL = ("name", "company", "email", "phone", "notes")
"""No model learns from these, so that columns of these names are not kept at all."""

# Where a value is named, it is cut to this many characters.
_SHOWN = 40


class HistoryMapping:
    """How to read the closed leads of a file: its fields, and what its outcome means.

    `given` names columns by field, as for leads. `won` are the values of the outcome column that
    mean won; with `lost` None every other one means lost. Columns `left_out` are not kept; all
    others are attributes. Raises MappingError.
    """

    def __init__(
        self,
        columns: Sequence[str],
        given: Mapping[str, str],
        *,
        won: Collection[str],
        lost: Collection[str] | None = None,
        blanks: Collection[str] = (),
        left_out: Collection[str] = (),
    ) -> None:
        away = {name.strip().casefold() for name in left_out} | set(PERSONAL)
        # What is left out is no field either, though it may be called like one.
        given = {field: "" for field in HISTORY_FIELDS if field in away} | dict(given)
        self._mapping = ColumnMapping(columns, given, fields=HISTORY_FIELDS, needed="outcome")
        self._won = {normalize_list_key(value) for value in won} - {""}
        self._lost = {normalize_list_key(value) for value in lost or ()} - {""}
        self._others_lost = lost is None
        self._blanks = {normalize_list_key(value) for value in blanks}
        outcome = columns[self._mapping.fields["outcome"]]
        if not self._won:
            raise MappingError(f"Say which values of {outcome!r} mean won, by --won.")
        if both := self._won & (self._lost | self._blanks):
            raise MappingError(f"{sorted(both)[0]!r} cannot mean won and something else, too.")
        known = {name.casefold() for name in columns}
        for name in left_out:
            if name.strip().casefold() not in known:
                raise MappingError(f"There is no column {name!r}; there are {', '.join(columns)}.")
        attributes = self._mapping.attributes
        self._mapping.attributes = [(n, at) for n, at in attributes if n.casefold() not in away]
        self.fields = {field: columns[at] for field, at in self._mapping.fields.items()}
        self.attributes = [name for name, _ in self._mapping.attributes]
        self._said = {
            "columns": self.fields,
            "won": list(won),
            "lost": None if lost is None else list(lost),
            "blanks": list(blanks),
            "left_out": list(left_out),
        }

    def to_json(self) -> dict[str, Any]:
        """What was said of the columns, to be kept with the file."""
        return self._said

    def values(self, cells: Sequence[str], *, today: date) -> dict[str, Any]:
        """The row's values by field, with `won` in place of the outcome and attributes.

        Raises InvalidInput where it has no outcome that is known, or a date that cannot be read.
        """
        values = self._mapping.values(cells, self._blanks)
        values["won"] = self._is_won(values.pop("outcome"))
        closed_on = values.get("closed_on")
        values["closed_on"] = closed_on and parse_closed_on(closed_on, today=today).isoformat()
        return values

    def _is_won(self, outcome: str | None) -> bool:
        if outcome is None:
            raise InvalidInput([("outcome", "is blank")])
        key = normalize_list_key(outcome)
        if key in self._won:
            return True
        if not self._others_lost and key not in self._lost:
            shown = outcome if len(outcome) <= _SHOWN else f"{outcome[:_SHOWN]}..."
            message = f"{shown!r} is neither among the values for won nor among those for lost"
            raise InvalidInput([("outcome", message)])
        return False
