"""What the columns of a file look like, so that a person can say what each of them is."""

from typing import Any

from leadapp.imports.cells import rearm
from leadapp.imports.csv_reader import BadRow, CsvReader, Row
from leadapp.rules.values import clean_text

# Columns are looked at in so many rows; the rest is only counted.
SAMPLED = 50_000
# A column with more different values than this has many.
MANY = 200
_LONGEST = 60
_SAMPLES = 3
_BAD_TOLD = 5


def summarize(rows: CsvReader) -> dict[str, Any]:
    """A summary of the file as JSON.

    `rows` and `bad` are how many rows can and cannot be read, `first_bad` says of the first few of
    these why, `sampled` is how many rows the columns were looked at in. Of each of the `columns`:
    `name`, the first `samples`, how many cells are `filled`, how often which of its `values` occurs
    (the most frequent first), whether there are `many` more of them, and whether the values are
    `unique`.

    Raises CsvFileError where the file cannot be read to its end.
    """
    columns = [_Column(name) for name in rows.columns]
    count = bad = 0
    first_bad: list[dict[str, Any]] = []
    for row in rows:
        if isinstance(row, BadRow):
            bad += 1
            if len(first_bad) < _BAD_TOLD:
                first_bad.append({"row": row.number, "reason": row.reason})
        elif isinstance(row, Row):
            count += 1
            if count <= SAMPLED:
                for column, cell in zip(columns, row.cells, strict=True):
                    column.add(cell)
    return {
        "rows": count,
        "bad": bad,
        "first_bad": first_bad,
        "sampled": min(count, SAMPLED),
        "columns": [column.to_json() for column in columns],
    }


class _Column:
    """One column, in a limited amount of memory: past MANY values only known ones are counted."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.cells: dict[str, int] = {}
        self.uncounted = 0
        # Hashes of all cells, until one comes twice: most columns end that early.
        self.hashes: set[int] | None = set()

    def add(self, cell: str) -> None:
        """Count a cell."""
        if self.hashes is not None:
            before = len(self.hashes)
            self.hashes.add(hash(cell))
            if len(self.hashes) == before:
                self.hashes = None
        counts = self.cells
        if cell in counts:
            counts[cell] += 1
        elif len(counts) <= MANY and len(cell) <= _LONGEST:
            counts[cell] = 1
        elif cell.strip():
            self.uncounted += 1

    def to_json(self) -> dict[str, Any]:
        """What `summarize` says of a column."""
        values: dict[str, int] = {}
        for cell, count in self.cells.items():
            text = clean_text(rearm(cell))
            if text is not None:
                values[text] = values.get(text, 0) + count
        ordered = sorted(values.items(), key=lambda item: -item[1])
        return {
            "name": self.name,
            "samples": list(values)[:_SAMPLES],
            "filled": sum(values.values()) + self.uncounted,
            "values": [[text, count] for text, count in ordered[:MANY]],
            "unique": self.hashes is not None,
            "many": self.uncounted > 0 or len(values) > MANY,
        }
