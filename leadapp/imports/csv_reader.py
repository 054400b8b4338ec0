"""Reading a CSV file row by row, with a limited amount of it in memory.

Whatever is wrong with one row is the row's own matter: it comes out as a BadRow, and the next one
is read. What makes it doubtful where rows begin and end is the file's: it raises CsvFileError.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

DELIMITERS = ",;\t|"
# Longer fields and lines are a sign that a quote is not closed or that this is no CSV file.
LONGEST_FIELD = 200_000
LONGEST_LINE = 4_000_000
LONGEST_NAME = 200
MOST_COLUMNS = 200

_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")


class CsvFileError(Exception):
    """The file as a whole cannot be read; the message is one line that says why and where."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its number as a spreadsheet counts (the header is row 1), and its cells."""

    number: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be used, and why."""

    number: int
    reason: str


class CsvReader:
    """A CSV file in UTF-8, with or without byte order mark: `columns`, `delimiter`, its rows.

    Raises CsvFileError where there is no usable header.
    """

    def __init__(self, stream: io.BufferedReader) -> None:
        self._lines = _Lines(stream)
        first = next(self._lines, "")
        if not first.strip():
            raise CsvFileError(
                "The file is empty, or its first row is; that row must name the columns."
            )
        self.delimiter = _delimiter(first)
        self._lines.push_back(first)
        csv.field_size_limit(LONGEST_FIELD)
        self._reader = csv.reader(self._lines, delimiter=self.delimiter, strict=True)
        header = self._next(1)
        if not isinstance(header, Row):
            why = header.reason if header else "is missing"
            raise CsvFileError(f"The first row, which must name the columns, {why}.")
        self.columns = [name.strip() for name in header.cells]
        _check_columns(self.columns)

    def __iter__(self) -> Iterator[Row | BadRow]:
        """The rows after the header; empty lines are passed over, but counted.

        Raises CsvFileError where a row does not end.
        """
        number = 1
        width = len(self.columns)
        while True:
            number += 1
            row = self._next(number)
            if row is None:
                return
            if isinstance(row, Row):
                if not row.cells:
                    continue
                if len(row.cells) != width:
                    reason = f"has {_fields(len(row.cells))}, and the first row has {width}"
                    row = BadRow(number, reason)
            yield row

    def _next(self, number: int) -> Row | BadRow | None:
        """The next row, or None at the end of the file."""
        before = self._lines.count
        try:
            cells = next(self._reader)
        except StopIteration:
            return None
        except csv.Error as error:
            # The reader goes on with the next line. That is the next row, too, only where the
            # broken one is a line of its own.
            if self._lines.ended or self._lines.count - before != 1 or "limit" in str(error):
                raise CsvFileError(
                    f"Row {number} does not end: a quote in it is not closed, or one field holds "
                    f"more than {LONGEST_FIELD:,} characters."
                ) from error
            return BadRow(number, "has a quote inside a quoted field; write two instead")
        if _NOT_TEXT.search("".join(cells)):
            return BadRow(number, "holds what is not text in UTF-8")
        return Row(number, cells)


class _Lines:
    """The physical lines of the file; `count` of them were read, and `ended` after the last."""

    def __init__(self, stream: io.BufferedReader) -> None:
        if stream.peek(2)[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
            raise CsvFileError("The file is in UTF-16; save it as CSV in UTF-8.")
        self._text = io.TextIOWrapper(
            stream, encoding="utf-8-sig", errors="surrogateescape", newline=""
        )
        self._waiting: list[str] = []
        self.count = 0
        self.ended = False

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._waiting.pop() if self._waiting else self._text.readline(LONGEST_LINE)
        if not line:
            self.ended = True
            raise StopIteration
        if len(line) >= LONGEST_LINE:
            raise CsvFileError(f"Line {self.count + 1} is too long: this seems to be no CSV file.")
        self.count += 1
        return line

    def push_back(self, line: str) -> None:
        """Let `line` be the next one again."""
        self._waiting.append(line)
        self.count -= 1


def _delimiter(line: str) -> str:
    """The delimiter that splits the header into most fields; a comma where none does."""
    outside_quotes = re.sub(r'"[^"]*"?', "", line)
    return max(DELIMITERS, key=outside_quotes.count)


def _check_columns(columns: list[str]) -> None:
    if len(columns) > MOST_COLUMNS:
        raise CsvFileError(
            f"The file has {len(columns):,} columns, and more than {MOST_COLUMNS} columns cannot be"
            " read; leave out those that say nothing."
        )
    seen: set[str] = set()
    for position, name in enumerate(columns, start=1):
        if not name:
            raise CsvFileError(f"Column {position} has no name in the first row.")
        if len(name) > LONGEST_NAME:
            raise CsvFileError(
                f"The name of column {position} has more than {LONGEST_NAME} characters."
            )
        if name.casefold() in seen:
            raise CsvFileError(f"Two columns are named {name!r}; each needs a name of its own.")
        seen.add(name.casefold())


def _fields(count: int) -> str:
    return "1 field" if count == 1 else f"{count} fields"
