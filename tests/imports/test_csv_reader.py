"""Reading CSV files, good and bad ones."""

import io

import pytest

from leadapp.imports.csv_reader import BadRow, CsvFileError, CsvReader, Row


def read(data: bytes) -> tuple[CsvReader, list[Row | BadRow]]:
    reader = CsvReader(io.BufferedReader(io.BytesIO(data)))
    return reader, list(reader)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "byte order mark"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_reads_what_programs_write(mark: bytes, delimiter: str, end: str) -> None:
    text = end.join([f"name{delimiter}source", f"Zoë{delimiter}partner", ""])
    reader, rows = read(mark + text.encode())
    assert reader.columns == ["name", "source"]
    assert reader.delimiter == delimiter
    assert rows == [Row(2, ["Zoë", "partner"])]


def test_a_delimiter_within_quotes_divides_nothing() -> None:
    reader, rows = read(b'"a;b;c;d",e\n"1;2;3;4",5\n')
    assert reader.columns == ["a;b;c;d", "e"]
    assert rows == [Row(2, ["1;2;3;4", "5"])]


def test_a_field_may_hold_line_ends() -> None:
    _, rows = read(b'a,b\n"one\ntwo",2\n3,4\n')
    assert rows == [Row(2, ["one\ntwo", "2"]), Row(3, ["3", "4"])]


def test_one_column_alone_is_a_file_too() -> None:
    assert read(b"source\npartner\n")[1] == [Row(2, ["partner"])]


def test_empty_lines_are_passed_over_but_counted() -> None:
    assert read(b"a,b\n\n1,2\n")[1] == [Row(3, ["1", "2"])]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"1", "has 1 field, and the first row has 2"),
        (b"1,2,3", "has 3 fields, and the first row has 2"),
        (b"\xff,2", "holds what is not text in UTF-8"),
        (b"\x00,2", "holds what is not text in UTF-8"),
        (b'"1" or 2,2', "has a quote inside a quoted field; write two instead"),
    ],
)
def test_a_bad_row_spoils_no_other_one(line: bytes, reason: str) -> None:
    _, rows = read(b"a,b\n1,2\n" + line + b"\n3,4\n")
    assert rows == [Row(2, ["1", "2"]), BadRow(3, reason), Row(4, ["3", "4"])]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "The file is empty"),
        (b"\n\na,b\n", "The file is empty, or its first row is"),
        (b"a,b,A\n", "Two columns are named 'A'"),
        (b"a,,b\n", "Column 2 has no name"),
        (b"\xff\xfea\x00,\x00b\x00", "UTF-16"),
        (b"a\x00b,c\n", "The first row, which must name the columns, holds what is not text"),
        (b"n\xe4me,source\n", "holds what is not text in UTF-8"),
        (b",".join(b"c%d" % n for n in range(201)), "more than 200 columns"),
        (b"n" * 201, "The name of column 1 has more than 200 characters"),
    ],
)
def test_a_file_without_a_usable_header_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(CsvFileError, match=message):
        read(data)


@pytest.mark.parametrize(
    "rest",
    [b'3,"4\n5,6\n', b'3,"' + b"x" * 200_001 + b'"\n', b'3,"4\n"5",6\n'],
    ids=["open to the end", "huge", "closed by the next one"],
)
def test_a_row_that_does_not_end_spoils_the_file_and_is_named(rest: bytes) -> None:
    with pytest.raises(CsvFileError, match="Row 3 does not end"):
        read(b"a,b\n1,2\n" + rest)


def test_a_line_without_end_is_not_read_into_memory() -> None:
    with pytest.raises(CsvFileError, match="Line 1 is too long"):
        read(b"a" * 4_000_001)
