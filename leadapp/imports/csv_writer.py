"""Writing rows as CSV that spreadsheets show as they are and an import reads back."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, TextIO

import orjson

from leadapp.imports.cells import disarm


def write_csv(stream: TextIO, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write a header and the rows, one at a time; returns how many rows.

    `stream` must leave line ends alone (`newline=""`).
    """
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    count = 0
    for row in rows:
        writer.writerow([_cell(value) for value in row])
        count += 1
    return count


def _cell(value: Any) -> str:
    if value is None or value == {}:
        return ""
    if isinstance(value, str):
        return disarm(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict):
        return orjson.dumps(value).decode()
    return str(value)
