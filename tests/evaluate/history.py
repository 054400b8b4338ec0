"""A history file as a training table, and its stable splits."""

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

from leadapp.errors import InvalidInput
from leadapp.imports.csv_reader import BadRow, CsvFileError, CsvReader
from leadapp.imports.history import HistoryMapping
from leadapp.imports.mapping import MappingError
from leadapp.training.table import TrainingTable

FIELDS = ("source", "business_domain", "activity_count")


class EvaluationError(Exception):
    """The file cannot be evaluated; the message is one line that says why."""


class History(NamedTuple):
    """What a file holds: the table, and how many of its rows could not be used."""

    table: TrainingTable
    rejected: int


def load(path: Path, given: dict[str, str], *, won: list[str]) -> History:
    """The closed leads of a CSV file; `given` names columns by field, the outcome's among them."""
    try:
        with path.open("rb") as stream:
            reader = CsvReader(stream)
            mapping = HistoryMapping(reader.columns, given, won=won)
            return _read(reader, mapping)
    except OSError as error:
        raise EvaluationError(f"{path} cannot be read: {error.strerror}.") from None
    except (CsvFileError, MappingError) as error:
        raise EvaluationError(str(error)) from None


def _read(reader: CsvReader, mapping: HistoryMapping) -> History:
    today = datetime.now(UTC).date()
    names = [*(field for field in FIELDS if field in mapping.fields), *mapping.attributes]
    columns: dict[str, list[str | None]] = {name: [] for name in names}
    keys: list[str] = []
    won: list[bool] = []
    closed_on: list[date | None] = []
    rejected = 0
    for row in reader:
        if isinstance(row, BadRow):
            rejected += 1
            continue
        try:
            values = mapping.values(row.cells, today=today)
        except InvalidInput:
            rejected += 1
            continue
        cells = {**values["attributes"], **{field: values.get(field) for field in FIELDS}}
        for name, column in columns.items():
            column.append(cells.get(name))
        keys.append(f"h:{row.number}")
        won.append(values["won"])
        day = values["closed_on"]
        closed_on.append(date.fromisoformat(day) if day else None)
    if not won:
        raise EvaluationError("The file has no row with an outcome.")
    return History(TrainingTable(keys, columns, won, closed_on, [False] * len(won)), rejected)


class Split(NamedTuple):
    """Places of the leads to learn from and to test on, each in an order by chance."""

    learn: list[int]
    test: list[int]


def split(table: TrainingTable, number: int, *, part: float = 0.7) -> Split:
    """The leads in two, the same at every run: by a hash of their keys and the split's number."""
    order = sorted(
        range(len(table.keys)),
        key=lambda i: hashlib.sha256(f"split {number}: {table.keys[i]}".encode()).digest(),
    )
    end = round(part * len(order))
    return Split(order[:end], order[end:])


def without(table: TrainingTable, names: set[str]) -> TrainingTable:
    """The table without these columns."""
    kept = {name: cells for name, cells in table.columns.items() if name not in names}
    return TrainingTable(
        table.keys, kept, table.won, table.closed_on, table.own, table.changed_at_close
    )
