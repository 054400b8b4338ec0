"""The rows of a file on their way into a table: checked ahead, then stored batch by batch."""

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from leadapp.errors import InvalidInput
from leadapp.imports.csv_reader import BadRow, Row
from leadapp.imports.read_ahead import read_ahead

BATCH = 1000
# Long rows make shorter batches, so that memory stays flat whatever a file holds.
BATCH_BYTES = 4 * 1024 * 1024

Values = dict[str, Any]


@dataclass(slots=True)
class ImportCounts:
    """What became of the rows so far."""

    added: int = 0
    unchanged: int = 0
    rejected: int = 0

    @property
    def rows(self) -> int:
        """All rows so far."""
        return self.added + self.unchanged + self.rejected


class _Checked(NamedTuple):
    """A row's values, and about how many bytes they take."""

    number: int
    values: Values
    weight: int


def store_rows(
    rows: Iterable[Row | BadRow],
    *,
    check: Callable[[Row], Values],
    prepare: Callable[[Values], Values],
    store: Callable[[str], int],
    on_rejected: Callable[[BadRow], None],
    on_progress: Callable[[ImportCounts], None],
) -> ImportCounts:
    """Check each row, prepare it, and store it together with others.

    `check` runs in a thread of its own, while the database is busy, and so must not ask it.
    `prepare` may; both raise InvalidInput for a row that cannot be used. `store` takes rows as a
    JSON array and returns how many of them were new. What `rows` raises comes through.
    """
    counts = ImportCounts()
    batch = _Batch()

    def store_batch() -> None:
        if size := len(batch.rows):
            added = store(batch.take())
            counts.added += added
            counts.unchanged += size - added
        on_progress(counts)

    with closing(read_ahead((_checked(row, check) for row in rows), _weight)) as checked:
        for row in checked:
            bad = row if isinstance(row, BadRow) else None
            if isinstance(row, _Checked):
                try:
                    batch.add(prepare(row.values))
                except InvalidInput as refusal:
                    bad = BadRow(row.number, _reason(refusal))
            if bad is not None:
                counts.rejected += 1
                on_rejected(bad)
            if batch.is_full:
                store_batch()
    store_batch()
    return counts


def _checked(row: Row | BadRow, check: Callable[[Row], Values]) -> _Checked | BadRow:
    if isinstance(row, BadRow):
        return row
    try:
        return _Checked(row.number, check(row), sum(map(len, row.cells)))
    except InvalidInput as refusal:
        return BadRow(row.number, _reason(refusal))


def _weight(row: _Checked | BadRow) -> int:
    return row.weight if isinstance(row, _Checked) else 100


class _Batch:
    """Rows that wait for their statement, as JSON."""

    def __init__(self) -> None:
        self.rows: list[bytes] = []
        self._bytes = 0

    @property
    def is_full(self) -> bool:
        """Whether it is time for the statement."""
        return len(self.rows) >= BATCH or self._bytes >= BATCH_BYTES

    def add(self, row: Values) -> None:
        """Let a row wait. Its values are what JSON can carry."""
        self.rows.append(orjson.dumps(row))
        self._bytes += len(self.rows[-1])

    def take(self) -> str:
        """The waiting rows as a JSON array; none waits afterwards."""
        array = f"[{b','.join(self.rows).decode()}]"
        self.rows, self._bytes = [], 0
        return array


def _reason(refusal: InvalidInput) -> str:
    return "; ".join(f"{name.replace('_', ' ')} {why}" for name, why in refusal.errors)
